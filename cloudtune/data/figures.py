"""From a column of values to numbers in SQL, and what may be added to a spec for those that are none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cloudtune.data.opening import named, quoted
from cloudtune.data.stamps import NUMERIC

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from cloudtune.data.opening import SpecPlace

PLAIN_NUMBERS = "write plain numbers such as 1234.5; leave a value that isn't known empty"
_POINTED = """
SELECT count_if(regexp_full_match(t, '{pointed}')), count_if(regexp_full_match(t, '[+-]?[0-9]+')), count(t)
FROM (SELECT trim({value}) AS t FROM {relation}) WHERE t <> ''
"""
_GROUPED_BY_POINTS = r"[+-]?[1-9][0-9]{0,2}([.][0-9]{3})+"
_LEAST = 3
_SPACES = " \u00a0\u202f"
_STYLES = (
    (",", "."),
    (".", ","),
    (",", " "),
    (",", "\u00a0"),
    (",", "\u202f"),
    (".", "'"),
    (".", " "),
    (",", ""),
)
"""Decimal and thousands as people write them."""


def number_of(source: Any, kind: str, place: SpecPlace) -> str:
    """SQL of a value as a number, NULL where it is none; refuses a column that holds something else."""
    column = named(source.value)
    if kind == "VARCHAR":
        return _from_text(column, source.decimal or ".", source.thousands or "")
    if kind.startswith((*NUMERIC, "BOOLEAN")):
        return f"CAST({column} AS DOUBLE)"
    raise place.refusal("CT406", f"the value column holds {kind}, no numbers", "name a number column")


def _from_text(column: str, decimal: str, thousands: str) -> str:
    if decimal == "." and not thousands:
        return f"TRY_CAST({column} AS DOUBLE)"
    text = f"trim({column})"
    shape = _shape(decimal, thousands)
    plain = f"replace(replace({text}, {quoted(thousands)}, ''), {quoted(decimal)}, '.')"
    if not thousands:
        plain = f"replace({text}, {quoted(decimal)}, '.')"
    words = f"CASE WHEN regexp_full_match({text}, '[+-]?[A-Za-z]+') THEN TRY_CAST({text} AS DOUBLE) END"
    is_number = f"regexp_full_match({text}, {quoted(shape)})"
    return f"CASE WHEN {is_number} THEN TRY_CAST({plain} AS DOUBLE) ELSE {words} END"


def _shape(decimal: str, thousands: str) -> str:
    """A number with these marks: groups are of three, so that 1.5 is no 15."""
    mark, exponent = re.escape(decimal), "([eE][+-]?[0-9]{1,3})?"
    groups = f"|[0-9]{{1,3}}({re.escape(thousands)}[0-9]{{3}})+" if thousands else ""
    return f"[+-]?([0-9]+{groups})?({mark}[0-9]*)?{exponent}"


def refuse_points(
    connection: duckdb.DuckDBPyConnection, relation: str, source: Any, kind: str, place: SpecPlace
) -> None:
    """Refuse a column where a point may be a mark of thousands: 987 beside 1.024, and nothing shorter."""
    if kind != "VARCHAR" or source.decimal or source.thousands:
        return
    query = _POINTED.format(pointed=_GROUPED_BY_POINTS, value=named(source.value), relation=relation)
    row = connection.execute(query).fetchone() or ()
    grouped, whole, every = (int(number or 0) for number in row)
    if grouped >= _LEAST and whole and grouped + whole == every:
        message = "points may divide thousands: each stands before three digits, and some values have none"
        raise place.refusal("CT406", message, 'add thousands: "." or decimal: "." to the source')


def proposed(texts: Sequence[str], source: Any, beside: Sequence[str] = ()) -> str:
    """What to add to the source so that all of these texts are numbers, and those beside them stay such."""
    every = [text.strip() for text in (*texts, *beside)]
    if source.decimal or source.thousands or not texts:
        return PLAIN_NUMBERS
    found = [each for each in _STYLES if all(re.fullmatch(_shape(*each), text) for text in every)]
    lines = [line for each in found if (line := _line(*each, texts))]
    return f"add {' or '.join(dict.fromkeys(lines))} to the source" if lines else PLAIN_NUMBERS


def _line(decimal: str, thousands: str, texts: Sequence[str]) -> str:
    keys = []
    if decimal != "." and any(decimal in text for text in texts):
        keys.append(f'decimal: "{decimal}"')
    if thousands and any(thousands in text for text in texts):
        keys.append(f'thousands: "{thousands}"')
    return ", ".join(keys)
