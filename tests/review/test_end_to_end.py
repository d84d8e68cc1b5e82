"""The commands as a team uses them: real specs, a real engine, a real repository."""

from __future__ import annotations

import json
import re

import pytest

from tests.review.builders import GitRepo
from tests.review.runner import CALENDAR, SPEC, Runner, data

pytestmark = pytest.mark.slow


class Shop:
    def __init__(self, tmp_path) -> None:
        self.repo = GitRepo(tmp_path / "shop")
        self.runner = Runner(tmp_path / "runner")
        self.repo.write(".gitignore", ".cloudtune/\n")
        self.repo.write("specs/shop.yaml", SPEC)
        self.repo.write("specs/calendars/shop-days.yaml", CALENDAR)
        self.repo.write("data/shop.csv", data())

    def run(self, words, status=0):
        done = self.runner.run(f"cloudtune {words}", self.repo.path)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def shop(tmp_path):
    shop = Shop(tmp_path)
    shop.run("run")
    shop.repo.commit("forecasts")
    return shop


def test_check_after_a_run_is_clean_and_a_second_run_changes_no_byte(shop):
    assert "all fresh" in shop.run("check")
    shop.run("run")
    assert shop.repo.git("status", "--porcelain") == ""
    assert "nothing to do" in shop.run("plan --detailed-exitcode")


def test_data_touched_but_equal_is_no_change(shop):
    shop.repo.write("data/shop.csv", data())
    assert "nothing to do" in shop.run("plan")
    shop.repo.write("data/shop.csv", data() + "\n")
    assert "nothing to do" in shop.run("plan")


def test_new_data_is_named(shop):
    shop.repo.write("data/shop.csv", data(152))
    assert "DATA_CHANGED" in shop.run("plan --detailed-exitcode", status=2)
    assert "CT713" in shop.run("check", status=1)


def test_change_is_explained_by_its_line_and_shares_add_up(shop):
    shop.repo.write("data/shop.csv", data(152, scale=1.2))
    shop.repo.write("specs/shop.yaml", SPEC.replace("horizon: 13w", "horizon: 26w"))
    shop.run("run")
    text = shop.run("diff --explain")
    assert re.search(r"[+-]\d+\.\d%  new data\n", text)
    found = json.loads(shop.run("diff --explain --format json"))
    explained = (
        found["explained"]["explained"] if isinstance(found["explained"], dict) else found["explained"]
    )
    assert explained
    for one in explained:
        assert sum(share["amount"] for share in one["shares"]) == pytest.approx(one["total"])


def test_past_forecasts_are_scored_against_what_came(shop):
    shop.repo.write("data/shop.csv", data(156))
    shop.run("run")
    shop.repo.commit("a month later")
    text = shop.run("score")
    assert text.startswith("2 vintages of 1 forecast in 2 commits: WAPE ")
    assert shop.run("score --format svg").startswith("<svg ")
    assert json.loads(shop.run("score --format json"))["vintages"] == 2
