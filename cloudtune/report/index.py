"""The fleet at a glance: one row a forecast, by owner and region."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from cloudtune.report import words
from cloudtune.report.sentences import amount_of, overall_accuracy
from cloudtune.spec.messages import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudtune.report.document import Document
    from cloudtune.report.templates import Templates

INDEX = "index.md.j2"
_MARKS = (("fail", "❌"), ("waived", "⚠️"))


class FleetRow(NamedTuple):
    """A forecast in one line."""

    id: str
    peak: str
    at: str
    event: str
    growth: str
    accuracy: str
    gates: str


class FleetGroup(NamedTuple):
    """The forecasts of one owner in one region."""

    title: str
    rows: list[FleetRow]


def render_index(documents: Iterable[Document], templates: Templates, unreadable: Iterable[str] = ()) -> str:
    """The fleet view; the order of `documents` does not matter."""
    ordered = sorted(documents, key=lambda document: (*_group_key(document), document["id"]))
    groups = [
        FleetGroup(_group_title(owner, region), [_row(document) for document in members])
        for (_, owner, region), members in groupby(ordered, key=_group_key)
    ]
    return templates.render(
        INDEX, groups=groups, unreadable=sorted(unreadable), verdict=_verdict(ordered), count=len(ordered)
    )


def _group_key(document: Document) -> tuple[bool, str, str]:
    """Owners by name; what nobody owns comes last."""
    return not document["owner"], document["owner"], document["region"]


def _group_title(owner: str, region: str) -> str:
    return " · ".join(part for part in (owner or "no owner", region) if part)


def _row(document: Document) -> FleetRow:
    peak = document["peak"]
    unit = str(amount_of(document))
    return FleetRow(
        id=document["id"],
        peak=f"{words.number(peak['height']['value'])} {unit}".rstrip() if peak else words.ABSENT,
        at=words.when(peak["at"]) if peak else words.ABSENT,
        event=_next_event(document),
        growth=words.signed(document["growth"]["value"]),
        accuracy=_accuracy(document),
        gates=_gates(document),
    )


def _next_event(document: Document) -> str:
    if not document["events"]:
        return "none"
    event = min(document["events"], key=lambda event: (event["start"], event["name"]))
    return f"{event['name']}, {words.start(event['start'])}"


def _accuracy(document: Document) -> str:
    row = overall_accuracy(document["accuracy"], document["step"])
    return f"{words.percent(row['wape'])} (naive {words.percent(row['naive_wape'])})" if row else words.ABSENT


def _gates(document: Document) -> str:
    results = [row["result"] for row in document["gates"]]
    if not results:
        return "none"
    for result, mark in _MARKS:
        if result in results:
            return f"{mark} {results.count(result)} of {len(results)} {result}"
    return f"✅ {len(results)} pass"


def _verdict(documents: list[Document]) -> str:
    failing = sum(any(row["result"] == "fail" for row in document["gates"]) for document in documents)
    whole = counted(len(documents), "forecast")
    gates = f"gates fail in {failing}" if failing else "no gate fails"
    return f"{whole}; {gates}."
