"""Outlier windows in order, apart from each other, still under review."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cloudtune.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from cloudtune.spec.forecast import ForecastSpec


def check_outliers(spec: ForecastSpec) -> Iterator[Problem]:
    """Each window ends after it starts, and none meets another."""
    zone = ZoneInfo(spec.series.timezone)
    windows = []
    for number, item in enumerate(spec.outliers):
        start, end = item.start.at(zone), item.end.at(zone)
        windows.append((start, end, number))
        if end <= start:
            message = f"the window ends at {item.end}, not after its start at {item.start}"
            hint = "`end` is the first instant after the window; a whole day ends on the next date"
            yield Problem("CT304", message, hint, path=("outliers", number, "end"))
    windows.sort()
    for (_, end, before), (start, _, number) in pairwise(windows):
        if start < end:
            other = spec.outliers[before]
            message = f"the window overlaps that of {other.start} to {other.end}"
            path = ("outliers", number, "start")
            yield Problem("CT306", message, "make them one window", path=path)


def check_reviews(spec: ForecastSpec, today: date) -> Iterator[Problem]:
    """A warning for each window past its review date."""
    for number, item in enumerate(spec.outliers):
        if item.review_by is not None and item.review_by.date < today:
            message = f"the outlier window of {item.start.date} was to be reviewed by {item.review_by.date}"
            hint = "look at it again, then move `review_by` on or delete the window"
            path = ("outliers", number, "review_by")
            yield Problem("CT342", message, hint, "warning", path=path)
