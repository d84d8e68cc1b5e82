"""Laws over zones, steps and ways to write: known instants go in, and come back."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudtune.timegrid import STEPS, resolve_wall
from tests.data.reading import Reading
from tests.data.stamp_styles import STYLES

ZONES = sorted(
    name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix"))
)
HARD = (
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "America/St_Johns",
    "Africa/Cairo",
)
STARTS = ("2025-03-28", "2025-10-24", "2024-02-27", "2025-09-05")
SHORT = ("15min", "30min", "1h")
QUICK = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def instants(start: str, step: str, count: int) -> list[datetime]:
    """Aligned in UTC: every zone has such points, whatever its offset."""
    first = datetime.fromisoformat(start).replace(tzinfo=UTC)
    return [first + n * timedelta(minutes=STEPS[step].minutes) for n in range(count)]


def certain(times: list[datetime], zone: ZoneInfo) -> list[datetime]:
    """Those whose wall clock time happens once."""
    return [at for at in times if _offsets(at.astimezone(zone).replace(tzinfo=None), zone) == 1]


def _offsets(wall: datetime, zone: ZoneInfo) -> int:
    return len({wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)})


def check_short(root: Path, zone: str, step: str, style: str, start: str) -> None:
    form, place = STYLES[style], ZoneInfo(zone)
    times = instants(start, step, 160)
    sure = certain(times, place) if form.on_wall else times
    reading = Reading(root, step, zone, dict(form.source))
    reading.write(*(f"{form.write(at, place)},{n}" for n, at in enumerate(sure, 1)))
    series = reading.load().series
    known = np.isfinite(series.values)
    read = dict(zip(series.timeline.utc[known].tolist(), series.values[known].tolist(), strict=True))
    written = {at.replace(tzinfo=None): float(n) for n, at in enumerate(sure, 1)}
    assert {at: read.get(at) for at in written} == written
    assert len(read) == len(written)


def check_days(root: Path, zone: str, width: int, style: str, start: str) -> None:
    form, place = STYLES[style], ZoneInfo(zone)
    first = datetime.fromisoformat(start)
    days = [first + timedelta(days=width * n) for n in range(40)]
    midnights = [resolve_wall(day, place) for day in days]
    reading = Reading(root, "1d" if width == 1 else "1w", zone, dict(form.source))
    reading.top = {"granularities": [{"step": reading.step, "horizon": "14d"}]}
    reading.write(*(f"{form.write(at, place)},{n}" for n, at in enumerate(midnights)))
    series = reading.load().series
    assert series.timeline.day.tolist() == [day.date() for day in days]
    assert series.values.tolist() == list(range(40))


@QUICK
@given(
    st.sampled_from([*ZONES, *HARD * 10]),
    st.sampled_from(SHORT),
    st.sampled_from(sorted(STYLES)),
    st.sampled_from(STARTS),
)
def test_what_was_written_comes_back(zone, step, style, start):
    with tempfile.TemporaryDirectory() as root:
        check_short(Path(root), zone, step, style, start)


@QUICK
@given(
    st.sampled_from([*ZONES, *HARD * 10]),
    st.sampled_from([1, 7]),
    st.sampled_from(sorted(STYLES)),
    st.sampled_from(STARTS),
)
def test_local_midnights_are_days_however_they_are_written(zone, width, style, start):
    with tempfile.TemporaryDirectory() as root:
        check_days(Path(root), zone, width, style, start)


@pytest.mark.slow
@pytest.mark.parametrize("turn", range(4))
def test_every_zone_of_the_list_comes_back(turn, tmp_path):
    styles = sorted(STYLES)
    for number, zone in enumerate(ZONES):
        style, start = styles[(number * 7 + turn * 5) % len(styles)], STARTS[(number + turn) % 4]
        check_short(tmp_path, zone, SHORT[(number + turn) % 3], style, start)
        check_days(tmp_path, zone, (1, 7)[(number + turn) % 2], style, start)
