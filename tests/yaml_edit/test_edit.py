from __future__ import annotations

import pytest
import yaml

from cloudtune.errors import Refusal
from cloudtune.spec.defaults import Layers
from cloudtune.spec.forecast import ForecastSpec
from cloudtune.spec.loader import load_store
from cloudtune.spec.reader import read
from cloudtune.yaml_edit.edit import Append, Put, Remove, apply
from cloudtune.yaml_edit.locate import compose, plain
from tests.yaml_edit.generated import spec

WINDOW = {"start": "2025-06-01T04:00", "end": "2025-06-01T05:30", "reason": "robots, again: 2"}


def is_valid(text: str) -> bool:
    """True where the spec language takes it without a word."""
    document = read(text.encode(), "specs/generated.yaml")
    ForecastSpec.model_validate(Layers((document,)).data)
    return document.problems == ()


def is_kept(before: str, after: str) -> bool:
    """True where every character of `before` is still there, in order."""
    rest = iter(after)
    return all(char in rest for char in before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "a: 1\noutliers:\n  - {x: 1}  # why\n\n# next\nb: 2\n",
            "a: 1\noutliers:\n  - {x: 1}  # why\n  - {k: v}\n\n# next\nb: 2\n",
        ),
        ("outliers:\n- x: 1\n  y: 2\nb: 2\n", "outliers:\n- x: 1\n  y: 2\n- k: v\nb: 2\n"),
        ("outliers:\n    -   x: 1\n", "outliers:\n    -   x: 1\n    -   k: v\n"),
        ("outliers: [{x: 1}]\n", "outliers: [{x: 1}, {k: v}]\n"),
        (
            "outliers: [\n  {x: 1},  # one\n  {x: 2}  # two\n]\n",
            "outliers: [\n  {x: 1},  # one\n  {x: 2},  # two\n  {k: v}\n]\n",
        ),
        ("outliers: [\n  {x: 1},\n]\n", "outliers: [\n  {x: 1},\n  {k: v},\n]\n"),
        ("outliers: []\nb: 1\n", "outliers:\n  - {k: v}\nb: 1\n"),
        ("outliers: []  # none\nb: 1", "outliers:  # none\n  - {k: v}\nb: 1"),
        ("outliers:\nb: 1\n", "outliers:\n  - {k: v}\nb: 1\n"),
        ("name: x\r\nb: 1\r\n", "name: x\r\noutliers:\r\n  - {k: v}\r\nb: 1\r\n"),
        ("name: x", "name: x\noutliers:\n  - {k: v}"),
        (
            "events:\n  - {name: x}\n\nquantiles: [0.1]\n",
            "events:\n  - {name: x}\noutliers:\n  - {k: v}\n\nquantiles: [0.1]\n",
        ),
        ("description: |\n  a\n  b\nzz: 1\n", "description: |\n  a\n  b\noutliers:\n  - {k: v}\nzz: 1\n"),
    ],
    ids=[
        "below a flow item and its comment",
        "below a block item without indentation",
        "with the same wide dash",
        "into a list on one line",
        "into a list on many lines with comments",
        "into a list with a trailing comma",
        "into an empty list, which opens up",
        "into an empty list with a comment",
        "below a key without a value",
        "as a new key with CRLF",
        "at the end of a file without a line break",
        "as a new key where readers expect it",
        "after a text block",
    ],
)
def test_item_is_added(before, after):
    assert apply(before, [Append(("outliers",), {"k": "v"})]) == after


@pytest.mark.parametrize(
    ("before", "path", "value", "after"),
    [
        (
            "a: {start: '2024-01-01', b: 2}\n",
            ("a", "start"),
            "2025-01-01",
            "a: {start: '2025-01-01', b: 2}\n",
        ),
        ("a: x  # why\n", ("a",), "y: z", 'a: "y: z"  # why\n'),
        (
            "e:\n  - name: x\n    before: 12h\n",
            ("e", 0, "after"),
            "2h",
            "e:\n  - name: x\n    before: 12h\n    after: 2h\n",
        ),
        (
            "trend: {growth: flat}\n",
            ("trend", "slope_breaks"),
            ["a"],
            "trend: {growth: flat, slope_breaks: [a]}\n",
        ),
        ("seasonality: auto\n", ("seasonality",), ["daily"], "seasonality: [daily]\n"),
        ("series:\n    step: 1h\n", ("series", "step"), "30min", "series:\n    step: 30min\n"),
    ],
    ids=[
        "in its quotes",
        "with quotes where needed",
        "as a new key of an item",
        "in a map on one line",
        "a list",
        "plain",
    ],
)
def test_value_is_put(before, path, value, after):
    assert apply(before, [Put(path, value)]) == after


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("e:\n  - a: 1\n    b: 2\n  # two\n  - c: 3\nz: 1\n", ("e", 0), "e:\n  # two\n  - c: 3\nz: 1\n"),
        ("e: [a, b, c]\n", ("e", 1), "e: [a, c]\n"),
        ("e: [a, b, c]\n", ("e", 0), "e: [b, c]\n"),
        ("e: [a]\nz: 1\n", ("e", 0), "z: 1\n"),
        ("z: 1\r\ne: 2", ("e",), "z: 1"),
        ("z: 1\ne: 2\ny: 3\n", ("e",), "z: 1\ny: 3\n"),
    ],
    ids=[
        "a block item",
        "from a line",
        "the first of a line",
        "the last one with its key",
        "at the end",
        "a key",
    ],
)
def test_item_is_removed(before, path, after):
    assert apply(before, [Remove(path)]) == after


