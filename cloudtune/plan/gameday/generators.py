"""Load generators: the files of a game day for k6 and for Locust."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from cloudtune.plan.export.aws import as_json
from cloudtune.plan.export.schedule import ExportedFile
from cloudtune.plan.gameday.profile import segments
from cloudtune.plan.gameday.rehearsal import script

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudtune.plan.gameday.rehearsal import Rehearsal

SLOW = 10
"""Journeys a minute under which rates are given by the hour, so that they stay whole numbers."""
TAIL_SECONDS = 120
"""For journeys under way when the profile ends."""


def k6(rehearsal: Rehearsal) -> tuple[ExportedFile, ...]:
    """Options with one arrival-rate scenario a journey, the plan, and the script that reads both."""
    scenarios = {
        journey.name: _scenario(rehearsal, k)
        for k, journey in enumerate(rehearsal.journeys)
        if rehearsal.profile.rates[k].any()
    }
    options = {"scenarios": scenarios, "thresholds": _thresholds(rehearsal)}
    return (
        ExportedFile("gameday.js", script("gameday.js")),
        ExportedFile("options.json", as_json(options)),
        ExportedFile("plan.json", as_json(rehearsal.document())),
    )


def locust(rehearsal: Rehearsal) -> tuple[ExportedFile, ...]:
    """The rates by minute, journey and product, the plan, and the dispatcher that plays them."""
    customers = sum(rehearsal.customers(k) for k in range(len(rehearsal.journeys)))
    plan = rehearsal.document() | {
        "limit": customers,
        "seconds": 60 * rehearsal.profile.minutes,
        "tail_s": TAIL_SECONDS,
    }
    return (
        ExportedFile("locustfile.py", script("locustfile.txt")),
        ExportedFile("plan.json", as_json(plan)),
        ExportedFile("profile.csv", profile_csv(rehearsal)),
    )


def profile_csv(rehearsal: Rehearsal) -> str:
    """Rates for any generator: offset and length in seconds, journey, product, journeys a second."""
    shares = rehearsal.products.at(rehearsal.profile.minutes)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["offset_s", "length_s", "journey", "product", "rate_per_s"])
    for k, journey in enumerate(rehearsal.journeys):
        for minute, rate in enumerate(rehearsal.profile.rates[k]):
            for product, share in zip(rehearsal.products.names, shares[:, minute], strict=True):
                if rate * share > 0:
                    writer.writerow([60 * minute, 60, journey.name, product, f"{rate * share / 60:.6g}"])
    return text.getvalue()


def _scenario(rehearsal: Rehearsal, k: int) -> dict[str, Any]:
    """One journey: jumps of no length between steps, so that a sharp edge stays sharp."""
    rates, journey = rehearsal.profile.rates[k], rehearsal.journeys[k]
    unit = 60 if rates.max() < SLOW else 1
    steps = segments(rates, unit)
    stages = [{"target": steps[0].rate, "duration": f"{steps[0].minutes}m"}]
    for step in steps[1:]:
        stages += [
            {"target": step.rate, "duration": "0s"},
            {"target": step.rate, "duration": f"{step.minutes}m"},
        ]
    customers = rehearsal.customers(k)
    return {
        "executor": "ramping-arrival-rate",
        "timeUnit": f"{unit}m",
        "startRate": steps[0].rate,
        "preAllocatedVUs": customers,
        "maxVUs": 2 * customers,
        "gracefulStop": f"{TAIL_SECONDS}s",
        "stages": stages,
        "tags": {"journey": journey.name},
    }


def _thresholds(rehearsal: Rehearsal) -> dict[str, Any]:
    """What ends the run, and dropped starts: those say that the generator is short."""
    found: dict[str, Any] = {"dropped_iterations": ["count==0"]}
    for abort in rehearsal.aborts:
        metric, bound = THRESHOLDS[abort.metric]
        rule = {
            "threshold": f"{bound}<{abort.above:g}",
            "abortOnFail": True,
            "delayAbortEval": f"{abort.seconds}s",
        }
        found.setdefault(metric, []).append(rule)
    return found


THRESHOLDS = {"error_rate": ("http_req_failed", "rate"), "p99": ("http_req_duration", "p(99)")}
"""By metric of an abort rule: k6's metric, and the figure of it."""

GENERATORS: dict[str, Callable[[Rehearsal], tuple[ExportedFile, ...]]] = {"k6": k6, "locust": locust}
