"""Paths of data that stay inside the repository."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cloudtune.errors import Problem
from cloudtune.spec.words import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtune.errors import SpecPath
    from cloudtune.spec.forecast import ForecastSpec
    from cloudtune.spec.sources import History, Source

_ABSOLUTE = re.compile(r"[/\\~]|[A-Za-z]:[/\\]")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def check_paths(spec: ForecastSpec, *, allow_outside: bool) -> Iterator[Problem]:
    """Data is named relative to the root; leaving it takes --allow-outside."""
    for path, written in _paths(spec):
        if _URL.match(written):
            message = f"{quoted(written)} is an address, not a file"
            yield Problem("CT318", message, "fetch it into the repository first", path=path)
        elif not allow_outside and _leaves(written):
            message = f"{quoted(written)} leaves the repository"
            hint = "name a file relative to the root, or allow it with --allow-outside"
            yield Problem("CT318", message, hint, path=path)


def _leaves(written: str) -> bool:
    normal = posixpath.normpath(written.replace("\\", "/"))
    return bool(_ABSOLUTE.match(written)) or normal.split("/")[0] == ".."


def _paths(spec: ForecastSpec) -> Iterator[tuple[SpecPath, str]]:
    sources: list[tuple[SpecPath, Source | History | None]] = [
        (("series", "source"), spec.series.source),
        (("series", "history"), spec.series.history),
    ]
    for number, regressor in enumerate(spec.regressors):
        sources.append((("regressors", number, "source"), regressor.source))
    for path, source in sources:
        if source is not None and source.path is not None:
            yield (*path, "path"), source.path
