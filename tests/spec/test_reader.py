from __future__ import annotations

import sys
from importlib import reload

import pytest
import yaml

from cloudtune.errors import Span
from cloudtune.spec import reader
from cloudtune.spec.reader import read


def data(text: str):
    document = read(text.encode(), "specs/x.yaml")
    assert document.problems == ()
    return document.data


def problems(text: str | bytes):
    content = text if isinstance(text, bytes) else text.encode()
    return [(problem.code, problem.span) for problem in read(content, "specs/x.yaml").problems]


@pytest.mark.parametrize(
    "scalar", ["10:00", "no", "on", "010", "1e3", "0x1F", "2026-07-14", "1_000", ".5", "True"]
)
def test_scalars_stay_text(scalar):
    assert data(f"a: {scalar}") == {"a": scalar}


@pytest.mark.parametrize("scalar", ["", "~", "null", "Null", "NULL"])
def test_plain_nothing_is_none(scalar):
    assert data(f"a: {scalar}") == {"a": None}


@pytest.mark.parametrize("scalar", ["''", '""', "'null'", '"~"'])
def test_quoted_nothing_is_text(scalar):
    assert data(f"a: {scalar}") == {"a": scalar[1:-1]}


def test_keys_stay_text_too():
    assert data("{no: 1, 010: 2, 2026-07-14: 3, ~: 4}") == {
        "no": "1",
        "010": "2",
        "2026-07-14": "3",
        "~": "4",
    }


def test_the_c_loader_is_used_where_there_is_one():
    assert reader._LOADER is yaml.CSafeLoader


def test_without_the_c_loader_the_same_is_read(monkeypatch):
    text = "a: {b: [1, ~, 'x y']}\nc:\n  - d: |\n      two\n      lines\n"
    expected = data(text)
    monkeypatch.delattr(yaml, "CSafeLoader")
    reload(reader)
    try:
        slow = reader.read(text.encode(), "specs/x.yaml")
        assert (slow.data, reader._LOADER) == (expected, yaml.SafeLoader)
        assert [each.code for each in reader.read(b"a: [1", "x").problems] == ["CT101"]
        assert [each.code for each in reader.read(b"<<: {a: 1}", "x").problems] == ["CT105"]
    finally:
        monkeypatch.undo()
        reload(reader)
    assert reader._LOADER is yaml.CSafeLoader


def test_a_byte_order_mark_and_crlf_are_tolerated():
    document = read(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", "specs/x.yaml")
    assert document.data == {"a": "1", "b": "2"}
    assert document.top.entries["b"].span() == Span(2, 4, 2, 5)


def test_every_mistake_is_found_at_once():
    text = "a: &x 1\nb: *x\na: 2\n<<: {c: 1}\nd: !!str e\n"
    assert [code for code, _ in problems(text)] == ["CT103", "CT103", "CT102", "CT105", "CT104"]


def test_a_duplicate_key_names_both_lines():
    (problem,) = read(b"a: 1\nb: 2\na: 3\n", "specs/x.yaml").problems
    assert problem.message == '"a" is given twice, here and on line 1'
    assert problem.span == Span(3, 1, 3, 2)


def test_a_quoted_merge_key_is_a_key():
    assert data('"<<": 1') == {"<<": "1"}


def test_a_file_over_a_mebibyte_is_refused():
    assert problems(b"a: 1\n" + b"#" * (1 << 20)) == [("CT106", None)]


def test_a_control_character_is_refused():
    assert problems('a: "x\x07"') == [("CT114", Span(1, 6, 1, 7))]


def test_thirty_levels_are_read_and_one_more_is_not():
    assert data(f"a: {'[' * 29}{']' * 29}")["a"] is not None
    assert [code for code, _ in problems(f"a: {'[' * 30}{']' * 30}")] == ["CT107"]


def test_a_deep_bomb_ends_early():
    assert [code for code, _ in problems("[" * 500_000)] == ["CT107"]
    assert sys.getrecursionlimit() < 500_000


def test_columns_count_characters_not_bytes():
    assert span("größe: {käufe: x}", "größe", "käufe") == Span(1, 16, 1, 17)


def test_a_value_in_a_block_is_pointed_at_by_its_key():
    assert span("a:\n  b:\n    - c: 1\n", "a", "b") == Span(2, 3, 2, 4)
    assert span("a:\n  b:\n    - c: 1\n", "a", "b", 0) == Span(3, 7, 3, 8)


def span(text: str, *path: str | int) -> Span:
    place = read(text.encode(), "specs/x.yaml").top
    for segment in path:
        place = place.entries[segment]
    return place.span()
