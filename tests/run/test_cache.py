"""The cache notices damage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cloudtune.run import cache

if TYPE_CHECKING:
    from pathlib import Path

KEY = cache.key_of("spec", "data")


def test_what_was_written_is_read(tmp_path: Path) -> None:
    cache.write(tmp_path, KEY, b"a\nb")
    assert cache.read(tmp_path, KEY) == b"a\nb"


def test_a_missing_entry_is_none(tmp_path: Path) -> None:
    assert cache.read(tmp_path, KEY) is None


@pytest.mark.parametrize("keep", [0, 1, 40, 64, 66])
def test_a_truncated_entry_is_none(tmp_path: Path, keep: int) -> None:
    cache.write(tmp_path, KEY, b"payload")
    place = next(path for path in (tmp_path / cache.FOLDER).rglob("*") if path.is_file())
    place.write_bytes(place.read_bytes()[:keep])
    assert cache.read(tmp_path, KEY) is None


def test_an_entry_under_another_key_is_foreign(tmp_path: Path) -> None:
    cache.write(tmp_path, KEY, b"payload")
    place = next(path for path in (tmp_path / cache.FOLDER).rglob("*") if path.is_file())
    other = cache.key_of("another")
    moved = tmp_path / cache.FOLDER / other[:2] / other[2:]
    moved.parent.mkdir(parents=True)
    place.rename(moved)
    assert cache.read(tmp_path, other) is None


def test_parts_do_not_run_together() -> None:
    assert cache.key_of("ab", "c") != cache.key_of("a", "bc")
