"""Which column is forecast, how its numbers are written, what they count and how they add up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cloudtune.errors import Problem, Refusal
from cloudtune.timegrid import STEPS

if TYPE_CHECKING:
    from cloudtune.draft.table import Offered
    from cloudtune.draft.times import Times

_STYLES = (
    (".", ""),
    (",", ""),
    (".", ","),
    (",", "."),
    (",", " "),
    (",", "\u00a0"),
    (",", "\u202f"),
    (".", "'"),
)
"""Decimal and thousands as people write them, the plainest first."""
_GROUPED = {(".", ""): (",", "."), (",", ""): (".", ",")}
"""What a style is where its one mark stands before three digits alone."""
_NAMED = re.compile(
    r"value|count|sales|orders|demand|requests|visits|views|hits|total|sum|load|users|trips|units|wert|anzahl|"
    r"menge|umsatz|cantidad|ventas|quantity|qty|amount|volume|sessions|passengers|^y$|^n$",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"^id$|_id$|index|^unnamed|flag|holiday|temp|year$|^hour$|^month$|^day$|week", re.IGNORECASE
)
_LEVELS = re.compile(
    r"\b[kmg]?w\b|mw$|watt|price|rate|ratio|percent|pct|%|temp|°|latency|utili[sz]ation|average|avg|mean|"
    r"demand_?mw|load|occupancy|concurrent|active|level|stock|inventory",
    re.IGNORECASE,
)
_UNIT = re.compile(r"[(\[]\s*([^)\]]{1,20}?)\s*[)\]]")
_PLAIN_WORDS = frozenset(
    {"value", "values", "y", "count", "total", "sum", "n", "wert", "anzahl", "amount", "quantity"}
)
_ENOUGH = 0.9


@dataclass(frozen=True, eq=False)
class Values:
    """A column of numbers, understood."""

    column: str
    numbers: pd.Series
    keys: tuple[tuple[str, Any, str], ...]
    unit: str
    aggregate: str
    missing: str
    why_column: str
    why_aggregate: str
    why_missing: str
    others: tuple[str, ...] = ()
    """Further columns of numbers: regressors, perhaps."""


@dataclass(frozen=True, eq=False)
class _Numbers:
    column: str
    values: pd.Series
    decimal: str = "."
    thousands: str = ""


def find_values(table: Offered, times: Times) -> Values:
    """The column of numbers that looks most like what is counted."""
    read = (_read(table.frame[name]) for name in table.frame.columns if name != times.column)
    found = [numbers for numbers in read if numbers is not None and not _counts_rows(numbers.values)]
    if not found:
        message = f"no column of numbers beside {times.column!r}"
        raise Refusal(Problem("CT406", message, "give a value a row, or a query that counts rows"))
    best = max(found, key=_likeness)
    others = tuple(one.column for one in found if one is not best)
    doubled, why = _doubles(times, best, _aggregate(best)[0])
    aggregate, why_aggregate = _aggregate(best)
    missing, why_missing = _missing(times, best.values, aggregate)
    return Values(
        column=best.column,
        numbers=best.values,
        keys=(*_style(best), *((("duplicates", doubled, why),) if doubled else ())),
        unit=_unit_of(best.column),
        aggregate=aggregate,
        missing=missing,
        why_column="found" if not others else f"assumed: the file also has {', '.join(others[:6])}",
        why_aggregate=why_aggregate,
        why_missing=why_missing,
        others=others,
    )


def _read(column: pd.Series) -> _Numbers | None:
    name = str(column.name)
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return None
    if pd.api.types.is_numeric_dtype(column):
        return _Numbers(name, column.astype(float)) if column.notna().any() else None
    texts = column.dropna().map(lambda value: str(value).strip())
    if texts.empty:
        return None
    fitting = (style for style in _STYLES if _fits(texts, *style))
    style = next(fitting, None)
    if style is None:
        return None
    decimal, thousands = _GROUPED[style] if style in _GROUPED and _is_grouped(texts, style[0]) else style
    plain = texts.str.replace(thousands, "", regex=False) if thousands else texts
    numbers = pd.to_numeric(plain.str.replace(decimal, ".", regex=False), errors="coerce")
    return _Numbers(name, numbers.reindex(column.index), decimal, thousands)


def _fits(texts: pd.Series, decimal: str, thousands: str) -> bool:
    groups = rf"|\d{{1,3}}({re.escape(thousands)}\d{{3}})+" if thousands else ""
    shape = rf"[+-]?(\d+{groups})?({re.escape(decimal)}\d*)?([eE][+-]?\d+)?|nan|NaN"
    return float(texts.str.fullmatch(shape).mean()) >= (_ENOUGH if thousands else 0.995)


def _is_grouped(texts: pd.Series, mark: str) -> bool:
    """Marks that divide thousands: each before three digits; points beside numbers that have none."""
    marked = texts[texts.str.contains(mark, regex=False)]
    if len(marked) < 3 or (mark == "." and len(marked) == len(texts)):
        return False
    return bool(marked.str.fullmatch(rf"[+-]?[1-9]\d{{0,2}}({re.escape(mark)}\d{{3}})+").all())


def _style(numbers: _Numbers) -> tuple[tuple[str, Any, str], ...]:
    keys = (("decimal", numbers.decimal, ".", "found"), ("thousands", numbers.thousands, "", "found"))
    return tuple((key, value, why) for key, value, default, why in keys if value != default)


def _counts_rows(values: pd.Series) -> bool:
    """True for the number of the row, and for a constant."""
    steps = np.diff(values.dropna().to_numpy(float))
    return bool(not steps.size or (steps == steps[0]).all())


def _likeness(numbers: _Numbers) -> tuple[bool, bool, float]:
    known = numbers.values.dropna()
    return (
        bool(_NAMED.search(numbers.column)),
        not _ASIDE.search(numbers.column),
        float(known.nunique() / max(1, len(known))) if len(known) < 400 else float(known.nunique() > 12),
    )


def _aggregate(numbers: _Numbers) -> tuple[str, str]:
    if _LEVELS.search(numbers.column):
        return "mean", f"assumed: {numbers.column} tells a level; sum where steps add up"
    return "sum", "assumed: steps add up; mean where it is a level"


def _unit_of(name: str) -> str:
    """What stands in brackets, a unit at the end, or the column's own name."""
    if match := _UNIT.search(name):
        return match[1]
    word = re.split(r"[_\s]+", name.strip())[-1]
    if word in {"MW", "kW", "GW", "kWh", "MWh", "USD", "EUR", "GBP", "mw", "kw"}:
        return word
    return "" if name.lower() in _PLAIN_WORDS else re.sub(r"[^\w %€$£/-]", "", name)[:40]


