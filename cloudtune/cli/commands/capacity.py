"""`cloudtune capacity`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cloudtune.cli import console, options

if TYPE_CHECKING:
    from pathlib import Path

    from cloudtune.report.orders import OrdersDocument


class OrdersFormat(StrEnum):
    """How an order sheet is written."""

    text = "text"
    json = "json"
    markdown = "markdown"
    csv = "csv"


def capacity(
    name: options.Name,
    *,
    root: options.Root = None,
    seed: options.Seed = 0,
    allow_outside: options.AllowOutside = False,
    style: Annotated[OrdersFormat, typer.Option("--format", help="How the sheet is written.")] = (
        OrdersFormat.text
    ),
) -> None:
    """Show what to order, by when and why; write nothing. Exits 1 where the fleet can't serve."""
    from cloudtune.cli.opening import one, open_store, refuse_located
    from cloudtune.errors import Refusal
    from cloudtune.run.workers import one_thread_each

    one_thread_each()
    store = open_store(root, allow_outside=allow_outside)
    forecast_id = one(store, name)

    from cloudtune.report.order_files import unserved
    from cloudtune.run.planned import orders
    from cloudtune.run.publish import Job

    try:
        document = orders(Job(store.root, seed=seed, allow_outside=allow_outside), forecast_id)
        console.result(_said(document, style, store.root), "json" if style is OrdersFormat.json else "text")
    except Refusal as refusal:
        refuse_located(store, refusal)
        return
    if document["missing"]:
        refuse_located(store, Refusal(unserved(document, store.specs[forecast_id].file)))


def _said(document: OrdersDocument, style: OrdersFormat, root: Path) -> str:
    from cloudtune.report.io import dump_document
    from cloudtune.report.order_files import orders_csv, orders_markdown, orders_text
    from cloudtune.report.templates import load_templates

    if style is OrdersFormat.json:
        return dump_document(document)
    if style is OrdersFormat.csv:
        return orders_csv(document)
    if style is OrdersFormat.markdown:
        return orders_markdown(document, load_templates(root))
    return orders_text(document)
