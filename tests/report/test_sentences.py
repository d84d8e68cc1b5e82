from __future__ import annotations

import pytest

from cloudtune.engine.result import Accuracy
from cloudtune.report.sentences import summary_line
from tests.report.builders import document
from tests.report.scenarios import power_load, quiet_daily


def test_a_run_is_told_in_a_line():
    line = summary_line(document(), state="changed", seconds=7.92, width=17)
    assert line == "store/us-orders    peak 1.34M/min on Tue 14 Jul 2026    wape 5.8%     7.9 s  changed"


def test_levels_keep_their_unit():
    assert "peak 171k MW on Fri 17 Jul 2026  " in summary_line(power_load(), state="unchanged", seconds=1)


def test_what_is_missing_is_said():
    line = summary_line(quiet_daily(), state="unchanged", seconds=0.04)
    assert "no peak" in line
    assert "no backtest" in line
    assert "0.0 s" in line


@pytest.mark.parametrize(
    ("wape", "naive", "said"),
    [
        (0.45, 0.60, "This is a rough forecast: backtests miss by 45.0% (WAPE), seasonal-naive by 60.0%."),
        (
            0.10,
            0.08,
            "The last season again does no worse: backtests miss by 10.0% (WAPE), seasonal-naive by 8.0%.",
        ),
        (0.05, 0.09, ""),
    ],
)
def test_a_poor_error_stands_in_the_verdict(wape, naive, said):
    row = Accuracy("1min", "all", 1000, wape, naive, 0.6, 0.0, 0.1, 0.8, 0.02)
    verdict = document(accuracy=(row,))["verdict"]
    assert said in verdict
    assert ("backtests miss" in verdict) == bool(said)
