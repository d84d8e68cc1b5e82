"""Proposals as text, JSON or Markdown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cloudtune.report import words
from cloudtune.spec.messages import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.suggest.proposals import Proposal

SCHEMA = "cloudtune/suggest/v1"
NOTHING = "Nothing to suggest: the data shows nothing that the spec lacks."


def as_text(name: str, proposals: Sequence[Proposal]) -> str:
    """For a terminal: one line a proposal, its effect below."""
    if not proposals:
        return f"{name}: {NOTHING[0].lower()}{NOTHING[1:]}\n"
    lines = [f"{name}: {_count(proposals)}"]
    for number, proposal in enumerate(proposals, 1):
        lines.append(f"{number:3d}  {proposal.kind:<12} {proposal.reason}")
        lines += [f"     {'':12} {line}" for line in _below(proposal)]
    return "\n".join(lines) + "\n"


def as_markdown(name: str, proposals: Sequence[Proposal]) -> str:
    """For a pull request or an issue: one table."""
    if not proposals:
        return f"# Suggestions for {name}\n\n{NOTHING}\n"
    head = ["| kind | why | forecast becomes | file |", "|---|---|---|---|"]
    rows = [f"| {one.kind} | {_cell(one.reason)} | {_words(one)} | {_where(one)} |" for one in proposals]
    return "\n".join([f"# Suggestions for {name}", "", f"{_count(proposals)}.", "", *head, *rows]) + "\n"


def as_json(name: str, proposals: Sequence[Proposal]) -> str:
    """For machines: every number as it was found."""
    found = [_record(one) for one in proposals]
    return json.dumps({"schema_version": SCHEMA, "name": name, "proposals": found}, indent=1) + "\n"


def _record(proposal: Proposal) -> dict[str, Any]:
    effect = proposal.effect
    return {
        "kind": proposal.kind,
        "file": proposal.file,
        "path": list(proposal.path),
        "reason": proposal.reason,
        "editable": bool(proposal.edits),
        "start": None if proposal.start is None else str(proposal.start.astype("datetime64[m]")),
        "end": None if proposal.end is None else str(proposal.end.astype("datetime64[m]")),
        "size": proposal.size if proposal.size is None else round(proposal.size, 4),
        "strength": round(proposal.strength, 2),
        "effect": None
        if effect is None
        else {"total": round(effect.total, 5), "peak": round(effect.peak, 5)},
    }


def _count(proposals: Sequence[Proposal]) -> str:
    by_hand = sum(not one.edits for one in proposals)
    aside = f", {by_hand} of them to be made by hand" if by_hand else ""
    return counted(len(proposals), "suggestion") + aside


def _below(proposal: Proposal) -> list[str]:
    lines = [] if proposal.effect is None else [f"the forecast becomes: {_words(proposal)}"]
    return lines if proposal.edits else [*lines, "no edit: decide by hand"]


def _words(proposal: Proposal) -> str:
    if proposal.effect is None:
        return "not computed"
    return f"total {words.signed(proposal.effect.total)}, peak {words.signed(proposal.effect.peak)}"


def _where(proposal: Proposal) -> str:
    return _cell(proposal.file) if proposal.edits else "by hand"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
