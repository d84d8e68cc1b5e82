"""What a tracked window asks of people: to look where the forecast was wrong, and to declare a lift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudtune.errors import Problem
from cloudtune.report import words
from cloudtune.track.tracking import next_after
from cloudtune.yaml_edit.edit import Put

if TYPE_CHECKING:
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.track.facts import TrackingFacts
    from cloudtune.track.tracking import TrackedWindow


def alarm_of(facts: TrackingFacts, resolved: ResolvedSpec) -> Problem | None:
    """A finding where actuals stayed outside the interval for longer at a stretch than the spec tolerates."""
    tolerated = resolved.spec.track_tolerance
    longest = facts.longest_outside * facts.minutes
    if longest <= tolerated.minutes:
        return None
    side = "above" if facts.above >= facts.below else "below"
    return Problem(
        "CT782",
        f"actuals of {resolved.spec.name} were outside the 80% interval for {words.length(longest)} "
        f"at a stretch, mostly {side}; {tolerated} is tolerated",
        "see --nowcast for the rest; `cloudtune suggest` for what the spec lacks; or raise track_tolerance",
        # Points at the line where people said so, and nowhere while the default holds.
        file=resolved.file if "track_tolerance" in resolved.spec.model_fields_set else "",
        path=("track_tolerance",),
    )


WORTH_DECLARING = 0.05
"""A lift that was forecast closer than this needs no word from people."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A sentence, and the values to put into the file of the event."""

    says: str
    file: str = ""
    puts: tuple[Put, ...] = ()


def recommendation_of(facts: TrackingFacts, window: TrackedWindow) -> Recommendation:
    """A note on the occurrence that was tracked, and the lift for the next one where it was far off."""
    event, occurrence = window.event, window.occurrence
    if event is None or occurrence is None or facts.lift is None or facts.lift_forecast is None:
        return Recommendation("no event was tracked, so there is no lift to declare")
    off = facts.lift / facts.lift_forecast - 1.0
    lift = words.factor(facts.lift)
    told = (
        f"{event.name} lifted {lift}, forecast was {words.factor(facts.lift_forecast)} ({words.signed(off)})"
    )
    puts: list[Put] = []
    if "occurrences" in occurrence.path:
        puts.append(Put((*occurrence.path, "note"), _note(occurrence.note, facts)))
    following = next_after(event, occurrence)
    if abs(off) < WORTH_DECLARING:
        return Recommendation(
            f"{told}: close enough, the engine learns it from the data", event.file, tuple(puts)
        )
    if following is None or "occurrences" not in following.path:
        return Recommendation(
            f"{told}: no next occurrence is declared; the engine learns it from the data",
            event.file,
            tuple(puts),
        )
    puts.append(Put((*following.path, "effect"), lift))
    says = f"{told}: declare {lift} for {following.start:%Y-%m-%d}, or let the engine learn it from the data"
    return Recommendation(says, event.file, tuple(puts))


def _note(present: str, facts: TrackingFacts) -> str:
    seen = f"tracked: lift {words.factor(facts.lift)}, total {words.signed(facts.deviation)} on the forecast"
    kept = present.split("; tracked: ", maxsplit=1)[0]
    return f"{kept}; {seen}" if kept and not kept.startswith("tracked: ") else seen
