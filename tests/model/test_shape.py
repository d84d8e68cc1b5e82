from __future__ import annotations

import numpy as np

from cloudtune.model import linalg
from cloudtune.model.columns import block
from cloudtune.model.profile import ProfileData, ProfileDesign, fit_profile

ROWS, SLOTS, SHARED, OWN = 40, 6, 3, 2
RNG = np.random.default_rng(4)


def problem() -> tuple[ProfileDesign, ProfileData]:
    shared = block("season", list(RNG.normal(size=(SHARED, ROWS))), [1.0, 0.5, 2.0])
    design = ProfileDesign(shared, RNG.normal(size=(SLOTS, ROWS, OWN)), ("regressor:t",) * OWN)
    data = ProfileData(
        RNG.normal(size=(ROWS, SLOTS)),
        RNG.random(ROWS),
        np.zeros(ROWS, dtype=bool),
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
