"""Forecasts one case with one system and scores it: the child process of `bench.run`."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import time
import warnings
from pathlib import Path

import pandas as pd

from bench.cases import load
from bench.metrics import Prediction, score


def main() -> None:
    """Run `--entry` on `--case`; leave one JSON object in `--out`."""
    parser = argparse.ArgumentParser()
    for name in ("entry", "case", "out", "save"):
        parser.add_argument(f"--{name}")
    asked = parser.parse_args()
    warnings.filterwarnings("ignore")
    case = load(asked.case)
    module, function = asked.entry.split(":")
    began, before = time.perf_counter(), _cpu_seconds()
    forecast = getattr(importlib.import_module(module), function)
    imported, loaded = time.perf_counter(), _cpu_seconds()
    made = forecast(case)
    done = time.perf_counter()
    prediction = made if isinstance(made, Prediction) else Prediction(made)
    if asked.save:
        columns = case.test[["time", "value"]].reset_index(drop=True)
        pd.concat([columns, prediction.points.reset_index(drop=True)], axis=1).to_parquet(asked.save)
    seconds = done - imported if prediction.seconds is None else prediction.seconds
    cpu = _cpu_seconds() - loaded if prediction.cpu_seconds is None else prediction.cpu_seconds
    facts = {"import_s": round(imported - began, 2), "import_cpu_s": round(loaded - before, 2)}
    facts |= {"forecast_s": round(seconds, 2), "forecast_cpu_s": round(cpu, 2)}
    facts |= {"train": len(case.train), "test": len(case.test)}
    Path(asked.out).write_text(json.dumps(facts | score(case, prediction)))


def _cpu_seconds() -> float:
    """Of this process and its children that have ended: steadier than the clock on a busy machine."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    main()
