"""`cloudtune init`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloudtune.cli import console, options

if TYPE_CHECKING:
    from cloudtune.draft.draft import Drafted


class Forge(StrEnum):
    """Where the repository is, or shall be, kept."""

    github = "github"
    gitlab = "gitlab"


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where to start; made if it is not there.")
    ] = Path(),
    *,
    data: Annotated[
        str,
        typer.Option("--from", metavar="FILE", help="A CSV or Parquet file, or an SQL query, to draft from."),
    ] = "",
    name: Annotated[
        str, typer.Option("--name", help="Name of the forecast. Default: that of the file.")
    ] = "",
    timezone: Annotated[
        str,
        typer.Option(
            "--timezone", metavar="ZONE", help="Such as Europe/Berlin. Default: what the data shows."
        ),
    ] = "",
    region: Annotated[
        str, typer.Option("--region", metavar="CODE", help="Country, such as DE: its zone and holidays.")
    ] = "",
    action: Annotated[
        str,
        typer.Option(
            "--action", metavar="REPOSITORY", help="OWNER/REPOSITORY that workflows fetch CloudTune from."
        ),
    ] = "",
    commit: Annotated[
        str, typer.Option("--commit", metavar="SHA", help="The commit of it that workflows are pinned to.")
    ] = "",
    forge: Annotated[
        Forge | None, typer.Option("--forge", help="Whose workflows to write. Default: as the remote says.")
    ] = None,
    today: options.Today = None,
) -> None:
    """Write a first spec: for data of yours with --from, else a made-up shop; workflows beside it."""
    from cloudtune.draft.workflows import NoOrigin, origin_of
    from cloudtune.sample.init import has_specs, write_beside, write_init

    try:
        origin = origin_of(action, commit)
    except NoOrigin as error:
        raise typer.BadParameter(str(error)) from None
    is_demo = not data and not has_specs(folder)
    for written in write_init(folder) if is_demo else write_beside(folder):
        console.result(written.as_posix())
    _workflows(folder, forge, origin)
    if data:
        _from(folder, data, (name, timezone, region), today)
    elif is_demo:
        console.talk("The data is made up and ends on 31 October 2026. Next: cloudtune run")


def _workflows(folder: Path, forge: Forge | None, origin: object) -> None:
    from cloudtune.draft import workflows

    if not isinstance(origin, workflows.Origin):
        console.talk(
            "No workflow is written: this install doesn't tell which repository CloudTune came from. "
            "Say so: cloudtune init --action OWNER/REPOSITORY --commit SHA"
        )
        return
    chosen: workflows.Forge = forge.value if forge is not None else workflows.forge_of(folder)
    try:
        for written in workflows.write_workflows(folder, chosen, origin):
            console.result(written.as_posix())
    except workflows.NoOrigin as error:
        raise typer.BadParameter(str(error)) from None
    if chosen == "gitlab" and "cloudtune.yml" not in (folder / ".gitlab-ci.yml").read_text("utf-8"):
        console.talk("Add to .gitlab-ci.yml:\n" + workflows.INCLUDE)


def _from(folder: Path, data: str, wish: tuple[str, str, str], today: str | None) -> None:
    from cloudtune.cli.commands.run import publish
    from cloudtune.cli.opening import day, open_store
    from cloudtune.draft.draft import Wish, draft
    from cloudtune.run.workers import one_thread_each

    one_thread_each()
    root = folder.resolve()
    drafted = draft(data, root, Wish(*wish), day(today))
    for file in drafted.files:
        console.result((folder / file).as_posix())
    console.talk(_account(drafted))
    publish(open_store(root, today), [drafted.id])
    report = (folder / "reports" / f"{drafted.id}.md").as_posix()
    console.talk(f"Read {report} first: the verdict, then the chart, then how far it was off in the past.")


def _account(drafted: Drafted) -> str:
    """What was guessed, what the data added, and what a person must decide."""
    parts = (
        ("Look at these first:", drafted.assumed),
        ("Added, because the data shows it:", drafted.made),
        ("Decide by hand:", drafted.left),
    )
    return "\n".join(line for title, rows in parts if rows for line in (title, *(f"  {row}" for row in rows)))
