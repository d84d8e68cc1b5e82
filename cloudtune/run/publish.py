"""One spec to its committed report, with nothing done twice."""

from __future__ import annotations

import os
import time
import traceback
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import cloudtune
from cloudtune.engine.result import ENGINE
from cloudtune.errors import NO_MEMORY, Problem, Refusal
from cloudtune.report.io import dump_document, load_document
from cloudtune.report.order_files import TEMPLATE, load_orders, write_orders
from cloudtune.report.render import REPORT
from cloudtune.report.store import committed_document, write_report
from cloudtune.report.templates import RENDERING, load_templates
from cloudtune.run import cache
from cloudtune.run.points import FOLDER, is_marked, write_mark, write_points
from cloudtune.run.steps import document_of, forecast, order_sheet_of, prepare
from cloudtune.run.workers import spread
from cloudtune.spec import load_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from cloudtune.report.document import Document
    from cloudtune.report.orders import OrdersDocument
    from cloudtune.report.templates import Templates
    from cloudtune.run.steps import Prepared
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.spec.store import Store

State = Literal["changed", "unchanged", "failed"]
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
    for _, published in spread(partial(Publisher.of, job), ids, jobs=jobs, lost=_lost):
        yield published


def _lost(forecast_id: str, problem: Problem) -> Published:
    return Published(forecast_id, "failed", 0.0, problems=(problem,))


@dataclass(frozen=True, eq=False)
class Publisher:
    """What publishing a thousand specs needs once: the store as read, the templates as compiled."""

    job: Job
    store: Store
    templates: Templates

    @classmethod
    def of(cls, job: Job) -> Publisher:
        """Read the store and the templates of a job."""
        store = load_store(job.root, allow_outside=job.allow_outside)
        return cls(job, store, load_templates(job.root))

    def __call__(self, forecast_id: str) -> Published:
        """Run one spec and write its report and points; a refusal is a result, not an exception."""
        begun = time.perf_counter()
        failed = partial(Published, forecast_id, "failed")
        if forecast_id not in self.store.specs:
            return failed(time.perf_counter() - begun, problems=self._gone(forecast_id))
        resolved = self.store.resolve(forecast_id)
        try:
            prepared = prepare(resolved, self.job.root, allow_outside=self.job.allow_outside)
            state, document = self._write(prepared)
        except Refusal as refusal:
            return failed(time.perf_counter() - begun, problems=refusal.problems)
        except MemoryError:
            problem = Problem("CT747", *NO_MEMORY, file=resolved.file)
            return failed(time.perf_counter() - begun, problems=(problem,))
        except OSError as error:
            return failed(time.perf_counter() - begun, problems=(_unwritten(error, resolved),))
        except Exception:  # noqa: BLE001 - one spec's bug is told at the end, after the others have run
            return failed(time.perf_counter() - begun, bug=traceback.format_exc())
        seconds = time.perf_counter() - begun
        return Published(forecast_id, state, seconds, document, prepared.cleaned.data_hash, prepared.notes)

    def _gone(self, forecast_id: str) -> tuple[Problem, ...]:
        """Why a spec that was there when the run began is none any more."""
        file = f"specs/{forecast_id}.yaml"
        found = tuple(one for one in self.store.problems if one.is_error and one.file == file)
        message = "the spec is gone: it was there when the run began"
        return found or (Problem("CT115", message, "run again once files stand still", file=file),)

    def _write(self, prepared: Prepared) -> tuple[State, Document]:
        root = self.job.root
        made = self.made(prepared)
        made.report["inputs"]["template"] = self.templates.digest(REPORT)
        state = write_report(root, made.report, templates=self.templates)
        if made.orders is not None:
            made.orders["inputs"]["template"] = self.templates.digest(TEMPLATE)
            if write_orders(root, made.orders, self.templates) == "changed":
                state = "changed"
        # What is committed may be an earlier figure within the tolerance: say what the report says.
        return state, committed_document(root, prepared.resolved.id) or made.report

    def made(self, prepared: Prepared) -> Made:
        """That of an earlier run with the very same inputs, if its points are there too; else a new one."""
        folder = self.points(prepared)
        made_of = self._made_of(prepared)
        stored, sheet = (cache.read(self.job.root, key) for key in (made_of, _sheet_key(made_of)))
        # A folder that a user names may lie anywhere; ours lies inside the root.
        wall = None if self.job.output else self.job.root
        is_there = is_marked(folder, made_of, wall)
        if stored is not None and is_there and (sheet is not None or not _has_sheet(prepared)):
            file = prepared.resolved.file
            return Made(load_document(stored, file), load_orders(sheet, file) if sheet else None)
        run = forecast(prepared, seed=self.job.seed, shelf=cache.FoldShelf(self.job.root))
        report = document_of(run, self.store)
        orders = order_sheet_of(run, report)
        write_points(folder, run, wall)
        write_mark(folder, made_of, wall)
        cache.write(self.job.root, made_of, dump_document(report).encode())
        if orders is not None:
            cache.write(self.job.root, _sheet_key(made_of), dump_document(orders).encode())
        return Made(report, orders)

    def points(self, prepared: Prepared) -> Path:
        """The folder of every point of a forecast."""
        return (self.job.output or self.job.root / FOLDER) / prepared.resolved.id

    def _made_of(self, prepared: Prepared) -> str:
        """Why whole texts: a document also holds lines, descriptions and gates."""
        files = (prepared.resolved.file, *prepared.resolved.calendar_files)
        texts = [document.text for file in files for document in self.store.sources[file].documents]
        return cache.key_of(*_VERSIONS, str(self.job.seed), prepared.cleaned.data_hash, *texts)


@dataclass(frozen=True, slots=True)
class Made:
    """What a run gives: the report, and the order sheet where the spec has a fleet."""

    report: Document
    orders: OrdersDocument | None


def _has_sheet(prepared: Prepared) -> bool:
    capacity = prepared.resolved.spec.capacity
    return capacity is not None and bool(capacity.fleet)


def _sheet_key(made_of: str) -> str:
    return cache.key_of(made_of, "orders")


def _unwritten(error: OSError, resolved: ResolvedSpec) -> Problem:
    where = f" ({error.filename})" if error.filename else ""
    why = error.strerror or os.strerror(error.errno or 0)
    message = f"its files can't be written: {why}{where}"
    return Problem(
        "CT736", message, "earlier files are as they were; mend it and run again", file=resolved.file
    )
