"""The picture of an after-action report: forecast with its interval, actuals, nowcast."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.report.charts import canvas
from cloudtune.report.charts.axes import Axis, Frame, minutes, time_frame, value_axis
from cloudtune.report.charts.canvas import style_sheet
from cloudtune.track import sentences

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.report.charts.canvas import Point
    from cloudtune.track.nowcast import Nowcast
    from cloudtune.track.tracking import Tracking

WIDTH, HEIGHT = 880, 392
FRAME = Frame(64, 84, 856, 340)
MOST = 1600
"""Points that a picture of 792 pixels can carry; each keeps its lowest or its highest minute."""
_OWN = """\
<style>
.actual{stroke:#cf222e;stroke-width:1.1}.update{stroke:#8250df;stroke-width:1.6;stroke-dasharray:5 3}
@media(prefers-color-scheme:dark){.actual{stroke:#ff7b72}.update{stroke:#d2a8ff}}
</style>"""


def svg(tracking: Tracking, update: Nowcast | None = None) -> str:
    """A whole SVG document for light and dark pages."""
    title = sentences.heading(tracking)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"'
            f' viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title desc">'
        ),
        f'<title id="title">{canvas.plain(title)}: forecast and actuals</title>',
        f'<desc id="desc">{canvas.plain(sentences.provenance(tracking))}</desc>',
        style_sheet(),
        _OWN,
        canvas.box((0.5, 0.5), (WIDTH - 1, HEIGHT - 1), "card", rounded=6),
        canvas.text((24, 34), f"{title}: {tracking.unit or 'value'} each {tracking.minutes} min", "title"),
        *_legend(has_update=update is not None),
        *_curves(tracking, update),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _curves(tracking: Tracking, update: Nowcast | None) -> list[str]:
    vintage = tracking.vintage
    picked = _picked(tracking)
    times = np.array([minutes(str(one.astype("datetime64[m]"))) for one in vintage.timeline.local])
    # A clock that falls back draws on: the picture runs in elapsed time from its first wall time.
    times = times[0] + np.arange(times.size) * tracking.minutes
    across = Axis(float(times[0]), float(times[-1] + tracking.minutes), FRAME.left, FRAME.right)
    seen = tracking.actual[np.isfinite(tracking.actual)]
    upward = value_axis(
        [*vintage.low.tolist(), *vintage.high.tolist(), *seen.tolist()], FRAME.bottom, FRAME.top
    )

    def points(values: NDArray[np.float64]) -> list[Point | None]:
        return [
            (across.place(float(times[place])), upward.place(float(values[place])))
            if np.isfinite(values[place])
            else None
            for place in picked
        ]

    drawn = [
        *time_frame(FRAME, across, upward),
        canvas.band(points(vintage.high), points(vintage.low), "band"),
        canvas.curve(points(tracking.actual), "actual"),
        canvas.curve(points(vintage.median), "ahead"),
    ]
    if update is not None:
        ahead = np.where(np.arange(update.median.size) >= update.seen, update.median, np.nan)
        drawn.append(canvas.curve(points(ahead), "update"))
    return drawn


def _picked(tracking: Tracking) -> list[int]:
    """Points to draw: all, or the lowest and the highest actual of each stretch, so that edges stay sharp."""
    size = tracking.actual.size
    if size <= MOST:
        return list(range(size))
    values = np.where(tracking.known, tracking.actual, tracking.vintage.median)
    edges = np.linspace(0, size, MOST // 2 + 1).round().astype("int64")
    picked = {0, size - 1}
    for first, last in pairwise(edges.tolist()):
        picked |= {int(first + np.argmin(values[first:last])), int(first + np.argmax(values[first:last]))}
    return sorted(picked)


def _legend(*, has_update: bool) -> list[str]:
    entries = [("ahead", "forecast and its 80%"), ("actual", "actual"), ("update", "nowcast")]
    parts, x = [], 64.0
    for kind, name in entries[: 3 if has_update else 2]:
        parts.append(canvas.line((x, 58), (x + 22, 58), kind))
        parts.append(canvas.text((x + 28, 62), name, "axis"))
        x += 52 + 6.2 * len(name)
    return parts
