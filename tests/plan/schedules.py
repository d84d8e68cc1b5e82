"""A week of a small shop's floors: one good schedule; a test breaks one thing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cloudtune.plan.export.schedule import Band, Export, Schedule
from cloudtune.plan.floors import Floor

START = np.datetime64("2027-07-13T06:51:00")
WEEK = np.timedelta64(7 * 86400, "s")


def floor(*steps: tuple[str, int], until: str = "2027-07-20T07:00:00") -> Floor:
    at = np.array([np.datetime64(time, "s") for time, _ in steps])
    return Floor(at, np.array([units for _, units in steps]), np.datetime64(until, "s"))


def schedule(**changes) -> Schedule:
    prime_day = floor(
        ("2027-07-13T06:51:00", 90),
        ("2027-07-14T06:51:00", 297),
        ("2027-07-14T10:00:00", 210),
        ("2027-07-18T07:30:00", 90),
    )
    good = Schedule("us-orders", "m7g.4xlarge", "us-west-2", "checkout", prime_day)
    return replace(good, **changes)


def many_steps(count: int) -> Floor:
    at = START + np.arange(count) * np.timedelta64(900, "s")
    return Floor(at, 50 + np.arange(count) % 7, at[-1] + np.timedelta64(900, "s"))


def export(*schedules: Schedule) -> Export:
    times = START + np.arange(120) * np.timedelta64(60, "s")
    levels = {"mean": np.linspace(900, 1000, 120), "q99": np.linspace(1200, 1400.5, 120)}
    band = Band(times, levels, "orders", "1min")
    return Export(
        "us-orders", "team-checkout", schedules or (schedule(),), band, np.datetime64("2027-07-12", "s")
    )


def planned(one: Schedule) -> list[tuple[str, int]]:
    """What a file must say once it is read back: every step, and the base floor at the end."""
    steps = [(f"{at}Z", int(units)) for at, units in zip(one.floor.at, one.floor.units, strict=True)]
    return steps if steps[-1][1] == one.base else [*steps, (f"{one.floor.until}Z", one.base)]
