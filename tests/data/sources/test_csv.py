from __future__ import annotations

import gzip

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
