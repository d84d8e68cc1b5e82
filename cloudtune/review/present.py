"""Today's engine, templates, data and renderings, which reports are held against."""

from __future__ import annotations

import hashlib
import json
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from cloudtune import report
from cloudtune.errors import Refusal
from cloudtune.files import matching, read_bytes
from cloudtune.report.index import render_index
from cloudtune.report.io import REPORTS, read_document
from cloudtune.report.order_files import orders_markdown
from cloudtune.report.render import REPORT, render_all
from cloudtune.report.templates import load_templates
from cloudtune.review.staleness import Present
from cloudtune.run import cache
from cloudtune.run.workers import spread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from cloudtune.errors import Problem
    from cloudtune.report.templates import Templates
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.spec.store import SpecFile, Store


def present_of(store: Store, engine: str, templates: Templates, today: date) -> Present:
    """The world that a run would find today."""

    def same_data(item: SpecFile, data_hash: str) -> bool:
        return is_same_data(store.root, item, data_hash, lambda name: _load(store.root, store.resolve(name)))

    return Present(
        engine=engine,
        template=templates.digest(REPORT),
        digests=partial(digests, store.root),
        index=partial(render_index, templates=templates),
        same_data=same_data,
        today=today,
        sheet=partial(orders_markdown, templates=templates),
    )


def _load(root: Path, resolved: ResolvedSpec) -> str:
    from cloudtune.data.load import load  # noqa: PLC0415 - pandas and DuckDB cost a second that most plans save

    return load(resolved, root).data_hash


Facts = dict[str, list[Any]]
"""File -> [size, time of change in ns, SHA-256]."""


def remember(root: Path, item: SpecFile | ResolvedSpec, data_hash: str) -> None:
    """Note which files gave `data_hash`, so that a later plan needs to look at their sizes alone."""
    files = _source_files(root, item)
    if files and data_hash:
        facts = {name: _facts(path) for name, path in files.items()}
        cache.write(root, _facts_key(item, data_hash), json.dumps(facts, sort_keys=True).encode())


def is_same_data(
    root: Path, item: SpecFile | ResolvedSpec, data_hash: str, load: Callable[[str], str]
) -> bool:
    """True where the sources still give `data_hash`; `load` reads them where nothing else can tell."""
    known = _known_facts(root, item, data_hash)
    files = _source_files(root, item)
    if known is not None and files.keys() == known.keys():
        if all(_is_untouched(path, known[name]) for name, path in files.items()):
            return True
        if all(_digest(path) == known[name][2] for name, path in files.items()):
            remember(root, item, data_hash)
            return True
    found = load(item.id)
    remember(root, item, found)
    return found == data_hash


def _facts_key(item: SpecFile | ResolvedSpec, data_hash: str) -> str:
    return cache.key_of("files of", item.id, item.spec_hash, data_hash)


def _known_facts(root: Path, item: SpecFile | ResolvedSpec, data_hash: str) -> Facts | None:
    stored = cache.read(root, _facts_key(item, data_hash))
    return None if stored is None else json.loads(stored)


def _source_files(root: Path, item: SpecFile | ResolvedSpec) -> dict[str, Path]:
    """Every file that the spec reads; none where a query or a server decides, which we can't see."""
    spec = item.spec
    named = [spec.series.source, spec.series.history, *(one.source for one in spec.regressors)]
    sources = [source for source in named if source is not None]
    if not all(source.is_told_by_files for source in sources):
        return {}
    patterns = [source.file_pattern for source in sources if source.file_pattern]
    return {path.as_posix(): path for pattern in patterns for path in matching(pattern, root)}


def _is_untouched(path: Path, facts: list[Any]) -> bool:
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns] == facts[:2]


def _facts(path: Path) -> list[Any]:
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns, _digest(path)]


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


Digests = dict[str, str]
"""SHA-256 by suffix."""
_SIDES = (".md", ".svg")
_MANY = 100
"""So many renderings take as long as another process takes to start."""


def digests(root: Path, reports: Mapping[str, bytes]) -> dict[str, Digests]:
    """What the files of each report must hash to, for the JSON (id -> bytes) that lies in its place."""
    keys = {name: hashlib.sha256(data).hexdigest() for name, data in reports.items()}
    store = _rendering_key(load_templates(root))
    known = _known_renderings(root, store)
    new = [name for name, key in keys.items() if key not in known]
    if new:
        jobs = min(os.cpu_count() or 1, 1 + len(new) // _MANY)
        found = spread(partial(_Renderer, root), new, jobs=jobs, lost=_refused)
        known |= {keys[name]: digest for name, digest in found}
        cache.write(root, store, json.dumps(known, sort_keys=True).encode())
    return {name: known[key] for name, key in keys.items()}


def _refused(_: str, problem: Problem) -> NoReturn:
    raise Refusal(problem)


class _Renderer:
    """Renders committed reports with templates compiled once a process."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._templates = load_templates(root)

    def __call__(self, name: str) -> Digests:
        path = f"{REPORTS}/{name}.json"
        try:
            document, _ = read_document(path, read_bytes(self._root / path, self._root))
            texts = render_all(document, self._templates, _SIDES)
        except (Refusal, OSError):
            # Figures that nothing can be made of: no file is what they give.
            return dict.fromkeys(_SIDES, "")
        return {suffix: hashlib.sha256(text.encode()).hexdigest() for suffix, text in texts.items()}


def _known_renderings(root: Path, key: str) -> dict[str, Digests]:
    stored = cache.read(root, key)
    return {} if stored is None else json.loads(stored)


def _rendering_key(templates: Templates) -> str:
    """Why the code is part of it: a rendering by other code is none."""
    files = sorted(Path(report.__file__).parent.rglob("*.py"))
    code = hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
    return cache.key_of("renderings", code, templates.digest(REPORT))
