"""Tracking against what was committed, in a real repository."""

from __future__ import annotations

import dataclasses
import subprocess

import numpy as np
import pandas as pd
import pytest

from cloudtune.data.load import load
from cloudtune.engine.result import ENGINE
from cloudtune.errors import Refusal
from cloudtune.report.build import build_document
from cloudtune.report.io import dump_document
from cloudtune.run.steps import execute
from cloudtune.spec.loader import load_store
from cloudtune.track.facts import facts_of
from cloudtune.track.request import TrackRequest, subject_of
from cloudtune.track.tracking import tracking_of
from cloudtune.track.vintage import committed_before, vintage_of

SPEC = """\
version: cloudtune/v1
kind: forecast
name: orders
series:
  source: {{kind: csv, path: data/orders.csv, time: time, value: orders}}
  step: 1h
  timezone: Europe/Berlin
granularities: [{{step: 1h, horizon: 28d}}]
backtest: {{folds: 1, horizon: 7d}}
events:
  - name: sale
    occurrences:
      - {{start: 2025-02-04, duration: 48h}}
      - {{start: 2025-05-06, duration: {length}}}
"""
BEFORE, END = "2025-05-01", "2025-05-12"


def git(root, *arguments):
    who = ["-c", "user.name=t", "-c", "user.email=t@t"]
    return subprocess.run(
        ["git", *who, *arguments], cwd=root, check=True, capture_output=True, text=True
    ).stdout


def write_data(root, until):
    rng = np.random.default_rng(1)
    local = pd.date_range("2024-10-01", "2025-05-12", freq="h", inclusive="left")
    log = 6 + 0.6 * np.sin((np.asarray(local.hour) - 9) / 24 * 2 * np.pi) + rng.normal(0, 0.03, local.size)
    for start, by in (("2025-02-04", 0.7), ("2025-05-06", 1.0)):
        log[(local >= start) & (local < pd.Timestamp(start) + pd.Timedelta(hours=48))] += by
    rows = pd.DataFrame({"time": local, "orders": np.exp(log).round()})
    rows[rows.time < until].to_csv(root / "data" / "orders.csv", index=False)


def publish(root):
    """Run, and commit spec and report."""
    store = load_store(root)
    run = execute(store.forecasts["orders"], root)
    document = build_document(run, engine=ENGINE, template="", locate=lambda _file, _path: None)
    (root / "reports" / "orders.json").write_text(dump_document(document))
    git(root, "add", "specs", "reports")
    git(root, "commit", "-qm", "refresh")
    return git(root, "rev-parse", "HEAD").strip()


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Two commits: a forecast made before the sale of May, and one made after it."""
    root = tmp_path_factory.mktemp("shop")
    for folder in ("specs", "data", "reports"):
        (root / folder).mkdir()
    git(root, "init", "-q")
    (root / "specs" / "orders.yaml").write_text(SPEC.format(length="48h"))
    write_data(root, BEFORE)
    first = publish(root)
    # By the time of the refresh people have changed the calendar.
    (root / "specs" / "orders.yaml").write_text(SPEC.format(length="24h"))
    write_data(root, END)
    publish(root)
    return root, first


def subject(root, **asked):
    store = load_store(root)
    return subject_of(store.forecasts["orders"], root, TrackRequest(event="sale", **asked))


def test_forecast_is_the_one_that_had_not_seen_the_event(shop):
    root, first = shop
    start = subject(root).window.start
    found = committed_before(root, "orders", start)
    assert found.commit == first
    assert found.document["inputs"]["data_through"].startswith(BEFORE)


def test_committed_points_are_reproduced_from_the_spec_of_that_commit(shop):
    root, first = shop
    again = subject(root).vintage
    assert again.label.startswith(first[:7])
    git(root, "checkout", "-q", first)
    resolved = load_store(root).forecasts["orders"]
    git(root, "checkout", "-q", "-")
    series = resolved.spec.series.model_copy(update={"end": None})
    cleaned = load(
        dataclasses.replace(resolved, spec=resolved.spec.model_copy(update={"series": series})), root
    )
    there = vintage_of(cleaned, resolved, subject(root, train_to=BEFORE).window.start.replace(day=1), "x")
    assert np.array_equal(again.median, there.median)
    assert again.ingredients["event:sale"][5 * 24 + 30] > 1.3


def test_sale_that_went_better_is_told(shop):
    root, _ = shop
    facts = facts_of(subject(root, end="2025-05-08").poll())
    assert facts.points == 48
    assert facts.deviation == pytest.approx(np.exp(0.3) - 1, abs=0.12)
    assert facts.lift > facts.lift_forecast


def test_named_revision_is_taken(shop):
    root, first = shop
    assert subject(root, revision=first).vintage.label == first[:7]


def test_what_would_have_been_forecast_needs_no_commit(shop):
    root, _ = shop
    vintage = subject(root, train_to="2025-05-04").vintage
    assert vintage.label == "by today's spec"
    assert str(vintage.made) == "2025-05-04T00:00:00"


@pytest.mark.parametrize(
    ("asked", "code", "words"),
    [
        ({"event": "fair"}, "CT780", "has no event 'fair'"),
        ({}, "CT780", "nothing says which window"),
        ({"start": "2025-05-06", "end": "2025-05-05"}, "CT780", "ends before it starts"),
        ({"start": "2024-10-05", "end": "2024-10-06"}, "CT780", "no committed report"),
        ({"start": "2025-05-06", "train_to": "2024-01-01"}, "CT781", "no data before"),
        ({"event": "sale", "revision": "nowhere"}, "CT721", "nowhere"),
    ],
    ids=[
        "unknown event",
        "no window",
        "window upside down",
        "before all reports",
        "before all data",
        "no revision",
    ],
)
def test_what_can_not_be_tracked_is_refused(shop, asked, code, words):
    root, _ = shop
    store = load_store(root)
    with pytest.raises(Refusal, match=words) as refusal:
        subject_of(store.forecasts["orders"], root, TrackRequest(**asked))
    assert refusal.value.problems[0].code == code


def test_window_past_the_horizon_is_refused(shop):
    root, _ = shop
    found = subject(root)
    far = dataclasses.replace(
        found.window, start=found.window.start.replace(year=2026), end=found.window.end.replace(year=2026)
    )
    with pytest.raises(Refusal, match="CT780"):
        tracking_of("orders", load(found.resolved, root).series, found.vintage, far)


def test_window_without_actuals_is_refused(shop):
    root, _ = shop
    found = subject(root)
    later = dataclasses.replace(
        found.window, start=found.window.start.replace(day=20), end=found.window.end.replace(day=22)
    )
    with pytest.raises(Refusal, match="CT783"):
        tracking_of("orders", load(found.resolved, root).series, found.vintage, later)


def test_folder_without_history_points_at_the_way_without_commits(shop, tmp_path):
    root, _ = shop
    with pytest.raises(Refusal, match="CT720") as refusal:
        committed_before(tmp_path, "orders", subject(root).window.start)
    assert "--train-to" in refusal.value.problems[-1].hint
