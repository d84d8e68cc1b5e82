"""What a shell offers for a half-typed name: forecasts, selectors, events, calendars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cloudtune.spec.store import Store


def forecasts(ctx: typer.Context, incomplete: str) -> list[str]:
    """Names of forecasts, and their ids once a folder is typed."""
    return _offered(ctx, incomplete, lambda store: _ids(store) if "/" in incomplete else _names(store))


def selectors(ctx: typer.Context, incomplete: str) -> list[str]:
    """What `--select` takes: names, and `tag:`, `owner:`, `region:`, `calendar:` with their values."""
    *before, last = incomplete.split(",")
    stem = ",".join([*before, ""]) if before else ""
    return [f"{stem}{word}" for word in _offered(ctx, last, _selectors)]


def events(ctx: typer.Context, incomplete: str) -> list[str]:
    """Events of the forecast that is named already, else of all of them."""
    # An option that still lacks its value keeps typer from telling which argument is which.
    name = str(ctx.params.get("name") or next(iter(ctx.args), ""))
    return _offered(ctx, incomplete, lambda store: _events(store, name))


def calendars(ctx: typer.Context, incomplete: str) -> list[str]:
    """Names of calendars."""
    return _offered(ctx, incomplete, lambda store: store.calendars)


def _offered(ctx: typer.Context, incomplete: str, words_of: Callable[[Store], Iterable[str]]) -> list[str]:
    from cloudtune.cli.opening import open_store
    from cloudtune.errors import Refusal

    try:
        store = open_store(ctx.params.get("root"))
        return sorted(
            {word for word in words_of(store) if word.startswith(incomplete) and word.isprintable()}
        )
    except (Refusal, OSError):
        # A shell asks at every tab, also outside of a store: there is nothing to offer, and nobody to tell.
        return []


def _names(store: Store) -> Iterable[str]:
    return (item.spec.name for item in store.specs.values())


def _ids(store: Store) -> Iterable[str]:
    return store.specs


def _selectors(store: Store) -> Iterable[str]:
    for item in store.specs.values():
        spec = item.spec
        yield spec.name
        yield from (f"tag:{tag}" for tag in spec.tags)
        yield from (f"calendar:{name}" for name in spec.calendars)
        yield from (f"owner:{spec.owner}",) * bool(spec.owner)
        yield from (f"region:{spec.region}",) * bool(spec.region)
    yield "changed:"


def _events(store: Store, name: str) -> Iterable[str]:
    for item in store.specs.values():
        if name in {"", item.spec.name, item.id, item.file}:
            yield from (event.name for event in item.spec.events)
            yield from (event.name for calendar in item.calendars for event in calendar.spec.events)
