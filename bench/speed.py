"""CloudTune's own speed on minutes of growing length, in process and as a command: `python -m bench.speed`."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
import warnings
from pathlib import Path

from bench.cases import WORK, load
from bench.measure import measure
from bench.ours import prepare
from bench.simulate import MINUTE_DAYS, write_simulated
from cloudtune.engine.forecast import forecast
from cloudtune.engine.projection import project
from cloudtune.engine.targets import targets_of

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "speed.jsonl"
FOLDS = 6


def main() -> None:
    """Measure every length in a process of its own, then `cloudtune run` on it."""
    if len(sys.argv) > 1:
        print(json.dumps(in_process(sys.argv[1])))
        return
    write_simulated()
    rows = [_measured(days) for days in MINUTE_DAYS]
    RESULTS.write_text("".join(json.dumps(row) + "\n" for row in rows))


def in_process(label: str) -> dict[str, float]:
    """Seconds of fit and predict at the base step, then of the whole engine with its backtest."""
    warnings.filterwarnings("ignore")
    resolved, cleaned = prepare(load(label))
    targets = targets_of(resolved, cleaned.series.timeline, cleaned.series.aggregate)
    began, before = time.perf_counter(), time.process_time()
    project(cleaned, resolved, max(target.stop for target in targets.values()), 0)
    fitted, spent = time.perf_counter(), time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    forecast(cleaned, resolved)
    return {
        "fit_predict_s": round(fitted - began, 2),
        "fit_predict_cpu_s": round(spent - before, 2),
        "fit_peak_mib": round(peak),
        "engine_s": round(time.perf_counter() - fitted, 2),
        "engine_cpu_s": round(time.process_time() - spent, 2),
        "engine_peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _measured(days: int) -> dict[str, object]:
    label = f"sim-min-{days}d"
    command = [sys.executable, "-m", "bench.speed", label]
    text = subprocess.run(command, capture_output=True, text=True, check=True, cwd=HERE.parent).stdout
    row: dict[str, object] = {"days": days, **json.loads(text.splitlines()[-1])}
    root = WORK / "stores" / label
    spec = next((root / "specs").glob("*.yaml"))
    spec.write_text(spec.read_text().replace("folds: 3", f"folds: {FOLDS}"))
    cost = measure([sys.executable, "-m", "cloudtune", "run", "--root", str(root)], limit_s=600, cwd=root)
    row |= {
        "run": cost.status,
        "run_s": cost.seconds,
        "run_cpu_s": cost.cpu_seconds,
        "run_peak_mib": cost.peak_mib,
    }
    print(json.dumps(row), flush=True)
    if cost.status != "ok":
        print(cost.tail, file=sys.stderr)
    return row


if __name__ == "__main__":
    main()
