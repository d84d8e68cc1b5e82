"""Seasons of the level and of the profile: columns that come from the calendar alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.columns import DAILY, MONTHLY, WEEKLY, YEARLY, Columns, Ingredient, block, one, waves
from cloudtune.model.terms.term import A_YEAR, MOST_OF_A_YEAR

if TYPE_CHECKING:
    from cloudtune.model.grid import Grid
    from cloudtune.model.terms.term import Setting

YEAR_WAVES, PROFILE_WAVES = 10, 3
YEAR_PRIORS = (0.6, *(0.3 / np.sqrt(k) for k in range(2, YEAR_WAVES + 1)))
"""Prior sd of each harmonic of the year: a yearly swing by a factor of two is nothing unusual."""
PROFILE_PRIORS = tuple(0.3 / k for k in range(1, PROFILE_WAVES + 1))
WEEKDAY = 0.5
WEEKDAY_BY_YEAR = (0.1, 0.05)
MONTH_PRIORS = (0.05, 0.025, 0.05 / 3)
CUSTOM = 0.3
ANYTHING = 1000.0
MONTHLY_DAYS = 180
WEEKLY_DAYS = 8


class Weekly:
    """What sets each weekday apart, in the level as in the profile."""

    name = "weekly season"

    def is_carried(self, setting: Setting) -> bool:
        """From 8 days on; a week has no weekdays."""
        return setting.allows("weekly") and setting.grid.unit == 1 and setting.days >= WEEKLY_DAYS

    def columns(self, setting: Setting) -> Columns:
        """Seven columns of noughts and ones."""
        return weekdays(setting.grid, WEEKDAY)


class Yearly:
    """The year as ten waves."""

    name = "yearly season"

    def is_carried(self, setting: Setting) -> bool:
        """From 370 days on, a declared one from 300."""
        return setting.allows("yearly") and setting.days >= (
            MOST_OF_A_YEAR if setting.declares_year else A_YEAR
        )

    def columns(self, setting: Setting) -> Columns:
        """Sine and cosine of ten harmonics."""
        return waves(YEARLY, setting.grid.year_phase, YEAR_PRIORS)


class WeekdaysByYear:
    """How the week changes over the year: weekends of a summer business."""

    name = "weekdays by season of the year"

    def is_carried(self, setting: Setting) -> bool:
        """Where both the week and the year are."""
        return Weekly().is_carried(setting) and Yearly().is_carried(setting)

    def columns(self, setting: Setting) -> Columns:
        """Two harmonics of the year for each weekday."""
        slow = waves(YEARLY, setting.grid.year_phase, WEEKDAY_BY_YEAR)
        days = weekdays(setting.grid, 1.0)
        return Columns.join([slow.times(days.values[:, k], 1.0) for k in range(7)], setting.grid.periods)


class DayOfMonth:
    """The month as three waves: pay days, ends of months."""

    name = "day of the month"

    def is_carried(self, setting: Setting) -> bool:
        """From 180 days on, where the spec names no seasons."""
        return setting.plan.seasons is None and setting.grid.unit == 1 and setting.days >= MONTHLY_DAYS

    def columns(self, setting: Setting) -> Columns:
        """Sine and cosine of three harmonics."""
        return waves(MONTHLY, setting.grid.month_phase, MONTH_PRIORS)


class CustomSeasons:
    """Seasons of any length that the spec declares."""

    name = "custom seasons"

    def is_carried(self, setting: Setting) -> bool:
        """Wherever one is declared."""
        return bool(setting.plan.custom)

    def columns(self, setting: Setting) -> Columns:
        """Sine and cosine of the declared harmonics, by age."""
        parts = []
        for custom in setting.plan.custom:
            phase = (setting.grid.age % custom.length) / custom.length
            priors = [CUSTOM / k for k in range(1, custom.order + 1)]
            parts.append(waves(Ingredient("season", custom.name), phase, priors))
        return Columns.join(parts, setting.grid.periods)


class Daily:
    """The curve of the day itself: every other term of the profile bends it."""

    name = "daily profile"

    def is_carried(self, setting: Setting) -> bool:  # noqa: ARG002
        """Always."""
        return True

    def columns(self, setting: Setting) -> Columns:
        """One column of ones: with every slot as a response it is a curve."""
        return one(DAILY, np.ones(setting.grid.periods), ANYTHING)


class YearlyProfile:
    """How the curve of the day changes over the year: evenings of winter."""

    name = "profile by season of the year"

    def is_carried(self, setting: Setting) -> bool:
        """Where the level has a year."""
        return Yearly().is_carried(setting)

    def columns(self, setting: Setting) -> Columns:
        """Three harmonics of the year, and what weekends add to them."""
        slow = waves(YEARLY, setting.grid.year_phase, PROFILE_PRIORS)
        return Columns.join([slow, slow.times(setting.grid.weekend, 0.5)], setting.grid.periods)


def weekdays(grid: Grid, prior: float) -> Columns:
    """Seven columns of noughts and ones."""
    return block(WEEKLY, [(grid.weekday == k).astype("float64") for k in range(7)], [prior] * 7)
