"""What a fork's job hands over, and what a stranger writes into a pull request, is data and nothing else."""

from __future__ import annotations

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtune.errors import Refusal
from cloudtune.hosting.handover import MOST_BYTES, loaded
from cloudtune.hosting.marker import Marker, marker_of
from cloudtune.hosting.platforms import GITHUB, PullRequest, target_of
from cloudtune.hosting.posting import post
from cloudtune.hosting.web import Web
from cloudtune.report.templates import load_templates
from cloudtune.review.comment import render_comment
from tests.hosting.fakes import Hub, running
from tests.hosting.test_handover import HEAD, handed

CHANGE = {
    "kind": "peak", "subject": "peak", "fact": "height", "before": 1.0, "after": 2.0, "material": True,
    "why": "", "unit": "number", "file": "", "line": None,
}  # fmt: skip
REPORT = {
    "id": "a", "status": "changed", "before_id": "", "inputs": [], "changes": [CHANGE],
    "peak_before": None, "peak_after": None,
}  # fmt: skip
PROBLEM = {"code": "CT601", "severity": "error", "message": "", "hint": "", "file": "", "line": None}
NOT_DATA = {
    "Markdown": b"<!-- cloudtune:v1 key=specs head= run= asof= -->\n**All is well.**\n",
    "bytes that are no text": b"\xff\xfe{}",
    "nothing": b"",
    "a list": b"[]",
    "deep nesting": b"[" * 100_000,
    "a number of 5,000 digits": handed().replace(b'"unchanged": 39', b'"unchanged": ' + b"9" * 5_000),
    "no number": handed().replace(b'"unchanged": 39', b'"unchanged": NaN'),
    "more than anybody reads": b" " * (MOST_BYTES + 1),
    "a key of its own": handed(key="other"),
    "a marker of its own": handed(marker="<!-- -->"),
    "a template of its own": handed(template="{{ 1 }}"),
    "a figure without end": handed(reports=[{**REPORT, "changes": [{**CHANGE, "after": 1e999}]}]),
    "a moment that is none": handed(
        reports=[{**REPORT, "changes": [{**CHANGE, "unit": "moment", "after": "soon"}]}]
    ),
    "a peak at no time": handed(
        reports=[{**REPORT, "peak_after": {"at": "@octocat", "height": 1.0, "driver": ""}}]
    ),
    "a truth that is a text": handed(reports=[{**REPORT, "changes": [{**CHANGE, "material": "no"}]}]),
    "an unknown code": handed(problems=[{**PROBLEM, "code": "CT000"}]),
    "a path that leads away": handed(problems=[{**PROBLEM, "file": "../../settings"}]),
    "an address for a path": handed(problems=[{**PROBLEM, "file": "https://evil.example/x"}]),
    "a prefix that leads away": handed(prefix="../"),
    "a revision with a command": handed(base_commit="$(touch owned)" + "0" * 26),
    "a text of 100,000 characters": handed(explained={"a": "x" * 100_000}),
}


@pytest.mark.parametrize("data", NOT_DATA.values(), ids=NOT_DATA)
def test_what_is_no_data_of_ours_is_refused(data):
    with pytest.raises(Refusal) as refusal:
        loaded(data, HEAD)
    (problem,) = refusal.value.problems
    assert problem.code == "CT734"
    assert len(problem.message) < 300


def test_refusal_does_not_repeat_what_a_stranger_wrote():
    with pytest.raises(Refusal) as refusal:
        loaded(handed(**{"::error::\x1b[2J": 1}), HEAD)
    assert "::" not in str(refusal.value)
    assert "\x1b" not in str(refusal.value)


