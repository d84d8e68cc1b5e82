"""The table of commands."""

from __future__ import annotations

from typing import Annotated

import typer

import cloudtune
from cloudtune.cli.commands import (
    backtest,
    calendar,
    check,
    comment,
    diff,
    explain,
    init,
    ls,
    plan,
    run,
    sample,
    schema,
    score,
    show,
    suggest,
    track,
    validate,
)

app = typer.Typer(
    name="cloudtune",
    help="Forecasts as code: YAML specs in, forecasts that are reviewed in pull requests out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

for command in (
    init.init,
    validate.validate,
    ls.ls,
    show.show,
    plan.plan,
    run.run,
    backtest.backtest,
    diff.diff,
    check.check,
    comment.comment,
    explain.explain,
    suggest.suggest,
    track.track,
    score.score,
    sample.sample,
    schema.schema,
):
    app.command()(command)
app.add_typer(calendar.calendar, name="calendar")


def _version(asked: bool) -> None:  # noqa: FBT001 - typer calls it with the flag's value
    if asked:
        typer.echo(f"cloudtune {cloudtune.__version__}")
        raise typer.Exit


@app.callback()
def _top(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Forecasts as code."""
