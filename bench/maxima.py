"""How often the stated interval of a highest step holds: days, weeks, events and whole horizons.

`python -m bench.maxima [cuts]`: random cuts (seeded) of each real series, without variables, for what the
weather will be is not known when servers are ordered. Prints shares below, inside and above, each series alike.
"""

from __future__ import annotations

import shutil
import sys
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import yaml

from bench.cases import WORK
from cloudtune.data.load import load
from cloudtune.engine.accuracy import calibrations
from cloudtune.engine.backtest import backtest, fold_points, head_of
from cloudtune.engine.highest import highest_steps
from cloudtune.engine.intervals import UNCALIBRATED
from cloudtune.engine.projection import project
from cloudtune.spec.loader import load_store
from tests.real.build_specs import write_real_store
from tests.real.catalogue import REAL, RealSeries, real_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtune.data.series import Cleaned
    from cloudtune.spec.resolved import ResolvedSpec

DAYS = {"1min": 8, "30min": 28, "1h": 28, "1d": 90, "1w": 182}
"""How far ahead, by step."""
EARLIEST = 0.45
"""Part of a series that lies before every cut."""
SEED = 16


def main(cuts: int) -> None:
    """Every series, then a line a kind of window."""
    hits: dict[str, dict[str, list[tuple[float, float, float]]]] = defaultdict(lambda: defaultdict(list))
    for series in REAL:
        resolved, cleaned = _prepared(series)
        step = cleaned.series.timeline.step.minutes
        ahead = DAYS[series.step] * 1440 // step
        points, slots = cleaned.series.timeline.periods, max(1, 1440 // step)
        rng = np.random.default_rng(SEED)
        for cut in rng.integers(int(EARLIEST * points), points - ahead, cuts) // slots * slots:
            for kind, actual, paths in _windows(cleaned, resolved, int(cut), ahead):
                low, middle, high = np.quantile(paths, [0.1, 0.5, 0.9])
                hits[kind][series.folder].append((actual < low, actual > high, middle / actual - 1))
    for kind, by_series in hits.items():
        below, above, off = np.mean([np.mean(rows, axis=0) for rows in by_series.values()], axis=0)
        count = sum(map(len, by_series.values()))
        print(
            f"{kind}: {count} windows, {1 - below - above:.0%} inside, {below:.0%} below, {above:.0%} above, bias {off:+.1%}"
        )


def _prepared(series: RealSeries) -> tuple[ResolvedSpec, Cleaned]:
    root, folder = WORK / "stores" / f"maxima-{series.folder}", real_data()
    if folder is None:
        raise SystemExit("the real series are not on this machine")
    shutil.rmtree(root, ignore_errors=True)
    horizons = {series.folder: f"{DAYS[series.step]}d" if series.step != "1w" else "26w"}
    cuts = {series.folder: max(series.cuts)}
    write_real_store(folder, root, cuts=cuts, only=[series.folder], horizons=horizons, declare=False)
    (path,) = (root / "specs" / "real").glob("*.yaml")
    spec = yaml.safe_load(path.read_text())
    spec["series"].pop("end", None)
    spec.pop("regressors", None)
    path.write_text(yaml.safe_dump(spec, sort_keys=False))
    (resolved,) = load_store(root).forecasts.values()
    return resolved, load(resolved, root)


def _windows(
    cleaned: Cleaned, resolved: ResolvedSpec, cut: int, ahead: int
) -> Iterator[tuple[str, float, np.ndarray]]:
    """Kind, what came, and the paths of what was said of it."""
    head, actual = head_of(cleaned, cut), cleaned.usable[cut : cut + ahead]
    step = head.series.timeline.step
    projection = project(head, resolved, ahead, 0)
    tested = fold_points(head, resolved) * step.minutes / 1440
    width = calibrations(backtest(head, resolved, 0), tested).get(step.name, UNCALIBRATED)
    found = highest_steps(projection, ahead, width, 0)
    period = projection.model.plan.grid.period[cut : cut + ahead]
    first = np.flatnonzero(np.diff(period, prepend=period[0] - 1))
    known = np.add.reduceat(np.isfinite(actual).astype(float), first) / np.diff(np.append(first, ahead))
    days = np.where(known > 0.9, np.fmax.reduceat(actual, first), np.nan)
    for k in np.flatnonzero(np.isfinite(days)):
        yield "day", days[k], found.paths[:, k]
    for k in range(0, len(days) - 6, 7):
        if np.isfinite(days[k : k + 7]).all():
            yield "week", days[k : k + 7].max(), found.paths[:, k : k + 7].max(axis=1)
    if np.isfinite(days).mean() > 0.95:
        yield "horizon", np.nanmax(days), found.paths[:, np.isfinite(days)].max(axis=1)
    base = projection.model.plan.grid.timeline.utc[cut:]
    for event in found.events:
        begin = int(np.searchsorted(base, event.begin))
        end = begin + sum(paths.shape[1] for _, paths in event.steps())
        if np.isfinite(actual[begin:end]).mean() > 0.9:
            yield "event", np.nanmax(actual[begin:end]), event.paths


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8)
