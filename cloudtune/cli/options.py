"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How a plain result is written."""

    text = "text"
    json = "json"


class ReportFormat(StrEnum):
    """How a result that people read in a review is written."""

    text = "text"
    json = "json"
    markdown = "markdown"


class ProblemFormat(StrEnum):
    """How diagnostics are written."""

    text = "text"
    json = "json"
    github = "github"
    gitlab = "gitlab"
    sarif = "sarif"


Root = Annotated[
    Path | None,
    typer.Option(
        "--root",
        envvar="CLOUDTUNE_ROOT",
        help="Folder that holds specs/. Default: the nearest one upwards.",
        show_default=False,
    ),
]
Select = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        "-s",
        help="Name, path, glob, tag:, owner:, region:, calendar: or changed:REF. "
        "Repeat for union; a comma means all of them.",
        show_default=False,
    ),
]
Paths = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SPECS]...", help="Names, files or folders; default: all.", show_default=False),
]
Today = Annotated[
    str | None,
    typer.Option(
        "--today",
        envvar="CLOUDTUNE_TODAY",
        metavar="DATE",
        help="The day that review dates and waivers are held against. Default: today.",
        show_default=False,
    ),
]
Tolerance = Annotated[
    str,
    typer.Option(
        "--tolerance",
        envvar="CLOUDTUNE_TOLERANCE",
        metavar="PERCENT",
        help="Figures that moved by less are not material, as long as they stay in the old 80% interval.",
    ),
]
AllowOutside = Annotated[
    bool,
    typer.Option("--allow-outside", help="Let source paths leave the repository root."),
]
Seed = Annotated[int, typer.Option("--seed", help="Seed of the sample paths.")]
Jobs = Annotated[
    int,
    typer.Option("--jobs", "-j", min=1, help="Processes to spread many specs over."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No talk on stderr.")]
DetailedExitcode = Annotated[
    bool,
    typer.Option("--detailed-exitcode", help="Exit 2 where there is something to do or see."),
]
