"""A problem: where it is, what is wrong, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]
SpecPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a text file; lines and columns count from 1, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, found anywhere between YAML and report.

    Why: layers below the console know the spec path of a value but not its line;
    only the spec layer turns a path into a span.
    """

    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"
    file: str = ""
    """POSIX path relative to the root; empty where no file is to blame."""
    path: SpecPath = ()
    """Where in the spec, e.g. ``("events", 2, "start")``."""
    span: Span | None = None
    """Filled by the spec layer; None until a position is known."""
    at_key: bool = False
    """True where the key is wrong rather than its value."""

    @property
    def is_error(self) -> bool:
        """True unless the problem is a mere warning."""
        return self.severity == "error"


class Refusal(Exception):
    """Work that can't be done, with every reason known so far."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{p.code} {p.message}" for p in problems))
