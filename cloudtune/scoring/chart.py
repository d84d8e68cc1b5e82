"""The trend of the error as a chart: one point a month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.report import words
from cloudtune.report.charts import canvas
from cloudtune.report.charts.axes import Axis, round_ticks
from cloudtune.report.charts.canvas import style_sheet
from cloudtune.scoring.score import TREND_UNTIL

if TYPE_CHECKING:
    from cloudtune.scoring.score import Score

WIDTH, HEIGHT = 880, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 64.0, 856.0, 56.0, 252.0
_MOST_LABELS = 12


def as_svg(score: Score) -> str:
    """WAPE by the month in which forecasts were made; a pure function of the score."""
    title = f"Error of forecasts up to {TREND_UNTIL} days ahead, by the month they were made in"
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"'
            f' viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title">'
        ),
        f'<title id="title">{canvas.plain(title)}</title>',
        style_sheet(),
        canvas.box((0.5, 0.5), (WIDTH - 1, HEIGHT - 1), "card", rounded=6),
        canvas.text((24, 30), title, "panel"),
        *_plot({month: found.wape for month, found in score.months.items() if found.wape is not None}),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _plot(errors: dict[str, float]) -> list[str]:
    if not errors:
        return [canvas.text((24, 60), "no day of any forecast has come yet", "axis")]
    up = Axis(0.0, max([*errors.values(), 0.01]), _BOTTOM, _TOP)
    width = (_RIGHT - _LEFT) / max(len(errors) - 1, 1)
    points = [(_LEFT + number * width, up.place(error)) for number, error in enumerate(errors.values())]
    return [
        *_grid(up),
        canvas.curve(points, "ahead"),
        *(canvas.dot(point, "bar", 2.5) for point in points),
        *_months(list(errors), width),
        canvas.text((_RIGHT, points[-1][1] - 8), words.percent(list(errors.values())[-1]), "value", "end"),
    ]


def _grid(up: Axis) -> list[str]:
    parts = []
    for tick in round_ticks(up, 4):
        y = up.place(tick)
        parts.append(canvas.line((_LEFT, y), (_RIGHT, y), "grid"))
        parts.append(canvas.text((_LEFT - 8, y + 4), f"{tick * 100:g}%", "axis", "end"))
    return parts


def _months(months: list[str], width: float) -> list[str]:
    every = -(-len(months) // _MOST_LABELS)
    return [
        canvas.text((_LEFT + number * width, _BOTTOM + 20), month, "axis", "middle")
        for number, month in enumerate(months)
        if number % every == 0
    ]
