"""A pull request from its first push to its revert, in a real repository."""

from __future__ import annotations

import json
from datetime import date

import httpx
import pytest

from cloudtune.hosting.handover import as_json, loaded
from cloudtune.hosting.marker import Marker
from cloudtune.hosting.platforms import GITHUB, PullRequest
from cloudtune.hosting.posting import post
from cloudtune.hosting.pull_request import CommentRequest, compose
from cloudtune.hosting.web import Web
from cloudtune.report.templates import load_templates
from cloudtune.review.change import Diff
from cloudtune.review.check import check
from cloudtune.review.comment import render_comment
from cloudtune.review.diff import diff_revisions
from cloudtune.review.diff_text import as_text
from cloudtune.spec.loader import load_store
from tests.hosting.fakes import Hub, running
from tests.review.builders import GitRepo, accuracy, band, document, event, weeks
from tests.review.stores import CALENDAR, SPEC, present, write_fresh, write_specs

TODAY = date(2026, 6, 1)
FORECASTS = ("store/in-orders", "store/us-orders", "store/us-traffic")
MOVED = CALENDAR.replace("2026-07-14, duration: 48h", "2026-07-21, duration: 96h")
MASK = "outliers:\n  - {start: 2026-03-02T04:00, end: 2026-03-02T09:30, reason: 'robot traffic, INC-431'}\n"


def spec_of(name, extra=""):
    text = SPEC.replace("name: us-orders", f"name: {name.rpartition('/')[2]}")
    own = text.replace("calendars: [us-retail]\n", "") if "in-orders" in name else text
    return own + extra


def rerun(root, name, peak=1_200_000.0, *, moved=False, data="", **changes):
    """What a run leaves for these specs, on other data where that is named; figures are typed by hand."""
    inputs = document(name)["inputs"]
    start, end, length = ("2026-07-21", "2026-07-25", "96h") if moved else ("2026-07-14", "2026-07-16", "48h")
    whole = {
        "inputs": {**inputs, "data": data or inputs["data"]},
        "peak": {**document()["peak"], "at": f"{start}T00:01", "height": band(peak)},
        "events": [event("prime-day", f"{start}T00:00", f"{end}T00:00", length, peak, line=9)],
        "weekly": weeks(level=peak / 1_200),
    }
    return write_fresh(root, name, **{**whole, **changes})


@pytest.fixture
def repo(tmp_path):
    """A base branch with three forecasts and their reports."""
    repo = GitRepo(tmp_path)
    repo.write(".gitignore", ".cloudtune/\n")
    for name in FORECASTS:
        write_specs(tmp_path, spec_of(name), name=name)
    for name in FORECASTS:
        rerun(tmp_path, name)
    repo.commit("forecasts")
    repo.git("checkout", "-q", "-b", "prime-day-moves")
    return repo


def first_push(repo):
    """Prime Day moves a week and lengthens; a window is masked; a tag is renamed; a forecast is added."""
    root = repo.path
    write_specs(root, spec_of("store/us-orders", MASK), MOVED, "store/us-orders")
    write_specs(
        root, spec_of("store/in-orders").replace("tags: [tier-1]", "tags: [tier-2]"), MOVED, "store/in-orders"
    )
    write_specs(root, spec_of("store/us-returns"), MOVED, "store/us-returns")
    window = {"start": "2026-03-02T04:00", "end": "2026-03-02T09:30", "points": 330, "review_by": ""}
    rerun(
        root,
        "store/us-orders",
        1_340_000.0,
        moved=True,
        exclusions=[{**window, "reason": "robot traffic, INC-431"}],
    )
    rerun(root, "store/us-traffic", 1_260_000.0, moved=True)
    rerun(root, "store/in-orders", tags=["tier-2"])
    rerun(root, "store/us-returns", 90_000.0, moved=True)
    return repo.commit("Move Prime Day")


def commented(repo, **changes):
    store = load_store(repo.path)
    return compose(store, present(repo.path, TODAY), CommentRequest({}, base="main", **changes))


def rendered(repo, comment):
    return render_comment(comment, load_templates(repo.path))


def test_first_push_says_what_moved_and_why(repo):
    head = first_push(repo)
    comment = commented(repo)
    lines = rendered(repo, comment).splitlines()
    assert lines[0] == "**Three of 4 forecasts move materially; every gate passes.**"
    where = "(specs/calendars/us-retail.yaml:9)"
    because = f"prime-day moved to Tue 21 Jul 2026 and is now 96h {where}"
    peak, mask = "peak, prime-day, Tue 21 Jul 2026 00:01", "data of 2026-03-02 left out"
    assert lines[2:7] == [
        "| forecast | figure | before | after | change | because |",
        "|---|---|---|---|---|---|",
        f"| store/us-orders | {peak} | 1.20M | 1.34M | **+11.7%** | {because} · {mask} |",
        f"| store/us-traffic | {peak} | 1.20M | 1.26M | **+5.0%** | {because} |",
        "| store/us-returns | new |  | peak 90.0k |  |  |",
    ]
    assert comment.diff.head_commit == head
    # The renamed tag is talk: the report's bytes changed, its figures and inputs did not.
    assert "store/in-orders" not in rendered(repo, comment)


