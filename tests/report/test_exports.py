from __future__ import annotations

from io import BytesIO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cloudtune.report.exports import POINTS_FORMATS, column_name, points_table
from tests.report.builders import forecast

READERS = {
    "parquet": lambda file: pq.read_table(file).to_pandas(),
    "csv": lambda file: pd.read_csv(file, parse_dates=["time"]),
    "arrow": lambda file: pa.ipc.open_file(file).read_all().to_pandas(),
}


def written(name: str) -> bytes:
    file = BytesIO()
    POINTS_FORMATS[name].write(points_table(forecast("1w", 364)), file)
    return file.getvalue()


@pytest.mark.parametrize("name", POINTS_FORMATS)
def test_every_format_gives_back_what_it_was_given(name):
    found = READERS[name](BytesIO(written(name)))
    expected = points_table(forecast("1w", 364)).to_pandas()
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, check_exact=True)


@pytest.mark.parametrize("name", POINTS_FORMATS)
def test_the_same_points_are_the_same_bytes_in_every_format(name):
    assert written(name) == written(name)


def test_a_csv_has_a_head_and_a_line_a_point():
    lines = written("csv").decode().splitlines()
    assert lines[0] == '"time","mean","q10","q50","q90","q99","trend","season:daily"'
    assert len(lines) == 1 + 52
    assert lines[1].startswith("2026-06-01 07:00:00Z,")


@pytest.mark.parametrize(("level", "name"), [(0.1, "q10"), (0.99, "q99"), (0.999, "q99.9"), (0.025, "q2.5")])
def test_quantiles_are_named_by_percent(level, name):
    assert column_name(level) == name
