"""The outlook panel: two years of weeks behind, the forecast with its band ahead, events named above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from cloudtune.report import words
from cloudtune.report.charts import canvas
from cloudtune.report.charts.axes import Axis, Frame, Plot, minutes, value_axis
from cloudtune.report.charts.canvas import cut
from cloudtune.report.document import ActualRow, PeriodRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from cloudtune.report.charts.canvas import Anchor
    from cloudtune.report.document import Document, OccurrenceRow

R = TypeVar("R", PeriodRow, ActualRow)
_LEFT, _TOP, _RIGHT, _BOTTOM = 64, 78, 856, 312
_TITLE_CHARACTERS = 96
_LABEL_ROWS = 3
_NEAR = 16
"""Points under the words at the end of the data."""
_FIRST = 1e6
"""More than any lift."""
_LONG = 24
"""Pixels from which an event's stripe is paler."""
_ROW_HEIGHT = 14
_WEEK, _DAY = 7 * 1440, 1440


@dataclass(frozen=True, slots=True)
class _Shown:
    """The periods of the panel, and the minutes of each."""

    ahead: list[PeriodRow]
    history: list[ActualRow]
    width: int


def outlook_panel(document: Document) -> list[str]:
    """Title, legend, history, forecast, events."""
    shown = _shown(document)
    title = canvas.text((24, 34), _title(document, shown.width), "title")
    if not shown.ahead:
        return [title, canvas.text((440, 210), "No whole day within the horizon.", "axis", "middle")]
    across = _across(shown)
    named = _named(document, across, shown.width)
    rows = max((label.row + 1 for label in named), default=0)
    frame = Frame(_LEFT, _TOP + rows * _ROW_HEIGHT, _RIGHT, _BOTTOM)
    plot = Plot(frame, across, _upward(shown, frame))
    return [
        title,
        *_legend(),
        *plot.grid(),
        *_stripes(document, plot),
        *_names(named, frame),
        *_lines(shown, plot),
        *_cut(document, shown.history, plot),
    ]


def _shown(document: Document) -> _Shown:
    """Weeks, or days where the horizon is a matter of weeks."""
    history = document.get("history", [])
    if document["weekly"] and document.get("history_step", "1w") == "1w":
        return _Shown(document["weekly"], history, _WEEK)
    return _Shown(document["daily"], history, _DAY)


def _title(document: Document, width: int) -> str:
    every = "week" if width == _WEEK else "day"
    aggregate = document.get("aggregate", "sum")
    what = f"{document['unit'] or 'total'} a {every}"
    if aggregate != "sum":
        what = f"{document['unit'] or 'value'}, {aggregate} of the {every}"
    return canvas.cut(f"{document['name']}: {what}", _TITLE_CHARACTERS)


def _across(shown: _Shown) -> Axis:
    first = minutes((shown.history or shown.ahead)[0].date)
    return Axis(first, minutes(shown.ahead[-1].date) + shown.width, _LEFT, _RIGHT)


def _upward(shown: _Shown, frame: Frame) -> Axis:
    values = [row.value for row in shown.history]
    values += [value for row in shown.ahead for value in (row.value, row.low, row.high)]
    known = [float(value) for value in values if value is not None]
    return value_axis(known or [0.0, 1.0], frame.bottom, frame.top)


def _lines(shown: _Shown, plot: Plot) -> list[str]:
    ahead = _gapped(shown.ahead, shown.width, lambda date: PeriodRow(date, None, None, None, None))
    past = _gapped(shown.history, shown.width, lambda date: ActualRow(date, None))
    times, past_times = _middles(ahead, shown.width), _middles(past, shown.width)
    low, high = (row.low for row in ahead), (row.high for row in ahead)
    return [
        canvas.band(plot.points(times, high), plot.points(times, low), "band"),
        canvas.curve(plot.points(past_times, (row.value for row in past)), "past"),
        canvas.curve(plot.points(times, (row.value for row in ahead)), "ahead"),
    ]


def _gapped(rows: Sequence[R], width: int, empty: Callable[[str], R]) -> list[R]:
    """Rows with an empty one wherever some are missing, so that no line bridges what is unknown."""
    found: list[R] = []
    for row in rows:
        if found and minutes(row.date) - minutes(found[-1].date) > 1.5 * width:
            found.append(empty(found[-1].date))
        found.append(row)
    return found


def _middles(rows: Sequence[PeriodRow | ActualRow], width: int) -> list[float]:
    """A week's value belongs to its middle."""
    return [minutes(row.date) + width / 2 for row in rows]


def _inside(document: Document, across: Axis) -> list[OccurrenceRow]:
    return [event for event in document["events"] if across.holds(minutes(event["start"]))]


def _stripes(document: Document, plot: Plot) -> list[str]:
    stripes, frame = [], plot.frame
    for event in _inside(document, plot.across):
        left, right = (plot.across.place(minutes(end)) for end in (event["start"], event["end"]))
        width = min(max(right - left, 2), frame.right - left)
        kind = "span" if width < _LONG else "long"
        stripes.append(canvas.box((left, frame.top), (width, frame.bottom - frame.top), kind))
    return stripes


