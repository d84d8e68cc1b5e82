"""Renders bench/README.md's tables from bench/results: `python -m bench.table`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from bench.by_series import STEPS, accuracy_rows, coverage_rows
from bench.scores import Scores, read
from bench.simulate import MINUTE_DAYS
from bench.systems import SYSTEMS
from tests.real.catalogue import REAL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HERE = Path(__file__).resolve().parent
README = HERE / "README.md"
COLUMNS: tuple[tuple[str, str, float, int], ...] = (
    ("wape", "WAPE %", 100, 1),
    ("mase", "MASE", 1, 2),
    ("event_wape", "events WAPE %", 100, 1),
    ("event_peak_error", "event peak error %", 100, 1),
    ("pinball", "pinball %", 100, 1),
    ("coverage", "80% covers %", 100, 0),
    ("forecast_s", "fit+predict s", 1, 1),
    ("whole_s", "process s", 1, 1),
    ("peak_mib", "peak MiB", 1, 0),
)


def main() -> None:
    """Rewrite each marked block of the README."""
    scores = read(sorted((HERE / "results").glob("runs*.jsonl")))
    text = README.read_text()
    for name, make in BLOCKS.items():
        text = _replace(text, name, make(scores))
    README.write_text(text)


def _replace(text: str, name: str, block: str) -> str:
    start, stop = f"<!-- {name} -->", f"<!-- /{name} -->"
    pattern = re.compile(re.escape(start) + ".*?" + re.escape(stop), re.DOTALL)
    return pattern.sub(lambda _: f"{start}\n{block}\n{stop}", text)


def _readme_cuts(scores: Scores) -> list[str]:
    return [label for s in REAL if (label := f"{s.folder}@{s.cuts[0][:10]}") in scores.cases]


def _all_cuts(scores: Scores) -> list[str]:
    return [label for s in REAL for cut in s.cuts if (label := f"{s.folder}@{cut[:10]}") in scores.cases]


def _simulated(scores: Scores) -> list[str]:
    return [case for case in scores.cases if case.startswith("sim-")]


def _bundled(scores: Scores) -> list[str]:
    return [case for case in scores.cases if case.startswith("gk-")]


def _by_series(scores: Scores) -> str:
    head, *rows = accuracy_rows(scores, _all_cuts(scores))
    return _markdown(head, rows)


def _bundled_by_series(scores: Scores) -> str:
    head, *rows = accuracy_rows(scores, _bundled(scores))
    return _markdown(head, rows)


def _coverage_by_series(scores: Scores) -> str:
    tables = [coverage_rows(scores, cases) for cases in (_all_cuts(scores), _bundled(scores))]
    return "\n\n".join(_markdown(head, rows) for head, *rows in tables)


def _means(scores: Scores) -> str:
    """Means over the cuts that every system in the row was scored on."""
    out = []
    for title, cases in (("README cuts", _readme_cuts(scores)), ("all cuts", _all_cuts(scores))):
        rows = [_mean_row(scores, system, cases) for system in scores.systems]
        head = [f"system ({title})", "cuts", "WAPE %", "CloudTune there", "events WAPE %", "CloudTune there"]
        out.append(_markdown([*head, "event peak error %", "CloudTune there"], rows))
    return "\n\n".join(out)


def _mean_row(scores: Scores, system: str, cases: Sequence[str]) -> list[str]:
    shared = [case for case in cases if _both(scores, case, system, "wape")]
    row = [SYSTEMS[system].title, str(len(shared))]
    for metric in ("wape", "event_wape", "event_peak_error"):
        known = [case for case in cases if _both(scores, case, system, metric)]
        for name in (system, "cloudtune"):
            values = [100 * (scores.value(case, name, metric) or 0.0) for case in known]
            row.append(f"{fmean(values):.2f}" if values else "-")
    return row


def _both(scores: Scores, case: str, system: str, metric: str) -> bool:
    return all(scores.value(case, name, metric) is not None for name in (system, "cloudtune"))


def _wape_by_cut(scores: Scores) -> str:
    """WAPE per cut and system; how far CloudTune is from the best peer."""
    rows = []
    for case in _all_cuts(scores):
        row = [case, *(_cell(scores, case, system, ("wape",)) for system in scores.systems)]
        rows.append([*row, _against_best(scores, case)])
    titles = [SYSTEMS[system].title for system in scores.systems]
    return _markdown(["case", *titles, "CloudTune / best peer"], rows)


def _against_best(scores: Scores, case: str) -> str:
    best, ours = scores.best_peer(case, "wape"), scores.value(case, "cloudtune", "wape")
    return "-" if best is None or ours is None else f"{ours / best[0]:.2f} ({SYSTEMS[best[1]].title})"


def _full(scores: Scores, cases: Sequence[str]) -> str:
    """Every metric, a row a system, a block a case."""
    head = ["case", "system", *(title for _, title, _, _ in COLUMNS)]
    rows = [
        [case, SYSTEMS[system].title, *_figures(scores, case, system)]
        for case in cases
        for system in scores.systems
        if (case, system) in scores.cells
    ]
    return _markdown(head, rows)


def _figures(scores: Scores, case: str, system: str) -> list[str]:
    if scores.status(case, system) != "ok":
        return [scores.status(case, system), *["-"] * (len(COLUMNS) - 1)]
    values = ((scores.value(case, system, metric), factor, digits) for metric, _, factor, digits in COLUMNS)
    return ["-" if value is None else f"{value * factor:.{digits}f}" for value, factor, digits in values]


def _cell(scores: Scores, case: str, system: str, metrics: Sequence[str]) -> str:
    if scores.status(case, system) != "ok":
        return scores.status(case, system)
    values = [scores.value(case, system, metric) for metric in metrics]
    return " / ".join("-" if value is None else f"{100 * value:.1f}" for value in values)


def _coverage(scores: Scores) -> str:
    """Coverage of CloudTune's 80% interval at each step."""
    rows = []
    for case in [*_all_cuts(scores), *_simulated(scores)]:
        values = [scores.value(case, "cloudtune", metric) for metric, _ in STEPS]
        if values[0] is not None:
            rows.append([case, *("-" if value is None else f"{100 * value:.0f}" for value in values)])
    means = [
        [v for case in _all_cuts(scores) if (v := scores.value(case, "cloudtune", m)) is not None]
        for m, _ in STEPS
    ]
    rows.append(
        ["mean of the real cuts", *(f"{100 * fmean(column):.0f}" if column else "-" for column in means)]
    )
    return _markdown(["case", *(title for _, title in STEPS)], rows)


