"""What differs between two order sheets: units and dates, as changes of their forecast's report."""

from __future__ import annotations

from collections import defaultdict
from itertools import zip_longest
from typing import TYPE_CHECKING

from cloudtune.errors import Refusal
from cloudtune.git.revisions import contents
from cloudtune.report import words
from cloudtune.report.io import ORDERS, REPORTS
from cloudtune.report.order_files import load_orders
from cloudtune.review.change import FigureChange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cloudtune.git.calls import Repository
    from cloudtune.git.revisions import Listing
    from cloudtune.report.orders import OrderRow, OrdersDocument
    from cloudtune.review.change import Diff

MOST_NAMED = 3
"""Orders that a sentence names."""


def order_changes(
    repository: Repository, old: Listing, new: Listing, keep: Callable[[str], bool]
) -> dict[str, tuple[FigureChange, ...]]:
    """By id, what changed in the order sheets of two sides; a sheet that can't be read says nothing here."""
    before, after = (_sheets(side) for side in (old, new))
    names = [name for name in sorted(before.keys() | after.keys()) if keep(name)]
    moved = [
        name for name in names if old.blobs.get(before.get(name, "")) != new.blobs.get(after.get(name, ""))
    ]
    was, now = _read(repository, old, before, moved), _read(repository, new, after, moved)
    found = {name: compare_orders(was.get(name), now.get(name)) for name in moved}
    return {name: changes for name, changes in found.items() if changes}


def compare_orders(was: OrdersDocument | None, now: OrdersDocument | None) -> tuple[FigureChange, ...]:
    """A change an order whose units or dates differ; orders for the same reason are the same one."""
    before, after = _by_reason(was), _by_reason(now)
    changes: list[FigureChange] = []
    for key in sorted(before.keys() | after.keys()):
        for old, new in zip_longest(before.get(key, ()), after.get(key, ())):
            changes += _compared(old, new)
    return tuple(changes)


def orders_sentence(diff: Diff) -> str:
    """`Orders: +12 m7g.4xlarge in us-west-2 by Thu 3 Jun 2027, ...`; empty where none moves."""
    found = [change for report in diff.reports for change in report.changes if change.kind == "order"]
    units = [change for change in found if change.fact != DATE]
    if not found:
        return ""
    if not units:
        return "Orders: other dates, the same units."
    ranked = sorted(units, key=lambda change: -abs(_delta(change)))
    named = ", ".join(f"{_delta(change):+,} {change.subject}" for change in ranked[:MOST_NAMED])
    rest = len(units) - MOST_NAMED
    return f"Orders: {named}, {rest} more." if rest > 0 else f"Orders: {named}."


DATE = "order by"


def _compared(old: OrderRow | None, new: OrderRow | None) -> Iterator[FigureChange]:
    row = new or old
    if row is None or (old and new and (old["units"], old["order_by"]) == (new["units"], new["order_by"])):
        return
    where = f" in {row['location']}" if row["location"] else ""
    because = f" for {row['because']}" if row["because"] else ""
    what = f"{row['instance']}{where}{because}"
    before, after = (side["units"] if side else 0 for side in (old, new))
    if before != after:
        subject = f"{what} by {words.when(row['order_by'])}"
        why = f"late by {row['late_days']}d" if new and row["late_days"] else "another order"
        yield FigureChange("order", subject, "units", before, after, material=True, why=why, unit="count")
    if old and new and old["order_by"] != new["order_by"]:
        yield FigureChange(
            "order",
            what,
            DATE,
            old["order_by"],
            new["order_by"],
            material=True,
            why="another date",
            unit="moment",
        )


def _by_reason(sheet: OrdersDocument | None) -> Mapping[tuple[str, ...], Sequence[OrderRow]]:
    """Orders by member, kind and reason, in order of their weeks: a week that moves is the same order."""
    found: defaultdict[tuple[str, ...], list[OrderRow]] = defaultdict(list)
    for row in sorted(sheet["orders"] if sheet else [], key=lambda row: row["week"]):
        found[row["location"], row["instance"], row["kind"], row["because"]].append(row)
    return found


def _sheets(side: Listing) -> dict[str, str]:
    """Id -> path of every order sheet of a side."""
    paths = (path for path in sorted(side.blobs) if path.startswith(f"{REPORTS}/") and path.endswith(ORDERS))
    return {path.removeprefix(f"{REPORTS}/").removesuffix(ORDERS): path for path in paths}


def _read(
    repository: Repository, side: Listing, paths: Mapping[str, str], names: Sequence[str]
) -> dict[str, OrdersDocument]:
    wanted = [name for name in names if name in paths]
    found: dict[str, OrdersDocument] = {}
    for name, data in zip(wanted, contents(repository, side, [paths[name] for name in wanted]), strict=True):
        try:
            found[name] = load_orders(data, paths[name])
        except Refusal:
            # `check` says what is wrong with it; here it is as if there were none.
            continue
    return found


def _delta(change: FigureChange) -> int:
    sides = (side if isinstance(side, int | float) else 0 for side in (change.after, change.before))
    after, before = sides
    return round(after - before)
