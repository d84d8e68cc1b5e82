"""Takes the engine's parts out one at a time and says what each bought: `python -m bench.ablation`."""

from __future__ import annotations

import argparse
import json
import math
import warnings
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bench.cases import load
from bench.metrics import Prediction, score
from bench.ours import prepare
from bench.real import write_real
from cloudtune.forecast.granularity import targets_of
from cloudtune.forecast.run import project
from cloudtune.model import (
    backfit,
    event_columns,
    level_columns,
    level_tuning,
    ridge,
    shape_columns,
    shape_tuning,
)
from cloudtune.model.level import Drift
from cloudtune.model.row_levels import day_level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cloudtune.data.series import Cleaned
    from cloudtune.spec.resolved import ResolvedSpec

RESULTS = Path(__file__).resolve().parent / "results" / "ablation.jsonl"
Inputs = tuple["ResolvedSpec", "Cleaned"]
SAME: Callable[[ResolvedSpec, Cleaned], Inputs] = lambda resolved, cleaned: (resolved, cleaned)  # noqa: E731


def main() -> None:
    """Score every case with every part taken out; print the table."""
    parser = argparse.ArgumentParser(description="What each part of the engine buys on the real series.")
    parser.add_argument("--readme-cuts", action="store_true", help="ten cuts instead of forty")
    first_only = parser.parse_args().readme_cuts
    warnings.filterwarnings("ignore")
    facts = [one for one in write_real() if not one.label.endswith("+ahead")]
    labels = [one.label for one in (facts[:10] if first_only else facts)]
    whole = {label: _scores(label, "") for label in labels}
    rows = []
    for name in PARTS:
        changed = {label: _scores(label, name) for label in labels}
        ratios = {m: _ratio(whole, changed, m) for m in ("wape", "event_wape", "event_peak_error")}
        rows.append({"part": name, "cuts": len(labels), **{m: round(r, 4) for m, r in ratios.items()}})
        print(json.dumps(rows[-1]), flush=True)
    RESULTS.write_text("".join(json.dumps(row) + "\n" for row in rows))


def _scores(label: str, part: str) -> dict[str, float]:
    """The point forecast of a case, without one part."""
    case = load(label)
    patches, change = PARTS[part] if part else ((), SAME)
    resolved, cleaned = change(*prepare(case))
    with _patched(patches):
        targets = targets_of(resolved, cleaned.series.timeline, cleaned.series.aggregate)
        made = project(cleaned, resolved, max(target.stop for target in targets.values()), 0)
    target = targets[case.facts.step]
    path = pd.Series(target.reduce(made.point), pd.Index(target.timeline.utc.astype("datetime64[ns]")))
    points = pd.DataFrame({"yhat": path.reindex(pd.DatetimeIndex(case.test["utc"])).to_numpy()})
    return score(case, Prediction(points.assign(low=np.nan, high=np.nan)))


@contextmanager
def _patched(patches: tuple[tuple[Any, str, Any], ...]) -> Iterator[None]:
    with ExitStack() as stack:
        for module, name, value in patches:
            stack.callback(setattr, module, name, getattr(module, name))
            setattr(module, name, value)
        yield


def _ratio(whole: dict[str, dict[str, float]], changed: dict[str, dict[str, float]], metric: str) -> float:
    """Geometric mean over series of the geometric means over their cuts."""
    series: dict[str, list[float]] = {}
    for label, scores in whole.items():
        if scores.get(metric) and changed[label].get(metric):
            series.setdefault(label.split("@")[0], []).append(
                math.log(changed[label][metric] / scores[metric])
            )
    return math.exp(fmean(fmean(values) for values in series.values()))


def _no_shape_seasons(plan: Any, rows: int) -> Any:
    return replace(_SEASONS(plan, rows), shape_yearly=0)


def _no_monthly(plan: Any, rows: int) -> Any:
    return replace(_SEASONS(plan, rows), monthly=False)


def _without_attributes(resolved: ResolvedSpec, cleaned: Cleaned) -> Inputs:
    events = tuple(
        replace(event, editions=tuple(replace(edition, attributes={}) for edition in event.editions))
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


def _log_only(resolved: ResolvedSpec, cleaned: Cleaned) -> Inputs:
    spec = resolved.spec.model_copy(update={"scale": "multiplicative"})
    return replace(resolved, spec=spec), cleaned


def _plain_levels(cells: Any, shape: Any, link: Any, *_: Any) -> Any:
    return day_level(cells, shape, link)


_SEASONS = shape_columns.seasons_of
_NOTHING: Callable[..., list[int]] = lambda *_: []  # noqa: E731
PARTS: dict[str, tuple[tuple[tuple[Any, str, Any], ...], Callable[[ResolvedSpec, Cleaned], Inputs]]] = {
    "tuning of the level": (((level_tuning, "level_origins", _NOTHING),), SAME),
    "averaging of levels (best one alone)": (((level_tuning, "BEST", 1), (level_tuning, "HEDGE", 0.0)), SAME),
    "hedge of growth": (((level_tuning, "HEDGE", 0.0),), SAME),
    "recency of the level": (((level_tuning, "RECENCIES", (level_tuning.KEPT,)),), SAME),
    "recent drift": (((level_tuning, "DRIFTS", (Drift(7, 0.0),)),), SAME),
    "damped and flat growth": ((), _growth_of("linear")),
    "linear and damped growth": ((), _growth_of("flat")),
    "tuning of the shape": (((shape_tuning, "shape_origins", _NOTHING),), SAME),
    "shape by season": (((shape_columns, "seasons_of", _no_shape_seasons),), SAME),
    "day of the month": (((level_columns, "seasons_of", _no_monthly),), SAME),
    "robust loss": (((ridge, "HUBER", 1e6),), SAME),
    "choice of scale (multiplicative alone)": ((), _log_only),
    "family effect of events": (((event_columns, "FAMILIES", {}),), SAME),
    "attributes of events": ((), _without_attributes),
    "level read outside events": (((backfit, "row_levels", _plain_levels),), SAME),
    "events": ((), _without_events),
    "variables": ((), _without_variables),
}


if __name__ == "__main__":
    main()
