"""A game day through the commands that its host types: profile, comparison, record."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from cloudtune.cli.main import run
from cloudtune.plan.fleet import Fleet, Member, ZoneRule
from cloudtune.plan.gameday.compare import SeenCalls, ServicePlan, best_plateau, findings
from cloudtune.spec import load_store
from tests.plan import shop

SPEC = """\
version: cloudtune/v1
kind: gameday
name: rehearsal
forecast: orders
{place}
scale: 200%
compress: 6x
ramp: 5min
hold: 5min
targets: [https://rehearsal.example.com]
journeys:
  - {{name: browse, share: 75%, think: 9s, steps: [{{call: home}}, {{call: product, times: 3}}]}}
  - {{name: search, share: 25%, think: 4s, steps: [{{call: search, times: 2}}]}}
products: {{console: 20%, books: 80%}}
mixes: [{{after: 6h, products: {{console: 70%, books: 30%}}}}]
services: [{{name: orders, slo: 250ms}}]
{more}
"""


def make(folder, place="event: sale", more=""):
    shop.make(folder)
    spec = (folder / "specs/orders.yaml").read_text("utf-8")
    one = spec.replace("share: 70%, ", "share: 100%, ")
    (folder / "specs/orders.yaml").write_text(one.partition("    - {instance: m6i")[0], encoding="utf-8")
    (folder / "specs/rehearsal.yaml").write_text(SPEC.format(place=place, more=more), encoding="utf-8")
    return folder


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.chdir(make(tmp_path))
    return tmp_path


def rows(folder) -> list[dict]:
    return list(
        csv.DictReader((folder / "gameday/rehearsal/locust/profile.csv").read_text("utf-8").splitlines())
    )


def test_the_profile_is_one_future_of_the_sale_scaled_and_shortened(store, capsys):
    assert run(["gameday", "rehearsal", "--to", "locust"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("490 minutes, 10 of them ramp; highest minute ")
    found = rows(store)
    calls = {"browse": 4.0, "search": 2.0}
    total = sum(
        float(row["rate_per_s"]) * 60 * calls[row["journey"]]
        for row in found
        if float(row["offset_s"]) >= 600
    )
    # Two days at three times 3,000 an hour, twice that, in a sixth of the time.
    assert total == pytest.approx(48 * 9000 * 2 / 6, rel=0.15)
    shares = {
        late: sum(
            float(row["rate_per_s"])
            for row in found
            if row["product"] == "console" and (float(row["offset_s"]) >= 4200) == late
        )
        / sum(float(row["rate_per_s"]) for row in found if (float(row["offset_s"]) >= 4200) == late)
        for late in (False, True)
    }
    assert shares == {False: pytest.approx(0.2), True: pytest.approx(0.7)}


def test_k6_gets_options_plan_and_script(store):
    assert run(["gameday", "rehearsal", "--output", "out"]) == 0
    assert sorted(path.name for path in (store / "out").iterdir()) == [
        "gameday.js",
        "options.json",
        "plan.json",
    ]
    options = json.loads((store / "out/options.json").read_text("utf-8"))
    assert set(options["scenarios"]) == {"browse", "search"}


def test_a_recorded_run_is_left_out_of_the_forecast(store, capsys):
    before = load_store(store).specs["orders"].spec_hash
    assert run(["gameday", "rehearsal", "--record", "2026-05-20T22:00/2026-05-20T23:10"]) == 0
    assert "orders leave it out" in capsys.readouterr().out
    after = load_store(store).specs["orders"]
    (mask,) = after.spec.outliers
    assert (str(mask.start), str(mask.end), mask.reason) == (
        "2026-05-20T22:00",
        "2026-05-20T23:40",
        "game day rehearsal",
    )
    assert after.spec_hash != before
    assert run(["run"]) == 0
    assert "game day rehearsal" in (store / "reports/orders.md").read_text("utf-8")


def test_a_run_over_a_real_event_is_refused(tmp_path, monkeypatch, capsys):
    more = "runs: [{start: 2026-03-10T10:00, end: 2026-03-10T12:00}]"
    monkeypatch.chdir(make(tmp_path, more=more))
    assert run(["validate"]) == 1
    assert "CT333: the run overlaps sale of 2026-03-10" in capsys.readouterr().out


def test_a_window_that_is_past_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(make(tmp_path, "window: {start: 2026-03-01, end: 2026-03-02}"))
    assert run(["gameday", "rehearsal"]) == 1
    assert "CT813" in capsys.readouterr().err


def test_an_unknown_game_day_is_told_the_known_ones(store, capsys):
    assert run(["gameday", "rehersal"]) == 64
    assert "rehearsal" in capsys.readouterr().err


def actuals(store, requests: float, units: float = 10.0) -> str:
    assert run(["gameday", "rehearsal", "--to", "locust"]) == 0
    planned = np.zeros(490)
    for row in rows(store):
        calls = {"browse": 4.0, "search": 2.0}[row["journey"]]
        planned[int(float(row["offset_s"]) // 60)] += float(row["rate_per_s"]) * 60 * calls
    mix = {"home": 0.75 / 4, "product": 0.75 * 3 / 4, "search": 0.25}
    lines = ["minute,name,requests,errors,p99_ms,units"]
    for minute, value in enumerate(planned):
        lines += [f"{minute},{name},{value * share * requests:.3f},0,100," for name, share in mix.items()]
        good = minute < 200
        lines.append(f"{minute},orders,{150 if good else 900},0,{200 if good else 900},{units}")
    (store / "seen.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return "seen.csv"


def test_a_throughput_that_was_lower_comes_back_as_a_line_of_the_spec(store, capsys):
    seen = actuals(store, 1.0)
    capsys.readouterr()
    assert run(["gameday", "rehearsal", "--compare", seen]) == 0
    told = capsys.readouterr().out
    assert "throughput lower: orders, 1,200 planned, 900 seen" in told
    assert "specs/orders.yaml:28: throughput: 900/h" in told
    assert "ratio off" not in told


def test_a_short_generator_proves_nothing(store, capsys):
    seen = actuals(store, 0.8)
    capsys.readouterr()
    assert run(["gameday", "rehearsal", "--compare", seen]) == 0
    told = capsys.readouterr().out
    assert told.splitlines()[0].startswith("generator short: all calls")


def test_actuals_that_cant_be_read_are_refused(store, capsys):
    (store / "seen.csv").write_text("time,calls\n1,2\n", encoding="utf-8")
    assert run(["gameday", "rehearsal", "--compare", "seen.csv"]) == 1
    assert "CT815" in capsys.readouterr().err


def seen(name: str, requests: list[float], p99: float = 100.0, units: float = 1.0) -> SeenCalls:
    values = np.array(requests)
    return SeenCalls(
        name, values, np.zeros(len(values)), np.full(len(values), p99), np.full(len(values), units)
    )


def test_the_best_plateau_is_five_minutes_with_answers_as_promised():
    one = seen("db", [10, 20, 20, 20, 20, 20, 90, 90, 90, 90, 90], units=2.0)
    one.p99_ms[6:] = 900
    assert best_plateau(one, 250) == 10.0
    assert best_plateau(seen("db", [10] * 4), 250) is None


def test_calls_that_come_too_often_and_services_without_a_spec_are_findings():
    planned = {"search": np.full(10, 100.0), "home": np.full(10, 100.0)}
    found = findings(
        planned, [seen("search", [130] * 10), seen("home", [100] * 10), seen("ads", [5] * 10)], []
    )
    assert [(one.kind, one.subject) for one in found] == [("ratio off", "search"), ("not covered", "ads")]


def test_the_worked_example_orders_45_more():
    fleet = Fleet((Member("m7g.4xlarge", 1200, share=0.7),), 0.6, 0.1, zones=ZoneRule(3, 1))
    service = ServicePlan("checkout", 250, fleet, 1, 184_000)
    (finding,) = findings({}, [seen("checkout", [1040] * 6)], [service])
    assert finding.proposal == "throughput 1,200 -> 1,040: +45 m7g.4xlarge"
