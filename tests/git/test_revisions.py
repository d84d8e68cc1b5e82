from __future__ import annotations

import pytest

from cloudtune.errors import Refusal
from cloudtune.git.calls import objects, open_repository
from cloudtune.git.revisions import changed_files, commit_of, contents, files_written, listing
from tests.review.builders import GitRepo


@pytest.fixture
def repo(tmp_path):
    repo = GitRepo(tmp_path)
    repo.write("forecasts/specs/a.yaml", "a\n")
    repo.write("forecasts/specs/ü b.yaml", "b\n")
    repo.write("other.txt", "a")
    repo.commit()
    return repo


def test_changed_files_are_named_below_the_root(repo):
    repo.write("forecasts/specs/a.yaml", "b\n")
    repo.write("forecasts/specs/new.yaml", "not added yet\n")
    repo.write("other.txt", "b")
    repository = open_repository(repo.path / "forecasts")
    assert changed_files(repository, "HEAD", "specs") == {"specs/a.yaml", "specs/new.yaml"}


def test_line_ends_that_a_checkout_made_are_no_change(repo):
    (repo.path / "forecasts/specs/a.yaml").write_bytes(b"a\r\n")
    assert changed_files(open_repository(repo.path / "forecasts"), "HEAD", "specs") == frozenset()


def test_listing_of_a_revision_has_the_bytes_of_its_files(repo):
    repo.write("forecasts/specs/a.yaml", "later\n")
    repository = open_repository(repo.path / "forecasts")
    side = listing(repository, "HEAD", "specs")
    paths = sorted(side.blobs)
    assert paths == ["specs/a.yaml", "specs/ü b.yaml"]
    assert list(contents(repository, side, paths)) == [b"a\n", b"b\n"]
    here = listing(repository, None, "specs")
    assert list(contents(repository, here, paths)) == [b"later\n", b"b\n"]


def test_link_is_no_file_of_its_folder(repo):
    (repo.path / "forecasts/specs/link.yaml").symlink_to("a.yaml")
    repository = open_repository(repo.path / "forecasts")
    assert "specs/link.yaml" not in listing(repository, None, "specs").blobs
    repo.commit()
    assert "specs/link.yaml" not in listing(repository, "HEAD", "specs").blobs


def test_history_names_every_file_that_a_commit_wrote_or_removed(repo):
    repo.write("forecasts/specs/c.yaml", "c\n")
    (repo.path / "forecasts/specs/a.yaml").unlink()
    second = repo.commit("second", when="2026-06-02T12:00:00+00:00")
    repo.commit("empty")
    found = list(files_written(open_repository(repo.path / "forecasts"), "HEAD", "specs"))
    assert [(one.path, bool(one.blob)) for one in found] == [
        ("specs/a.yaml", True),
        ("specs/ü b.yaml", True),
        ("specs/a.yaml", False),
        ("specs/c.yaml", True),
    ]
    assert (found[-1].commit, found[-1].date[:10]) == (second, "2026-06-02")
    (data,) = objects(open_repository(repo.path), [found[-1].blob])
    assert data == b"c\n"


@pytest.mark.parametrize("name", ["\x01" + "0" * 40 + " 2026", ":100644 100644 a b M", "a\nb", "a\tb"])
def test_path_that_looks_like_an_answer_of_git_is_a_path(repo, name):
    repo.write(f"forecasts/specs/{name}", "x")
    repo.commit()
    repository = open_repository(repo.path / "forecasts")
    assert f"specs/{name}" in {one.path for one in files_written(repository, "HEAD", "specs")}
    assert f"specs/{name}" in listing(repository, "HEAD", "specs").blobs


@pytest.mark.parametrize(
    "revision",
    [
        "--output=owned",
        "-h",
        "--all",
        "^HEAD",
        "HEAD..HEAD",
        "HEAD^@",
        "HEAD HEAD",
        "HEAD\n",
        "a\0b",
        "",
        "nope",
    ],
)
def test_text_that_names_no_single_commit_is_no_revision(repo, revision):
    with pytest.raises(Refusal) as refusal:
        commit_of(open_repository(repo.path), revision)
    assert refusal.value.problems[0].code == "CT721"
    assert not (repo.path / "owned").exists()


def test_object_that_is_not_there_is_refused(repo):
    with pytest.raises(Refusal) as refusal:
        list(objects(open_repository(repo.path), ["1" * 40]))
    assert refusal.value.problems[0].code == "CT727"


def test_object_too_large_for_a_report_is_refused_before_it_is_read(repo, monkeypatch):
    monkeypatch.setattr("cloudtune.git.calls.MOST_BYTES", 1)
    repository = open_repository(repo.path / "forecasts")
    side = listing(repository, "HEAD", "specs")
    with pytest.raises(Refusal, match="too large"):
        list(contents(repository, side, side.blobs))


def test_machine_without_git_is_told_so(repo, monkeypatch, tmp_path):
    import sys

    for name in [name for name in sys.modules if name == "git" or name.startswith("git.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(Refusal) as refusal:
        open_repository(repo.path)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.hint) == ("CT720", "install git")
