"""Colours and letters of the chart, for light and dark pages."""

from __future__ import annotations

_LIGHT = {
    "card": "#ffffff",
    "edge": "#d1d9e0",
    "ink": "#1f2328",
    "soft": "#59636e",
    "grid": "#e4e8ec",
    "past": "#6e7781",
    "ahead": "#0969da",
    "event": "#bc4c00",
    "naive": "#afb8c1",
}
_DARK = {
    "card": "#0d1117",
    "edge": "#3d444d",
    "ink": "#f0f6fc",
    "soft": "#9198a1",
    "grid": "#262c34",
    "past": "#9198a1",
    "ahead": "#58a6ff",
    "event": "#f0883e",
    "naive": "#4d5763",
}
_SHAPES = """\
text{font:11px -apple-system,BlinkMacSystemFont,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif}
path{fill:none;stroke-linejoin:round;stroke-linecap:round}
.title{font-size:15px;font-weight:600}
.panel{font-size:13px;font-weight:600}
.value{font-weight:600}
.grid{stroke-width:1;shape-rendering:crispEdges}
.past,.ahead{stroke-width:1.8}
.cut{stroke-width:1;stroke-dasharray:2 3}
.whisker{stroke-width:1.5}
.band{stroke:none;fill-opacity:.18}
.span{fill-opacity:.28}
.long{fill-opacity:.13}
.event,.value,.note{paint-order:stroke;stroke-width:3px;stroke-linejoin:round}
.leader{stroke-width:1;stroke-opacity:.55}
"""


def style_sheet() -> str:
    """One style element: shapes, light colours, dark colours where the reader prefers them."""
    dark = f"@media(prefers-color-scheme:dark){{\n{_colours(_DARK)}}}\n"
    return f"<style>\n{_SHAPES}{_colours(_LIGHT)}{dark}</style>"


def _colours(c: dict[str, str]) -> str:
    rules = (
        f".card{{fill:{c['card']};stroke:{c['edge']}}}",
        f".title,.panel{{fill:{c['ink']}}}",
        f".axis{{fill:{c['soft']}}}",
        f".value{{fill:{c['ink']};stroke:{c['card']}}}",
        f".note{{fill:{c['soft']};stroke:{c['card']}}}",
        f".grid{{stroke:{c['grid']}}}",
        f".past{{stroke:{c['past']}}}",
        f".ahead{{stroke:{c['ahead']}}}",
        f".cut{{stroke:{c['soft']}}}",
        f".whisker{{stroke:{c['event']}}}",
        f".band{{fill:{c['ahead']}}}",
        f".span,.long,.peak{{fill:{c['event']}}}",
        f".event{{fill:{c['event']};stroke:{c['card']}}}",
        f".leader{{stroke:{c['event']}}}",
        f".bar{{fill:{c['ahead']}}}",
        f".naive{{fill:{c['naive']}}}",
    )
    return "".join(f"{rule}\n" for rule in rules)
