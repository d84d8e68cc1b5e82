"""Problems as SARIF 2.1.0."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import cloudtune
from cloudtune.errors import CODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.errors import Problem, Span

SCHEMA_URI = "https://json.schemastore.org/sarif-2.1.0.json"
MOST = 5_000
"""Code scanning shows no more results than these."""


def as_sarif(problems: Sequence[Problem], prefix: str = "") -> str:
    """One run; errors first where there are more than can be shown."""
    shown = sorted(problems, key=lambda problem: not problem.is_error)[:MOST]
    codes = sorted({problem.code for problem in shown})
    run = {
        "tool": {"driver": _driver(codes)},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, codes, prefix) for problem in shown],
        "properties": {"dropped": len(problems) - len(shown)},
    }
    log = {"$schema": SCHEMA_URI, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _driver(codes: Sequence[str]) -> dict[str, Any]:
    rules = [
        {"id": code, "name": code, "shortDescription": {"text": CODES.get(code, "a problem")}}
        for code in codes
    ]
    return {"name": "CloudTune", "semanticVersion": cloudtune.__version__, "rules": rules}


def _result(problem: Problem, codes: Sequence[str], prefix: str) -> dict[str, Any]:
    text = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": codes.index(problem.code),
        "level": problem.severity,
        "message": {"text": text},
        "partialFingerprints": {"cloudtune/v1": _fingerprint(problem)},
    }
    if problem.file:
        place: dict[str, Any] = {"artifactLocation": {"uri": quote(prefix + problem.file)}}
        if problem.span is not None:
            place["region"] = _region(problem.span)
        result["locations"] = [{"physicalLocation": place}]
    return result


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _fingerprint(problem: Problem) -> str:
    where = "/".join(str(part) for part in problem.path)
    return hashlib.sha256(f"{problem.code}\0{problem.file}\0{where}\0{problem.message}".encode()).hexdigest()[
        :32
    ]
