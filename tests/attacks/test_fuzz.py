"""Every parser that a stranger can reach ends in a value or a refusal, whatever it is given.

Few inputs here, twenty times as many in the slow suite: the same laws, deeper.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudtune.cli.opening import select
from cloudtune.data.opening import SpecPlace
from cloudtune.data.sources.query import judged
from cloudtune.errors import Refusal
from cloudtune.hosting.handover import loaded
from cloudtune.hosting.marker import Marker, marker_of
from cloudtune.report.io import load_document, read_document
from cloudtune.report.order_files import load_orders
from cloudtune.spec.dates import Holiday, UnknownHoliday, parse_rule
from cloudtune.spec.loader import load_text
from cloudtune.spec.reader import read
from cloudtune.suggest.ics_import import calendar_yaml
from cloudtune.timegrid import Duration, Moment
from tests.spec.builders import SPEC

FEW, MANY = 60, 1200
NOWHERE = Path("/nowhere-at-all")


def words(text):
    """One of the words of a text."""
    return st.sampled_from(text.split(" "))


WORDS = words(
    "- : { } [ ] , & * ! | > ' \" # % @ ` ? ~ name: events: rule: occurrences: start: duration: 2026-01-01 "
    "48h 1.4x 12% null true .nan .inf 1e999 0x1f 1_000 \t \n \r \x00 \x1b \u2028 \ud800 \U0001f600 << *a &a "
    "!!python/object --- ... kind: forecast calendar version: cloudtune/v1 "
    "series: source: {env: X} {{ 7*7 }} "
    "${HOME} ../.. /dev/zero"
)
SQL = words(
    "SELECT FROM WHERE WITH RECURSIVE t AS ( ) , ; * 'a.csv' \"a.csv\" E'\\'' "
    "$$ -- /* */ UNION ALL VALUES (1) "
    "COPY TO ATTACH read_csv( range(9) now() random() PIVOT ON USING lambda x: "
    "x+1 [1,2] {'a':1} :: INT . a b 1 "
    "0x 1e9 ? $1 @ #1 INTERVAL 1 DAY LIMIT OFFSET SAMPLE 10% ORDER BY GROUP ALL "
    "OVER PARTITION \x00 \n é 👍 ' \""
)
ICS = words(
    "BEGIN:VCALENDAR END:VCALENDAR BEGIN:VEVENT END:VEVENT DTSTART:20260101T000000Z DTEND:20250101 "
    "DTSTART;TZID=Mars/Base:20260101T000000 DURATION:P99999999D DURATION:-PT1H RRULE:FREQ=SECONDLY SUMMARY:a "
    "RRULE:FREQ=DAILY;COUNT=999999999 RRULE:FREQ=YEARLY;BYMONTH=13 EXDATE:x DTSTART:99991231 SUMMARY:\x1b "
    "UID:1 RDATE:20260101 X-A;B=C:D"
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=5),
    max_leaves=20,
)


def text_of(words, between):
    return st.lists(words | st.text(max_size=4), max_size=25).map(between.join)


def yaml(text):
    read(text.encode("utf-8", "surrogatepass"), "specs/a.yaml")


def a_spec(text):
    load_text(SPEC + text, NOWHERE)


def keys_of(text):
    load_text(SPEC.replace("90d", json.dumps(text)).replace("America/Los_Angeles", json.dumps(text)), NOWHERE)


def durations(text):
    Duration.parse(text)
    Moment.parse(text)


def rules(text):
    rule = parse_rule(text)
    assert all(isinstance(day, date) for year in (2026, 2028) for day in rule.days(year))


def holidays(text):
    Holiday.parse(text)


def queries(text):
    sql = judged(text, lambda name: f"/shop/{name}", SpecPlace()).sql
    assert judged(sql, lambda name: name, SpecPlace()).sql == sql


def markers(text):
    found = marker_of(text)
    assert found is None or marker_of(str(found)) == found


def calendars(text):
    calendar_yaml(text, "it", "UTC", date(2027, 1, 1))


def patterns(text):
    select({}, [text], lambda _: frozenset())


def report(value):
    data = json.dumps(value).encode()
    for parse in (load_document, lambda data, file: read_document(file, data), load_orders):
        with suppress(Refusal):
            assert isinstance(parse(data, "reports/a.json"), (dict, tuple))


def handed_over(value):
    with pytest.raises(Refusal):
        loaded(json.dumps(value).encode())


def raw_json(text):
    for data in (text.encode("utf-8", "surrogatepass"), b"\xff" + text.encode("utf-8", "replace")):
        for parse in (load_document, load_orders):
            with pytest.raises(Refusal):
                parse(data, "reports/a.json")


def dictionaries(keys):
    return st.dictionaries(st.sampled_from(keys) | st.text(max_size=9), JSON, max_size=8)


DOCUMENT = dictionaries(
    ["schema_version", "inputs", "events", "daily", "gates", "peak_day", "accuracy", "folds", "id"]
)
FACTS = dictionaries(["schema_version", "head", "run", "rows", "problems", "named", "prefix", "as_of"])
PARSERS = {
    "YAML": (yaml, text_of(WORDS, " ")),
    "YAML without blanks": (yaml, text_of(WORDS, "")),
    "keys of a spec": (a_spec, text_of(WORDS, " ")),
    "values of a spec": (keys_of, st.text(max_size=40) | text_of(WORDS, "")),
    "durations": (durations, st.from_regex(r"[0-9]{0,25}(min|h|d|w|mo|y|s)?[ T:-]?.{0,9}")),
    "rules": (
        rules,
        text_of(
            words("first last second sunday day of may every month before the weekday 31 -1"),
            " ",
        ),
    ),
    "holidays": (holidays, st.from_regex(r"[A-Z]{0,3}(-[A-Z]{1,3})?/?.{0,20}")),
    "SQL": (queries, text_of(SQL, " ")),
    "SQL without blanks": (queries, text_of(SQL, "")),
    "markers": (
        markers,
        st.from_regex(r"<!-- cloudtune:v1 key=.{0,9} head=[0-9a-f]{0,70} run=[0-9]{0,12} asof=.{0,11} -->"),
    ),
    "iCalendar": (calendars, text_of(ICS, "\r\n")),
    "patterns of --select": (
        patterns,
        st.text(max_size=30) | st.from_regex(r"(tag|owner|changed|region):.{0,20}"),
    ),
    "reports": (report, DOCUMENT | JSON),
    "facts of a fork": (handed_over, FACTS | JSON),
    "JSON": (raw_json, st.text(max_size=60) | st.sampled_from(["[" * 100_000, '{"a":' * 50_000, "9" * 5000])),
}
NO = (Refusal, ValueError, UnknownHoliday, typer.BadParameter)
"""What a parser may say no with; a ValueError only below the layer that words it (durations, rules)."""


def hold(parse, strategy, count):
    @settings(max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def law(value):
        try:
            parse(value)
        except NO:
            return

    law()


@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_ends_in_a_value_or_a_refusal(name):
    hold(*PARSERS[name], FEW)


@pytest.mark.slow
@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_ends_in_a_value_or_a_refusal_however_long_one_tries(name):
    hold(*PARSERS[name], MANY)


@given(st.text(max_size=300), st.text(max_size=80), st.integers(0, 10**12))
@settings(max_examples=FEW, deadline=None)
def test_a_marker_is_one_line_whatever_it_is_made_of(key, head, run):
    assert "\n" not in str(Marker(key, "", run)).replace(head, "")
