"""`cloudtune gameday`."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloudtune.cli import console, options

if TYPE_CHECKING:
    from cloudtune.run.rehearse import PlayedDay
    from cloudtune.spec.store import GamedayFile, Store


class Generator(StrEnum):
    """Who plays it."""

    k6 = "k6"
    locust = "locust"


def gameday(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name or file of a game day.")],
    *,
    to: Annotated[Generator, typer.Option("--to", help="The load generator.")] = Generator.k6,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Default: gameday/NAME/GENERATOR."),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            "--at", metavar="TIME", help="When it will run, for `net_of`: local time.", show_default=False
        ),
    ] = None,
    compare: Annotated[
        Path | None,
        typer.Option(
            "--compare",
            metavar="FILE",
            help="CSV of what was seen (minute, name, requests, errors, p99_ms, units): findings.",
            show_default=False,
        ),
    ] = None,
    record: Annotated[
        str | None,
        typer.Option(
            "--record",
            metavar="START/END",
            help="Note a run in the spec, so that forecasts leave it out.",
            show_default=False,
        ),
    ] = None,
    root: options.Root = None,
    seed: options.Seed = 0,
    allow_outside: options.AllowOutside = False,
) -> None:
    """Write the load profile of a rehearsal, or hold what was seen against it."""
    from cloudtune.cli.opening import open_store, refuse_located
    from cloudtune.errors import Refusal
    from cloudtune.run.workers import one_thread_each

    one_thread_each()
    store = open_store(root, allow_outside=allow_outside)
    file = _file(store, name)

    from cloudtune.run.after_gameday import record_run, seen_against
    from cloudtune.run.publish import Job
    from cloudtune.run.rehearse import play

    job = Job(store.root, seed=seed, allow_outside=allow_outside)
    when = _when(at, store, file)
    try:
        if record is not None:
            console.result(record_run(store, file, record))
        elif compare is not None:
            console.result(seen_against(store, job, file, play(store, job, file, when), compare))
        else:
            folder = output or store.root / "gameday" / file.spec.name / to.value
            _write(play(store, job, file, when), to, folder)
    except Refusal as refusal:
        refuse_located(store, refusal)


def _file(store: Store, name: str) -> GamedayFile:
    found = [file for file in store.gamedays.values() if name in {file.spec.name, file.file}]
    if not found:
        broken = [problem for problem in store.problems if problem.is_error and name in problem.file]
        if broken:
            from cloudtune.cli.opening import refuse_located
            from cloudtune.errors import Refusal

            refuse_located(store, Refusal(*broken))
        known = ", ".join(sorted(store.gamedays)) or "none; `kind: gameday` makes one"
        raise typer.BadParameter(f"{name!r} is no game day. Known: {known}")
    return found[0]


def _when(text: str | None, store: Store, file: GamedayFile) -> datetime | None:
    from zoneinfo import ZoneInfo

    if text is None:
        return None
    lead = next(one for one in store.specs.values() if one.spec.name == file.spec.forecast)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no time; write 2027-06-20T22:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(lead.spec.series.timezone))


def _write(day: PlayedDay, to: Generator, folder: Path) -> None:
    import numpy as np

    from cloudtune.files import write_text
    from cloudtune.plan.gameday.generators import GENERATORS
    from cloudtune.spec.messages import counted

    files = GENERATORS[to.value](day.rehearsal)
    for made in files:
        write_text(folder / made.name, made.text)
    profile = day.rehearsal.profile
    each = np.sum(list(day.calls.values()), axis=0)
    top = int(each.argmax())
    length = f"{counted(profile.minutes, 'minute')}, {profile.ramp} of them ramp"
    lines = [f"{length}; highest minute {top}: {each[top]:,.0f} calls"]
    for name, rates in zip(profile.journeys, profile.rates, strict=True):
        lines.append(f"  {name}: {rates.sum():,.0f} journeys")
    lines.append(f"{counted(len(files), 'file')} in {folder}")
    console.result("\n".join(lines))
