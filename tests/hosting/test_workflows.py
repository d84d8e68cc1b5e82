from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest
import yaml

from tests.hosting.fakes import Hub, running
from tests.review.builders import GitRepo
from tests.review.runner import CALENDAR, ROOT, SPEC, Runner, data, git_of

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
FILES = [*WORKFLOWS, ROOT / "action.yml"]
ids = [file.name for file in FILES]


def load(file):
    # `on` is a boolean in YAML 1.1 and a key here.
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def steps(file):
    content = load(file)
    jobs = content["jobs"].values() if "jobs" in content else [content["runs"]]
    return [step for job in jobs for step in job["steps"]]


def block(name, step):
    """The script of a step, by the name that the workflow gives it."""
    (found,) = [one for one in steps(ROOT / ".github/workflows" / name) if one.get("name") == step]
    return found["run"]


def test_there_are_workflows_to_look_at():
    assert [file.name for file in WORKFLOWS] == ["ci.yml", "comment.yml", "refresh.yml", "validate.yml"]


@pytest.mark.parametrize("file", FILES, ids=ids)
def test_actions_are_pinned_by_commit_with_their_version_beside(file):
    used = re.findall(r"uses: (.*)", re.sub(r"(?m)^#.*$", "", file.read_text(encoding="utf-8")))
    assert used
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one) for one in used)


@pytest.mark.parametrize("file", FILES, ids=ids)
def test_no_expression_is_pasted_into_a_script(file):
    scripts = [step["run"] for step in steps(file) if "run" in step]
    assert scripts
    assert not any("${{" in script for script in scripts)


@pytest.mark.parametrize("file", WORKFLOWS, ids=[file.name for file in WORKFLOWS])
def test_nothing_is_allowed_that_a_job_does_not_ask_for(file):
    content = load(file)
    assert content["permissions"] == {}
    assert all(job["permissions"] and job["timeout-minutes"] for job in content["jobs"].values())
    assert content["concurrency"]["group"]


def test_pull_requests_are_judged_with_a_token_that_can_only_read():
    content = load(ROOT / ".github/workflows/validate.yml")
    assert content["on"] == {"pull_request": ""}
    assert content["jobs"]["validate"]["permissions"] == {"contents": "read"}


def test_code_of_a_pull_request_never_meets_a_token_that_can_write():
    content = load(ROOT / ".github/workflows/comment.yml")
    assert list(content["on"]) == ["workflow_run"]
    checkouts = [
        step for step in steps(ROOT / ".github/workflows/comment.yml") if "checkout" in step.get("uses", "")
    ]
    assert [step["with"] for step in checkouts] == [{"persist-credentials": "false"}]


def test_schedule_stands_alone_and_off_the_hour():
    content = load(ROOT / ".github/workflows/refresh.yml")
    assert set(content["on"]) == {"schedule", "workflow_dispatch"}
    assert content["on"]["schedule"][0]["cron"].split()[0] not in {"0", "30"}


def test_hooks_run_for_specs_wherever_they_are():
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["id"] for hook in hooks] == ["cloudtune-validate", "cloudtune-check"]
    assert re.search(hooks[0]["files"], "forecasts/specs/store/us-orders.yaml")
    assert not re.search(hooks[0]["files"], "docs/example.yaml")


@pytest.fixture
def origin(tmp_path):
    """A bare repository with a base branch whose report is fresh, and a pull request's branch."""
    work = GitRepo(tmp_path / "seed")
    work.write(".gitignore", ".cloudtune/\n")
    work.write("specs/shop.yaml", SPEC)
    work.write("specs/calendars/shop-days.yaml", CALENDAR)
    work.write("data/shop.csv", data())
    runner = Runner(tmp_path / "seed-runner")
    done = runner.run("cloudtune run", work.path)
    assert done.returncode == 0, done.stdout + done.stderr
    work.commit("forecasts")
    work.git("checkout", "-q", "-b", "topic")
    work.write("specs/shop.yaml", f"{SPEC}{SALE}")
    assert runner.run("cloudtune run", work.path).returncode == 0
    work.commit("a sale in December")
    bare = tmp_path / "origin.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(work.path), str(bare)], check=True)
    return bare


def checkout(origin, target, *options, branch="topic"):
    """What actions/checkout leaves: a merge of head and base, detached."""
    subprocess.run(
        ["git", "clone", "-q", *options, "--branch", branch, origin.as_uri(), str(target)], check=True
    )
    repo = git_of(target)
    repo.git("checkout", "-q", "--detach")
    return repo


SALE = "events: [{name: sale, effect: 2x, occurrences: [{start: 2025-12-08, duration: 7d}]}]\n"
VALIDATE = ("Validate the specs", "Check reports and gates", "Render the comment")


@pytest.mark.slow
def test_validate_judges_a_pull_request(tmp_path, origin):
    repo = checkout(origin, tmp_path / "full")
    base = repo.git("rev-parse", "origin/main")
    repo.git("merge", "-q", "--no-ff", "--no-edit", "origin/main")
    runner = Runner(tmp_path / "runner", BASE_SHA=base, HEAD_SHA=repo.git("rev-parse", "origin/topic"))
    assert runner.run(block("validate.yml", "Install CloudTune"), repo.path).returncode == 0
    for step in VALIDATE:
        done = runner.run(block("validate.yml", step), repo.path)
        assert done.returncode == 0, (step, done.stdout, done.stderr)
    facts = json.loads((runner.home / "temp/cloudtune/comment.json").read_text(encoding="utf-8"))
    assert facts["head_commit"] == runner.environment["HEAD_SHA"]
    summary = (runner.home / "summary.md").read_text(encoding="utf-8")
    assert summary.startswith("1 report: all fresh, every gate passes.")
    assert "\n**" in summary


