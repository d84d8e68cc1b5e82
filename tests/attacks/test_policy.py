"""Who sends a forecast doesn't choose what it is held to: gates, waivers and templates come from the base."""

from __future__ import annotations

from datetime import date

import pytest

from cloudtune.git.calls import open_repository
from cloudtune.hosting.pull_request import CommentRequest, compose, templates_at
from cloudtune.review.check import check
from cloudtune.review.comment import render_comment
from cloudtune.review.documents import base_at
from cloudtune.spec.loader import load_store
from tests.review.builders import GitRepo, accuracy, document
from tests.review.stores import SPEC, present, write_fresh, write_specs

TODAY = date(2026, 6, 1)
GATED = SPEC + "gates:\n  - {metric: wape, step: 1h, at_most: 7%}\n"
LOOSENED = {
    "a wider bound": GATED.replace("7%", "70%"),
    "no gate": SPEC,
    "another figure": GATED.replace("wape", "peak_error").replace("7%", "70%"),
    "a waiver": GATED.replace("7%}", "7%, waive: {until: 2026-12-31, reason: trust me}}"),
    "a gate that only looks at the base": GATED.replace("at_most: 7%", "worse_than_base_by: 100%"),
}


@pytest.fixture
def repo(tmp_path):
    repo = GitRepo(tmp_path)
    repo.write(".gitignore", ".cloudtune/\n")
    write_specs(tmp_path, GATED)
    write_fresh(tmp_path, accuracy=[accuracy(wape=0.061)])
    repo.commit()
    repo.git("checkout", "-q", "-b", "topic")
    return repo


def verdict(repo):
    store = load_store(repo.path)
    items = list(store.specs.values())
    return check(store, items, present(repo.path, TODAY), base_at(open_repository(repo.path), "main"))


@pytest.mark.parametrize("spec", LOOSENED.values(), ids=LOOSENED)
def test_gate_that_a_change_loosens_judges_the_forecast_that_comes_with_it(repo, spec):
    write_specs(repo.path, spec)
    write_fresh(repo.path, accuracy=[accuracy(wape=0.12)])
    assert "CT608" in [problem.code for problem in verdict(repo).problems]
    found = compose(load_store(repo.path), present(repo.path, TODAY), CommentRequest({}, base="main"))
    assert "CT608" in [problem.code for problem in found.problems]


def test_gate_that_moves_away_with_its_spec_still_judges(repo):
    repo.git("rm", "-q", "-r", "specs/store", "reports")
    write_specs(repo.path, SPEC, name="us-orders")
    write_fresh(repo.path, "us-orders", accuracy=[accuracy(wape=0.12)])
    assert "CT608" in [problem.code for problem in verdict(repo).problems]


@pytest.mark.parametrize("spec", LOOSENED.values(), ids=LOOSENED)
def test_gate_can_be_changed_by_itself(repo, spec):
    write_specs(repo.path, spec)
    write_fresh(repo.path, accuracy=[accuracy(wape=0.061)])
    assert "CT608" not in [problem.code for problem in verdict(repo).problems]


def test_gate_that_is_as_it_was_is_told_once(repo):
    inputs = {**document()["inputs"], "data": "other"}
    write_fresh(repo.path, inputs=inputs, accuracy=[accuracy(wape=0.12)])
    assert [problem.code for problem in verdict(repo).problems] == ["CT601"]


def test_comment_that_is_posted_is_told_by_the_templates_of_the_base(repo):
    repo.write("templates/comment.md.j2", "All is well.\n")
    repo.commit()
    base = repo.git("rev-parse", "main")
    made = compose(load_store(repo.path), present(repo.path, TODAY), CommentRequest({}, base="main"))
    assert "every gate passes" in render_comment(made, templates_at(repo.path, base))


def test_template_of_the_base_is_used_where_there_is_one(repo):
    repo.write("templates/comment.md.j2", "House style: {{ sentence }}\n")
    commit = repo.commit()
    repo.write("templates/comment.md.j2", "All is well.\n")
    made = compose(load_store(repo.path), present(repo.path, TODAY), CommentRequest({}, base="main"))
    assert render_comment(made, templates_at(repo.path, commit)).startswith("House style: ")
