from __future__ import annotations

import pytest

from cloudtune.errors import Refusal
from cloudtune.spec.loader import discover, find_root


def test_the_nearest_folder_with_specs_is_the_root(tmp_path):
    (tmp_path / "specs" / "us").mkdir(parents=True)
    (tmp_path / "inner" / "specs").mkdir(parents=True)
    (tmp_path / "inner" / "deep").mkdir()
    assert find_root(tmp_path / "inner" / "deep") == tmp_path / "inner"
    assert find_root(tmp_path / "specs" / "us") == tmp_path


def test_without_specs_the_git_root_is_taken(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "a").mkdir()
    assert find_root(tmp_path / "a") == tmp_path


def test_a_given_root_wins(tmp_path):
    (tmp_path / "specs").mkdir()
    (tmp_path / "other").mkdir()
    assert find_root(tmp_path, tmp_path / "other") == tmp_path / "other"


def test_a_given_root_that_is_no_folder_is_refused(tmp_path):
    with pytest.raises(Refusal) as caught:
        find_root(tmp_path, tmp_path / "none")
    assert [problem.code for problem in caught.value.problems] == ["CT116"]


def test_files_come_in_order_and_hidden_ones_are_left_alone(tmp_path):
    for name in (
        "b.yaml",
        "a/z.yaml",
        ".git/x.yaml",
        ".b.yaml.swp",
        ".hidden.yaml",
        "notes.md",
        "a/_defaults.yaml",
    ):
        path = tmp_path / "specs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = discover(tmp_path)
    assert found.files == ("specs/b.yaml", "specs/a/_defaults.yaml", "specs/a/z.yaml")
    assert found.problems == ()


@pytest.mark.parametrize("name", ["orders.yml", "orders.YAML", "_default.yaml"])
def test_a_file_that_would_be_passed_over_is_named(tmp_path, name):
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / name).touch()
    assert [problem.code for problem in discover(tmp_path).problems] == ["CT303"]
