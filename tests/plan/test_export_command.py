"""`export` of a real run: never below the need, inside its window, with mends for what is wrong."""

from __future__ import annotations

import csv
import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from cloudtune.cli.main import run
from cloudtune.plan.sheet import fleet_of
from cloudtune.spec import load_store
from tests.plan import shop

BEGIN = "2026-06-05T00:07"


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.chdir(shop.make(tmp_path))
    return tmp_path


def export(store, to: str, *options: str, begin: str = BEGIN, code: int = 0):
    assert run(["export", "orders", "--to", to, "--from", begin, *options]) == code
    return store / "export" / "orders" / to


def needs(store) -> tuple[np.ndarray, np.ndarray]:
    """Instants of hours, UTC, and units of both members that their q99 needs."""
    table = pq.read_table(store / ".cloudtune/forecasts/orders/1h.parquet")
    times = table.column("time").to_numpy().astype("datetime64[s]")
    spec = load_store(store).resolve("orders").spec
    fleet = fleet_of(spec.capacity, spec.series.step)
    units = fleet.needed(table.column("q99").to_numpy()).units
    # No step needs more than its week, whose highest step is demanded by its own quantile.
    weekly = json.loads(run_sheet(store))["weekly"]
    weeks = np.array([row[0] for row in weekly], dtype="datetime64[D]")
    local = (times - np.timedelta64(4, "h")).astype("datetime64[D]")
    place = np.clip(np.searchsorted(weeks, local, side="right") - 1, 0, None)
    return times, np.minimum(units, np.array([row[3:5] for row in weekly]).T[:, place])


def run_sheet(store) -> str:
    if not (store / "reports").is_dir():
        assert run(["run"]) == 0
    return (store / "reports/orders.capacity.json").read_text("utf-8")


def test_the_schedule_is_never_below_the_need_and_says_what_it_costs(store, capsys):
    folder = export(store, "schedule-csv")
    rows = list(csv.DictReader((folder / "orders.csv").read_text("utf-8").splitlines()))
    assert (
        capsys.readouterr().out.splitlines()[0].startswith("checkout: 49 steps from 2026-06-05 to 2026-06-12")
    )
    times, units = needs(store)
    for k, group in enumerate(("checkout", "checkout-old")):
        mine = [row for row in rows if row["group"] == group]
        assert mine[0]["at"] == "2026-06-05T00:07:00Z"
        assert mine[-1]["until"] == "2026-06-12T00:07:00Z"
        at = np.array([np.datetime64(row["at"][:-1], "s") for row in mine])
        floor = np.array([int(row["units"]) for row in mine])
        minutes = at[0] + np.arange(7 * 1440) * np.timedelta64(60, "s")
        held = floor[np.searchsorted(at, minutes, side="right") - 1]
        needed = units[k][np.searchsorted(times, minutes, side="right") - 1]
        soon = units[k][np.searchsorted(times, minutes + np.timedelta64(360, "s"), side="right") - 1]
        assert (held >= needed).all()
        assert (held >= soon).all()


def test_actions_of_other_people_are_read_and_left_alone(store):
    first = export(store, "aws-autoscaling")
    rise = json.loads((first / "checkout-01.json").read_text("utf-8"))["ScheduledUpdateGroupActions"][3]
    theirs = {
        "AutoScalingGroupName": "checkout",
        "ScheduledActionName": "sunday",
        "StartTime": rise["StartTime"].replace("Z", "+00:00"),
    }
    listing = store / "existing.json"
    listing.write_text(json.dumps({"ScheduledUpdateGroupActions": [theirs]}), encoding="utf-8")
    again = export(store, "aws-autoscaling", "--existing", str(listing))
    found = json.loads((again / "checkout-01.json").read_text("utf-8"))["ScheduledUpdateGroupActions"]
    assert rise["StartTime"] not in {action["StartTime"] for action in found}
    assert all(action["StartTime"] >= "2026-06-05T00:12:00Z" for action in found)


def test_a_later_export_takes_the_place_of_an_earlier_one(store):
    folder = export(store, "hpa")
    mine = folder / "notes.txt"
    mine.write_text("kept", encoding="utf-8")
    before = {path.name for path in folder.iterdir()}
    after = {path.name for path in export(store, "hpa", begin="2026-06-09T00:00").iterdir()}
    assert "notes.txt" in after
    assert (
        not (before & after)
        - {"notes.txt", ".cloudtune-export"}
        - {name for name in before if name.endswith("index.json") or "20260609" in name or "2026061" in name}
    )


@pytest.mark.parametrize(
    ("to", "names"),
    [
        ("cloudformation", ["checkout-old.template.json", "checkout.template.json"]),
        ("terraform", ["orders.tf.json"]),
        ("keda", ["checkout-old-until-2026-06-13.keda.yaml", "checkout-until-2026-06-13.keda.yaml"]),
        ("openmetrics", ["orders.om"]),
        ("prometheus-rules", ["orders.rules.yaml"]),
    ],
)
def test_every_format_is_written_from_a_real_run(store, to, names):
    folder = export(store, to)
    assert sorted(path.name for path in folder.iterdir() if path.name[0] != ".") == names


def test_a_window_beyond_the_forecast_is_refused_with_both_ends(store, capsys):
    export(store, "terraform", begin="2026-07-20", code=1)
    error = capsys.readouterr().err
    assert "CT805: a schedule of 2026-07-20T00:05Z to 2026-07-27T00:05Z lies outside of the forecast" in error


def test_a_member_without_a_group_is_refused_where_a_platform_is_told(tmp_path, monkeypatch, capsys):
    folder = shop.make(tmp_path)
    spec = folder / "specs/orders.yaml"
    spec.write_text(spec.read_text("utf-8").replace(", group: checkout-old", ""), encoding="utf-8")
    monkeypatch.chdir(folder)
    assert run(["export", "orders", "--to", "terraform", "--from", BEGIN]) == 1
    assert "CT803: m6i.4xlarge has no `group`" in capsys.readouterr().err
    assert run(["export", "orders", "--to", "schedule-csv", "--from", BEGIN]) == 0


def test_a_time_that_is_none_is_refused(store, capsys):
    assert run(["export", "orders", "--to", "terraform", "--from", "soon"]) == 64
