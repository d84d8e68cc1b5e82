"""One rule for every path: a regular file inside the root. What a checkout brings is no cache of ours."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from cloudtune.errors import Refusal
from cloudtune.files import OutOfBoundsError, read_bytes, write_text
from cloudtune.report.io import load_document, read_document
from cloudtune.report.templates import load_templates
from cloudtune.review.staleness import read_state
from cloudtune.run import cache, seal
from cloudtune.run.committed import committed_state
from cloudtune.spec.loader import load_store
from tests.spec.builders import codes, spec, store

TARGETS = (
    "/dev/zero",
    "/dev/stdin",
    "/etc/passwd",
    "/proc/self/environ",
    "../far.txt",
    "../gone.txt",
    ".git/config",
)


@pytest.fixture
def root(tmp_path):
    place = tmp_path / "shop"
    for folder in ("specs", "reports", "templates", ".git", ".cloudtune"):
        (place / folder).mkdir(parents=True)
    (place / ".git/config").write_text("secret: 1\n")
    (tmp_path / "far.txt").write_text("secret: 1\n")
    return place


def lead(link, target, root):
    link.symlink_to(target if target.startswith("/") else root / target)


@pytest.mark.parametrize("target", TARGETS)
def test_a_spec_is_no_link_that_leads_out(root, target):
    lead(root / "specs/orders.yaml", target, root)
    problems = load_store(root).problems
    assert [problem.code for problem in problems] == ["CT115"]
    assert "secret" not in str(problems)


@pytest.mark.parametrize("target", TARGETS)
def test_a_report_is_no_link(root, target):
    lead(root / "reports/orders.json", target, root)
    state = read_state(root, "orders")
    assert state.document is None
    assert state.problem is None or state.problem.code == "CT725"


@pytest.mark.parametrize("target", TARGETS)
def test_a_template_is_no_link(root, target):
    lead(root / "templates/comment.md.j2", target, root)
    if not (root / "templates/comment.md.j2").exists():
        return
    with pytest.raises(Refusal) as refusal:
        load_templates(root).render("comment.md.j2")
    assert refusal.value.problems[0].code == "CT701"


@pytest.mark.parametrize(
    "name", ["../far.txt", "other.md.j2", "/etc/passwd", "./report.md.j2", "sub/report.md.j2"]
)
def test_a_template_has_a_documented_name(root, name):
    (root / "templates/other.md.j2").write_text("x")
    with pytest.raises(Refusal):
        load_templates(root).render(name)


@pytest.mark.parametrize(
    "path", ["reports/sub/a.md", ".cloudtune/cache/a", ".git/hooks/a", ".GIT/a", "x/../.git/a"]
)
def test_nothing_is_written_through_a_link_or_into_git(root, tmp_path, path):
    far = tmp_path / "far"
    far.mkdir()
    shutil.rmtree(root / ".cloudtune")
    (root / ".cloudtune").symlink_to(far)
    (root / "reports/sub").symlink_to(far)
    with pytest.raises(OutOfBoundsError):
        write_text(root / path, "x", root)
    assert list(far.iterdir()) == []
    assert sorted(path.name for path in (root / ".git").iterdir()) == ["config"]


def test_a_fifo_and_a_folder_are_no_files(root):
    os.mkfifo(root / "specs/orders.yaml")
    (root / "specs/others.yaml").mkdir()
    assert [problem.code for problem in load_store(root).problems] == ["CT115"]


def test_a_file_that_is_too_large_is_refused_before_it_is_read(root):
    with (root / "specs/orders.yaml").open("wb") as stream:
        stream.truncate(10**12)
    with pytest.raises(OutOfBoundsError, match="more than"):
        read_bytes(root / "specs/orders.yaml", root)


def test_a_cache_that_a_checkout_brings_is_none(root, monkeypatch, tmp_path):
    cache.write(root, "k" * 64, b"mine")
    assert cache.read(root, "k" * 64) == b"mine"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another-machine"))
    seal._key.cache_clear()
    try:
        assert cache.read(root, "k" * 64) is None
    finally:
        seal._key.cache_clear()


@pytest.mark.parametrize("mode", [0o644, 0o755, 0o640])
def test_a_key_that_others_may_read_is_none(tmp_path, monkeypatch, mode):
    place = tmp_path / "cloudtune/key"
    place.parent.mkdir()
    place.write_bytes(b"k" * 32)
    place.chmod(mode)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    seal._key.cache_clear()
    try:
        assert seal._key() != b"k" * 32
    finally:
        seal._key.cache_clear()


def test_files_of_a_run_that_git_tracks_are_named(root):
    shutil.rmtree(root / ".git")
    subprocess.run(["git", "init", "-q", "."], cwd=root, check=True)
    assert committed_state(root) is None
    (root / ".cloudtune/cache/ab").mkdir(parents=True)
    (root / ".cloudtune/cache/ab/cd").write_text("x")
    subprocess.run(["git", "add", "-f", "."], cwd=root, check=True)
    assert committed_state(root).code == "CT745"


@pytest.mark.parametrize(
    "figure", ["1e999", "-1e999", "1E+400", "NaN", "Infinity", "9" * 60, "9" * 5000, "1e308"]
)
def test_a_figure_that_no_run_writes_makes_no_report(figure):
    data = b'{"inputs": {}, "peak": %s}' % figure.encode()
    for read in (
        lambda: read_document("reports/a.json", data),
        lambda: load_document(data, "reports/a.json"),
    ):
        with pytest.raises(Refusal) as refusal:
            read()
        assert refusal.value.problems[0].code == "CT725"
        assert len(str(refusal.value)) < 500


def test_a_text_that_looks_like_a_huge_figure_is_a_text():
    data = json.dumps({"inputs": {}, "description": "1e999 and " + "9" * 60}).encode()
    assert read_document("reports/a.json", data)[0]["description"].startswith("1e999")


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (["index.yaml"], "CT302"),
        (["con.yaml"], "CT206"),
        (["nul/orders.yaml"], "CT206"),
        (["com1.yaml"], "CT206"),
        (["eu/orders.yaml", "EU/others.yaml"], "CT302"),
        (["orders.yaml", "Orders.yaml"], "CT302"),
    ],
)
def test_names_that_collide_on_some_machine_are_refused(tmp_path, files, code):
    named = {file: spec(name=file.rpartition("/")[2].removesuffix(".yaml").lower()) for file in files}
    assert code in codes(store(tmp_path, named))


def test_an_index_in_a_folder_is_a_name_like_any_other(tmp_path):
    assert codes(store(tmp_path, {"eu/index.yaml": spec(name="index")})) == []
