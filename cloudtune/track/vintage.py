"""A forecast as it was made: by the specs of a commit, or by today's as of a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from cloudtune.errors import Problem, Refusal
from cloudtune.git.calls import objects, open_repository
from cloudtune.git.revisions import commit_of, files_written, listing
from cloudtune.report import words
from cloudtune.report.io import read_document
from cloudtune.review.documents import specs_at
from cloudtune.run.steps import Prepared, forecast, read
from cloudtune.timegrid import Moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from numpy.typing import NDArray

    from cloudtune.data.series import Cleaned
    from cloudtune.data.timeline import Timeline
    from cloudtune.engine.result import Scale, StepForecast
    from cloudtune.git.calls import Repository
    from cloudtune.report.document import Document
    from cloudtune.spec.resolved import ResolvedSpec


SHORT = 7


@dataclass(frozen=True, slots=True)
class Committed:
    """A committed report and the commit that holds it."""

    commit: str
    date: str
    """ISO date of the commit; empty where a revision was named."""
    document: Document

    @property
    def label(self) -> str:
        """`1f2e3d4 of 3 Jun 2026`."""
        return f"{self.commit[:SHORT]} of {words.start(self.date[:10])}" if self.date else self.commit[:SHORT]


def committed_before(root: Path, report_id: str, start: datetime, revision: str | None = None) -> Committed:
    """The newest committed report that had seen no data after `start`; or that of `revision`.

    Why data and not the clock of the commit decide: a forecast is a forecast because of what
    it had not seen, whenever it was committed.
    """
    path = f"reports/{report_id}.json"
    if revision is not None:
        repository = open_repository(root)
        return _at(repository, commit_of(repository, revision), path)
    try:
        found = _unseen(open_repository(root), path, start)
    except Refusal as refusal:
        raise Refusal(*refusal.problems, _nothing(report_id, start)) from refusal
    if found is None:
        raise Refusal(_nothing(report_id, start))
    return found


def committed_vintage(
    found: Committed, report_id: str, root: Path, *, allow_outside: bool = False
) -> Vintage:
    """The points of a committed forecast: its own specs and the data up to where it had seen them."""
    with specs_at(root, found.commit) as store:
        resolved = store.forecasts.get(report_id)
        if resolved is None:
            raise Refusal(_no_spec(report_id, found))
        cleaned = actuals_of(resolved, root, allow_outside=allow_outside)
    made = _through(found.document).at(ZoneInfo(found.document["timezone"]))
    return vintage_of(cleaned, resolved, made, found.label)


def open_ended(resolved: ResolvedSpec) -> ResolvedSpec:
    """The spec with all the data that there is, past its `series.end` too."""
    series = resolved.spec.series.model_copy(update={"end": None})
    return replace(resolved, spec=resolved.spec.model_copy(update={"series": series}))


def actuals_of(resolved: ResolvedSpec, root: Path, *, allow_outside: bool = False) -> Cleaned:
    """The series as it is today."""
    return read(open_ended(resolved), root, allow_outside=allow_outside).cleaned


def _unseen(repository: Repository, path: str, start: datetime) -> Committed | None:
    """The newest report that had seen nothing after `start`."""
    for found in _newest_first(repository, path):
        through = _through(found.document).at(ZoneInfo(found.document["timezone"]))
        if through.astimezone(start.tzinfo) <= start:
            return found
    return None


def _newest_first(repository: Repository, path: str) -> Iterator[Committed]:
    for file in reversed(list(files_written(repository, "HEAD", path))):
        if file.path == path and file.blob:
            yield _read(repository, path, file.blob, file.commit, file.date)


def _at(repository: Repository, commit: str, path: str) -> Committed:
    side = listing(repository, commit, path)
    if path not in side.blobs:
        raise Refusal(
            Problem("CT780", f"{commit[:SHORT]} holds no {path}", "name a revision with a report", file=path)
        )
    return _read(repository, path, side.blobs[path], commit)


def _read(repository: Repository, path: str, blob: str, commit: str, date: str = "") -> Committed:
    (data,) = objects(repository, [blob])
    document, _ = read_document(path, data, commit)
    return Committed(commit, date, document)


def _through(document: Document) -> Moment:
    return Moment.parse(document["inputs"]["data_through"])


def _nothing(report_id: str, start: datetime) -> Problem:
    message = f"no committed report of {report_id} was made before {start:%Y-%m-%d %H:%M}"
    hint = "commit reports before the event; or see what would have been forecast with --train-to"
    return Problem("CT780", message, hint, file=f"reports/{report_id}.json")


def _no_spec(report_id: str, found: Committed) -> Problem:
    message = f"{found.commit[:SHORT]} holds the report of {report_id}, but no valid spec for it"
    return Problem("CT781", message, "choose another --revision, or --train-to")


LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True, eq=False)
class Vintage:
    """What was forecast for the points of `timeline`, and when; all arrays (timeline.periods,)."""

    label: str
    """For people: `main@1f2e3d4` or `by today's spec`."""
    made: np.datetime64
    """Local wall time just after the last value that the forecast had seen."""
    timeline: Timeline
    median: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    ingredients: Mapping[str, NDArray[np.float64]]
    scale: Scale

    def part(self, first: int, last: int) -> Vintage:
        """The points from `first` up to `last`."""
        inside = slice(first, last)
        start = self.timeline.utc[first]
        return replace(
            self,
            timeline=replace(self.timeline, start=start, periods=last - first),
            median=self.median[inside],
            low=self.low[inside],
            high=self.high[inside],
            ingredients={name: values[inside] for name, values in self.ingredients.items()},
        )


def vintage_of(
    cleaned: Cleaned, resolved: ResolvedSpec, made: datetime, label: str, *, seed: int = 0
) -> Vintage:
    """The forecast of the base step by a spec that had seen the data before `made`, and no more.

    Why a refit: a committed report holds days and peaks, not minutes; the engine is a function of
    spec and data, so both at their committed state give the committed forecast again.
    """
    timeline = cleaned.series.timeline
    points = min(timeline.position(made), timeline.periods)
    if points < 1:
        raise Refusal(_nothing_before(made))
    run = forecast(Prepared(resolved, cleaned).head(points), seed=seed)
    made_at = timeline.local[points - 1] + np.timedelta64(timeline.step.minutes * 60, "s")
    return _from_step_forecast(run.outcome.forecasts[timeline.step.name], label, made_at)


def _from_step_forecast(found: StepForecast, label: str, made: np.datetime64) -> Vintage:
    return Vintage(
        label=label,
        made=made,
        timeline=found.timeline,
        median=found.median,
        low=found.quantiles[LOW],
        high=found.quantiles[HIGH],
        ingredients=found.ingredients,
        scale=found.scale,
    )


def _nothing_before(made: datetime) -> Problem:
    return Problem(
        "CT781",
        f"there is no data before {made:%Y-%m-%d %H:%M} to forecast from",
        "choose a later --train-to, or track a later window",
    )
