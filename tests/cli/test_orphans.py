from __future__ import annotations

import json

import pytest

from tests.project import shop
from tests.review.builders import GitRepo


@pytest.fixture
def repository(tmp_path):
    """Two forecasts and their reports, committed."""
    repo = GitRepo(tmp_path / "shop")
    shop.make(repo.path, "orders", "visits")
    repo.write(".gitignore", ".cloudtune/\n")
    assert shop.cloudtune(repo.path, "run").returncode == 0
    repo.commit("forecasts")
    return repo


def rename(repo: GitRepo, old: str, new: str) -> None:
    for folder, ending in (("specs", "yaml"), ("data", "csv")):
        (repo.path / folder / f"{old}.{ending}").rename(repo.path / folder / f"{new}.{ending}")
    repo.write(f"specs/{new}.yaml", shop.SPEC.format(name=new))


def test_a_run_takes_the_report_of_a_renamed_spec_along(repository):
    rename(repository, "visits", "sessions")
    done = shop.cloudtune(repository.path, "run")
    assert done.returncode == 0, done.stderr
    assert "visits  removed: specs/visits.yaml is no more" in done.stdout
    assert sorted(path.stem for path in (repository.path / "reports").glob("*.json")) == [
        "orders",
        "sessions",
    ]
    index = (repository.path / "reports/index.md").read_text(encoding="utf-8")
    assert "visits" not in index
    repository.git("add", "-A")
    moved = [line.split() for line in repository.git("status", "--porcelain").splitlines() if line[0] == "R"]
    assert "reports/visits.json" in {words[1] for words in moved}


def test_a_selection_removes_nothing_and_a_broken_spec_keeps_its_report(repository):
    rename(repository, "visits", "sessions")
    assert shop.cloudtune(repository.path, "run", "orders").returncode == 0
    assert (repository.path / "reports/visits.json").is_file()
    repository.write("specs/visits.yaml", "version: [")
    shop.cloudtune(repository.path, "run")
    assert (repository.path / "reports/visits.json").is_file()


def test_a_file_that_no_run_wrote_stays(repository):
    repository.write("reports/notes.json", '{"mine": true}\n')
    done = shop.cloudtune(repository.path, "run", "--format", "json")
    assert json.loads(done.stdout)["removed"] == []
    assert (repository.path / "reports/notes.json").is_file()
