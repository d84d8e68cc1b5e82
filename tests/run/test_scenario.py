from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cloudtune.errors import Refusal
from cloudtune.run.scenario import apply, scenario_of
from cloudtune.spec.forecast import ForecastSpec
from cloudtune.spec.resolved import Event, Occurrence, ResolvedSpec

PACIFIC = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 5, 1, tzinfo=UTC)


def occurrence(*start: int) -> Occurrence:
    first = datetime(*start, tzinfo=PACIFIC)
    return Occurrence(first, first + timedelta(hours=48), path=("events", 0, "occurrences", start[0] - 2025))


def resolved(**keys) -> ResolvedSpec:
    raw = {
        "version": "cloudtune/v1",
        "kind": "forecast",
        "name": "orders",
        "series": {
            "source": {"kind": "csv", "path": "x.csv", "time": "t", "value": "v"},
            "step": "1h",
            "timezone": "America/Los_Angeles",
        },
        "granularities": [{"step": "1h", "horizon": "28d"}],
    }
    events = (Event("prime-day", (occurrence(2025, 7, 8), occurrence(2026, 7, 14), occurrence(2027, 7, 13))),)
    return ResolvedSpec(ForecastSpec.model_validate(raw | keys), "specs/orders.yaml", "", events)


def after(*texts: str, **keys) -> ResolvedSpec:
    spec = resolved(**keys)
    return apply(spec, scenario_of(spec, texts), NOW)


def test_effect_changes_the_next_edition_alone():
    assert [one.effect for one in after("prime-day.effect=1.8x").events[0].occurrences] == [None, 1.8, None]


def test_moved_edition_keeps_its_length():
    moved = after("prime-day.start=2026-07-21").events[0].occurrences[1]
    assert moved.start == datetime(2026, 7, 21, tzinfo=PACIFIC)
    assert moved.duration == timedelta(hours=48)


def test_overrides_of_one_event_add_up():
    moved = after("prime-day.start=2026-07-21T09:00", "prime-day.duration=24h").events[0].occurrences[1]
    assert (moved.start.hour, moved.duration) == (9, timedelta(hours=24))


def test_growth_is_changed_and_the_rest_kept():
    changed = after("growth=flat", trend={"level_shifts": [{"at": "2025-01-01"}]})
    assert changed.spec.trend.growth == "flat"
    assert len(changed.spec.trend.level_shifts) == 1


def test_scenario_of_the_spec_goes_by_its_name():
    scenarios = {"bigger": {"prime-day": {"effect": "1.8x"}, "growth": "damped"}}
    changed = after("bigger", "prime-day.duration=96h", scenarios=scenarios)
    assert changed.spec.trend.growth == "damped"
    assert changed.events[0].occurrences[1].effect == 1.8
    assert changed.events[0].occurrences[1].duration == timedelta(hours=96)


def test_edition_moved_past_the_next_one_keeps_the_order():
    starts = [
        one.start.year * 100 + one.start.month
        for one in after("prime-day.start=2027-08-01").events[0].occurrences
    ]
    assert starts == [202507, 202707, 202708]


def test_baseline_is_left_as_it_was():
    spec = resolved()
    apply(spec, scenario_of(spec, ["prime-day.effect=1.8x", "growth=flat"]), NOW)
    assert spec.spec.trend.growth == "auto"
    assert spec.events[0].occurrences[1].effect is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense", "neither a scenario"),
        ("prime-day.effect", "neither a scenario"),
        ("prime-day.colour=red", "can't be read"),
        ("prime-day.effect=much", "can't be read"),
        ("prime-day.start=2026-13-01", "can't be read"),
        ("fair.effect=2x", "no event 'fair'"),
        ("growth=exponential", "neither a scenario"),
    ],
)
def test_what_can_not_be_read_is_refused(text, words):
    with pytest.raises(Refusal, match=words) as refusal:
        after(text)
    assert refusal.value.problems[0].code == "CT784"


def test_event_without_a_coming_edition_can_not_change():
    spec = resolved()
    with pytest.raises(Refusal, match="no occurrence after"):
        apply(spec, scenario_of(spec, ["prime-day.effect=2x"]), datetime(2028, 1, 1, tzinfo=UTC))
