"""The outlook panel: two years of weeks behind, the forecast with its band ahead, events named above."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudtune.report import words
from cloudtune.report.charts import canvas
from cloudtune.report.charts.axes import Axis, Frame, minutes, placed, time_frame, value_axis
from cloudtune.report.charts.canvas import cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cloudtune.report.charts.canvas import Anchor
    from cloudtune.report.document import Document, OccurrenceRow


Row = list["str | float | None"]
_LEFT, _TOP, _RIGHT, _BOTTOM = 64, 78, 856, 312
_TITLE_CHARACTERS = 96
_LABEL_ROWS = 3
_NEAR = 16
"""Points under the words at the end of the data."""
_LONG = 24
"""Pixels from which an event's stripe is paler."""
_ROW_HEIGHT = 14
_WEEK, _DAY = 7 * 1440, 1440


def outlook_panel(document: Document) -> list[str]:
    """Title, legend, history, forecast, events."""
    ahead, history, width = _rows(document)
    title = canvas.text((24, 34), _title(document, width), "title")
    if not ahead:
        return [title, canvas.text((440, 210), "No whole day within the horizon.", "axis", "middle")]
    across = _across(ahead, history, width)
    named = _named(document, across)
    rows = max((label.row + 1 for label in named), default=0)
    frame = Frame(_LEFT, _TOP + rows * _ROW_HEIGHT, _RIGHT, _BOTTOM)
    axes = (across, _upward(ahead, history, frame))
    return [
        title,
        *_legend(),
        *time_frame(frame, *axes),
        *_stripes(document, across, frame),
        *_names(named, frame),
        *_lines(ahead, history, width, axes),
        *_cut(document, history, axes, frame),
    ]


def _rows(document: Document) -> tuple[list[Row], list[Row], int]:
    """Weeks, or days where the horizon is a matter of weeks."""
    history = document.get("history", [])
    if document["weekly"] and document.get("history_step", "1w") == "1w":
        return document["weekly"], history, _WEEK
    return document["daily"], history, _DAY


def _title(document: Document, width: int) -> str:
    every = "week" if width == _WEEK else "day"
    aggregate = document.get("aggregate", "sum")
    what = f"{document['unit'] or 'total'} a {every}"
    if aggregate != "sum":
        what = f"{document['unit'] or 'value'}, {aggregate} of the {every}"
    return canvas.cut(f"{document['name']}: {what}", _TITLE_CHARACTERS)


def _across(ahead: Sequence[Row], history: Sequence[Row], width: int) -> Axis:
    first = minutes(str((history or ahead)[0][0]))
    return Axis(first, minutes(str(ahead[-1][0])) + width, _LEFT, _RIGHT)


def _upward(ahead: Sequence[Row], history: Sequence[Row], frame: Frame) -> Axis:
    values = [v for row in history for v in row[1:2]] + [v for row in ahead for v in row[1:4]]
    known = [float(value) for value in values if value is not None]
    return value_axis(known or [0.0, 1.0], frame.bottom, frame.top)


def _lines(ahead: list[Row], history: list[Row], width: int, axes: tuple[Axis, Axis]) -> list[str]:
    ahead, history = _gapped(ahead, width), _gapped(history, width)
    times, past = _middles(ahead, width), _middles(history, width)
    low, high = placed(ahead, 2, times, axes), placed(ahead, 3, times, axes)
    return [
        canvas.band(high, low, "band"),
        canvas.curve(placed(history, 1, past, axes), "past"),
        canvas.curve(placed(ahead, 1, times, axes), "ahead"),
    ]


def _gapped(rows: list[Row], width: int) -> list[Row]:
    """Rows with an empty one wherever some are missing, so that no line bridges what is unknown."""
    found: list[Row] = []
    for row in rows:
        if found and minutes(str(row[0])) - minutes(str(found[-1][0])) > 1.5 * width:
            found.append([found[-1][0], None, None, None])
        found.append(row)
    return found


def _middles(rows: list[Row], width: int) -> list[float]:
    """A week's value belongs to its middle."""
    return [minutes(str(row[0])) + width / 2 for row in rows]


def _inside(document: Document, across: Axis) -> list[OccurrenceRow]:
    return [event for event in document["events"] if across.holds(minutes(event["start"]))]


def _stripes(document: Document, across: Axis, frame: Frame) -> list[str]:
    stripes = []
    for event in _inside(document, across):
        left, right = across.place(minutes(event["start"])), across.place(minutes(event["end"]))
        size = (min(max(right - left, 2), frame.right - left), frame.bottom - frame.top)
        stripes.append(canvas.box((left, frame.top), size, "span" if size[0] < _LONG else "long"))
    return stripes


def _named(document: Document, across: Axis) -> list[PlacedLabel]:
    """The names of the strongest events, as far as there is room."""
    wanted = [
        WantedLabel(
            across.place(minutes(event["start"])),
            event["name"],
            abs(math.log(max(event["lift"]["value"] or 1.0, 1e-3))),
        )
        for event in _inside(document, across)
    ]
    return place_labels(wanted, _RIGHT, _LABEL_ROWS)


def _names(named: list[PlacedLabel], frame: Frame) -> list[str]:
    leaders, names = [], []
    for label in named:
        y = frame.top - 8 - label.row * _ROW_HEIGHT
        leaders.append(canvas.line((label.x, y + 3), (label.x, frame.top), "leader"))
        names.append(canvas.text((label.x, y), label.text, "event", label.anchor))
    return leaders + names


def _cut(document: Document, history: list[Row], axes: tuple[Axis, Axis], frame: Frame) -> list[str]:
    """Where the data ends; its words stand where the line before it is not."""
    through, (across, upward) = document["inputs"]["data_through"], axes
    if not through or not across.low < minutes(through) < across.high:
        return []
    x = across.place(minutes(through))
    values = [float(row[1]) for row in history[-_NEAR:] if row[1] is not None]
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
