from __future__ import annotations

from cloudtune.review.attribution import Cause, Explained, Share
from cloudtune.review.change import FigureChange, ReportDiff
from cloudtune.review.diff import diff_documents
from cloudtune.review.diff_text import MOST, WIDTH, block, shown
from tests.review.builders import document


def event(fact, before, after, *, why="", unit="number", subject="prime-day 2026-07-21"):
    where = "specs/calendars/us-retail.yaml"
    return FigureChange("event", subject, fact, before, after, bool(why), why, unit, where, 14)


def told(*changes, explained=()):
    report = ReportDiff("store/us-orders", "changed", changes)
    return block(report, shown(report), explained).splitlines()


def test_facts_of_one_event_stand_below_its_name_and_line():
    lines = told(
        event("length", "48h", "96h", why="the event is longer", unit="text"),
        event("peak", 1.2e6, 1.34e6, why="outside the old interval"),
    )
    assert lines == [
        "store/us-orders",
        "  ! prime-day 2026-07-21  specs/calendars/us-retail.yaml:14",
        "      length: 48h -> 96h, the event is longer",
        "      peak: 1.20M -> 1.34M (+11.7%), outside the old interval",
    ]


def test_reason_that_does_not_fit_gets_a_line_of_its_own():
    lines = told(event("peak", 1.2e6, 1.34e6, why="outside the old interval"))
    assert lines[1:] == [
        "  ! prime-day 2026-07-21 peak: 1.20M -> 1.34M (+11.7%)",
        "      outside the old interval (specs/calendars/us-retail.yaml:14)",
    ]
    assert max(map(len, lines)) <= WIDTH


def test_figures_that_read_alike_are_left_out():
    assert told(event("peak", 1.2000e6, 1.2001e6), event("total", 1e6, 1.02e6))[1:] == [
        "    prime-day 2026-07-21 total: 1.00M -> 1.02M (+2.0%)"
    ]


def test_report_that_moved_by_less_than_shows_says_so():
    assert told(event("peak", 1.2000e6, 1.2001e6))[1:] == ["    no figure that shows: --format json has them"]


def test_beyond_a_dozen_the_rest_is_counted():
    lines = told(*(event("peak", 1.0, 2.0, subject=f"sale {k}") for k in range(MOST + 3)))
    assert (len(lines), lines[-1]) == (1 + MOST + 1, "    and 3 more: --format json has them")


def test_causes_stand_one_below_the_other():
    sale = Cause("prime-day is now 96h", "specs/calendars/us-retail.yaml", 14)
    shares = (Share(Cause("engine"), 0.0001), Share(sale, 0.052), Share(Cause("new data"), 0.061))
    lines = told(event("peak", 1.0, 2.0), explained=[Explained("x", "peak", 1.2e6, 1.336e6, shares)])
    assert lines[-3:] == [
        "  = peak 1.20M -> 1.34M (+11.3%)",
        "        +6.1%  new data",
        "        +5.2%  prime-day is now 96h  specs/calendars/us-retail.yaml:14",
    ]


def test_new_forecast_shows_its_peak():
    (report,) = diff_documents({}, {"store/us-orders": document()})
    assert block(report, shown(report), ()).splitlines() == [
        "store/us-orders  (new)",
        "  ! peak: 1.20M on Tue 14 Jul 2026 00:01",
    ]
