"""A tracking for a terminal of 80 columns, with a plot in characters."""

from __future__ import annotations

from io import StringIO
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console, Group
from rich.text import Text

from cloudtune.report import words
from cloudtune.track import sentences
from cloudtune.track.facts import facts_of
from cloudtune.track.sentences import updated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.track.facts import TrackingFacts
    from cloudtune.track.nowcast import Nowcast
    from cloudtune.track.tracking import Tracking


WIDTH = 80
_STYLES = {"●": "bold", "◉": "bold green", "─": "blue", "░": "blue dim"}


def terminal(tracking: Tracking, update: Nowcast | None = None, width: int = WIDTH) -> Group:
    """Heading, figures, phases, plot; the last point and what is to come while the window runs."""
    facts = facts_of(tracking, None if update is None else update.median)
    lines = [
        Text(sentences.heading(tracking), style="bold"),
        Text(f"  {sentences.provenance(tracking)}", style="dim"),
    ]
    lines += [Text(f"  {line}", style=style) for line, style in _figures(facts)]
    lines += [Text(f"  {line}") for line in _wrapped(sentences.phases(facts), width - 2)]
    if not tracking.is_over:
        lines += [Text(f"  {sentences.now(facts)}"), Text(f"  {sentences.projected(facts)}")]
    if update is not None:
        lines.append(Text(f"  {updated(update)}"))
    drawn = plot(tracking, width, None if update is None else update.median)
    return Group(
        *lines,
        *(_painted(line) for line in drawn),
        Text("        ● actual   ─ forecast   ░ 80%", style="dim"),
    )


def text(tracking: Tracking, update: Nowcast | None = None, width: int = WIDTH) -> str:
    """The same without colours."""
    stream = StringIO()
    console = Console(file=stream, width=width, color_system=None, highlight=False, force_terminal=False)
    console.print(terminal(tracking, update, width))
    return "\n".join(line.rstrip() for line in stream.getvalue().split("\n"))


def _figures(facts: TrackingFacts) -> list[tuple[str, str]]:
    alarm = "red" if facts.inside < 0.5 else ""
    return [(sentences.totals(facts), ""), (sentences.coverage(facts), alarm)]


def _wrapped(parts: list[str], width: int) -> list[str]:
    lines = [""]
    for part in parts:
        joined = f"{lines[-1]}  |  {part}" if lines[-1] else part
        if len(joined) > width:
            lines.append(part)
        else:
            lines[-1] = joined
    return lines


def _painted(line: str) -> Text:
    painted = Text(line)
    for mark, style in _STYLES.items():
        painted.highlight_regex(f"{mark}+", style)
    return painted


ROWS = 10
GUTTER = 8
BAND, FORECAST, ACTUAL, BOTH = "░", "─", "●", "◉"


def plot(tracking: Tracking, width: int, rest: NDArray[np.float64] | None = None) -> list[str]:
    """Lines of at most `width` characters: values at the left, local times below."""
    columns = max(10, min(width - GUTTER, tracking.actual.size))
    vintage = tracking.vintage
    median = vintage.median if rest is None else np.where(tracking.known, vintage.median, rest)
    drawn = (vintage.low, median, vintage.high, tracking.actual)
    sides = np.array([_columns(values, columns) for values in drawn])
    top = float(np.nanmax(sides))
    if not top > 0:
        return []
    cells = [[_cell(row, sides[:, column], top) for column in range(columns)] for row in range(ROWS)]
    lines = [f"{_axis(row, top):>{GUTTER - 1}} {''.join(cells[row])}" for row in reversed(range(ROWS))]
    return [line.rstrip() for line in lines] + [_times(tracking, columns)]


def _columns(values: NDArray[np.float64], columns: int) -> NDArray[np.float64]:
    """The highest known value within each column: a peak of a minute stays in sight."""
    edges = np.arange(columns + 1) * values.size // columns
    # A window of few points gives each of them several columns.
    parts = [values[first : max(last, first + 1)] for first, last in pairwise(edges.tolist())]
    known = [part[np.isfinite(part)] for part in parts]
    return np.array([part.max() if part.size else np.nan for part in known])


def _cell(row: int, values: NDArray[np.float64], top: float) -> str:
    low, median, high, actual = values.tolist()
    is_actual = np.isfinite(actual) and _row(actual, top) == row
    is_forecast = _row(median, top) == row
    if is_actual:
        return BOTH if is_forecast else ACTUAL
    if is_forecast:
        return FORECAST
    return BAND if _row(low, top) <= row <= _row(high, top) else " "


def _row(value: float, top: float) -> int:
    return min(ROWS - 1, max(0, int(value / top * ROWS)))


def _axis(row: int, top: float) -> str:
    return (
        words.number(top * (row + 1) / ROWS)
        if row in {ROWS - 1, ROWS // 2 - 1}
        else ("0" if row == 0 else "")
    )


def _times(tracking: Tracking, columns: int) -> str:
    """The first, middle and last local time below their columns."""
    local = tracking.vintage.timeline.local
    long = local.size * tracking.minutes > 2 * 1440
    stamps = [str(local[place].astype("datetime64[m]")) for place in (0, local.size // 2, local.size - 1)]
    first, middle, last = ((stamp[5:10] if long else stamp[11:]) for stamp in stamps)
    gap = max(1, columns - len(first) - len(middle) - len(last))
    return " " * GUTTER + first + " " * (gap // 2) + middle + " " * (gap - gap // 2) + last
