"""`cloudtune export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloudtune.cli import console, options

if TYPE_CHECKING:
    from cloudtune.report.exports import PointsFormat


def export(
    name: options.Name,
    *,
    to: Annotated[
        str, typer.Option("--to", metavar="FORMAT", help="Format; a name that is none lists them all.")
    ] = "csv",
    step: Annotated[
        str | None, typer.Option("--step", metavar="STEP", help="Granularity. Default: the finest.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Default: standard output.")
    ] = None,
    root: options.Root = None,
) -> None:
    """Export the points of the last run: time, mean, quantiles and ingredients, unrounded."""
    from io import BytesIO

    from cloudtune.cli.opening import one, open_store
    from cloudtune.files import write_bytes
    from cloudtune.run.points import read_points

    chosen = _format(to)
    store = open_store(root)
    item = store.specs[one(store, name)]
    wanted = step or str(min((each.step for each in item.spec.granularities), key=lambda each: each.minutes))
    written = BytesIO()
    chosen.write(read_points(store.root, item.id, wanted), written)
    if output is None:
        console.result_bytes(written.getvalue())
    else:
        write_bytes(output, written.getvalue())
        console.result(output.as_posix())


def _format(name: str) -> PointsFormat:
    from cloudtune.report.exports import POINTS_FORMATS

    if name not in POINTS_FORMATS:
        known = "; ".join(f"{each} ({row.says})" for each, row in POINTS_FORMATS.items())
        raise typer.BadParameter(f"there is no format {name!r}. Known: {known}")
    return POINTS_FORMATS[name]
