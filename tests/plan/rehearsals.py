"""A small game day: two journeys, two types of product, a sharp edge."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cloudtune.plan.gameday.journeys import Call, Journey, starts
from cloudtune.plan.gameday.profile import Profile
from cloudtune.plan.gameday.rehearsal import Abort, Mix, Products, Rehearsal

BUY = Journey(
    "buy",
    (Call("search"), Call("product"), Call("cart", goes_on=0.6), Call("checkout")),
    anchor="us-orders",
    think_seconds=6,
)
BROWSE = Journey("browse", (Call("home"), Call("product", times=3)), share=0.8, think_seconds=9)
SEARCH = Journey("search", (Call("search", times=2),), share=0.2, think_seconds=4)
JOURNEYS = (BUY, BROWSE, SEARCH)
MIXES = (
    Mix(0, (("books", 0.35), ("console", 0.15), ("fashion", 0.5))),
    Mix(2, (("books", 0.2), ("console", 0.8))),
)


def edge(minutes: int, before: float, after: float, at: int) -> np.ndarray:
    return np.where(np.arange(minutes) < at, before, after)


def rehearsal(**changes) -> Rehearsal:
    traffic = edge(6, 3000.0, 33_000.0, 3)
    rates = starts(JOURNEYS, traffic, {"us-orders": edge(6, 30.0, 330.0, 3)})
    good = Rehearsal(
        name="prime-day-rehearsal",
        journeys=JOURNEYS,
        profile=Profile(("buy", "browse", "search"), rates),
        products=Products(MIXES, items=500, skew=1.0),
        targets=("https://rehearsal.example.com",),
        requests={},
        aborts=(Abort("error_rate", 0.02), Abort("p99", 1500, seconds=120)),
        seed=7,
    )
    return replace(good, **changes)
