"""Orders in a pull request: what moves, by when, in the diff and in the comment."""

from __future__ import annotations

import json
import subprocess
from copy import deepcopy

import pytest

from cloudtune.cli.main import run
from cloudtune.review.order_changes import compare_orders
from tests.plan import shop

ROW = {
    "order_by": "2027-06-10",
    "need_by": "2027-08-05",
    "week": "2027-08-02",
    "location": "us-west-2",
    "instance": "m7g.4xlarge",
    "units": 157,
    "kind": "base",
    "because": "prime-day",
    "late_days": 0,
}


def told(was, now) -> list[str]:
    changes = compare_orders({"orders": was} if was is not None else None, {"orders": now})
    return [f"{change.subject}, {change.fact}: {change.before} -> {change.after}" for change in changes]


def test_an_order_that_grows_and_moves_a_week_is_one_order():
    later = ROW | {"units": 169, "order_by": "2027-06-03", "week": "2027-07-26"}
    assert told([ROW], [later]) == [
        "m7g.4xlarge in us-west-2 for prime-day by Thu 3 Jun 2027, units: 157 -> 169",
        "m7g.4xlarge in us-west-2 for prime-day, order by: 2027-06-10 -> 2027-06-03",
    ]


def test_orders_come_and_go():
    assert told(None, [ROW]) == ["m7g.4xlarge in us-west-2 for prime-day by Thu 10 Jun 2027, units: 0 -> 157"]
    assert told([ROW], []) == ["m7g.4xlarge in us-west-2 for prime-day by Thu 10 Jun 2027, units: 157 -> 0"]
    assert told([ROW], [deepcopy(ROW)]) == []


def git(folder, *words: str) -> None:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def edited(tmp_path, monkeypatch):
    """A committed order sheet, and a run after somebody asked for more headroom."""
    monkeypatch.chdir(shop.make(tmp_path))
    assert run(["run"]) == 0
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "specs", "reports")
    git(tmp_path, "commit", "-qm", "A forecast")
    spec = tmp_path / "specs/orders.yaml"
    spec.write_text(spec.read_text("utf-8").replace("headroom: 10%", "headroom: 40%"), encoding="utf-8")
    assert run(["run"]) == 0
    return tmp_path


def test_more_headroom_moves_orders_and_no_forecast(edited, capsys):
    capsys.readouterr()
    assert run(["diff", "--format", "json"]) == 0
    (report,) = json.loads(capsys.readouterr().out)["reports"]
    assert {change["kind"] for change in report["changes"]} == {"order"}
    grown = [change for change in report["changes"] if change["fact"] == "units"]
    assert all(change["after"] > change["before"] for change in grown)
    assert run(["diff"]) == 0
    assert "order of m7g.4xlarge in us-east-1" in " ".join(capsys.readouterr().out.split())


def test_the_comment_says_which_orders_move_by_when(edited, capsys):
    capsys.readouterr()
    assert run(["comment", "--base", "HEAD", "--today", "2026-06-01"]) == 0
    body = capsys.readouterr().out
    assert "Orders: +" in body
    assert "m7g.4xlarge in us-east-1" in body
    assert "| the capacity block |" in body
