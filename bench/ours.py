"""CloudTune as one of the systems: a store is written, read and forecast in this process."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import yaml

from bench.cases import WORK
from bench.metrics import Prediction
from cloudtune.data.load import load
from cloudtune.engine.forecast import forecast as forecast_series
from cloudtune.spec.loader import load_store
from tests.real.build_specs import write_real_store
from tests.real.catalogue import REAL, real_data

if TYPE_CHECKING:
    from pathlib import Path

    from bench.cases import Case
    from cloudtune.data.series import Cleaned
    from cloudtune.engine.result import Outcome, StepForecast
    from cloudtune.spec.resolved import ResolvedSpec

LOW, HIGH = 0.1, 0.9
REAL_FOLDERS = frozenset(series.folder for series in REAL)


def forecast(case: Case) -> Prediction:
    """The median and the 80% interval at each point of the test, sums at every coarser step."""
    resolved, cleaned = prepare(case)
    began, before = time.perf_counter(), time.process_time()
    outcome = forecast_series(cleaned, resolved)
    made = _prediction(case, outcome)
    return replace(made, seconds=time.perf_counter() - began, cpu_seconds=time.process_time() - before)


def prepare(case: Case) -> tuple[ResolvedSpec, Cleaned]:
    """The case as a run would see it: through YAML and the readers."""
    root = WORK / "stores" / case.facts.label
    shutil.rmtree(root, ignore_errors=True)
    write = _write_real if case.facts.data in REAL_FOLDERS else _write_simulated
    write(case, root)
    store = load_store(root)
    for problem in store.problems:
        if problem.is_error:
            raise SystemExit(f"{problem.file}: {problem.code} {problem.message}")
    (resolved,) = store.forecasts.values()
    return resolved, load(resolved, root)


def _horizon(case: Case) -> str:
    """Up to the last test point in elapsed time: a clock change may add an hour to its days."""
    if case.facts.step == "1w":
        length = pd.Timestamp(case.facts.end) - pd.Timestamp(case.facts.cut)
        return f"{int(np.ceil(length / pd.Timedelta(days=7)))}w"
    if case.is_daily:
        return f"{(pd.Timestamp(case.facts.end) - pd.Timestamp(case.facts.cut)).days}d"
    zone = case.facts.timezone
    first, last = (pd.Timestamp(when, tz=zone) for when in (case.facts.cut, case.facts.end))
    return f"{int(np.ceil((last - first) / pd.Timedelta(hours=1)))}h"


def _write_real(case: Case, root: Path) -> None:
    folder = real_data()
    if folder is None:
        raise SystemExit("the real series are not on this machine")
    name = case.facts.data
    cuts, horizons = {name: case.facts.cut}, {name: _horizon(case)}
    write_real_store(folder, root, cuts=cuts, only=[name], horizons=horizons, declare=False)


def _write_simulated(case: Case, root: Path) -> None:
    facts = case.facts
    for folder in ("data", "specs/calendars"):
        (root / folder).mkdir(parents=True)
    case.train[["utc", "value"]].to_parquet(root / "data" / "series.parquet", index=False)
    spec: dict[str, Any] = {
        "version": "cloudtune/v1",
        "kind": "forecast",
        "name": facts.label,
        "series": {
            "source": {"kind": "parquet", "path": "data/series.parquet", "time": "utc", "value": "value"},
            "step": facts.step,
            "timezone": facts.timezone,
            "aggregate": facts.aggregate,
            "end": facts.cut,
        },
        "granularities": [{"step": step, "horizon": _horizon(case)} for step in (facts.step, *facts.steps)],
        "backtest": {"folds": 3},
    }
    if (case.events["start"] < case.train["time"].iloc[-1]).any():
        spec["calendars"] = ["events"]
        (root / "specs" / "calendars" / "events.yaml").write_text(yaml.safe_dump(_calendar(case)))
    (root / "specs" / f"{facts.label}.yaml").write_text(yaml.safe_dump(_texts(spec)))


def _calendar(case: Case) -> dict[str, Any]:
    occurrences: dict[str, list[dict[str, str]]] = {}
    known = set(case.events.loc[case.events["start"] < case.train["time"].iloc[-1], "name"])
    for event in case.events[case.events["name"].isin(known)].itertuples():
        row = {"start": event.start.isoformat(), "end": event.end.isoformat()}
        occurrences.setdefault(event.name, []).append(row)
    events = [{"name": name, "occurrences": rows} for name, rows in occurrences.items()]
    head = {"version": "cloudtune/v1", "kind": "calendar", "name": "events"}
    return {**head, "timezone": case.facts.timezone, "events": events}


def _texts(spec: dict[str, Any]) -> dict[str, Any]:
    """Moments as the spec language writes them: a T, not a blank."""
    spec["series"]["end"] = spec["series"]["end"].replace(" ", "T")
    return spec


def _prediction(case: Case, outcome: Outcome) -> Prediction:
    base = outcome.forecasts[case.facts.step]
    at = pd.Index(base.timeline.utc.astype("datetime64[ns]"))
    columns = {"yhat": base.median, "low": base.quantiles[LOW], "high": base.quantiles[HIGH]}
    points = pd.DataFrame(columns, index=at).reindex(pd.DatetimeIndex(case.test["utc"]))
    coarser = {
        step: _buckets(outcome.forecasts[step]) for step in case.facts.steps if step in outcome.forecasts
    }
    return Prediction(points.reset_index(drop=True), coarser)


def _buckets(made: StepForecast) -> pd.DataFrame:
    starts = made.timeline.utc.astype("datetime64[ns]")
    stops = np.append(starts[1:], np.datetime64(made.timeline.stop, "ns"))
    return pd.DataFrame(
        {"start": starts, "stop": stops, "low": made.quantiles[LOW], "high": made.quantiles[HIGH]}
    )
