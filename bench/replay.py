"""Fourteen days replayed one by one: what a daily refresh changes where there is no news, and where there is.

Three series in a git repository: hours and days made here, minutes of the sample store. Every day `run` and
commit. On the last day each series jumps by a fifth, which must be flagged the day it comes.

    python -m bench.replay                # the table of bench/README.md
    python -m bench.replay --seed 11      # other noise
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cloudtune.review.diff import diff_revisions
from cloudtune.run.publish import Job, publish_all
from cloudtune.sample.catalog import MARKETS
from cloudtune.sample.simulate import expected, instants, realised
from cloudtune.sample.world import daily_spend

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cloudtune.review.change import ReportDiff

DAYS, JUMP = 14, 1.2
END = np.datetime64("2026-06-10")
SPEC = """version: cloudtune/v1
kind: forecast
name: {name}
series:
  source: {{kind: parquet, path: data/{name}.parquet, time: time, value: value}}
  step: {step}
  timezone: {zone}
  unit: orders
granularities:
{granularities}
gates: [{{metric: wape, at_most: 40%}}]
"""


@dataclass(frozen=True)
class Replayed:
    """A series, and how its forecast is asked for."""

    name: str
    step: str
    granularities: tuple[str, ...]
    times: np.ndarray
    """Naive UTC, datetime64[s]."""
    values: np.ndarray
    zone: str = "UTC"

    def write(self, root: Path, until: np.datetime64, *, jumps: bool) -> None:
        """The data before `until`; with `jumps` its last day is a fifth higher."""
        kept = self.times < until
        values = self.values[kept].astype("float64")
        if jumps:
            values[self.times[kept] >= until - np.timedelta64(1, "D")] *= JUMP
        stamps = pa.array(self.times[kept].astype("datetime64[us]"), pa.timestamp("us", "UTC"))
        pq.write_table(
            pa.table({"time": stamps, "value": np.rint(values)}), root / f"data/{self.name}.parquet"
        )

    def spec(self) -> str:
        """What a team would write."""
        rows = "\n".join(f"  - {{{each}}}" for each in self.granularities)
        return SPEC.format(name=self.name, step=self.step, zone=self.zone, granularities=rows)


@dataclass
class Day:
    """What a refresh did to one report."""

    name: str
    jumps: bool
    md: int
    json: int
    material: tuple[str, ...]
    seconds: float


def series_of(seed: int) -> tuple[Replayed, ...]:
    """Two years of hours, three of days, two of minutes."""
    return (
        Replayed("hours", "1h", ("step: 1h, horizon: 28d", "step: 1d, horizon: 90d"), *_made(seed, 730, 24)),
        Replayed(
            "days", "1d", ("step: 1d, horizon: 90d", "step: 1w, horizon: 1y"), *_made(seed + 1, 1095, 1)
        ),
        _minutes(seed),
    )


def _made(seed: int, days: int, slots: int) -> tuple[np.ndarray, np.ndarray]:
    """Growth, year, week and day; a level that wanders a little, days of one mood, and counts' own noise."""
    rng = np.random.default_rng([seed, slots])
    day = np.arange(days + DAYS + 1)
    level = np.exp(
        0.1 * day / 365 + 0.1 * np.sin(2 * np.pi * day / 365.25) + np.cumsum(rng.normal(0, 0.003, day.size))
    )
    level = level * (1 + 0.15 * np.cos(2 * np.pi * day / 7)) * np.exp(rng.normal(0, 0.02, day.size))
    hour = np.arange(slots) * 24 / slots
    shape = 1 + 0.5 * np.cos(2 * np.pi * (hour - 19) / 24) if slots > 1 else np.ones(1)
    values = rng.poisson(24_000 / slots * level[:, None] * shape).ravel()
    first = END - np.timedelta64(days, "D")
    return first.astype("datetime64[s]") + np.arange(values.size) * np.timedelta64(
        86_400 // slots, "s"
    ), values


