"""The accuracy panel: error by lead time beside that of seasonal-naive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.report import words
from cloudtune.report.charts import canvas
from cloudtune.report.charts.axes import Axis, Frame, round_ticks

if TYPE_CHECKING:
    from cloudtune.report.document import AccuracyRow, Document

FRAME = Frame(608, 400, 808, 564)
_MOST_ROWS = 4
_LAST = ("event windows", "all")
"""What comes after the stretches of lead time, if there is room."""
_THICK = 12.0


def accuracy_panel(document: Document) -> list[str]:
    """Title, legend, a pair of bars for each stretch of lead time."""
    rows = _rows(document)
    title = canvas.text((600, 372), "Backtest error (WAPE) by lead time", "panel")
    if not rows:
        return [title, canvas.text((600, 396), "no backtest", "axis")]
    across = _axis(rows)
    bars = [part for number, row in enumerate(rows) for part in _pair(number, row, across)]
    return [title, *_legend(), *_grid(across), *bars]


def _rows(document: Document) -> list[AccuracyRow]:
    """Of the base step, else of the first one measured."""
    step = document["step"]
    steps = [row["step"] for row in document["accuracy"]]
    shown = step if step in steps else next(iter(steps), step)
    rows = [row for row in document["accuracy"] if row["step"] == shown and row["wape"] is not None]
    return sorted(rows, key=lambda row: _LAST.index(row["ahead"]) if row["ahead"] in _LAST else -1)[
        :_MOST_ROWS
    ]


def _axis(rows: list[AccuracyRow]) -> Axis:
    errors = [error for row in rows for error in (row["wape"], row["naive_wape"]) if error is not None]
    return Axis(0.0, max([*errors, 0.01]), FRAME.left, FRAME.right)


def _grid(across: Axis) -> list[str]:
    parts = []
    for tick in round_ticks(across, 4):
        x = across.place(tick)
        parts.append(canvas.line((x, FRAME.top), (x, FRAME.bottom), "grid"))
        parts.append(canvas.text((x, FRAME.bottom + 18), f"{tick * 100:g}%", "axis", "middle"))
    return parts


def _pair(number: int, row: AccuracyRow, across: Axis) -> list[str]:
    y = FRAME.top + 11 + number * (FRAME.bottom - FRAME.top) / _MOST_ROWS
    label = canvas.text((FRAME.left, y), row["ahead"], "axis")
    ours = _bar(row["wape"], y + 5, "bar", across)
    return [label, *ours, *_bar(row["naive_wape"], y + 5 + _THICK, "naive", across)]


def _bar(error: float | None, y: float, kind: str, across: Axis) -> list[str]:
    if error is None:
        return []
    end = across.place(error)
    return [
        canvas.box((FRAME.left, y), (end - FRAME.left, _THICK - 2), kind),
        canvas.text((end + 5, y + _THICK - 2.5), words.percent(error), "value" if kind == "bar" else "axis"),
    ]


def _legend() -> list[str]:
    return [
        canvas.box((600, 384), (12, 8), "bar"),
        canvas.text((617, 392), "CloudTune", "axis"),
        canvas.box((690, 384), (12, 8), "naive"),
        canvas.text((707, 392), "seasonal-naive", "axis"),
    ]
