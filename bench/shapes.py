"""Parts of a simulated series, on the log scale, functions of wall-clock time and a seeded generator."""

from __future__ import annotations

import numpy as np
import pandas as pd

DAY = pd.Timedelta(days=1)
MINUTE = pd.Timedelta(minutes=1)
WORKDAY = ((10.5, 2.6, 0.75), (15.5, 2.5, 0.65), (20.5, 1.6, 0.55))
WEEKEND = ((12.5, 3.2, 0.55), (20.0, 2.6, 0.70))
WEEK = np.array([0.05, 0.08, 0.08, 0.06, 0.0, -0.22, -0.18])


def daily(index: pd.DatetimeIndex):
    """Weekday and weekend shapes with weekly levels."""
    hour = (index.hour + index.minute / 60).to_numpy(float)
    weekday = index.day_of_week.to_numpy()
    return np.where(weekday < 5, _bumps(hour, WORKDAY), _bumps(hour, WEEKEND)) + WEEK[weekday]


def yearly(index: pd.DatetimeIndex):
    """Two waves of the year."""
    angle = 2 * np.pi * (index.day_of_year.to_numpy() - 1) / 365.25
    return 0.10 * np.cos(angle - 0.4) + 0.05 * np.cos(2 * angle + 1.0)


def line(index: pd.DatetimeIndex, cut: pd.Timestamp, slopes: tuple[float, float], turn_days: float):
    """Log of a line with one turn `turn_days` after the cut (before it where negative)."""
    years = ((index - cut) / DAY).to_numpy() / 365 - turn_days / 365
    path = 1 + slopes[0] * years + (slopes[1] - slopes[0]) * np.maximum(years, 0)
    return np.log(np.maximum(path, 0.05))


def drift(n: int, minutes: float, random: np.random.Generator, size=0.03):
    """A slow wander with the memory of a day."""
    keep = 0.9985 ** min(minutes, 1440)
    pushes = random.standard_normal(n) * size * np.sqrt(1 - keep**2) / (1 - keep)
    pushes[0] *= 1 - keep
    return pd.Series(pushes).ewm(alpha=1 - keep, adjust=False).mean().to_numpy()


def walk(index: pd.DatetimeIndex, random: np.random.Generator, a_day: float):
    """A random walk of days."""
    days = ((index - index[0]) / DAY).to_numpy().astype(int)
    return np.cumsum(random.standard_normal(days[-1] + 1) * a_day)[days]


def calendar(start, end, random: np.random.Generator) -> pd.DataFrame:
    """Eight events a year: launches (24 h from 17:00) and sales (48 h from 08:00) by turns."""
    rows, turn, day = [], 1, start + pd.Timedelta(days=44)
    while day < end - pd.Timedelta(days=3):
        name, hour, hours = ("launch", 17, 24) if turn % 2 == 0 else ("sale", 8, 48)
        begins = day + pd.Timedelta(days=int(random.integers(-5, 6)), hours=hour)
        rows.append((name, begins, begins + pd.Timedelta(hours=hours), "{}"))
        day = (day + pd.Timedelta(days=365.25 / 8)).normalize()
        turn += 1
    return pd.DataFrame(rows, columns=["name", "start", "end", "attributes"])


def lifts(index: pd.DatetimeIndex, events: pd.DataFrame, random: np.random.Generator):
    """The effect of every occurrence, each a little larger or smaller than the last."""
    total = np.zeros(len(index))
    for event in events.itertuples():
        inside = slice(index.searchsorted(event.start), index.searchsorted(event.end))
        minutes = ((index[inside] - event.start) / MINUTE).to_numpy()
        total[inside] += (1 + 0.08 * random.standard_normal()) * _lift(event.name, minutes)
    return total


def _lift(name: str, minutes):
    if name == "launch":  # a spike at the opening minute, a decaying day, a smaller spike at +12 h
        effect = 0.55 * np.exp(-minutes / 420) + 1.1 * np.exp(-minutes / 12)
        return effect + np.where(minutes >= 720, 0.6 * np.exp(-(minutes - 720) / 8), 0)
    effect = np.full(minutes.shape, 0.30)  # a plateau, a spike each morning, one in the last hour
    for at, height, fade in ((0, 0.9, 10), (1440, 0.7, 10), (2820, 0.8, 15)):
        effect += np.where(minutes >= at, height * np.exp(-(minutes - at) / fade), 0)
    return effect


def _bumps(hour, centres):
    total = np.zeros_like(hour)
    for centre, width, height in centres:
        away = (hour - centre + 12) % 24 - 12
        total += height * np.exp(-0.5 * (away / width) ** 2)
    return total