def _minutes(seed: int) -> Replayed:
    market = next(each for each in MARKETS if each.step.name == "1min")
    end = market.end
    market = replace(market, first=end - timedelta(days=730 + DAYS + 1))
    utc = instants(market, market.first, end)
    values = realised(market, expected(market, utc, daily_spend(seed)), np.random.default_rng([seed, 0]))
    asked = ("step: 1min, horizon: 28d", "step: 1d, horizon: 90d", "step: 1w, horizon: 26w")
    return Replayed("minutes", "1min", asked, utc.astype("datetime64[s]"), values, market.zone)


def replay(root: Path, series: Sequence[Replayed]) -> Iterator[Day]:
    """One day after the other."""
    _begin(root, series)
    for day in range(DAYS + 2):
        jumps = day == DAYS + 1
        for each in series:
            end = each.times[-1] + (each.times[1] - each.times[0])
            each.write(root, end - np.timedelta64(DAYS + 1 - day, "D"), jumps=jumps)
        runs = {one.id: one for one in publish_all(Job(root), [each.name for each in series])}
        if failed := [problem for run in runs.values() for problem in run.problems if run.document is None]:
            raise SystemExit(str(failed))
        reports = {report.id: report for report in diff_revisions(root).reports} if day else {}
        for name, run in runs.items():
            if day:
                yield _day(root, name, reports.get(name), run.seconds, jumps=jumps)
            else:
                print(f"first run of {name}: {run.seconds:.1f} s", flush=True)
        _git(root, "add", "--all")
        _git(
            root, "-c", "user.name=b", "-c", "user.email=b@b", "commit", "--quiet", "--message", f"Day {day}"
        )


def _begin(root: Path, series: Sequence[Replayed]) -> None:
    for folder in ("data", "specs"):
        (root / folder).mkdir()
    for each in series:
        (root / f"specs/{each.name}.yaml").write_text(each.spec(), encoding="utf-8")
    (root / ".gitignore").write_text("data/\n.cloudtune/\n", encoding="utf-8")
    _git(root, "init", "--quiet")


def _day(root: Path, name: str, report: ReportDiff | None, seconds: float, *, jumps: bool) -> Day:
    lines = {suffix: _lines(root, f"reports/{name}{suffix}") for suffix in (".md", ".json")}
    found = report.changes if report else ()
    material = tuple(f"{one.subject} {one.fact} {one.before} {one.after}" for one in found if one.material)
    return Day(name, jumps, lines[".md"], lines[".json"], material, seconds)


def _lines(root: Path, file: str) -> int:
    text = _git(root, "diff", "--numstat", "HEAD", "--", file).split()
    return int(text[0]) + int(text[1]) if text else 0


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


def main() -> None:
    """Print each day as it comes, then the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", action="append", help="names of series; default: all")
    parser.add_argument(
        "--keep", type=Path, help="an empty folder for the repository, to look at it afterwards"
    )
    asked = parser.parse_args()
    series = [each for each in series_of(asked.seed) if not asked.only or each.name in asked.only]
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        days = []
        for day in replay(asked.keep or Path(folder), series):
            days.append(day)
            print(
                f"{day.name:8} md {day.md:3} json {day.json:4} {day.seconds:5.1f} s",
                *day.material[:4],
                sep=" | ",
                flush=True,
            )
    print(_table(days), f"\n{time.perf_counter() - begun:.0f} s", sep="\n")


def _table(days: Sequence[Day]) -> str:
    head = "| series | median .md | most .md | median .json | most .json | days with material news | jump flagged | s a refresh |"
    rows = [head, "|---|--:|--:|--:|--:|--:|---|--:|"]
    for name in dict.fromkeys(day.name for day in days):
        quiet = [day for day in days if day.name == name and not day.jumps]
        jump = next(day for day in days if day.name == name and day.jumps)
        md, json = [day.md for day in quiet], [day.json for day in quiet]
        told = sum(bool(day.material) for day in quiet)
        cells = (name, f"{median(md):g}", max(md), f"{median(json):g}", max(json), f"{told} of {len(quiet)}",
                 "yes" if jump.material else "no", f"{median(day.seconds for day in quiet):.1f}")  # fmt: skip
        rows.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(rows)


if __name__ == "__main__":
    main()
