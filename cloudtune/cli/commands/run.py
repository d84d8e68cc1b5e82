"""`cloudtune run`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloudtune.cli import console, options
from cloudtune.cli.options import ReportFormat

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cloudtune.errors import Problem
    from cloudtune.run.publish import Job, Published
    from cloudtune.spec.store import Store


def run(
    specs: options.Paths = None,
    *,
    select: options.Select = None,
    root: options.Root = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="DIR", help="Folder of every point. Default: .cloudtune/forecasts"
        ),
    ] = None,
    what_if: Annotated[
        list[str] | None,
        typer.Option(
            "--what-if",
            metavar="OVERRIDE",
            help="Override such as prime-day.effect=1.8x, prime-day.start=2026-07-21, growth=flat, "
            "or a scenario of the spec; shown beside the baseline, never written. Repeat to add up.",
            show_default=False,
        ),
    ] = None,
    jobs: options.Jobs = 1,
    seed: options.Seed = 0,
    allow_outside: options.AllowOutside = False,
    today: options.Today = None,
    style: Annotated[ReportFormat, typer.Option("--format", help="How the summary is written.")] = (
        ReportFormat.text
    ),
) -> None:
    """Forecast specs; write their reports, charts and points."""
    from cloudtune.cli.opening import ids_or_leave, open_store, problems_of, usable
    from cloudtune.run.workers import one_thread_each
    from cloudtune.spec import render_text

    one_thread_each()
    store = open_store(root, today, allow_outside=allow_outside)
    found = problems_of(store, specs, select)
    console.problems(found, lambda problem: render_text(problem, store), out=False)
    ids = usable(store, specs, select)
    ids_or_leave(store, ids)

    from cloudtune.run.publish import Job

    job = Job(store.root, output.resolve() if output else None, seed, allow_outside)
    if what_if:
        _compare(store, ids, what_if, job, style)
        return
    # Before the forecasts, so that the index follows in the same run; a selection removes nothing.
    removed = [] if specs or select else _remove_orphans(store)
    publish(store, ids, job, jobs=jobs, style=style, found=found, removed=removed)


def publish(
    store: Store,
    ids: Sequence[str],
    job: Job | None = None,
    *,
    jobs: int = 1,
    style: ReportFormat = ReportFormat.text,
    found: Sequence[Problem] = (),
    removed: Sequence[str] = (),
) -> None:
    """Publish forecasts, tell of each, and leave with the exit code of what went wrong."""
    from cloudtune.run.publish import Job as NewJob
    from cloudtune.spec import render_text

    job = job or NewJob(store.root)
    talk = console.result if style is not ReportFormat.json else _silent
    for name in removed:
        talk(f"{name}  removed: specs/{name}.yaml is no more")
    results = _publish(job, ids, jobs, store, talk)
    failed = [problem for result in results for problem in result.problems]
    console.problems(failed, lambda problem: render_text(problem, store), out=False)
    _finish(store, results, style, removed)
    bugs = [result.bug for result in results if result.bug]
    for trace in dict.fromkeys(bugs):
        console.bug(trace)
    if bugs:
        raise typer.Exit(console.BUG)
    console.leave([*found, *failed])


def _compare(store: Store, ids: list[str], texts: list[str], job: Job, style: ReportFormat) -> None:
    """Each forecast under the overrides; the first refusal ends it, for it is about the overrides."""
    from cloudtune.cli.opening import refuse_located
    from cloudtune.errors import Refusal
    from cloudtune.report import what_if as report
    from cloudtune.run.scenario import what_if

    renderers = {
        ReportFormat.text: report.text,
        ReportFormat.markdown: report.markdown,
        ReportFormat.json: report.as_json,
    }
    kind: console.TextKind = "json" if style is ReportFormat.json else "text"
    try:
        for each in ids:
            console.result(renderers[style](what_if(store, each, texts, job)), kind)
    except Refusal as refusal:
        refuse_located(store, refusal)


def _publish(
    job: Job, ids: Sequence[str], jobs: int, store: Store, talk: Callable[[str], None]
) -> list[Published]:
    from cloudtune.cli.summary import run_line
    from cloudtune.review.present import remember
    from cloudtune.run.publish import publish_all

    width = max((len(each) for each in ids), default=0)
    results = []
    with console.progress(len(ids), "forecasting") as advance:
        for published in publish_all(job, ids, jobs=jobs):
            advance(published.id)
            if published.data_hash:
                remember(store.root, store.specs[published.id], published.data_hash)
            talk(run_line(published, width))
            results.append(published)
    return results


def _remove_orphans(store: Store) -> list[str]:
    """Take away the reports of specs that are gone or renamed; their ids."""
    from cloudtune.report.store import remove_report
    from cloudtune.review.staleness import orphans

    return [name for name in orphans(store.root, store.specs) if remove_report(store.root, name)]


def _finish(
    store: Store, results: Sequence[Published], style: ReportFormat, removed: Sequence[str] = ()
) -> None:
    from cloudtune.cli.summary import run_json, run_summary
    from cloudtune.report.store import write_index
    from cloudtune.report.templates import load_templates

    if style is ReportFormat.json:
        console.result_json(run_json(results, removed))
    else:
        console.result(run_summary(results, broken=len(store.broken)))
    if removed or any(result.document for result in results):
        write_index(store.root, load_templates(store.root))


def _silent(_: str) -> None:
    """Lines that JSON output leaves out."""
