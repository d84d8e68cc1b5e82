"""Which column tells the time, how it is written, on whose clock, and by which step."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cloudtune.data.patterns import shaped_like
from cloudtune.errors import Problem, Refusal
from cloudtune.timegrid import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtune.draft.table import Offered

_NAMED = re.compile(
    r"time|date|stamp|day|hour|minute|week|month|datum|zeit|tag|fecha|data|jour|heure|^ts$|^ds$|^t$",
    re.IGNORECASE,
)
_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?\s?(Z|UTC|[+-]\d{2}(:?\d{2})?)?)?"
)
_UNITS = {"epoch_s": 1, "epoch_ms": 1_000, "epoch_us": 1_000_000, "epoch_ns": 1_000_000_000}
_ERA = (631_152_000, 4_102_444_800)
"""1990 and 2100 in seconds of the epoch."""
_SERIALS = (25_569, 73_051)
"""1970 and 2100 as a spreadsheet counts days."""
_ENOUGH = 0.9
_LOOKED_AT = 400


@dataclass(frozen=True, eq=False)
class Times:
    """A column of times, understood."""

    column: str
    instants: pd.Series
    """Times beside the rows of the table, NaT where a text is none; in UTC or on the wall clock."""
    is_zoned: bool
    """True where a time is an instant, whatever the zone."""
    step: str = ""
    keys: tuple[tuple[str, Any, str], ...] = ()
    """Keys of the source: name, value, why."""
    offsets: frozenset[str] = frozenset()
    """Offsets as they are written beside the times."""


def find_times(table: Offered) -> Times:
    """The column that tells the time best: by its name, by how many rows it tells, by how evenly."""
    found = [times for name in table.frame.columns if (times := _read(table.frame[name])) is not None]
    if not found:
        message = f"no column of times among {', '.join(map(str, table.frame.columns[:12]))}"
        raise Refusal(Problem("CT405", message, "give a column of dates, ISO times or epochs"))
    best = max(found, key=lambda one: (bool(_NAMED.search(one.column)), regularity(one.instants)))
    return _with_junk_left_out(replace(best, step=step_of(best.instants)), table)


def step_of(instants: pd.Series) -> str:
    """The step that most neighbours keep; finer rows are joined to minutes, odd ones to the next step."""
    minutes = _distances(instants) / np.timedelta64(1, "m")
    if not minutes.size:
        raise Refusal(Problem("CT405", "all rows bear one time", "give a series of two steps or more"))
    usual = float(np.median(minutes)) if minutes.size < 4 else float(_commonest(minutes))
    if usual > 7.5 * 1440:
        message = f"rows are {usual / 1440:.0f} days apart; the longest step is a week"
        raise Refusal(Problem("CT405", message, "give weeks or days"))
    return next(name for name, step in STEPS.items() if step.minutes >= min(usual, 10080) * 0.99)


def regularity(instants: pd.Series) -> float:
    """The share of neighbours that are as far apart as most are."""
    distances = _distances(instants)
    return float(np.mean(distances == _commonest(distances))) if distances.size else 0.0


def _distances(instants: pd.Series) -> np.ndarray:
    return np.diff(np.unique(instants.dropna().to_numpy("datetime64[s]")))


def _commonest(values: np.ndarray) -> Any:
    seen, counts = np.unique(values, return_counts=True)
    return seen[np.argmax(counts)]


def _read(column: pd.Series) -> Times | None:
    name, known = str(column.name), column.dropna()
    if known.empty or pd.api.types.is_bool_dtype(column):
        return None
    if pd.api.types.is_datetime64_any_dtype(column):
        zoned = getattr(column.dt, "tz", None) is not None
        return Times(name, pd.Series(pd.to_datetime(column, utc=True).dt.tz_localize(None)), is_zoned=zoned)
    if pd.api.types.is_numeric_dtype(column):
        return _counted(column, name)
    texts = column.map(lambda value: None if value is None else str(value))
    sample = [str(text) for text in known.iloc[:: max(1, len(known) // _LOOKED_AT)]]
    return _iso(texts, sample, name) or _counted_texts(texts, sample, name) or _patterned(texts, sample, name)


def _iso(texts: pd.Series, sample: list[str], name: str) -> Times | None:
    if sum(bool(_ISO.fullmatch(text)) for text in sample) < _ENOUGH * len(sample):
        return None
    whole = texts.where(texts.str.fullmatch(_ISO.pattern, na=False))
    parsed = pd.to_datetime(whole.str.replace(" UTC", "Z"), format="ISO8601", utc=True, errors="coerce")
    ends = whole.str.extract(r":\d{2}(?:[.,]\d+)?\s?(Z|UTC|[+-]\d{2}:?\d{0,2})$", expand=False).dropna()
    return Times(name, parsed.dt.tz_localize(None), is_zoned=not ends.empty, offsets=frozenset(ends.unique()))


def _counted_texts(texts: pd.Series, sample: list[str], name: str) -> Times | None:
    numbers = [text for text in sample if re.fullmatch(r"\d+([.,]\d+)?", text)]
    if len(numbers) < _ENOUGH * len(sample):
        return None
    found = _counted(pd.to_numeric(texts.str.replace(",", "."), errors="coerce"), name)
    return found or _patterned(texts, sample, name, only=("%Y%m%d", "%Y%m%d%H", "%Y%m%d%H%M", "%Y%m%d%H%M%S"))


def _counted(numbers: pd.Series, name: str) -> Times | None:
    """Epochs and a spreadsheet's days: numbers of a plausible size, evenly apart."""
    values = numbers.dropna().astype(float)
    low, high = float(values.min()), float(values.max())
    for unit, size in _UNITS.items():
        if low >= _ERA[0] * size and high <= _ERA[1] * size:
            instants = pd.to_datetime((numbers.astype(float) / size).round(3), unit="s")
            return _even(Times(name, instants, is_zoned=True, keys=(("time_format", unit, "found"),)))
    if low >= _SERIALS[0] and high <= _SERIALS[1] and _NAMED.search(name):
        seconds = ((numbers.astype(float) - _SERIALS[0]) * 86_400).round()
        why = "found: days as a spreadsheet counts them"
        return _even(
            Times(
                name, pd.to_datetime(seconds, unit="s"), is_zoned=False, keys=(("time_format", "excel", why),)
            )
        )
    if (values == values.round()).all() and 19_000_101 <= low <= high <= 21_001_231:
        written = [None if np.isnan(value) else f"{value:.0f}" for value in numbers.astype(float)]
        texts = pd.Series(written, numbers.index, dtype=object)
        return _patterned(texts, list(texts.dropna()[:_LOOKED_AT]), name, only=("%Y%m%d",))
    return None


