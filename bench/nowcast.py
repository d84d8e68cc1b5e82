"""The rest of an event, frozen forecast against nowcast, on World Cup 98 and on simulations.

Run: python -m bench.nowcast [--real FOLDER] [--seeds 5] > bench/nowcast.md
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from bench.in_flight import sale
from cloudtune.data.load import load
from cloudtune.spec import load_store
from cloudtune.track.nowcast import nowcast
from cloudtune.track.tracking import TrackedWindow, tracking_of
from cloudtune.track.vintage import actuals_of, vintage_of
from tests.real.build_specs import write_real_store

CUTS = (
    datetime(1998, 6, 19, 22, tzinfo=UTC),
    datetime(1998, 6, 26, 22, tzinfo=UTC),
    datetime(1998, 6, 29, 22, tzinfo=UTC),
)
PARTS = (1 / 3, 1 / 2, 2 / 3)
NAMES = {1 / 3: "a third", 1 / 2: "half", 2 / 3: "two thirds"}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--real", type=Path, default=Path("../shared/data"))
    parser.add_argument("--seeds", type=int, default=5)
    wanted = parser.parse_args()
    print("# The rest of an event: frozen forecast against nowcast\n")
    print(
        "WAPE of the minutes that were still to come once a part of the event had been seen; mean over events.\n"
    )
    print("| events | seen | frozen | nowcast | nowcast better in |")
    print("|---|---|---|---|---|")
    if wanted.real.is_dir():
        show("World Cup 98, 36 matches from three cuts", world_cup(wanted.real))
    show(f"simulated sales of 48 h, {wanted.seeds} seeds x 4 kinds", simulated(wanted.seeds))


def show(name, trackings):
    scores = defaultdict(list)
    for tracking in trackings:
        for part in PARTS:
            scores[part].append(compare(tracking, int(tracking.actual.size * part)))
    for part, pairs in scores.items():
        frozen, updated = np.array(pairs).T
        better = int((updated < frozen).sum())
        print(
            f"| {name} | {NAMES[part]} | {frozen.mean():.1%} | {updated.mean():.1%} | {better} of {frozen.size} |"
        )


def compare(tracking, seen):
    """WAPE of the rest: frozen, nowcast."""
    update = nowcast(tracking, seen)
    rest = np.arange(tracking.actual.size) >= seen
    rest &= tracking.known
    actual = tracking.actual[rest]
    paths = (tracking.vintage.median, update.median)
    return [float(np.abs(actual - path[rest]).sum() / actual.sum()) for path in paths]


def world_cup(folder):
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        write_real_store(folder, root, only=["worldcup98"])
        store = load_store(root)
        resolved = next(iter(store.forecasts.values()))
        cleaned = actuals_of(resolved, root)
        event = next(one for one in resolved.events if one.name == "match")
        for cut in CUTS:
            vintage = vintage_of(cleaned, resolved, cut, "refit")
            last = min(cut + timedelta(days=8), datetime(1998, 7, 4, 23, tzinfo=UTC))
            for occurrence in event.occurrences:
                if cut < occurrence.start < last and occurrence.end < last:
                    window = TrackedWindow(occurrence.start, occurrence.end, event, occurrence)
                    yield tracking_of("worldcup98", cleaned.series, vintage, window)


def simulated(seeds):
    for seed in range(seeds):
        for level, lift in ((0.15, 0.0), (-0.15, 0.0), (0.0, 0.3), (0.1, -0.3)):
            with tempfile.TemporaryDirectory() as temporary:
                root = Path(temporary)
                start = sale(root, seed, level=level, lift=lift)
                resolved = load_store(root).forecasts["sale"]
                cleaned = load(resolved, root)
                vintage = vintage_of(cleaned, resolved, start - timedelta(days=7), "refit")
                event = resolved.events[0]
                occurrence = next(one for one in event.occurrences if one.start == start)
                yield tracking_of(
                    "sale",
                    cleaned.series,
                    vintage,
                    replace(TrackedWindow(start, occurrence.end), event=event, occurrence=occurrence),
                )


if __name__ == "__main__":
    main()
