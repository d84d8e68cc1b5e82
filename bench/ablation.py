"""Takes the engine's parts out one at a time and says what each bought: `python -m bench.ablation`."""

from __future__ import annotations

import argparse
import json
import math
import warnings
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bench.bundled import write_bundled
from bench.cases import load
from bench.metrics import Prediction, score
from bench.ours import prepare
from bench.real import write_real
from bench.simulate import write_simulated
from cloudtune.engine.projection import project
from cloudtune.engine.targets import targets_of
from cloudtune.model import changepoints, components, fit, level_search, linalg, profile_search, terms
from cloudtune.model.components import levels_given_profile
from cloudtune.model.level import DRIFTS, FOREVER, Drift
from cloudtune.model.plan import NO_CHANGEPOINTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.cases import Case
    from cloudtune.data.series import Cleaned
    from cloudtune.model.plan import Changepoints
    from cloudtune.spec.resolved import ResolvedSpec

RESULTS = Path(__file__).resolve().parent / "results" / "ablation.jsonl"
LONG = ("365d", "730d")
"""Simulated cases that only show how cost grows."""
Inputs = tuple["ResolvedSpec", "Cleaned"]
Patches = tuple[tuple[Any, str, Any], ...]
SAME: Callable[[ResolvedSpec, Cleaned], Inputs] = lambda resolved, cleaned: (resolved, cleaned)  # noqa: E731


def main() -> None:
    """Score every case with every part taken out; print the table."""
    parser = argparse.ArgumentParser(description="What each part of the engine buys.")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    jobs = parser.parse_args().jobs
    every = (*write_real(), *write_bundled(), *write_simulated())
    facts = [one for one in every if not one.label.endswith(("+ahead", *LONG))]
    with get_context("spawn").Pool(jobs) as pool:
        cases = dict(pool.imap_unordered(_case, [one.label for one in facts], chunksize=1))
    rows = [_row(name, cases) for name in PARTS]
    RESULTS.write_text("".join(json.dumps(row) + "\n" for row in rows))


def _row(part: str, cases: dict[str, dict[str, dict[str, float]]]) -> dict[str, object]:
    """Geometric means over series: the real ones, the bundled ones, the simulated ones."""
    row: dict[str, object] = {"part": part, "cuts": len(cases)}
    for metric in ("wape", "event_wape", "event_peak_error"):
        row[metric] = round(_ratio(cases, part, metric, ""), 4)
    for prefix in ("gk-", "sim-"):
        row[f"{prefix}wape"] = round(_ratio(cases, part, "wape", prefix), 4)
    print(json.dumps(row), flush=True)
    return row


def _case(label: str) -> tuple[str, dict[str, dict[str, float]]]:
    """A case with the whole engine ("") and without each part."""
    warnings.filterwarnings("ignore")
    case, inputs = load(label), prepare(load(label))
    return label, {name: _scores(case, inputs, name) for name in ("", *PARTS)}


def _scores(case: Case, inputs: Inputs, part: str) -> dict[str, float]:
    """The point forecast of a case, without one part."""
    patches, change = PARTS[part] if part else ((), SAME)
    resolved, cleaned = change(*inputs)
    with _patched(patches):
        targets = targets_of(resolved, cleaned.series.timeline, cleaned.series.aggregate)
        made = project(cleaned, resolved, max(target.stop for target in targets.values()), 0)
    target = targets[case.facts.step]
    path = pd.Series(target.reduce(made.point), pd.Index(target.timeline.utc.astype("datetime64[ns]")))
    points = pd.DataFrame({"yhat": path.reindex(pd.DatetimeIndex(case.test["utc"])).to_numpy()})
    return score(case, Prediction(points.assign(low=np.nan, high=np.nan)))


@contextmanager
def _patched(patches: Patches) -> Iterator[None]:
    with ExitStack() as stack:
        for module, name, value in patches:
            stack.callback(setattr, module, name, getattr(module, name))
            setattr(module, name, value)
        yield


def _ratio(cases: dict[str, dict[str, dict[str, float]]], part: str, metric: str, prefix: str) -> float:
    """Geometric mean over the series of a kind of the geometric means over their cuts."""
    series: dict[str, list[float]] = {}
    for label, scores in cases.items():
        whole, changed = scores[""].get(metric), scores[part].get(metric)
        mine = label.startswith(prefix) if prefix else "@" in label
        if whole and changed and mine:
            name = label if prefix == "sim-" else label[: -len("@2014-11-20")]
            series.setdefault(name, []).append(math.log(changed / whole))
    return math.exp(fmean(fmean(values) for values in series.values()))


