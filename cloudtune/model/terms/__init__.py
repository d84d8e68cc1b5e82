"""The terms of the model: what is listed here is in it, in the order of the columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.model.columns import Columns
from cloudtune.model.terms.events import EventFamilies, EventProfiles, FamilyProfiles, WholeDayEvents
from cloudtune.model.terms.month import SharpDaysOfMonth
from cloudtune.model.terms.regressors import RegressorLevels, RegressorProfiles
from cloudtune.model.terms.seasons import (
    CustomSeasons,
    Daily,
    DayOfMonth,
    WeekdaysByYear,
    Weekly,
    Yearly,
    YearlyProfile,
)
from cloudtune.model.terms.trend import LevelShifts

if TYPE_CHECKING:
    from cloudtune.model.terms.term import Setting, Term

LEVEL_TERMS: tuple[Term, ...] = (
    Weekly(),
    Yearly(),
    WeekdaysByYear(),
    DayOfMonth(),
    SharpDaysOfMonth(),
    CustomSeasons(),
    WholeDayEvents(),
    EventFamilies(),
    RegressorLevels(),
    LevelShifts(),
)
"""Beside the trend, which every level has (`terms/trend.py`)."""

PROFILE_TERMS: tuple[Term, ...] = (
    Daily(),
    Weekly(),
    YearlyProfile(),
    EventProfiles(),
    FamilyProfiles(),
    RegressorProfiles(),
)


def columns_of(terms: tuple[Term, ...], setting: Setting) -> Columns:
    """The columns of all terms that the data carries, side by side."""
    return Columns.join(
        [term.columns(setting) for term in terms if term.is_carried(setting)], setting.grid.periods
    )
