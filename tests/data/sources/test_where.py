"""A condition keeps rows; nothing else gets through, however it is written."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cloudtune.data.opening import SpecPlace
from cloudtune.data.sources.where import filtered
from cloudtune.errors import Refusal

ROWS = [f"2026-01-01T{hour:02}:00Z,{hour},{'DE' if hour > 2 else 'US'}" for hour in range(6)]
ATTACKS = [
    "true) UNION SELECT * FROM read_text('/etc/passwd') WHERE (true",
    "1 = 1; DROP TABLE kept",
    "value = (SELECT 1)",
    "EXISTS (SELECT 1)",
    "value IN (SELECT value FROM kept)",
    "value = getenv('HOME')",
    "read_text('/etc/passwd') IS NULL",
    "value = 'x' UNION ALL SELECT * FROM duckdb_settings()",
    "value = 'x' ORDER BY value",
    "value = 'x' LIMIT 1",
    "value = 'x' GROUP BY ALL",
    "value = 'x' QUALIFY true",
    "row_number() OVER () = 1",
    "count(*) > 1",
    "[x FOR x IN [1]] = [1]",
    "current_setting('memory_limit') = '1'",
    "value = ?",
    "COLUMNS(*) = 'x'",
    "random() < 0.5",
    "now() > time",
    "",
    "/* value = 'x'",
    "value = 'x' FROM kept",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_what_is_no_condition_on_columns_is_refused(text):
    with pytest.raises(Refusal) as refusal:
        filtered("kept", text, SpecPlace("specs/it.yaml", ("series", "source", "where")))
    assert refusal.value.problems[0].code == "CT413"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("land = 'DE'", [3, 4, 5]),
        ("land <> 'DE' -- the others", [0, 1, 2]),
        ("land IN ('DE', 'US') AND NOT land LIKE 'D%'", [0, 1, 2]),
        ("TRY_CAST(value AS INTEGER) BETWEEN 2 AND 4", [2, 3, 4]),
        ("land IS NOT NULL AND lower(land) = 'de'", [3, 4, 5]),
        ("time > '2026-01-01T03'", [3, 4, 5]),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_condition_keeps_the_rows_that_meet_it(reading, text, values, kind):
    reading.source = {"where": text}
    if kind == "csv":
        reading.write(*ROWS, head="time,value,land")
    else:
        columns = zip(*(row.split(",") for row in ROWS), strict=True)
        table = pa.table(dict(zip(("time", "value", "land"), map(list, columns), strict=True)))
        pq.write_table(table, reading.root / "in.parquet")
        reading.source |= {"kind": "parquet", "path": "in.parquet"}
    assert reading.values() == values


def test_a_column_that_is_not_there_is_refused_at_the_condition(reading):
    reading.source = {"where": "country = 'DE'"}
    problem = reading.write(*ROWS, head="time,value,land").problem()
    assert (problem.code, problem.path) == ("CT413", ("series", "source", "where"))
    assert "country" in problem.message
