"""The sample store's markets and all that happens in them."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from cloudtune.sample.world import Market, TrueChange, TrueOccurrence, Upset
from cloudtune.spec.dates import parse_rule
from cloudtune.timegrid import STEPS

if TYPE_CHECKING:
    from cloudtune.sample.world import Kind

END = "2026-11-01"
"""The store's today: the last value is of 31 October 2026."""
_START, _YEARS = "2024-09-01", range(2021, 2029)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _sales(name: str, occurrences: dict[str, tuple[float, float]]) -> tuple[TrueOccurrence, ...]:
    """Start: (hours, size)."""
    return tuple(
        TrueOccurrence(name, "sale", _at(start), hours, size) for start, (hours, size) in occurrences.items()
    )


def _yearly(name: str, kind: Kind, rule: str, size: float) -> tuple[TrueOccurrence, ...]:
    days = (day for year in _YEARS for day in parse_rule(rule).days(year))
    return tuple(TrueOccurrence(name, kind, datetime.combine(day, time()), 24, size) for day in days)


def _days(name: str, size: float, *starts: str) -> tuple[TrueOccurrence, ...]:
    return tuple(TrueOccurrence(name, "day", _at(start), 24, size) for start in starts)


_US_EVENTS = (
    *_sales(
        "prime-day",
        {
            "2024-10-08": (48, 1.75),
            "2025-03-25": (24, 1.80),
            "2025-07-08": (96, 1.90),
            "2025-10-07": (48, 1.78),
            "2026-06-23": (96, 1.95),
            "2026-12-08": (48, 1.82),
            "2027-07-13": (96, 1.92),
            "2028-03-21": (24, 1.82),
            "2028-07-11": (96, 1.92),
        },
    ),
    *_yearly("mothers-day", "run-up", "second sunday of may", 1.12),
    *_yearly("independence-day", "day", "4 july", 0.82),
    *_yearly("thanksgiving", "feast", "thanksgiving", 0.72),
    *_yearly("black-friday", "rush", "thanksgiving +1", 2.0),
    *_yearly("cyber-monday", "rush", "thanksgiving +4", 2.3),
    *_yearly("christmas", "day", "25 december", 0.55),
    *_yearly("new-year", "day", "1 january", 0.85),
    TrueOccurrence("handheld-launch", "launch", _at("2025-06-05T09:00"), 2, 8.5, sells_out=14),
    TrueOccurrence("handheld-launch", "launch", _at("2026-03-05T09:00"), 2, 8.0, sells_out=12),
    TrueOccurrence("handheld-launch", "launch", _at("2027-03-04T09:00"), 2, 8.2, sells_out=12),
    TrueOccurrence("handheld-launch", "launch", _at("2028-03-02T09:00"), 2, 8.2, sells_out=12),
    TrueOccurrence("console-launch", "launch", _at("2026-11-12T09:00"), 2, 12.0, sells_out=8),
)
_IN_EVENTS = (
    *_sales(
        "diwali-sale",
        {
            "2024-10-26": (120, 1.9),
            "2025-10-15": (120, 2.0),
            "2026-11-03": (120, 1.95),
            "2027-10-24": (120, 1.95),
            "2028-10-12": (120, 1.95),
        },
    ),
    *_days("diwali", 0.75, "2024-10-31", "2025-10-20", "2026-11-08", "2027-10-29", "2028-10-17"),
    *_days("holi", 0.70, "2025-03-14", "2026-03-04", "2027-03-22", "2028-03-11"),
    *_yearly("republic-day", "day", "26 january", 1.30),
    *_yearly("independence-day", "day", "15 august", 1.35),
)
_EU_EVENTS = (
    *_yearly("black-friday", "rush", "thanksgiving +1", 1.9),
    *_yearly("good-friday", "day", "easter -2", 0.80),
    *_yearly("easter-monday", "day", "easter +1", 0.78),
    *_yearly("christmas", "day", "25 december", 0.45),
    *_yearly("new-year", "day", "1 january", 0.70),
)

