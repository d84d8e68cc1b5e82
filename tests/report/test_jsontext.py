from __future__ import annotations

import json

import pytest

from cloudtune.errors import Refusal
from cloudtune.report.io import dump_document, load_document
from tests.report.builders import document


def codes(text: str) -> list[str]:
    with pytest.raises(Refusal) as caught:
        load_document(text, "reports/store/us-orders.json")
    assert all(problem.hint and problem.file for problem in caught.value.problems)
    return [problem.code for problem in caught.value.problems]


def test_text_and_document_are_the_same_thing():
    whole = document()
    text = dump_document(whole)
    assert load_document(text) == json.loads(text) == json.loads(json.dumps(whole))
    assert dump_document(load_document(text)) == text


def test_the_order_of_keys_does_not_matter():
    whole = document()
    assert dump_document(dict(reversed(whole.items()))) == dump_document(whole)


def test_a_point_is_a_line():
    text = dump_document(document())
    assert text.endswith("}\n")
    assert "\r" not in text
    assert '    ["2026-06-01", 277581412, null, null, 312093],\n' in text
    assert '  "height": {"high": 1520700, "low": 1210100, "value": 1340432},\n' in text


@pytest.mark.parametrize("detail", ["], [", "[[", '"], ["', "]]", ""])
def test_a_text_that_looks_like_a_border_of_points_stays_in_its_own(detail):
    whole = {**document(), "repairs": [["missing", 3, detail], [], ["duplicate", 1, detail]]}
    text = dump_document(whole)
    assert load_document(text)["repairs"] == whole["repairs"]
    assert f'    ["missing", 3, {json.dumps(detail)}],\n    [],\n' in text


def test_invisible_marks_show_in_the_text():
    assert "\\u202e" in dump_document({**document(), "description": "\u202eevil"})


def test_a_number_that_is_none_is_refused_rather_than_written():
    with pytest.raises(ValueError, match="not JSON compliant"):
        dump_document({**document(), "masked_share": float("nan")})


@pytest.mark.parametrize("mark", ["<<<<<<< HEAD\n", "{\n=======\n", "{\n>>>>>>> branch\n"])
def test_a_merge_conflict_is_named(mark):
    assert codes(f"{mark}{dump_document(document())}") == ["CT724"]


def test_a_line_of_equal_signs_inside_a_value_is_no_conflict():
    whole = {**document(), "description": "a\n=======\nb"}
    assert load_document(dump_document(whole))["description"] == "a\n=======\nb"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "nonsense", "[" * 100_000, '{"schema_version": "cloudtune/report/v1"}']
)
def test_broken_text_is_refused(text):
    assert codes(text) in (["CT725"], ["CT726"])


@pytest.mark.parametrize(
    ("version", "code"),
    [("cloudtune/report/v2", "CT728"), ("cloudtune/report/v0", "CT726"), ("other/v1", "CT726"), (7, "CT726")],
)
def test_another_major_version_says_what_to_do(version, code):
    assert codes(json.dumps({**document(), "schema_version": version})) == [code]


def test_a_missing_part_is_named():
    whole = dict(document())
    del whole["weekly"]
    with pytest.raises(Refusal, match="weekly"):
        load_document(json.dumps(whole))


@pytest.mark.parametrize("key", ["aggregate", "tolerance", "peak_day", "history", "history_step", "past"])
def test_what_an_earlier_cloudtune_did_not_write_may_be_missing(key):
    whole = dict(document())
    del whole[key]
    assert load_document(json.dumps(whole)) == whole
