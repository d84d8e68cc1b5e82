"""`cloudtune track`."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloudtune.cli import completing, console, options
from cloudtune.files import write_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cloudtune.errors import Problem
    from cloudtune.spec.store import Store
    from cloudtune.track.findings import Recommendation
    from cloudtune.track.nowcast import Nowcast
    from cloudtune.track.request import Subject, TrackRequest
    from cloudtune.track.tracking import Tracking


class TrackFormat(StrEnum):
    """How a tracked window is written."""

    text = "text"
    json = "json"
    markdown = "markdown"
    svg = "svg"
    patch = "patch"

    @property
    def kind(self) -> console.TextKind:
        """How its text is made harmless: a patch must keep every byte, a picture has escapes of its own."""
        kinds: dict[TrackFormat, console.TextKind] = {
            TrackFormat.json: "json",
            TrackFormat.patch: "raw",
            TrackFormat.svg: "raw",
        }
        return kinds.get(self, "text")


@dataclass(frozen=True, slots=True)
class _Look:
    """How to show a window."""

    style: TrackFormat
    picture: Path | None
    nowcast: bool


class _Clock:
    """The real clock."""

    def now(self) -> datetime:
        """An aware instant."""
        return datetime.now(tz=UTC)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


def track(
    name: options.Name,
    *,
    event: Annotated[
        str | None,
        typer.Option(
            "--event",
            metavar="EVENT",
            autocompletion=completing.events,
            help="Its latest occurrence that has begun.",
        ),
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="First instant of a window.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="TIME", help="End of the window.")] = None,
    revision: Annotated[
        str | None,
        typer.Option(
            "--revision", metavar="REVISION", help="Whose forecast. Default: the newest before the window."
        ),
    ] = None,
    train_to: Annotated[
        str | None,
        typer.Option(
            "--train-to", metavar="TIME", help="Instead: today's spec as if the data had ended then."
        ),
    ] = None,
    nowcast: Annotated[
        bool, typer.Option("--nowcast", help="Update the rest from what has come so far.")
    ] = False,
    follow: Annotated[
        bool, typer.Option("--follow", help="Poll at the series' step until the window is over.")
    ] = False,
    picture: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Also write the picture to this file.")
    ] = None,
    root: options.Root = None,
    allow_outside: options.AllowOutside = False,
    style: Annotated[TrackFormat, typer.Option("--format", help="How the window is written.")] = (
        TrackFormat.text
    ),
) -> None:
    """Hold actuals against the forecast that was committed before; exit 1 outside its 80% interval."""
    from cloudtune.cli.opening import one, open_store, refuse_located
    from cloudtune.errors import Refusal
    from cloudtune.run.workers import one_thread_each
    from cloudtune.track.request import TrackRequest

    one_thread_each()
    store = open_store(root, allow_outside=allow_outside)
    request = TrackRequest(event, start, end, revision, train_to, allow_outside)
    chosen = one(store, name)
    try:
        subject = _subject(store, chosen, request, follow=follow)
        last = _show(store, subject, _Look(style, picture, nowcast), follow=follow)
    except Refusal as refusal:
        refuse_located(store, refusal)
        return
    alarm = None if last is None else _alarm(subject, last)
    if alarm is not None:
        refuse_located(store, Refusal(alarm))


def _subject(store: Store, name: str, request: TrackRequest, *, follow: bool) -> Subject:
    from cloudtune.track.request import subject_of

    now = _Clock().now() if follow else None
    resolved = store.resolve(name)
    return subject_of(resolved, store.root, request, now=now)


def _show(store: Store, subject: Subject, look: _Look, *, follow: bool) -> Tracking | None:
    """Write every look; return the last."""
    last = None
    for last in _looks(subject, follow=follow):
        console.result(_RENDERERS[look.style](store, subject, last, look), look.style.kind)
        if look.picture is not None:
            write_text(look.picture, _svg(store, subject, last, look))
    return last


def _looks(subject: Subject, *, follow: bool) -> Iterator[Tracking]:
    """One look, or one at every step of the series while the window runs."""
    if not follow:
        yield subject.poll()
        return
    from cloudtune.track.request import follow as beats

    seconds = subject.resolved.spec.series.step.minutes * 60
    for beat in beats(subject.poll, _Clock(), step_seconds=seconds, until=subject.window.end):
        if beat.tracking is None:
            console.talk(f"{beat.trouble}; asking again in {beat.next_in:.0f} s")
        else:
            yield beat.tracking


def _alarm(subject: Subject, tracking: Tracking) -> Problem | None:
    """The finding where actuals stayed outside the interval for longer than the spec tolerates."""
    from cloudtune.track.facts import facts_of
    from cloudtune.track.findings import alarm_of

    return alarm_of(facts_of(tracking), subject.resolved)


def _update(tracking: Tracking, look: _Look) -> Nowcast | None:
    from cloudtune.track.nowcast import nowcast

    return nowcast(tracking) if look.nowcast else None


def _terminal(_: Store, __: Subject, tracking: Tracking, look: _Look) -> str:
    from cloudtune.track import terminal

    return terminal.text(tracking, _update(tracking, look), console.width())


def _json(_: Store, __: Subject, tracking: Tracking, look: _Look) -> str:
    from cloudtune.track.facts import facts_of
    from cloudtune.track.json_lines import json_lines

    return "\n".join(json_lines(tracking, facts_of(tracking), _update(tracking, look)))


def _svg(_: Store, __: Subject, tracking: Tracking, look: _Look) -> str:
    from cloudtune.track import chart

    return chart.svg(tracking, _update(tracking, look))


def _after_action(store: Store, subject: Subject, tracking: Tracking, look: _Look) -> str:
    from cloudtune.track.after_action import after_action

    return after_action(
        tracking,
        _recommendation(subject, tracking),
        patch=_patch(store, subject, tracking, look),
        picture=look.picture.name if look.picture else "",
        update=_update(tracking, look),
    )


def _patch(store: Store, subject: Subject, tracking: Tracking, _: _Look) -> str:
    """The recommendation as a diff of the file that declares the event."""
    from cloudtune.yaml_edit.edit import apply
    from cloudtune.yaml_edit.patch import patch, texts_of

    recommendation = _recommendation(subject, tracking)
    if not recommendation.puts:
        return ""
    before = texts_of(store.root, [recommendation.file])
    return patch(before, {recommendation.file: apply(before[recommendation.file], recommendation.puts)})


def _recommendation(subject: Subject, tracking: Tracking) -> Recommendation:
    from cloudtune.track.facts import facts_of
    from cloudtune.track.findings import recommendation_of

    return recommendation_of(facts_of(tracking), subject.window)


_RENDERERS: dict[TrackFormat, Callable[[Store, Subject, Tracking, _Look], str]] = {
    TrackFormat.text: _terminal,
    TrackFormat.json: _json,
    TrackFormat.markdown: _after_action,
    TrackFormat.svg: _svg,
    TrackFormat.patch: _patch,
}
