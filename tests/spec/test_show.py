from __future__ import annotations

from cloudtune.spec.show import effective_text
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


def test_each_inherited_value_names_its_file_and_line(tmp_path):
    loaded = store(
        tmp_path,
        {
            "_defaults.yaml": DEFAULTS,
            "pay/_defaults.yaml": NEARER,
            "pay/orders.yaml": spec("owner: team-pay"),
        },
    )
    assert effective_text(loaded, "pay/orders") == (
        "# specs/pay/orders.yaml\n"
        "version: cloudtune/v1\n"
        "kind: forecast\n"
        "name: orders\n"
        "owner: team-pay\n"
        "series:\n"
        "  source:\n"
        "    time: minute\n"
        "    value: orders\n"
        "    time_format: auto  # default\n"
        "    time_zone: local  # default\n"
        "    duplicates: refuse  # default\n"
        "    path: data/orders.csv\n"
        "    kind: csv\n"
        "  step: 1min\n"
        "  timezone: America/Los_Angeles\n"
        "  aggregate: sum  # default\n"
        "  missing: gap  # default\n"
        "granularities:\n"
        "  - {step: 1h, horizon: 90d}\n"
        "scale: auto  # default\n"
        "trend:\n"
        "  growth: damped  # from specs/_defaults.yaml:3\n"
        "  slope_breaks: [{at: 2024-09-01, reason: new checkout}]  # from specs/pay/_defaults.yaml:3\n"
        "seasonality: auto  # default\n"
        "quantiles: [0.05, 0.5, 0.95]  # from specs/_defaults.yaml:4\n"
        "backtest:\n"
        "  folds: 4  # from specs/pay/_defaults.yaml:1\n"
        "tolerance: 0.005  # default\n"
        "allow_explosive: false  # default"
    )
