"""A spec with its assumptions as comments, a calendar, and what the data says they lack."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cloudtune.draft.table import open_table
from cloudtune.draft.times import find_times
from cloudtune.draft.values import find_values
from cloudtune.draft.zones import find_zone
from cloudtune.errors import Problem, Refusal
from cloudtune.files import write_text
from cloudtune.run.steps import read
from cloudtune.spec.loader import load_store
from cloudtune.suggest.country import country_of
from cloudtune.suggest.proposals import edited, free_name
from cloudtune.suggest.propose import propose
from cloudtune.suggest.trial import write
from cloudtune.timegrid import STEPS
from cloudtune.yaml_edit.edit import Append
from cloudtune.yaml_edit.patch import texts_of
from cloudtune.yaml_edit.write import flow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from cloudtune.draft.table import Offered
    from cloudtune.draft.times import Times
    from cloudtune.draft.values import Values
    from cloudtune.draft.zones import Zoned
    from cloudtune.spec.store import Store
    from cloudtune.suggest.proposals import Proposal

_WIDTH = 52
_HORIZONS = (
    ("1min", 28),
    ("5min", 28),
    ("10min", 28),
    ("15min", 28),
    ("30min", 56),
    ("1h", 90),
    ("1d", 364),
    ("1w", 364),
)
"""Days ahead that each step is worth reporting, where the history carries them."""
_SHARE = 0.5
"""Of the history that a first horizon may be long."""
_ROUNDS = 3
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody said of the series; all of it may be empty."""

    name: str = ""
    timezone: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Drafted:
    """What was written, and what to look at."""

    id: str
    files: tuple[str, ...]
    assumed: tuple[str, ...]
    """Each guess of the spec, as `file:line: text`."""
    made: tuple[str, ...]
    """Reasons of the proposals that were followed."""
    left: tuple[str, ...]
    """Those that a person must decide."""


def draft(asked: str, root: Path, wish: Wish, today: date) -> Drafted:
    """Write a spec for a file or a query, with what its data says that it lacks."""
    table = open_table(asked, root)
    times = find_times(table)
    values = find_values(table, times)
    zone = find_zone(times, table.name, timezone=wish.timezone, region=wish.region)
    store = load_store(root, today=today)
    name = free_name(wish.name or table.name, {spec.spec.name for spec in store.specs.values()})
    file = f"specs/{name}.yaml"
    if (root / file).exists():
        raise Refusal(Problem("CT403", f"{file} is there already", "give another name with --name"))
    write_text(root / file, _spec_text(name, table, times, values, zone, wish.region), root)
    made, left = _complete(root, name, today)
    files = [file, *(f for f in (f"specs/calendars/{name}-days.yaml",) if (root / f).exists())]
    return Drafted(name, tuple(files), _assumed(root, file), tuple(made), tuple(left))


def _complete(root: Path, name: str, today: date) -> tuple[list[str], list[str]]:
    """Follow what the data proposes: how it is read first, then all else."""
    made: list[str] = []
    found: list[Proposal] = []
    for _ in range(_ROUNDS):
        store = load_store(root, today=today)
        if name not in store.forecasts:
            raise Refusal(*store.problems)
        resolved = store.resolve(name)
        found = propose(read(resolved, root).cleaned, resolved)
        basics = [one for one in found if one.kind in {"step", "timezone"} and one.edits]
        followed = _follow(store, name, basics or _with_calendar(root, store, name, found))
        made += followed
        if any(one.kind == "timezone" for one in basics):
            _say_zone(root / f"specs/{name}.yaml")
        if not basics:
            break
    return made, [one.reason for one in found if not one.edits]


def _say_zone(path: Path) -> None:
    """Put the evidence of a zone that the data kept in the place of the guess."""
    found = "# assumed: the day's profile keeps this clock at clock changes; others change with it"
    text = path.read_text("utf-8")
    write_text(path, re.sub(r"(?m)^(  timezone: \S+) +# .*$", lambda line: _line(line[1], found[2:]), text))


def _follow(store: Store, name: str, proposals: Sequence[Proposal]) -> list[str]:
    """Make each edit that leaves the specs valid; returns the reasons of those made."""
    made = []
    for proposal in (one for one in proposals if one.edits):
        store = load_store(store.root)
        texts = edited(texts_of(store.root, [proposal.file]), [proposal], store)
        try:
            write(store, store.resolve(name), texts)
        except Refusal:
            continue
        made.append(proposal.reason)
    return made


