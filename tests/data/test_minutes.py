from __future__ import annotations

from dataclasses import fields

import duckdb
import numpy as np
import pytest

from cloudtune.data.minutes import by_minute, totals_of

SELECT = """
SELECT 1767225600000000 + i * {gap} * 1000 AS us,
       false AS zoned, false AS dated, false AS bad,
       CASE WHEN i % 7 = 0 THEN NULL WHEN i % 11 = 0 THEN 'inf'::DOUBLE ELSE sin(i) END AS value
FROM range({rows}) t(i)
"""


@pytest.mark.parametrize("gap", [500, 1000, 20_000, 60_000, 3_600_000])
def test_numpy_and_duckdb_group_alike(gap):
    rows = SELECT.format(gap=gap, rows=1000)
    with duckdb.connect() as connection:
        totals = totals_of(connection, rows)
        small, large = by_minute(connection, rows, totals), by_minute(connection, rows, totals, 0)
    for each in fields(small):
        ours, theirs = getattr(small, each.name), getattr(large, each.name)
        assert ours.dtype == theirs.dtype
        assert np.allclose(ours, theirs, rtol=1e-11, atol=1e-11), each.name


def test_large_sums_do_not_show_the_order_of_rows():
    rows = SELECT.format(gap=10, rows=20_000)
    with duckdb.connect() as connection:
        totals = totals_of(connection, rows)
        one = by_minute(connection, rows, totals, 0)
        other = by_minute(connection, f"FROM ({rows}) ORDER BY hash(us)", totals, 0)
    assert one.total.tobytes() == other.total.tobytes()
