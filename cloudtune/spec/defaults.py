"""A spec on top of the `_defaults.yaml` files of its folders."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from cloudtune.errors import Problem
from cloudtune.spec.forecast import ForecastSpec
from cloudtune.spec.validation import problems_of

if TYPE_CHECKING:
    from cloudtune.errors import SpecPath
    from cloudtune.spec.reader import Place, YamlFile


@dataclass(frozen=True)
class Layers:
    """A document and those whose values it inherits, the nearest first."""

    documents: tuple[YamlFile, ...]

    @property
    def own(self) -> YamlFile:
        """The document itself, without what it inherits."""
        return self.documents[0]

    @cached_property
    def data(self) -> dict[str, Any]:
        """The merged values: maps merge by key, lists replace, an empty value takes away."""
        merged = self.documents[0].data
        for inherited in self.documents[1:]:
            merged = _merge(merged, inherited.data)
        return dict(_without_empty(merged))

    def origin(self, path: SpecPath) -> tuple[YamlFile, Place | None]:
        """The document that supplies the value at `path`, and the deepest place on the way."""
        active = [(document, document.top) for document in self.documents if document.top]
        for segment in path:
            deeper = [
                (document, place.entries[segment]) for document, place in active if segment in place.entries
            ]
            active = _mergeable(deeper) if deeper else active
        return active[0] if active else (self.own, None)

    def has(self, path: SpecPath) -> bool:
        """True where some document gives a value for the whole path."""
        value: Any = self.data
        for segment in path:
            if not isinstance(value, dict) or segment not in value:
                return False
            value = value[segment]
        return True

    def locate(self, problem: Problem) -> Problem:
        """The problem with the file and the stretch of text to blame."""
        document, place = self.origin(problem.path)
        span = problem.span or (place.span(at_key=problem.at_key) if place else None)
        return replace(problem, file=document.file, span=span)


def _mergeable(found: list[tuple[YamlFile, Place]]) -> list[tuple[YamlFile, Place]]:
    """The nearest place, with those below it as long as all are maps."""
    count = 0
    while count < len(found) and found[count][1].is_map:
        count += 1
    return found[:count] if count > 0 else found[:1]


def _merge(near: dict[str, Any], far: dict[str, Any]) -> dict[str, Any]:
    merged = {**far, **near}
    for key in near.keys() & far.keys():
        if isinstance(near[key], dict) and isinstance(far[key], dict):
            merged[key] = _merge(near[key], far[key])
    return merged


def _without_empty(value: Any) -> Any:
    """Maps without their empty values: `events:` with nothing behind it is not given."""
    if isinstance(value, dict):
        return {
            key: _without_empty(inner) if isinstance(inner, (dict, list)) else inner
            for key, inner in value.items()
            if inner is not None
        }
    return [_without_empty(inner) for inner in value] if isinstance(value, list) else value


def is_blank(document: YamlFile) -> bool:
    """True for a file without a value: no spec, and defaults that change nothing."""
    return document.data is None and [problem.code for problem in document.problems] == ["CT112"]


def torn_defaults(file: str) -> Problem:
    """Why a spec can't be used whose defaults can't be read: without them it would mean something else."""
    return Problem("CT330", "the defaults that this spec inherits can't be read", f"mend {file} first")


def check_defaults(document: YamlFile) -> list[Problem]:
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


def _has(document: YamlFile, path: tuple[str, ...]) -> bool:
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
