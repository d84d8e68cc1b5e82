"""From a run to the document that is committed: every rounding happens on this way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cloudtune.report.document import SCHEMA_VERSION, RepairRow, SurpriseRow
from cloudtune.report.figures import day_stamp, decimals_of, figure, fraction, fraction_range, stamp
from cloudtune.report.findings import (
    accuracy_row,
    changepoint_row,
    choice_row,
    driver_of,
    exclusion_rows,
    fold_rows,
    occurrence_row,
    peak_row,
)
from cloudtune.report.gates import gate_rows
from cloudtune.report.outlook import base_forecast, history_rows, history_step, outlook_rows, peak_rows
from cloudtune.report.sentences import Amount, overall_accuracy, verdict_sentence

if TYPE_CHECKING:
    from cloudtune.engine.result import Outcome, Run, StepForecast
    from cloudtune.report.document import (
        Document,
        Evidence,
        Figures,
        GranularityRow,
        Identity,
        Inputs,
        Orders,
    )
    from cloudtune.report.findings import Locate
    from cloudtune.spec.forecast import ForecastSpec


def build_document(run: Run, *, engine: str, template: str, locate: Locate) -> Document:
    """The report of a run; `engine` and `template` are hashes, `locate` finds lines of specs."""
    base = base_forecast(run.outcome)
    decimals = decimals_of(base.mean)
    return {
        **_identity(run, base, decimals, _inputs(run, engine, template)),
        **_figures(run, base, decimals, locate),
        **_evidence(run, decimals),
        **_orders(run),
    }


def _identity(run: Run, base: StepForecast, decimals: int, inputs: Inputs) -> Identity:
    spec = run.resolved.spec
    return {
        "schema_version": SCHEMA_VERSION,
        "id": run.resolved.id,
        "name": spec.name,
        "spec": run.resolved.file,
        "owner": spec.owner,
        "region": spec.region,
        "tags": list(spec.tags),
        "description": spec.description,
        "unit": spec.series.unit,
        "aggregate": spec.series.aggregate,
        "timezone": spec.series.timezone,
        "step": str(base.timeline.step),
        "scale": run.outcome.scale,
        "decimals": decimals,
        "tolerance": spec.tolerance,
        "inputs": inputs,
    }


def _orders(run: Run) -> Orders:
    """Where the order sheet lies, where there is one."""
    capacity = run.resolved.spec.capacity
    if capacity is None or not capacity.fleet:
        return {}
    return {"orders": f"{run.resolved.spec.name}.capacity.md"}


def _figures(run: Run, base: StepForecast, decimals: int, locate: Locate) -> Figures:
    spec, outcome = run.resolved.spec, run.outcome
    aggregate = spec.series.aggregate
    peaks = [replace(peak, driver=driver_of(peak, outcome.events)) for peak in outcome.peaks]
    top = outcome.peak and replace(outcome.peak, driver=driver_of(outcome.peak, outcome.events))
    peak = peak_row(top, base, decimals) if top is not None else None
    growth = fraction_range(outcome.trend.growth_a_year)
    accuracy = overall_accuracy([accuracy_row(row) for row in outcome.accuracy], str(base.timeline.step))
    amount = Amount(spec.series.unit, str(base.timeline.step), aggregate)
    return {
        "verdict": verdict_sentence(peak, growth, accuracy, gate_rows(spec, outcome), amount),
        "peak": peak,
        "growth": growth,
        "growth_kind": outcome.trend.growth_kind,
        "granularities": _granularities(spec, outcome),
        "peaks": [peak_row(found, base, decimals) for found in sorted(peaks, key=lambda found: found.at)],
        "events": [
            occurrence_row(event, base, decimals, run.resolved, locate)
            for event in sorted(outcome.events, key=lambda event: (event.start, event.name))
        ],
        "daily": outlook_rows(outcome, "1d", aggregate, decimals),
        "weekly": outlook_rows(outcome, "1w", aggregate, decimals),
        "peak_day": peak_rows(outcome, top.at, decimals) if top is not None else [],
    }


def _evidence(run: Run, decimals: int) -> Evidence:
    spec, outcome = run.resolved.spec, run.outcome
    step = history_step(outcome, outlook_rows(outcome, "1w", spec.series.aggregate, decimals))
    return {
        "ingredients": [{"name": fact.name, "says": fact.says} for fact in outcome.ingredients],
        "breaks": [changepoint_row(fact, outcome.scale, decimals) for fact in outcome.trend.breaks],
        "choices": [choice_row(choice) for choice in outcome.choices],
        "exclusions": exclusion_rows(outcome),
        "masked_share": fraction(outcome.masked_share) or 0.0,
        "exclusion_effect": fraction(outcome.exclusions[0].effect) if outcome.exclusions else None,
        "accuracy": [accuracy_row(row) for row in outcome.accuracy],
        "folds": fold_rows(outcome),
        "gates": gate_rows(spec, outcome),
        "repairs": [RepairRow(repair.kind, repair.count, repair.detail) for repair in run.cleaned.repairs],
        "unused": ["capacity"] if spec.capacity is not None and not spec.capacity.fleet else [],
        "warnings": list(outcome.warnings),
        "history": history_rows(run.cleaned, step, decimals, outcome.closed),
        "history_step": step,
        "surprises": [
            SurpriseRow(day_stamp(one.day), fraction(one.share), fraction(one.usual))
            for one in outcome.surprises
        ],
        "past": {name: figure(value, decimals) for name, value in outcome.last_year.items()},
    }


def _inputs(run: Run, engine: str, template: str) -> Inputs:
    through = run.outcome.data_through
    return {
        "spec": run.resolved.spec_hash,
        "calendars": run.resolved.calendars_hash,
        "data": run.cleaned.data_hash,
        "engine": engine,
        "template": template,
        "data_through": stamp(through) if through is not None else "",
    }


def _granularities(spec: ForecastSpec, outcome: Outcome) -> list[GranularityRow]:
    wanted = {str(granularity.step): str(granularity.horizon) for granularity in spec.granularities}
    return [
        {
            "step": name,
            "horizon": wanted.get(name, ""),
            "first": _point(forecast, 0),
            "last": _point(forecast, -1),
        }
        for name, forecast in outcome.forecasts.items()
    ]


def _point(forecast: StepForecast, index: int) -> str:
    say = day_stamp if forecast.timeline.step.is_calendar else stamp
    return say(forecast.timeline.local[index])