_SHOP_EVENTS = (
    *_sales("autumn-sale", {"2025-10-07": (48, 1.7), "2026-04-14": (24, 1.65), "2026-11-17": (72, 1.7)}),
    *_yearly("black-friday", "rush", "black friday", 1.8),
    *_yearly("christmas", "day", "25 december", 0.5),
    *(
        TrueOccurrence("poster-drop", "launch", _at(start), 3, size)
        for start, size in (("2025-09-18T18:00", 5.0), ("2026-05-21T18:00", 5.5), ("2026-11-12T18:00", 5.2))
    ),
)

FIRST_MARKET = Market(
    "shop-orders", "time", "orders", "Europe/Berlin", _at("2025-05-01"), _at(END), file="csv",
    step=STEPS["15min"], base=640, growth=0.15, occurrences=_SHOP_EVENTS, noise=0.03,
    upsets=(Upset(_at("2026-02-11T13:15"), _at("2026-02-11T15:45"), 0.05, "payments outage"),),
)  # fmt: skip
"""What `cloudtune init` gives a newcomer to forecast."""

MARKETS = (
    Market(
        "us-orders", "minute", "orders", "America/Los_Angeles", _at(_START), _at(END),
        base=520, growth=0.20, occurrences=_US_EVENTS,
        slope_break=TrueChange(_at("2025-08-01"), 0.06, "new checkout flow rolled back"),
        level_shift=TrueChange(_at("2026-02-10"), 1.07, "guest checkout"),
        upsets=(
            Upset(_at("2025-03-02T04:00"), _at("2025-03-02T09:30"), 2.6, "robot traffic, INC-431"),
            Upset(_at("2025-08-19T03:00"), _at("2025-08-19T05:20"), 0.0, "collector down"),
            Upset(_at("2026-04-12T14:10"), _at("2026-04-12T15:05"), 0.06, "payments outage, INC-502"),
        ),
    ),
    Market(
        "us-traffic", "minute", "requests", "America/Los_Angeles", _at(_START), _at(END),
        base=41_000, growth=0.16, occurrences=_US_EVENTS, damping=0.8, spend_effect=0.10,
        slope_break=TrueChange(_at("2025-11-15"), 0.30, "app relaunch"),
        level_shift=TrueChange(_at("2026-05-04"), 0.91, "bot filter at the edge"),
        upsets=(
            Upset(_at("2025-03-02T03:30"), _at("2025-03-02T10:00"), 4.2, "robot traffic, INC-431"),
            Upset(_at("2026-01-17T22:00"), _at("2026-01-18T01:30"), 3.1, "scraper, INC-488"),
            Upset(_at("2026-08-09T11:00"), _at("2026-08-09T12:15"), 0.3, "edge outage, INC-530"),
        ),
    ),
    Market(
        "in-orders", "minute", "orders", "Asia/Kolkata", _at(_START), _at(END), stamps="local",
        step=STEPS["5min"], base=240, growth=0.32, occurrences=_IN_EVENTS,
        winter=0.05, drift=0.01, noise=0.03,
        weekdays=(-0.02, -0.02, 0.0, 0.0, 0.02, 0.06, 0.10),
    ),
    Market(
        "eu-daily", "day", "orders", "Europe/Berlin", _at("2021-11-01"), _at(END), file="csv",
        step=STEPS["1d"], base=30_000, growth=0.11, occurrences=_EU_EVENTS, winter=0.16, drift=0.01,
        slope_break=TrueChange(_at("2024-04-01"), 0.03, "a competitor opens"),
        weekdays=(0.05, 0.03, 0.0, 0.0, -0.04, -0.08, 0.04),
    ),
    Market(
        "eu-weekly", "week", "parcels", "Europe/Berlin", _at("2021-11-01"), _at("2026-10-26"), file="csv",
        step=STEPS["1w"], base=2_400, growth=0.09, occurrences=_EU_EVENTS, winter=0.20,
    ),
)  # fmt: skip
