"""What `init` writes for GitHub and GitLab: our own workflows, with another way to install."""

from __future__ import annotations

import re
import subprocess

import pytest
import yaml

from cloudtune.draft.workflows import NoOrigin, Origin, forge_of, origin_of, write_workflows
from tests.project.tree import ROOT

COMMIT = "0123456789abcdef0123456789abcdef01234567"
ORIGIN = Origin("acme/cloudtune", COMMIT)
NAMES = ("validate", "comment", "refresh")


def load(text):
    return yaml.load(text, Loader=yaml.BaseLoader)


@pytest.fixture
def written(tmp_path):
    write_workflows(tmp_path, "github", ORIGIN)
    return {name: tmp_path / f".github/workflows/cloudtune-{name}.yml" for name in NAMES}


def scripts(content):
    return [step for job in content["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("name", NAMES)
def test_a_workflow_does_what_our_own_does(written, name):
    """But for how CloudTune is installed, and for the sample store's data."""
    ours, theirs = (
        load(path.read_text("utf-8")) for path in (ROOT / f".github/workflows/{name}.yml", written[name])
    )
    apart = {"Set up Python", "Install CloudTune", "Write the sample store's data"}
    kept = [step for step in scripts(ours) if step["name"] not in apart]
    assert [step for step in scripts(theirs) if step["name"] not in apart] == kept
    assert theirs["permissions"] == ours["permissions"]
    assert [job["permissions"] for job in theirs["jobs"].values()] == [
        job["permissions"] for job in ours["jobs"].values()
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_action_is_pinned_and_ours_is_where_it_was_said_to_be(written, name):
    used = [step["uses"] for step in scripts(load(written[name].read_text("utf-8"))) if "uses" in step]
    assert f"acme/cloudtune@{COMMIT}" in used
    assert all(re.fullmatch(r"[\w/.-]+@[0-9a-f]{40}", one) for one in used)
    assert "OWNER/REPOSITORY" not in written[name].read_text("utf-8")


def test_the_comment_follows_the_workflow_that_was_written(written):
    watched = load(written["comment"].read_text("utf-8"))["on"]["workflow_run"]["workflows"]
    assert watched == [load(written["validate"].read_text("utf-8"))["name"]]


def test_the_action_knows_the_command_that_workflows_give_it(written):
    action = load((ROOT / "action.yml").read_text("utf-8"))
    assert "install" in action["inputs"]["command"]["description"]
    (run,) = [step for step in action["runs"]["steps"] if step["name"] == "Run CloudTune"]
    assert run["if"] == "${{ inputs.command != 'install' }}"
    (install,) = [step for step in action["runs"]["steps"] if step["name"] == "Install CloudTune"]
    assert "--require-hashes" in install["run"]


def test_gitlab_jobs_are_pinned_cached_and_locked(tmp_path):
    write_workflows(tmp_path, "gitlab", Origin("https://git.example.com/acme/cloudtune.git", COMMIT))
    content = load((tmp_path / ".gitlab/cloudtune.yml").read_text("utf-8"))
    base = content[".cloudtune"]
    assert base["variables"]["CLOUDTUNE_COMMIT"] == COMMIT
    assert base["variables"]["CLOUDTUNE_REPOSITORY"] == "https://git.example.com/acme/cloudtune.git"
    assert base["cache"]["paths"] == [".cache/pip"]
    assert any("--require-hashes" in line for line in base["before_script"])
    assert load((tmp_path / ".gitlab-ci.yml").read_text())["include"] == [{"local": ".gitlab/cloudtune.yml"}]
    for job in (job for name, job in content.items() if name.startswith("cloudtune-")):
        for script in job["script"]:
            subprocess.run(["bash", "-n", "-c", script], check=True)


def test_a_workflow_that_is_there_is_kept(written, tmp_path):
    written["refresh"].write_text("mine")
    assert write_workflows(tmp_path, "github", ORIGIN) == []
    assert written["refresh"].read_text() == "mine"


@pytest.mark.parametrize(
    ("repository", "commit"),
    [("acme/cloudtune", "main"), ("acme", COMMIT), ("acme/cloudtune", ""), ("a/b@c; rm", COMMIT)],
)
def test_what_moves_or_names_no_repository_is_refused(repository, commit):
    with pytest.raises(NoOrigin):
        origin_of(repository, commit)


def test_github_takes_no_action_from_another_host(tmp_path):
    with pytest.raises(NoOrigin, match="mirror"):
        write_workflows(tmp_path, "github", Origin("https://git.example.com/acme/cloudtune", COMMIT))


def test_the_remote_tells_the_forge(tmp_path):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert forge_of(tmp_path) == "github"
    address = "git@gitlab.example.com:acme/forecasts.git"
    subprocess.run(["git", "-C", str(tmp_path), "remote", "add", "origin", address], check=True)
    assert forge_of(tmp_path) == "gitlab"
