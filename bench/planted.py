"""Hourly series in which a newcomer's spec lacks known things."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from cloudtune.spec.dates import parse_rule

KINDS = ("outlier", "level-shift", "holiday", "event", "event-time", "idle-event", "timezone")
DAYS = 900
FIRST = pd.Timestamp("2023-01-02")
ZONE = "America/New_York"
LATE = 5


@dataclass(frozen=True)
class Truth:
    """What was planted; times are local wall time."""

    windows: list
    shift: np.datetime64
    sale: list
    late: np.datetime64
    wrong_zone: bool

    def judge(self, kind, found):
        """(planted, of them found, suggested, of them right); behind a wrong clock nothing else is looked for."""
        if self.wrong_zone and kind != "timezone":
            return np.array([0, 0, len(found), 0])
        return np.array({"outlier": self._outliers, "level-shift": self._shift, "holiday": self._holiday,
                         "event": self._event, "event-time": self._late, "idle-event": self._idle,
                         "timezone": self._zone}[kind](found))  # fmt: skip

    def _outliers(self, found):
        touch = [[a < one.end and one.start < b for a, b in self.windows] for one in found]
        covered = sum(any(row[k] for row in touch) for k in range(len(self.windows)))
        return len(self.windows), covered, len(found), sum(map(any, touch))

    def _shift(self, found):
        right = [abs((one.start - self.shift).astype("timedelta64[D]").astype(int)) <= 3 for one in found]
        return 1, int(any(right)), len(found), sum(right)

    def _holiday(self, found):
        right = ["Christmas" in one.reason for one in found]
        return 1, int(any(right)), len(found), sum(right)

    def _event(self, found):
        days = {np.datetime64(day, "D") + shift for day in self.sale for shift in (-1, 0, 1)}
        right = [one.dates[0].astype("datetime64[D]") in days for one in found]
        return 1, int(any(right)), len(found), sum(right)

    def _late(self, found):
        right = [abs((one.start - self.late).astype("timedelta64[m]").astype(int)) <= 60 for one in found]
        return 1, int(any(right)), len(found), sum(right)

    def _idle(self, found):
        right = ["board-meeting" in one.reason for one in found]
        return 1, int(any(right)), len(found), sum(right)

    def _zone(self, found):
        right = [ZONE in one.reason for one in found]
        return (
            int(self.wrong_zone),
            int(self.wrong_zone and any(right)),
            len(found),
            sum(right) * self.wrong_zone,
        )


def planted(folder, seed):
    """Write spec and data below `folder`; the same seed, the same series."""
    rng = np.random.default_rng(seed)
    local = pd.date_range(FIRST, periods=DAYS * 24, freq="h")
    log = _base(rng, local)
    years = range(local[0].year, local[-1].year + 1)
    sale = [day for year in years if (day := parse_rule("third thursday of march").on(year))]
    for day in sale:
        log[local.date == day] += 0.45
    log[(local.month == 12) & (local.day == 25)] -= 0.6
    starts, late = _flash(rng, local, log)
    windows = _upset(rng, local, log)
    shift = local[24 * int(rng.integers(300, 600))]
    log[local >= shift] += rng.choice([-1, 1]) * rng.uniform(0.12, 0.3)
    values = rng.poisson(np.exp(log)).astype(float)
    wrong_zone = bool(seed % 2)
    _write(folder, local, values, starts, wrong_zone=wrong_zone)
    return Truth(windows, shift.to_numpy(), sale, late, wrong_zone)


def _base(rng, local):
    days = np.asarray((local - local[0]).days, dtype=float)
    hours, weekday = np.asarray(local.hour), np.asarray(local.day_of_week)
    noise = np.zeros(DAYS)
    for day in range(1, DAYS):
        noise[day] = 0.6 * noise[day - 1] + rng.normal(0, 0.02)
    level = np.log(rng.uniform(400, 3000)) + rng.uniform(-0.1, 0.3) * days / 365 + np.repeat(noise, 24)
    shape = 0.7 * np.sin((hours - 9) / 24 * 2 * np.pi) + 0.2 * np.sin(hours / 12 * 2 * np.pi)
    year = rng.uniform(0.03, 0.12) * np.sin(days / 365.25 * 2 * np.pi)
    return level + shape + year + np.array([0, 0.01, 0.02, 0.03, 0.05, -0.08, -0.12])[weekday]


def _flash(rng, local, log):
    """Seven flash sales of four hours; one of them came five hours earlier than its calendar says."""
    days = np.sort(rng.choice(np.arange(20, DAYS - 20, 30), 7, replace=False))
    starts = [local[24 * day] + timedelta(hours=14) for day in days]
    odd = int(rng.integers(1, 6))
    real = [start - timedelta(hours=LATE) if k == odd else start for k, start in enumerate(starts)]
    for start in real:
        log[(local >= start) & (local < start + timedelta(hours=4))] += 0.7
    return starts, real[odd].to_numpy()


def _upset(rng, local, log):
    """Robots, half an outage, a whole one."""
    windows = []
    for effect, day in zip(
        (1.0, -1.2, -9.0), rng.choice(np.arange(35, DAYS - 35, 30), 3, replace=False), strict=True
    ):
        first = 24 * int(day) + int(rng.integers(0, 24))
        last = first + int(rng.integers(3, 9))
        log[first:last] += effect
        windows.append((local[first].to_numpy(), local[last].to_numpy()))
    return windows


def _write(folder, local, values, starts, *, wrong_zone):
    (folder / "specs").mkdir()
    (folder / "data").mkdir()
    stamps = local.tz_localize(ZONE, ambiguous=True, nonexistent="NaT").tz_convert("UTC")
    rows = pd.DataFrame({"time": stamps, "value": values}).dropna()
    rows.to_parquet(folder / "data" / "x.parquet", index=False)
    occurrences = ", ".join(f"{{start: {start:%Y-%m-%dT%H:%M}, duration: 4h}}" for start in starts)
    meetings = ", ".join(f"{{start: {date(2023, 2, 1) + timedelta(days=61 * k)}}}" for k in range(12))
    zone = "UTC" if wrong_zone else ZONE
    (folder / "specs" / "planted.yaml").write_text(
        f"version: cloudtune/v1\nkind: forecast\nname: planted\nregion: US\n"
        f"series:\n  source: {{kind: parquet, path: data/x.parquet, time: time, value: value}}\n"
        f"  step: 1h\n  timezone: {zone}\n"
        f"granularities:\n  - {{step: 1h, horizon: 28d}}\n"
        f"events:\n  - name: flash\n    occurrences: [{occurrences}]\n"
        f"  - name: board-meeting\n    occurrences: [{meetings}]\n"
    )
