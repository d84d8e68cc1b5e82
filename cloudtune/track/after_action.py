"""The after-action report of a tracked window, in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.report import words
from cloudtune.track import sentences
from cloudtune.track.facts import facts_of, ratio
from cloudtune.track.sentences import updated

if TYPE_CHECKING:
    from cloudtune.track.facts import HighestPoint, TrackingFacts
    from cloudtune.track.findings import Recommendation
    from cloudtune.track.nowcast import Nowcast
    from cloudtune.track.tracking import Tracking


def after_action(
    tracking: Tracking,
    recommendation: Recommendation,
    *,
    patch: str = "",
    picture: str = "",
    update: Nowcast | None = None,
) -> str:
    """Verdict, picture, figures, phases, recommendation; `patch` is the recommendation as a unified diff."""
    facts = facts_of(tracking)
    parts = [
        f"# {sentences.heading(tracking)}",
        f"{_state(tracking)}{sentences.provenance(tracking)} · interval: 80%",
        f"**{verdict(facts)}**",
        f"![forecast and actuals]({picture})" if picture else "",
        _figures(facts, tracking.unit),
        _phases(facts),
        f"## In flight\n\n{_sentence(updated(update))}" if update is not None else "",
        f"## Recommendation\n\n{_sentence(recommendation.says)}",
        f"```diff\n{patch.rstrip()}\n```" if patch else "",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def verdict(facts: TrackingFacts) -> str:
    """The sentence that a reader takes along."""
    side = "above" if facts.deviation > 0 else "below"
    peak = ratio(facts.peak.height, facts.peak_forecast.height)
    late = facts.peak_late
    when = "on time" if not late else f"{abs(late)} min {'later' if late > 0 else 'earlier'}"
    return (
        f"The total came in {words.percent(abs(facts.deviation))} {side} the forecast; the peak of "
        f"{words.number(facts.peak.height)} was {words.percent(abs(peak))} "
        f"{'higher' if peak > 0 else 'lower'} and {when}. "
        f"{words.share(facts.inside)} of the time was inside the 80% interval."
    )


def _state(tracking: Tracking) -> str:
    return "" if tracking.is_over else f"running, {tracking.elapsed} of {tracking.actual.size} points · "


def _figures(facts: TrackingFacts, unit: str) -> str:
    rows = [
        (
            "total",
            words.number(facts.total),
            words.number(facts.total_forecast),
            sentences.signed(facts.deviation),
        ),
        (
            "peak",
            _height(facts.peak),
            _height(facts.peak_forecast),
            sentences.signed(ratio(facts.peak.height, facts.peak_forecast.height)),
        ),
        ("peak at", _moment(facts.peak), _moment(facts.peak_forecast), f"{facts.peak_late:+d} min"),
    ]
    if facts.lift is not None and facts.lift_forecast is not None:
        off = sentences.signed(ratio(facts.lift, facts.lift_forecast))
        rows.append(("lift", words.factor(facts.lift), words.factor(facts.lift_forecast), off))
    outside = (facts.above + facts.below) * facts.minutes
    longest = facts.longest_outside * facts.minutes
    body = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return (
        f"## Figures\n\n| {unit or 'value'} | actual | forecast | difference |\n|---|---|---|---|\n{body}\n\n"
        f"Outside the band for {outside:,} minutes ({facts.above * facts.minutes:,} above, "
        f"{facts.below * facts.minutes:,} below); longest without a break: {longest:,} minutes."
    )


def _phases(facts: TrackingFacts) -> str:
    body = "\n".join(f"| {phase.name} | {sentences.signed(phase.deviation)} |" for phase in facts.phases)
    return f"## By phase\n\n| phase | total against forecast |\n|---|---|\n{body}"


def _height(top: HighestPoint) -> str:
    return words.number(top.height)


def _moment(top: HighestPoint) -> str:
    return str(top.at.astype("datetime64[m]")).replace("T", " ")


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
