from __future__ import annotations

import numpy as np

from cloudtune.suggest.detectors.holidays import find
from tests.suggest.builders import event, residuals, resolved, timeline, within


def on(line, *days, by=-0.5):
    return sum(np.where(line.day == np.datetime64(day), by, 0.0) for day in days)


def test_holiday_that_deviates_alike_every_year_is_proposed():
    line = timeline(800)
    found = find(residuals(line, on(line, "2023-12-25", "2024-12-25")), resolved())
    assert [one.edits[0].item for one in found] == [{"name": "christmas-day", "holiday": "US/Christmas Day"}]
    assert "all 2 dates" in found[0].reason


def test_days_before_that_deviate_too_become_a_halo():
    line = timeline(800)
    eves = [f"{year}-12-{day}" for year in (2023, 2024) for day in (22, 23, 24)]
    found = find(residuals(line, on(line, "2023-12-25", "2024-12-25") + on(line, *eves, by=0.4)), resolved())
    assert found[0].edits[0].item["before"] == "3d"


def test_region_decides_whose_holidays():
    line = timeline(800)
    found = find(
        residuals(line, on(line, "2023-01-26", "2024-01-26", "2025-01-26", by=0.4)), resolved(region="IN")
    )
    assert [one.edits[0].item["holiday"] for one in found] == ["IN/Republic Day"]


def test_time_zone_stands_in_for_a_region():
    line = timeline(800, zone="Asia/Kolkata")
    found = find(
        residuals(line, on(line, "2023-01-26", "2024-01-26", "2025-01-26", by=0.4)),
        resolved(region="", zone="Asia/Kolkata"),
    )
    assert [one.edits[0].item["holiday"] for one in found] == ["IN/Republic Day"]


def test_holiday_that_goes_both_ways_is_no_pattern():
    line = timeline(800)
    assert find(residuals(line, on(line, "2023-12-25") + on(line, "2024-12-25", by=0.5)), resolved()) == []


def test_declared_holiday_is_not_proposed_again():
    line = timeline(800)
    spec = resolved([event("christmas", "2023-12-25", "2024-12-25")])
    assert find(residuals(line, on(line, "2023-12-25", "2024-12-25"), spec=spec), spec) == []


def test_taken_name_gets_a_number():
    line = timeline(800)
    spec = resolved([event("christmas-day", "2020-12-25")])
    found = find(residuals(line, on(line, "2023-12-25", "2024-12-25"), spec=spec), spec)
    assert found[0].edits[0].item["name"] == "christmas-day-2"


def test_week_that_holds_a_holiday_counts_in_weekly_data():
    line = timeline(120, step="1w")
    weeks = [np.datetime64("2023-11-20"), np.datetime64("2024-11-25")]
    off = sum(np.where(line.day == week, 0.5, 0.0) for week in weeks)
    found = find(residuals(line, off), resolved(step="1w"))
    assert [one.edits[0].item["name"] for one in found][:1] == ["thanksgiving-day"]


def test_unknown_country_has_no_holidays():
    line = timeline(60)
    assert (
        find(residuals(line, within(line, "2023-02-01", "2023-02-02") * 0.5), resolved(region="", zone="UTC"))
        == []
    )
