"""CloudTune and the peers that keep up with it on two years of minutes, turn by turn: `python -m bench.side_by_side`."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.run import install, run_one
from bench.simulate import write_simulated
from bench.systems import SYSTEMS

if TYPE_CHECKING:
    from bench.cases import Facts

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "side-by-side.jsonl"
PEERS = ("lightgbm", "dhr")
"""The others need more than the limit, or are twice as far off, at a quarter of this length."""
CASE = "sim-min-730d"
LIMIT_S = 300.0


def main() -> None:
    """Run CloudTune, then each peer, then CloudTune again: what else the machine does falls on all."""
    parser = argparse.ArgumentParser(description="Seconds of CloudTune and its peers in one run.")
    parser.add_argument("--case", default=CASE, help="label of a simulated case")
    label = parser.parse_args().case
    (case,) = [one for one in write_simulated() if one.label == label]
    rows = [_fit_and_predict(case)]
    for name in PEERS:
        install(SYSTEMS[name])
        rows.append(_shown(run_one(SYSTEMS[name], case, LIMIT_S)))
    rows.append(_shown(run_one(SYSTEMS["cloudtune"], case, LIMIT_S)))
    rows.append(_fit_and_predict(case))
    for row in rows:
        print(json.dumps(row))
    RESULTS.write_text("".join(json.dumps(row) + "\n" for row in rows))


def _fit_and_predict(case: Facts) -> dict[str, Any]:
    """What peers do, too: one fit, one path of points, no backtest."""
    command = [sys.executable, "-m", "bench.speed", case.label]
    text = subprocess.run(command, capture_output=True, text=True, check=True, cwd=HERE.parent).stdout
    own = json.loads(text.splitlines()[-1])
    return {
        "system": "cloudtune",
        "what": "fit and predict",
        "case": case.label,
        "status": "ok",
        "forecast_s": own["fit_predict_s"],
        "forecast_cpu_s": own["fit_predict_cpu_s"],
        "peak_mib": own["fit_peak_mib"],
    }


def _shown(record: dict[str, Any]) -> dict[str, Any]:
    whole = record["system"] == "cloudtune"
    kept = ("system", "case", "status", "forecast_s", "forecast_cpu_s", "peak_mib", "wape", "event_wape")
    what = "with tuned intervals: three folds, quantiles" if whole else "fit and predict"
    return {"what": what, **{name: record[name] for name in kept if name in record}}


if __name__ == "__main__":
    main()
