from __future__ import annotations

import json
from dataclasses import replace

import pytest

from cloudtune.report.what_if import as_json, compare, markdown, text
from tests.report.builders import run


def moved():
    """The same run with its events a week later."""
    other = run(scale=1.2)
    events = tuple(replace(event, start=event.start + 7) for event in other.outcome.events)
    other.outcome = replace(other.outcome, events=events)
    return other


def test_higher_forecast_shows_in_every_total():
    found = compare(run(), run(scale=1.2), "growth=linear")
    totals = [row for row in found.rows if row.figure.startswith("total of")]
    assert len(totals) == 2
    assert all(row.change == pytest.approx(0.2, abs=0.01) for row in totals)


def test_same_forecast_has_no_event_rows():
    rows = compare(run(), run(), "nothing").rows
    assert not [row for row in rows if "peak" in row.figure and row.figure != "highest peak"]
    assert all(not row.change for row in rows)


def test_moved_edition_stays_one_row_with_its_new_start():
    notes = [row.note for row in compare(run(), moved(), "later").rows if row.note.startswith("starts")]
    assert len(notes) >= 1


def test_three_formats_say_the_same():
    found = compare(run(), moved(), "prime-day.start=2026-07-21")
    shown = text(found)
    assert shown.startswith("us-orders, what if prime-day.start=2026-07-21 (nothing was written)\n")
    assert markdown(found).count("\n|") == len(found.rows) + 2
    assert [row["figure"] for row in json.loads(as_json(found))["rows"]] == [row.figure for row in found.rows]


def test_event_that_one_side_lacks_is_absent_there():
    other = run()
    other.outcome = replace(other.outcome, events=())
    rows = [row for row in compare(run(), other, "none").rows if row.figure.endswith("total")]
    assert rows
    assert all(row.scenario is None and row.change is None for row in rows)
    assert "n/a" in text(compare(run(), other, "none"))
