"""A tracking for a terminal of 80 columns."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.text import Text

from cloudtune.track import sentences
from cloudtune.track.facts import facts_of
from cloudtune.track.plot import plot

if TYPE_CHECKING:
    from cloudtune.track.facts import Facts
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


def updated(update: Nowcast) -> str:
    """`nowcast from 1,920 points: level +3.1%, lift to the power 1.12`."""
    level = sentences.signed(update.level - 1.0)
    return f"nowcast from {update.seen:,} points: level {level}, lift to the power of {update.lift:.2f}"


def _figures(facts: Facts) -> list[tuple[str, str]]:
    alarm = "red" if facts.inside < 0.5 else ""
    return [(sentences.totals(facts), ""), (sentences.band(facts), alarm)]


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
