"""Scheduled actions: what the files say is the plan, and AWS's own model takes their shape."""

from __future__ import annotations

import json

import numpy as np
import pytest

from cloudtune.errors import Refusal
from cloudtune.plan.export.table import rendered
from tests.plan.schedules import export, floor, many_steps, planned, schedule


def files(one, name):
    return {file.name: file.text for file in rendered(export(one), name)}


def refused(one, name) -> list[str]:
    with pytest.raises(Refusal) as caught:
        rendered(export(one), name)
    return [f"{problem.code} {problem.message}; {problem.hint}" for problem in caught.value.problems]


def puts(found) -> list[dict]:
    batches = [json.loads(text) for name, text in sorted(found.items()) if name.startswith("checkout-0")]
    return [action for batch in batches for action in batch["ScheduledUpdateGroupActions"]]


def input_shape(service: str, operation: str):
    session = pytest.importorskip("botocore.session").get_session()
    return session.get_service_model(service).operation_model(operation).input_shape


def mistakes(document, service: str, operation: str) -> str:
    validate = pytest.importorskip("botocore.validate").ParamValidator()
    return validate.validate(document, input_shape(service, operation)).generate_report()


def test_the_batch_says_the_plan_and_ends_at_the_base_floor():
    found = puts(files(schedule(), "aws-autoscaling"))
    assert [(a["StartTime"], a["MinSize"]) for a in found] == planned(schedule())
    assert found[1] == {
        "ScheduledActionName": "ct-us-orders-20270714T0651Z",
        "StartTime": "2027-07-14T06:51:00Z",
        "MinSize": 297,
    }


def test_a_rise_that_lasts_to_the_end_of_the_window_is_taken_back_there():
    up = schedule(floor=floor(("2027-07-13T06:51:00", 90), ("2027-07-14T06:51:00", 297)))
    assert puts(files(up, "aws-autoscaling"))[-1]["StartTime"] == "2027-07-20T07:00:00Z"
    assert puts(files(up, "aws-autoscaling"))[-1]["MinSize"] == 90


def test_fifty_actions_go_into_one_call_and_as_many_names_into_its_undoing():
    found = files(schedule(floor=many_steps(119)), "aws-autoscaling")
    sizes = [len(json.loads(found[f"checkout-0{k}.json"])["ScheduledUpdateGroupActions"]) for k in (1, 2, 3)]
    assert sizes == [50, 50, 20]
    deleted = json.loads(found["checkout-delete-01.json"])["ScheduledActionNames"]
    assert deleted == [action["ScheduledActionName"] for action in puts(found)[:50]]
    assert json.loads(found["checkout-restore.json"]) == {"AutoScalingGroupName": "checkout", "MinSize": 50}


def test_the_model_of_the_service_finds_nothing_to_complain_about():
    found = files(schedule(floor=many_steps(60)), "aws-autoscaling")
    operations = {
        "checkout-01.json": "BatchPutScheduledUpdateGroupAction",
        "checkout-02.json": "BatchPutScheduledUpdateGroupAction",
        "checkout-delete-01.json": "BatchDeleteScheduledAction",
        "checkout-restore.json": "UpdateAutoScalingGroup",
    }
    reports = {name: mistakes(json.loads(found[name]), "autoscaling", op) for name, op in operations.items()}
    assert set(reports.values()) == {""}
    assert mistakes({"AutoScalingGroup": "x"}, "autoscaling", "BatchDeleteScheduledAction") != ""


def test_too_many_actions_are_refused_with_the_number_to_set():
    assert refused(schedule(floor=many_steps(130)), "aws-autoscaling") == [
        (
            "CT801 checkout would have 131 actions; the platform takes 125; "
            "set `actions: 120` in `capacity.schedule`, or remove old actions"
        )
    ]


def test_actions_that_the_group_has_count_and_their_instants_are_left_to_them():
    theirs = frozenset({np.datetime64("2027-07-14T06:51:00"), np.datetime64("2027-07-14T06:50:00")})
    found = puts(files(schedule(taken=theirs), "aws-autoscaling"))
    assert [a["StartTime"] for a in found][1] == "2027-07-14T06:49:00Z"
    message = refused(schedule(floor=many_steps(123), taken=theirs), "aws-autoscaling")[0]
    assert "126 actions with 2 that it has" in message


