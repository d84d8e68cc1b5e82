from __future__ import annotations

import httpx
import pytest

from cloudtune.errors import Refusal, exit_code_of
from cloudtune.hosting.marker import Marker, marker_of
from cloudtune.hosting.platforms import GITHUB, GITLAB, PullRequest, target_of
from cloudtune.hosting.posting import post
from cloudtune.hosting.web import Web
from tests.hosting.fakes import ROBOT, Hub, running

HEAD = "a" * 40
QUIET = Marker("review", HEAD, 7, is_quiet=True)


@pytest.fixture
def hub():
    with running(Hub()) as hub:
        yield hub


def send(
    hub,
    text="Two of 41 forecasts move.",
    *,
    marker=None,
    platform=GITHUB,
    waits=None,
    length=0,
):
    marker = marker or Marker("review", HEAD, 7)
    target = PullRequest(platform, hub.url, "store/forecasts", 12, "t0ken")

    def render(budget):
        return f"{text}{'x' * min(length, budget)}"[:budget]

    with httpx.Client() as client:
        web = Web(target, client, sleep=(waits if waits is not None else []).append)
        return post(target, marker, render, web=web)


def test_first_comment_is_created(hub):
    assert send(hub).outcome == "created"
    assert marker_of(hub.comments[0]["body"]) == Marker("review", HEAD, 7)


def test_second_push_updates_the_same_comment(hub):
    send(hub)
    hub.head = "b" * 40
    posted = send(hub, "One of 41 forecasts moves.", marker=Marker("review", "b" * 40, 8))
    assert (posted.outcome, len(hub.comments)) == ("updated", 1)
    assert "One of 41" in hub.comments[0]["body"]


def test_same_words_are_not_sent_again(hub):
    send(hub)
    hub.requests.clear()
    assert send(hub).outcome == "unchanged"
    assert {method for method, _ in hub.requests} == {"GET"}


def test_platform_that_rewrites_line_ends_makes_no_difference(hub):
    send(hub, "One.\n\nTwo.")
    hub.comments[0]["body"] = hub.comments[0]["body"].replace("\n", "\r\n")
    assert send(hub, "One.\n\nTwo.").outcome == "unchanged"


def test_comment_beyond_the_first_page_is_found(hub):
    for number in range(75):
        hub.add(f"remark {number}", "a-person")
    send(hub)
    for number in range(40):
        hub.add(f"remark {number}", "a-person")
    assert send(hub, "news").outcome == "updated"


def test_doubles_give_way_to_the_oldest(hub):
    for _ in range(3):
        hub.add(f"{Marker('review', HEAD, 1)}\nold")
    oldest = hub.comments[0]["id"]
    send(hub, "new")
    assert [(row["id"], "new" in row["body"]) for row in hub.comments] == [(oldest, True)]


def test_comment_of_a_person_that_looks_like_ours_is_left_alone(hub):
    hub.add(f"{Marker('review', HEAD, 1)}\nforged", "a-person")
    assert send(hub).outcome == "created"
    assert hub.comments[0]["body"].endswith("forged")


def test_quote_of_our_comment_is_no_comment_of_ours(hub):
    hub.add(f"> {Marker('review', HEAD, 1)}\n> old\n\nI disagree")
    assert send(hub).outcome == "created"


def test_comments_of_two_keys_do_not_meet(hub):
    send(hub, marker=Marker("review", HEAD, 7))
    assert send(hub, marker=Marker("other/specs", HEAD, 7)).outcome == "created"


def test_run_of_a_head_that_was_pushed_over_says_nothing(hub):
    hub.head = "b" * 40
    posted = send(hub)
    assert (posted.outcome, hub.comments) == ("skipped", [])
    assert "moved on to bbbbbbb" in posted.why


def test_earlier_run_never_overwrites_a_later_one(hub):
    send(hub, "later", marker=Marker("review", HEAD, 9))
    assert send(hub, "earlier", marker=Marker("review", HEAD, 8)).outcome == "skipped"
    assert "later" in hub.comments[0]["body"]


def test_quiet_pull_request_gets_no_comment(hub):
    assert (send(hub, marker=QUIET).outcome, hub.comments) == ("skipped", [])


def test_revert_turns_the_comment_quiet(hub):
    send(hub, "Two of 41 forecasts move.")
    assert send(hub, "No forecast moves.", marker=QUIET).outcome == "updated"
    assert "No forecast moves." in hub.comments[0]["body"]


def test_fork_is_told_what_to_do(hub):
    hub.read_only = True
    with pytest.raises(Refusal) as refusal:
        send(hub)
    (problem,) = refusal.value.problems
    assert (problem.code, "workflow_run" in problem.hint) == ("CT731", True)
    assert exit_code_of([problem]) == 3


