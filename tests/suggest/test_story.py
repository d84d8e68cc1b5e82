"""A newcomer's spec on a series with outliers, a step and a sale: suggest, write, look at the diff."""

from __future__ import annotations

import dataclasses
import subprocess

import numpy as np
import pandas as pd
import pytest

from cloudtune.data.load import load
from cloudtune.engine.backtest import head_of
from cloudtune.errors import Refusal
from cloudtune.spec.loader import load_store
from cloudtune.suggest import text as suggest_text
from cloudtune.suggest.proposals import Proposal, edited
from cloudtune.suggest.propose import propose
from cloudtune.suggest.trial import Baseline, path_of, with_effects, write
from cloudtune.yaml_edit.edit import Append, Put
from cloudtune.yaml_edit.patch import patch, texts_of

SPEC = """\
# Orders of the shop; ask #orders before you change this.
version: cloudtune/v1
kind: forecast
name: orders
region: US

series:
  source: {kind: parquet, path: data/orders.parquet, time: time, value: orders}   # written by the collector
  step: 1h
  timezone: America/New_York
  unit: orders

granularities:
  - {step: 1h, horizon: 28d}    # staffing

quantiles: [0.1, 0.5, 0.9]   # no more is needed
"""
FILE = "specs/orders.yaml"
FIRST, DAYS, TEST_DAYS = "2023-01-02", 798, 28
SALES = ("2023-02-16", "2024-02-15", "2025-02-20")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A repository with a plain spec, and a series with robots, an outage, a step and a yearly sale."""
    root = tmp_path_factory.mktemp("shop")
    (root / "data").mkdir()
    (root / "specs").mkdir()
    (root / FILE).write_text(SPEC)
    rng = np.random.default_rng(5)
    local = pd.date_range(FIRST, periods=DAYS * 24, freq="h")
    wave = 0.7 * np.sin((np.asarray(local.hour) - 9) / 24 * 2 * np.pi)
    log = 6.5 + wave + 0.05 * np.asarray(local.day_of_week)
    log = log + np.repeat(rng.normal(0, 0.02, DAYS), 24)
    for first, hours, by in ((745 * 24 + 3, 7, 1.6), (560 * 24 + 12, 6, -9.0), (752 * 24 + 9, 9, 1.2)):
        log[first : first + hours] += by
    log[local >= pd.Timestamp("2024-12-18")] -= 0.3
    log[np.isin(local.strftime("%Y-%m-%d"), SALES)] += 0.7
    utc = local.tz_localize("America/New_York", ambiguous=True, nonexistent="shift_forward").tz_convert("UTC")
    rows = pd.DataFrame({"time": utc, "orders": rng.poisson(np.exp(log))}).drop_duplicates("time")
    rows.to_parquet(root / "data" / "orders.parquet", index=False)
    git(root, "init", "-q")
    git(root, "add", "specs")
    git(root, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "first")
    return root


def git(root, *arguments):
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


def proposals_of(root):
    store = load_store(root)
    resolved = store.forecasts["orders"]
    cleaned = load(resolved, root)
    # The last weeks are kept back, so that the outlook can be held against them.
    return store, resolved, head_of(cleaned, cleaned.series.timeline.periods - TEST_DAYS * 24), cleaned


def error_of(root):
    """WAPE of the weeks that were kept back."""
    _, resolved, head, whole = proposals_of(root)
    actual = whole.series.values[-TEST_DAYS * 24 :]
    return float(np.abs(path_of(head, resolved) - actual).sum() / actual.sum())


def test_newcomer_asks_writes_and_forecasts_better(shop):
    store, resolved, head, _ = proposals_of(shop)
    found = with_effects(Baseline(store, resolved, head), propose(head, resolved))
    assert sorted(one.kind for one in found) == ["event", "level-shift", "outlier", "outlier", "outlier"]
    assert all(one.effect is not None for one in found)
    before = error_of(shop)
    assert write(store, resolved, edited(texts_of(shop, [FILE]), found)) == [FILE]
    assert error_of(shop) < 0.9 * before

    added = [
        line
        for line in git(shop, "diff", "-U0").splitlines()
        if line[0] in "+-" and line[:3] not in {"+++", "---"}
    ]
    assert all(line.startswith("+") for line in added)
    assert len(added) == 9
    written = (shop / FILE).read_text()
    assert all(line in written for line in SPEC.splitlines())
    assert load_store(shop).problems == ()
    git(shop, "checkout", "-q", FILE)


def test_patch_is_what_write_does(shop):
    store, resolved, head, _ = proposals_of(shop)
    before = texts_of(shop, [FILE])
    after = edited(before, propose(head, resolved))
    (shop / "x.patch").write_bytes(patch(before, after).encode())
    git(shop, "apply", "x.patch")
    by_patch = (shop / FILE).read_text()
    git(shop, "checkout", "-q", FILE)
    write(store, resolved, after)
    assert (shop / FILE).read_text() == by_patch
    git(shop, "checkout", "-q", FILE)


def test_second_look_finds_nothing_more(shop):
    store, resolved, head, _ = proposals_of(shop)
    write(store, resolved, edited(texts_of(shop, [FILE]), propose(head, resolved)))
    store, resolved, head, _ = proposals_of(shop)
    assert propose(head, resolved) == []
    git(shop, "checkout", "-q", FILE)


def test_edit_that_would_break_the_spec_is_refused_and_nothing_written(shop):
    store = load_store(shop)
    bad = Proposal(
        "timezone", FILE, ("series", "timezone"), "x", (Put(("series", "timezone"), "Mars/Olympus"),), 1.0
    )
    with pytest.raises(Refusal, match="CT790"):
        write(store, store.forecasts["orders"], edited(texts_of(shop, [FILE]), [bad]))
    assert (shop / FILE).read_text() == SPEC


def test_effect_of_an_impossible_edit_is_left_out(shop):
    store, resolved, head, _ = proposals_of(shop)
    twice = {"name": "x", "rule": "no such rule"}
    bad = Proposal("event", FILE, ("events",), "x", (Append(("events",), twice),), 1.0)
    assert with_effects(Baseline(store, resolved, head), [bad])[0].effect is None


def test_renderings_say_what_and_why(shop):
    _, resolved, head, _ = proposals_of(shop)
    found = propose(head, resolved)
    by_hand = dataclasses.replace(found[0], edits=(), kind="idle-event")
    assert suggest_text.as_text("orders", found).startswith(
        "orders: 5 suggestions\n  1  level-shift  from 2024-12-1"
    )
    assert "1 of them to be made by hand" in suggest_text.as_text("orders", [*found, by_hand])
    assert suggest_text.as_markdown("orders", found).count("\n|") == 7
    assert (
        suggest_text.as_text("orders", [])
        == "orders: nothing to suggest: the data shows nothing that the spec lacks.\n"
    )
    assert "Nothing to suggest" in suggest_text.as_markdown("orders", [])
    assert '"schema_version": "cloudtune/suggest/v1"' in suggest_text.as_json("orders", found)
    assert '"kind": "level-shift"' in suggest_text.as_json("orders", found)
