"""`cloudtune ls`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cloudtune.cli import console, options
from cloudtune.cli.options import Format

if TYPE_CHECKING:
    from cloudtune.spec.store import SpecFile


def ls(
    specs: options.Paths = None,
    *,
    select: options.Select = None,
    root: options.Root = None,
    style: Annotated[Format, typer.Option("--format", help="How the list is written.")] = (Format.text),
) -> None:
    """List forecasts with their owner, region, granularities and calendars."""
    from cloudtune.cli.opening import open_store, selected
    from cloudtune.cli.table import aligned

    store = open_store(root)
    rows = [_row(store.specs[each]) for each in selected(store, specs, select)]
    if style is Format.json:
        console.result_json({"schema_version": "cloudtune/ls/v1", "forecasts": rows})
    else:
        console.result(aligned([_cells(row) for row in rows]))
    if store.broken:
        names = ", ".join(sorted(store.broken))
        console.talk(f"left out, since they can't be read: {names} (see `cloudtune validate`)")


def _row(item: SpecFile) -> dict[str, Any]:
    spec = item.spec
    return {
        "id": item.id,
        "file": item.file,
        "owner": spec.owner,
        "region": spec.region,
        "tags": list(spec.tags),
        "granularities": [f"{each.step} {each.horizon}" for each in spec.granularities],
        "calendars": list(spec.calendars),
    }


def _cells(row: dict[str, Any]) -> list[str]:
    tags = " ".join(f"#{tag}" for tag in row["tags"])
    steps = " · ".join(row["granularities"])
    return [row["id"], steps, row["owner"], row["region"], ", ".join(row["calendars"]), tags]
