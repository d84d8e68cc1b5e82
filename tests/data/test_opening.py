from __future__ import annotations

import duckdb
import pytest

from cloudtune.data.opening import named, quoted, session

ROWS = [f"2026-01-01T{hour:02}:00Z,{hour}" for hour in range(4)]


@pytest.fixture
def outside(reading, tmp_path_factory):
    """A file beyond the root, and a reading that has files of its own."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "far.csv").write_text("time,value\n" + "\n".join(ROWS) + "\n")
    reading.write(*ROWS)
    return folder / "far.csv"


def test_missing_file_is_refused_with_a_guess(reading):
    reading.write(*ROWS).source = {"path": "data/im.csv"}
    problem = reading.problem()
    assert (problem.code, problem.path) == ("CT401", ("series", "source", "path"))
    assert problem.file == "specs/it.yaml"
    assert problem.hint == 'did you mean "in.csv"?'


def test_glob_without_a_match_is_a_missing_file(reading):
    reading.write(*ROWS).source = {"path": "data/x-*.csv"}
    assert reading.problem().code == "CT401"


def test_absolute_path_is_refused(reading, outside):
    reading.source = {"path": str(outside)}
    assert reading.problem().code == "CT402"


def test_path_upwards_is_refused(reading, outside):
    reading.source = {"path": f"../{outside.parent.name}/far.csv"}
    assert reading.problem().code == "CT402"


@pytest.mark.parametrize("pattern", ["data/link.csv", "data/l*.csv"])
def test_symlink_that_leaves_is_refused(reading, outside, pattern):
    (reading.root / "data/link.csv").symlink_to(outside)
    reading.source = {"path": pattern}
    assert reading.problem().code == "CT402"


def test_symlink_that_stays_is_read(reading):
    reading.write(*ROWS)
    (reading.root / "data/link.csv").symlink_to(reading.root / "data/in.csv")
    reading.source = {"path": "data/link.csv"}
    assert reading.values() == [0, 1, 2, 3]


def test_any_path_is_read_where_allowed(reading, outside):
    reading.source = {"path": str(outside)}
    assert reading.load(allow_outside=True).series.values.tolist() == [0, 1, 2, 3]


def test_quotes_in_a_path_are_part_of_its_name(reading):
    reading.write(*ROWS, name="data/it's.csv").source = {"path": "data/it's.csv"}
    assert reading.values() == [0, 1, 2, 3]


def test_session_can_not_be_unlocked(tmp_path):
    with session([tmp_path]) as connection:
        for setting in ("enable_external_access = true", "allowed_directories = ['/']"):
            with pytest.raises(duckdb.Error):
                connection.execute(f"SET {setting}")


def test_session_loads_no_extension(tmp_path):
    with session([tmp_path]) as connection, pytest.raises(duckdb.Error):
        connection.execute("INSTALL httpfs")


def test_session_reads_stamps_in_utc(tmp_path):
    with session([tmp_path]) as connection:
        query = "SELECT epoch_us(TIMESTAMPTZ '1970-01-01 02:00:00+02:00')"
        assert connection.execute(query).fetchone() == (0,)


def test_database_is_opened_for_reading_alone(tmp_path):
    path = tmp_path / "x.duckdb"
    duckdb.connect(str(path)).close()
    with session([tmp_path], path) as connection, pytest.raises(duckdb.Error):
        connection.execute("CREATE TABLE t (i INTEGER)")


def test_quotes_are_doubled():
    assert quoted("it's") == "'it''s'"
    assert named('a"b') == '"a""b"'
