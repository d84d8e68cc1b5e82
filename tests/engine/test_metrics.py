from __future__ import annotations

import math

import numpy as np
import pytest

from cloudtune.engine import metrics

ACTUAL = np.array([10.0, 20.0, np.nan, 30.0])
PREDICTED = np.array([12.0, 17.0, 99.0, 30.0])


def test_wape_adds_errors_up_before_it_divides():
    assert metrics.wape(ACTUAL, PREDICTED) == pytest.approx(5 / 60)


def test_bias_lets_errors_cancel():
    assert metrics.bias(ACTUAL, PREDICTED) == pytest.approx(-1 / 60)


def test_mase_compares_with_the_naive_error():
    assert metrics.mase(ACTUAL, PREDICTED, 2.5) == pytest.approx((5 / 3) / 2.5)


def test_coverage_counts_the_edges_as_inside():
    low, high = np.array([10.0, 21.0, 0.0, 0.0]), np.array([11.0, 22.0, 9.0, 30.0])
    assert metrics.coverage(ACTUAL, low, high) == pytest.approx(2 / 3)


def test_pinball_weighs_both_sides_by_the_level():
    quantiles = {0.9: np.array([8.0, 25.0, 0.0, 30.0])}
    assert metrics.pinball(ACTUAL, quantiles) == pytest.approx(((0.9 * 2 + 0.1 * 5 + 0.0) / 3) / 20.0)


@pytest.mark.parametrize("actual", [np.zeros(4), np.full(4, np.nan)], ids=["all zero", "all missing"])
def test_where_there_is_nothing_to_divide_by_there_is_no_figure(actual):
    assert math.isnan(metrics.wape(actual, PREDICTED))
    assert math.isnan(metrics.bias(actual, PREDICTED))
