from __future__ import annotations

import json
import re
import shutil
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from cloudtune.errors import CODES
from cloudtune.spec.json_schema import schema_text
from cloudtune.spec.loader import load_store
from cloudtune.spec.store import render_text
from tests.spec.builders import TODAY

EXAMPLES = Path(__file__).parents[1] / "examples"
VALID = sorted((EXAMPLES / "valid").glob("*.yaml"))
INVALID = sorted(path for path in (EXAMPLES / "invalid").iterdir() if path.is_dir())
BEYOND_A_SCHEMA = {
    "CT209",  # the list of time zones is not in the schema
    "CT213",  # the file's kind chooses the schema
    "CT214",
    "CT215",  # most keys that exclude each other
    "CT216",
}
NEEDS_A_VALUE = {"zero-duration", "not-a-date", "rule-without-such-a-day"}
"""Well written, yet no such value exists: a pattern can't know."""


def shown(root: Path) -> str:
    store = load_store(root, today=TODAY)
    return "".join(f"{render_text(problem, store)}\n" for problem in store.problems)


def schema_errors(path: Path, kind: str) -> list[str]:
    """What an editor would underline: YAML 1.2 values held against the JSON Schema."""
    value = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return [error.message for error in _validator(kind).iter_errors(_as_json(value))]


@cache
def _validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema_text(kind)))


def _as_json(value: object) -> object:
    """Dates as text: the editor's YAML has no dates."""
    if isinstance(value, dict):
        return {str(key): _as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_json(inner) for inner in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def kind_of(path: Path) -> str:
    if path.name == "_defaults.yaml":
        return "defaults"
    found = re.search(r"^kind: (forecast|calendar|gameday)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else ""


def test_there_are_examples_to_learn_from():
    assert len(VALID) >= 10
    assert len(INVALID) >= 50


def test_valid_examples_load_without_a_word(tmp_path):
    shutil.copytree(EXAMPLES / "valid", tmp_path / "specs")
    store = load_store(tmp_path, today=TODAY)
    assert [render_text(problem, store) for problem in store.problems] == []
    assert len(store.specs) + len(store.calendars) + len(store.gamedays) == len(VALID)


@pytest.mark.parametrize("case", INVALID, ids=lambda case: case.name)
def test_invalid_example_is_shown_as_expected(case, golden):
    text = shown(case)
    assert text != ""
    golden(case / "expected.txt", text)


def test_invalid_examples_show_nearly_every_code_of_yaml_schema_and_meaning():
    seen = {code for case in INVALID for code in re.findall(r"CT[123]\d\d(?=:)", shown(case))}
    ours = {code for code in CODES if code[2] in "123"}
    needs_more_than_files = {"CT106", "CT115", "CT116", "CT311", "CT312", "CT320", "CT330", "CT343"}
    assert ours - seen <= needs_more_than_files


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_schema_accepts_what_the_validator_accepts(path):
    assert schema_errors(path, kind_of(path)) == []


def _judged_by_schema() -> list[tuple[str, Path, bool]]:
    """(case, file, whether the validator finds a mistake that a schema can know of)."""
    judged = []
    for case in INVALID:
        store = load_store(case, today=TODAY)
        if any(problem.code.startswith("CT1") for problem in store.problems):
            continue
        for path in sorted(case.rglob("*.yaml")):
            file = path.relative_to(case).as_posix()
            found = {problem.code for problem in store.problems if problem.file == file}
            is_wrong = any(code.startswith("CT2") for code in found - BEYOND_A_SCHEMA)
            if kind_of(path) and not found & BEYOND_A_SCHEMA and case.name not in NEEDS_A_VALUE:
                judged.append((case.name, path, is_wrong))
    return judged


JUDGED = _judged_by_schema()


def test_a_schema_can_judge_most_invalid_examples():
    assert sum(is_wrong for _, _, is_wrong in JUDGED) >= 25
    assert sum(not is_wrong for _, _, is_wrong in JUDGED) >= 25


@pytest.mark.parametrize(("path", "is_wrong"), [row[1:] for row in JUDGED], ids=[row[0] for row in JUDGED])
def test_schema_and_validator_agree_on_invalid_examples(path, is_wrong):
    assert bool(schema_errors(path, kind_of(path))) == is_wrong