def _doubles(times: Times, numbers: _Numbers, aggregate: str) -> tuple[str, str]:
    """What becomes of rows that fall into one step: nothing where there are none."""
    known = times.instants[times.instants.notna() & numbers.values.notna()]
    if STEPS[times.step].minutes <= 60:
        rows = pd.DataFrame({"time": known.dt.floor("min"), "value": numbers.values[known.index]})
    else:
        rows = pd.DataFrame({"time": known.dt.floor("D"), "value": numbers.values[known.index]})
    doubled = int(rows["time"].duplicated().sum())
    if not doubled:
        return "", ""
    alike = int(rows.duplicated().sum())
    if alike >= 0.95 * doubled and doubled < 0.05 * len(rows):
        return "last", f"found: {doubled:,} rows stand twice"
    word = "sum" if aggregate == "sum" else "mean"
    if doubled < 0.002 * len(rows):
        return (
            "last" if not times.is_zoned and doubled <= 24 else word,
            f"assumed: {doubled:,} times stand twice",
        )
    return word, f"assumed: {doubled:,} rows share their time with another"


def _missing(times: Times, values: pd.Series, aggregate: str) -> tuple[str, str]:
    """Whether a step without a row is unknown or nothing: closed hours and days, or rows left out at zero."""
    step = STEPS[times.step]
    known = times.instants[times.instants.notna()]
    grid = pd.DatetimeIndex(
        np.unique(known.dt.floor(f"{min(step.minutes, 1440)}min" if step.minutes < 1440 else "D"))
    )
    every = pd.date_range(grid[0], grid[-1], freq=f"{step.minutes}min")
    absent = 1 - len(grid) / max(1, len(every))
    if step.minutes > 1440 or absent < 0.02:
        return "gap", "" if absent <= 0 else f"found: {absent:.1%} of the steps have no row"
    if closed := _closed(grid, every, step.minutes):
        why = f"found: never a row {closed}; closed, it seems"
        return ("zero", why) if aggregate == "sum" else ("gap", why)
    smallest = float(values.min())
    if aggregate == "sum" and smallest >= 1 and float(values.median()) <= 20:
        return "zero", f"assumed: {absent:.0%} of the steps have no row, and no row says 0"
    return "gap", f"assumed: {absent:.0%} of the steps have no row, and are unknown"


def _closed(grid: pd.DatetimeIndex, every: pd.DatetimeIndex, minutes: int) -> str:
    """`on Saturday and Sunday`, `from 22:00 to 06:00`: what is never there, where the rest is."""
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    days = _presence(grid.day_of_week, every.day_of_week, 7)
    shut = [name for name, share in zip(names, days, strict=True) if share <= 0.02]
    if shut and all(share >= 0.5 or share <= 0.02 for share in days):
        return f"on {' and '.join(shut)}"
    if minutes >= 1440:
        return ""
    hours = _presence(grid.hour, every.hour, 24)
    empty = [hour for hour, share in enumerate(hours) if share <= 0.02]
    if not empty or len(empty) == 24:
        return ""
    first = next(hour for hour in empty if (hour - 1) % 24 not in empty)
    last = next(hour for hour in empty if (hour + 1) % 24 not in empty)
    return f"from {first:02d}:00 to {(last + 1) % 24:02d}:00"


def _presence(seen: Any, every: Any, size: int) -> np.ndarray:
    there, asked = (np.bincount(np.asarray(each), minlength=size) for each in (seen, every))
    return there / np.maximum(asked, 1)