def test_what_is_not_there_can_not_be_removed():
    with pytest.raises(Refusal, match="CT791"):
        apply("a: 1\nb: 2\n", [Remove(("c",))])


def test_broken_yaml_is_refused():
    with pytest.raises(Refusal, match="CT791"):
        apply("a: [1\n", [Put(("a",), "2")])


@pytest.mark.parametrize("seed", range(500))
def test_generated_spec_changes_only_in_the_lines_meant(seed):
    before = spec(seed)
    shift = {"at": "2025-01-05", "reason": "new checkout"}
    after = apply(before, [Append(("outliers",), WINDOW), Append(("trend", "level_shifts"), shift)])
    assert is_valid(before)
    assert is_valid(after)
    data = plain(compose(after))
    assert data["outliers"][-1] == WINDOW
    assert data["trend"]["level_shifts"][-1] == shift
    assert yaml.load(after, Loader=yaml.CSafeLoader).keys() == data.keys()
    # All that may go is the pair of brackets of an empty list, which opens up.
    assert is_kept(before.replace("outliers: [ ]", "outliers:").replace("outliers: []", "outliers:"), after)
    assert after.count("\n") <= before.count("\n") + 6
    assert after.count("\r\n") == (after.count("\n") if "\r\n" in before else 0)
    assert after.endswith("\n") == before.endswith("\n")


@pytest.mark.parametrize("seed", range(100))
def test_changed_value_changes_one_line(seed):
    before = spec(seed)
    after = apply(before, [Put(("series", "step"), "30min")])
    lines = zip(before.split("\n"), after.split("\n"), strict=True)
    tail = comment_behind(before, "step: 1h")
    assert [(old.strip(), new.strip()) for old, new in lines if old != new] == [
        (f"step: 1h{tail}", f"step: 30min{tail}"),
    ]


def comment_behind(text: str, words: str) -> str:
    """What follows `words` on their line."""
    return (
        next(line for line in text.split("\n") if words in line and "metric" not in line)
        .split(words)[1]
        .strip("\r")
    )


@pytest.mark.parametrize("seed", range(100))
def test_adding_then_removing_gives_the_same_bytes_or_the_same_data(seed):
    before = spec(seed)
    data = plain(compose(before))
    place = len(data["outliers"]) if data.get("outliers") else 0
    added = apply(before, [Append(("outliers",), WINDOW)])
    back = apply(added, [Remove(("outliers", place))])
    assert plain(compose(back)).get("outliers", []) == data.get("outliers", [])
    if place and "[" not in before:
        assert back == before


DEFAULTS = """\
seasonality: [daily, weekly]
trend: {growth: damped, level_shifts: [{at: 2024-09-01, reason: bot filter}]}
"""
SPEC = """\
version: cloudtune/v1
kind: forecast
name: orders
series:
  source: {kind: csv, path: x.csv, time: t, value: v}
  step: 1h
  timezone: UTC
granularities:
  - {step: 1h, horizon: 28d}
"""


@pytest.fixture
def store(tmp_path):
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "_defaults.yaml").write_text(DEFAULTS)
    (tmp_path / "specs" / "orders.yaml").write_text(SPEC)
    return load_store(tmp_path)


def after(store, *edits):
    """The spec as it takes effect once the edits are made."""
    path = store.root / "specs" / "orders.yaml"
    path.write_text(apply(SPEC, edits, store.merged("specs/orders.yaml")))
    again = load_store(store.root)
    assert again.problems == ()
    return again.specs["orders"].spec


def test_inherited_list_is_kept_when_it_grows(store):
    assert after(store, Append(("seasonality",), "yearly")).seasonality == ["daily", "weekly", "yearly"]


def test_inherited_list_inside_a_map_is_kept(store):
    spec = after(store, Append(("trend", "level_shifts"), {"at": "2025-01-05"}))
    assert [str(shift.at) for shift in spec.trend.level_shifts] == ["2024-09-01", "2025-01-05"]
    assert spec.trend.growth == "damped"


def test_item_of_an_inherited_list_can_go(store):
    assert after(store, Remove(("seasonality", 1))).seasonality == ["daily"]


def test_list_of_the_spec_itself_is_not_copied(store):
    spec = after(store, Append(("outliers",), {"start": "2025-01-01", "end": "2025-01-02"}))
    assert len(spec.outliers) == 1
    assert (store.root / "specs" / "orders.yaml").read_text().count("seasonality") == 0
