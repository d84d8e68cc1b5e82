"""Options that several commands share."""

from __future__ import annotations

import inspect
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cloudtune.cli import completing, console

if TYPE_CHECKING:
    from collections.abc import Callable


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

    @property
    def kind(self) -> console.TextKind:
        """How its text is made harmless: annotations have escapes of their own."""
        return "raw" if self is ProblemFormat.github else "json"


Root = Annotated[
    Path | None,
    typer.Option(
        "--root",
        envvar="CLOUDTUNE_ROOT",
        metavar="DIR",
        help="Folder that holds specs/. Default: the nearest one upwards.",
        show_default=False,
    ),
]
Select = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        "-s",
        metavar="SELECTOR",
        autocompletion=completing.selectors,
        help="Name, path, glob, tag:, owner:, region:, calendar: or changed:REF. "
        "Repeat for union; a comma means all of them.",
        show_default=False,
    ),
]
Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SPECS",
        help="Names, files or folders; default: all.",
        autocompletion=completing.forecasts,
        show_default=False,
    ),
]
Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help="Name, id or file of a forecast.", autocompletion=completing.forecasts
    ),
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
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="Seed of the sample paths.")]
Jobs = Annotated[
    int,
    typer.Option("--jobs", "-j", min=1, metavar="N", help="Processes to spread many specs over."),
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Only results and problems: no talk, no progress.")
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say more on stderr: places, times, traces.")]
DetailedExitcode = Annotated[
    bool,
    typer.Option("--detailed-exitcode", help="Exit 2 where there is something to do or see."),
]


def with_voice(command: Callable[..., None]) -> Callable[..., None]:
    """The command with `--quiet` and `--verbose`, which set how much is said before it begins."""

    @wraps(command)
    def spoken(*arguments: Any, quiet: bool = False, verbose: bool = False, **options: Any) -> None:
        console.set_voice(quiet=quiet, verbose=verbose)
        command(*arguments, **options)

    known = inspect.signature(command, eval_str=True)
    voice = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=option)
        for name, option in (("quiet", Quiet), ("verbose", Verbose))
    ]
    parameters = [*known.parameters.values(), *voice]
    # What typer reads: a wrapper hides the options of what it wraps.
    spoken.__annotations__ = {each.name: each.annotation for each in parameters}
    spoken.__dict__["__signature__"] = known.replace(parameters=parameters)
    return spoken
