"""`cloudtune diff`."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloudtune.cli import console, options
from cloudtune.cli.options import ReportFormat

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudtune.review.change import Diff


def diff(
    base: Annotated[str, typer.Argument(metavar="BASE", help="Revision to compare with.")] = "HEAD",
    head: Annotated[
        str | None,
        typer.Argument(
            metavar="HEAD", help="Second revision; default: the working tree.", show_default=False
        ),
    ] = None,
    *,
    select: options.Select = None,
    root: options.Root = None,
    merge_base: Annotated[
        bool,
        typer.Option("--merge-base", help="Compare with where the two parted, as a pull request."),
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Refit, and say how much each cause moved.")
    ] = False,
    tolerance: options.Tolerance = "2%",
    allow_outside: options.AllowOutside = False,
    detailed_exitcode: options.DetailedExitcode = False,
    style: Annotated[ReportFormat, typer.Option("--format", help="How the diff is written.")] = (
        ReportFormat.text
    ),
) -> None:
    """Compare the forecasts of two revisions from their committed reports; fit nothing."""
    from cloudtune.cli.opening import share
    from cloudtune.review.diff import diff_revisions
    from cloudtune.spec import find_root

    place = find_root(Path.cwd(), root)
    found = diff_revisions(
        place, base, head, since_parting=merge_base, tolerance=share(tolerance), keep=_keep(select)
    )
    if explain:
        from cloudtune.cli.opening import open_store
        from cloudtune.cli.reviewing import explained

        store = open_store(place, allow_outside=allow_outside)
        found = explained(store, found, allow_outside=allow_outside)
    console.problems(found.problems, console.plain, out=False)
    _show(found, style)
    console.leave(found.problems)
    if detailed_exitcode and any(report.moves for report in found.reports):
        raise typer.Exit(2)


def _show(found: Diff, style: ReportFormat) -> None:
    from cloudtune.review import diff_text

    if style is ReportFormat.json:
        console.result_json(diff_text.as_json(found))
    else:
        render = diff_text.as_text if style is ReportFormat.text else diff_text.as_markdown
        console.result(render(found))


def _keep(words: list[str] | None) -> Callable[[str], bool]:
    """Reports of revisions have ids and no specs: words here are ids, names and globs of them."""
    if not words:
        return lambda _: True
    return lambda each: any(
        fnmatchcase(each, word) or fnmatchcase(each.rpartition("/")[2], word) for word in words
    )
