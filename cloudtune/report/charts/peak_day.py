"""The peak panel: the value at each step around the highest peak, and the peak with its own interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.report import words
from cloudtune.report.charts import canvas
from cloudtune.report.charts.axes import Axis, Frame, Plot, minutes, value_axis
from cloudtune.report.sentences import amount_of

if TYPE_CHECKING:
    from cloudtune.report.document import Document, PeakRow, PointRow

FRAME = Frame(64, 400, 540, 564)
_HALF = 0.5
_MOST_CHARACTERS = 76


def peak_panel(document: Document) -> list[str]:
    """Title, curve with band, the peak and its 80% interval."""
    peak, rows = document["peak"], document.get("peak_day", [])
    if peak is None or len(rows) <= 1:
        return [canvas.text((24, 372), "Highest peak: no points to show", "panel")]
    times = [minutes(row.time) for row in rows]
    plot = _plot(times, rows, peak)
    low, high = (row.low for row in rows), (row.high for row in rows)
    return [
        canvas.text((24, 372), canvas.cut(_title(document, peak), _MOST_CHARACTERS), "panel"),
        *plot.grid(),
        canvas.band(plot.points(times, high), plot.points(times, low), "band"),
        canvas.curve(plot.points(times, (row.value for row in rows)), "ahead"),
        *_peak_mark(peak, plot),
    ]


def _title(document: Document, peak: PeakRow) -> str:
    unit = str(amount_of(document))
    driver = f" ({peak['driver']})" if peak["driver"] else ""
    return f"Highest peak, most likely {words.when(peak['at'][:10])}{driver}: {unit}"


def _plot(times: list[float], rows: list[PointRow], peak: PeakRow) -> Plot:
    values = [value for row in rows for value in (row.value, row.low, row.high)]
    values += [peak["height"]["value"], peak["height"]["high"]]
    known = [float(value) for value in values if value is not None]
    across = Axis(times[0], times[-1] + (times[1] - times[0]), FRAME.left, FRAME.right)
    return Plot(FRAME, across, value_axis(known, FRAME.bottom, FRAME.top))


def _peak_mark(peak: PeakRow, plot: Plot) -> list[str]:
    height, when = peak["height"], minutes(peak["at"])
    if height["value"] is None or not plot.across.holds(when):
        return []
    x, y = plot.point(when, height["value"])
    is_early = x < FRAME.left + (FRAME.right - FRAME.left) * _HALF
    time = f" at {peak['at'][11:]}" if "T" in peak["at"] else ""
    label = f"highest {words.number(height['value'])}{time}"
    beside = (x + 9, y + 4) if is_early else (x - 9, y + 4)
    return [
        *_whisker(peak, x, plot.upward),
        canvas.dot((x, y), "peak"),
        canvas.text(beside, label, "value", "start" if is_early else "end"),
    ]


def _whisker(peak: PeakRow, x: float, upward: Axis) -> list[str]:
    low, high = peak["height"]["low"], peak["height"]["high"]
    if low is None or high is None:
        return []
    bottom, top = upward.place(low), upward.place(high)
    ends = (canvas.line((x - 4, y), (x + 4, y), "whisker") for y in (bottom, top))
    return [canvas.line((x, bottom), (x, top), "whisker"), *ends]