def _without_attributes(resolved: ResolvedSpec, cleaned: Cleaned) -> Inputs:
    events = tuple(
        replace(
            event, occurrences=tuple(replace(occurrence, attributes={}) for occurrence in event.occurrences)
        )
        for event in resolved.events
    )
    return replace(resolved, events=events), cleaned


def _without_events(resolved: ResolvedSpec, cleaned: Cleaned) -> Inputs:
    return replace(resolved, events=()), cleaned


def _without_variables(resolved: ResolvedSpec, cleaned: Cleaned) -> Inputs:
    return resolved, replace(cleaned, variables=())


def _growth_of(kind: str) -> Callable[[ResolvedSpec, Cleaned], Inputs]:
    def change(resolved: ResolvedSpec, cleaned: Cleaned) -> Inputs:
        trend = resolved.spec.trend.model_copy(update={"growth": kind})
        return replace(resolved, spec=resolved.spec.model_copy(update={"trend": trend})), cleaned

    return change


def _without_term(*names: str) -> Patches:
    """Both tuples of terms, those of these names left out."""
    every = {term.name for term in (*terms.LEVEL_TERMS, *terms.PROFILE_TERMS)}
    if unknown := set(names) - every:
        raise SystemExit(f"no term is called {', '.join(sorted(unknown))}")
    return tuple(
        (terms, group, tuple(term for term in getattr(terms, group) if term.name not in names))
        for group in ("LEVEL_TERMS", "PROFILE_TERMS")
    )


def _log_where_it_can(plan: Any, roles: Any, values: Any) -> Any:
    names = _LINKS(plan, roles, values)
    return ("log",) if "log" in names else names


def _plain_levels(by_slot: Any, profile: Any, link: Any, *_: Any) -> Any:
    return levels_given_profile(by_slot, profile, link)


_LINKS = vars(fit)["_allowed_links"]
_NOTHING: Callable[..., list[int]] = lambda *_: []  # noqa: E731
_NONE: Callable[..., tuple[()]] = lambda *_: ()  # noqa: E731
_NO_CHANGE: Callable[..., Changepoints] = lambda *_: NO_CHANGEPOINTS  # noqa: E731
PARTS: dict[str, tuple[Patches, Callable[[ResolvedSpec, Cleaned], Inputs]]] = {
    "slope changes at knots": (((level_search, "KNOT_PRIORS", (0.0,)),), SAME),
    "lasting slope changes found in the data": (((changepoints, "lasting_slope_changes", _NONE),), SAME),
    "late changes found in the data": (((changepoints, "late_changepoint", _NO_CHANGE),), SAME),
    "level shifts found in the data": (((changepoints, "find_level_shifts", _NONE),), SAME),
    "tuning of the level": (((level_search, "level_origins", _NOTHING),), SAME),
    "averaging of levels (best one alone)": (((level_search, "BEST", 1), (level_search, "HEDGE", 0.0)), SAME),
    "hedge of growth": (((level_search, "HEDGE", 0.0),), SAME),
    "recency of the level": (((level_search, "RECENCIES", (FOREVER,)),), SAME),
    "drifts of a day": (((level_search, "DRIFTS", tuple(d for d in DRIFTS if d.window > 1)),), SAME),
    "recent drift": (((level_search, "DRIFTS", (Drift(7, 0.0),)),), SAME),
    "damped and flat growth": ((), _growth_of("linear")),
    "linear and damped growth": ((), _growth_of("flat")),
    "tuning of the profile": (((profile_search, "profile_origins", _NOTHING),), SAME),
    "smoothing over slots": (((fit, "SMOOTHINGS", (0.0,)),), SAME),
    "profile by season": (_without_term("profile by season of the year"), SAME),
    "day of the month": (_without_term("day of the month"), SAME),
    "robust loss": (((linalg, "HUBER", 1e6),), SAME),
    "profiles as parts of the day's mean (logarithms alone)": (
        ((fit, "_allowed_links", _log_where_it_can),),
        SAME,
    ),
    "family effect of events": (_without_term("event families", "profiles of event families"), SAME),
    "attributes of events": ((), _without_attributes),
    "level read outside events": (((components, "period_levels", _plain_levels),), SAME),
    "events": ((), _without_events),
    "variables": ((), _without_variables),
}


if __name__ == "__main__":
    main()
