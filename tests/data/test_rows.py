from __future__ import annotations

import pytest

HOURS = [f"2026-01-01T{hour:02}:00Z,{hour}" for hour in range(4)]
AGAIN = "2026-01-01T02:00Z,10"


def test_doubled_time_is_refused_and_shown(reading):
    problem = reading.write(*HOURS, AGAIN).problem()
    assert problem.code == "CT407"
    assert "row 3 (2026-01-01T02:00Z, 2)" in problem.message
    assert "row 5 (2026-01-01T02:00Z, 10)" in problem.message


@pytest.mark.parametrize(("policy", "value"), [("sum", 12), ("mean", 6), ("last", 10)])
def test_doubled_time_is_joined_by_the_policy(reading, policy, value):
    reading.source = {"duplicates": policy}
    assert reading.write(*HOURS, AGAIN).values() == [0, 1, value, 3]
    assert reading.repairs() == {"duplicate": 1}


def test_empty_duplicate_gives_way_to_the_known_value(reading):
    reading.source = {"duplicates": "last"}
    assert reading.write(*HOURS, "2026-01-01T02:00Z,").values() == [0, 1, 2, 3]


def test_doubled_time_outside_the_window_is_nobodys_business(reading):
    reading.series = {"start": "2026-01-04"}
    rows = [row.replace("01-01", "01-04") for row in HOURS]
    assert reading.write(*HOURS, AGAIN, *rows).values() == [0, 1, 2, 3]


def test_rows_within_one_second_are_no_duplicates(reading):
    reading.step = "1min"
    rows = [f"2026-01-01T00:0{m}:00.{f}Z,1" for m in range(3) for f in ("100", "200", "300")]
    reading.series = {"missing": "zero"}
    assert reading.write(*rows).values() == [3, 3, 3]


def test_time_that_is_none_is_refused_with_its_row(reading):
    problem = reading.write(*HOURS, "soon,5", ",6").problem()
    assert (problem.code, problem.path) == ("CT405", ("series", "source", "time"))
    assert "in 2 rows" in problem.message
    assert "row 5 (soon, 5), row 6 (empty, 6)" in problem.message


@pytest.mark.parametrize("stamp", ["03/04/2026 10:00", "20260714", "2026-13-01"])
def test_dates_that_could_mean_two_things_are_refused(reading, stamp):
    assert reading.write(f"{stamp},1").problem().code == "CT405"


def test_milliseconds_read_as_seconds_are_noticed(reading):
    reading.source = {"time_format": "epoch_s"}
    problem = reading.write("1767225600000,1", "1767229200000,2").problem()
    assert problem.code == "CT405"
    assert "epoch_ms" in problem.hint


def test_text_among_the_values_is_refused_with_its_row(reading):
    problem = reading.write(*HOURS, '2026-01-01T04:00Z,"1,234"').problem()
    assert (problem.code, problem.path) == ("CT406", ("series", "source", "value"))
    assert "row 5 (2026-01-01T04:00Z, 1,234)" in problem.message


def test_bad_times_and_bad_values_are_told_together(reading):
    from cloudtune.errors import Refusal

    reading.write(*HOURS, "soon,5", "2026-01-01T05:00Z,many")
    with pytest.raises(Refusal) as refusal:
        reading.load()
    assert [problem.code for problem in refusal.value.problems] == ["CT405", "CT406"]


def test_offsets_for_some_times_alone_are_refused(reading):
    problem = reading.write(*HOURS, "2026-01-01T04:00,4").problem()
    assert problem.code == "CT414"
    assert "row 5" in problem.message


def test_unknown_column_is_refused_with_a_guess(reading):
    reading.source = {"value": "valeu"}
    problem = reading.write(*HOURS).problem()
    assert problem.code == "CT404"
    assert problem.hint == 'did you mean "value"? columns: time, value'


def test_unlike_column_is_refused_with_those_that_are_there(reading):
    reading.source = {"time": "zzz"}
    assert reading.write(*HOURS).problem().hint == "columns: time, value"


def test_broken_file_is_refused_without_a_machine_path(reading):
    path = reading.root / "data" / "in.parquet"
    path.parent.mkdir()
    path.write_bytes(b"PAR1 not really")
    reading.source = {"kind": "parquet", "path": "data/in.parquet"}
    problem = reading.problem()
    assert problem.code == "CT403"
    assert str(reading.root) not in problem.message


def test_bytes_that_are_no_text_are_refused(reading):
    reading.write(*HOURS)
    (reading.root / "data/in.csv").write_bytes(b"time,value\n\xff\xfe\x00,1\n")
    assert reading.problem().code == "CT432"


def test_lines_with_other_numbers_of_columns_are_told_as_such(reading):
    days = [f"2026-01-{day:02}T{hour:02}:00Z,5" for day in range(1, 29) for hour in range(24)]
    problem = reading.write(*days, "2026-01-29T00:00Z", *days).problem()
    assert problem.code == "CT432"
    assert problem.message.endswith("some lines have more or fewer columns than 'time,value'")


def test_empty_file_is_called_empty(reading):
    (reading.write().root / "data/in.csv").write_bytes(b"")
    problem = reading.problem()
    assert (problem.code, problem.message) == ("CT410", "the file 'in.csv' is empty")


def test_folder_is_called_a_folder(reading):
    (reading.root / "data/in.csv").mkdir(parents=True)
    problem = reading.problem()
    assert (problem.code, problem.message) == ("CT401", "'data/in.csv' is a folder")


def test_another_encoding_is_mended_by_one_line(reading):
    (reading.write(*HOURS).root / "data/in.csv").write_bytes(
        "time,value\n2026-01-01,caf\xe9\n".encode("latin-1")
    )
    assert reading.problem().hint == "add encoding: latin-1 to the source, or save the file as UTF-8"


def test_file_that_is_no_database_is_refused(reading):
    reading.source = {"kind": "duckdb", "path": "data/in.duckdb", "query": "select * from t"}
    problem = reading.write(*HOURS, name="data/in.duckdb").problem()
    assert problem.code == "CT403"
    assert "not a valid DuckDB database" in problem.message
