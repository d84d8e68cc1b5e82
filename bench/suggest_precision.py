"""Precision and recall of `suggest`, on the real series and on simulations with planted truth.

Run: python -m bench.suggest_precision [--real FOLDER] [--seeds 8] > bench/suggest.md
"""

from __future__ import annotations

import argparse
import dataclasses
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np

from bench.planted import KINDS, planted
from cloudtune.data.load import load
from cloudtune.spec import load_store
from cloudtune.suggest.propose import propose
from tests.real.build_specs import write_real_store
from tests.real.folder import read_events, read_outliers

SHORTEST = np.timedelta64(15, "m")
EVENT_LIKE = {"nyc_taxi"}
REGIONS = {"gb_demand": "GB", "vic_electricity": "AU", "web_kpi_a": "CN", "wiki_peyton_manning": "US"}


ABOUT_OUTLIERS = """\
The specs have their calendars, but no outlier windows. A found window counts as right where it touches a
window of the data's own `outliers.yaml`, or where most of its values are zero in a series that is far from
zero at that hour (an outage that the file does not list). Recall is of the listed windows of 15 minutes and
more that have rows.
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--real", type=Path, default=Path("../shared/data"))
    parser.add_argument("--seeds", type=int, default=8)
    wanted = parser.parse_args()
    print("# What `suggest` finds, and what it gets wrong\n")
    if wanted.real.is_dir():
        real_outliers(wanted.real)
        real_holidays(wanted.real)
    simulations(wanted.seeds)


def real_outliers(folder):
    print("## Outlier windows of the real series\n")
    print(ABOUT_OUTLIERS)
    print("| series | found | in the reference | zeros, not listed | wrong | reference | of them found |")
    print("|---|---|---|---|---|---|---|")
    total, rest = np.zeros(6, dtype=int), []
    for name, resolved, root in real_specs(folder, events=True):
        cleaned = load(resolved, root)
        made = propose(cleaned, resolved)
        rest += [f"- {name}: {one.kind}: {one.reason}" for one in made if one.kind != "outlier"]
        found = [one for one in made if one.kind == "outlier"]
        reference = outlier_windows(folder / name, resolved.spec.series.timezone)
        row = judge(found, reference, cleaned)
        total += row
        print(f"| {name} | {' | '.join(map(str, row))} |")
    print(f"| **all** | {' | '.join(f'**{one}**' for one in total)} |")
    found, right, zeros, _, reference, covered = total
    print(f"\nPrecision {(right + zeros) / max(found, 1):.0%} ({right / max(found, 1):.0%} by the reference alone), "
          f"recall {covered / max(reference, 1):.0%}.\n")  # fmt: skip

    print("All else that is proposed for these specs:\n")
    print("\n".join(rest) or "- nothing")
    print()


def real_specs(folder, *, events):
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        write_real_store(folder, root)
        store = load_store(root)
        for name in sorted(one.name for one in folder.iterdir() if one.is_dir()):
            key = next(one for one in store.forecasts if one.split("/")[-1].replace("-", "_") == name)
            yield name, newcomer(store.forecasts[key], REGIONS.get(name, ""), events=events), root


def newcomer(resolved, region, *, events):
    """The spec of somebody who has not looked at the data yet."""
    series = resolved.spec.series.model_copy(update={"end": None})
    update = {"outliers": [], "regressors": [], "series": series, "region": region}
    spec = resolved.spec.model_copy(update=update)
    return dataclasses.replace(resolved, spec=spec, events=resolved.events if events else ())


def outlier_windows(folder, timezone):
    rows = [one for one in read_outliers(folder, timezone) if one.name != "missing"]
    return [(np.datetime64(one.start, "s"), np.datetime64(one.end, "s")) for one in rows]


def judge(found, reference, cleaned):
    touches = [[start < one.end and one.start < end for start, end in reference] for one in found]
    right = sum(any(row) for row in touches)
    zeros = sum(not any(row) and mostly_zero(one, cleaned) for one, row in zip(found, touches, strict=True))
    long = [k for k, (start, end) in enumerate(reference) if end - start >= SHORTEST]
    covered = sum(any(row[k] for row in touches) for k in long)
    return np.array([len(found), right, zeros, len(found) - right - zeros, len(long), covered])


def mostly_zero(proposal, cleaned):
    local = cleaned.series.timeline.local
    inside = (local >= proposal.start) & (local < proposal.end)
    return bool((cleaned.series.values[inside] == 0).mean() > 0.5)


def real_holidays(folder):
    print("## Holidays and recurring events of the real series\n")
    print(
        "The specs have neither calendar nor outliers. A suggested day counts as right where the data's own"
    )
    print("`events.yaml` has an event on it, or within two days of it.\n")
    print("| series | suggested | right | wrong |")
    print("|---|---|---|---|")
    total = np.zeros(3, dtype=int)
    for name, resolved, root in real_specs(folder, events=False):
        found = [one for one in propose(load(resolved, root), resolved) if one.kind in {"holiday", "event"}]
        windows = read_events(folder / name, resolved.spec.series.timezone)
        days = {np.datetime64(one.start, "D") + shift for one in windows for shift in range(-2, 3)}
        right = sum(all(day.astype("datetime64[D]") in days for day in one.dates[:1]) for one in found)
        row = np.array([len(found), right, len(found) - right])
        total += row
        wrong = [
            one.reason.split(":")[0] for one in found if one.dates[0].astype("datetime64[D]") not in days
        ]
        print(f"| {name} | {row[0]} | {row[1]} | {', '.join(wrong) or 0} |")
    print(f"| **all** | **{total[0]}** | **{total[1]}** | **{total[2]}** |\n")


def simulations(seeds):
    print("## Simulations with planted truth\n")
    print(
        f"{seeds} seeds; 900 days by the hour, and in each of them: three outlier windows, a level shift, Christmas,"
    )
    print(
        "an undeclared yearly sale, an occurrence that is declared five hours late, an event without effect; every"
    )
    print("second seed declares the wrong time zone.\n")
    counts = defaultdict(lambda: np.zeros(4, dtype=int))
    for seed in range(seeds):
        with tempfile.TemporaryDirectory() as folder:
            truth = planted(Path(folder), seed)
            store = load_store(Path(folder))
            assert store.problems == (), store.problems
            resolved = store.forecasts["planted"]
            found = propose(load(resolved, store.root), resolved)
        for kind in KINDS:
            counts[kind] += truth.judge(kind, [one for one in found if one.kind == kind])
    print("| kind | planted | found | suggested | right | precision | recall |")
    print("|---|---|---|---|---|---|---|")
    for kind, (real, covered, made, right) in counts.items():
        precision = f"{right / made:.0%}" if made else "n/a"
        recall = f"{covered / real:.0%}" if real else "n/a"
        print(f"| {kind} | {real} | {covered} | {made} | {right} | {precision} | {recall} |")


if __name__ == "__main__":
    main()
