from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from cloudtune.errors import Problem, Span
from cloudtune.report.templates import load_templates
from cloudtune.review.change import Diff
from cloudtune.review.comment import Comment, headline, render_comment, sentence
from cloudtune.review.diff import diff_documents
from cloudtune.review.diff_text import as_json, as_markdown, as_text
from tests.review.builders import band, document, event, weeks

GATE = Problem(
    "CT601", "wape of 1h is 14.2%; the gate allows at most 12%", "see the report", "error",
    "specs/store/us-orders.yaml", ("gates", 0), Span(17, 3, 17, 9),
)  # fmt: skip
STALE = Problem(
    "CT711", "store/x: the report is stale", "cloudtune run -s store/x", file="specs/store/x.yaml"
)


def moved(name="store/us-orders", peak=1_340_000.0, **changes):
    whole = {
        "peak": {**document()["peak"], "at": "2026-07-21T00:01", "height": band(peak)},
        "events": [event("prime-day", "2026-07-21T00:00", "2026-07-25T00:00", "96h", peak)],
        "weekly": weeks(level=1_150.0),
    }
    return document(name, **{**whole, **changes})


def diff_of(old, new, unchanged=39):
    reports = diff_documents({one["id"]: one for one in old}, {one["id"]: one for one in new})
    return Diff(
        "main@1f2e3d4", "topic@9a8b7c6", reports, unchanged, "1f2e3d4" + "0" * 33, "9a8b7c6" + "0" * 33
    )


def comment_of(diff, problems=(), **changes):
    return Comment(diff, tuple(problems), **changes)


def rendered(comment, **options):
    return render_comment(comment, load_templates(), **options)


def test_comment_says_which_moves_and_why():
    body = rendered(comment_of(diff_of([document()], [moved()])))
    assert body.splitlines()[0] == "**One of 40 forecasts moves materially; every gate passes.**"
    row = next(line for line in body.splitlines() if line.startswith("| store/us-orders"))
    assert row == (
        "| store/us-orders | peak, prime-day, Tue 21 Jul 2026 00:01 | 1.20M | 1.34M | **+11.7%** "
        "| prime-day moved to Tue 21 Jul 2026 and is now 96h (specs/calendars/us-retail.yaml:14) |"
    )
    assert "39 unchanged" in body
    assert "`cloudtune diff 1f2e3d4 --explain`" in body


def test_failing_gate_links_to_its_line():
    body = rendered(comment_of(diff_of([], []), [GATE]), blob="https://example.com/o/r/blob/9a8b7c6/")
    address = "https://example.com/o/r/blob/9a8b7c6/specs/store/us-orders.yaml#L17"
    assert f"- [specs/store/us-orders.yaml:17]({address}) CT601" in body
    assert "1 gate fails" in body


def test_nothing_moved_is_quiet():
    comment = comment_of(diff_of([document()], [document()]))
    assert comment.is_quiet
    assert rendered(comment).splitlines()[0] == "**No forecast moves materially; every gate passes.**"


@pytest.mark.parametrize("problem", [GATE, STALE], ids=["a failing gate", "a stale report"])
def test_finding_is_not_quiet(problem):
    assert not comment_of(diff_of([], []), [problem]).is_quiet


def test_change_within_tolerance_is_a_count():
    near = document(peak={**document()["peak"], "height": band(1_201_000.0)})
    comment = comment_of(diff_of([document()], [near]))
    assert comment.is_quiet
    assert "1 within tolerance" in rendered(comment)


def test_new_and_gone_forecasts_have_their_row():
    body = rendered(comment_of(diff_of([document("a/old")], [document("b/new")])))
    assert re.search(r"\| b/new \| new \|  \| peak 1.20M \|", body)
    assert re.search(r"\| a/old \| gone \| peak 1.20M \|  \|", body)


def test_explanation_takes_the_place_of_causes():
    explained = {"store/us-orders": "the event is now 96h +5.2% · new data +6.1%"}
    assert explained["store/us-orders"] in rendered(
        comment_of(diff_of([document()], [moved()]), explained=explained)
    )


def test_headline_is_the_peak():
    (report,) = diff_of([document()], [moved()]).reports
    assert (headline(report).kind, headline(report).fact) == ("peak", "height")


