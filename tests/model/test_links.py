from __future__ import annotations

import numpy as np
import pytest

from cloudtune.model.links import link_of

COUNTS = np.array([0.0, 1.0, 4.0, 2.0, 3.0])
DEMAND = np.array([120.0, 80.0, 250.5, 99.25])


@pytest.mark.parametrize("values", [DEMAND, COUNTS], ids=["demand", "counts with a zero"])
def test_log_forward_and_back_is_the_value(values):
    link = link_of("log", values)
    np.testing.assert_allclose(link.back(link.forward(values), np.zeros(len(values))), values, atol=1e-9)


def test_only_a_series_that_touches_zero_is_shifted():
    assert link_of("log", DEMAND).shift == 0.0
    assert link_of("log", COUNTS).shift == 0.3


def test_ratio_takes_zeros_as_they_are():
    link = link_of("ratio", COUNTS)
    np.testing.assert_allclose(link.back(np.zeros(5), link.forward(COUNTS)), COUNTS)


def test_log_and_ratio_are_never_negative():
    level, shape = np.array([-9.0, 2.0, 0.0]), np.array([-5.0, -0.5, 0.0])
    for name in ("log", "ratio"):
        assert (link_of(name, COUNTS).back(level, shape) >= 0).all()


def test_plain_differences_survive_on_the_plain_scale():
    link = link_of("id", np.array([-10.0, 10.0]))
    np.testing.assert_allclose(link.back(link.forward(np.array([-10.0])), np.array([0.5])), [-5.0])
