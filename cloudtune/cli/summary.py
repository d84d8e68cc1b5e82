"""The last lines of a command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudtune.spec.messages import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cloudtune.errors import Problem
    from cloudtune.run.publish import Published
    from cloudtune.spec.store import Store


def validate_summary(store: Store, found: Iterable[Problem], seconds: float) -> str:
    """`41 specs, 3 calendars · 2 errors, 1 warning · 0.6 s`."""
    problems = list(found)
    errors = sum(problem.is_error for problem in problems)
    specs = len(store.specs) + len(store.broken)
    known = f"{counted(specs, 'spec')}, {counted(len(store.calendars), 'calendar')}"
    known += f", {counted(len(store.gamedays), 'game day')}" if store.gamedays else ""
    verdict = f"{counted(errors, 'error')}, {counted(len(problems) - errors, 'warning')}"
    return f"{known} · {verdict if problems else 'all valid'} · {seconds:.1f} s"


def run_line(published: Published, width: int) -> str:
    """What became of one forecast, in one line."""
    from cloudtune.report.sentences import summary_line

    if published.bug:
        return f"{published.id.ljust(width)}  a mistake of ours: {published.bug.splitlines()[-1]}"
    if published.document is None:
        first = next(problem for problem in published.problems if problem.is_error)
        more = f" (+{len(published.problems) - 1} more)" if len(published.problems) > 1 else ""
        return f"{published.id.ljust(width)}  {first.code} {first.message}{more}"
    return summary_line(published.document, state=published.state, seconds=published.seconds, width=width)


def run_summary(results: Sequence[Published], *, broken: int) -> str:
    """`3 selected · 1 changed · 1 unchanged · 1 failed · reports/index.md`."""
    states = [result.state for result in results]
    parts = [f"{len(results)} selected"]
    parts += [f"{states.count(state)} {state}" for state in ("changed", "unchanged", "failed")]
    parts += [f"{counted(broken, 'spec')} can't be read"] * bool(broken)
    return " · ".join([*(part for part in parts if not part.startswith("0 ")), "reports/index.md"])


def run_json(results: Iterable[Published], removed: Sequence[str] = ()) -> dict[str, Any]:
    """The same for machines."""
    from cloudtune.hosting.formats import problem_json

    return {
        "schema_version": "cloudtune/run/v1",
        "forecasts": [
            {
                "id": result.id,
                "state": result.state,
                "verdict": result.document["verdict"] if result.document else None,
                "peak": result.document["peak"] if result.document else None,
                "problems": [problem_json(problem) for problem in result.problems],
            }
            for result in results
        ],
        "removed": list(removed),
    }