@pytest.mark.slow
def test_validate_fails_loudly_in_a_shallow_clone(tmp_path, origin):
    full = checkout(origin, tmp_path / "full")
    shallow = checkout(origin, tmp_path / "shallow", "--depth", "1")
    runner = Runner(tmp_path / "runner", BASE_SHA=full.git("rev-parse", "origin/main"), HEAD_SHA="0" * 40)
    done = runner.run(block("validate.yml", "Check reports and gates"), shallow.path)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "git fetch --unshallow" in done.stdout + done.stderr


@pytest.mark.slow
def test_validate_refuses_a_stale_report(tmp_path, origin):
    repo = checkout(origin, tmp_path / "full")
    repo.write("specs/calendars/shop-days.yaml", CALENDAR.replace("24h", "96h"))
    runner = Runner(tmp_path / "runner", BASE_SHA=repo.git("rev-parse", "origin/main"), HEAD_SHA="0" * 40)
    done = runner.run(block("validate.yml", "Check reports and gates"), repo.path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "::error file=specs/calendars/shop-days.yaml" in done.stdout
    assert "cloudtune run -s shop" in done.stdout


@pytest.mark.slow
def test_comment_is_posted_for_the_head_that_the_event_names(tmp_path, origin):
    repo = checkout(origin, tmp_path / "full")
    head = repo.git("rev-parse", "origin/topic")
    facts = {"HEAD_SHA": head, "BASE_SHA": repo.git("rev-parse", "origin/main")}
    with running(Hub(head=head)) as hub:
        runner = Runner(
            tmp_path / "runner", **facts, HEAD_OWNER="o", HEAD_BRANCH="topic", RUN_NUMBER="4",
            GITHUB_API_URL=hub.url, GITHUB_REPOSITORY="o/r", GITHUB_TOKEN="t",
        )  # fmt: skip
        assert runner.run(block("validate.yml", "Render the comment"), repo.path).returncode == 0
        script = block("comment.yml", "Post the comment")
        closed = runner.run(script, repo.path)
        assert (closed.returncode, hub.comments) == (0, [])
        assert "nothing to say" in closed.stdout
        runner.gh.write_text("12", encoding="utf-8")
        for _ in range(2):
            done = runner.run(script, repo.path)
            assert done.returncode == 0, done.stdout + done.stderr
        assert len(hub.comments) == 1
        forged = runner.run(script, repo.path, HEAD_SHA="0" * 40)
        assert forged.returncode != 0


@pytest.mark.slow
def test_refresh_keeps_one_rolling_pull_request(tmp_path, origin):
    runner = Runner(tmp_path / "runner", BRANCH="cloudtune/refresh", BASE_BRANCH="main", GH_TOKEN="t")
    forecast = block("refresh.yml", "Run every forecast")
    publish = block("refresh.yml", "Open, update or close the pull request")

    def refresh(number, **figures):
        repo = checkout(origin, tmp_path / f"day-{number}", branch="main")
        repo.git("checkout", "-q", "main")
        repo.write("data/shop.csv", data(**figures))
        for script in (forecast, publish):
            done = runner.run(script, repo.path)
            assert done.returncode == 0, done.stdout + done.stderr

    refresh(1)
    assert (runner.gh.exists(), runner.log) == (False, ["auth setup-git", "pr list"])
    refresh(2, scale=1.5)
    assert runner.log[-1] == "pr create"
    assert "peak" in runner.gh.with_suffix(".body").read_text(encoding="utf-8")
    refresh(3, scale=1.7)
    assert runner.log[-1] == "pr edit"
    refresh(4)
    assert (runner.log[-1], runner.gh.exists()) == ("pr close", False)
    assert (runner.home / "output").read_text(encoding="utf-8").split() == ["status=0"] * 4


@pytest.mark.slow
def test_failed_forecast_fails_the_refresh_after_its_pull_request(tmp_path, origin):
    repo = checkout(origin, tmp_path / "full")
    shutil.rmtree(repo.path / "data")
    runner = Runner(tmp_path / "runner")
    assert runner.run(block("refresh.yml", "Run every forecast"), repo.path).returncode == 0
    assert (runner.home / "output").read_text(encoding="utf-8") == "status=3\n"
    assert (
        runner.run(block("refresh.yml", "Say so where a forecast failed"), repo.path, STATUS="3").returncode
        == 3
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "status"), [("validate", 0), ("check", 0), ("comment", 0), ("plan", 0), ("; rm -rf .", 64)]
)
def test_action_runs_one_command(tmp_path, origin, command, status):
    repo = checkout(origin, tmp_path / "full")
    base = repo.git("rev-parse", "origin/main")
    runner = Runner(tmp_path / "runner", COMMAND=command, ARGUMENTS="", BASE=base)
    (script,) = [step["run"] for step in steps(ROOT / "action.yml") if step.get("name") == "Run CloudTune"]
    done = runner.run(script, repo.path)
    assert done.returncode == status, done.stdout + done.stderr
    assert (repo.path / "specs").is_dir()
