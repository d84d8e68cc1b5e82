"""A report that somebody wrote by hand doesn't pass for a forecast, whatever hashes it carries."""

from __future__ import annotations

import copy
import json
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from cloudtune.errors import Problem
from cloudtune.report.io import load_document
from cloudtune.report.render import render_all
from cloudtune.report.store import write_index
from cloudtune.report.templates import load_templates
from cloudtune.review.check import check
from cloudtune.review.recompute import Fresh, recomputed
from cloudtune.spec.loader import load_store
from tests.review.builders import GitRepo, band, document
from tests.review.runner import CALENDAR, SPEC, Runner, data
from tests.review.stores import present, write_fresh, write_specs

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "store/us-orders"


def begin(answer: Callable[[str], Fresh]) -> Callable[[str], Fresh]:
    return answer


def fresh(found, _name):
    return Fresh(found)


def slow(_name):
    time.sleep(60)


def dies(_name):
    import os

    os._exit(9)


def out_of_reach(_name):
    return Fresh(None, (Problem("CT401", "the file is not there"),))


def impossible(_name):
    return Fresh(None, (Problem("CT501", "too little data"),))


@pytest.fixture
def committed(tmp_path):
    write_specs(tmp_path)
    return write_fresh(tmp_path)


def verdict(root, answer, before=None, seconds=60.0):
    store = load_store(root)
    found = check(store, list(store.specs.values()), present(root))
    base = {NAME: before} if before else {}
    return recomputed(found, root, [NAME], base, seconds=seconds, begin=partial(begin, answer))


def codes(found):
    return [(problem.code, problem.severity) for problem in found.problems]


def test_honest_report_passes_and_is_counted(tmp_path, committed):
    found = verdict(tmp_path, partial(fresh, committed))
    assert (codes(found), found.recomputed) == ([], "1 changed report recomputed")
    assert found.sentence == "1 report: all fresh, every gate passes. 1 changed report recomputed."


FORGED = {
    "a lower peak": {"peak": {**document()["peak"], "height": band(900_000.0)}},
    "another growth": {"growth": band(0.5)},
    "a better error": {"accuracy": [{**document()["accuracy"][0], "wape": 0.01}]},
    "days left out": {"daily": document()["daily"][:-9]},
    "no event": {"events": []},
    "a gate that passes": {"gates": [{**document()["gates"][0], "result": "fail"}]},
    "a tolerance of its own": {"tolerance": 5.0, "growth": band(0.5)},
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_forged_figure_is_an_error(tmp_path, committed, forged):
    truth = copy.deepcopy({**committed, **forged})
    found = verdict(tmp_path, partial(fresh, truth), before=document())
    assert codes(found) == [("CT738", "error")]
    assert not found.holds


def test_forged_words_are_named(tmp_path, committed):
    truth = {**committed, "verdict": "Capacity is exceeded on Friday."}
    found = verdict(tmp_path, partial(fresh, truth))
    assert codes(found) == [("CT738", "warning")]
    assert "verdict" in found.problems[0].message


def test_figures_within_the_tolerance_of_the_base_stay(tmp_path, committed):
    truth = {**committed, "peak": {**committed["peak"], "height": band(1_203_000.0)}}
    assert codes(verdict(tmp_path, partial(fresh, truth), before=document())) == []


@pytest.mark.parametrize(("answer", "seconds"), [(slow, 2.0), (dies, 60.0), (out_of_reach, 60.0)])
def test_what_was_not_recomputed_is_said(tmp_path, committed, answer, seconds):
    begun = time.monotonic()
    found = verdict(tmp_path, answer, seconds=seconds)
    assert time.monotonic() - begun < 30
    assert codes(found) == [("CT740", "warning")]
    assert found.recomputed == "0 changed reports recomputed, 1 not"


def test_report_that_no_run_could_write_is_an_error(tmp_path, committed):
    assert codes(verdict(tmp_path, impossible)) == [("CT501", "error")]


@pytest.mark.slow
def test_forged_peak_does_not_pass_in_ci(tmp_path):
    repo, runner = GitRepo(tmp_path / "shop"), Runner(tmp_path / "runner")
    repo.write(".gitignore", ".cloudtune/\n")
    repo.write("specs/shop.yaml", SPEC)
    repo.write("specs/calendars/shop-days.yaml", CALENDAR)
    repo.write("data/shop.csv", data())
    assert runner.run("cloudtune run", repo.path).returncode == 0
    repo.commit()
    honest = runner.run("cloudtune check --base HEAD --refit", repo.path)
    assert (honest.returncode, "0 changed reports recomputed" in honest.stdout) == (0, True)
    repo.write("data/shop.csv", data(152))
    assert runner.run("cloudtune run", repo.path).returncode == 0
    honest = runner.run("cloudtune check --base HEAD --refit", repo.path)
    assert honest.returncode == 0, honest.stdout
    assert "1 changed report recomputed" in honest.stdout
    file = repo.path / "reports/shop.json"
    forged = json.loads(file.read_bytes())
    forged["peak"]["height"]["value"] *= 0.5
    found = load_document(json.dumps(forged).encode(), "shop")
    for suffix, text in render_all(found, load_templates(repo.path)).items():
        (repo.path / f"reports/shop{suffix}").write_text(text, encoding="utf-8")
    write_index(repo.path, load_templates(repo.path))
    believed = runner.run("cloudtune check --base HEAD", repo.path)
    assert believed.returncode == 0, believed.stdout
    told = runner.run("cloudtune check --base HEAD --refit", repo.path)
    assert told.returncode == 1, told.stdout
    assert "CT738" in told.stdout
