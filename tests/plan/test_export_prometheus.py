"""Samples with stamps and rules: in order, in seconds, and saying the plan."""

from __future__ import annotations

import csv
import re

import numpy as np
import pytest
import yaml

from cloudtune.plan.export.table import FORMATS, LIMITS, rendered
from tests.plan.schedules import export, planned, schedule


def openmetrics(one=None) -> str:
    (file,) = rendered(export(one or schedule()), "openmetrics")
    return file.text


def value_at(expression: str, now: int) -> int:
    """The recording rule, worked out: comparisons are 1 or 0."""
    inner = re.fullmatch(r"vector\((.*)\)", expression)[1]
    steps = re.sub(r"\(time\(\) >= bool (\d+)\)", lambda m: str(int(now >= int(m[1]))), inner)
    return sum(
        int(sign + number) * int(factor or 1)
        for sign, number, factor in re.findall(r"([+-]?)\s*(\d+)(?: \* (\d))?", steps)
    )


def test_the_parser_of_the_client_library_reads_every_sample_back():
    parser = pytest.importorskip("prometheus_client.openmetrics.parser")
    families = {family.name: family for family in parser.text_string_to_metric_families(openmetrics())}
    required = families["cloudtune_units_required"].samples
    seconds = [
        int(np.datetime64(at[:-1]).astype("datetime64[s]").astype(int)) for at, _ in planned(schedule())
    ]
    assert [int(float(sample.timestamp)) for sample in required][:-1] == seconds
    assert [int(sample.value) for sample in required][:-1] == [units for _, units in planned(schedule())]
    levels = {sample.labels["level"] for sample in families["cloudtune_forecast"].samples}
    assert levels == {"mean", "q99"}
    assert len(families["cloudtune_forecast"].samples) == 240


def test_samples_of_a_series_rise_in_time_and_none_is_doubled():
    series: dict[str, list[int]] = {}
    for line in openmetrics().splitlines():
        if not line.startswith("#"):
            labels, _, at = line.rsplit(" ", 2)
            series.setdefault(labels, []).append(int(at))
    assert len(series) == 4
    assert all((np.diff(at) > 0).all() for at in series.values())


def test_stamps_are_seconds_and_the_text_ends():
    text = openmetrics()
    assert text.endswith("# EOF\n")
    assert all(len(line.rsplit(" ", 1)[1]) == 10 for line in text.splitlines() if not line.startswith("#"))


def test_names_are_escaped():
    assert 'group="a\\"b\\\\c"' in openmetrics(schedule(group='a"b\\c'))


def test_the_rule_says_the_plan_at_every_instant():
    (file,) = rendered(export(schedule()), "prometheus-rules")
    rules = yaml.safe_load(file.text)["groups"][0]["rules"]
    for at, units in planned(schedule()):
        now = int(np.datetime64(at[:-1]).astype("datetime64[s]").astype(int))
        assert value_at(rules[0]["expr"], now) == units
    assert rules[0]["labels"] == {"forecast": "us-orders", "group": "checkout", "location": "us-west-2"}
    assert [rule["alert"] for rule in rules if "alert" in rule] == [
        "CloudTuneForecastIsOld",
        "CloudTuneScheduleEnds",
    ]


def test_the_table_holds_every_step():
    (file,) = rendered(export(schedule()), "schedule-csv")
    rows = list(csv.DictReader(file.text.splitlines()))
    assert [(row["at"], int(row["units"])) for row in rows] == planned(schedule())
    assert rows[0]["until"] == rows[1]["at"]


def test_every_format_has_its_limits():
    assert set(FORMATS) == set(LIMITS)


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "application-autoscaling"])
def test_the_same_plan_gives_the_same_bytes(name):
    assert rendered(export(), name) == rendered(export(), name)
