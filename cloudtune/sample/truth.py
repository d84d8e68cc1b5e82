"""What is true of a market, in numbers that a test can hold a model to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudtune.data.clock import to_local
from cloudtune.sample.simulate import expected, instants, without

if TYPE_CHECKING:
    from cloudtune.sample.spend import Spend
    from cloudtune.sample.world import Edition, Market, Turn, Upset


def truth_of(market: Market, spend: Spend | None = None) -> dict[str, Any]:
    """Trend, turns, upsets, and every edition from the start on, future ones included."""
    known = [each for each in market.editions if each.start >= market.origin]
    return {
        "step": str(market.step),
        "timezone": market.zone,
        "start": market.origin.isoformat(),
        "end": market.end.isoformat(),
        "growth_a_year": market.growth,
        "slope_break": _turn(market.slope_break, "growth_a_year_after"),
        "level_shift": _turn(market.level_shift, "factor"),
        "spend_effect": market.spend_effect,
        "upsets": [_upset(each) for each in market.upsets],
        "editions": [_edition(market, each, spend) for each in sorted(known, key=_start)],
    }


def _edition(market: Market, edition: Edition, spend: Spend | None) -> dict[str, Any]:
    utc = instants(market, edition.start, edition.end)
    path, plain = expected(market, utc, spend), expected(without(market, edition), utc, spend)
    peak = int(path.argmax())
    fact = {
        "event": edition.name,
        "start": edition.start.isoformat(),
        "hours": edition.hours,
        "is_past": edition.end <= market.end,
        "lift": round(float(path.sum() / plain.sum()), 4),
    }
    if market.step.is_calendar:
        return fact
    local = to_local(utc[peak : peak + 1], market.zone)[0]
    return fact | {
        "peak_minute": str(local.astype("datetime64[m]")),
        "peak_height": round(float(path[peak]), 2),
        "peak_lift": round(float(path[peak] / plain[peak]), 4),
    }


def _turn(turn: Turn | None, name: str) -> dict[str, Any] | None:
    if turn is None:
        return None
    return {"at": turn.at.date().isoformat(), name: turn.size, "reason": turn.reason}


def _upset(upset: Upset) -> dict[str, Any]:
    return {
        "start": upset.start.isoformat(),
        "end": upset.end.isoformat(),
        "factor": upset.factor,
        "reason": upset.reason,
    }


def _start(occurrence: Edition) -> str:
    return f"{occurrence.start.isoformat()} {occurrence.name}"
