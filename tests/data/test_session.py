from __future__ import annotations

import duckdb
import pytest

from cloudtune.data.opening import named, quoted, session


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
