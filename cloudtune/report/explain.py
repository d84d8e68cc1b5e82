"""The ingredients of a stretch of a forecast, in words that multiply or add up."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from cloudtune.report import words
from cloudtune.report.figures import stamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cloudtune.engine.explain import Composition
    from cloudtune.spec.forecast import SeriesBlock

SCHEMA = "cloudtune/explain/v1"
_UNMOVED = 5e-4
"""An ingredient that changes less than half a thousandth has nothing to say in text."""
_DIGITS = 10


def text(explanations: Sequence[Composition], series: SeriesBlock) -> str:
    """For a terminal: the value, each ingredient, the check."""
    return "\n".join("\n".join(_lines(each, series)) for each in explanations) + "\n"


def markdown(explanations: Sequence[Composition], series: SeriesBlock) -> str:
    """For a review: one table a stretch."""
    parts = []
    for each in explanations:
        rows = [f"| {name} | {cell} | {_added(each, name)} |" for name, cell in _told(each)]
        head = ["| ingredient | value | adds |", "|---|---|---|"]
        parts.append("\n".join([f"**{_headline(each, series)}**", "", *head, *rows, "", _check(each)]))
    return "\n\n".join(parts) + "\n"


def as_json(name: str, explanations: Sequence[Composition]) -> dict[str, Any]:
    """For programs: every ingredient, unmoved ones too."""
    return {
        "schema_version": SCHEMA,
        "id": name,
        "explanations": [_record(each) for each in explanations],
    }


def _lines(each: Composition, series: SeriesBlock) -> Iterator[str]:
    yield f"  {_headline(each, series)}"
    sign = "x" if each.scale == "multiplicative" else "+"
    for number, (name, cell) in enumerate(_told(each)):
        yield f"  {sign if number else ' '} {cell:>11}   {name}"
    yield f"  = {_check(each)}"


def _headline(each: Composition, series: SeriesBlock) -> str:
    unit = f" {series.unit}" if series.unit else ""
    span = words.when(stamp(each.start))
    if each.points > 1:
        span = f"{span} to {words.when(stamp(each.end))}"
    actual = f", actual {_amount(each.actual)}" if isfinite(each.actual) else ""
    total = " in total" if each.points > 1 else ""
    return f"{span}: {_amount(each.value)}{unit}{total}{actual}"


def _told(each: Composition) -> Iterator[tuple[str, str]]:
    """Names and values of the ingredients that move something, the base first."""
    for number, (name, value) in enumerate(each.ingredients.items()):
        if number == 0:
            yield name, _amount(value)
        elif each.scale == "multiplicative" and abs(value - 1) >= _UNMOVED:
            yield name, f"{value:.3f}"
        elif each.scale == "additive" and abs(value) >= _UNMOVED * abs(each.value):
            yield name, _amount(value)


def _added(each: Composition, name: str) -> str:
    return _amount(each.steps[name])


def _check(each: Composition) -> str:
    off = abs(each.check / each.value - 1) if each.value else abs(each.check)
    return f"{_amount(each.check)}  (difference {off:.2%})"


def _amount(value: float) -> str:
    """A number as a planner reads it: no decimals from a hundred on."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _record(each: Composition) -> dict[str, Any]:
    return {
        "start": stamp(each.start),
        "end": stamp(each.end),
        "points": each.points,
        "scale": each.scale,
        "value": _plain(each.value),
        "check": _plain(each.check),
        "holds": each.holds,
        "actual": _plain(each.actual),
        "ingredients": {name: _plain(value) for name, value in each.ingredients.items()},
        "adds": {name: _plain(value) for name, value in each.steps.items()},
    }


def _plain(value: float) -> float | None:
    return float(f"{value:.{_DIGITS}g}") if isfinite(value) else None
