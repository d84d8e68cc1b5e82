"""Changed reports computed anew: whether a committed forecast is what its spec and data give.

Hashes tell a stale report from a fresh one, not a forged one: whoever writes a report writes its hashes, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from cloudtune.errors import Family, Problem, Refusal, command
from cloudtune.report.io import REPORTS, read_document
from cloudtune.report.sticky import DEFAULT_TOLERANCE, differing, is_settled, reworded
from cloudtune.run.steps import document_of, execute
from cloudtune.run.workers import within
from cloudtune.spec import load_store
from cloudtune.spec.messages import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from cloudtune.report.document import Document
    from cloudtune.review.check import Verdict
    from cloudtune.spec.store import Store


@dataclass(frozen=True)
class Fresh:
    """What a forecast is today, or why that can't be said."""

    document: Document | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, eq=False)
class Refits:
    """What computing reports anew needs once a process."""

    store: Store

    @classmethod
    def of(cls, root: Path) -> Refits:
        """Read the store."""
        return cls(load_store(root))

    def __call__(self, name: str) -> Fresh:
        """The document of one forecast; a refusal is a result, not an exception."""
        try:
            return Fresh(document_of(execute(self.store.resolve(name), self.store.root), self.store))
        except Refusal as refusal:
            return Fresh(None, refusal.problems)


def recomputed(
    verdict: Verdict,
    root: Path,
    names: Sequence[str],
    base: Mapping[str, Document],
    *,
    seconds: float,
    begin: Callable[[], Callable[[str], Fresh]] | None = None,
) -> Verdict:
    """The verdict with each report of `names` held against a fresh forecast, as far as the time goes.

    The tolerance is that of the base's report: what a change brings along doesn't widen it.
    """
    found: list[Problem] = []
    done = 0
    for name, fresh in within(begin or partial(Refits.of, root), names, seconds=seconds):
        if fresh is None or any(problem.family is Family.DATA for problem in fresh.problems):
            found.append(_not_done(name, fresh, seconds))
            continue
        done += 1
        found += fresh.problems
        if fresh.document is not None:
            found += _held(root, name, fresh.document, base.get(name))
    said = f"{counted(done, 'changed report')} recomputed"
    missed = f", {len(names) - done:,} not" if done < len(names) else ""
    return verdict.beside(found, f"{said}{missed}")


def _held(root: Path, name: str, fresh: Document, before: Document | None) -> Iterator[Problem]:
    file = f"{REPORTS}/{name}.json"
    path = root / file
    if not path.is_file():
        return
    try:
        committed, _ = read_document(file, path.read_bytes())
    except Refusal:
        # It is stale, and the verdict says so.
        return
    tolerance = before.get("tolerance", DEFAULT_TOLERANCE) if before else DEFAULT_TOLERANCE
    run = command("cloudtune", "run", "-s", name)
    is_kept = before is not None and is_settled(fresh, committed, before)
    if not is_kept and (keys := differing(fresh, committed, tolerance)):
        message = f"{name} is not what its spec and data give: {', '.join(keys)} differ from a fresh forecast"
        yield Problem("CT738", message, run, file=file)
    elif words := reworded(fresh, committed, before):
        message = f"{name} has the figures of a fresh forecast, but other words: {', '.join(words)}"
        yield Problem("CT738", message, run, "warning", file)


def _not_done(name: str, fresh: Fresh | None, seconds: float) -> Problem:
    why = fresh.problems[0].message if fresh else f"{seconds:g} seconds were not enough, or its process died"
    hint = "look at the report itself, or give more time: --refit-within"
    message = f"{name} was not recomputed, so its figures are taken on trust: {why}"
    return Problem("CT740", message, hint, "warning", f"{REPORTS}/{name}.json")
