"""`cloudtune init`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cloudtune.cli import console


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where to start; made if it is not there.")
    ] = Path(),
) -> None:
    """Write a first spec, a calendar, sample data and a workflow; then `cloudtune run` works."""
    from cloudtune.sample.init import write_init

    for written in write_init(folder):
        console.result(written.as_posix())
    console.talk("The data is made up and ends on 31 October 2026. Next: cloudtune run")