def _named(document: Document, across: Axis, width: int) -> list[PlacedLabel]:
    """The names of what makes the line jump, as far as there is room."""
    wanted = [*_events_wanted(document, across, width), *_shifts_wanted(document, across)]
    return place_labels(wanted, _RIGHT, _LABEL_ROWS)


def _events_wanted(document: Document, across: Axis, width: int) -> Iterator[WantedLabel]:
    """By how much an event lifts its period; the one that drives the highest peak comes first."""
    peak = document["peak"]
    for event in _inside(document, across):
        start, end = minutes(event["start"]), minutes(event["end"])
        jump = abs((event["lift"]["value"] or 1.0) - 1) * min(end - start, width) / width
        is_driver = (
            peak is not None and peak["driver"] == event["name"] and start <= minutes(peak["at"]) < end
        )
        yield WantedLabel(across.place(start), event["name"], jump + is_driver * _FIRST)


def _shifts_wanted(document: Document, across: Axis) -> Iterator[WantedLabel]:
    for row in document["breaks"]:
        at, size = minutes(row["at"]), row["size"]["value"]
        if row["kind"] == "level" and size is not None and across.holds(at):
            is_share = document["scale"] == "multiplicative"
            text = f"level {words.signed(size)}" if is_share else "level shift"
            yield WantedLabel(across.place(at), text, abs(size) if is_share else 0.0)


def _names(named: list[PlacedLabel], frame: Frame) -> list[str]:
    leaders, names = [], []
    for label in named:
        y = frame.top - 8 - label.row * _ROW_HEIGHT
        leaders.append(canvas.line((label.x, y + 3), (label.x, frame.top), "leader"))
        names.append(canvas.text((label.x, y), label.text, "event", label.anchor))
    return leaders + names


def _cut(document: Document, history: list[ActualRow], plot: Plot) -> list[str]:
    """Where the data ends; its words stand where the line before it is not."""
    through, frame, upward = document["inputs"]["data_through"], plot.frame, plot.upward
    if not through or not plot.across.low < minutes(through) < plot.across.high:
        return []
    x = plot.across.place(minutes(through))
    values = [float(row.value) for row in history[-_NEAR:] if row.value is not None]
    is_low = bool(values) and sum(values) / len(values) < (upward.low + upward.high) / 2
    y = frame.top + 16 if is_low else frame.bottom - 8
    return [
        canvas.line((x, frame.top), (x, frame.bottom), "cut"),
        canvas.text((x - 6, y), f"data through {words.through(through)}", "note", "end"),
    ]


def _legend() -> list[str]:
    parts = []
    for x, kind, name in ((24, "past", "actual"), (92, "ahead", "forecast"), (258, "", "event")):
        parts += [canvas.line((x, 52), (x + 18, 52), kind)] if kind else []
        parts.append(canvas.text((x + 24, 56), name, "axis"))
    parts.append(canvas.box((174, 46), (18, 12), "band"))
    parts.append(canvas.text((198, 56), "80% band", "axis"))
    parts.append(canvas.box((262, 46), (14, 12), "span"))
    return parts


_CHARACTER = 6.1
"""Mean width in pixels at 11 px."""
_GAP = 10.0
_LABEL_CHARACTERS = 26


@dataclass(frozen=True, slots=True)
class WantedLabel:
    """A label that would like to stand at `x`; heavier ones are placed first."""

    x: float
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """A label with its row, counted upwards from the chart."""

    x: float
    text: str
    row: int
    anchor: Anchor

    @property
    def stretch(self) -> tuple[float, float]:
        """The pixels it covers."""
        width = len(self.text) * _CHARACTER
        return (self.x - width, self.x) if self.anchor == "end" else (self.x, self.x + width)


def place_labels(wanted: Iterable[WantedLabel], right: float, rows: int) -> list[PlacedLabel]:
    """As many labels as fit in `rows`, heaviest first; the result goes from left to right."""
    placed: list[PlacedLabel] = []
    for label in sorted(wanted, key=lambda label: (-label.weight, label.x, label.text)):
        spots = (_spot(label, row, right) for row in range(rows))
        free = next((spot for spot in spots if not any(_clash(spot, other) for other in placed)), None)
        placed += [free] if free else []
    return sorted(placed, key=lambda label: (label.x, label.row))


def _spot(label: WantedLabel, row: int, right: float) -> PlacedLabel:
    text = cut(label.text, _LABEL_CHARACTERS)
    start = PlacedLabel(label.x, text, row, "start")
    return start if start.stretch[1] <= right else PlacedLabel(label.x, text, row, "end")


def _clash(one: PlacedLabel, other: PlacedLabel) -> bool:
    """Same row and too near, or the leader of the upper one would cut the lower one."""
    if one.row == other.row:
        return one.stretch[0] < other.stretch[1] + _GAP and other.stretch[0] < one.stretch[1] + _GAP
    upper, lower = (one, other) if one.row > other.row else (other, one)
    return lower.stretch[0] - 2 < upper.x < lower.stretch[1] + 2
