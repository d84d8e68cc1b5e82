"""The table of commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, NamedTuple

import typer

import cloudtune
from cloudtune.cli import console
from cloudtune.cli.commands import (
    backtest,
    calendar,
    capacity,
    check,
    comment,
    diff,
    explain,
    export,
    gameday,
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
from cloudtune.cli.options import with_voice

GREETING = """\
CloudTune: forecasts as code, reviewed in pull requests.

  cloudtune init       write a first spec, a calendar and sample data
  cloudtune validate   check the specs
  cloudtune run        forecast; write reports and charts
  cloudtune explain    show what a figure is made of
  cloudtune diff       see what moved since the last commit

`cloudtune --help` lists every command, `cloudtune COMMAND --help` its options.
"""

app = typer.Typer(
    name="cloudtune",
    help="Forecasts as code: YAML specs in, forecasts that are reviewed in pull requests out.",
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


class Verb(NamedTuple):
    """A command, and what the list of commands says of it: short enough for 80 columns."""

    command: Callable[..., None]
    says: str


VERBS = (
    Verb(init.init, "Write a first spec, a calendar, data and a workflow."),
    Verb(validate.validate, "Check specs and calendars."),
    Verb(ls.ls, "List forecasts, or what is on with `ls events`."),
    Verb(show.show, "Show a spec with its defaults merged in."),
    Verb(plan.plan, "Say what a run would recompute and why."),
    Verb(run.run, "Forecast specs; write reports, charts and points."),
    Verb(backtest.backtest, "Measure past accuracy by rolling origin."),
    Verb(diff.diff, "Compare the forecasts of two revisions."),
    Verb(check.check, "Say whether reports are fresh and pass their gates."),
    Verb(comment.comment, "Render or post the comment of a pull request."),
    Verb(explain.explain, "Show the ingredients of a step or an event."),
    Verb(suggest.suggest, "Propose what a spec lacks, with reasons."),
    Verb(track.track, "Hold actuals against the forecast made before."),
    Verb(score.score, "Score every committed forecast against what came."),
    Verb(gameday.gameday, "Write the load profile of a rehearsal; compare it."),
    Verb(capacity.capacity, "Show what to order for a fleet, by when and why."),
    Verb(export.export, "Export points, or schedules for platforms."),
    Verb(sample.sample, "Write the sample store's synthetic data."),
    Verb(schema.schema, "Show or write the JSON Schemas for editors."),
)
for verb in VERBS:
    app.command(short_help=verb.says)(with_voice(verb.command))
app.add_typer(calendar.calendar, name="calendar")


@app.callback()
def _top(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    """Forecasts as code: YAML specs in, forecasts that are reviewed in pull requests out."""
    if version:
        console.result(f"cloudtune {cloudtune.__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        console.result(GREETING)