def test_a_floor_above_the_maximum_is_refused_or_raises_it():
    assert refused(schedule(ceiling=250), "aws-autoscaling") == [
        (
            "CT802 checkout needs a floor of 297, above its maximum of 250; "
            "raise the group's maximum to 297 and set `max_size: 297`, or set `raise_max: true`"
        )
    ]
    raised = puts(files(schedule(ceiling=250, raise_max=True), "aws-autoscaling"))
    assert [a["MaxSize"] for a in raised] == [250, 297, 250, 250]


def test_in_a_group_with_weights_sizes_are_weight_units():
    found = puts(files(schedule(weight=4), "aws-autoscaling"))
    assert [a["MinSize"] for a in found] == [360, 1188, 840, 360]


def test_a_long_name_keeps_its_beginning_and_gets_a_hash():
    long = schedule(forecast="f" * 250)
    names = {a["ScheduledActionName"] for a in puts(files(long, "aws-autoscaling"))}
    assert len(names) == 4
    assert max(len(name) for name in names) <= 255


def test_the_template_and_terraform_say_the_same_plan():
    template = json.loads(files(schedule(), "cloudformation")["checkout.template.json"])
    parts = [resource["Properties"] for resource in template["Resources"].values()]
    assert sorted((p["StartTime"], p["MinSize"]) for p in parts) == planned(schedule())
    module = json.loads(files(schedule(), "terraform")["us-orders.tf.json"])
    rows = module["resource"]["aws_autoscaling_schedule"].values()
    assert sorted((row["start_time"], row["min_size"]) for row in rows) == planned(schedule())


def test_terraform_leaves_other_sizes_alone_and_names_change_with_what_they_say():
    module = json.loads(files(schedule(), "terraform")["us-orders.tf.json"])
    rows = module["resource"]["aws_autoscaling_schedule"]
    assert {(row["max_size"], row["desired_capacity"]) for row in rows.values()} == {(-1, -1)}
    other = schedule(floor=floor(("2027-07-13T06:51:00", 90), ("2027-07-14T06:51:00", 298)))
    again = json.loads(files(other, "terraform")["us-orders.tf.json"])["resource"]["aws_autoscaling_schedule"]
    assert len(set(rows) & set(again)) == 1  # the first step alone is the same


def test_terraform_sees_no_template_in_a_name():
    found = files(schedule(group="${path.module}%{if}"), "terraform")["us-orders.tf.json"]
    row = next(iter(json.loads(found)["resource"]["aws_autoscaling_schedule"].values()))
    assert row["autoscaling_group_name"] == "$${path.module}%%{if}"


def test_a_scalable_target_is_told_apart_by_its_id():
    one = schedule(group="service/shop/checkout")
    lines = files(one, "application-autoscaling")["service-shop-checkout.jsonl"].splitlines()
    first = json.loads(lines[1])
    assert first == {
        "ServiceNamespace": "ecs",
        "ResourceId": "service/shop/checkout",
        "ScalableDimension": "ecs:service:DesiredCount",
        "ScheduledActionName": "ct-us-orders-20270714T0651Z",
        "Schedule": "at(2027-07-14T06:51:00)",
        "ScalableTargetAction": {"MinCapacity": 297},
    }
    assert {
        mistakes(json.loads(line), "application-autoscaling", "PutScheduledAction") for line in lines
    } == {""}
    gone = files(one, "application-autoscaling")["service-shop-checkout-delete.jsonl"].splitlines()
    assert {
        mistakes(json.loads(line), "application-autoscaling", "DeleteScheduledAction") for line in gone
    } == {""}


def test_an_unknown_resource_is_refused_with_what_is_known():
    assert "service/shop/checkout" in refused(schedule(), "application-autoscaling")[0]


def test_a_window_longer_than_a_fortnight_is_refused():
    long = schedule(floor=floor(("2027-07-13T06:51:00", 90), until="2027-08-10T00:00:00"))
    assert refused(long, "terraform")[0].startswith("CT801 a window of 28 days; this format takes 14")
