"""Reports on disk: written whole, in an order that shows an interrupted write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cloudtune.errors import Problem, Refusal
from cloudtune.files import write_text
from cloudtune.report.jsontext import dump_document, load_document
from cloudtune.report.markdown import render_markdown
from cloudtune.report.paths import FOLDER, report_path
from cloudtune.report.sticky import settle
from cloudtune.report.svg import render_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from cloudtune.report.document import Document
    from cloudtune.report.templates import Templates

SUFFIXES = (".svg", ".md", ".json")
"""In order of writing. Why JSON last: it holds the hashes, so after a crash `check` sees the old ones."""


def write_report(root: Path, document: Document, *, templates: Templates) -> Literal["changed", "unchanged"]:
    """Settle `document` against the committed report and write what differs."""
    settled = settle(document, committed_document(root, document["id"]))
    texts = render_all(settled, templates)
    report_id = document["id"]
    written = [write_text(report_path(root, report_id, suffix), texts[suffix]) for suffix in SUFFIXES]
    return "changed" if any(written) else "unchanged"


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


def committed_document(root: Path, report_id: str) -> Document | None:
    """The report as it is on disk; None where there is none that can be read."""
    path = report_path(root, report_id, ".json")
    if not path.is_file():
        return None
    try:
        return load_document(path.read_text(encoding="utf-8"), path.name)
    except (Refusal, UnicodeDecodeError):
        # A report that can't be read is replaced: a run is the mend that its problem names.
        return None


_RENDERERS: dict[str, Callable[[Document, Templates], str]] = {
    ".svg": lambda document, _: render_svg(document),
    ".md": render_markdown,
    ".json": lambda document, _: dump_document(document),
}


def _file(document: Document) -> str:
    return f"{FOLDER}/{document['id']}.json"
