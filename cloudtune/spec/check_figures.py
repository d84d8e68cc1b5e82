"""Quantiles, gates, expectations, capacity: numbers that can be met."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.errors import Problem
from cloudtune.spec.words import enumerated, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtune.errors import SpecPath
    from cloudtune.spec.capacity import Capacity, Expectation, Gate
    from cloudtune.spec.forecast import ForecastSpec

_BOUNDS = ("at_most", "at_least", "between", "worse_than_base_by")
_RATIOS = frozenset({"mase", "pinball"})
"""Metrics that aren't shares: 1.2 is a plain number there."""
_MEDIAN = 0.5


def check_quantiles(spec: ForecastSpec) -> Iterator[Problem]:
    """Quantiles lie between 0 and 1, rise, with the median among them."""
    for number, quantile in enumerate(spec.quantiles):
        if not 0 < quantile < 1:
            message = f"the quantile {quantile:g} is not between 0 and 1"
            hint = f"write {quantile:g}%" if 1 < quantile < 100 else "write it like 0.9 or 90%"
            yield Problem("CT316", message, hint, path=("quantiles", number))
    ordered = sorted(set(spec.quantiles))
    if spec.quantiles != ordered and ordered[0] > 0 and ordered[-1] < 1:
        message = "the quantiles do not rise"
        hint = f"write [{', '.join(f'{quantile:g}' for quantile in ordered)}]"
        yield Problem("CT316", message, hint, path=("quantiles",))
    if spec.quantiles and _MEDIAN not in spec.quantiles:
        message = "the median is not among the quantiles"
        yield Problem("CT316", message, "add 0.5", path=("quantiles",))
    if not spec.quantiles:
        yield Problem("CT316", "there are no quantiles", "add at least 0.5", path=("quantiles",))


def check_gates(spec: ForecastSpec) -> Iterator[Problem]:
    """Each gate has one bound that a figure can be held against."""
    known = {spec.series.step.name, *(item.step.name for item in spec.granularities)}
    for number, gate in enumerate(spec.gates):
        path: SpecPath = ("gates", number)
        given = [key for key in _BOUNDS if getattr(gate, key) is not None]
        if len(given) != 1:
            hint = f"give one of {enumerated(_BOUNDS)}"
            message = f"the gate on {gate.metric} has {len(given) or 'no'} bounds"
            yield Problem("CT317", message, hint, path=(*path, "metric"))
        if gate.step and gate.step.name not in known:
            message = f"the gate is on steps of {gate.step}, which are not reported"
            hint = f"reported: {enumerated(sorted(known))}"
            yield Problem("CT317", message, hint, path=(*path, "step"))
        yield from _bounds(gate, path)


def check_expectations(spec: ForecastSpec) -> Iterator[Problem]:
    """Each expectation says at least one thing, and no more than can hold."""
    for number, item in enumerate(spec.expect):
        path = ("expect", number, "event")
        if item.peak_at_least is None and item.peak_at_most is None:
            hint = "add `peak_at_least: 2x` or `peak_at_most: 4x`"
            yield Problem("CT327", f"nothing is expected of {quoted(item.event)}", hint, path=path)
        elif _is_inverted(item):
            message = f"the peak of {quoted(item.event)} can't be at least {item.peak_at_least:g}x"
            hint = f"`peak_at_most` is {item.peak_at_most:g}x"
            yield Problem("CT327", message, hint, path=("expect", number, "peak_at_least"))


def check_capacity(spec: ForecastSpec) -> Iterator[Problem]:
    """Zones that can be lost, shares that add up, a demand that is forecast."""
    capacity = spec.capacity
    if capacity is None:
        return
    if capacity.zones.survive >= capacity.zones.count:
        message = f"{capacity.zones.survive} of {capacity.zones.count} zones can't be lost"
        path = ("capacity", "zones", "survive")
        yield Problem("CT326", message, "keep at least one", path=path)
    yield from _demand(capacity, spec.quantiles)
    yield from _shares(capacity)


def _is_inverted(item: Expectation) -> bool:
    low, high = item.peak_at_least, item.peak_at_most
    return low is not None and high is not None and low > high


def _bounds(gate: Gate, path: SpecPath) -> Iterator[Problem]:
    if gate.between and gate.between[0] >= gate.between[1]:
        message = "the lower bound is not below the upper one"
        yield Problem("CT317", message, "write [low, high]", path=(*path, "between"))
    if gate.metric in _RATIOS:
        return
    for key in _BOUNDS:
        value = getattr(gate, key)
        highest = max(value) if isinstance(value, tuple) else value
        if highest is not None and highest > 1:
            message = f"a bound of {highest:.0%} on {gate.metric}"
            hint = f"{highest:g} means {highest:.0%}; write {highest:g}% for a share"
            yield Problem("CT317", message, hint, path=(*path, key))


def _demand(capacity: Capacity, quantiles: list[float]) -> Iterator[Problem]:
    known = ["mean", *(f"q{quantile * 100:g}" for quantile in quantiles)]
    if capacity.demand not in known:
        message = f"the demand {quoted(capacity.demand)} is not forecast"
        hint = f"known: {enumerated(known)}; others need their quantile in `quantiles`"
        yield Problem("CT326", message, hint, path=("capacity", "demand"))
    if not 0 < capacity.utilization <= 1:
        message = f"a utilization of {capacity.utilization:.0%} can't be reached"
        hint = "write a percentage above 0% and up to 100%"
        yield Problem("CT326", message, hint, path=("capacity", "utilization"))
    if capacity.headroom < 0:
        message = "headroom can't be negative"
        yield Problem("CT326", message, "write it like 10%", path=("capacity", "headroom"))


def _shares(capacity: Capacity) -> Iterator[Problem]:
    shares = [member.share for member in capacity.fleet]
    for number, share in enumerate(shares):
        if not 0 < share <= 1:
            message = f"a share of {share:.0%} is not above 0% and up to 100%"
            yield Problem("CT326", message, path=("capacity", "fleet", number, "share"))
    if shares and abs(sum(shares) - 1) > _ROUNDING:
        message = f"the shares of the fleet add up to {sum(shares):.1%}"
        hint = "they must add up to 100%"
        yield Problem("CT326", message, hint, path=("capacity", "fleet"), at_key=True)


_ROUNDING = 0.0005
