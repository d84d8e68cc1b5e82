"""Sticky figures: what says nothing new keeps its committed bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from cloudtune.report.gates import demanded
from cloudtune.report.inertia import by_row
from cloudtune.report.peaks import choose_peaks

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudtune.report.document import Document, SurpriseRow


DEFAULT_TOLERANCE = 0.005
TALK = ("owner", "region", "tags", "description", "spec")
"""Keys that say nothing about the forecast: always the newest."""
UNWEIGHED = frozenset(
    {
        *TALK,
        "choices",
        "decimals",
        "granularities",
        "growth_kind",
        "history",
        "history_step",
        "ingredients",
        "inputs",
        "past",
        "repairs",
        "surprises",
    }
    | {"tolerance", "verdict", "warnings"}
)
"""Keys that never make news of themselves: talk, or words about figures that are weighed."""
WORDS = ("choices", "growth_kind", "ingredients", "repairs", "verdict", "warnings")
"""Keys of words about figures, which stay with them."""
_RATES = frozenset({"growth", "accuracy", "folds", "breaks", "masked_share", "exclusion_effect", "gates"})
"""Keys of rates: these may move by the tolerance itself, not by a share of themselves."""
_KEYED: dict[str, Callable[[Any], Any]] = {
    "daily": lambda row: row.date,
    "weekly": lambda row: row.date,
    "peak_day": lambda row: row.time,
    "folds": lambda row: row.cutoff,
    "accuracy": lambda row: (row["step"], row["ahead"]),
}
"""Lists that slide with time: only rows on both sides are weighed."""
_LOOSE = frozenset({"points", "file", "line"})


def settle(fresh: Document, committed: Document | None) -> Document:
    """The document to commit: the committed figures unless something moved.

    Equal inputs and gates keep every figure. After new data alone each figure stays until it has left its
    noise, and renews its own row. After an edit, which has no noise, figures that all moved less than the
    tolerance stay; one beyond it renews them all, so that a report is of one spec.
    """
    settled = _settled(fresh, committed)
    return cast("Document", {**settled, "surprises": _surprises(fresh, committed)})


def _surprises(fresh: Document, committed: Document | None) -> list[SurpriseRow]:
    """The committed ones of the last weeks, and those of days that are new since.

    Why not others: a day is news when it comes, and not because a later fit sees it in another light.
    """
    new = fresh.get("surprises", [])
    if committed is None or committed["id"] != fresh["id"]:
        return new
    through = fresh["inputs"]["data_through"][:10]
    first = str(np.datetime64(through) - _TOLD_DAYS) if through else ""
    kept = [row for row in committed.get("surprises", []) if row.date >= first]
    last = max([committed["inputs"]["data_through"][:10], *(row.date + "~" for row in kept)])
    return kept + [row for row in new if row.date >= last]


_TOLD_DAYS = 28


def _settled(fresh: Document, committed: Document | None) -> Document:
    if committed is None or committed["id"] != fresh["id"]:
        return _with_peaks(fresh, None)
    chosen = _with_peaks(fresh, committed)
    # Why gates, too: a gate is no input of the forecast, yet an edited one is news.
    if committed["inputs"] == fresh["inputs"] and demanded(committed["gates"]) == demanded(fresh["gates"]):
        return _merged(committed, fresh, TALK)
    if is_refresh(fresh, committed) and not _is_retold(chosen, committed):
        return by_row(fresh, committed, _tolerance(fresh))
    if _is_retold(chosen, committed) or _moved(chosen, committed, _tolerance(fresh)):
        return chosen
    kept = _merged(committed, fresh, (*TALK, "inputs", "tolerance"))
    return _slid(kept, chosen)


def is_refresh(fresh: Document, committed: Document) -> bool:
    """True where only the data may have moved the figures: spec, calendars and engine are the same."""
    made_of = ("spec", "calendars", "engine")
    same = all(fresh["inputs"][name] == committed["inputs"][name] for name in made_of)  # type: ignore[literal-required]
    is_newer = fresh["inputs"]["data"] != committed["inputs"]["data"]
    return same and is_newer and demanded(committed["gates"]) == demanded(fresh["gates"])


def differing(fresh: Document, committed: Document, tolerance: float) -> tuple[str, ...]:
    """Keys under which a committed report holds other figures than a fresh one, or other rows."""
    chosen = _with_peaks(fresh, committed)
    names = sorted((chosen.keys() | committed.keys()) - UNWEIGHED)
    return tuple(
        name
        for name in names
        if not (_same(name, chosen, committed, tolerance) or _is_kept(name, fresh, committed, tolerance))
        or _rows(name, chosen) != _rows(name, committed)
    )


def is_settled(fresh: Document, committed: Document, before: Document) -> bool:
    """True where a run on top of the report of the base writes the figures that are committed."""
    expected = cast("dict[str, Any]", settle(fresh, before))
    written = cast("dict[str, Any]", committed)
    names = (expected.keys() | written.keys()) - UNWEIGHED
    return all(expected.get(name) == written.get(name) for name in names)


def _is_kept(name: str, fresh: Document, committed: Document, tolerance: float) -> bool:
    """True where a run would have kept the committed rows: within the noise that the fresh ones have.

    Why the fresh ones': whoever wrote the committed report must not choose how wide its intervals are.
    """
    if not is_refresh(fresh, committed):
        return False
    # Both ways round: each row of the one within the noise of the other's.
    back = cast("dict[str, Any]", by_row(committed, fresh, tolerance))
    return bool(back.get(name) == cast("dict[str, Any]", fresh).get(name))


def reworded(fresh: Document, committed: Document, before: Document | None) -> tuple[str, ...]:
    """Keys of words that a committed report has neither from a fresh one nor from the report before it."""
    sources = [cast("dict[str, Any]", one) for one in (fresh, before) if one is not None]
    words = cast("dict[str, Any]", committed)
    return tuple(key for key in WORDS if all(words.get(key) != source.get(key) for source in sources))


def _rows(name: str, document: Document) -> list[Any]:
    key = _KEYED.get(name)
    return [key(row) for row in cast("dict[str, Any]", document).get(name, [])] if key else []


def _with_peaks(fresh: Document, committed: Document | None) -> Document:
    before = committed["peaks"] if committed else []
    return cast("Document", {**fresh, "peaks": choose_peaks(fresh["peaks"], before, _tolerance(fresh))})


def _merged(base: Document, other: Document, keys: tuple[str, ...]) -> Document:
    taken = {key: value for key, value in other.items() if key in keys}
    return cast("Document", {**base, **taken})


def _slid(kept: Document, fresh: Document) -> Document:
    """Committed rows where they exist, fresh ones where time went on."""
    lists = {name: _slid_rows(name, kept, fresh) for name in _KEYED}
    return _merged(cast("Document", {**kept, **lists}), fresh, ("history", "history_step", "granularities"))


def _slid_rows(name: str, kept: Document, fresh: Document) -> list[Any]:
    key = _KEYED[name]
    before = {key(row): row for row in kept.get(name, [])}  # type: ignore[attr-defined]
    return [before.get(key(row), row) for row in fresh.get(name, [])]  # type: ignore[attr-defined]


def _is_retold(fresh: Document, committed: Document) -> bool:
    """The very same figures in other words, which are taken as long as they speak of these figures."""
    is_other = committed["inputs"]["template"] != fresh["inputs"]["template"]
    return is_other and not _moved(fresh, committed, 0.0)


def _tolerance(fresh: Document) -> float:
    return fresh.get("tolerance", DEFAULT_TOLERANCE)


def _moved(fresh: Document, committed: Document, tolerance: float) -> bool:
    names = (fresh.keys() | committed.keys()) - UNWEIGHED
    return any(not _same(name, fresh, committed, tolerance) for name in sorted(names))


def _same(name: str, fresh: Document, committed: Document, tolerance: float) -> bool:
    new, old = cast("dict[str, Any]", fresh).get(name), cast("dict[str, Any]", committed).get(name)
    if name in _KEYED:
        new, old = _overlap(_KEYED[name], new or [], old or [])
    return _close(new, old, tolerance, is_rate=name in _RATES)


def _overlap(key: Callable[[Any], Any], new: list[Any], old: list[Any]) -> tuple[list[Any], list[Any]]:
    shared = {key(row) for row in new} & {key(row) for row in old}
    return [row for row in new if key(row) in shared], [row for row in old if key(row) in shared]


def _close(new: Any, old: Any, tolerance: float, *, is_rate: bool) -> bool:
    """Equal, but for numbers that moved less than the tolerance."""
    if isinstance(new, dict) and isinstance(old, dict):
        keys = (new.keys() | old.keys()) - _LOOSE
        return all(_close(new.get(key), old.get(key), tolerance, is_rate=is_rate) for key in keys)
    if isinstance(new, (list, tuple)) and isinstance(old, (list, tuple)):
        pairs = zip(new, old, strict=False)
        return len(new) == len(old) and all(_close(a, b, tolerance, is_rate=is_rate) for a, b in pairs)
    if _is_number(new) and _is_number(old):
        allowed = tolerance if is_rate else tolerance * abs(old)
        return bool(abs(new - old) <= allowed)
    return bool(new == old)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
