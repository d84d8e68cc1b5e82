"""Times that are numbers: epochs of four units, told by their size, and a spreadsheet's serial days."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.data.opening import SpecPlace
    from cloudtune.errors import Refusal

EPOCHS = {
    "epoch_s": (1e8, 1e11, 1e6),
    "epoch_ms": (1e11, 1e14, 1e3),
    "epoch_us": (1e14, 1e17, 1.0),
    "epoch_ns": (1e17, 1e20, 1e-3),
}
"""From which size to which a number has the unit, and its microseconds.

100,000,000 seconds are 3 March 1973: a smaller number is a date or a count, until the spec says otherwise.
"""
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_COMPACT = {
    8: ("%Y%m%d",),
    10: ("%Y%m%d%H",),
    12: ("%Y%m%d%H%M",),
    14: ("%Y%m%d%H%M%S",),
}
"""Dates written as one number, by their digits; some have the size of an epoch of another century."""
_ROUNDED = re.compile(r"\d(\.\d{0,5})?[eE][+]?\d+")
"""What a spreadsheet leaves of a long number."""
_SERIAL_EPOCH = 25_569
"""The serial day of 1970-01-01."""
_FIRST_SERIAL, _LAST_SERIAL = 18_264, 73_051
"""1950 to 2100."""
_DAY = 86_400


def is_counted(sample: Sequence[str]) -> bool:
    """True where most texts are plain numbers."""
    return bool(sample) and sum(_NUMBER.fullmatch(text) is not None for text in sample) > len(sample) / 2


def declared(column: str, unit: str) -> str:
    """SQL of microseconds for numbers of a unit that the spec names."""
    return f"TRY_CAST(round(TRY_CAST({column} AS DOUBLE) * {EPOCHS[unit][2]}) AS BIGINT)"


def serial(column: str) -> str:
    """SQL of microseconds for serial days, to the second: their fractions are rounded."""
    seconds = f"round((TRY_CAST({column} AS DOUBLE) - {_SERIAL_EPOCH}) * {_DAY})"
    return f"TRY_CAST({seconds} * 1e6 AS BIGINT)"


def is_whole(column: str) -> str:
    """SQL that is true for a number without decimals."""
    number = f"TRY_CAST({column} AS DOUBLE)"
    return f"({number} = floor({number}))"


def epochs(column: str, sample: Sequence[str], place: SpecPlace) -> str:
    """SQL of microseconds for numbers whose unit their size tells; NULL for those of another size."""
    texts = [text for text in sample if _NUMBER.fullmatch(text)]
    if not texts:
        return declared(column, "epoch_s")
    _refuse_dates(texts, place)
    _refuse_rounded(texts, place)
    units = Counter(unit_of(float(text)) for text in texts)
    unit = units.most_common(1)[0][0]
    if not unit:
        raise _too_small(texts, place)
    low, high, _ = EPOCHS[unit]
    number = f"TRY_CAST({column} AS DOUBLE)"
    return f"CASE WHEN abs({number}) >= {low} AND abs({number}) < {high} THEN {declared(column, unit)} END"


def unit_of(number: float) -> str:
    """The unit that a number of this size has; empty for one that is no epoch."""
    return next((unit for unit, (low, high, _) in EPOCHS.items() if low <= abs(number) < high), "")


def _refuse_dates(texts: Sequence[str], place: SpecPlace) -> None:
    plain = [re.sub(r"\.0*$", "", text) for text in texts]
    for pattern in _COMPACT.get(len(plain[0]), ()):
        if all(_fits(text, pattern) for text in plain):
            message = f"numbers such as {plain[0]} are dates, not seconds since 1970"
            raise place.refusal("CT405", message, f'add time_format: "{pattern}" to the source')


def _fits(text: str, pattern: str) -> bool:
    try:
        return 1900 <= datetime.strptime(text, pattern).year < 2200  # noqa: DTZ007
    except ValueError:
        return False


def _refuse_rounded(texts: Sequence[str], place: SpecPlace) -> None:
    if all(_ROUNDED.fullmatch(text) for text in texts):
        message = f"numbers such as {texts[0]} are rounded: a spreadsheet saved them"
        hint = "export the times anew, as 2026-07-14T09:00Z or with all their digits"
        raise place.refusal("CT405", message, hint)


def _too_small(texts: Sequence[str], place: SpecPlace) -> Refusal:
    message = f"numbers such as {texts[0]} are no epochs: 100000000 seconds are 3 March 1973"
    if all(_FIRST_SERIAL <= float(text) < _LAST_SERIAL for text in texts):
        hint = "where they are a spreadsheet's serial days, add time_format: excel to the source"
    else:
        hint = (
            "write times like 2026-07-14T09:00Z; where they are seconds before 1973, add time_format: epoch_s"
        )
    return place.refusal("CT405", message, hint)
