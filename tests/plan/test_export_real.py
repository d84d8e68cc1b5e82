"""The files in the hands of those who read them: moto, cfn-lint, kubernetes-validate, terraform, promtool.

Each test skips where its tool isn't installed; the group `slow` of requirements holds those from Python.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cloudtune.plan.export.table import rendered
from tests.plan.schedules import export, many_steps, planned, schedule

pytestmark = pytest.mark.slow
REGION = "us-west-2"


def written(folder, name, one=None):
    for file in rendered(export(one or schedule()), name):
        (folder / file.name).write_text(file.text, encoding="utf-8")
    return sorted(folder.iterdir())


def run(*command, cwd=None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=cwd)


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@pytest.fixture
def aws(monkeypatch):
    moto = pytest.importorskip("moto")
    boto3 = pytest.importorskip("boto3")
    for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(key, "testing")
    with moto.mock_aws():
        yield lambda service: boto3.client(service, region_name=REGION)


def group(client, name: str) -> None:
    client.create_launch_configuration(
        LaunchConfigurationName="lc", ImageId="ami-12345678", InstanceType="m7g.4xlarge"
    )
    client.create_auto_scaling_group(
        AutoScalingGroupName=name,
        LaunchConfigurationName="lc",
        MinSize=0,
        MaxSize=500,
        AvailabilityZones=[f"{REGION}a"],
    )


@pytest.mark.filterwarnings("ignore")
def test_what_is_put_is_described_and_taken_back(aws):
    client, one = aws("autoscaling"), schedule(floor=many_steps(60))
    group(client, "checkout")
    files = {file.name: json.loads(file.text) for file in rendered(export(one), "aws-autoscaling")}
    for name in ("checkout-01.json", "checkout-02.json"):
        answer = client.batch_put_scheduled_update_group_action(**files[name])
        assert not answer["FailedScheduledUpdateGroupActions"]
    pages = client.get_paginator("describe_scheduled_actions").paginate(AutoScalingGroupName="checkout")
    actions = [action for page in pages for action in page["ScheduledUpdateGroupActions"]]
    said = sorted((f"{a['StartTime']:%Y-%m-%dT%H:%M:%SZ}", a["MinSize"]) for a in actions)
    assert said == planned(one)
    for name in ("checkout-delete-01.json", "checkout-delete-02.json"):
        client.batch_delete_scheduled_action(**files[name])
    assert not client.describe_scheduled_actions()["ScheduledUpdateGroupActions"]
    client.update_auto_scaling_group(**files["checkout-restore.json"])


@pytest.mark.filterwarnings("ignore")
def test_a_scalable_target_takes_every_line(aws):
    client, one = aws("application-autoscaling"), schedule(group="service/shop/checkout")
    text = rendered(export(one), "application-autoscaling")[0].text
    for line in text.splitlines():
        client.put_scheduled_action(**json.loads(line))
    actions = client.describe_scheduled_actions(ServiceNamespace="ecs")["ScheduledActions"]
    said = sorted((a["Schedule"][3:-1] + "Z", a["ScalableTargetAction"]["MinCapacity"]) for a in actions)
    assert said == planned(one)


def test_cfn_lint_finds_nothing(tmp_path):
    pytest.importorskip("cfnlint")
    (template,) = written(tmp_path, "cloudformation")
    lint = str(Path(sys.executable).with_name("cfn-lint"))
    answer = run(lint, "--regions", REGION, "--", str(template))
    assert (answer.stdout, answer.returncode) == ("", 0)
    template.write_text(template.read_text("utf-8").replace("MinSize", "MinimumSize"), encoding="utf-8")
    assert run(lint, "--regions", REGION, "--", str(template)).returncode != 0


def test_terraform_reads_the_file(tmp_path):
    terraform = tool("terraform")
    written(tmp_path, "terraform")
    answer = run(terraform, "providers", cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "hashicorp/aws" in answer.stdout


def test_kubernetes_knows_every_key(tmp_path):
    validate = pytest.importorskip("kubernetes_validate")
    import yaml

    folder = tmp_path / "placeholder"
    folder.mkdir()
    manifests = next(p for p in written(folder, "placeholder", schedule(startup=10)) if p.suffix == ".yaml")
    version = validate.latest_version()
    for document in yaml.safe_load_all(manifests.read_text("utf-8")):
        validate.validate(document, version, strict=True)
    stub = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "checkout"},
        "spec": {
            "maxReplicas": 400,
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "checkout"},
        },
    }
    for path in written(tmp_path / "placeholder", "hpa"):
        if "-hpa-2" in path.name:
            patched = stub | {"spec": stub["spec"] | json.loads(path.read_text("utf-8"))["spec"]}
            validate.validate(patched, version, strict=True)


def test_promtool_takes_rules_and_samples(tmp_path):
    promtool = tool("promtool")
    (rules,) = written(tmp_path, "prometheus-rules")
    assert run(promtool, "check", "rules", str(rules)).returncode == 0
    samples = tmp_path / "samples"
    samples.mkdir()
    (text,) = written(samples, "openmetrics")
    data = tmp_path / "data"
    answer = run(
        promtool, "tsdb", "create-blocks-from", "--max-block-duration=672h", "openmetrics", text, data
    )
    assert answer.returncode == 0, answer.stderr
    listed = run(promtool, "tsdb", "list", data).stdout.splitlines()[1:]
    lines = [line for line in text.read_text("utf-8").splitlines() if not line.startswith("#")]
    column = [int(line.split()[4]) for line in listed]
    assert sum(column) == len(lines)


def test_promtool_evaluates_the_rule_as_the_plan_says(tmp_path):
    promtool = tool("promtool")
    # Rule tests start at the epoch: the same plan, sixty years earlier.
    shift = np.datetime64("2027-07-13T06:51:00") - np.datetime64("1970-01-01T00:01:00")
    one = schedule()
    moved = schedule(floor=type(one.floor)(one.floor.at - shift, one.floor.units, one.floor.until - shift))
    (rules,) = written(tmp_path, "prometheus-rules", moved)
    samples = []
    for at, units in planned(moved):
        seconds = int(np.datetime64(at[:-1]).astype("datetime64[s]").astype(int))
        labels = '{forecast="us-orders",group="checkout",location="us-west-2"}'
        expected = [{"labels": f"cloudtune:units_required{labels}", "value": units}]
        samples.append(
            {"expr": "cloudtune:units_required", "eval_time": f"{seconds // 60}m", "exp_samples": expected}
        )
    test = {
        "rule_files": [rules.name],
        "evaluation_interval": "1m",
        "tests": [{"interval": "1m", "promql_expr_test": samples}],
    }
    (tmp_path / "test.json").write_text(json.dumps(test), encoding="utf-8")
    answer = run(promtool, "test", "rules", "test.json", cwd=tmp_path)
    assert answer.returncode == 0, answer.stdout + answer.stderr
