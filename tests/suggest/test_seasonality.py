from __future__ import annotations

import numpy as np
import pytest

from cloudtune.suggest.detectors.seasonality import find
from cloudtune.yaml_edit.edit import Append, Remove
from tests.suggest.builders import residuals, resolved, timeline


@pytest.mark.parametrize(
    ("listed", "wave", "missing"),
    [
        (["weekly"], lambda line: 0.3 * np.sin(line.slot / 24 * 2 * np.pi), "daily"),
        (["daily"], lambda line: np.where((line.day.astype(int) + 3) % 7 >= 5, -0.3, 0.0), "weekly"),
        (["daily", "weekly"], lambda line: 0.3 * np.sin(line.day.astype(int) / 365.25 * 2 * np.pi), "yearly"),
    ],
    ids=["the day", "the week", "the year"],
)
def test_missing_season_is_proposed(listed, wave, missing):
    line = timeline(900)
    found = find(residuals(line, wave(line)), resolved(seasonality=listed))
    assert [one.edits for one in found] == [(Append(("seasonality",), missing),)]


def test_noise_is_no_season():
    assert find(residuals(timeline(900)), resolved(seasonality=["daily"])) == []


def test_engine_that_chooses_itself_needs_no_proposal():
    line = timeline(900)
    assert find(residuals(line, 0.3 * np.sin(line.slot / 24 * 2 * np.pi)), resolved()) == []


def test_season_that_moves_nothing_is_proposed_for_removal():
    line = timeline(300)
    parts = {"season:daily": np.sin(line.slot / 24 * 2 * np.pi), "season:weekly": np.full(line.periods, 1e-4)}
    found = find(residuals(line, parts=parts), resolved(seasonality=["daily", "weekly"]))
    assert [one.edits for one in found] == [(Remove(("seasonality", 1)),)]
