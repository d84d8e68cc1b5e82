"""The very line that a spec needs, found by trying: for times, values and stray rows that can't be read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cloudtune.data.counted_times import EPOCHS, unit_of
from cloudtune.data.figures import proposed
from cloudtune.data.opening import named, quoted
from cloudtune.data.patterns import shaped_like

if TYPE_CHECKING:
    from cloudtune.data.opening import Scan, Totals

_WRITE = "write times like 2026-07-14T09:00 or 2026-07-14T09:00Z, or as epoch seconds"
_UNREAD = "SELECT DISTINCT trim(stamp) FROM ({rows}) WHERE us IS NULL AND stamp IS NOT NULL LIMIT 2000"
_ENDS = """
SELECT stamp, row, every FROM (SELECT *, row_number() OVER () AS row, count(*) OVER () AS every FROM ({rows}))
WHERE us IS NULL ORDER BY row
"""
_TEXTS = "SELECT text FROM ({rows}) WHERE text IS NOT NULL AND {condition} LIMIT 2000"
_PARSED = "SELECT count(TRY_STRPTIME(t, {pattern})) FROM (SELECT unnest(?::VARCHAR[]) AS t)"
_MOST = 3
"""More proposals help nobody."""
_FEW = 0.05
_EDGE = 5
"""Rows from either end of a file at which a total or a title may stand."""


def mend_of_times(scan: Scan, totals: Totals, source: Any) -> str:
    """What to do about rows whose time can't be read."""
    if totals.unread <= max(_EDGE, _FEW * totals.rows) and totals.unread < totals.rows / 2:
        return _without_rows(scan, source) or _WRITE
    texts = [str(text) for (text,) in scan.connection.execute(_UNREAD.format(rows=scan.windowed)).fetchall()]
    lines = [f'time_format: "{pattern}"' for pattern in _patterns(scan, texts)[:_MOST]]
    if not lines or "%" in source.time_format:
        return _WRITE
    both = " or ".join(lines)
    return f"add {both} to the source" + ("; only you can tell which" if len(lines) > 1 else "")


def mend_of_units(scan: Scan, source: Any) -> str:
    """The unit that numbers have by their size, where the spec names another."""
    texts = [
        str(text)
        for (text,) in scan.connection.execute(f"SELECT stamp FROM ({scan.windowed}) LIMIT 1").fetchall()
    ]
    try:
        unit = unit_of(float(texts[0])) if texts else ""
    except ValueError:
        unit = ""
    if unit and source.time_format in EPOCHS and unit != source.time_format:
        return f"set time_format: {unit}"
    return "correct these rows, or leave them out with series.start or series.end"


def mend_of_values(scan: Scan, source: Any) -> str:
    """The marks of decimals and thousands that make numbers of all values."""
    bad, good = (
        [
            str(text)
            for (text,) in scan.connection.execute(
                _TEXTS.format(rows=scan.windowed, condition=each)
            ).fetchall()
        ]
        for each in ("bad", "NOT bad AND isfinite(value)")
    )
    return proposed(bad, source, beside=good)


def _without_rows(scan: Scan, source: Any) -> str:
    """A `where` for totals and titles at the ends of a file; empty where the rows stand elsewhere."""
    found = scan.connection.execute(_ENDS.format(rows=scan.rows)).fetchmany(_EDGE + 1)
    at_ends = all(row <= _EDGE or row > every - _EDGE for _, row, every in found)
    if not at_ends or len(found) > _EDGE or not hasattr(source, "where") or source.where is not None:
        return ""
    texts = list(dict.fromkeys(text for text, _, _ in found))
    if any(text is not None and any(letter.isdigit() for letter in text) for text in texts):
        return ""
    column = source.time if source.time.isidentifier() and source.time.islower() else named(source.time)
    parts = [f"{column} <> {quoted(text)}" for text in texts if text is not None]
    condition = " AND ".join(parts) or f"{column} IS NOT NULL"
    line = f"where: {json.dumps(condition, ensure_ascii=False)}"
    return f"add {line} to the source, if these rows are no values of the series"


def _patterns(scan: Scan, texts: list[str]) -> list[str]:
    """Patterns that read the most of these texts, if nearly all."""
    if not texts:
        return []
    trial = texts[:: max(1, len(texts) // 5)][:6]
    able = dict.fromkeys(pattern for text in trial for pattern in shaped_like(text))
    counts = {each: _read(scan, each, texts) for each in able}
    best = max(counts.values(), default=0)
    is_enough = best > 0 and best >= (1 - _FEW) * len(texts) - 1
    return [each for each, count in counts.items() if count == best] if is_enough else []


def _read(scan: Scan, pattern: str, texts: list[str]) -> int:
    row = scan.connection.execute(_PARSED.format(pattern=quoted(pattern)), [texts]).fetchone()
    return int(row[0]) if row else 0
