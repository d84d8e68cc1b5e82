from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from cloudtune.report.io import LONG_LISTS, dump_document, section, until, without
from tests.review.builders import days, document


def plain(value):
    """Rows as JSON has them."""
    return json.loads(json.dumps(value))


def written(whole):
    """A document as JSON has it."""
    return json.loads(dump_document(whole))


def text_of(**changes):
    return dump_document(document(**changes)).encode()


@given(text=st.text(max_size=40))
def test_document_without_its_points_lacks_nothing_else(text):
    whole = document(
        description=text,
        verdict='\n  "daily": [\n',
        history=[["2026-05-25", 1.0], ["2026-06-01", None]],
        peak_day=[["2026-07-14T00:01", 1.0, 0.9, 1.1]],
    )
    light = json.loads(without(dump_document(whole).encode(), *LONG_LISTS))
    assert light == {key: value for key, value in written(whole).items() if key not in LONG_LISTS}


def test_last_list_of_a_document_can_go_too():
    whole = document()
    light = json.loads(without(dump_document(whole).encode(), "weekly"))
    assert light == {key: value for key, value in written(whole).items() if key != "weekly"}


def test_document_in_another_layout_is_left_whole():
    text = json.dumps(document()).encode()
    assert without(text, *LONG_LISTS) == text
    assert until(text, "daily", "2026-06-02") == text
    assert section(text, "daily") == b""


def test_section_is_the_list_as_it_stands():
    found = section(text_of(daily=days(count=2)), "daily").decode()
    name, _, rows = found.partition(": ")
    assert name == ',\n  "daily"'
    assert json.loads(rows) == plain(days(count=2))


def test_list_without_rows_is_no_section():
    assert section(text_of(daily=[]), "daily") == b""


@given(count=st.integers(1, 40), kept=st.integers(1, 45))
def test_rows_after_a_day_go_while_the_first_stays(count, kept):
    rows = days(count=count)
    last = days(count=45)[kept - 1][0]
    light = json.loads(until(text_of(daily=rows), "daily", last))
    assert light == written(document(daily=rows[:kept]))


def test_first_row_stays_where_all_lie_ahead():
    light = json.loads(until(text_of(daily=days(count=3)), "daily", "2020-01-01"))
    assert light["daily"] == plain(days(count=1))
