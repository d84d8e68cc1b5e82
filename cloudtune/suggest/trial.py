"""Edits tried on a copy of the specs before anything is written."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cloudtune.errors import Problem, Refusal
from cloudtune.files import write_bytes
from cloudtune.spec.loader import load_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.spec.store import Store


def texts_of(root: Path, files: Iterable[str]) -> dict[str, str]:
    """The files' texts with their line breaks as they are."""
    return {file: (root / file).read_bytes().decode("utf-8") for file in dict.fromkeys(files)}


def trial(store: Store, texts: Mapping[str, str], *, allow_outside: bool = False) -> Store:
    """The store as it would be with `texts` in place."""
    with tempfile.TemporaryDirectory(prefix="cloudtune-") as folder:
        root = Path(folder)
        for file, layers in store.sources.items():
            write_bytes(root / file, texts.get(file, layers.own.text).encode("utf-8"))
        return load_store(root, allow_outside=allow_outside)


def resolved_after(store: Store, resolved: ResolvedSpec, texts: Mapping[str, str]) -> ResolvedSpec:
    """The spec as it would be; refuses edits that would make it, or another one, invalid."""
    after = trial(store, texts)
    known = {(problem.file, problem.code, problem.path) for problem in store.problems}
    fresh = [one for one in after.problems if one.is_error and (one.file, one.code, one.path) not in known]
    if fresh or resolved.id not in after.forecasts:
        raise Refusal(*(_explained(one) for one in fresh))
    return after.forecasts[resolved.id]


def write(store: Store, resolved: ResolvedSpec, texts: Mapping[str, str]) -> list[str]:
    """Put the texts in place, all valid or none written; returns the files that changed."""
    resolved_after(store, resolved, texts)
    return [file for file in sorted(texts) if write_bytes(store.root / file, texts[file].encode("utf-8"))]


def _explained(problem: Problem) -> Problem:
    message = f"the suggestion would make the spec invalid: {problem.message}"
    return Problem(
        "CT790",
        message,
        "nothing was written; leave that suggestion out",
        file=problem.file,
        path=problem.path,
    )
