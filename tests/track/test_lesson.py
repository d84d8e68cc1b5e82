from __future__ import annotations

import pytest

from cloudtune.track.facts import facts_of
from cloudtune.track.findings import recommendation_of
from cloudtune.track.tracking import TrackedWindow
from tests.track.builders import CALENDAR, sale, tracking


def test_lift_that_was_far_off_is_declared_for_the_next_edition():
    whole = tracking(level=1.4)
    lesson = recommendation_of(facts_of(whole), whole.window)
    lift = f"{2.02 * 1.4:.1f}"
    assert lesson.file == CALENDAR
    assert [path for path, _ in lesson.puts] == [
        ("events", 0, "occurrences", 0, "note"),
        ("events", 0, "occurrences", 1, "effect"),
    ]
    assert lesson.puts[1][1].startswith(lift[:2])
    assert lesson.puts[1][1].endswith("x")


def test_lift_that_came_as_forecast_is_only_noted():
    whole = tracking()
    lesson = recommendation_of(facts_of(whole), whole.window)
    assert [path[-1] for path, _ in lesson.puts] == ["note"]
    assert "close enough" in lesson.says


def test_event_without_a_next_edition_leaves_it_to_the_engine():
    whole = tracking(level=1.4, event=sale(following=False))
    assert "no next edition" in recommendation_of(facts_of(whole), whole.window).says


@pytest.mark.parametrize(
    ("present", "kept"),
    [
        ("four days", "four days; tracked:"),
        ("four days; tracked: lift 3x", "four days; tracked: lift 2"),
        ("", "tracked:"),
    ],
    ids=["a note of people", "a note from before", "none"],
)
def test_note_of_people_is_kept_and_ours_is_replaced(present, kept):
    whole = tracking(event=sale(note=present))
    note = recommendation_of(facts_of(whole), whole.window).puts[0][1]
    assert note.startswith(kept)
    assert note.count("tracked:") == 1


def test_window_without_an_event_teaches_no_lift():
    whole = tracking()
    assert recommendation_of(facts_of(whole), TrackedWindow(whole.window.start, whole.window.end)).puts == ()
