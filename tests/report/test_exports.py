from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cloudtune.run.points import column_name, points_folder, write_points
from tests.report.builders import run


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_points(tmp_path_factory.mktemp("points"), run())


def test_each_granularity_is_a_file(written):
    assert [path.name for path in written] == ["1min.parquet", "1w.parquet"]


def test_every_point_is_there_unrounded(written):
    table = pq.read_table(written[0])
    forecast = run().outcome.forecasts["1min"]
    assert table.column_names == ["time", "mean", "q10", "q50", "q90", "q99", "trend", "season:daily"]
    assert table.schema.field("time").type == pa.timestamp("ms", tz="UTC")
    assert np.array_equal(table["mean"].to_numpy(), forecast.mean)
    assert np.array_equal(table["q10"].to_numpy(), forecast.quantiles[0.1])
    first = table["time"][0].as_py()
    assert first.isoformat() == "2026-06-01T07:00:00+00:00"


def test_two_runs_write_the_same_bytes(written, tmp_path):
    again = write_points(tmp_path, run())
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in written]


def test_a_failed_write_leaves_the_earlier_file_whole(written, monkeypatch):
    before = written[0].read_bytes()

    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq, "write_table", full)
    with pytest.raises(OSError, match="No space left"):
        write_points(written[0].parent, run())
    assert written[0].read_bytes() == before
    assert sorted(path.name for path in written[0].parent.iterdir()) == ["1min.parquet", "1w.parquet"]


@pytest.mark.parametrize(("level", "name"), [(0.1, "q10"), (0.99, "q99"), (0.999, "q99.9"), (0.025, "q2.5")])
def test_quantiles_are_named_by_percent(level, name):
    assert column_name(level) == name


def test_points_lie_below_the_root_by_id(tmp_path):
    assert points_folder(tmp_path, run()) == tmp_path / ".cloudtune/forecasts/store/us-orders"
