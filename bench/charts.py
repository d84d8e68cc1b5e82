"""Draws bench/charts: cost against history, and the World Cup minute by minute: `python -m bench.charts`."""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from bench.cases import WORK
from bench.real import write_real
from bench.run import run_one
from bench.scores import Scores, read
from bench.simulate import MINUTE_DAYS
from bench.svg import Axis, Line, chart
from bench.systems import SYSTEMS

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "charts"
WORLD_CUP = "worldcup98@1998-06-26"
MATCHES = ("1998-06-30T12:00", "1998-07-01T00:00")
"""Romania-Croatia and Argentina-England, the last two of the round of 16."""


def main() -> None:
    """Draw what is asked for; default: both."""
    parser = argparse.ArgumentParser(description="Draw the bench's charts.")
    parser.add_argument("name", nargs="*", choices=list(CHARTS), default=list(CHARTS))
    FOLDER.mkdir(exist_ok=True)
    for name in parser.parse_args().name:
        (FOLDER / f"{name}.svg").write_text(CHARTS[name]())


def growth() -> str:
    """Fit and predict seconds against days of minutes."""
    scores = read(sorted((HERE / "results").glob("runs*.jsonl")))
    lines = [line for system in scores.systems if (line := _growth_line(scores, system)).x]
    days = [(float(d), f"{d} days") for d in MINUTE_DAYS]
    seconds = [(s, f"{s:g} s") for s in (0.1, 1.0, 10.0, 100.0, 1000.0)]
    title = "Fit + predict 90 days of minutes, by length of the history"
    return chart(title, lines[:3], Axis(days, log=True), Axis(seconds, log=True))


def world_cup() -> str:
    """Forecast and actuals around two matches, four days after the cut."""
    facts = {facts.label: facts for facts in write_real()}[WORLD_CUP]
    saved = WORK / "worldcup.parquet"
    run_one(SYSTEMS["cloudtune"], facts, 600.0, save=saved)
    rows = pd.read_parquet(saved)
    rows = rows[(rows["time"] >= MATCHES[0]) & (rows["time"] < MATCHES[1])].iloc[::5]
    hours = ((rows["time"] - pd.Timestamp(MATCHES[0])) / pd.Timedelta(hours=1) + 12).tolist()
    columns = {name: (rows[name] / 1000).round(2).tolist() for name in ("value", "yhat", "low", "high")}
    top = 5 * (int(max(*columns["value"], *columns["high"])) // 5 + 1)
    across = Axis([(float(h), f"{h}:00") for h in range(12, 25, 2)])
    up = Axis([(float(v), f"{v}k") for v in range(0, top + 1, max(5, top // 25 * 5))])
    lines = [
        Line("forecast, 80% band", hours, columns["yhat"], columns["low"], columns["high"]),
        Line("actuals", hours, columns["value"]),
    ]
    title = (
        "World Cup 98, 30 June (UTC): kick-offs 14:30 and 19:00; requests a minute, trained to 26 June 22:00"
    )
    return chart(title, lines, across, up)


def _growth_line(scores: Scores, system: str) -> Line:
    found = [
        (float(days), seconds)
        for days in MINUTE_DAYS
        if (seconds := scores.value(f"sim-min-{days}d", system, "forecast_s")) is not None
    ]
    return Line(SYSTEMS[system].title, [d for d, _ in found], [s for _, s in found], dots=True)


CHARTS = {"growth": growth, "worldcup": world_cup}


if __name__ == "__main__":
    main()