def test_server_error_is_tried_again(hub):
    hub.failures = [(502, {}, "bad gateway"), (503, {}, "busy")]
    waits: list[float] = []
    assert send(hub, waits=waits).outcome == "created"
    assert waits == [1.0, 2.0]


def test_rate_limit_is_waited_out(hub):
    hub.failures = [
        (403, {"retry-after": "7", "x-ratelimit-remaining": "0"}, "rate limit"),
        (429, {}, "slow down"),
    ]
    waits: list[float] = []
    assert send(hub, waits=waits).outcome == "created"
    assert waits[0] == 7.0


def test_long_wait_is_cut(hub):
    hub.failures = [(429, {"retry-after": "3600"}, "slow down")]
    waits: list[float] = []
    send(hub, waits=waits)
    assert waits == [60.0]


def test_platform_that_stays_down_is_worth_a_retry(hub):
    hub.failures = [(500, {}, "oh no")] * 5
    with pytest.raises(Refusal) as refusal:
        send(hub)
    assert [problem.code for problem in refusal.value.problems] == ["CT732"]
    assert exit_code_of(refusal.value.problems) == 3


def test_platform_that_is_not_there_is_worth_a_retry():
    with pytest.raises(Refusal) as refusal:
        send(Hub(url="http://127.0.0.1:9"))
    assert refusal.value.problems[0].code == "CT732"


def test_comment_that_is_too_long_shrinks(hub):
    hub.longest = 20_000
    assert send(hub, length=100_000).outcome == "created"
    assert len(hub.comments[0]["body"]) == 10_000


def test_comment_that_is_refused_however_short_is_a_finding(hub):
    hub.longest = 10
    with pytest.raises(Refusal) as refusal:
        send(hub, length=100_000)
    assert refusal.value.problems[0].code == "CT733"


def test_token_does_not_follow_a_link_to_another_host(hub):
    for number in range(40):
        hub.add(f"remark {number}", "a-person")
    hub.url = hub.url.replace("127.0.0.1", "localhost")
    real = hub.url.replace("localhost", "127.0.0.1")
    target = PullRequest(GITHUB, real, "store/forecasts", 12, "t0ken")
    with httpx.Client() as client:
        rows = list(Web(target, client, sleep=lambda _: None).pages(target.url(GITHUB.comments)))
    assert len(rows) == 30


def test_token_is_in_no_message(hub):
    hub.read_only = True
    with pytest.raises(Refusal) as refusal:
        send(hub)
    assert "t0ken" not in str(refusal.value)
    assert "t0ken" not in repr(PullRequest(GITHUB, hub.url, "store/forecasts", 12, "t0ken"))
    assert set(hub.tokens) == {"Bearer t0ken"}


def test_gitlab_gets_notes(hub):
    hub.login = "forecast-bot"
    assert send(hub, platform=GITLAB).outcome == "created"
    assert send(hub, "news", platform=GITLAB).outcome == "updated"
    assert ("POST", "/projects/store%2Fforecasts/merge_requests/12/notes") in hub.requests


def test_pull_request_comes_from_the_environment():
    target = target_of({"GITHUB_REPOSITORY": "o/r", "GITHUB_REF": "refs/pull/12/merge", "GITHUB_TOKEN": "x"})
    assert (target.platform.name, target.repo, target.number) == ("GitHub", "o/r", 12)


def test_merge_request_comes_from_the_environment():
    facts = {"GITLAB_CI": "true", "CI_API_V4_URL": "https://gitlab.example/api/v4", "CI_PROJECT_ID": "7"}
    target = target_of({**facts, "CI_MERGE_REQUEST_IID": "3", "GITLAB_TOKEN": "x"})
    assert (target.platform.name, target.repo, target.number) == ("GitLab", "7", 3)


def test_everything_that_lacks_is_said_at_once():
    with pytest.raises(Refusal) as refusal:
        target_of({"GITHUB_REF": "refs/heads/main"})
    assert [problem.code for problem in refusal.value.problems] == ["CT730", "CT734"]


@pytest.mark.parametrize("key", ["review", "a b<!-- -->", "x\ny"], ids=["plain", "markup", "a line break"])
def test_marker_is_one_harmless_line(key):
    line = str(Marker(key, HEAD, 7, "2026-05-31"))
    assert "\n" not in line
    assert line.count("-->") == 1
    assert marker_of(line + "\nbody") is not None


def test_robot_is_who_a_workflow_comments_as(hub):
    send(hub)
    assert hub.comments[0]["user"]["login"] == ROBOT
