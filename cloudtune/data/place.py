"""The part of a spec that a data problem points at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudtune.errors import Problem, Refusal

if TYPE_CHECKING:
    from cloudtune.errors import SpecPath


@dataclass(frozen=True, slots=True)
class Place:
    """A file and a spec path; what is read there may be refused with them."""

    file: str = ""
    path: SpecPath = ()

    def below(self, *keys: str | int) -> Place:
        """The place `keys` further down."""
        return Place(self.file, (*self.path, *keys))

    def refusal(self, code: str, message: str, hint: str = "") -> Refusal:
        """A refusal with one problem, found here."""
        return Refusal(Problem(code, message, hint=hint, file=self.file, path=self.path))
