"""The engine finds again what the sample store's generator put in."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from cloudtune.run.steps import execute
from cloudtune.sample.store import write_sample
from cloudtune.spec import load_store

ROOT = Path(__file__).parents[2]
MARKET, TODAY = "us-orders", date(2026, 11, 1)
ENOUGH = 0.75
"""An 80% interval misses one time in five; three of four leaves room for chance."""
SHARP = 2.0
"""Factor from which on an event has a summit of its own; below, the top of an evening is flat."""


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    write_sample(folder / "data")
    shutil.copytree(ROOT / "specs", folder / "specs")
    return folder


@pytest.fixture(scope="module")
def truth(root):
    return json.loads((root / "data/truth.json").read_text())["series"][MARKET]


@pytest.fixture(scope="module")
def outcome(root):
    resolved = load_store(root, today=TODAY).resolve(f"store/{MARKET}")
    return execute(resolved, root).outcome


@pytest.fixture(scope="module")
def pairs(outcome, truth):
    """Every event that the report looks ahead to, beside what is true of it."""
    known = {(each["event"], each["start"][:16]): each for each in truth["occurrences"]}
    found = [(event, known[event.name, str(event.start.astype("datetime64[m]"))]) for event in outcome.events]
    assert len({event.name for event, _ in found}) >= 8
    return found


def holds(interval, value):
    assert interval.low < interval.value < interval.high, "an interval without width claims to know"
    return interval.low <= value <= interval.high


def test_slope_break_lies_in_its_interval(outcome, truth):
    bend = truth["slope_break"]
    size = bend["growth_a_year_after"] - truth["growth_a_year"]
    found = {
        str(each.at.astype("datetime64[D]")): each for each in outcome.trend.breaks if each.kind == "slope"
    }
    assert holds(found[bend["at"]].size, size), found[bend["at"]].size


def test_level_shift_lies_in_its_interval(outcome, truth):
    shift = truth["level_shift"]
    found = {
        str(each.at.astype("datetime64[D]")): each for each in outcome.trend.breaks if each.kind == "level"
    }
    assert holds(found[shift["at"]].size, shift["factor"] - 1), found[shift["at"]].size


def test_growth_lies_in_its_interval(outcome, truth):
    assert holds(outcome.trend.growth_a_year, truth["slope_break"]["growth_a_year_after"])


def test_lifts_lie_in_their_intervals(pairs):
    missed = [
        (event.name, event.lift, true["lift"]) for event, true in pairs if not holds(event.lift, true["lift"])
    ]
    assert len(missed) <= (1 - ENOUGH) * len(pairs), missed


def test_heights_of_peaks_lie_in_their_intervals(pairs):
    sharp = [(event, true) for event, true in pairs if true["peak_lift"] >= SHARP]
    missed = [
        (event.name, event.peak.height, true["peak_height"])
        for event, true in sharp
        if not holds(event.peak.height, true["peak_height"])
    ]
    assert len(missed) <= (1 - ENOUGH) * len(sharp), missed


def test_sharp_peaks_are_found_to_the_minute(pairs):
    sharp = [(event, true) for event, true in pairs if true["peak_lift"] >= SHARP]
    assert len(sharp) >= 6
    for event, true in sharp:
        apart = abs(event.peak.at - np.datetime64(true["peak_minute"]))
        assert apart <= np.timedelta64(2, "m"), (event.name, event.peak.at, true["peak_minute"])