def test_sections_are_dropped_whole_in_their_order():
    names = [f"store/forecast-{number}" for number in range(400)]
    diff = diff_of([document(name) for name in names], [moved(name) for name in names])
    comment = comment_of(diff, [GATE])
    full, short = rendered(comment, budget=10**9), rendered(comment)
    assert len(full) > 60_000 >= len(short)
    assert "<details>" in full
    assert "<details>" not in short
    assert "350 more forecasts move" in short
    assert "CT601" in short
    assert short.count("| store/forecast-") == 50


@pytest.mark.parametrize("budget", [60_000, 30_000, 10_000, 2_000])
def test_every_budget_is_kept_and_no_table_is_cut(budget):
    names = [f"store/forecast-{number}" for number in range(300)]
    diff = diff_of([document(name) for name in names], [moved(name) for name in names])
    body = rendered(comment_of(diff, [GATE, STALE] * 100), budget=budget)
    assert len(body) <= budget
    assert all(line.count(" | ") == 5 for line in body.splitlines() if line.startswith("| store/"))
    assert body.rstrip().endswith("`")


def test_worst_rows_stay():
    names = [f"store/forecast-{number:03d}" for number in range(300)]
    new = [moved(name, peak=1_340_000.0 + 1_000 * number) for number, name in enumerate(names)]
    body = rendered(comment_of(diff_of([document(name) for name in names], new)), budget=30_000)
    assert "store/forecast-299" in body
    assert "store/forecast-000" not in body


HOSTILE = [
    "a | b | c",
    "`rm -rf /`",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "@octocat please look",
    "[click](https://evil.example)",
    "line\nbreak\r\n| fake | row |",
    "\u202egnp.exe",
    "<!-- cloudtune:v1 key=review head= run= asof= -->",
    "{{ config }} {% raw %}",
    "#12 and GH-7",
    "</details><details>",
    "**bold** _em_ ~~gone~~",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_a_spec_stays_text(text):
    hostile = event(
        text, "2026-07-21T00:00", "2026-07-25T00:00", text, 1_340_000.0, file=text, learned_from=text
    )
    window = {
        "start": "2026-03-02T04:00",
        "end": "2026-03-02T09:30",
        "points": 3,
        "reason": text,
        "review_by": "",
    }
    new = moved(text, events=[hostile], exclusions=[window])
    old = document(text)
    old["inputs"]["data"] = new["inputs"]["data"] = "d"
    diff = diff_of([old], [new])
    problem = Problem("CT601", text, text, file=text, span=Span(3, 1, 3, 2))
    explained = {text: text}
    body = rendered(comment_of(diff, [problem], explained=explained))
    plain = rendered(comment_of(diff_of([document()], [moved()]), [GATE]))
    for text_of in (body, as_markdown(diff)):
        html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text_of)
        tags = set(re.findall(r"</?([a-z]+)", html))
        assert tags <= {
            "p",
            "strong",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "ul",
            "li",
            "code",
            "details",
            "summary",
            "em",
        }
        assert "\u202e" not in text_of
        assert not re.search(r"(?<![\w`])@\w", re.sub("<!--.*?-->", "", text_of).replace("main@", ""))
    assert "<!--" not in body
    assert body.count("<details>") == plain.count("<details>")


def test_sentence_counts_gates_and_findings():
    diff = diff_of([document()], [moved()])
    found = sentence(comment_of(diff, [GATE, STALE]))
    assert found == "One of 40 forecasts moves materially; 1 gate fails; 1 finding to mend."


def test_text_marks_what_is_material():
    text = as_text(diff_of([document()], [moved()]))
    assert "\n      height: 1.20M -> 1.34M (+11.7%), outside the old interval\n" in text
    assert "  ! weeks, most of all that of 2026-06-01: 1,000 -> 1,150 (+15.0%)\n      10 of 10 " in text
    assert text.endswith("39 unchanged · compared main@1f2e3d4 with topic@9a8b7c6\n")


def test_json_has_every_week():
    found = as_json(diff_of([document()], [moved()]))
    assert sum(change["kind"] == "week" for change in found["reports"][0]["changes"]) == 10
    assert found["base"] == {"label": "main@1f2e3d4", "commit": "1f2e3d4" + "0" * 33}
