"""A case: a series up to a cut, what is known ahead, and what came after."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

WORK = Path(__file__).resolve().parent / ".work"


@dataclass(frozen=True, slots=True)
class Facts:
    """All of a case but its data; times are naive local ones."""

    label: str
    data: str
    """Name of the folder below bench/.work/data."""
    cut: str
    end: str
    step: str
    timezone: str
    variables: tuple[str, ...] = ()
    aggregate: str = "sum"
    steps: tuple[str, ...] = ()
    start: str | None = None


@dataclass(frozen=True, eq=False)
class Case:
    """A case with its data. Frames have `time` (naive local), `utc`, `value`, variables."""

    facts: Facts
    train: pd.DataFrame
    test: pd.DataFrame
    events: pd.DataFrame
    """name, start, end (naive local), attributes (JSON); past and future occurrences."""

    @property
    def step(self) -> pd.Timedelta:
        """The distance between two points."""
        return step_of(self.facts.step)

    @property
    def is_daily(self) -> bool:
        """True for steps of whole days."""
        return self.step >= pd.Timedelta(days=1)


def step_of(name: str) -> pd.Timedelta:
    """`30min` as a Timedelta."""
    return pd.Timedelta(days=7) if name == "1w" else pd.Timedelta(name)


def write_facts(facts: Facts) -> Path:
    """Store the facts where `load` finds them."""
    path = WORK / "cases" / f"{facts.label}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(facts)))
    return path


def write_data(name: str, rows: pd.DataFrame, events: pd.DataFrame) -> None:
    """Store a series and its events below bench/.work, which git ignores."""
    folder = WORK / "data" / name
    folder.mkdir(parents=True, exist_ok=True)
    rows.to_parquet(folder / "series.parquet", index=False)
    events.to_json(folder / "events.json", orient="records", date_format="iso")


def load(label: str) -> Case:
    """Read a case; outlier windows are left out of its training part alone."""
    raw = json.loads((WORK / "cases" / f"{label}.json").read_text())
    facts = Facts(**{k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()})
    rows = pd.read_parquet(WORK / "data" / facts.data / "series.parquet")
    for column in ("time", "utc"):
        rows[column] = rows[column].astype("datetime64[ns]")
    rows = rows[rows["time"] < pd.Timestamp(facts.end)]
    if facts.start:
        rows = rows[rows["time"] >= pd.Timestamp(facts.start)]
    past = rows["time"] < pd.Timestamp(facts.cut)
    kept = ["time", "utc", "value", *facts.variables]
    events = _events(facts.data)
    if len(events):
        seen = (events["end"] > rows["time"].iloc[0]) & (events["start"] <= rows["time"].iloc[-1])
        events = events[seen].reset_index(drop=True)
    return Case(
        facts,
        rows.loc[past & ~rows["outlier"], kept].reset_index(drop=True),
        rows.loc[~past, kept].reset_index(drop=True),
        events,
    )


def _events(data: str) -> pd.DataFrame:
    rows = json.loads((WORK / "data" / data / "events.json").read_text())
    events = pd.DataFrame(rows, columns=["name", "start", "end", "attributes"])
    for column in ("start", "end"):
        events[column] = pd.to_datetime(events[column]).astype("datetime64[ns]")
    return events
