"""A small repository with real specs, and reports that are fresh against them."""

from __future__ import annotations

from datetime import date

from cloudtune.report.gates import demands
from cloudtune.report.render import REPORT
from cloudtune.report.store import write_index, write_report
from cloudtune.report.templates import load_templates
from cloudtune.review.present import present_of
from cloudtune.review.staleness import Present
from cloudtune.spec.loader import load_store
from tests.review.builders import document, gate

ENGINE = "e1"
TODAY = date(2026, 6, 1)

CALENDAR = """\
version: cloudtune/v1
kind: calendar
name: us-retail
timezone: America/Los_Angeles
events:
  - name: prime-day
    effect: 2x
    occurrences:
      - {start: 2026-07-14, duration: 48h}
      - {start: 2027-07-13, duration: 48h}
"""

SPEC = """\
version: cloudtune/v1
kind: forecast
name: us-orders
owner: team-checkout
region: US
tags: [tier-1]
description: Orders placed per minute
series:
  source: {kind: csv, path: data/us-orders.csv, time: minute, value: orders}
  step: 1min
  timezone: America/Los_Angeles
  unit: orders
granularities:
  - {step: 1min, horizon: 90d}
  - {step: 1h, horizon: 180d}
calendars: [us-retail]
"""


def write_specs(root, spec=SPEC, calendar=CALENDAR, name="store/us-orders"):
    for path, text in ((f"specs/{name}.yaml", spec), ("specs/calendars/us-retail.yaml", calendar)):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")


def write_fresh(root, name="store/us-orders", **changes):
    """Write the report that a run would leave of these specs."""
    store = load_store(root)
    item = store.specs[name]
    templates = load_templates(root)
    rows = [gate(gate=named, waived_until=until) for named, until in demands(item.spec)]
    found = document(name, **{"gates": rows, **changes})
    found["inputs"] |= {
        "spec": item.spec_hash,
        "calendars": item.calendars_hash,
        "engine": ENGINE,
        "template": templates.digest(REPORT),
    }
    write_report(root, found, templates=templates)
    write_index(root, templates)
    return found


def present(root, today=TODAY, **changes):
    """Today's world, in which every source still holds its data."""
    real = present_of(load_store(root), ENGINE, load_templates(root), today)
    whole = {
        "engine": real.engine,
        "template": real.template,
        "digests": real.digests,
        "index": real.index,
        "same_data": lambda *_: True,
        "today": today,
    }
    return Present(**{**whole, **changes})
