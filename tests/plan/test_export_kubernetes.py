"""KEDA, autoscaler floors and placeholder pods: read back, they hold the plan at every minute."""

from __future__ import annotations

import json

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudtune.errors import Refusal
from cloudtune.plan.export.kubernetes import placeholder_sizes
from cloudtune.plan.export.table import rendered
from cloudtune.plan.floors import Floor
from tests.plan.schedules import START, export, floor, planned, schedule

MINUTE = np.timedelta64(60, "s")


def scaled_object(one) -> dict:
    (file,) = rendered(export(one), "keda")
    return yaml.safe_load(file.text)


def next_time(cron: str, now: np.datetime64) -> np.datetime64:
    """The first time after now that `minute hour day month *` means."""
    minute, hour, day, month, _ = cron.split()
    year = int(str(now)[:4])
    for candidate in (year, year + 1):
        at = np.datetime64(f"{candidate}-{int(month):02}-{int(day):02}T{int(hour):02}:{int(minute):02}", "s")
        if at > now:
            return at
    raise AssertionError(cron)


def wanted(document: dict, now: np.datetime64) -> int:
    """What KEDA asks for: a trigger is active while its next end comes before its next start."""
    found = [document["spec"]["minReplicaCount"]]
    for trigger in document["spec"]["triggers"]:
        meta = trigger["metadata"]
        assert meta["timezone"] == "Etc/UTC"
        if next_time(meta["end"], now) < next_time(meta["start"], now):
            found.append(int(meta["desiredReplicas"]))
    return max(found)


steps = st.lists(
    st.tuples(st.integers(3, 40), st.integers(1, 200)), min_size=1, max_size=8
)  # quarters of an hour, units


def built(parts, start=START) -> Floor:
    lengths = np.array([quarters for quarters, _ in parts]) * np.timedelta64(900, "s")
    at = start + np.concatenate(([np.timedelta64(0, "s")], np.cumsum(lengths)))
    return Floor(at[:-1], np.array([units for _, units in parts]), at[-1])


@settings(max_examples=40)
@given(steps, st.integers(0, 364))
def test_keda_never_asks_for_so_little_that_the_autoscaler_stays_below_the_plan(parts, day):
    one = schedule(floor=built(parts, np.datetime64("2027-01-01T00:00:00") + day * 1440 * MINUTE))
    document = scaled_object(one)
    for minute in range(0, int((one.floor.until - one.floor.at[0]) / MINUTE), 7):
        now = one.floor.at[0] + minute * MINUTE
        units = int(one.floor.value(now))
        # Tolerance: from 10% fewer pods than asked for the autoscaler doesn't move.
        stays_at = wanted(document, now) / 1.1 if units > one.base else wanted(document, now)
        assert stays_at >= units - 1e-9


def test_windows_are_dated_in_utc_and_overlap_on_the_higher_side():
    document = scaled_object(schedule())
    assert [t["metadata"] | {"name": t["name"]} for t in document["spec"]["triggers"]] == [
        {
            "timezone": "Etc/UTC",
            "start": "46 6 14 7 *",
            "end": "5 10 14 7 *",
            "desiredReplicas": "327",
            "name": "us-orders-1",
        },
        {
            "timezone": "Etc/UTC",
            "start": "0 10 14 7 *",
            "end": "35 7 18 7 *",
            "desiredReplicas": "231",
            "name": "us-orders-2",
        },
    ]


def test_the_file_says_when_it_expires_because_cron_knows_no_year():
    (file,) = rendered(export(schedule()), "keda")
    assert file.name == "checkout-until-2027-07-21.keda.yaml"
    labels = yaml.safe_load(file.text)["metadata"]["labels"]
    assert labels == {"cloudtune/forecast": "us-orders", "cloudtune/expires": "2027-07-21"}


def test_the_maximum_is_written_because_the_default_caps_in_silence():
    assert scaled_object(schedule())["spec"]["maxReplicaCount"] == 327
    assert scaled_object(schedule(ceiling=900))["spec"]["maxReplicaCount"] == 900


def test_a_leap_day_is_refused():
    leap = floor(("2028-02-27T00:00:00", 5), until="2028-03-02T00:00:00")
    with pytest.raises(Refusal, match="29 February"):
        rendered(export(schedule(floor=leap)), "keda")


def test_a_patch_a_step_and_an_index_say_the_plan():
    files = {file.name: file.text for file in rendered(export(schedule()), "hpa")}
    index = json.loads(files["checkout-hpa-index.json"])
    said = [(row["at"], json.loads(files[row["file"]])["spec"]["minReplicas"]) for row in index]
    assert said == planned(schedule())
    assert index[1]["apply"] == (
        "kubectl patch hpa checkout --type merge --patch-file checkout-hpa-20270714T0651Z.json"
    )


@given(steps, st.integers(0, 60))
def test_pods_and_placeholders_together_hold_what_comes_within_a_startup(parts, startup):
    one = schedule(floor=built(parts), startup=startup)
    sizes = placeholder_sizes(one)
    at = np.array([size.at for size in sizes])
    for minute in range(0, int((one.floor.until - one.floor.at[0]) / MINUTE), 11):
        now = one.floor.at[0] + minute * MINUTE
        ahead = now + np.arange(startup + 1) * MINUTE
        soon = one.floor.value(ahead[ahead < one.floor.until]).max()
        idle = sizes[int(np.searchsorted(at, now, side="right")) - 1].units
        assert one.floor.value(now) + idle == soon


def test_placeholders_come_as_manifests_and_patches():
    files = {file.name: file.text for file in rendered(export(schedule(startup=10)), "placeholder")}
    priority, deployment = yaml.safe_load_all(files["checkout-placeholder.yaml"])
    assert priority["value"] < 0
    assert deployment["spec"]["replicas"] == 0
    index = json.loads(files["checkout-placeholder-index.json"])
    said = [(row["at"], json.loads(files[row["file"]])["spec"]["replicas"]) for row in index]
    assert said == [
        ("2027-07-13T06:51:00Z", 0),
        ("2027-07-14T06:41:00Z", 207),
        ("2027-07-14T06:51:00Z", 0),
    ]
