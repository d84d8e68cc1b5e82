"""Every figure's own inertia: after new data a row is renewed once it has left its noise, and no other.

Rows that belong together stay together, so that their sums hold: a week and its days are of one run.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

from cloudtune.report.noise import accuracy_noise, moved, noise_of, same_shares, same_words, within
from cloudtune.report.peaks import Peaks
from cloudtune.report.sentences import amount_of, overall_accuracy, verdict_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cloudtune.report.document import (
        AccuracyRow,
        ChoiceRow,
        Document,
        PeriodRow,
        Range,
    )

Row = dict[str, Any]
"""Of any list of a document."""
FRESH = frozenset(
    {
        *("owner", "region", "tags", "description", "spec", "name", "schema_version", "id", "tolerance"),
        *("inputs", "granularities", "history", "history_step", "repairs", "unused", "surprises"),
    }
)
"""Keys that say what is, not what is expected: always the newest."""
_ALONG = 0.25
"""Once a week has left its noise, those that are more than so far out go along: one change, not a trickle."""
_EXPLAIN = ("ingredients", "breaks", "choices")
"""How the outlook came about: renewed, row by row, where the outlook is."""


def by_row(fresh: Document, committed: Document, tolerance: float) -> Document:
    """The document of a run on newer data, with each committed row that is within its noise."""
    rows = _Rows(cast("dict[str, Any]", fresh), cast("dict[str, Any]", committed), tolerance)
    daily, weekly = _weeks(fresh, committed, tolerance)
    peaks = Peaks(fresh, committed, tolerance)
    kept = {
        **{name: rows.whole(name) for name in fresh},
        "decimals": committed["decimals"],
        "daily": daily,
        "weekly": weekly,
        "ingredients": rows.listed("ingredients", _name, _same_ingredient),
        "breaks": _breaks(rows),
        "choices": rows.listed("choices", lambda row: row["what"], _same_choice),
        "events": rows.listed("events", _occurrence, rows.same_event),
        "accuracy": rows.listed("accuracy", _tested, rows.same_accuracy),
        "folds": rows.listed("folds", lambda row: row.cutoff, rows.same),
        "gates": rows.listed("gates", lambda row: row["gate"], rows.same_gate),
        "warnings": rows.listed("warnings", lambda text: text[:20], same_words),
        "peaks": peaks.listed,
        "peak": peaks.highest,
        **{name: _share(rows, name) for name in ("masked_share", "exclusion_effect")},
        **_growth(fresh, committed, tolerance),
    }
    if _is_still(kept, committed):
        kept |= {name: rows.committed[name] for name in _EXPLAIN}
    if peaks.highest == committed["peak"] and "peak_day" in committed:
        kept["peak_day"] = committed["peak_day"]
    whole = cast("Document", kept)
    tested = overall_accuracy(whole["accuracy"], whole["step"])
    whole["verdict"] = verdict_sentence(
        whole["peak"], whole["growth"], tested, whole["gates"], amount_of(whole)
    )
    return whole


def _is_still(kept: dict[str, Any], committed: Document) -> bool:
    """True where what the model foretells is as committed: its growth, and most of its weeks or days."""
    name = "weekly" if committed["weekly"] else "daily"
    before = {row.date: row for row in committed[name]}  # type: ignore[literal-required]
    shared = [row for row in kept[name] if row.date in before]
    still = sum(row == before[row.date] for row in shared)
    return bool(kept["growth"] == committed["growth"] and 2 * still >= len(shared))


class _Rows:
    """The rows of two documents, held against one another."""

    def __init__(self, fresh: dict[str, Any], committed: dict[str, Any], tolerance: float) -> None:
        self.fresh, self.committed, self.tolerance = fresh, committed, tolerance

    def whole(self, name: str) -> Any:
        """The committed value of a key if the new one says the same."""
        new, old = self.fresh[name], self.committed.get(name)
        return old if name not in FRESH and name in self.committed and self.same(old, new) else new

    def listed(self, name: str, key: Callable[[Any], Any], same: Callable[[Any, Any], bool]) -> list[Any]:
        """The new rows, each in its committed form where that says the same."""
        before = {key(row): row for row in self.committed.get(name, [])}
        rows = [(before.get(key(row)), row) for row in self.fresh.get(name, [])]
        return [old if old is not None and same(old, new) else new for old, new in rows]

    def same(self, old: Any, new: Any) -> bool:
        """Within the noise, figure by figure."""
        return within(old, new, self.tolerance)

    def same_event(self, old: Row, new: Row) -> bool:
        """Whatever its highest step: that is another one only where its height is."""
        loose = {"peak_at": "", "file": "", "line": 0}
        return self.same({**old, **loose}, {**new, **loose})

    def same_accuracy(self, old: Row, new: Row) -> bool:
        """No figure has left what its number of independent points leaves to chance."""
        return all(
            self._same_error(old, new, name) for name in new if name not in ("step", "ahead", "points")
        )

    def _same_error(self, old: Row, new: Row, metric: str) -> bool:
        a, b = old.get(metric), new.get(metric)
        if not isinstance(a, (int, float)) or not isinstance(b, (int, float)):
            return a == b
        # Why the error beside it: a bias near none is no surer than the error that it is part of.
        base = {**old, "bias": old["wape"]} if metric == "bias" else old
        return abs(b - a) <= accuracy_noise(cast("AccuracyRow", base), metric, self.tolerance)

    def same_gate(self, old: Row, new: Row) -> bool:
        """The same demand with the same result; its value is as uncertain as the row that it is read from."""
        facts = [name for name in new if name not in ("value", "path")]
        if any(old.get(name) != new[name] for name in facts):
            return False
        row = self._row_of(new)
        if row is None or new.get("metric") not in row:
            return within(old["value"], new["value"], max(self.tolerance, _EXPECTED))
        metric = new["metric"]
        return self._same_error({**row, metric: old["value"]}, {**row, metric: new["value"]}, metric)

    def _row_of(self, gate: Row) -> Row | None:
        rows: list[Row] = self.fresh["accuracy"]
        return next((row for row in rows if (row["step"], row["ahead"]) == (gate.get("step"), "all")), None)


_EXPECTED = 0.05
"""Part of itself that a lift held against an expectation may move."""


def _name(row: Row) -> Any:
    return row["name"]


def _occurrence(row: Row) -> Any:
    return row["name"], row["start"], row["end"]


def _tested(row: Row) -> tuple[str, str]:
    return row["step"], row["ahead"]


def _same_ingredient(old: Row, new: Row) -> bool:
    a, b = old["says"].partition("(averaged"), new["says"].partition("(averaged")
    return same_words(a[0], b[0]) and a[1] == b[1] and same_shares(a[2], b[2])


def _same_choice(old: ChoiceRow, new: ChoiceRow) -> bool:
    """The same choice, or one that is hardly better than the committed one."""
    if old["chosen"] == new["chosen"]:
        return _near(old["error"], new["error"])
    return old["chosen"] == new["alternative"] and _near(new["error"], new["alternative_error"], _CLEARLY)


_CLEARLY, _BY_CHANCE = 0.05, 0.15
"""How much better another choice must be, and how far the error of one moves by chance."""


def _near(a: float | None, b: float | None, part: float = _BY_CHANCE) -> bool:
    return a == b if a is None or b is None else abs(b - a) <= part * abs(a)


def _growth(fresh: Document, committed: Document, tolerance: float) -> dict[str, Any]:
    """The rate and its kind; a rate may move by the tolerance itself, for it is a share already."""
    was, now = committed["growth"], fresh["growth"]
    if was["value"] is None or now["value"] is None:
        stays = was["value"] is now["value"]
    else:
        stays = abs(now["value"] - was["value"]) <= max(noise_of(was, 0.0), tolerance)
    stays = stays and same_shares(committed["growth_kind"], fresh["growth_kind"])
    chosen = committed if stays else fresh
    return {"growth": chosen["growth"], "growth_kind": chosen["growth_kind"]}


def _share(rows: _Rows, name: str) -> float | None:
    """What is left out, and what that does: of a growing series a part that shrinks day by day."""
    old, new = rows.committed.get(name), rows.fresh[name]
    return old if _near(old, new, _BY_CHANCE) or _small(old, new, rows.tolerance) else new


def _small(old: float | None, new: float | None, tolerance: float) -> bool:
    return old is not None and new is not None and abs(new - old) <= tolerance


_SAME_BREAK = 30
"""Days: a break found that near to a committed one is the same."""


def _breaks(rows: _Rows) -> list[Row]:
    return [next((old for old in rows.committed["breaks"] if _same_break(old, new, rows.tolerance)), new)
            for new in rows.fresh["breaks"]]  # fmt: skip


def _same_break(old: Row, new: Row, tolerance: float) -> bool:
    facts = ("kind", "declared", "reason")
    apart = abs((date.fromisoformat(new["at"][:10]) - date.fromisoformat(old["at"][:10])).days)
    near = apart <= (0 if new["declared"] else _SAME_BREAK)
    return (
        near
        and all(old[name] == new[name] for name in facts)
        and _same_size(old["size"], new["size"], tolerance)
    )


def _same_size(old: Range, new: Range, tolerance: float) -> bool:
    if old["value"] is None or new["value"] is None:
        return old["value"] is new["value"]
    return abs(new["value"] - old["value"]) <= max(noise_of(old, 0.0), tolerance)


def _weeks(fresh: Document, committed: Document, tolerance: float) -> tuple[list[PeriodRow], list[PeriodRow]]:
    """Days and weeks; a week and its days are renewed together, or stay together."""
    new, old = _by_week(fresh), _by_week(committed)
    far = {monday: _distance(old.get(monday, {}), rows, tolerance) for monday, rows in new.items()}
    most = _ALONG if any(distance > 1 for distance in far.values()) else 1.0
    daily: list[PeriodRow] = []
    weekly: list[PeriodRow] = []
    for monday in sorted(new):
        found = new[monday]
        if far[monday] <= most:
            found = _joined(old[monday], found, fresh.get("aggregate", "sum"))
        daily += [row for key, row in found.items() if key != _WEEK]
        weekly += [row for key, row in found.items() if key == _WEEK]
    return daily, weekly


_WEEK = "week"


def _by_week(document: Document) -> dict[str, dict[str, PeriodRow]]:
    """By Monday: its days by date, and the week itself."""
    found: dict[str, dict[str, PeriodRow]] = {}
    for row in document["daily"]:
        day = date.fromisoformat(row.date)
        found.setdefault((day - timedelta(days=day.weekday())).isoformat(), {})[row.date] = row
    for row in document["weekly"]:
        day = date.fromisoformat(row.date)
        found.setdefault((day - timedelta(days=day.weekday())).isoformat(), {})[_WEEK] = row
    return found


def _distance(old: dict[str, PeriodRow], new: dict[str, PeriodRow], tolerance: float) -> float:
    """How far the row that went furthest is from where it was, in its noise."""
    shared = old.keys() & new.keys()
    if not shared:
        return float("inf")
    return max(moved(_range(old[key]), _range(new[key]), tolerance) for key in shared)


def _range(row: PeriodRow) -> Range:
    return {"value": row.value, "low": row.low, "high": row.high}


def _joined(old: dict[str, PeriodRow], new: dict[str, PeriodRow], aggregate: str) -> dict[str, PeriodRow]:
    """Committed rows, and those that time brings; a week that they complete is what its days add up to."""
    found = {key: old.get(key, row) for key, row in new.items()}
    if _WEEK in new and _WEEK not in old:
        found[_WEEK] = _complete(new[_WEEK], [row for key, row in found.items() if key != _WEEK], aggregate)
    return found


_SUMS: dict[str, Callable[[list[float]], float]] = {
    "sum": sum,
    "mean": lambda values: sum(values) / len(values),
    "max": max,
}


def _complete(week: PeriodRow, days: Iterable[PeriodRow], aggregate: str) -> PeriodRow:
    values = [row.value for row in days if row.value is not None]
    if len(values) < 7 or not week.value:
        return week
    total = _SUMS[aggregate](values)
    low, high = (None if edge is None else edge + total - week.value for edge in (week.low, week.high))
    return week._replace(value=_as(week.value, total), low=_as(week.low, low), high=_as(week.high, high))


def _as(was: float | None, now: float | None) -> float | None:
    """Rounded as `was` is."""
    if was is None or now is None or isinstance(was, int):
        return None if now is None else round(now)
    return round(now, max(len(repr(was).partition(".")[2]), 1))
