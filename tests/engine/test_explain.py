from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from cloudtune.engine.explain import explain_at
from cloudtune.engine.forecast import fitted
from cloudtune.errors import Refusal
from tests.engine import worlds


@pytest.fixture(scope="module", params=["1h", "1d"])
def projection(request):
    timeline = worlds.line(60, request.param)
    values = worlds.demand(timeline) if request.param == "1h" else 100.0 + np.arange(60.0) % 7
    resolved = worlds.spec(request.param, f"{{step: {request.param}, horizon: 14d}}")
    return fitted(worlds.cleaned(timeline, values), resolved, seed=1)


def at(projection, text: str):
    return explain_at(projection, datetime.fromisoformat(text).replace(tzinfo=UTC))


def test_the_last_moment_of_the_forecast_can_be_explained(projection):
    assert at(projection, "2025-03-20T23:59")


@pytest.mark.parametrize("text", ["2025-03-21T00:00", "2031-01-01T00:00", "2025-01-05T23:59"])
def test_a_moment_outside_is_refused(projection, text):
    with pytest.raises(Refusal) as refused:
        at(projection, text)
    assert [problem.code for problem in refused.value.problems] == ["CT505"]
