"""Problems for machines: one table from format to renderer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cloudtune.errors import exit_code_of
from cloudtune.review.annotations import as_annotations
from cloudtune.review.quality import as_code_quality
from cloudtune.review.sarif import as_sarif

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from cloudtune.errors import Problem

SCHEMA = "cloudtune/problems/v1"
FORMATS = ("json", "github", "gitlab", "sarif")


def render_problems(
    problems: Sequence[Problem], fmt: str, *, changed: Collection[str] = (), prefix: str = ""
) -> str:
    """Located problems in one of FORMATS, ending in a newline unless empty.

    `changed` has the files of the pull request, which come first where room is scarce;
    `prefix` leads from the top of the git repository to CloudTune's root: platforms want whole paths.
    """
    return _RENDERERS[fmt](problems, changed, prefix)


def envelope(problems: Sequence[Problem], **facts: Any) -> dict[str, Any]:
    """The JSON that every verb wraps its problems in."""
    return {
        "schema_version": SCHEMA,
        "exit_code": exit_code_of(problems),
        "errors": sum(problem.is_error for problem in problems),
        "warnings": sum(not problem.is_error for problem in problems),
        "problems": [problem_json(problem) for problem in problems],
        **facts,
    }


def problem_json(problem: Problem) -> dict[str, Any]:
    """One problem as plain data; `range` is null where no place is known."""
    span = problem.span
    place = {
        "start": {"line": span.line, "column": span.column},
        "end": {"line": span.end_line, "column": span.end_column},
    } if span else None  # fmt: skip
    return {
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "hint": problem.hint,
        "file": problem.file,
        "path": list(problem.path),
        "range": place,
    }


def _json(problems: Sequence[Problem], _: Collection[str], prefix: str) -> str:
    body = envelope(problems)
    for row in body["problems"]:
        row["file"] = prefix + row["file"] if row["file"] else ""
    return json.dumps(body, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _code_quality(problems: Sequence[Problem], _: Collection[str], prefix: str) -> str:
    return as_code_quality(problems, prefix)


def _sarif(problems: Sequence[Problem], _: Collection[str], prefix: str) -> str:
    return as_sarif(problems, prefix)


_RENDERERS: dict[str, Callable[[Sequence[Problem], Collection[str], str], str]] = {
    "json": _json,
    "github": as_annotations,
    "gitlab": _code_quality,
    "sarif": _sarif,
}
