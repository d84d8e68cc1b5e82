"""Days of the month that stand out by themselves, as first and last days and paydays do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.columns import MONTHLY, Columns, one

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtune.model.arrays import Bools, Floats
    from cloudtune.model.grid import Grid
    from cloudtune.model.terms.term import Setting

SHARP = 0.6
"""Prior sd of a day of the month that was found."""
LEAST_DAYS, FEWEST, MOST = 180.0, 6, 6
"""Days of data, occurrences of a day of the month, and days of the month at most."""
SMALLEST, SURE = 0.08, 7.0
"""What a day must stand out by in the middle, on the level's scale; the same in standard errors."""
ALIKE = 0.75
"""Part of its occurrences that must stand out by half of that."""
LAST_SAME_DAY, LAST_DAYS = 28, 3


class SharpDaysOfMonth:
    """A column for each day of the month that was found to stand out."""

    name = "sharp days of the month"

    def is_carried(self, setting: Setting) -> bool:
        """Wherever one was found."""
        return bool(setting.month_days)

    def columns(self, setting: Setting) -> Columns:
        """Noughts and ones."""
        days = days_of_month(setting.grid)
        parts = [one(MONTHLY, days[name].astype("float64"), SHARP) for name in setting.month_days]
        return Columns.join(parts, setting.grid.periods)


def days_of_month(grid: Grid) -> dict[str, Bools]:
    """By name: where it falls. `1`, `last`, `25 or the weekday before`, `last weekday` and their like."""
    return dict(_days_of_month(grid))


def _days_of_month(grid: Grid) -> Iterator[tuple[str, Bools]]:
    month = grid.days.astype("datetime64[M]")
    first = month.astype("datetime64[D]")
    last = (month + 1).astype("datetime64[D]") - 1
    for back in range(LAST_DAYS):
        yield f"{back} before the last", grid.days == last - back
    for day in range(LAST_SAME_DAY):
        yield f"{day + 1}", grid.days == first + day
        yield f"{day + 1} or the weekday before", grid.days == _weekday(first + day, -1)
    yield "first weekday", grid.days == _weekday(first, 1)
    yield "last weekday", grid.days == _weekday(last, -1)


def _weekday(days: np.ndarray, way: int) -> np.ndarray:
    """The day itself from Monday to Friday, else the nearest weekday before (-1) or after (1) it."""
    weekday = (days.astype("int64") + 3) % 7
    off = np.maximum(weekday - 4, 0)
    return days + (np.where(off > 0, 7 - weekday, 0) if way > 0 else -off)


def find_month_days(setting: Setting, left: Floats) -> tuple[str, ...]:
    """Days of the month that stand out of what a fit leaves (NaN where nothing is known), the clearest first.

    Why: three waves can't draw a peak of one day, and what they draw of it lifts the days around.
    """
    known = np.isfinite(left)
    plan = setting.plan
    is_wanted = plan.seek_month_days and plan.seasons is None and setting.days >= LEAST_DAYS
    if not is_wanted or setting.grid.unit > 1 or not known.any():
        return ()
    left = left - np.median(left[known])
    noise = max(1.4826 * float(np.median(np.abs(left[known]))), 1e-6)
    days = {name: found[: len(left)] & known for name, found in days_of_month(setting.grid).items()}
    chosen: list[str] = []
    while len(chosen) < MOST:
        sizes = {name: _size(left[at], noise) for name, at in days.items() if name not in chosen}
        best = max(sizes, key=lambda name: sizes[name][1])
        size, clear = sizes[best]
        if clear < SURE:
            break
        chosen.append(best)
        left = left - size * days[best]
    return tuple(chosen)


def _size(own: Floats, noise: float) -> tuple[float, float]:
    """What a day stands out by in the middle, and in standard errors; 0 where its occurrences differ."""
    if len(own) < FEWEST:
        return 0.0, 0.0
    size = float(np.median(own))
    alike = float(np.mean(own * np.sign(size) >= abs(size) / 2))
    if abs(size) < SMALLEST or alike < ALIKE:
        return 0.0, 0.0
    return size, abs(size) / noise * float(np.sqrt(len(own))) * alike
