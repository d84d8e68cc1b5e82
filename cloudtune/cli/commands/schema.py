"""`cloudtune schema`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cloudtune.cli import console, options


class SchemaKind(StrEnum):
    """What can be written as YAML."""

    forecast = "forecast"
    calendar = "calendar"
    gameday = "gameday"
    defaults = "defaults"


def schema(
    kind: Annotated[SchemaKind, typer.Argument(metavar="KIND", help="Which to show.")] = SchemaKind.forecast,
    *,
    write: Annotated[bool, typer.Option("--write", help="Write all of them to schema/.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Exit 1 where schema/ is not what this version makes.")
    ] = False,
    root: options.Root = None,
) -> None:
    """Show or write the JSON Schemas that editors complete from."""
    from cloudtune.files import write_text
    from cloudtune.spec import find_root, schema_text

    if not (write or check):
        console.result(schema_text(kind.value), "json")
        return
    folder = find_root(Path.cwd(), root) / "schema"
    stale = [each for each in SchemaKind if not _is_fresh(folder, each, schema_text(each.value))]
    for each in stale:
        console.result(_place(folder, each).as_posix())
        if write:
            write_text(_place(folder, each), schema_text(each.value))
    if check and stale:
        console.talk("stale; mend with: cloudtune schema --write")
        raise typer.Exit(1)


def _place(folder: Path, kind: SchemaKind) -> Path:
    return folder / f"{kind.value}.v1.json"


def _is_fresh(folder: Path, kind: SchemaKind, text: str) -> bool:
    place = _place(folder, kind)
    return place.is_file() and place.read_text(encoding="utf-8") == text
