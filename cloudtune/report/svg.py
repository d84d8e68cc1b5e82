"""The charts of a report as one SVG file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cloudtune.report.document import Document


def render_svg(document: Document) -> str:
    """The chart; pure function of the document."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 880 40" width="880"><title>{len(document["weekly"])} weeks</title></svg>\n'
