"""The few SVG elements that a chart is made of, and their colours on light and dark pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeVar
from xml.sax.saxutils import escape, quoteattr

from cloudtune.report.escape import visible

if TYPE_CHECKING:
    from collections.abc import Sequence


T = TypeVar("T")
Point = tuple[float, float]
_WHOLE = re.compile(r"\.0(?!\d)")
Anchor = Literal["start", "middle", "end"]


def text(point: Point, content: str, kind: str, anchor: Anchor = "start") -> str:
    """Words whose baseline begins, is centred or ends at `point`."""
    where = f'x="{_at(point[0])}" y="{_at(point[1])}"'
    aligned = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{kind}" {where}{aligned}>{plain(content)}</text>'


def line(start: Point, end: Point, kind: str) -> str:
    """A straight line."""
    return _path([f"M{_pair(start)}L{_pair(end)}"], kind)


def curve(points: Sequence[Point | None], kind: str) -> str:
    """A line through `points`, broken where one is None; a lone point shows as a dot."""
    strokes = ["M" + "L".join(_pair(point) for point in run) + _lone(run) for run in runs(points)]
    return _path(strokes, kind)


def band(upper: Sequence[Point | None], lower: Sequence[Point | None], kind: str) -> str:
    """The area between two lines over the same x."""
    whole = [(a, b) if a is not None and b is not None else None for a, b in zip(upper, lower, strict=True)]
    shapes = []
    for run in runs(whole):
        there, back = [a for a, _ in run], [b for _, b in reversed(run)]
        shapes.append("M" + "L".join(_pair(point) for point in [*there, *back]) + "Z")
    return _path(shapes, kind)


def box(corner: Point, size: Point, kind: str, *, rounded: float = 0) -> str:
    """A rectangle from its upper left corner."""
    where = f'x="{_at(corner[0])}" y="{_at(corner[1])}" width="{_at(size[0])}" height="{_at(size[1])}"'
    return f'<rect class="{kind}" {where}{f" rx={quoteattr(_at(rounded))}" if rounded else ""}/>'


def dot(centre: Point, kind: str, radius: float = 3.5) -> str:
    """A filled circle."""
    return f'<circle class="{kind}" cx="{_at(centre[0])}" cy="{_at(centre[1])}" r="{_at(radius)}"/>'


def plain(content: str) -> str:
    """Untrusted text as XML character data, on one line."""
    return escape(" ".join(visible(content).split()))


def cut(content: str, most: int) -> str:
    """At most `most` characters, the last a dot-dot-dot where some are gone."""
    return content if len(content) <= most else content[: most - 1].rstrip() + "…"


def runs(items: Sequence[T | None]) -> list[list[T]]:
    """Stretches without a None."""
    found: list[list[T]] = [[]]
    for item in items:
        if item is None:
            found.append([])
        else:
            found[-1].append(item)
    return [run for run in found if run]


def _lone(run: Sequence[Point]) -> str:
    return "h0.1" if len(run) == 1 else ""


def _path(strokes: Sequence[str], kind: str) -> str:
    return f'<path class="{kind}" d="{_WHOLE.sub("", "".join(strokes))}"/>' if strokes else ""


def _pair(point: Point) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"


def _at(value: float) -> str:
    """A tenth of a pixel is finer than any eye and coarser than any float noise."""
    return _WHOLE.sub("", f"{value:.1f}")


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
