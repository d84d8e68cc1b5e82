from __future__ import annotations

import pytest

from cloudtune.spec.loader import load_store
from cloudtune.yaml_edit.edit import Append, Remove, applied, merged_of

DEFAULTS = """\
seasonality: [daily, weekly]
trend: {growth: damped, level_shifts: [{at: 2024-09-01, reason: bot filter}]}
"""
SPEC = """\
version: cloudtune/v1
kind: forecast
name: orders
series:
  source: {kind: csv, path: x.csv, time: t, value: v}
  step: 1h
  timezone: UTC
granularities:
  - {step: 1h, horizon: 28d}
"""


@pytest.fixture
def store(tmp_path):
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "_defaults.yaml").write_text(DEFAULTS)
    (tmp_path / "specs" / "orders.yaml").write_text(SPEC)
    return load_store(tmp_path)


def after(store, *edits):
    """The spec as it takes effect once the edits are made."""
    path = store.root / "specs" / "orders.yaml"
    path.write_text(applied(SPEC, edits, merged_of(store, "specs/orders.yaml")))
    again = load_store(store.root)
    assert again.problems == ()
    return again.specs["orders"].spec


def test_inherited_list_is_kept_when_it_grows(store):
    assert after(store, Append(("seasonality",), "yearly")).seasonality == ["daily", "weekly", "yearly"]


def test_inherited_list_inside_a_map_is_kept(store):
    spec = after(store, Append(("trend", "level_shifts"), {"at": "2025-01-05"}))
    assert [str(shift.at) for shift in spec.trend.level_shifts] == ["2024-09-01", "2025-01-05"]
    assert spec.trend.growth == "damped"


def test_item_of_an_inherited_list_can_go(store):
    assert after(store, Remove(("seasonality", 1))).seasonality == ["daily"]


def test_list_of_the_spec_itself_is_not_copied(store):
    spec = after(store, Append(("outliers",), {"start": "2025-01-01", "end": "2025-01-02"}))
    assert len(spec.outliers) == 1
    assert (store.root / "specs" / "orders.yaml").read_text().count("seasonality") == 0
