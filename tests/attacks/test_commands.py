"""A command in a hint is one command, whatever the names in it hold."""

from __future__ import annotations

import shlex

import pytest

from cloudtune.errors import Refusal, command
from cloudtune.git.calls import open_repository
from cloudtune.git.revisions import commit_of
from cloudtune.report.io import read_document
from cloudtune.review.work import Because, Reason, Work
from tests.review.builders import GitRepo

HOSTILE = ["x; rm -rf .", "$(touch owned)", "`id`", "a b", "it's", 'say "no"', "a\nb", "a && b", "*"]


@pytest.mark.parametrize("name", HOSTILE)
def test_every_word_stays_one_word(name):
    assert shlex.split(command("cloudtune", "run", "-s", name)) == ["cloudtune", "run", "-s", name]
    for reason in (Reason.MISSING, Reason.ORPHAN, Reason.EXPIRED):
        mend = Work(name, (Because(reason, ""),)).mend.removeprefix("fetch newer data, then ")
        assert shlex.split(mend)[-1] in {name, f"reports/{name}.*"}


@pytest.mark.parametrize("name", HOSTILE)
def test_mend_of_a_broken_report_is_one_command(name):
    with pytest.raises(Refusal) as refusal:
        read_document(f"reports/{name}.json", b"<<<<<<< HEAD\n")
    (problem,) = refusal.value.problems
    run = problem.hint.partition(": ")[2].removesuffix(" && git add reports")
    assert shlex.split(run) == ["cloudtune", "run", "-s", name]


@pytest.mark.parametrize("revision", [*HOSTILE, "--upload-pack=touch owned"])
def test_mend_of_a_missing_revision_is_no_command_of_its_own(tmp_path, revision):
    repo = GitRepo(tmp_path)
    repo.commit()
    with pytest.raises(Refusal) as refusal:
        commit_of(open_repository(tmp_path), revision)
    hint = refusal.value.problems[0].hint
    fetch = hint.partition(", or check the spelling")[0]
    assert not fetch.startswith("git fetch") or shlex.split(fetch) == ["git", "fetch", "origin", revision]
    assert "--upload-pack" not in hint
