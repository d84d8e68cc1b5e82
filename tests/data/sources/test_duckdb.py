from __future__ import annotations

import duckdb
import pytest

from cloudtune.data.opening import SpecPlace
from cloudtune.data.sources.query import CHANGING, judged

ROWS = [f"2026-01-01T{hour:02}:00Z,{hour}" for hour in range(4)]


@pytest.fixture
def query(reading):
    def ask(text):
        reading.write(*ROWS)
        reading.source = {"kind": "duckdb", "query": text}
        return reading

    return ask


def at_root(text):
    return judged(text, lambda name: f"/repo/{name}", SpecPlace()).sql


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        ("SELECT * FROM 'a.csv'", 'SELECT * FROM "/repo/a.csv"'),
        ('FROM "a b.parquet" AS t', 'SELECT * FROM "/repo/a b.parquet" AS t'),
        (
            "FROM read_csv(['a.csv', 'é.csv'])",
            "SELECT * FROM read_csv(list_value('/repo/a.csv', '/repo/é.csv'))",
        ),
        ("SELECT 'a.csv' AS é FROM 'b.csv' ; -- it", 'SELECT \'a.csv\' AS "é" FROM "/repo/b.csv"'),
        ("FROM 'it''s.csv'", 'SELECT * FROM "/repo/it\'s.csv"'),
        ("SELECT $$a'b$$ FROM 'a.csv' /* ' */", "SELECT 'a''b' FROM \"/repo/a.csv\""),
        ("SELECT 1", "SELECT 1"),
    ],
)
def test_file_names_are_made_whole(given, whole):
    assert at_root(given) == whole


def test_every_function_that_duckdb_calls_volatile_is_refused():
    known = "SELECT DISTINCT function_name FROM duckdb_functions() WHERE stability = 'VOLATILE'"
    with duckdb.connect() as connection:
        volatile = {name for (name,) in connection.execute(known).fetchall()}
    assert volatile - CHANGING == set()


def test_query_filters_and_renames(query):
    text = "SELECT time, value AS v FROM 'data/in.csv' WHERE value > 0"
    reading = query(text)
    reading.source["value"] = "v"
    assert reading.values() == [1, 2, 3]


def test_query_joins_files(query):
    both = "'data/in.csv' a JOIN read_csv('data/in.csv') b USING (time)"
    text = f"SELECT a.time, a.value + b.value AS value FROM {both}"
    assert query(text).values() == [0, 2, 4, 6]


def test_database_file_is_read(reading):
    with duckdb.connect(str(reading.root / "shop.duckdb")) as database:
        hours = "TIMESTAMPTZ '2026-01-01 00:00Z' + INTERVAL 1 HOUR * i AS time, i AS value"
        database.execute(f"CREATE TABLE orders AS SELECT {hours} FROM range(4) t(i)")
    reading.source = {"kind": "duckdb", "path": "shop.duckdb", "query": "SELECT * FROM orders"}
    assert reading.values() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "text",
    [
        "SELEC time",
        "SELECT 1; SELECT 2",
        "COPY (SELECT 1) TO 'data/out.csv'",
        "ATTACH 'x.db'",
        "DROP TABLE orders",
        "INSTALL httpfs",
        "SET enable_external_access = true",
    ],
)
def test_anything_but_one_select_is_refused(query, text):
    problem = query(text).problem()
    assert (problem.code, problem.path) == ("CT413", ("series", "source", "query"))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 'x' AS time, 1 AS value FROM read_text('/etc/passwd')",
        "SELECT * FROM read_csv('../far.csv')",
        "SELECT * FROM '/etc/hosts.csv'",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM sniff_csv('/etc/passwd')",
        "SELECT * FROM read_csv('https://example.org/x.csv')",
        "SELECT * FROM 's3://bucket/x.parquet'",
    ],
)
def test_query_sees_no_file_beyond_the_root(query, text):
    (query(text).root.parent / "far.csv").write_text("time,value\n")
    assert query(text).problem().code in {"CT401", "CT402", "CT413"}


def test_symlink_in_a_query_does_not_leave_the_root(query, tmp_path_factory):
    reading = query("SELECT * FROM 'data/link.csv'")
    far = tmp_path_factory.mktemp("far") / "far.csv"
    far.write_text("time,value\n2026-01-01,1\n")
    (reading.root / "data/link.csv").symlink_to(far)
    assert reading.problem().code == "CT402"
