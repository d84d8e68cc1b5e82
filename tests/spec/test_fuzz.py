"""Whatever the bytes, a store loads and says what is wrong."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudtune.errors import CODES
from cloudtune.spec.loader import load_store
from cloudtune.spec.reader import read
from cloudtune.spec.store import render_text
from tests.spec.builders import TODAY

VALID = sorted((Path(__file__).parents[1] / "examples" / "valid").glob("*.yaml"))
ROUNDS = 100
"""Mutations a test, a file: some six thousand together."""
VALUES = (
    *("", "~", "[]", "{}", "-1", "0", "1e9", "99999999999999999999", "0x10", "NaN", ".inf", "yes", "1:30"),
    *("2026-02-30", "9999-12-31", "0001-01-01", "2026-07-14T25:00", "2026-11-01T01:30-23:59", "12%", "1.4x"),
    *("'", '"', "|", ">", "&a x", "*a", "!!int 3", "<<", "? x", "- x", "{a: {b: {c: []}}}", "[[[[]]]]"),
    *("9999999y", "1mo", "America/New_York", "../../etc/passwd", "US/Easter Sunday", "XX/None", "US-ZZ/x"),
    *("easter +999", "fifth sunday of february", "\u202e", "\U0001f69a", "a" * 5000, "%", "@x", "`x`"),
)


def judge(tmp_path: Path, name: str, content: bytes) -> None:
    """Load the mutated file beside the good ones; every problem must be presentable."""
    (tmp_path / "specs" / name).write_bytes(content)
    store = load_store(tmp_path, today=TODAY)
    for problem in store.problems:
        assert problem.code in CODES
        assert problem.file.startswith("specs/")
        text = render_text(problem, store)
        assert text.split("\n")[0].isprintable()
        assert problem.message


@pytest.fixture
def neighbours(tmp_path):
    """The valid calendars, so that mutated forecasts still find theirs."""
    (tmp_path / "specs").mkdir()
    for path in VALID:
        if b"kind: calendar" in path.read_bytes():
            (tmp_path / "specs" / path.name).write_bytes(path.read_bytes())
    return tmp_path


def flip_bytes(content: bytes, chance: random.Random) -> bytes:
    mutated = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        mutated[chance.randrange(len(mutated))] = chance.randrange(256)
    return bytes(mutated)


def cut_and_paste(content: bytes, chance: random.Random) -> bytes:
    a, b, c = sorted(chance.randrange(len(content)) for _ in range(3))
    return chance.choice([content[:a] + content[b:], content[:b] + content[a:], content[:a] + content[b:c]])


def swap_lines(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    for _ in range(chance.randint(1, 3)):
        a, b = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[a], lines[b] = lines[b], lines[a]
    return b"\n".join(lines)


def swap_values(content: bytes, chance: random.Random) -> bytes:
    places = list(re.finditer(rb"(?<=: )[^\s,{}\[\]]+", content))
    for place in chance.sample(places, chance.randint(1, 2)):
        value = chance.choice(VALUES).encode()
        content = content[: place.start()] + value + content[place.end() :]
    return content


def swap_keys(content: bytes, chance: random.Random) -> bytes:
    keys = list(re.finditer(rb"[a-z_]+(?=:( |$))", content, re.MULTILINE))
    first, second = chance.sample(keys, 2)
    mutated = content[: first.start()] + second[0] + content[first.end() :]
    return mutated.replace(second[0], chance.choice([b"", b"kind", b"zzz", second[0]]), 1)


MUTATIONS = (flip_bytes, cut_and_paste, swap_lines, swap_values, swap_keys)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_mutated_spec_gives_problems_and_never_a_traceback(neighbours, path, mutation):
    chance = random.Random(f"{path.stem} {mutation.__name__}")
    for _ in range(ROUNDS):
        judge(neighbours, path.name, mutation(path.read_bytes(), chance))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content):
    document = read(content, "specs/x.yaml")
    assert isinstance(document.data, dict) or document.problems


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet="ab:-[]{}#&*!|>'\"%@` \n\t,?.~<0", max_size=80))
def test_any_punctuation_is_read_or_refused(text):
    document = read(text.encode(), "specs/x.yaml")
    assert isinstance(document.data, dict) or document.problems