def _growth(scores: Scores) -> str:
    """Seconds and memory against the length of the history."""
    rows = []
    for system in scores.systems:
        row = [SYSTEMS[system].title]
        for days in MINUTE_DAYS:
            case = f"sim-min-{days}d"
            row.append(_cost(scores, case, system))
        rows.append(row)
    return _markdown(["system", *(f"{days} days" for days in MINUTE_DAYS)], rows)


def _own_speed(_: Scores) -> str:
    """Rows of bench.speed."""
    head = [
        "days",
        "fit + predict s (CPU)",
        "peak MiB",
        "engine with 3 folds s (CPU)",
        "`cloudtune run`, 6 folds s (CPU)",
        "peak MiB",
    ]
    rows = [
        [
            str(row["days"]),
            f"{row['fit_predict_s']} ({row['fit_predict_cpu_s']})",
            str(row["fit_peak_mib"]),
            f"{row['engine_s']} ({row['engine_cpu_s']})",
            f"{row['run_s']} ({row['run_cpu_s']})" if row["run"] == "ok" else str(row["run"]),
            str(row["run_peak_mib"]),
        ]
        for row in _rows("speed")
    ]
    return _markdown(head, rows)


def _side_by_side(_: Scores) -> str:
    """Rows of bench.side_by_side, in the order in which they were run."""
    head = ["system", "what", "seconds (CPU)", "peak MiB", "WAPE %", "CPU seconds against CloudTune's fit"]
    rows = _rows("side-by-side")
    own = min((row["forecast_cpu_s"] for row in rows if row["what"] == "fit and predict"), default=1.0)
    return _markdown(
        head,
        [
            [
                SYSTEMS[row["system"]].title,
                row["what"],
                f"{row['forecast_s']} ({row['forecast_cpu_s']})" if row["status"] == "ok" else row["status"],
                str(row.get("peak_mib", "-")),
                f"{100 * row['wape']:.1f}" if "wape" in row else "-",
                f"{row['forecast_cpu_s'] / own:.0f} x" if row["status"] == "ok" else "-",
            ]
            for row in rows
        ],
    )


def _ablation(_: Scores) -> str:
    """Rows of bench.ablation."""
    head = ["without", "WAPE ratio", "events WAPE", "event peak error", "WAPE, bundled", "WAPE, simulated"]
    metrics = ("wape", "event_wape", "event_peak_error", "gk-wape", "sim-wape")
    rows = [[row["part"], *(f"{row[m]:.3f}" for m in metrics)] for row in _rows("ablation")]
    return _markdown(head, rows)


def _rows(name: str) -> list[dict[str, Any]]:
    path = HERE / "results" / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _cost(scores: Scores, case: str, system: str) -> str:
    if scores.status(case, system) != "ok":
        return scores.status(case, system)
    cpu = scores.value(case, system, "forecast_cpu_s")
    seconds, memory = scores.value(case, system, "forecast_s"), scores.value(case, system, "peak_mib")
    wape = scores.value(case, system, "wape")
    spent = "" if cpu is None else f" ({cpu:.1f} CPU)"
    return f"{seconds:.1f} s{spent} / {memory:.0f} MiB / WAPE {100 * (wape or 0):.1f}%"


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


BLOCKS: dict[str, Callable[[Scores], str]] = {
    "means": _means,
    "wape": _wape_by_cut,
    "readme-cuts": lambda scores: _full(scores, _readme_cuts(scores)),
    "simulated": lambda scores: _full(scores, _simulated(scores)),
    "by-series": _by_series,
    "bundled": _bundled_by_series,
    "coverage-by-series": _coverage_by_series,
    "coverage": _coverage,
    "growth": _growth,
    "speed": _own_speed,
    "side-by-side": _side_by_side,
    "ablation": _ablation,
}


if __name__ == "__main__":
    main()
