"""What k6 and Locust are handed: stages worked out as k6 does, the script run by node with fakes."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess

import numpy as np
import pytest

from cloudtune.plan.gameday.generators import k6, locust, profile_csv
from tests.plan.rehearsals import edge, rehearsal


def files(made) -> dict[str, str]:
    return {file.name: file.text for file in made}


def minutes_of(text: str) -> float:
    return float(text[:-1]) / (60 if text.endswith("s") else 1)


def iterations(scenario: dict) -> list[float]:
    """k6: a stage yields its length times the mean of the rates at its ends; one of no length is a jump."""
    unit, rate, found = minutes_of(scenario["timeUnit"]), scenario["startRate"], []
    for stage in scenario["stages"]:
        length = minutes_of(stage["duration"])
        found += [(rate + stage["target"]) / 2 / unit] * int(length)
        rate = stage["target"]
    return found


def test_stages_deliver_every_minute_of_the_profile():
    one = rehearsal()
    options = json.loads(files(k6(one))["options.json"])
    for k, name in enumerate(one.profile.journeys):
        scenario = options["scenarios"][name]
        assert iterations(scenario) == pytest.approx(one.profile.rates[k].tolist(), rel=0.02, abs=0.6)
        assert sum(iterations(scenario)) == pytest.approx(one.profile.rates[k].sum(), rel=0.005)
        assert scenario["maxVUs"] >= scenario["preAllocatedVUs"]
        assert all(isinstance(stage["target"], int) for stage in scenario["stages"])


def test_rare_journeys_are_counted_by_the_hour():
    profile = rehearsal().profile
    rare = rehearsal(profile=type(profile)(profile.journeys, np.full((3, 6), 0.25)))
    scenario = json.loads(files(k6(rare))["options.json"])["scenarios"]["buy"]
    assert (scenario["timeUnit"], scenario["startRate"]) == ("60m", 15)


def test_the_run_ends_where_customers_would_notice():
    thresholds = json.loads(files(k6(rehearsal()))["options.json"])["thresholds"]
    assert thresholds == {
        "dropped_iterations": ["count==0"],
        "http_req_failed": [{"threshold": "rate<0.02", "abortOnFail": True, "delayAbortEval": "30s"}],
        "http_req_duration": [{"threshold": "p(99)<1500", "abortOnFail": True, "delayAbortEval": "120s"}],
    }


def test_the_neutral_profile_adds_up_to_the_rates():
    one = rehearsal()
    rows = list(csv.DictReader(profile_csv(one).splitlines()))
    total = sum(float(row["rate_per_s"]) * 60 for row in rows if row["journey"] == "buy")
    assert total == pytest.approx(one.profile.rates[0].sum(), rel=1e-4)
    late = {row["product"] for row in rows if int(row["offset_s"]) >= 120}
    assert late == {"books", "console"}


def test_the_same_plan_gives_the_same_bytes():
    assert k6(rehearsal()) == k6(rehearsal())
    assert locust(rehearsal()) == locust(rehearsal())


FAKES = {
    "k6/http": "export default {request: (method, url, body, params) => "
    "globalThis.sent.push([method, url, params.tags.name, params.headers['x-synthetic']])};",
    "k6/execution": "export default {scenario: globalThis.scenario, instance: globalThis.instance};",
    "k6": "export const sleep = (seconds) => globalThis.slept.push(seconds);",
}


def played(folder, made, journey: str, count: int, seconds: float) -> dict:
    """The script under node: its imports answered by fakes, `open` and `__ENV` as k6 has them."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    text = made["gameday.js"]
    for name, fake in FAKES.items():
        module = folder / f"{name.replace('/', '-')}.mjs"
        module.write_text(fake, "utf-8")
        text = text.replace(f'from "{name}"', f'from "./{module.name}"')
    (folder / "gameday.mjs").write_text(text, "utf-8")
    for name in ("options.json", "plan.json"):
        (folder / name).write_text(made[name], "utf-8")
    (folder / "play.mjs").write_text(
        f"""
        import {{ readFileSync }} from "node:fs";
        globalThis.open = (path) => readFileSync(new URL(path, import.meta.url), "utf-8");
        globalThis.__ENV = {{GAMEDAY_TARGET: process.env.GAMEDAY_TARGET}};
        globalThis.sent = []; globalThis.slept = [];
        globalThis.scenario = {{name: "{journey}", iterationInTest: 0}};
        globalThis.instance = {{currentTestRunDuration: {seconds * 1000}}};
        const script = await import("./gameday.mjs");
        for (let k = 0; k < {count}; k++) {{ globalThis.scenario.iterationInTest = k; script.default(); }}
        console.log(JSON.stringify({{sent: globalThis.sent, slept: globalThis.slept}}));
        """,
        "utf-8",
    )
    env = {"GAMEDAY_TARGET": "https://rehearsal.example.com", "PATH": "/usr/bin:/bin"}
    answer = subprocess.run(
        [node, "play.mjs"], cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_customers_go_on_think_and_choose_as_planned(tmp_path):
    found = played(tmp_path, files(k6(rehearsal())), "buy", 3000, seconds=0)
    calls = [name for _, _, name, _ in found["sent"]]
    assert calls.count("search") == 3000
    assert calls.count("checkout") / 3000 == pytest.approx(0.6, abs=0.03)
    assert np.median(found["slept"]) == pytest.approx(6, rel=0.05)
    assert np.quantile(found["slept"], 0.95) == pytest.approx(18, rel=0.1)
    urls = [url for _, url, name, _ in found["sent"] if name == "search"]
    assert sum("product=fashion" in url for url in urls) / 3000 == pytest.approx(0.5, abs=0.03)
    items = [int(url.rsplit("=", 1)[1]) for url in urls]
    weights = 1 / np.arange(1, 501)
    assert sum(item <= 10 for item in items) / 3000 == pytest.approx(
        weights[:10].sum() / weights.sum(), abs=0.03
    )
    assert {header for *_, header in found["sent"]} == {"gameday/prime-day-rehearsal/1"}


def test_the_mix_of_a_later_hour_is_another(tmp_path):
    found = played(tmp_path, files(k6(rehearsal())), "buy", 1000, seconds=121)
    urls = [url for _, url, name, _ in found["sent"] if name == "search"]
    assert sum("product=console" in url for url in urls) / 1000 == pytest.approx(0.8, abs=0.04)


def test_an_unlisted_target_is_refused(tmp_path):
    made = files(k6(rehearsal(targets=("https://other.example.com",))))
    with pytest.raises(AssertionError, match="GAMEDAY_TARGET must be one of https://other"):
        played(tmp_path, made, "buy", 1, seconds=0)


def test_the_edge_of_the_sample_is_sharp():
    assert edge(4, 1.0, 9.0, 2).tolist() == [1.0, 1.0, 9.0, 9.0]
