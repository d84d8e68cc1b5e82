from __future__ import annotations

import numpy as np
import pytest

from cloudtune.model import linalg
from cloudtune.model.columns import Ingredient, block
from cloudtune.model.profile import (
    FOREVER,
    ProfileData,
    ProfileDesign,
    ProfileNormals,
    fit_profile,
    normals_of_lengths,
)

PERIODS, SLOTS, SHARED, OWN = 40, 6, 3, 2
RNG = np.random.default_rng(4)


def problem() -> tuple[ProfileDesign, ProfileData]:
    shared = block(Ingredient("season", "weekly"), list(RNG.normal(size=(SHARED, PERIODS))), [1.0, 0.5, 2.0])
    design = ProfileDesign(
        shared, RNG.normal(size=(SLOTS, PERIODS, OWN)), (Ingredient("regressor", "t"),) * OWN
    )
    data = ProfileData(
        RNG.normal(size=(PERIODS, SLOTS)),
        RNG.random(PERIODS),
        np.zeros(PERIODS, dtype=bool),
        np.zeros(SHARED, dtype=bool),
        60,
    )
    return design, data


def test_columns_of_slots_are_fitted_together_with_those_that_all_share():
    design, data = problem()
    fit = fit_profile(design, data, 0.1)
    penalty = np.append(
        linalg.penalties(0.1, design.columns.prior), linalg.penalties(0.1, np.full(OWN, design.slot_prior))
    )
    for slot in range(SLOTS):
        periods = np.concatenate([design.columns.values, design.slot_columns[slot]], axis=1)
        weighted = periods * data.weight[:, None]
        alone = linalg.solve(weighted.T @ periods, weighted.T @ data.by_slot[:, slot], penalty)
        np.testing.assert_allclose(fit.beta[:, slot], alone[:SHARED], rtol=1e-6)
        np.testing.assert_allclose(fit.extra[:, slot], alone[SHARED:], rtol=1e-6)


def test_the_path_is_the_sum_of_its_parts():
    design, data = problem()
    fit = fit_profile(design, data, 0.1)
    whole = fit.part(np.ones(SHARED, dtype=bool), 5, 20) + fit.extra_part(np.arange(OWN), 5, 20)
    np.testing.assert_allclose(fit.path(5, 20), whole)


LONGER = 50
OTHER = np.random.default_rng(6)
DESIGN = ProfileDesign(
    block(Ingredient("season", "weekly"), list(OTHER.normal(size=(3, LONGER))), [1.0, 1.0, 1.0]),
    OTHER.normal(size=(SLOTS, LONGER, 2)),
    (Ingredient("regressor", "t"),) * 2,
)
DATA = ProfileData(
    OTHER.normal(size=(LONGER, SLOTS)), OTHER.random(LONGER), np.zeros(LONGER, bool), np.zeros(3, bool), 60
)


@pytest.mark.parametrize("half_life", [FOREVER, 21.0])
@pytest.mark.parametrize("end", [20, 33, LONGER])
def test_a_longer_past_takes_over_what_a_shorter_one_has_added_up(half_life, end):
    found = normals_of_lengths(DESIGN, DATA, half_life, [33, 20, LONGER])[end]
    fade = 0.5 ** (np.arange(end - 1, -1, -1) / half_life)
    at_once = ProfileNormals.of(DESIGN, DATA, DATA.weight[:end] * fade, 0)
    for part in ("gram", "target", "own", "cross", "right"):
        np.testing.assert_allclose(getattr(found, part), getattr(at_once, part), atol=1e-12)
