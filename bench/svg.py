"""Line charts as plain SVG text that reads on light and on dark pages."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 860, 340
LEFT, RIGHT, TOP, BOTTOM = 70, 40, 46, 40
COLOURS = ("#2563eb", "#d97706", "#059669", "#a21caf", "#dc2626", "#64748b")
STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#334155}.grid{stroke:#94a3b8;stroke-opacity:.3}"
    "@media (prefers-color-scheme:dark){text{fill:#cbd5e1}}"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A named path; `low` and `high` draw a band around it."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    dots: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """Ticks as (value, text) and whether the scale is logarithmic."""

    ticks: Sequence[tuple[float, str]]
    log: bool = False

    def place(self, value: float, start: float, stop: float) -> float:
        """Where `value` lies between `start` and `stop`."""
        low, high, here = (self._scaled(v) for v in (self.ticks[0][0], self.ticks[-1][0], value))
        return start + (here - low) / (high - low) * (stop - start)

    def _scaled(self, value: float) -> float:
        return math.log10(max(value, 1e-9)) if self.log else value


def chart(title: str, lines: Sequence[Line], across: Axis, up: Axis) -> str:
    """The chart as a whole SVG document."""
    body = [
        *_grid(across, up),
        *(part for k, line in enumerate(lines) for part in _draw(line, k, across, up)),
    ]
    legend = [
        f'<rect x="{LEFT + 260 * k}" y="26" width="12" height="4" fill="{COLOURS[k]}"/>'
        f'<text x="{LEFT + 18 + 260 * k}" y="32">{line.name}</text>'
        for k, line in enumerate(lines)
    ]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{title}"><style>{STYLE}</style><text x="{LEFT}" y="16">{title}</text>'
    )
    return "\n".join([head, *legend, *body, "</svg>"]) + "\n"


def _grid(across: Axis, up: Axis) -> list[str]:
    out = []
    for value, text in up.ticks:
        y = _y(up, value)
        out.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>')
        out.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{text}</text>')
    for value, text in across.ticks:
        x = _x(across, value)
        out.append(f'<text x="{x}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{text}</text>')
    return out


def _draw(line: Line, number: int, across: Axis, up: Axis) -> list[str]:
    colour = COLOURS[number]
    xs = [_x(across, x) for x in line.x]
    out = []
    if line.low:
        upper = [f"{x},{_y(up, y)}" for x, y in zip(xs, line.high, strict=True)]
        lower = [f"{x},{_y(up, y)}" for x, y in zip(xs, line.low, strict=True)]
        out.append(f'<polygon points="{" ".join(upper + lower[::-1])}" fill="{colour}" fill-opacity=".18"/>')
    points = [(x, _y(up, y)) for x, y in zip(xs, line.y, strict=True)]
    path = " ".join(f"{x},{y}" for x, y in points)
    out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
    if line.dots:
        out += [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in points]
    return out


def _x(axis: Axis, value: float) -> float:
    return round(axis.place(value, LEFT, WIDTH - RIGHT), 1)


def _y(axis: Axis, value: float) -> float:
    return round(axis.place(value, HEIGHT - BOTTOM, TOP), 1)
