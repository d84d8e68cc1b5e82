from __future__ import annotations

import gzip

import pytest

from cloudtune.errors import exit_code_of

HOURS = [f"2026-01-01T{hour:02}:00Z,{hour}" for hour in range(5)]


def test_gzip_gives_the_same_hash(reading):
    plain = reading.write(*HOURS).load()
    text = (reading.root / "data/in.csv").read_bytes()
    (reading.root / "data/in.csv.gz").write_bytes(gzip.compress(text))
    reading.source = {"path": "data/in.csv.gz"}
    assert reading.load().data_hash == plain.data_hash


def test_several_files_are_one_series(reading):
    reading.write(*HOURS[:2], name="data/a-1.csv").write(*HOURS[2:], name="data/a-2.csv")
    reading.source = {"path": "data/a-*.csv"}
    assert reading.values() == [0, 1, 2, 3, 4]


def test_semicolons_are_read_where_declared(reading):
    reading.source = {"delimiter": ";"}
    reading.write(*(row.replace(",", ";") for row in HOURS), head="time;value")
    assert reading.values() == [0, 1, 2, 3, 4]


DAYS = [f"2026-01-{day:02}T00:00;{day},5" for day in range(1, 29)]
VALUES = [day + 0.5 for day in range(1, 29)]


@pytest.mark.parametrize("first", ["sep=;", "SEP=;"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_a_line_that_names_the_separator_is_no_header(reading, first, encoding, line):
    reading.step, reading.source = "1d", {"decimal": ","}
    reading.write(*DAYS)
    text = line.join([first, "time;value", *DAYS, ""])
    (reading.root / "data/in.csv").write_bytes(text.encode(encoding))
    assert reading.values() == VALUES


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-8-sig"])
def test_letters_stored_another_way_are_read_or_take_one_line(reading, encoding):
    reading.step, reading.source = "1d", {"decimal": ",", "value": "größe"}
    reading.write(*DAYS)
    (reading.root / "data/in.csv").write_bytes("\n".join(["time;größe", *DAYS, ""]).encode(encoding))
    if encoding == "latin-1":
        problem = reading.problem()
        assert problem.code == "CT432"
        assert "encoding: latin-1" in problem.hint
        reading.source |= {"encoding": "latin-1"}
    assert reading.values() == VALUES


@pytest.mark.parametrize(
    ("head", "words"),
    [(b"PK\x03\x04", "Excel"), (b"\xd0\xcf\x11\xe0", "Excel"), (b"PAR1", "Parquet"), (b"%PDF-1.4", "PDF")],
)
def test_a_file_of_another_kind_is_refused_by_name(reading, head, words):
    reading.write(*DAYS)
    (reading.root / "data/in.csv").write_bytes(head + bytes(100))
    problem = reading.problem()
    assert problem.code == "CT432"
    assert words in problem.message
    assert exit_code_of([problem]) == 1
