"""The rows of a document: each finding of a run, rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.report import words
from cloudtune.report.figures import (
    day_stamp,
    figure,
    figure_range,
    fraction,
    fraction_range,
    stamp,
)
from cloudtune.report.origins import origin_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.forecast.result import AccuracyRow as Measured
    from cloudtune.forecast.result import BreakFact, Choice, EventOutlook, Forecast, Outcome, Peak
    from cloudtune.report import document as doc
    from cloudtune.report.origins import Locate
    from cloudtune.spec.resolved import ResolvedSpec

_METRICS = ("wape", "naive_wape", "mase", "bias", "peak_error", "coverage", "pinball")


def peak_row(peak: Peak, forecast: Forecast, decimals: int) -> doc.PeakRow:
    """One of the highest days."""
    at = stamp if not forecast.timeline.step.is_calendar else day_stamp
    return {
        "at": at(peak.at),
        "height": figure_range(peak.height, decimals),
        "driver": peak.driver,
        "times_normal": figure(peak.times_normal, 3),
    }


def driver_of(peak: Peak, events: Sequence[EventOutlook]) -> str:
    """The event of a peak by the name of the edition around it.

    Why: a launch that borrows its lift is driven by the curve of another event, whose name would puzzle.
    """
    around = [event for event in events if event.start <= peak.at < event.end]
    if not peak.driver or not around or any(event.name == peak.driver for event in around):
        return peak.driver
    return max(around, key=lambda event: (event.lift.value, event.name)).name


def event_row(
    event: EventOutlook,
    forecast: Forecast,
    decimals: int,
    resolved: ResolvedSpec,
    locate: Locate,
) -> doc.EventRow:
    """One future edition, with the line that causes it."""
    peak = peak_row(event.peak, forecast, decimals)
    file, line = origin_of(event, resolved, locate)
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


def break_row(fact: BreakFact, scale: str, decimals: int) -> doc.BreakRow:
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


def fold_rows(outcome: Outcome) -> list[list[str | float | None]]:
    """[cutoff, wape, naive wape, coverage] of each rolling origin."""
    return [
        [stamp(f.cutoff), fraction(f.wape), fraction(f.naive_wape), fraction(f.coverage)]
        for f in outcome.folds
    ]
