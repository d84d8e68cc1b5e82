"""Problems as a GitLab Code Quality report."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cloudtune.errors import Problem

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
