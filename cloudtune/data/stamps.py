"""From a column of times to instants in SQL: a way to write one is understood in full, or refused by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cloudtune.data import counted_times
from cloudtune.data.opening import named, quoted

if TYPE_CHECKING:
    import duckdb

    from cloudtune.data.opening import SpecPlace

_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER")
NUMERIC = (*_INTEGERS, "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL")
_SAMPLE = "SELECT trim(CAST({time} AS VARCHAR)) FROM {relation} WHERE {time} IS NOT NULL LIMIT 1000"
_NAMES = (
    r"SELECT DISTINCT regexp_extract({text}, '{named}', 1) FROM {relation} WHERE {time} IS NOT NULL LIMIT 9"
)
_TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?"
_DATE = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}"
_PLAIN = r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}(?::\d{2})?)?)?"
"""What DuckDB's own cast reads in full."""
_PLAIN_UTC = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)? (?:UTC|GMT)"
_NAME = r"[A-Za-z0-9_/+-]+"
_UTC = "Z|z|UTC|GMT|Etc/UTC|Zulu"
_LOOSE = (
    rf"^({_DATE})(?:[T ]\s*({_TIME}))?\s*(?:\[?({_UTC})\]?(?:\[{_NAME}\])?|"
    rf"(?:UTC|GMT)?([+-]\d{{1,2}}):?(\d{{2}})?(?:\[{_NAME}\])?)?$"
)
_NAMED = rf"^{_DATE}[T ]\s*{_TIME}\s*\[?((?:[A-Za-z]+/[A-Za-z0-9_/+-]+)|(?:[A-Za-z]{{2,5}}))\]?$"
_NO_NAMES = frozenset({"UTC", "GMT", "Etc/UTC", "Zulu", "AM", "PM", "am", "pm", ""})
_DAY = 86_400_000_000
WRITTEN = '"stamp as written"'
"""The column of a stamp's text, beside those of the source."""
_ENDS_IN_UTC = re.compile(r"(?<!%)(Z|UTC|GMT)$")


@dataclass(frozen=True, slots=True)
class Stamps:
    """SQL for an instant: microseconds, whether it has an offset, whether it is a mere date."""

    us: str
    zoned: str
    dated: str = "false"
    clock: str = ""
    """The zone that all the stamps name; empty where they name none."""
    text: str = "NULL"
    """What the others call WRITTEN: the text in a form that DuckDB reads in full, made once a row."""

    def as_dates(self, day: str | None = None) -> Stamps:
        """Only the date as it is written counts."""
        floor = day or f"({self.us}) // {_DAY} * {_DAY}"
        us = f"CASE WHEN ({self.us}) IS NOT NULL THEN {floor} END"
        return Stamps(us, "false", "true", text=self.text)


def stamps_of(
    connection: duckdb.DuckDBPyConnection, relation: str, source: Any, kind: str, place: SpecPlace
) -> Stamps:
    """How the column `source.time`, of DuckDB's type `kind`, tells instants; refuses what it can't tell."""
    column, declared = named(source.time), source.time_format
    is_date = declared == "date"
    if kind.startswith(("TIMESTAMP", "DATE")):
        return _typed(column, kind, is_date=is_date)
    if not kind.startswith((*NUMERIC, "VARCHAR", "ENUM")):
        hint = "name a column of timestamps, dates, ISO texts or epochs"
        raise place.refusal("CT405", f"the time column holds {kind}", hint)
    if "%" in declared:
        return _by_pattern(column, kind, declared)
    if declared in counted_times.EPOCHS:
        return Stamps(counted_times.declared(column, declared), "true")
    if declared == "excel":
        return Stamps(counted_times.serial(column), "false", counted_times.is_whole(column))
    rows = connection.execute(_SAMPLE.format(time=column, relation=relation)).fetchall()
    sample = [str(text) for (text,) in rows]
    if declared != "iso" and (kind.startswith(NUMERIC) or counted_times.is_counted(sample)):
        found = Stamps(counted_times.epochs(column, sample, place), "true")
        return found.as_dates() if is_date else found
    found = _written(connection, relation, source, sample, place)
    return (
        found.as_dates(f"epoch_us(TRY_CAST({_rewritten(_text(column), date=True)} AS DATE))")
        if is_date
        else found
    )


def _typed(column: str, kind: str, *, is_date: bool) -> Stamps:
    zoned = "true" if kind == "TIMESTAMP WITH TIME ZONE" else "false"
    us = f"epoch_us({column})" if zoned == "true" else f"epoch_us(CAST({column} AS TIMESTAMP))"
    found = Stamps(us, zoned, "true" if kind == "DATE" else "false")
    return found.as_dates() if is_date else found