def _with_calendar(root: Path, store: Store, name: str, found: Sequence[Proposal]) -> list[Proposal]:
    """The proposals, with holidays in a calendar of their own that other forecasts can share."""
    holidays = [one for one in found if one.kind == "holiday" and one.edits]
    if not holidays:
        return list(found)
    spec = store.specs[name].spec
    calendar = f"{name}-days"
    file = f"specs/calendars/{calendar}.yaml"
    country = country_of(store.resolve(name))
    lines = [
        "# yaml-language-server: $schema=../../schema/calendar.v1.json",
        "version: cloudtune/v1",
        _line("kind: calendar", "many forecasts can share it"),
        f"name: {calendar}",
        f"region: {country}",
        f"timezone: {spec.series.timezone}",
        "events:" + " " * 30 + "# found: days on which the data departs from its kind",
    ]
    for one in holidays:
        lines += [f"  - {flow(edit.item)}" for edit in one.edits if isinstance(edit, Append)]
    write_text(root / file, "\n".join(lines) + "\n", root)
    own = replace(
        holidays[0],
        edits=(Append(("calendars",), calendar),),
        reason="; ".join(one.reason.partition(";")[0] for one in holidays),
    )
    return [own, *(one for one in found if one.kind != "holiday")]


def _spec_text(name: str, table: Offered, times: Times, values: Values, zone: Zoned, region: str) -> str:
    lines = [
        "# yaml-language-server: $schema=../schema/forecast.v1.json",
        "# Drafted by `cloudtune init --from`: `found` is in the data, `assumed` is yours to look at.",
        "version: cloudtune/v1",
        "kind: forecast",
        f"name: {name}",
        *([f"region: {flow(region)}"] if region else []),
        "",
        "series:",
        "  source:",
        *_source_lines(table, times, values),
        _line(f"  step: {times.step}", "found: the distance of most rows"),
        _line(f"  timezone: {zone.name}", _zone_words(zone)),
        *([f"  unit: {flow(values.unit)}"] if values.unit else []),
        _line(f"  aggregate: {values.aggregate}", values.why_aggregate),
        _line(f"  missing: {values.missing}", values.why_missing or "found: hardly a step has no row"),
        "",
        _line("granularities:", _reach_words(times)),
        *(f"  - {{step: {step}, horizon: {days}d}}" for step, days in _granularities(times)),
        "",
    ]
    if float(values.numbers.min()) < 0:
        lines += [_line("scale: additive", "found: some values are below zero"), ""]
    return "\n".join(lines)


def _source_lines(table: Offered, times: Times, values: Values) -> list[str]:
    notes = table.notes
    rows = [(key, value, notes.get(key, "")) for key, value in table.source.items()]
    rows += [("time", times.column, "found"), ("value", values.column, values.why_column)]
    rows += [*times.keys, *_week(times), *values.keys]
    return [_line(f"    {key}: {flow(value)}", why) for key, value, why in rows]


def _week(times: Times) -> list[tuple[str, Any, str]]:
    """The weekday that ends a week, where its stamps stand on another day than Monday."""
    if times.step != "1w":
        return []
    weekday = int(times.instants.dropna().dt.day_of_week.mode()[0])
    if weekday == 0:
        return []
    last = weekday if weekday >= 4 else (weekday - 1) % 7
    says = "ends" if weekday >= 4 else "begins"
    return [("week_ends", _WEEKDAYS[last], f"assumed: a week {says} on the day that it is stamped with")]


def _granularities(times: Times) -> list[tuple[str, int]]:
    """Each step from that of the series on, as far ahead as half of the history, and as is useful."""
    base, span = STEPS[times.step], _span_days(times)
    rows = []
    for step, days in _HORIZONS:
        size = STEPS[step].minutes
        ahead = int(min(days, span * _SHARE))
        worth = size == base.minutes or size in {60, 1440, 10080}
        if worth and size >= base.minutes and size % base.minutes == 0 and ahead * 1440 >= 2 * size:
            rows.append((step, ahead if size < 10080 else ahead // 7 * 7))
    return rows or [(times.step, max(1, 2 * base.minutes // 1440))]


def _span_days(times: Times) -> float:
    known = times.instants.dropna()
    return float((known.max() - known.min()) / np.timedelta64(1, "D"))


def _reach_words(times: Times) -> str:
    known = times.instants.dropna()
    span = f"{_span_days(times):,.0f} days, {known.min():%Y-%m-%d} to {known.max():%Y-%m-%d}"
    return f"assumed: as far as half of the history ({span})"


def _zone_words(zone: Zoned) -> str:
    others = f"; or {', '.join(zone.candidates)}" if zone.candidates else ""
    return f"{zone.why}{others}"


def _line(text: str, comment: str) -> str:
    return f"{text.ljust(_WIDTH - 14)} # {comment}" if comment else text


def _assumed(root: Path, file: str) -> tuple[str, ...]:
    lines = (root / file).read_text("utf-8").splitlines()
    marked = (
        (at, line.partition("# assumed: ")) for at, line in enumerate(lines, 1) if "# assumed: " in line
    )
    return tuple(f"{file}:{at}: {key.strip()} - {why}" for at, (key, _, why) in marked)