def _even(times: Times) -> Times | None:
    return times if regularity(times.instants) >= 0.5 else None


def _patterned(texts: pd.Series, sample: list[str], name: str, only: tuple[str, ...] = ()) -> Times | None:
    """The pattern that tells most rows, and of these the most even: 03/04 is then a day or a month."""
    fitting = [each for each in only or tuple(_shapes(sample[0], sample)) if _share(each, sample) >= _ENOUGH]
    read = {each: pd.to_datetime(texts, format=each, errors="coerce", utc="%z" in each) for each in fitting}
    if not read:
        return None
    best = max(read, key=lambda each: (round(float(read[each].notna().mean()), 3), regularity(read[each])))
    rivals = [each for each in read if each != best and read[each].notna().sum() == read[best].notna().sum()]
    why = "found" if not rivals else f"found: of {best} and {rivals[0]} the one with even steps"
    zoned = "%z" in best or best.endswith(("Z", "UTC"))
    instants = read[best].dt.tz_localize(None) if "%z" in best else read[best]
    ends = frozenset(text[-6:].strip() for text in sample if "%z" in best)
    return Times(name, instants, is_zoned=zoned, keys=(("time_format", best, why),), offsets=ends)


def _shapes(first: str, sample: list[str]) -> Iterator[str]:
    """Patterns that the first text, or where it is a stray line the middle one, has the shape of."""
    for text in dict.fromkeys((first, sample[len(sample) // 2])):
        yield from shaped_like(text)


def _fits(pattern: str, text: str) -> bool:
    if "%Y" in pattern and not re.search(r"\d{4}", text):
        return False
    try:
        datetime.strptime(text, pattern)  # noqa: DTZ007 - only whether it can be read
    except ValueError:
        return False
    return True


def _share(pattern: str, sample: list[str]) -> float:
    return sum(_fits(pattern, text) for text in sample) / len(sample)


def _with_junk_left_out(times: Times, table: Offered) -> Times:
    """Rows such as `Total` are left out by a condition, where they are few and alike."""
    column = table.frame[times.column]
    junk = column[times.instants.isna() & column.notna()]
    words = sorted({str(text) for text in junk})
    if not words or len(words) > 5 or table.source["kind"] == "duckdb":
        return times
    named = times.column.replace('"', '""')
    texts = [word.replace("'", "''") for word in words]
    where = " AND ".join(f"\"{named}\" <> '{text}'" for text in texts)
    return replace(times, keys=(*times.keys, ("where", where, "found: rows that bear no time")))
