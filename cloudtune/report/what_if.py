"""A what-if beside its baseline: figures that differ, in three formats."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudtune.report import words
from cloudtune.report.figures import fraction, stamp

if TYPE_CHECKING:
    from cloudtune.engine.result import EventOutlook, Outcome, Run, StepForecast


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """One figure of both sides; None where a side does not have it."""

    figure: str
    baseline: float | None
    scenario: float | None
    note: str = ""

    @property
    def change(self) -> float | None:
        """Relative."""
        if not self.baseline or self.scenario is None:
            return None
        return self.scenario / self.baseline - 1.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """A forecast under a scenario, row by row."""

    name: str
    scenario: str
    unit: str
    rows: tuple[ComparedFigure, ...]


def compare(baseline: Run, other: Run, scenario: str) -> Comparison:
    """Totals of each granularity, the highest peak, each coming occurrence."""
    before, after = baseline.outcome, other.outcome
    rows = [_total(name, forecast, after.forecasts[name]) for name, forecast in before.forecasts.items()]
    rows += [_peak(before, after), *_events(before, after)]
    growth, changed = (fraction(one.trend.growth_a_year.value) for one in (before, after))
    rows.append(ComparedFigure("growth a year", growth, changed))
    spec = baseline.resolved.spec
    return Comparison(spec.name, scenario, spec.series.unit, tuple(rows))


def text(comparison: Comparison) -> str:
    """For a terminal."""
    head = f"{comparison.name}, what if {comparison.scenario} (nothing was written)"
    width = max(len(row.figure) for row in comparison.rows)
    lines = [head, f"  {'':{width}}  {'baseline':>10}  {'what if':>10}  {'change':>8}"]
    for row in comparison.rows:
        before, after, change = _cells(row)
        lines.append(f"  {row.figure:{width}}  {before:>10}  {after:>10}  {change:>8}  {row.note}".rstrip())
    return "\n".join(lines) + "\n"


def markdown(comparison: Comparison) -> str:
    """For a pull request."""
    lines = [
        f"## {comparison.name}: what if {comparison.scenario}",
        "",
        "| figure | baseline | what if | change | |",
        "|---|---|---|---|---|",
        *(f"| {row.figure} | {' | '.join(_cells(row))} | {row.note} |" for row in comparison.rows),
    ]
    return "\n".join(lines) + "\n"


def as_json(comparison: Comparison) -> str:
    """For machines."""
    rows = [
        {
            "figure": row.figure,
            "baseline": row.baseline,
            "scenario": row.scenario,
            "change": row.change,
            "note": row.note,
        }
        for row in comparison.rows
    ]
    content = {
        "name": comparison.name,
        "scenario": comparison.scenario,
        "unit": comparison.unit,
        "rows": rows,
    }
    return json.dumps(content, indent=1) + "\n"


def _total(name: str, before: StepForecast, after: StepForecast) -> ComparedFigure:
    return ComparedFigure(f"total of {name}", float(before.median.sum()), float(after.median.sum()))


def _peak(before: Outcome, after: Outcome) -> ComparedFigure:
    sides = [side.peak for side in (before, after)]
    heights = [None if peak is None else peak.height.value for peak in sides]
    moments = [None if peak is None else stamp(peak.at) for peak in sides]
    note = "" if moments[0] == moments[1] else f"moves from {moments[0]} to {moments[1]}"
    return ComparedFigure("highest peak", heights[0], heights[1], note)


def _events(before: Outcome, after: Outcome) -> list[ComparedFigure]:
    """Occurrences on both sides by event and number: a moved one keeps its place in the row."""
    old, new = _numbered(before), _numbered(after)
    rows = []
    for key in sorted(old.keys() | new.keys()):
        one, other = old.get(key), new.get(key)
        occurrence = one or other
        if occurrence is None or (one and other and _same(one, other)):
            continue
        label = f"{key[0]} {stamp(occurrence.start)[:10]}"
        note = f"starts {stamp(other.start)}" if one and other and one.start != other.start else ""
        rows.append(ComparedFigure(f"{label} peak", _height(one), _height(other), note))
        rows.append(ComparedFigure(f"{label} total", _sum(one), _sum(other)))
    return rows


def _numbered(outcome: Outcome) -> dict[tuple[str, int], EventOutlook]:
    found: dict[tuple[str, int], EventOutlook] = {}
    for event in outcome.events:
        number = sum(1 for name, _ in found if name == event.name)
        found[event.name, number] = event
    return found


def _same(one: EventOutlook, other: EventOutlook) -> bool:
    return one.start == other.start and one.total.value == other.total.value


def _height(event: EventOutlook | None) -> float | None:
    return None if event is None else event.peak.height.value


def _sum(event: EventOutlook | None) -> float | None:
    return None if event is None else event.total.value


def _cells(row: ComparedFigure) -> tuple[str, str, str]:
    show = words.signed if row.figure == "growth a year" else words.number
    change = "" if row.figure == "growth a year" else words.signed(row.change)
    return show(row.baseline), show(row.scenario), change
