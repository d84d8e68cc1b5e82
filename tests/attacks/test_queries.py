"""A query of a stranger runs no code, writes nothing, and reads the files that it names alone."""

from __future__ import annotations

import time

import duckdb
import pytest

from cloudtune.errors import Refusal

ROWS = "SELECT time, value FROM 'data/in.csv'"
HIDDEN = {
    "an escape string": "SELECT E'\\'' AS x, 'data/in.csv' AS y FROM 'data/in.csv'{payload} --'",
    "dollar quotes": "SELECT $$'$$ AS x FROM 'data/in.csv'{payload} --'",
    "a comment": "SELECT 1 /* ' */ FROM 'data/in.csv'{payload} -- ' */",
    "a nested comment": "SELECT 1 /* /* ' */ */ FROM 'data/in.csv'{payload}",
    "a quoted name": "SELECT 1 AS \"'\" FROM 'data/in.csv'{payload} --'",
    "a bracket": "SELECT 1 FROM 'data/in.csv') TO 'x'{payload}",
    "unicode quotes": "SELECT '\u2019' FROM 'data/in.csv'{payload}",
    "a name of many bytes": "SELECT 'é' AS é FROM 'data/in.csv'{payload}",
    "a line break": "SELECT 1 FROM 'data/in.csv'\n--\n{payload}",
}
PAYLOADS = (
    "; COPY (SELECT '[core] fsmonitor=touch pwned') TO '.git/config'",
    "; ATTACH 'x.db'",
    "; INSTALL httpfs; LOAD httpfs",
    "; CREATE TABLE t AS SELECT 1",
    "; PRAGMA database_list",
    "; SET enable_external_access = true",
)


def asked(reading, query):
    reading.source = {"kind": "duckdb", "query": query}
    return reading


def files_of(root):
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


@pytest.fixture
def shop(reading):
    (reading.root / ".git").mkdir()
    (reading.root / ".git/config").write_text("[core]\n")
    (reading.root / ".git/rows.csv").write_text("time,value\n2026-01-01T00:00Z,1\n")
    (reading.root / "secret.csv").write_text("time,value\n2026-01-01T00:00Z,1\n")
    return reading


