from __future__ import annotations

import pytest

from cloudtune.track.facts import facts_of
from cloudtune.track.findings import alarm_of, recommendation_of
from cloudtune.track.tracking import TrackedWindow
from tests.suggest.builders import resolved
from tests.track.builders import CALENDAR, sale, tracking


def test_actuals_inside_the_interval_raise_no_alarm():
    assert alarm_of(facts_of(tracking()), resolved()) is None


@pytest.mark.parametrize(("level", "side"), [(1.5, "above"), (0.5, "below")])
def test_long_stretch_outside_is_a_finding(level, side):
    alarm = alarm_of(facts_of(tracking(level=level)), resolved())
    assert alarm is not None
    assert alarm.code == "CT782"
    assert f"for 48h at a stretch, mostly {side}; 1h is tolerated" in alarm.message


def test_spec_says_how_long_is_tolerated():
    whole = tracking()
    whole.actual[100:114] *= 2
    assert alarm_of(facts_of(whole), resolved()) is not None
    assert alarm_of(facts_of(whole), resolved(track_tolerance="2h")) is None


def test_lift_that_was_far_off_is_declared_for_the_next_edition():
    whole = tracking(level=1.4)
    recommendation = recommendation_of(facts_of(whole), whole.window)
    lift = f"{2.02 * 1.4:.1f}"
    assert recommendation.file == CALENDAR
    assert [put.path for put in recommendation.puts] == [
        ("events", 0, "occurrences", 0, "note"),
        ("events", 0, "occurrences", 1, "effect"),
    ]
    assert recommendation.puts[1].value.startswith(lift[:2])
    assert recommendation.puts[1].value.endswith("x")


def test_lift_that_came_as_forecast_is_only_noted():
    whole = tracking()
    recommendation = recommendation_of(facts_of(whole), whole.window)
    assert [put.path[-1] for put in recommendation.puts] == ["note"]
    assert "close enough" in recommendation.says


def test_event_without_a_next_edition_leaves_it_to_the_engine():
    whole = tracking(level=1.4, event=sale(following=False))
    assert "no next occurrence" in recommendation_of(facts_of(whole), whole.window).says


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
    note = recommendation_of(facts_of(whole), whole.window).puts[0].value
    assert note.startswith(kept)
    assert note.count("tracked:") == 1


def test_window_without_an_event_recommends_no_lift():
    whole = tracking()
    assert recommendation_of(facts_of(whole), TrackedWindow(whole.window.start, whole.window.end)).puts == ()
