"""The stable codes of problems, each with its one-line title."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudtune.errors.problem import Problem

CODES: dict[str, str] = {
    # CT1xx: YAML
    # CT2xx: schema
    # CT3xx: meaning
    # CT4xx: data
    # CT5xx: model
    # CT6xx: gates
    # CT7xx: reports and revisions
}

UNREACHABLE = frozenset[str]()
"""Codes outside CT4xx that say something out of our hands can't be reached: worth a retry."""


def exit_code_of(problems: Iterable[Problem]) -> int:
    """The worst of: 0 nothing wrong, 1 findings, 3 a source, revision or secret out of reach."""
    codes = {problem.code for problem in problems if problem.is_error}
    if any(code.startswith("CT4") or code in UNREACHABLE for code in codes):
        return 3
    return 1 if codes else 0
