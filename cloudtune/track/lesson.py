"""What an event taught: the lift to declare next time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudtune.report import words
from cloudtune.track.window import next_after

if TYPE_CHECKING:
    from cloudtune.errors import SpecPath
    from cloudtune.track.facts import Facts
    from cloudtune.track.window import Window

WORTH_DECLARING = 0.05
"""A lift that was forecast closer than this needs no word from people."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A sentence, and the values to put into the file of the event."""

    says: str
    file: str = ""
    puts: tuple[tuple[SpecPath, str], ...] = ()


def lesson_of(facts: Facts, window: Window) -> Lesson:
    """A note on the edition that was tracked, and the lift for the next one where it was far off."""
    event, edition = window.event, window.edition
    if event is None or edition is None or facts.lift is None or facts.lift_forecast is None:
        return Lesson("no event was tracked, so there is no lift to declare")
    off = facts.lift / facts.lift_forecast - 1.0
    lift = words.factor(facts.lift)
    told = (
        f"{event.name} lifted {lift}, forecast was {words.factor(facts.lift_forecast)} ({words.signed(off)})"
    )
    puts: list[tuple[SpecPath, str]] = []
    if "occurrences" in edition.path:
        puts.append(((*edition.path, "note"), _note(edition.note, facts)))
    following = next_after(event, edition)
    if abs(off) < WORTH_DECLARING:
        return Lesson(f"{told}: close enough, the engine learns it from the data", event.file, tuple(puts))
    if following is None or "occurrences" not in following.path:
        return Lesson(
            f"{told}: no next edition is declared; the engine learns it from the data",
            event.file,
            tuple(puts),
        )
    puts.append(((*following.path, "effect"), lift))
    says = f"{told}: declare {lift} for {following.start:%Y-%m-%d}, or let the engine learn it from the data"
    return Lesson(says, event.file, tuple(puts))


def _note(present: str, facts: Facts) -> str:
    seen = f"tracked: lift {words.factor(facts.lift)}, total {words.signed(facts.deviation)} on the forecast"
    kept = present.split("; tracked: ", maxsplit=1)[0]
    return f"{kept}; {seen}" if kept and not kept.startswith("tracked: ") else seen
