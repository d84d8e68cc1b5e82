from __future__ import annotations

import pytest

from cloudtune.spec.defaults import Layers
from cloudtune.spec.effective import effective_text
from cloudtune.spec.forecast import ForecastSpec
from cloudtune.spec.reader import read
from tests.spec.builders import spec, store

DEFAULTS = """\
owner: team-stores
trend:
  growth: damped
quantiles: [0.05, 0.5, 0.95]
"""
NEARER = """\
backtest: {folds: 4}
trend:
  slope_breaks: [{at: 2024-09-01, reason: new checkout}]
"""


@pytest.fixture
def lines(tmp_path) -> list[str]:
    files = {"_defaults.yaml": DEFAULTS, "pay/_defaults.yaml": NEARER}
    loaded = store(tmp_path, files | {"pay/orders.yaml": spec("owner: team-pay")})
    item = loaded.specs["pay/orders"]
    return effective_text(item.spec, loaded.sources[item.file]).splitlines()


def test_each_inherited_value_names_its_file_and_line(lines):
    assert [line for line in lines if "# from" in line] == [
        "  growth: damped  # from specs/_defaults.yaml:3",
        "  slope_breaks: [{at: 2024-09-01, reason: new checkout}]  # from specs/pay/_defaults.yaml:3",
        "quantiles: [0.05, 0.5, 0.95]  # from specs/_defaults.yaml:4",
        "  folds: 4  # from specs/pay/_defaults.yaml:1",
    ]


def test_values_of_the_spec_itself_stand_alone(lines):
    assert lines[0] == "# specs/pay/orders.yaml"
    for line in ("owner: team-pay", "    path: data/orders.csv", "  - {step: 1h, horizon: 90d}"):
        assert line in lines


def test_built_in_defaults_say_so(lines):
    for line in ("scale: auto  # default", "  aggregate: sum  # default", "tolerance: 0.005  # default"):
        assert line in lines


def test_what_takes_effect_is_a_spec_again(lines):
    text = "\n".join(lines)
    data = Layers((read(text.encode(), "specs/x.yaml"),)).data
    assert ForecastSpec.model_validate(data).backtest.folds == 4
