"""A report's files as text: pure functions of the document and the templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.errors import Problem, Refusal
from cloudtune.report.jsontext import dump_document
from cloudtune.report.markdown import render_markdown
from cloudtune.report.paths import FOLDER
from cloudtune.report.svg import render_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cloudtune.report.document import Document
    from cloudtune.report.templates import Templates

SUFFIXES = (".svg", ".md", ".json")
"""In order of writing. Why JSON last: it holds the hashes, so after a crash `check` sees the old ones."""


def render_all(
    document: Document, templates: Templates, suffixes: Iterable[str] = SUFFIXES
) -> dict[str, str]:
    """The files of a report by suffix: what a rerun without changes would leave."""
    try:
        return {suffix: _RENDERERS[suffix](document, templates) for suffix in suffixes}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # A document from disk may hold anything where a figure or a date belongs.
        hint = "delete it and run `cloudtune run`; a report is never mended by hand"
        problem = Problem("CT725", f"the report can't be rendered: {error}", hint, file=_file(document))
        raise Refusal(problem) from error


_RENDERERS: dict[str, Callable[[Document, Templates], str]] = {
    ".svg": lambda document, _: render_svg(document),
    ".md": render_markdown,
    ".json": lambda document, _: dump_document(document),
}


def _file(document: Document) -> str:
    return f"{FOLDER}/{document['id']}.json"
