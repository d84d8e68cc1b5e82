"""What each ingredient says: growth, the model's own words, the lift of every event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.report import words

if TYPE_CHECKING:
    from cloudtune.report.document import Document, EventRow


def ingredient_rows(document: Document) -> list[tuple[str, str]]:
    """Name and words of each ingredient; what the model already put into words is not said twice."""
    said = [(row["name"], row["says"]) for row in document["ingredients"]]
    names = {name.removeprefix("event:") for name, _ in said}
    trend = [] if "trend" in names else _trend(document)
    first = {event["name"]: event for event in reversed(document["events"])}
    lifts = [(f"event:{name}", _lift(first[name])) for name in sorted(first) if name not in names]
    return [*trend, *said, *lifts]


def _trend(document: Document) -> list[tuple[str, str]]:
    growth = document["growth"]
    if growth["value"] is None:
        return []
    kind = f", {document['growth_kind']}" if document["growth_kind"] else ""
    return [("trend", f"{words.signed(growth['value'])} a year ({words.percent_range(growth)}){kind}")]


def _lift(event: EventRow) -> str:
    lift = event["lift"]
    return (
        f"{words.factor(lift['value'])} while it lasts ({words.factor_range(lift)}), {event['learned_from']}"
    )
