"""How results show themselves in a notebook: plain HTML, no script, nothing from elsewhere."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING

from cloudtune.report import words
from cloudtune.report.sentences import key_figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cloudtune.report.document import Document

SHOWN = 10


def forecast(document: Document, svg: str) -> str:
    """The verdict, the key figures, the chart and the next events of a report."""
    events = [
        (row["name"], words.when(row["start"]), words.number(row["peak"]["value"]))
        for row in document["events"][:SHOWN]
    ]
    parts = [f"<p>{escape(document['verdict'])}</p>", table((), key_figures(document)), _image(svg)]
    if events:
        parts.append(table(("event", "starts", "peak"), events))
    return f"<div><h4>{escape(document['name'])}</h4>{''.join(parts)}</div>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells of text, escaped."""
    titles = f"<thead><tr>{_cells('th', head)}</tr></thead>" if head else ""
    body = "".join(f"<tr>{_cells('td', row)}</tr>" for row in rows)
    return f"<table>{titles}<tbody>{body}</tbody></table>"


def preformatted(text: str) -> str:
    """Text as a terminal shows it."""
    return f"<pre>{escape(text)}</pre>"


def _cells(tag: str, texts: Iterable[str]) -> str:
    return "".join(f"<{tag}>{escape(text)}</{tag}>" for text in texts)


def _image(svg: str) -> str:
    """Why an image and no inline SVG: names and styles of two charts on one page would meet."""
    data = b64encode(svg.encode()).decode()
    return f'<img alt="chart" style="max-width:100%" src="data:image/svg+xml;base64,{data}"/>'
