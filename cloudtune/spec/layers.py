"""A spec on top of the `_defaults.yaml` files of its folders."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cloudtune.errors import Problem, SpecPath
    from cloudtune.spec.places import Place
    from cloudtune.spec.reader import Document


@dataclass(frozen=True)
class Layers:
    """A document and those whose values it inherits, the nearest first."""

    documents: tuple[Document, ...]

    @property
    def own(self) -> Document:
        """The document itself, without what it inherits."""
        return self.documents[0]

    @cached_property
    def data(self) -> dict[str, Any]:
        """The merged values: maps merge by key, lists replace, an empty value takes away."""
        merged = self.documents[0].data
        for inherited in self.documents[1:]:
            merged = _merge(merged, inherited.data)
        return dict(_without_empty(merged))

    def origin(self, path: SpecPath) -> tuple[Document, Place | None]:
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


def _mergeable(found: list[tuple[Document, Place]]) -> list[tuple[Document, Place]]:
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
