"""The charts of a report as one SVG file: a pure function of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.report.charts import canvas
from cloudtune.report.charts.accuracy import accuracy_panel
from cloudtune.report.charts.outlook import outlook_panel
from cloudtune.report.charts.peak_day import peak_panel
from cloudtune.report.charts.style import style_sheet

if TYPE_CHECKING:
    from cloudtune.report.document import Document

WIDTH = 880
_UPPER, _WHOLE = 348, 600
"""Heights: without and with the lower panels."""


def render_svg(document: Document) -> str:
    """Outlook above; peak and accuracy below. One element a line, so that a diff stays small.

    Why a card behind it: an image follows the reader's system, not the page around it,
    and must be readable where the two disagree.
    """
    has_lower = bool(document["accuracy"] or document.get("peak_day"))
    height = _WHOLE if has_lower else _UPPER
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
            f' viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title desc">'
        ),
        f'<title id="title">{canvas.plain(document["name"])}: outlook, next peak, accuracy</title>',
        f'<desc id="desc">{canvas.plain(document["verdict"])}</desc>',
        style_sheet(),
        canvas.box((0.5, 0.5), (WIDTH - 1, height - 1), "card", rounded=6),
        *outlook_panel(document),
        *(peak_panel(document) if has_lower else []),
        *(accuracy_panel(document) if has_lower else []),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"
