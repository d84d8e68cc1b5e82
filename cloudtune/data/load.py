"""From a spec to a series that a model may see."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from cloudtune.data.opening import Access, SpecPlace, TimeWindow
from cloudtune.data.regular import Regular, Wanted, regular
from cloudtune.data.rows import fetch
from cloudtune.data.series import Cleaned, fingerprint
from cloudtune.data.sources.reader import Asked
from cloudtune.data.variables import variables_of
from cloudtune.data.weeks import Weeks
from cloudtune.errors import Problem
from cloudtune.spec.messages import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cloudtune.data.series import Series
    from cloudtune.data.timeline import Bools, Timeline
    from cloudtune.spec.forecast import ForecastSpec
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.timegrid import Step


def load(resolved: ResolvedSpec, root: Path, *, allow_outside: bool = False) -> Cleaned:
    """Read all that `resolved` names; refuses what can't be mended, counts what was."""
    spec, access = resolved.spec, Access(root, allow_outside)
    top, block = SpecPlace(resolved.file), spec.series
    window = TimeWindow.of(block.start, block.end, block.timezone)
    asked = Asked(window, block.aggregate, access, top.below("series", "source"), block.step)
    own, rows = _series(spec, block.source, block.step, asked)
    series = own.series
    past = _history(spec, access, top)
    history = past.series if past else None
    variables, filled = variables_of(spec, series.timeline, access, top)
    masked = masked_by(spec, series.timeline)
    _refuse_negative(spec, series, masked, top)
    return Cleaned(
        series=series,
        masked=masked,
        repairs=(*own.repairs, *(past.repairs if past else ()), *filled),
        variables=variables,
        history=history,
        data_hash=fingerprint(series, variables, history),
        rows=rows,
        findings=(*own.findings, *(past.findings if past else ()), *_idle_windows(spec, series, top)),
    )


def _series(spec: ForecastSpec, source: Any, step: Step, asked: Asked) -> tuple[Regular, int]:
    """The series or its history, what was mended, and the number of rows read."""
    instants = fetch(source, asked)
    wanted = Wanted(
        step,
        asked.window.timezone,
        asked.aggregate,
        spec.series.missing,
        combine=source.duplicates != "refuse",
        weeks=Weeks.of(source),
    )
    found = regular(instants, wanted, asked.place)
    return replace(found, series=replace(found.series, unit=spec.series.unit)), instants.rows


def _history(spec: ForecastSpec, access: Access, top: SpecPlace) -> Regular | None:
    block, source = spec.series, spec.series.history
    if source is None:
        return None
    # What came before `start` is what a history is for.
    window = TimeWindow.of(None, block.end, block.timezone)
    asked = Asked(window, block.aggregate, access, top.below("series", "history"), source.step)
    found, _ = _series(spec, source, source.step, asked)
    named = tuple(replace(repair, detail=f"history: {repair.detail}") for repair in found.repairs)
    return replace(found, repairs=named)


def masked_by(spec: ForecastSpec, timeline: Timeline) -> Bools:
    """Points that one of the spec's outlier windows touches, in part or in whole."""
    masked = np.zeros(timeline.periods, dtype=bool)
    zone = ZoneInfo(spec.series.timezone)
    for outlier in spec.outliers:
        masked[timeline.touched(outlier.start.at(zone), outlier.end.at(zone))] = True
    return masked


def _idle_windows(spec: ForecastSpec, series: Series, top: SpecPlace) -> Iterator[Problem]:
    """A warning for each outlier window that touches no value."""
    zone, timeline = ZoneInfo(spec.series.timezone), series.timeline
    known = np.isfinite(series.values)
    for number, outlier in enumerate(spec.outliers):
        if known[timeline.touched(outlier.start.at(zone), outlier.end.at(zone))].any():
            continue
        span = f"{timeline.day[0]} to {timeline.day[-1]}"
        message = (
            f"the outlier window from {outlier.start} to {outlier.end} masks nothing: it touches no value"
        )
        hint = f"the data runs from {span}; correct the window, or delete it"
        path = (*top.path, "outliers", number, "start")
        yield Problem("CT417", message, hint, "warning", file=top.file, path=path)


def _refuse_negative(spec: ForecastSpec, series: Series, masked: Bools, top: SpecPlace) -> None:
    below = np.flatnonzero((series.values < 0) & ~masked)
    if spec.scale != "multiplicative" or not len(below):
        return
    first = series.timeline.local[below[0]].astype("datetime64[m]")
    rows = counted(len(below), "row")
    message = f"negative values in {rows}, the first at {first}; a multiplicative scale has none"
    raise top.below("scale").refusal("CT411", message, "set scale: additive, or mask them as outliers")
