"""The rows of a document: each finding of a run, rounded, and the line of the spec that causes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from cloudtune.errors import SpecPath
from cloudtune.report import document as doc
from cloudtune.report import words
from cloudtune.report.figures import day_stamp, figure, figure_range, fraction, fraction_range, stamp

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cloudtune.engine.result import Accuracy as Measured
    from cloudtune.engine.result import ChangepointFact, Choice, EventOutlook, Outcome, Peak, StepForecast
    from cloudtune.spec.resolved import Event, ResolvedSpec


_METRICS = ("wape", "naive_wape", "mase", "bias", "peak_error", "coverage", "pinball")


def peak_row(peak: Peak, forecast: StepForecast, decimals: int) -> doc.PeakRow:
    """A highest step: of a day, of an occurrence, of the horizon."""
    at = stamp if not forecast.timeline.step.is_calendar else day_stamp
    return {
        "at": at(peak.at),
        "height": figure_range(peak.height, decimals),
        "driver": peak.driver,
        "times_normal": figure(peak.times_normal, 3),
        "value_at": figure(peak.value_at, decimals),
    }


def driver_of(peak: Peak, events: Sequence[EventOutlook]) -> str:
    """The event of a peak by the name of the occurrence around it.

    Why: a launch that borrows its lift is driven by the curve of another event, whose name would puzzle.
    """
    around = [event for event in events if event.start <= peak.at < event.end]
    if not peak.driver or not around or any(event.name == peak.driver for event in around):
        return peak.driver
    return max(around, key=lambda event: (event.lift.value, event.name)).name


def occurrence_row(
    event: EventOutlook,
    forecast: StepForecast,
    decimals: int,
    resolved: ResolvedSpec,
    locate: Locate,
) -> doc.OccurrenceRow:
    """One future occurrence, with the line that causes it."""
    peak = peak_row(event.peak, forecast, decimals)
    file, line = place_of(event, resolved, locate)
    return {
        "name": event.name,
        "start": stamp(event.start),
        "end": stamp(event.end),
        "length": words.length(int((event.end - event.start).astype("timedelta64[m]").astype(int))),
        "lift": figure_range(event.lift, 3),
        "peak_at": peak["at"],
        "peak": peak["height"],
        "total": figure_range(event.total, decimals),
        "learned_from": event.learned_from,
        "file": file,
        "line": line,
    }


def changepoint_row(fact: ChangepointFact, scale: str, decimals: int) -> doc.ChangepointRow:
    """A change of slope or level."""
    is_relative = scale == "multiplicative"
    return {
        "kind": fact.kind,
        "at": day_stamp(fact.at),
        "declared": fact.declared,
        "reason": fact.reason,
        "size": fraction_range(fact.size) if is_relative else figure_range(fact.size, decimals),
    }


def accuracy_row(row: Measured) -> doc.AccuracyRow:
    """Backtest figures of one step and lead time."""
    rounded = {metric: fraction(getattr(row, metric)) for metric in _METRICS}
    return {"step": row.step, "ahead": row.ahead, "points": int(row.points), **rounded}  # type: ignore[typeddict-item]


def choice_row(choice: Choice) -> doc.ChoiceRow:
    """A modelling choice and what it bought."""
    return {
        "what": choice.what,
        "chosen": choice.chosen,
        "error": fraction(choice.error),
        "alternative": choice.alternative,
        "alternative_error": fraction(choice.alternative_error),
    }


def exclusion_rows(outcome: Outcome) -> list[doc.ExclusionRow]:
    """Masked windows in order of start."""
    return [
        {
            "start": stamp(window.start),
            "end": stamp(window.end),
            "points": int(window.points),
            "reason": window.reason,
            "review_by": window.review_by,
        }
        for window in sorted(outcome.exclusions, key=lambda window: (window.start, window.end))
    ]


def fold_rows(outcome: Outcome) -> list[doc.FoldRow]:
    """Each rolling origin."""
    return [
        doc.FoldRow(stamp(f.cutoff), fraction(f.wape), fraction(f.naive_wape), fraction(f.coverage))
        for f in outcome.folds
    ]


Locate = Callable[[str, SpecPath], "int | None"]
"""File and spec path to line."""


def place_of(outlook: EventOutlook, resolved: ResolvedSpec, locate: Locate) -> tuple[str, int | None]:
    """File and line of the occurrence, of its event where it has none of its own; ("", None) unknown."""
    event = next((event for event in resolved.events if event.name == outlook.name), None)
    if event is None:
        return "", None
    file = event.file or resolved.file
    path = _occurrence_path(event, outlook.start, resolved.spec.series.timezone) or event.path
    return file, locate(file, path)


def _occurrence_path(event: Event, start: np.datetime64, timezone: str) -> SpecPath:
    minute = start.astype("datetime64[m]")
    paths = (e.path for e in event.occurrences if _wall_minute(e.start, timezone) == minute)
    return next(paths, ())


def _wall_minute(moment: datetime, timezone: str) -> np.datetime64:
    return np.datetime64(moment.astimezone(ZoneInfo(timezone)).replace(tzinfo=None), "m")
