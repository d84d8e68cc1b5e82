from __future__ import annotations

import json

import pytest

from cloudtune.errors import Problem, Refusal, Span
from cloudtune.hosting.handover import as_json, loaded
from cloudtune.report.templates import load_templates
from cloudtune.review.change import Diff
from cloudtune.review.comment import Comment, render_comment
from cloudtune.review.diff import diff_documents
from tests.review.builders import band, document, event, gate

BASE, HEAD = "1" * 40, "2" * 40
GATE = Problem("CT601", "wape is 14%", "see it", file="specs/store/us-orders.yaml", span=Span(17, 3, 17, 9))


def comment():
    """Every kind of change, a report that came and one that went, problems and an attribution."""
    moved = document(
        growth=band(0.3),
        events=[event("prime-day", "2026-07-21T00:00", "2026-07-25T00:00", "96h", 1_400_000.0)],
        gates=[gate("fail")],
        exclusions=[{"start": "2026-03-02T04:00", "end": "2026-03-02T09:30", "points": 3, "reason": "x",
                     "review_by": ""}],
    )  # fmt: skip
    old = {"store/us-orders": document(), "store/gone": document("store/gone")}
    new = {"store/us-orders": moved, "store/new": document("store/new")}
    new["store/new"]["inputs"]["data"] = "other"
    diff = Diff("main@1111111", "2222222", diff_documents(old, new), 39, BASE, HEAD)
    warning = Problem("CT719", "no data", severity="warning")
    return Comment(diff, (GATE, warning), {"store/us-orders": "+6% new data"}, "2026-05-31", "forecasts/")


def handed(**changes):
    facts = json.loads(json.dumps(as_json(comment())))
    return json.dumps({**facts, **changes}).encode()


def test_comment_reads_the_same_on_the_other_side():
    there = loaded(handed(), HEAD)
    for one in (comment(), there):
        text = render_comment(one, load_templates(), blob="https://example.com/blob/2/")
        assert "specs/store/us-orders.yaml#L17" in text
    assert render_comment(there, load_templates()) == render_comment(comment(), load_templates())
    assert (there.is_quiet, there.as_of, there.prefix) == (False, "2026-05-31", "forecasts/")


def test_another_head_is_refused():
    with pytest.raises(Refusal) as refusal:
        loaded(handed(), "3" * 40)
    assert refusal.value.problems[0].code == "CT734"


def test_texts_too_long_to_hand_over_are_cut():
    one = comment()
    long = Comment(one.diff, (Problem("CT601", "x" * 1_000_000),), one.explained, one.as_of, one.prefix)
    data = json.dumps(as_json(long)).encode()
    assert len(loaded(data, HEAD).problems[0].message) < 5_000
