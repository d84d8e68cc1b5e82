"""The loop that nobody watches: data arrives, orders and schedules move, are applied, and teach."""

from __future__ import annotations

import json
import subprocess

import pytest

from cloudtune.cli.main import run
from tests.plan import shop

pytestmark = pytest.mark.slow
NEXT_SALE = "- {start: 2026-06-09, duration: 48h}"
BEGIN = "2026-06-06T05:00"


def git(folder, *words: str) -> str:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    done = subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def said(capsys, *arguments: str, code: int = 0) -> str:
    capsys.readouterr()
    assert run(list(arguments)) == code
    return capsys.readouterr().out


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A committed forecast with its order sheet, and a sale ahead that comes again in September."""
    shop.make(tmp_path)
    spec = tmp_path / "specs/orders.yaml"
    again = f"{NEXT_SALE}\n      {NEXT_SALE.replace('06-09', '09-08')}"
    spec.write_text(spec.read_text("utf-8").replace(NEXT_SALE, again), encoding="utf-8")
    (tmp_path / ".gitignore").write_text(".cloudtune/\ndata/\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(["run"]) == 0
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "A forecast and its orders")
    return tmp_path


def applied(files: list[dict], client) -> list[tuple[str, int]]:
    """The schedule as the platform has it once the files were put."""
    for document in files:
        answer = client.batch_put_scheduled_update_group_action(**document)
        assert not answer["FailedScheduledUpdateGroupActions"]
    pages = client.get_paginator("describe_scheduled_actions").paginate(AutoScalingGroupName="checkout")
    found = [action for page in pages for action in page["ScheduledUpdateGroupActions"]]
    return sorted((f"{one['StartTime']:%Y-%m-%dT%H:%M:%SZ}", one["MinSize"]) for one in found)


@pytest.fixture
def group(monkeypatch):
    """An Auto Scaling group of a server that behaves like AWS."""
    moto, boto3 = pytest.importorskip("moto"), pytest.importorskip("boto3")
    for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(key, "testing")
    with moto.mock_aws():
        client = boto3.client("autoscaling", region_name="us-east-1")
        client.create_launch_configuration(
            LaunchConfigurationName="lc", ImageId="ami-12345678", InstanceType="m7g.4xlarge"
        )
        client.create_auto_scaling_group(
            AutoScalingGroupName="checkout",
            LaunchConfigurationName="lc",
            MinSize=0,
            MaxSize=500,
            AvailabilityZones=["us-east-1a"],
        )
        yield client


@pytest.mark.filterwarnings("ignore")
def test_from_data_to_servers_and_back_to_the_spec(store, group, capsys):
    # Data arrives; the forecast, its orders and its schedule move in one pull request.
    git(store, "checkout", "-q", "-b", "refresh")
    shop.write_rows(store, shop.rows(shop.DAYS + 6, grown=1.4))
    assert run(["run"]) == 0
    assert "Orders: +" in said(capsys, "comment", "--base", "main", "--today", "2026-06-06")
    said(capsys, "export", "orders", "--to", "aws-autoscaling", "--from", BEGIN)
    git(store, "add", ".")
    git(store, "commit", "-qm", "Refresh")
    changed = git(store, "diff", "--name-only", "main", "refresh").split()
    assert {"reports/orders.json", "reports/orders.capacity.json"} <= set(changed)
    assert "export/orders/aws-autoscaling/checkout-01.json" in changed

    # It is merged, and applied to the group.
    git(store, "checkout", "-q", "main")
    git(store, "merge", "-q", "--ff-only", "refresh")
    folder = store / "export/orders/aws-autoscaling"
    files = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("checkout-0*.json"))]
    planned = [
        (action["StartTime"], action["MinSize"])
        for document in files
        for action in document["ScheduledUpdateGroupActions"]
    ]
    assert applied(files, group) == sorted(planned)
    sale = max(units for at, units in planned if "2026-06-09" <= at < "2026-06-11T04")
    assert sale > 1.8 * min(units for _, units in planned)

    # The sale is larger than it was; what came is tracked, and the lesson goes into the spec.
    sales = shop.SALES | {"2026-06-09": 4.5, "2026-06-10": 4.5}
    shop.write_rows(store, shop.rows(shop.DAYS + 14, grown=1.4, sales=sales))
    lesson = said(capsys, "track", "orders", "--event", "sale", "--format", "patch", code=1)
    (store / "lesson.patch").write_text(lesson, encoding="utf-8")
    git(store, "apply", "lesson.patch")
    assert "2026-06-09" in git(store, "diff", "--unified=0", "specs")
    assert run(["validate"]) == 0

    # The next refresh orders for September what June has shown.
    before = json.loads((store / "reports/orders.capacity.json").read_text("utf-8"))
    assert run(["run"]) == 0
    after = json.loads((store / "reports/orders.capacity.json").read_text("utf-8"))
    needs = [
        next(event["demand"] for event in sheet["events"] if event["start"].startswith("2026-09"))
        for sheet in (before, after)
    ]
    assert needs[1] > 1.1 * needs[0]