def _text(column: str) -> str:
    return f"trim(CAST({column} AS VARCHAR))"


def _by_pattern(column: str, kind: str, pattern: str) -> Stamps:
    """A pattern's own offset counts, and a Z, UTC or GMT at its end; a pattern without hours is a date."""
    text = f"CAST(TRY_CAST({column} AS BIGINT) AS VARCHAR)" if kind.startswith(NUMERIC) else _text(column)
    if "%z" in pattern:
        text = f"regexp_replace({text}, '[Zz]$', '+00')"
    zoned = "true" if "%z" in pattern or _ENDS_IN_UTC.search(pattern) else "false"
    dated = "false" if re.search("%[HI]", pattern) else "true"
    return Stamps(f"epoch_us(TRY_STRPTIME({text}, {quoted(pattern)}))", zoned, dated)


def _written(
    connection: duckdb.DuckDBPyConnection, relation: str, source: Any, sample: list[str], place: SpecPlace
) -> Stamps:
    text = _text(named(source.time))
    names = {match[1] for each in sample if (match := re.match(_NAMED, each))} - _NO_NAMES
    clock = ""
    if names:
        query = _NAMES.format(text=text, named=_NAMED, relation=relation, time=named(source.time))
        seen = {str(name) for (name,) in connection.execute(query).fetchall()}
        clock = _clock(seen - _NO_NAMES | names, sample, place)
        named_at_end = quoted(rf"\s*\[?{re.escape(clock)}\]?$")
        text = f"regexp_replace({text}, {named_at_end}, '')"
    tail = f"substr({WRITTEN}, 11)"
    zoned = f"(right({WRITTEN}, 1) = 'Z' OR contains({tail}, '+') OR contains({tail}, '-'))"
    us = f"epoch_us(TRY_CAST({WRITTEN} AS TIMESTAMPTZ))"
    return Stamps(us, zoned, f"(NOT contains({WRITTEN}, ':'))", clock, _rewritten(text))


def _clock(names: set[str], sample: list[str], place: SpecPlace) -> str:
    """The one zone of the IANA list that the stamps name; abbreviations mean several, and are refused."""
    name = min(names)
    if len(names) == 1 and "/" in name and _is_zone(name):
        return name
    shown = ", ".join(sorted(names)[:5])
    message = f"the times name a zone that can't be told for sure: {shown}"
    hint = f"write the offset, such as -05:00, in place of {name}"
    example = next((each for each in sample if each.endswith(name)), "")
    if len(names) == 1 and re.fullmatch(rf"\d{{4}}-\d\d-\d\d[T ]\d\d:\d\d:\d\d {name}", example):
        pattern = f"%Y-%m-%d{example[10]}%H:%M:%S {name}"
        hint += (
            f'; where it is the clock of one place, add time_format: "{pattern}", and that place as time_zone'
        )
    raise place.refusal("CT405", message, hint)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _rewritten(text: str, *, date: bool = False) -> str:
    """Text that DuckDB's cast reads in full: as it stands, or brought to its form; NULL for anything else.

    Why: the cast takes a good deal more, and drops a zone that it doesn't know without a word.
    """
    if date:
        return f"replace(regexp_extract({text}, '^{_DATE}'), '/', '-')"
    parts = f"regexp_extract({text}, '{_LOOSE}', ['day', 'time', 'utc', 'hours', 'minutes'])"
    offset = (
        "CASE WHEN p.hours <> '' THEN left(p.hours, 1) || lpad(substr(p.hours, 2), 2, '0')"
        " || ':' || CASE WHEN p.minutes = '' THEN '00' ELSE p.minutes END"
        " WHEN p.utc <> '' THEN 'Z' ELSE '' END"
    )
    day = "replace(p.day, '/', '-')"
    time = "replace(p.time, ',', '.')"
    is_date = "p.time = '' AND p.utc = '' AND p.hours = ''"
    instant = f"WHEN p.time <> '' THEN {day} || ' ' || {time} || {offset}"
    joined = f"CASE WHEN {is_date} THEN {day} {instant} END"
    loose = f"list_transform([{parts}], lambda p: CASE WHEN p.day <> '' THEN {joined} END)[1]"
    named = f"WHEN right({text}, 4) IN (' UTC', ' GMT') AND regexp_full_match({text}, '{_PLAIN_UTC}')"
    plain = f"WHEN regexp_full_match({text}, '{_PLAIN}') THEN {text}"
    return f"CASE {plain} {named} THEN left({text}, -4) || 'Z' ELSE {loose} END"
