"""Seconds that `cloudtune run` takes for each of many hourly specs of three years, with one job and with two.

    .venv/bin/python -m bench.fleet_speed [SPECS] [events]

Whole processes, import and reading included; what is the same for every spec is told by a store of one.
`events` measures a single spec of a year at five minutes instead, with 80 events within days (five occurrences
each) and 80 of whole days.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from bench import shapes
from bench.measure import Cost, measure

CUT = pd.Timestamp("2024-06-03")
FLEET = 1_000
SPEC = """\
version: cloudtune/v1
kind: forecast
name: {name}
series:
  source: {{kind: parquet, path: data/{name}.parquet, time: utc, value: value}}
  step: {step}
  timezone: America/Los_Angeles
granularities:
  - {{step: {step}, horizon: 90d}}
  - {{step: 1d, horizon: 90d}}
  - {{step: 1w, horizon: 26w}}
calendars: [events]
"""
CALENDAR = """\
version: cloudtune/v1
kind: calendar
name: events
timezone: America/Los_Angeles
events:
"""
EVENT = "  - name: {name}\n    occurrences:\n"
OCCURRENCE = "      - {{start: {start:%Y-%m-%dT%H:%M}, duration: {hours}h}}\n"


def main(words: list[str]) -> None:
    """Print the table that was asked for."""
    print("| what | wall s | CPU s | MiB |\n|---|--:|--:|--:|", flush=True)
    if "events" in words:
        many_events()
    else:
        fleet(int(words[0]) if words else 8)


def fleet(specs: int) -> None:
    """One spec, many with one job, many with two."""
    found = {}
    for count, jobs in ((1, 1), (specs, 1), (specs, 2)):
        with tempfile.TemporaryDirectory() as folder:
            write_fleet(Path(folder), count)
            label = f"{count} specs, --jobs {jobs}"
            found[count, jobs] = _run(label, Path(folder), "--jobs", str(jobs))
    one, single, double = (found[key] for key in ((1, 1), (specs, 1), (specs, 2)))
    further = (single.cpu_seconds - one.cpu_seconds) / max(specs - 1, 1)
    print(
        f"\na further spec: {further:.2f} CPU s; {FLEET:,} on two cores: {further * FLEET / 2 / 60:.1f} min"
    )
    print(
        f"two jobs are {single.seconds / double.seconds:.2f} x as fast as one; more specs, less share of the start"
    )


def many_events() -> None:
    """A year of five minutes with 160 events."""
    with tempfile.TemporaryDirectory() as folder:
        write_events(Path(folder))
        _run("160 events, 105,120 points", Path(folder))


def write_fleet(root: Path, specs: int) -> None:
    """A store of so many hourly specs, every series with a seed of its own."""
    events = _calendar(np.random.default_rng(0))
    occurrences = {
        name: [(e.start, e.end) for e in rows.itertuples()] for name, rows in events.groupby("name")
    }
    _write_calendar(root, occurrences)
    for k in range(specs):
        random = np.random.default_rng(100 + k)
        index = pd.date_range(CUT - 3 * 365 * shapes.DAY, CUT, freq="1h", inclusive="left")
        logs = shapes.line(index, CUT, (0.2, 0.1 * (k % 7)), -150) + shapes.daily(index)
        logs += shapes.yearly(index) + shapes.lifts(index, events, random)
        logs += shapes.drift(len(index), 60, random)
        _write_spec(root, f"service-{k:04}", "1h", index, logs + 0.04 * random.standard_normal(len(index)))


def write_events(root: Path) -> None:
    """A store of one spec whose calendar holds 160 events."""
    random = np.random.default_rng(7)
    first = CUT - 365 * shapes.DAY
    occurrences = {}
    for k in range(160):
        hours = 24 if k % 2 else int(random.integers(2, 10))
        days = np.sort(random.choice(440, 5, replace=False))
        opening = 0 if k % 2 else int(random.integers(6, 20))
        starts = [first + int(day) * shapes.DAY + pd.Timedelta(hours=opening) for day in days]
        occurrences[f"event-{k:03}"] = [(at, at + pd.Timedelta(hours=hours)) for at in starts]
    _write_calendar(root, occurrences)
    index = pd.date_range(first, CUT, freq="5min", inclusive="left")
    logs = shapes.daily(index) + shapes.yearly(index) + shapes.drift(len(index), 5, random)
    for k, rows in enumerate(occurrences.values()):
        for start, end in rows:
            logs[index.searchsorted(start) : index.searchsorted(end)] += 0.1 + 0.002 * k
    _write_spec(root, "busy", "5min", index, logs + 0.04 * random.standard_normal(len(index)))


def _calendar(random: np.random.Generator) -> pd.DataFrame:
    return shapes.calendar(CUT - 3 * 365 * shapes.DAY, CUT + 200 * shapes.DAY, random)


def _write_calendar(root: Path, occurrences: dict[str, list[tuple[pd.Timestamp, pd.Timestamp]]]) -> None:
    text = CALENDAR
    for name, rows in occurrences.items():
        text += EVENT.format(name=name)
        for start, end in rows:
            text += OCCURRENCE.format(start=start, hours=round((end - start) / pd.Timedelta(hours=1)))
    (root / "specs" / "calendars").mkdir(parents=True)
    (root / "specs" / "calendars" / "events.yaml").write_text(text)


def _write_spec(root: Path, name: str, step: str, index: pd.DatetimeIndex, logs: np.ndarray) -> None:
    (root / "data").mkdir(exist_ok=True)
    rows = pd.DataFrame({"utc": index, "value": np.round(1000 * np.exp(logs), 2)})
    rows.to_parquet(root / "data" / f"{name}.parquet", index=False)
    (root / "specs" / f"{name}.yaml").write_text(SPEC.format(name=name, step=step))


def _run(label: str, root: Path, *words: str) -> Cost:
    command = [sys.executable, "-m", "cloudtune", "run", "--root", str(root), *words]
    cost = measure(command, limit_s=290, cwd=root)
    if cost.status != "ok":
        raise SystemExit(f"{label}: {cost.status}\n{cost.tail}")
    print(f"| {label} | {cost.seconds:.2f} | {cost.cpu_seconds:.2f} | {cost.peak_mib} |", flush=True)
    shutil.rmtree(root / ".cloudtune", ignore_errors=True)
    return cost


if __name__ == "__main__":
    main(sys.argv[1:])
