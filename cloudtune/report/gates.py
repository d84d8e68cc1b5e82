"""Gates: what a spec demands of its forecast, held against what came out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cloudtune.report import words
from cloudtune.report.figures import fraction
from cloudtune.spec.gates import FLEET_METRICS, PLAIN_METRICS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cloudtune.engine.result import EventOutlook, Outcome
    from cloudtune.report.document import GateRow
    from cloudtune.spec.forecast import ForecastSpec
    from cloudtune.spec.gates import Expectation, Gate

_MAGNITUDES = frozenset({"bias"})
"""Metrics with a sign, of which `at_most` bounds the size."""


class Demand(NamedTuple):
    """A gate or expectation, and the day until which it is waived."""

    gate: str
    waived_until: str


def demanded(rows: Iterable[GateRow]) -> list[Demand]:
    """What the rows of a report were held against."""
    return [Demand(row["gate"], row["waived_until"]) for row in rows]


def gate_rows(spec: ForecastSpec, outcome: Outcome) -> list[GateRow]:
    """Every gate on the forecast, then every expectation, in the order of the spec."""
    gates = [
        _gate_row(gate, number, spec, outcome)
        for number, gate in enumerate(spec.gates)
        if gate.metric not in FLEET_METRICS
    ]
    return gates + [_expect_row(expected, number, outcome) for number, expected in enumerate(spec.expect)]


def demands(spec: ForecastSpec) -> list[Demand]:
    """What a spec asks for today, as the rows of a report name it."""
    step = spec.series.step
    gates = [
        Demand(gate_name(gate, str(gate.step or step)), _waived_until(gate))
        for gate in spec.gates
        if gate.metric not in FLEET_METRICS
    ]
    return gates + [Demand(_expected_name(expected), "") for expected in spec.expect]


def gate_name(gate: Gate, step: str) -> str:
    """`wape of 1h at most 12%`."""
    return f"{metric_words(gate.metric)} of {step} {limit_words(gate)}"


def _waived_until(gate: Gate) -> str:
    return str(gate.waive.until) if gate.waive else ""


def _gate_row(gate: Gate, number: int, spec: ForecastSpec, outcome: Outcome) -> GateRow:
    step = str(gate.step or spec.series.step)
    value = _measured(outcome, gate.metric, step)
    result, reason = _verdict(gate, value, outcome.data_through)
    row: GateRow = {
        "gate": gate_name(gate, step),
        "kind": "gate",
        "result": result,
        "value": fraction(value),
        "limit": limit_words(gate),
        "waived_until": _waived_until(gate),
        "reason": reason,
        "path": ["gates", number],
        "metric": gate.metric,
        "step": step,
    }
    if gate.worse_than_base_by is not None:
        row["worse_than_base_by"] = gate.worse_than_base_by
    return row


def _measured(outcome: Outcome, metric: str, step: str) -> float:
    """The figure over all lead times; NaN where the backtest has none."""
    rows = [row for row in outcome.accuracy if row.step == step and row.ahead == "all"]
    return float(getattr(rows[0], metric)) if rows else math.nan


def _verdict(gate: Gate, value: float, through: np.datetime64 | None) -> tuple[str, str]:
    waiver = gate.waive.reason if gate.waive else ""
    if not math.isfinite(value):
        return "fail", "the backtest has no such figure"
    if holds(gate, value):
        relative_only = gate.worse_than_base_by is not None and not _has_bound(gate)
        return "pass", "compared with the base revision in review" if relative_only else ""
    if gate.waive and through is not None and through < _until(gate.waive.until.stamp.isoformat()):
        return "waived", waiver
    return "fail", f"the waiver ended: {waiver}" if waiver else ""


def holds(gate: Gate, value: float) -> bool:
    """True where a figure is within a gate's own bounds."""
    size = abs(value) if gate.metric in _MAGNITUDES else value
    above = gate.at_most is not None and size > gate.at_most
    below = gate.at_least is not None and size < gate.at_least
    outside = gate.between is not None and not gate.between[0] <= value <= gate.between[1]
    return not (above or below or outside)


def _has_bound(gate: Gate) -> bool:
    return any(bound is not None for bound in (gate.at_most, gate.at_least, gate.between))


def _plain(value: float) -> str:
    return f"{value:g}"


def _until(iso: str) -> np.datetime64:
    """A waiver holds through the day it names."""
    return np.datetime64(iso[:10], "D") + np.timedelta64(1, "D")


def limit_words(gate: Gate) -> str:
    """`at most 12%, at most 10% worse than base`."""
    say = _say_of(gate.metric)
    bounds = [
        f"at most {say(gate.at_most)}" if gate.at_most is not None else "",
        f"at least {say(gate.at_least)}" if gate.at_least is not None else "",
        f"between {say(gate.between[0])} and {say(gate.between[1])}" if gate.between else "",
        f"at most {words.limit_percent(gate.worse_than_base_by)} worse than base"
        if gate.worse_than_base_by is not None
        else "",
    ]
    return ", ".join(bound for bound in bounds if bound)


def days_words(value: float) -> str:
    """`14d`."""
    return f"{value:g}d"


def _say_of(metric: str) -> Callable[[float], str]:
    if metric == "order_lateness":
        return days_words
    return _plain if metric in PLAIN_METRICS else words.limit_percent


def metric_words(metric: str) -> str:
    """`peak error`."""
    return metric.replace("_", " ")


def _expect_row(expected: Expectation, number: int, outcome: Outcome) -> GateRow:
    ahead = [event for event in outcome.events if event.name == expected.event]
    value, holds = _expectation(expected, [event.peak.times_normal for event in ahead])
    limit = _expected_limit(expected)
    is_modelled = all(event.is_modelled for event in ahead)
    return {
        "gate": _expected_name(expected),
        "kind": "expect",
        "result": "untested" if not ahead else "pass" if holds and is_modelled else "fail",
        "value": fraction(value),
        "limit": limit,
        "waived_until": "",
        "reason": _unjudged(ahead),
        "path": ["expect", number],
    }


def _unjudged(ahead: list[EventOutlook]) -> str:
    """Why an expectation can't hold, whatever the figures say; empty where they decide."""
    if not ahead:
        return "no occurrence within the horizon"
    return "" if all(event.is_modelled for event in ahead) else "not modelled, nothing to learn from"


def _expected_name(expected: Expectation) -> str:
    return f"{expected.event} peak {_expected_limit(expected)}"


def _expectation(expected: Expectation, times: list[float]) -> tuple[float, bool]:
    """The occurrence that comes closest to breaking it, and whether all occurrences hold."""
    least, most = expected.peak_at_least, expected.peak_at_most
    if not times:
        return math.nan, False
    too_low = least is not None and min(times) < least
    too_high = most is not None and max(times) > most
    value = max(times) if too_high or least is None else min(times)
    return value, not (too_low or too_high)


def _expected_limit(expected: Expectation) -> str:
    least, most = expected.peak_at_least, expected.peak_at_most
    bounds = [
        f"at least {words.limit_factor(least)} normal" if least is not None else "",
        f"at most {words.limit_factor(most)} normal" if most is not None else "",
    ]
    return ", ".join(bound for bound in bounds if bound)
