"""A score as text, Markdown or JSON."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from cloudtune.report import words
from cloudtune.report.escape import md
from cloudtune.scoring.score import LEADS, Score
from cloudtune.spec.messages import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtune.scoring.actuals import Tally
    from cloudtune.scoring.score import EventScore

SCHEMA = "cloudtune/score/v1"
_NAMES = tuple(lead for lead, _, _ in LEADS)
_MOST_EVENTS = 40
_RIGHT = 0.0005
"""Errors below show as 0.0%."""


def as_text(score: Score) -> str:
    """For a terminal."""
    rows = [_line(score, lead) for lead in _NAMES if score.fleet(lead).days]
    head = [_columns(("ahead", "days", "WAPE", "bias", "covers", "best to worst tenth"))] * bool(rows)
    by_edition = groupby(_shown(score), key=lambda event: (event.id, event.event, event.start))
    events = [line for _, occurrence in by_edition for line in _occurrence(list(occurrence))]
    return "\n".join([_headline(score), "", *head, *rows, *[""] * bool(events), *events, ""])


def as_markdown(score: Score) -> str:
    """For a page: fleet, forecasts, events, months."""
    return "\n".join(
        [
            f"**{_headline(score)}**",
            "",
            *_table(
                ("ahead", "days", "WAPE", "bias", "80% covers", "fleet: best tenth", "middle", "worst tenth"),
                [_fleet_row(score, lead) for lead in _NAMES if score.fleet(lead).days],
            ),
            "## Forecasts",
            "",
            *_table(("forecast", *_NAMES), [_forecast_row(score, name) for name in score.ids]),
            "## Events",
            "",
            *_table(
                ("event", "forecast", "made", "ahead", "peak said", "peak came", "error", "inside 80%"),
                [_event_row(event) for event in _shown(score)],
            ),
            "## Trend",
            "",
            *_table(
                ("made in", "days", "WAPE", "bias", "80% covers"),
                [[month, *_cells(found)] for month, found in score.months.items()],
            ),
        ]
    )


def as_json(score: Score) -> dict[str, Any]:
    """For programs."""
    return {
        "schema_version": SCHEMA,
        "commits": score.commits,
        "vintages": score.vintages,
        "unscored": list(score.unscored),
        "fleet": {lead: _rates(score.fleet(lead)) for lead in _NAMES if score.fleet(lead).days},
        "spread": {lead: score.spread(lead) for lead in _NAMES if score.spread(lead)},
        "forecasts": [
            {"id": name, "ahead": lead, **_rates(found)} for (name, lead), found in score.leads.items()
        ],
        "months": {month: _rates(found) for month, found in score.months.items()},
        "events": [_event_json(event) for event in score.events],
    }


def _headline(score: Score) -> str:
    total = sum((score.fleet(lead) for lead in _NAMES), start=score.fleet(""))
    made = f"{counted(score.vintages, 'vintage')} of {counted(score.forecasts, 'forecast')}"
    history = f"{made} in {counted(score.commits, 'commit')}"
    if not total.days:
        return f"{history}: no day of them has come yet"
    return f"{history}: WAPE {words.percent(total.wape)}, bias {words.signed(total.bias)}"


def _line(score: Score, lead: str) -> str:
    """One lead time, with the WAPE of the fleet's best and worst tenth."""
    spread = score.spread(lead) if len(score.ids) > 1 else None
    fleet = f"{words.percent(spread[0])} to {words.percent(spread[2])}" if spread else ""
    return _columns((lead, *_cells(score.fleet(lead)), fleet))


def _columns(cells: tuple[str, ...]) -> str:
    first, *figures, last = cells
    return f"{first:<14}  {'  '.join(f'{cell:>9}' for cell in figures)}  {last}".rstrip()


def _occurrence(events: list[EventScore]) -> Iterator[str]:
    """Prime Day of 2026-07-14, and below it `the forecast of 2026-03-03 (133 days before) was 7.0% low`."""
    first = events[0]
    yield f"{words.title(first.event)} {first.start}, {first.id}"
    for event in events:
        side = "high" if event.error > 0 else "low"
        said = "right" if abs(event.error) < _RIGHT else f"{words.percent(abs(event.error))} {side}"
        yield f"  the forecast of {event.made} ({counted(event.ahead, 'day')} before) was {said}"


def _shown(score: Score) -> tuple[EventScore, ...]:
    """For each occurrence the first, the middle and the last vintage, newest occurrences first."""
    occurrences: dict[tuple[str, str, str], list[EventScore]] = {}
    for event in score.events:
        occurrences.setdefault((event.start, event.id, event.event), []).append(event)
    picked = []
    for _, found in sorted(occurrences.items(), key=lambda item: item[0], reverse=True):
        chosen = {0: found[0], len(found) // 2: found[len(found) // 2], len(found) - 1: found[-1]}
        picked += list(chosen.values())
    return tuple(picked[:_MOST_EVENTS])


def _fleet_row(score: Score, lead: str) -> list[str]:
    spread = score.spread(lead) or (None, None, None)
    return [lead, *_cells(score.fleet(lead)), *(words.percent(error) for error in spread)]


def _forecast_row(score: Score, name: str) -> list[str]:
    found = (score.leads.get((name, lead)) for lead in _NAMES)
    return [name, *(words.percent(one.wape) if one else "" for one in found)]


def _event_row(event: EventScore) -> list[str]:
    inside = {True: "yes", False: "no", None: words.ABSENT}[event.inside]
    sides = words.number(event.forecast), words.number(event.actual)
    name = f"{words.title(event.event)} {event.start}"
    before = counted(event.ahead, "day")
    return [name, event.id, event.made, before, *sides, words.signed(event.error), inside]


def _cells(found: Tally) -> tuple[str, str, str, str]:
    rates = words.percent(found.wape), words.signed(found.bias), words.share(found.coverage)
    return (f"{found.days:,}", *rates)


def _rates(found: Tally) -> dict[str, float | int | None]:
    return {"days": found.days, "wape": found.wape, "bias": found.bias, "coverage": found.coverage}


def _event_json(event: EventScore) -> dict[str, Any]:
    return {
        "id": event.id,
        "event": event.event,
        "start": event.start,
        "made": event.made,
        "ahead": event.ahead,
        "commit": event.commit,
        "forecast": event.forecast,
        "actual": event.actual,
        "error": event.error,
        "inside": event.inside,
    }


def _table(head: tuple[str, ...], rows: list[list[str]]) -> list[str]:
    if not rows:
        return ["Nothing yet.", ""]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    return [*lines, *(f"| {' | '.join(md(cell) for cell in row)} |" for row in rows), ""]
