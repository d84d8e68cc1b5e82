from __future__ import annotations

import numpy as np
import pytest

from cloudtune.model.columns import block
from cloudtune.model.profile import FOREVER, ProfileData, ProfileDesign, ProfileNormals, normals_of_lengths

ROWS, SLOTS = 50, 4
RNG = np.random.default_rng(6)
DESIGN = ProfileDesign(
    block("season", list(RNG.normal(size=(3, ROWS))), [1.0, 1.0, 1.0]),
    RNG.normal(size=(SLOTS, ROWS, 2)),
    ("regressor:t", "regressor:t"),
)
DATA = ProfileData(
    RNG.normal(size=(ROWS, SLOTS)), RNG.random(ROWS), np.zeros(ROWS, bool), np.zeros(3, bool), 60
)


@pytest.mark.parametrize("half_life", [FOREVER, 21.0])
@pytest.mark.parametrize("end", [20, 33, ROWS])
def test_a_longer_past_takes_over_what_a_shorter_one_has_added_up(half_life, end):
    found = normals_of_lengths(DESIGN, DATA, half_life, [33, 20, ROWS])[end]
    fade = 0.5 ** (np.arange(end - 1, -1, -1) / half_life)
    at_once = ProfileNormals.of(DESIGN, DATA, DATA.weight[:end] * fade, 0)
    for part in ("gram", "target", "own", "cross", "right"):
        np.testing.assert_allclose(getattr(found, part), getattr(at_once, part), atol=1e-12)
