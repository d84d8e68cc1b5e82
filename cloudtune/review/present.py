"""Today's engine, template and data, which reports are held against."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cloudtune import report
from cloudtune.pipeline import cache
from cloudtune.report.markdown import REPORT, render_markdown
from cloudtune.report.svg import render_svg
from cloudtune.review.documents import parse
from cloudtune.review.fingerprint import is_same_data
from cloudtune.review.plan import Present

if TYPE_CHECKING:
    from datetime import date

    from cloudtune.report.templates import Templates
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.spec.store import SpecFile, Store


def present_of(store: Store, engine: str, templates: Templates, today: date) -> Present:
    """The world that a run would find today."""
    renderings = Renderings(store.root, templates)

    def same_data(item: SpecFile, data_hash: str) -> bool:
        return is_same_data(store.root, item, data_hash, lambda name: _load(store.root, store.resolve(name)))

    return Present(
        engine, templates.digest(REPORT), renderings.digests, same_data, today, renderings.remember
    )


@dataclass(frozen=True)
class Renderings:
    """What the files beside each JSON must hash to, kept from one command to the next.

    Why kept: rendering a thousand reports only to see that nobody touched them takes seconds.
    """

    root: Path
    templates: Templates
    _fresh: dict[str, dict[str, str]] = field(default_factory=dict)

    def digests(self, path: str, data: bytes) -> dict[str, str]:
        """SHA-256 of each file by suffix, for the bytes of a JSON."""
        content = hashlib.sha256(data).hexdigest()
        found = self._known.get(content)
        if found is None:
            document, _ = parse(path, data)
            markdown, chart = render_markdown(document, self.templates), render_svg(document)
            found = {".md": _digest(markdown), ".svg": _digest(chart)}
            self._fresh[content] = found
        return found

    def remember(self) -> None:
        """Keep what was rendered for the next command, in one file."""
        if self._fresh:
            everything = {**self._known, **self._fresh}
            cache.write(self.root, self._key, json.dumps(everything, sort_keys=True).encode())

    @cached_property
    def _known(self) -> dict[str, dict[str, str]]:
        stored = cache.read(self.root, self._key)
        return {} if stored is None else json.loads(stored)

    @cached_property
    def _key(self) -> str:
        """Why the code is part of it: a rendering by other code is none."""
        files = sorted(Path(report.__file__).parent.rglob("*.py"))
        code = hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
        return cache.key_of("renderings", code, self.templates.digest(REPORT))


def _load(root: Path, resolved: ResolvedSpec) -> str:
    from cloudtune.data.load import load  # noqa: PLC0415 - pandas and DuckDB cost a second that most plans save

    return load(resolved, root).data_hash


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
