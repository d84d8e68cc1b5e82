from __future__ import annotations

import stat

import pytest

from cloudtune import files


def test_writing_the_same_bytes_twice_touches_nothing(tmp_path):
    path = tmp_path / "new folder" / "report.md"
    assert files.write_text(path, "räksmörgås\n")
    before = path.stat()
    assert not files.write_text(path, "räksmörgås\n")
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.read_bytes() == "räksmörgås\n".encode()


def test_a_failure_half_way_leaves_the_previous_file_whole(tmp_path):
    path = tmp_path / "report.md"
    files.write_text(path, "yesterday")
    with pytest.raises(OSError, match="disk full"), files.replacing(path) as temporary:
        temporary.write_text("tod", encoding="utf-8")
        raise OSError("disk full")
    assert path.read_text(encoding="utf-8") == "yesterday"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_the_mode_of_an_ordinary_one(tmp_path):
    ordinary, ours = tmp_path / "ordinary", tmp_path / "ours"
    ordinary.touch()
    files.write_text(ours, "")
    assert stat.S_IMODE(ours.stat().st_mode) == stat.S_IMODE(ordinary.stat().st_mode)


def test_line_endings_are_written_as_they_are(tmp_path):
    files.write_text(tmp_path / "text", "a\r\nb\n")
    assert (tmp_path / "text").read_bytes() == b"a\r\nb\n"


def test_a_pattern_names_files_in_order_and_a_name_with_brackets_itself(tmp_path):
    for name in ("b.csv", "a.csv", "c[1].csv", "d.txt"):
        (tmp_path / name).touch()
    (tmp_path / "folder.csv").mkdir()
    assert [path.name for path in files.matching("*.csv", tmp_path)] == ["a.csv", "b.csv", "c[1].csv"]
    assert [path.name for path in files.matching("c[1].csv", tmp_path)] == ["c[1].csv"]
    assert files.matching("e.csv", tmp_path) == ()


def test_what_ships_is_found_in_an_editable_install():
    assert list(files.shipped("templates").rglob("*.j2"))
    assert list(files.shipped("schema").glob("*.json"))
