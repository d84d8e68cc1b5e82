from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtune.errors import Refusal
from cloudtune.report.document import ActualRow, RepairRow
from cloudtune.report.io import dump_document, load_document, read_document, report_file, report_id
from tests.report.builders import document
from tests.review.builders import document as good_document

FILE = "reports/store/us-orders.json"


def loaded(text: str):
    return load_document(text.encode(), FILE)


def codes(text: str) -> list[str]:
    with pytest.raises(Refusal) as caught:
        load_document(text.encode(), FILE)
    assert all(problem.hint and problem.file for problem in caught.value.problems)
    return [problem.code for problem in caught.value.problems]


def test_text_and_document_are_the_same_thing():
    whole = document()
    text = dump_document(whole)
    assert loaded(text) == whole
    assert json.loads(text)["weekly"] == json.loads(json.dumps(whole["weekly"]))
    assert dump_document(loaded(text)) == text


def test_what_every_run_moves_stands_on_one_line():
    whole = document()
    newer = {**whole, "inputs": {**whole["inputs"], "data": "d2", "data_through": "2026-06-02T00:00"}}
    newer["granularities"] = [{**row, "first": "2026-06-02"} for row in whole["granularities"]]
    lines = zip(dump_document(whole).splitlines(), dump_document(newer).splitlines(), strict=True)
    assert [new.partition(":")[0].strip() for old, new in lines if old != new] == ['"run"']


def test_an_actual_that_joins_is_one_new_line():
    whole = document()
    longer = {**whole, "history": [*whole["history"], ActualRow("2026-06-01", 1)]}
    before, after = (dump_document(one).splitlines() for one in (whole, longer))
    assert [line for line in after if line not in before] == ['    ["2026-06-01", 1],']
    assert len(after) == len(before) + 1


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
    whole = {**document(), "repairs": [RepairRow("missing", 3, detail), RepairRow("duplicate", 1, detail)]}
    text = dump_document(whole)
    assert loaded(text)["repairs"] == whole["repairs"]
    assert f'    ["missing", 3, {json.dumps(detail)}],\n' in text


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
    assert loaded(dump_document(whole))["description"] == "a\n=======\nb"


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
        loaded(json.dumps(whole))


@pytest.mark.parametrize("key", ["aggregate", "tolerance", "peak_day", "history", "history_step", "past"])
def test_what_an_earlier_cloudtune_did_not_write_may_be_missing(key):
    whole = dict(document())
    del whole[key]
    assert loaded(json.dumps(whole)) == whole


def test_document_of_today_is_read_without_a_word():
    found, problems = read_document(FILE, dump_document(good_document()).encode())
    assert (found, problems) == (good_document(), ())


def test_what_an_older_schema_lacks_is_empty():
    found, problems = read_document(
        FILE, b'{"schema_version": "cloudtune/report/v0", "inputs": {"spec": "s"}}'
    )
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
        read_document(FILE, data)


def test_rows_that_no_run_writes_are_refused_today_and_left_out_of_the_past():
    odd = [{"name": "prime-day"}, "text"]
    with pytest.raises(Refusal, match="its events are not what a run writes"):
        read_document(FILE, json.dumps(good_document(events=odd)).encode())
    old = good_document(events=[*odd, *good_document()["events"]], schema_version="cloudtune/report/v0")
    assert read_document(FILE, json.dumps(old).encode())[0]["events"] == good_document()["events"]


@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", "<<<<<<<"])
def test_conflict_is_told_from_text_that_mentions_one(marker):
    with pytest.raises(Refusal, match="CT724"):
        read_document(FILE, f'{{\n{marker}\n"a": 1\n=======\n"a": 2\n>>>>>>> topic\n}}'.encode())
    quoted = good_document(description="a line of <<<<<<< in a description")
    assert read_document(FILE, dump_document(quoted).encode())[1] == ()


@pytest.mark.parametrize("row", [["2026-06-01", 1.0], ["2026-06-01", "much", None, None, None], "text", {}])
def test_a_row_with_other_cells_is_refused(row):
    with pytest.raises(Refusal, match="its weekly are not what a run writes"):
        loaded(json.dumps({**document(), "weekly": [row]}))


@pytest.mark.parametrize("figure", ["NaN", "Infinity", "-Infinity"])
def test_a_figure_that_is_no_number_is_refused(figure):
    assert codes(
        dump_document(document()).replace('"masked_share": 0.0029', f'"masked_share": {figure}')
    ) == ["CT725"]


def test_a_version_of_thousands_of_digits_is_newer_and_not_told_whole():
    with pytest.raises(Refusal, match="CT728") as caught:
        read_document(
            FILE, json.dumps({**document(), "schema_version": f"cloudtune/report/v{'9' * 5000}"}).encode()
        )
    assert len(str(caught.value)) < 500


@given(
    name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(
        lambda text: text.strip("/") or "a"
    )
)
def test_a_file_and_an_id_name_the_same_report(name):
    assert report_id(report_file(name)) == name


@pytest.mark.parametrize("file", ["specs/a.yaml", "reports/a.md", "other/reports/a.json", "reports"])
def test_what_is_no_document_has_no_id(file):
    assert report_id(file) == ""


def test_a_document_without_steps_keeps_its_inputs_where_they_are():
    """An order sheet is written by the same hand and read by its own."""
    sheet = {"inputs": {"data": "d", "data_through": "2026-06-01", "spec": "s"}, "orders": []}
    assert json.loads(dump_document(sheet)) == sheet
