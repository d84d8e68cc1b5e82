from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtune.errors import Refusal
from cloudtune.report.io import dump_document, parse
from tests.review.builders import document

PATH = "reports/store/us-orders.json"


def test_document_of_today_is_read_without_a_word():
    found, problems = parse(PATH, dump_document(document()).encode())
    assert (found, problems) == (document(), ())


def test_what_an_older_schema_lacks_is_empty():
    found, problems = parse(PATH, b'{"schema_version": "cloudtune/report/v0", "inputs": {"spec": "s"}}')
    assert (found["events"], found["peak"], found["growth"]["value"], found["inputs"]["data"]) == (
        [],
        None,
        None,
        "",
    )
    assert (found["id"], found["name"]) == ("store/us-orders", "us-orders")
    assert [problem.code for problem in problems] == ["CT726"]


@given(data=st.binary(max_size=200))
def test_whatever_the_bytes_no_report_is_a_refusal(data):
    with pytest.raises(Refusal, match="CT72"):
        parse(PATH, data)


def test_rows_that_no_run_writes_are_refused_today_and_left_out_of_the_past():
    odd = [{"name": "prime-day"}, "text"]
    with pytest.raises(Refusal, match="its events are not what a run writes"):
        parse(PATH, json.dumps(document(events=odd)).encode())
    old = document(events=[*odd, *document()["events"]], schema_version="cloudtune/report/v0")
    assert parse(PATH, json.dumps(old).encode())[0]["events"] == document()["events"]


@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", "<<<<<<<"])
def test_conflict_is_told_from_text_that_mentions_one(marker):
    with pytest.raises(Refusal, match="CT724"):
        parse(PATH, f'{{\n{marker}\n"a": 1\n=======\n"a": 2\n>>>>>>> topic\n}}'.encode())
    quoted = document(description="a line of <<<<<<< in a description")
    assert parse(PATH, dump_document(quoted).encode())[1] == ()
