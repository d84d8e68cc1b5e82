"""One spec to its committed report, with nothing done twice."""

from __future__ import annotations

import os
import time
import traceback
from dataclasses import dataclass
from functools import cache as memoized
from functools import partial
from typing import TYPE_CHECKING, Literal

import cloudtune
from cloudtune.data.load import load
from cloudtune.engine.result import ENGINE
from cloudtune.errors import Problem, Refusal
from cloudtune.files import write_text
from cloudtune.report.build import build_document
from cloudtune.report.io import dump_document, load_document
from cloudtune.report.render import REPORT
from cloudtune.report.store import committed_document, write_report
from cloudtune.report.templates import RENDERING, load_templates
from cloudtune.run import cache
from cloudtune.run.points import FOLDER, write_points
from cloudtune.run.steps import execute_on, judge
from cloudtune.run.workers import spread
from cloudtune.spec import load_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from cloudtune.data.series import Cleaned
    from cloudtune.engine.result import Run
    from cloudtune.errors import SpecPath
    from cloudtune.report.document import Document
    from cloudtune.report.templates import Templates
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.spec.store import Store

State = Literal["changed", "unchanged", "failed"]
_MARK = "made-of"
_VERSIONS = (cloudtune.__version__, ENGINE, RENDERING)


@dataclass(frozen=True, slots=True)
class Job:
    """What is the same for every spec of a command."""

    root: Path
    output: Path | None = None
    """Where full-resolution points go; default: below .cloudtune/."""
    seed: int = 0
    allow_outside: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """What became of one spec."""

    id: str
    state: State
    seconds: float
    document: Document | None = None
    data_hash: str = ""
    problems: tuple[Problem, ...] = ()
    bug: str = ""
    """The trace of a mistake of ours, which must not stop the other specs."""


def publish_all(job: Job, ids: Sequence[str], *, jobs: int = 1) -> Iterator[Published]:
    """Publish each of `ids`, in their order, over `jobs` processes; one failure stops no other."""
    _store.cache_clear()
    _templates.cache_clear()
    for _, published in spread(partial(publish, job), ids, jobs=jobs):
        yield published


def publish(job: Job, forecast_id: str) -> Published:
    """Run one spec and write its report and points; a refusal is a result, not an exception."""
    begun = time.perf_counter()
    store = _store(job.root, job.allow_outside)
    resolved = store.resolve(forecast_id)
    try:
        cleaned = load(resolved, job.root, allow_outside=job.allow_outside)
        notes = judge(cleaned, resolved)
        state, document = _publish(job, store, resolved, cleaned)
    except Refusal as refusal:
        seconds = time.perf_counter() - begun
        return Published(forecast_id, "failed", seconds, problems=refusal.problems)
    except OSError as error:
        seconds = time.perf_counter() - begun
        return Published(forecast_id, "failed", seconds, problems=(_unwritten(error, resolved),))
    except Exception:  # noqa: BLE001 - one spec's bug is told at the end, after the others have run
        seconds = time.perf_counter() - begun
        return Published(forecast_id, "failed", seconds, bug=traceback.format_exc())
    seconds = time.perf_counter() - begun
    return Published(forecast_id, state, seconds, document, cleaned.data_hash, notes)


def _unwritten(error: OSError, resolved: ResolvedSpec) -> Problem:
    where = f" ({error.filename})" if error.filename else ""
    message = f"its files can't be written: {os.strerror(error.errno or 0)}{where}"
    return Problem(
        "CT736", message, "earlier files are as they were; mend it and run again", file=resolved.file
    )


def document_of(run: Run, store: Store) -> Document:
    """The document of a run; its template is filled in by whoever renders it."""

    def line(file: str, path: SpecPath) -> int | None:
        span = store.locate(Problem("", "", file=file, path=path)).span
        return span.line if span else None

    return build_document(run, engine=ENGINE, template="", locate=line)


def _publish(job: Job, store: Store, resolved: ResolvedSpec, cleaned: Cleaned) -> tuple[State, Document]:
    templates = _templates(job.root)
    made_of = _made_of(job, store, resolved, cleaned)
    document = _recalled(job, resolved, made_of)
    if document is None:
        document = _computed(job, store, resolved, cleaned, made_of)
    document["inputs"]["template"] = templates.digest(REPORT)
    state = write_report(job.root, document, templates=templates)
    # What is committed may be an earlier figure within the tolerance: say what the report says.
    return state, committed_document(job.root, resolved.id) or document


def _computed(job: Job, store: Store, resolved: ResolvedSpec, cleaned: Cleaned, made_of: str) -> Document:
    run = execute_on(cleaned, resolved, seed=job.seed)
    document = document_of(run, store)
    folder = _points(job, resolved)
    write_points(folder, run)
    write_text(folder / _MARK, made_of)
    cache.write(job.root, made_of, dump_document(document).encode())
    return document


def _recalled(job: Job, resolved: ResolvedSpec, made_of: str) -> Document | None:
    """The document of an earlier run with the very same inputs, if its points are there too."""
    mark = _points(job, resolved) / _MARK
    stored = cache.read(job.root, made_of)
    if stored is None or not mark.is_file() or mark.read_text(encoding="utf-8") != made_of:
        return None
    return load_document(stored.decode(), resolved.file)


def _made_of(job: Job, store: Store, resolved: ResolvedSpec, cleaned: Cleaned) -> str:
    """Why whole texts: a document also holds lines, descriptions and gates."""
    files = (resolved.file, *resolved.calendar_files)
    texts = [document.text for file in files for document in store.sources[file].documents]
    return cache.key_of(*_VERSIONS, str(job.seed), cleaned.data_hash, *texts)


def _points(job: Job, resolved: ResolvedSpec) -> Path:
    return (job.output or job.root / FOLDER) / resolved.id


@memoized
def _store(root: Path, allow_outside: bool) -> Store:  # noqa: FBT001 - memoized by position
    """One store a process: a thousand specs are not read a thousand times."""
    return load_store(root, allow_outside=allow_outside)


@memoized
def _templates(root: Path) -> Templates:
    """Compiled once a process."""
    return load_templates(root)
