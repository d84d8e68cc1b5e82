"""`cloudtune export`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloudtune.cli import console, options

if TYPE_CHECKING:
    import numpy as np

    from cloudtune.run.planned import PlannedExport


def export(
    name: options.Name,
    *,
    to: Annotated[
        str, typer.Option("--to", metavar="FORMAT", help="Format; a name that is none lists them all.")
    ] = "csv",
    step: Annotated[
        str | None,
        typer.Option("--step", metavar="STEP", help="Granularity of points. Default: the finest."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="File of points, default standard output; folder of a schedule, default export/NAME/FORMAT.",
        ),
    ] = None,
    begin: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="TIME",
            help="First instant of a schedule; UTC without an offset. Default: now.",
            show_default=False,
        ),
    ] = None,
    existing: Annotated[
        Path | None,
        typer.Option(
            "--existing",
            metavar="FILE",
            help="What `aws autoscaling describe-scheduled-actions` says: its instants are left alone.",
            show_default=False,
        ),
    ] = None,
    root: options.Root = None,
    allow_outside: options.AllowOutside = False,
) -> None:
    """Export the points of the last run, or the schedule of a fleet for the platform that follows it."""
    from cloudtune.plan.export.table import FORMATS
    from cloudtune.report.exports import POINTS_FORMATS

    if to in POINTS_FORMATS:
        _points(name, to, step, output, root, allow_outside=allow_outside)
    elif to in FORMATS:
        _schedule(name, to, output, _instant(begin), existing, root, allow_outside=allow_outside)
    else:
        says = {each: row.says for each, row in POINTS_FORMATS.items()}
        says |= {each: row.says for each, row in FORMATS.items()}
        known = "; ".join(f"{each} ({words})" for each, words in says.items())
        raise typer.BadParameter(f"there is no format {to!r}. Known: {known}")


def _points(
    name: str, to: str, step: str | None, output: Path | None, root: Path | None, *, allow_outside: bool
) -> None:
    from io import BytesIO

    from cloudtune.cli.opening import one, open_store
    from cloudtune.files import write_bytes
    from cloudtune.report.exports import POINTS_FORMATS
    from cloudtune.run.points import read_points

    store = open_store(root, allow_outside=allow_outside)
    item = store.specs[one(store, name)]
    wanted = step or str(min((each.step for each in item.spec.granularities), key=lambda each: each.minutes))
    written = BytesIO()
    POINTS_FORMATS[to].write(read_points(store.root, item.id, wanted), written)
    if output is None:
        console.result_bytes(written.getvalue())
    else:
        write_bytes(output, written.getvalue())
        console.result(output.as_posix())


def _schedule(
    name: str,
    to: str,
    output: Path | None,
    begin: np.datetime64,
    existing: Path | None,
    root: Path | None,
    *,
    allow_outside: bool,
) -> None:
    from cloudtune.cli.opening import one, open_store, refuse_located
    from cloudtune.errors import Refusal
    from cloudtune.plan.export.aws import taken_instants
    from cloudtune.plan.export.table import rendered
    from cloudtune.run.planned import planned_export
    from cloudtune.run.publish import Job

    store = open_store(root, allow_outside=allow_outside)
    forecast_id = one(store, name)
    try:
        taken = taken_instants(existing.read_bytes(), str(existing)) if existing else {}
        job = Job(store.root, allow_outside=allow_outside)
        planned = planned_export(job, forecast_id, to, begin, taken)
        files = rendered(planned.export, to)
    except Refusal as refusal:
        refuse_located(store, refusal)
        return
    folder = output or store.root / "export" / forecast_id / to
    _write(folder, {file.name: file.text for file in files})
    console.result(_told(planned, folder, len(files)))


def _instant(text: str | None) -> np.datetime64:
    import numpy as np

    if text is None:
        # Platforms refuse a schedule of the past: the clock is read here, and nowhere below.
        return np.datetime64(datetime.now(tz=UTC).replace(tzinfo=None), "s")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no time; write 2027-07-13T06:00, or with +02:00") from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return np.datetime64(aware.astimezone(UTC).replace(tzinfo=None), "s")


def _write(folder: Path, texts: dict[str, str]) -> None:
    """The files of this export alone: one that it made before and doesn't name any more goes."""
    from cloudtune.files import write_text

    known = folder / ".cloudtune-export"
    before = known.read_text("utf-8").split("\n") if known.is_file() else []
    for name in before:
        if name and name not in texts and Path(name).name == name:
            (folder / name).unlink(missing_ok=True)
    for name, text in texts.items():
        write_text(folder / name, text)
    write_text(known, "\n".join(sorted(texts)) + "\n")


def _told(planned: PlannedExport, folder: Path, count: int) -> str:
    from cloudtune.spec.messages import counted

    lines = []
    for schedule, thinned in zip(planned.export.schedules, planned.thinned, strict=True):
        first, last = schedule.days
        name, steps = schedule.group or schedule.instance, counted(len(schedule.floor), "step")
        cost = f"{thinned.above:.1%} above the need"
        lines.append(f"{name}: {steps} from {first} to {last}, up to {schedule.highest:,} units, {cost}")
    return "\n".join([*lines, f"{counted(count, 'file')} in {folder}"])
