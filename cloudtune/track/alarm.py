"""When a forecast has been wrong for too long to go on unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.errors import Problem
from cloudtune.report import words

if TYPE_CHECKING:
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.track.facts import Facts


def alarm_of(facts: Facts, resolved: ResolvedSpec) -> Problem | None:
    """A finding where actuals stayed outside the band for longer at a stretch than the spec tolerates."""
    tolerated = resolved.spec.track_tolerance
    longest = facts.longest_outside * facts.minutes
    if longest <= tolerated.minutes:
        return None
    side = "above" if facts.above >= facts.below else "below"
    return Problem(
        "CT782",
        f"actuals of {resolved.spec.name} were outside the 80% band for {words.length(longest)} "
        f"at a stretch, mostly {side}; {tolerated} is tolerated",
        "see --nowcast for the rest; `cloudtune suggest` for what the spec lacks; or raise track_tolerance",
        # Points at the line where people said so, and nowhere while the default holds.
        file=resolved.file if "track_tolerance" in resolved.spec.model_fields_set else "",
        path=("track_tolerance",),
    )