def test_check_is_clean_after_a_run_and_names_what_was_forgotten(repo):
    first_push(repo)
    assert commented(repo).problems == ()
    calendar = repo.path / "specs/calendars/us-retail.yaml"
    calendar.write_text(MOVED.replace("96h", "72h"), encoding="utf-8")
    found = commented(repo)
    assert [(problem.code, problem.hint) for problem in found.problems] == [
        ("CT712", "cloudtune run -s store/us-orders"),
        ("CT712", "cloudtune run -s store/us-returns"),
        ("CT712", "cloudtune run -s store/us-traffic"),
    ]


def test_second_push_updates_and_a_revert_turns_it_quiet(repo):
    with running(Hub()) as hub, httpx.Client() as client:
        target = PullRequest(GITHUB, hub.url, "o/r", 12, "t")

        def push(run):
            hub.head = repo.git("rev-parse", "HEAD")
            # As in CI: one workflow renders, another one posts what it was handed.
            made = loaded(json.dumps(as_json(commented(repo))).encode(), hub.head)
            marker = Marker("specs", hub.head, run, made.as_of, is_quiet=made.is_quiet)
            return post(target, marker, lambda _: rendered(repo, made), web=Web(target, client))

        first_push(repo)
        assert push(1).outcome == "created"
        rerun(repo.path, "store/us-traffic", 1_400_000.0, moved=True, data="d2")
        repo.commit("More traffic")
        assert push(2).outcome == "updated"
        assert "| 1.40M |" in hub.comments[0]["body"]
        repo.git("revert", "--no-edit", "HEAD~2..HEAD")
        assert push(3).outcome == "updated"
        assert len(hub.comments) == 1
        assert "**No forecast moves materially; every gate passes.**" in hub.comments[0]["body"]
        assert " quiet -->" in hub.comments[0]["body"]


def test_worse_error_than_the_base_fails_the_pull_request(repo):
    gated = spec_of("store/us-orders", "gates:\n  - {metric: wape, step: 1h, worse_than_base_by: 10%}\n")
    write_specs(repo.path, gated, name="store/us-orders")
    rerun(repo.path, "store/us-orders", accuracy=[accuracy(wape=0.08)])
    repo.commit("A gate")
    found = commented(repo)
    assert [problem.code for problem in found.problems] == ["CT603"]
    assert found.problems[0].span.line == 18


def test_spec_that_moves_to_another_folder_is_the_same_forecast(repo):
    repo.git("mv", "specs/store/us-orders.yaml", "specs/us-orders.yaml")
    for suffix in ("json", "md", "svg"):
        repo.git("rm", "-q", f"reports/store/us-orders.{suffix}")
    found = rerun(repo.path, "us-orders")
    found["inputs"]["data"] = document("store/us-orders")["inputs"]["data"]
    repo.commit("Move a spec")
    (report,) = commented(repo).diff.reports
    assert (report.id, report.status, report.before_id) == ("us-orders", "renamed", "store/us-orders")
    assert not report.is_material


def test_running_again_changes_no_byte_and_a_revision_does_not_differ_from_itself(repo):
    first_push(repo)
    before = repo.git("status", "--porcelain")
    rerun(repo.path, "store/us-traffic", 1_260_000.0, moved=True)
    assert repo.git("status", "--porcelain") == before == ""
    found = diff_revisions(repo.path, "HEAD")
    assert found == Diff(found.base, found.head, (), 4, found.base_commit, "")


def test_conflict_in_a_report_is_told_and_mended_by_a_run(repo):
    rerun(repo.path, "store/us-orders", 1_340_000.0, data="d2")
    repo.commit("One way")
    repo.git("checkout", "-q", "main")
    rerun(repo.path, "store/us-orders", 1_280_000.0, data="d3")
    repo.commit("The other way")
    repo.git("merge", "-q", "prime-day-moves", check=False)
    store = load_store(repo.path)
    found = check(store, list(store.specs.values()), present(repo.path, TODAY))
    assert "conflict" in found.problems[0].message
    assert found.problems[0].hint == "cloudtune run -s store/us-orders"
    assert "every gate passes; 1 finding to mend." in rendered(repo, commented(repo))
    (problem,) = diff_revisions(repo.path, "HEAD").problems
    assert problem.code == "CT724"
    rerun(repo.path, "store/us-orders", 1_340_000.0)
    assert check(store, list(store.specs.values()), present(repo.path, TODAY)).holds


def test_own_template_of_the_comment_runs_in_a_sandbox(repo):
    repo.write("templates/comment.md.j2", "{{ marker }}\n{{ rows.__class__.__mro__ }}\n")
    first_push(repo)
    comment = commented(repo)
    assert load_templates(repo.path).folders[0] == repo.path / "templates"
    with pytest.raises(Exception, match="can't be rendered"):
        rendered(repo, comment)


def test_text_of_the_diff_names_every_change(repo):
    first_push(repo)
    text = as_text(diff_revisions(repo.path, "main"))
    assert "store/us-returns  (new)\n" in text
    assert "  ! prime-day 2026-07-21  specs/calendars/us-retail.yaml:9\n" in text
    assert "\n      length: 48h -> 96h, the event is longer\n" in text
    assert (
        "  ! window 2026-03-02T04:00 to 2026-03-02T09:30 added: robot traffic, INC-431\n"
        "      data is left out\n" in text
    )
