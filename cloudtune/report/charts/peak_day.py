"""The peak panel: base points around the next peak, with its own interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.report import words
from cloudtune.report.charts import canvas
from cloudtune.report.charts.axes import Axis, Frame, minutes, placed, time_frame, value_axis
from cloudtune.report.sentences import amount_of

if TYPE_CHECKING:
    from cloudtune.report.document import Document, PeakRow

FRAME = Frame(64, 400, 540, 564)
_HALF = 0.5
_MOST_CHARACTERS = 76


def peak_panel(document: Document) -> list[str]:
    """Title, curve with band, the peak and its 80% interval."""
    peak, rows = document["peak"], document.get("peak_day", [])
    if peak is None or len(rows) <= 1:
        return [canvas.text((24, 372), "Next peak: no points to show", "panel")]
    times = [minutes(str(row[0])) for row in rows]
    axes = _axes(times, rows, peak)
    low, high = placed(rows, 2, times, axes), placed(rows, 3, times, axes)
    return [
        canvas.text((24, 372), canvas.cut(_title(document, peak), _MOST_CHARACTERS), "panel"),
        *time_frame(FRAME, *axes),
        canvas.band(high, low, "band"),
        canvas.curve(placed(rows, 1, times, axes), "ahead"),
        *_peak_mark(peak, axes),
    ]


def _title(document: Document, peak: PeakRow) -> str:
    unit = str(amount_of(document))
    driver = f" ({peak['driver']})" if peak["driver"] else ""
    return f"Next peak, {words.when(peak['at'][:10])}{driver}: {unit}"


def _axes(times: list[float], rows: list[list[str | float | None]], peak: PeakRow) -> tuple[Axis, Axis]:
    values = [value for row in rows for value in row[1:]] + [peak["height"]["value"], peak["height"]["high"]]
    known = [float(value) for value in values if value is not None]
    return (
        Axis(times[0], times[-1] + (times[1] - times[0]), FRAME.left, FRAME.right),
        value_axis(known, FRAME.bottom, FRAME.top),
    )


def _peak_mark(peak: PeakRow, axes: tuple[Axis, Axis]) -> list[str]:
    across, upward = axes
    height, when = peak["height"], minutes(peak["at"])
    if height["value"] is None or not across.holds(when):
        return []
    x, y = across.place(when), upward.place(height["value"])
    is_early = x < FRAME.left + (FRAME.right - FRAME.left) * _HALF
    time = f" at {peak['at'][11:]}" if "T" in peak["at"] else ""
    label = f"{words.number(height['value'])}{time}"
    beside = (x + 9, y + 4) if is_early else (x - 9, y + 4)
    return [
        *_whisker(peak, x, upward),
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
