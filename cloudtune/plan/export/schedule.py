"""What every export format starts from: floors by group, as dated actions."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtune.plan.arrays import Floats, Times
    from cloudtune.plan.floors import Floor

MINUTE = np.timedelta64(60, "s")
LONGEST_NAME = 200
"""Characters of a name before a hash takes the place of its end; platforms take 255 and 256."""


class Action(NamedTuple):
    """One dated change of the floor."""

    at: np.datetime64
    """UTC, to the second."""
    units: int


class ExportedFile(NamedTuple):
    """A file to write: its name, without folders, and its text."""

    name: str
    text: str


@dataclass(frozen=True, eq=False)
class Schedule:
    """The floor of one group over a window."""

    forecast: str
    instance: str
    location: str
    group: str
    """What the platform calls it."""
    floor: Floor
    ceiling: int | None = None
    """The group's own maximum, where it is known."""
    raise_max: bool = False
    """True: the maximum may be raised where the floor asks for it."""
    weight: int = 1
    """Capacity units that the platform counts an instance as."""
    taken: frozenset[np.datetime64] = frozenset()
    """Instants at which the group has actions of other people."""
    startup: int = 0
    """Minutes from request to service."""

    @property
    def base(self) -> int:
        """The floor that is restored after the window: its lowest."""
        return int(self.floor.units.min())

    @property
    def days(self) -> tuple[str, str]:
        """First and last day of the window, UTC."""
        return str(self.floor.at[0].astype("datetime64[D]")), str(self.floor.until.astype("datetime64[D]"))

    @property
    def highest(self) -> int:
        """The highest floor of the window."""
        return int(self.floor.units.max())

    def actions(self) -> tuple[Action, ...]:
        """Every step, and the base floor at the end; earlier by a minute where the instant is taken."""
        found: list[Action] = []
        last = Action(self.floor.until, self.base)
        steps = [Action(at, int(n)) for at, n in zip(self.floor.at, self.floor.units, strict=True)]
        taken = set(self.taken)
        for at, units in [*steps, last]:
            if found and units == found[-1].units // self.weight:
                continue
            while at in taken:
                at -= MINUTE  # noqa: PLW2901
            taken.add(at)
            found.append(Action(at, units * self.weight))
        return tuple(found)

    def pieces(self) -> Iterator[tuple[np.datetime64, np.datetime64, int]]:
        """Beginning, end and units of every step."""
        ends = np.append(self.floor.at[1:], self.floor.until)
        yield from zip(self.floor.at, ends, self.floor.units.tolist(), strict=True)


@dataclass(frozen=True, eq=False)
class Band:
    """The forecast itself, for formats that show demand beside units."""

    times: Times
    """Beginnings of steps, UTC."""
    levels: dict[str, Floats]
    """`mean`, `q10`, `q99`, ...: values in units of the series per step."""
    unit: str
    step: str


@dataclass(frozen=True, eq=False)
class Export:
    """Everything that a format may draw on."""

    forecast: str
    owner: str
    schedules: tuple[Schedule, ...]
    band: Band
    data_through: np.datetime64
    """UTC."""


def stamp(at: np.datetime64) -> str:
    """`20270713T0651Z`, and seconds where there are any."""
    text = str(at.astype("datetime64[s]")).replace("-", "").replace(":", "")
    return f"{text.removesuffix('00') if text.endswith('00') else text}Z"


def instant(at: np.datetime64) -> str:
    """`2027-07-13T06:51:00Z`."""
    return f"{at.astype('datetime64[s]')}Z"


def action_name(schedule: Schedule, action: Action) -> str:
    """A name that says forecast and instant; cut, with a hash of the whole, where it is long."""
    whole = f"ct-{schedule.forecast}-{stamp(action.at)}"
    if len(whole) <= LONGEST_NAME:
        return whole
    return f"{whole[: LONGEST_NAME - 9]}-{digest(whole, 8)}"


def digest(text: str, length: int) -> str:
    """The first characters of a hash: the same text, the same characters."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def file_stem(group: str) -> str:
    """A group's name as part of a file name."""
    return re.sub(r"[^A-Za-z0-9._]+", "-", group).strip("-.") or "group"
