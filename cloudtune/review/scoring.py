"""A repository's score: its history, its actuals and its calendars brought together."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cloudtune.data.load import load
from cloudtune.errors import Problem, Refusal
from cloudtune.review.actuals import actuals_of
from cloudtune.review.history import refuse_shallow, vintages
from cloudtune.review.revisions import open_repository
from cloudtune.review.score import Edition, Score, score

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from cloudtune.review.actuals import Actuals
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.spec.store import Store


def score_repository(
    store: Store, ids: Sequence[str], revision: str = "HEAD", *, allow_outside: bool = False
) -> Score:
    """Score the committed history of `ids` against the data of today."""
    problems: list[Problem] = []
    repository = open_repository(store.root)
    refuse_shallow(repository)
    actuals: dict[str, Actuals] = {}
    editions: dict[str, tuple[Edition, ...]] = {}
    for name in ids:
        resolved = store.resolve(name)
        try:
            actuals[name] = actuals_of(load(resolved, store.root, allow_outside=allow_outside))
        except Refusal as refusal:
            problems += refusal.problems
            continue
        editions[name] = tuple(_editions(resolved))
    if not actuals:
        raise Refusal(*problems, _no_actuals())
    wanted = frozenset(ids)

    def last_day(name: str) -> str:
        return actuals[name].last if name in actuals else ""

    history = vintages(repository, revision, wanted.__contains__, last_day, problems)
    return score(history, actuals, editions, problems)


def _editions(resolved: ResolvedSpec) -> Iterator[Edition]:
    zone = ZoneInfo(resolved.spec.series.timezone)
    for event in resolved.events:
        for edition in event.editions:
            yield Edition(event.name, _wall(edition.start, zone), _wall(edition.end, zone))


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _no_actuals() -> Problem:
    return Problem(
        "CT735", "no forecast has data to score its past against", "fetch the data, or select other forecasts"
    )
