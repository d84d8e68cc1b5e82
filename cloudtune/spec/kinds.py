"""What a file says it is, looked at before anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from cloudtune.errors import Problem
from cloudtune.spec.forecast import ForecastSpec
from cloudtune.spec.wording import problems_of
from cloudtune.spec.words import did_you_mean, quoted

if TYPE_CHECKING:
    from cloudtune.spec.reader import Document

VERSION = "cloudtune/v1"
KINDS = ("forecast", "calendar")
_LATER = {"gameday": "game days", "rollup": "rollups"}


def kind_of(document: Document) -> tuple[str, list[Problem]]:
    """The kind of a document, or nothing and the reason."""
    file = document.file
    if "kind" not in document.data:
        hint = "add `kind: forecast`, or `kind: calendar` for shared events"
        return "", [Problem("CT213", "the file does not say its `kind`", hint, file=file)]
    kind = document.data["kind"]
    if kind in KINDS:
        return kind, []
    path = ("kind",)
    if isinstance(kind, str) and kind in _LATER:
        message = f"{_LATER[kind]} are not part of this version yet"
        hint = "keep the file outside specs/ until they are"
        return "", [Problem("CT214", message, hint, file=file, path=path)]
    hint = did_you_mean(str(kind), KINDS)
    return "", [Problem("CT213", f"`kind` can't be {quoted(kind)}", hint, file=file, path=path)]


def is_blank(document: Document) -> bool:
    """True for a file without a value: no spec, and defaults that change nothing."""
    return document.data is None and [problem.code for problem in document.problems] == ["CT112"]


def torn_defaults(file: str) -> Problem:
    """Why a spec can't be used whose defaults can't be read: without them it would mean something else."""
    return Problem("CT330", "the defaults that this spec inherits can't be read", f"mend {file} first")


def check_defaults(document: Document) -> list[Problem]:
    """What is wrong with a `_defaults.yaml` whatever spec inherits it."""
    problems = [
        Problem("CT216", message, hint, file=document.file, path=path, at_key=True)
        for path, message, hint in _NO_DEFAULT
        if _has(document, path)
    ]
    try:
        ForecastSpec.model_validate(document.data)
    except ValidationError as error:
        found = problems_of(error, ForecastSpec, document.data, document.file)
        refused = {path for path, _, _ in _NO_DEFAULT}
        problems += [each for each in found if not (_left_to_specs(each) or each.path in refused)]
    return problems


_NO_DEFAULT: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("name",), "`name` can't be a default", "every spec has its own name"),
    (("series", "source"), "`source` can't be a default", "every spec has its own data"),
    (("version",), "`version` can't be a default", "each spec says its own version"),
    (("kind",), "`kind` can't be a default", "each spec says its own kind"),
)


def _has(document: Document, path: tuple[str, ...]) -> bool:
    node = document.data
    for segment in path:
        if not isinstance(node, dict) or segment not in node:
            return False
        node = node[segment]
    return True


def _left_to_specs(problem: Problem) -> bool:
    """A key that is missing from a map may come with the spec; one in a list item can't."""
    in_list = any(isinstance(segment, int) for segment in problem.path)
    return problem.code == "CT202" and not in_list