@pytest.mark.parametrize("around", HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_quoting_hides_a_second_statement(shop, around, payload):
    before = files_of(shop.root)
    with pytest.raises(Refusal):
        asked(shop, around.format(payload=payload)).load()
    assert files_of(shop.root) == before


@pytest.mark.parametrize(
    "name",
    [
        ".git/rows.csv",
        ".GIT/rows.csv",
        "data/../.git/rows.csv",
        "data/../secret.csv",
        "/etc/passwd.csv",
        "~/x.csv",
        "file:secret.csv",
        "http://127.0.0.1/x.csv",
        "s3://b/x.csv",
        "data/*/../../secret.csv",
    ],
)
@pytest.mark.parametrize("form", ["FROM '{}'", "FROM read_csv('{}')", "FROM read_csv(['data/in.csv', '{}'])"])
def test_a_name_that_leads_elsewhere_is_refused(shop, name, form):
    with pytest.raises(Refusal) as refusal:
        asked(shop, f"SELECT time, value {form.format(name)}").load()
    assert refusal.value.problems[0].code in {"CT401", "CT402"}


@pytest.mark.parametrize(
    "reckoned",
    [
        "read_csv('secret' || '.csv')",
        "read_csv(concat('secret', '.csv'))",
        "read_csv(['secret' || '.csv'])",
        "read_csv((SELECT 'secret.csv'))",
        "query('SELECT * FROM ''secret.csv''')",
        "query_table('secret.csv')",
        "read_text('secret.csv')",
        "read_blob('secret.csv')",
        "glob('*')",
        "sniff_csv('secret.csv')",
        "duckdb_settings()",
        "duckdb_secrets()",
        "pragma_version()",
        "json_execute_serialized_sql('{}')",
        "parquet_metadata('data/in.csv')",
        "read_duckdb('x.db')",
        "READ_TEXT('secret.csv')",
        "arrow_scan(1, 2, 3)",
    ],
)
def test_a_query_calls_no_function_that_reaches_past_its_files(shop, reckoned):
    with pytest.raises(Refusal) as refusal:
        asked(shop, f"SELECT * FROM {reckoned}").load()
    assert refusal.value.problems[0].code == "CT413"


def test_a_name_that_is_no_table_finds_no_variable_of_ours(shop):
    for name in ("connection", "relation", "rows", "os", "self"):
        assert asked(shop, f"SELECT * FROM {name}").problem().code == "CT403"


@pytest.mark.parametrize(
    "changing",
    [
        "now()",
        "current_date",
        "CURRENT_TIMESTAMP",
        "today()",
        "get_current_time()",
        "localtimestamp",
        "random()",
        "uuid()",
        "gen_random_uuid()",
        "age(TIMESTAMP '2020-01-01')",
        "current_setting('threads')",
        "txid_current()",
        "nextval('s')",
        "version()",
        "(SELECT random())",
        "list_transform([1], lambda x: random())[1]",
    ],
)
def test_a_query_has_one_answer_for_one_state_of_its_files(shop, changing):
    for query in (
        f"SELECT time, {changing} AS value FROM 'data/in.csv'",
        f"WITH a AS (SELECT * FROM 'data/in.csv' WHERE {changing} IS NOT NULL) SELECT * FROM a",
        f"SELECT * FROM 'data/in.csv' ORDER BY {changing}",
    ):
        assert asked(shop, query).problem().code == "CT413"


@pytest.mark.parametrize("sample", ["TABLESAMPLE 50%", "USING SAMPLE 2 ROWS"])
def test_a_sample_is_refused_unless_it_repeats(shop, sample):
    assert asked(shop, f"{ROWS} {sample}").problem().code == "CT413"


@pytest.mark.parametrize(
    "tail", ["", ";", " -- c", " ; -- c", "\n;\n", " /* c */", " -- '", " WHERE '$$' <> $$;$$", ";;"]
)
def test_a_plain_query_is_read_however_it_ends(shop, tail):
    assert asked(shop, ROWS + tail).values() == [1, 2, 3]


@pytest.mark.parametrize("name", ["a'b.csv", "a b.csv", 'a"b.csv', "é.csv", "a;b.csv", "a--b.csv", "$$.csv"])
def test_a_file_of_any_name_is_one_name(shop, name):
    shop.write("2026-01-01T00:00Z,5", name=f"data/{name}")
    written = f"data/{name}".replace("'", "''")
    assert asked(shop, f"SELECT time, value FROM '{written}'").values() == [5]
    assert asked(shop, f"SELECT time, value FROM read_csv('{written}', header = true)").values() == [5]


def test_a_pattern_reads_no_link(shop, tmp_path):
    (tmp_path / "far.csv").write_text("time,value\n2026-01-01T05:00Z,9\n")
    assert asked(shop, "SELECT * FROM 'data/*.csv'").values() == [1, 2, 3]
    (shop.root / "data/z.csv").symlink_to(tmp_path / "far.csv")
    assert shop.problem().code == "CT402"


@pytest.mark.parametrize(
    "endless",
    [
        "WITH RECURSIVE t(x) AS (FROM range(1) UNION ALL FROM t) SELECT sum(x) AS value, 1 AS time FROM t",
        "SELECT sum(a.range * b.range) AS value, 1 AS time FROM range(9999999) a, range(9999999) b",
        "SELECT range AS time, range AS value FROM range(999999999999) ORDER BY value % 7",
    ],
)
def test_a_query_without_an_end_is_ended(shop, endless, monkeypatch):
    monkeypatch.setenv("CLOUDTUNE_READ_SECONDS", "0.5")
    begun = time.monotonic()
    assert asked(shop, endless).problem().code in {"CT418", "CT403"}
    assert time.monotonic() - begun < 15


@pytest.mark.parametrize(
    "huge", ["repeat('x', 4000000000)", "list_sum(range(3000000000))", "repeat('x', 3000000) || time"]
)
def test_a_text_of_gigabytes_is_refused_in_a_few_words(shop, huge):
    problem = asked(shop, f"SELECT {huge} AS time, value FROM 'data/in.csv'").problem()
    assert len(problem.message) < 1000


def test_a_database_file_shows_its_own_tables_and_nothing_beside_them(shop):
    path = shop.root / "shop.duckdb"
    with duckdb.connect(str(path)) as database:
        database.execute("CREATE TABLE orders AS SELECT TIMESTAMPTZ '2026-01-01 00:00Z' AS time, 4 AS value")
        database.execute(f"CREATE VIEW far AS SELECT * FROM read_csv('{shop.root}/secret.csv')")
    before = path.read_bytes()
    shop.source = {"kind": "duckdb", "path": "shop.duckdb", "query": "SELECT * FROM orders"}
    assert shop.values() == [4]
    shop.source["query"] = "SELECT * FROM far"
    assert shop.problem().code == "CT403"
    assert path.read_bytes() == before