texts = st.text(max_size=60) | st.sampled_from(
    [
        "@octocat",
        "![x](https://evil.example)",
        "<img src=x>",
        "<!-- x -->",
        "| a | b |",
        "\x1b[2J",
    ]
)
changes = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["peak", "event", "week", "growth", "accuracy", "gate", "exclusion"]),
        "subject": texts,
        "fact": texts | st.sampled_from(["height", "added", "removed", "date", ""]),
        "before": st.none() | texts | st.floats(allow_nan=False, allow_infinity=False),
        "after": st.none() | texts | st.floats(allow_nan=False, allow_infinity=False),
        "material": st.booleans(),
        "why": texts,
        "unit": st.sampled_from(["number", "percent", "factor", "text"]),
        "file": st.just("specs/a.yaml"),
        "line": st.none() | st.integers(1, 10_000_000),
    }
)
peaks = st.none() | st.fixed_dictionaries(
    {
        "at": st.just("2026-07-14T00:01"),
        "height": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "driver": texts,
    }
)
reports = st.fixed_dictionaries(
    {
        "id": texts,
        "status": st.sampled_from(["changed", "added", "removed", "renamed"]),
        "before_id": texts,
        "inputs": st.lists(texts, max_size=3),
        "changes": st.lists(changes, max_size=4),
        "peak_before": peaks,
        "peak_after": peaks,
    }
)


@given(found=st.lists(reports, max_size=4), words=texts)
def test_data_of_the_shape_always_renders_and_stays_text(found, words):
    comment = loaded(handed(reports=found, explained={"a": words}, base=words, head=words), HEAD)
    body = render_comment(comment, load_templates(), blob="https://example.com/blob/2/")
    assert len(body) <= 60_000
    for markup in ("<!--", "<img", "![x](", "@octocat", "\x1b"):
        assert markup not in body


@pytest.fixture
def hub():
    with running(Hub(head=HEAD)) as hub:
        yield hub


def send(hub, key="specs"):
    target = PullRequest(GITHUB, hub.url, "o/r", 12, "t")
    with httpx.Client() as client:
        return post(
            target, Marker(key, HEAD, 7), lambda _: "text", web=Web(target, client, sleep=lambda _: None)
        )


@pytest.mark.parametrize("login", ["a-stranger", "github-actions[bot]"])
def test_marker_of_5000_digits_does_not_stop_the_poster(hub, login):
    hub.add(f"<!-- cloudtune:v1 key=specs head={HEAD} run={'9' * 5_000} asof= -->\nowned", login)
    assert send(hub).outcome == "created"


def test_marker_of_another_is_not_looked_at(hub):
    hub.add(f"{Marker('specs', HEAD, 9_999_999_999)}\nforged", "a-stranger")
    assert send(hub).outcome == "created"
    assert "forged" in hub.comments[0]["body"]


def test_comment_whose_author_is_gone_is_not_ours(hub):
    row = hub.add(f"{Marker('specs', HEAD, 9_999_999_999)}\nforged")
    row["user"] = row["author"] = None
    assert send(hub).outcome == "created"


@given(st.text(max_size=300))
def test_every_text_is_a_marker_or_none(text):
    found = marker_of(text)
    assert found is None or marker_of(f"{found}\n") == found


@pytest.mark.parametrize("token", ["gehéim", "a\r\nX-Evil: 1", "a b", "\x00"])
def test_token_that_no_header_can_carry_is_refused_and_not_told(token):
    with pytest.raises(Refusal) as refusal:
        target_of({"GITHUB_REPOSITORY": "o/r", "GITHUB_TOKEN": token}, 12)
    (problem,) = refusal.value.problems
    assert problem.code == "CT730"
    assert token not in json.dumps([problem.message, problem.hint], ensure_ascii=False)


def test_line_end_that_a_secret_was_pasted_with_is_no_matter():
    assert target_of({"GITHUB_REPOSITORY": "o/r", "GITHUB_TOKEN": "t0ken\n"}, 12).token == "t0ken"


@pytest.mark.parametrize("number", ["9" * 5_000, "-1", "1e3", "١٢"])
def test_number_of_a_pull_request_is_a_number(number):
    facts = {"GITHUB_REPOSITORY": "o/r", "GITHUB_REF": f"refs/pull/{number}/merge", "GITHUB_TOKEN": "t"}
    with pytest.raises(Refusal) as refusal:
        target_of(facts)
    assert [problem.code for problem in refusal.value.problems] == ["CT734"]
