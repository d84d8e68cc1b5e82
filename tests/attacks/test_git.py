"""Nothing that a repository's files or configuration hold runs as a program when we ask git."""

from __future__ import annotations

import os
import subprocess

import pytest

from cloudtune.errors import Refusal
from cloudtune.git.calls import Repository, objects, open_repository
from cloudtune.git.revisions import (
    changed_files,
    commit_of,
    contents,
    files_written,
    label,
    listing,
    merge_base,
)
from tests.review.builders import GitRepo

ABSENT = "1" * 40
PAYLOADS = {
    "a file system monitor": ["core.fsmonitor={run}"],
    "hooks": ["core.hooksPath={folder}"],
    "an external diff": ["diff.external={run}"],
    "a text conversion": ["diff.spec.textconv={run}"],
    "a filter": ["filter.spec.clean={run}", "filter.spec.smudge={run}", "filter.spec.required=true"],
    "a signature to verify": ["log.showSignature=true", "gpg.program={run}", "gpg.format=openpgp"],
    "a pager": ["core.pager={run}", "pager.log=true", "pager.rev-parse=true"],
    "an alias": ["alias.log=!{run}", "alias.ls-tree=!{run}"],
    "a promise of objects": [
        "core.repositoryFormatVersion=1",
        "extensions.partialClone=evil",
        "remote.evil.promisor=true",
        "remote.evil.url=ext::{run}",
        "protocol.ext.allow=always",
    ],
    "a promise kept by a command of its own": [
        "core.repositoryFormatVersion=1",
        "extensions.partialClone=evil",
        "remote.evil.promisor=true",
        "remote.evil.url=file:///nowhere",
        "remote.evil.uploadpack={run}",
    ],
}
SIGNED = """\
tree {tree}
author Planner <planner@example.com> 1780000000 +0000
committer Planner <planner@example.com> 1780000000 +0000
gpgsig -----BEGIN PGP SIGNATURE-----
 iQ==
 -----END PGP SIGNATURE-----

signed
"""


@pytest.fixture
def trap(tmp_path):
    """A program that leaves a mark where it ran."""
    mark, program = tmp_path / "owned", tmp_path / "hooks/post-index-change"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ntouch {mark}\ncat 2>/dev/null\nexit 0\n", encoding="utf-8")
    program.chmod(0o755)
    return program, mark


@pytest.fixture
def repo(tmp_path):
    repo = GitRepo(tmp_path / "checkout")
    repo.write(".gitattributes", "* diff=spec filter=spec\n")
    repo.write("team/specs/a.yaml", "a\n")
    repo.write("team/reports/a.json", "{}\n")
    repo.commit()
    text = SIGNED.format(tree=repo.git("rev-parse", "HEAD^{tree}"))
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin"],
        cwd=repo.path, input=text, capture_output=True, text=True, check=True,
    )  # fmt: skip
    repo.git("reset", "-q", "--hard", made.stdout.strip())
    repo.write("team/specs/a.yaml", "b\n")
    return repo


def ask_everything(root):
    """Every call of git that CloudTune makes; what is refused is refused."""
    repository = open_repository(root)
    side = listing(repository, "HEAD", "specs", "reports")
    list(contents(repository, side, side.blobs))
    list(files_written(repository, "HEAD", "specs"))
    merge_base(repository, "HEAD", "HEAD")
    label(repository, "HEAD", commit_of(repository, "HEAD"))
    changed_files(repository, "HEAD", "specs")
    assert not repository.is_shallow
    with pytest.raises(Refusal):
        list(objects(repository, [ABSENT]))


@pytest.mark.parametrize("settings", PAYLOADS.values(), ids=PAYLOADS)
def test_no_setting_of_a_repository_runs_a_program(repo, trap, settings):
    program, mark = trap
    for setting in settings:
        name, _, value = setting.format(run=program, folder=program.parent).partition("=")
        repo.git("config", name, value)
    ask_everything(repo.path / "team")
    assert not mark.exists()


def test_the_trap_of_these_tests_springs(repo, trap):
    program, mark = trap
    repo.git("config", "core.fsmonitor", str(program))
    repo.git("status", check=False)
    assert mark.exists()


@pytest.mark.parametrize("settings", [[], ["core.worktree=."], ["core.worktree=.."]])
def test_folder_that_pretends_to_be_a_repository_is_none(repo, trap, settings):
    program, mark = trap
    fake = repo.path / "team"
    for folder in ("objects", "refs/heads"):
        (fake / folder).mkdir(parents=True)
    (fake / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    lines = [
        f"fsmonitor = {program}",
        f"hooksPath = {program.parent}",
        *(s.replace("core.", "") for s in settings),
    ]
    bare = "false" if settings else "true"
    text = "\n\t".join(["[core]", f"bare = {bare}", *lines])
    (fake / "config").write_text(f"{text}\n[diff]\n\texternal = {program}\n", encoding="utf-8")
    assert open_repository(fake).top == repo.path.resolve()
    ask_everything(fake)
    assert not mark.exists()


def test_folder_that_pretends_to_be_a_repository_is_refused_by_git_itself(repo, trap):
    program, mark = trap
    subprocess.run(["git", "init", "-q", "--bare", str(repo.path / "team/bare")], check=True)
    bare = repo.path / "team/bare"
    (bare / "config").write_text(f"[core]\n\tbare = true\n\tfsmonitor = {program}\n", encoding="utf-8")
    with pytest.raises(Refusal):
        commit_of(Repository(bare, bare), "HEAD")
    assert not mark.exists()


def test_text_from_the_environment_is_no_program_either(repo, trap, monkeypatch):
    program, mark = trap
    for name in ("GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_ASKPASS", "GIT_SSH_COMMAND"):
        monkeypatch.setenv(name, os.fspath(program))
    ask_everything(repo.path / "team")
    assert not mark.exists()
