"""The few SVG elements that a chart is made of."""

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
