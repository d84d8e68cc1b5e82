"""Order sheets on disk: committed beside the report of their forecast, kept where nothing moved."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Literal, cast

from cloudtune.errors import Problem, Refusal
from cloudtune.files import OutOfBoundsError, read_bytes, write_text
from cloudtune.report.io import ORDERS, REPORTS, dump_document, report_path
from cloudtune.report.orders import SCHEMA, OrdersDocument
from cloudtune.spec.messages import counted

if TYPE_CHECKING:
    from pathlib import Path

    from cloudtune.report.orders import OrderRow
    from cloudtune.report.templates import Templates

TEMPLATE = "orders.md.j2"
SHOWN_WEEKS = 13
COLUMNS = (
    *("order_by", "need_by", "week", "location", "instance", "generation", "units", "total_after"),
    *("kind", "because", "late_days", "cost"),
)


def orders_markdown(document: OrdersDocument, templates: Templates) -> str:
    """The sheet as its readers see it."""
    return templates.render(
        TEMPLATE,
        d=document,
        shown_weeks=document["weekly"][:SHOWN_WEEKS],
        folded_weeks=document["weekly"][SHOWN_WEEKS:],
        to_root="../" * (document["id"].count("/") + 1),
    )


def orders_text(document: OrdersDocument) -> str:
    """The verdict and a line an order, for a terminal."""
    lines = [document["verdict"]]
    for row in document["orders"]:
        where = f" in {row['location']}" if row["location"] else ""
        late = f", {counted(row['late_days'], 'day')} late" if row["late_days"] else ""
        because = f" for {row['because']}" if row["because"] else ""
        what = f"{row['units']:>6,} {row['instance']}{where}, {row['kind']}"
        lines.append(f"{row['order_by']}  {what}, needed {row['need_by']}{because}{late}")
        lines.append(f"{'':12}{row['chain']}")
    return "\n".join(lines)


def orders_csv(document: OrdersDocument) -> str:
    """The orders as a table for those who place them."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(document["orders"])
    return text.getvalue()


def unserved(document: OrdersDocument, file: str) -> Problem:
    """That the fleet can't serve the demand, with the units that are missing."""
    message = (
        f"the fleet of {document['name']} lacks {counted(document['missing'], 'unit')} in its worst week"
    )
    hint = "raise `at_most`, add a member to the fleet, or lower what it must carry"
    return Problem("CT804", message, hint, file=file, path=("capacity", "fleet"), at_key=True)


def write_orders(
    root: Path, document: OrdersDocument, templates: Templates
) -> Literal["changed", "unchanged"]:
    """Settle the sheet against the committed one and write what differs; JSON last, it holds the hashes."""
    settled = settle_orders(document, committed_orders(root, document["id"]))
    written = [
        write_text(
            report_path(root, document["id"], ".capacity.md"), orders_markdown(settled, templates), root
        ),
        write_text(report_path(root, document["id"], ORDERS), dump_document(settled), root),
    ]
    return "changed" if any(written) else "unchanged"


def settle_orders(fresh: OrdersDocument, committed: OrdersDocument | None) -> OrdersDocument:
    """The sheet to commit: the committed one as long as no order moved by a batch.

    Inputs are always the newest; another capacity block, another sheet.
    """
    if committed is None or committed["inputs"]["capacity"] != fresh["inputs"]["capacity"]:
        return fresh
    if committed["inputs"] == fresh["inputs"]:
        return committed
    batch = {(row["location"], row["instance"]): row["batch"] for row in fresh["fleet"]}
    before = {_key(row): row for row in committed["orders"]}
    after = {_key(row): row for row in fresh["orders"]}
    same = before.keys() == after.keys() and all(
        abs(after[key]["units"] - row["units"]) < batch.get((row["location"], row["instance"]), 1)
        for key, row in before.items()
    )
    is_later = fresh["weekly"][:1] and committed["weekly"][:1] != fresh["weekly"][:1]
    if not same or is_later:
        return fresh
    return cast("OrdersDocument", {**committed, "inputs": fresh["inputs"]})


def committed_orders(root: Path, report_id: str) -> OrdersDocument | None:
    """The sheet as it is on disk; None where there is none that can be read."""
    path = report_path(root, report_id, ORDERS)
    if not path.is_file():
        return None
    try:
        return load_orders(read_bytes(path, root), f"{REPORTS}/{report_id}{ORDERS}")
    except (OutOfBoundsError, Refusal):
        # A sheet that can't be read is replaced: a run is the mend that its problem names.
        return None


def load_orders(data: bytes, file: str) -> OrdersDocument:
    """A sheet back from its bytes; refuses what no run writes."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Refusal(_broken(file, str(error))) from None
    if not isinstance(found, dict) or found.get("schema_version") != SCHEMA:
        raise Refusal(_broken(file, f"it has not the schema {SCHEMA}"))
    missing = sorted(OrdersDocument.__required_keys__ - found.keys())
    if missing:
        raise Refusal(_broken(file, f"it lacks {', '.join(missing)}"))
    return cast("OrdersDocument", found)


def _key(row: OrderRow) -> tuple[str, ...]:
    return row["week"], row["location"], row["instance"], row["kind"], row["order_by"]


def _broken(file: str, why: str) -> Problem:
    hint = "delete it and run `cloudtune run`; a report is never mended by hand"
    return Problem("CT725", f"the order sheet can't be read: {why}", hint, file=file)
