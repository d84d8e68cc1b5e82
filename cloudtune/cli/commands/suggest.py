"""`cloudtune suggest`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cloudtune.cli import console, options

if TYPE_CHECKING:
    from cloudtune.spec.store import Store
    from cloudtune.suggest.proposals import Proposal


class SuggestFormat(StrEnum):
    """How suggestions are written."""

    text = "text"
    json = "json"
    markdown = "markdown"
    patch = "patch"

    @property
    def kind(self) -> console.TextKind:
        """How its text is made harmless: a patch must keep every byte."""
        kinds: dict[SuggestFormat, console.TextKind] = {
            SuggestFormat.json: "json",
            SuggestFormat.patch: "raw",
        }
        return kinds.get(self, "text")


def suggest(
    name: options.Name,
    *,
    root: options.Root = None,
    write: Annotated[
        bool, typer.Option("--write", help="Make the edits in place; comments and order stay.")
    ] = False,
    allow_outside: options.AllowOutside = False,
    style: Annotated[SuggestFormat, typer.Option("--format", help="How suggestions are written.")] = (
        SuggestFormat.text
    ),
) -> None:
    """Propose what a spec lacks: outliers, breaks, events, clocks; with reasons, as a patch."""
    from cloudtune.cli.opening import one, open_store, refuse_located
    from cloudtune.errors import Refusal
    from cloudtune.run.workers import one_thread_each

    one_thread_each()
    store = open_store(root, allow_outside=allow_outside)
    chosen = one(store, name)
    try:
        proposals = _proposals(store, chosen, allow_outside=allow_outside)
        console.result(_text(store, chosen, proposals, style), style.kind)
        if write:
            _write(store, chosen, proposals)
    except Refusal as refusal:
        refuse_located(store, refusal)


def _proposals(store: Store, name: str, *, allow_outside: bool) -> list[Proposal]:
    from cloudtune.run.steps import read
    from cloudtune.suggest.propose import propose
    from cloudtune.suggest.trial import Baseline, with_effects

    resolved = store.resolve(name)
    cleaned = read(resolved, store.root, allow_outside=allow_outside).cleaned
    return with_effects(Baseline(store, resolved, cleaned), propose(cleaned, resolved))


def _text(store: Store, name: str, proposals: list[Proposal], style: SuggestFormat) -> str:
    from cloudtune.suggest import text as suggest_text
    from cloudtune.yaml_edit.patch import patch

    if style is SuggestFormat.patch:
        before, after = _texts(store, proposals)
        return patch(before, after)
    renderers = {
        SuggestFormat.text: suggest_text.as_text,
        SuggestFormat.json: suggest_text.as_json,
        SuggestFormat.markdown: suggest_text.as_markdown,
    }
    return renderers[style](name, proposals)


def _write(store: Store, name: str, proposals: list[Proposal]) -> None:
    from cloudtune.suggest import trial

    _, after = _texts(store, proposals)
    for file in trial.write(store, store.resolve(name), after):
        console.talk(f"edited {file}")


def _texts(store: Store, proposals: list[Proposal]) -> tuple[dict[str, str], dict[str, str]]:
    """The files that proposals concern, as they are and as they would be."""
    from cloudtune.suggest.proposals import edited
    from cloudtune.yaml_edit.patch import texts_of

    before = texts_of(store.root, (one.file for one in proposals if one.edits))
    return before, edited(before, proposals, store)
