"""Problems for machines: one table from format to renderer, JSON and GitLab's Code Quality among them."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from cloudtune.errors import exit_code_of
from cloudtune.hosting.github import as_annotations
from cloudtune.hosting.sarif import as_sarif

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

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

_SEVERITY = {"error": "major", "warning": "minor"}
_NOWHERE = "specs"
"""GitLab asks for a path even where no file is to blame."""


def as_code_quality(problems: Sequence[Problem], prefix: str = "") -> str:
    """A JSON array; a fingerprint stays while lines shift, and no two are equal."""
    return json.dumps(list(_issues(problems, prefix)), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _issues(problems: Sequence[Problem], prefix: str) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for problem in problems:
        path = prefix + (problem.file or _NOWHERE)
        where = "/".join(str(part) for part in problem.path)
        facts = f"{problem.code}\0{path}\0{where}\0{problem.message}"
        seen[facts] += 1
        yield {
            # The widget hides check_name, hence the code in front.
            "description": f"{problem.code}: {_sentence(problem)}",
            "check_name": problem.code,
            "fingerprint": hashlib.sha256(f"{facts}\0{seen[facts]}".encode()).hexdigest(),
            "severity": _SEVERITY[problem.severity],
            "location": {"path": path, "lines": {"begin": problem.span.line if problem.span else 1}},
        }


def _sentence(problem: Problem) -> str:
    return f"{problem.message} ({problem.hint})" if problem.hint else problem.message
