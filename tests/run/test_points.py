from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cloudtune.errors import Refusal
from cloudtune.run.points import FOLDER, points_folder, read_points, write_points
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


def test_points_lie_below_the_root_by_id(tmp_path):
    assert points_folder(tmp_path, run()) == tmp_path / ".cloudtune/forecasts/store/us-orders"


def test_an_export_reads_what_the_run_left(tmp_path):
    write_points(tmp_path / FOLDER / "store/us-orders", run())
    assert read_points(tmp_path, "store/us-orders", "1w")["mean"].to_pylist() == list(
        run().outcome.forecasts["1w"].mean
    )


def test_points_that_are_not_there_are_refused_with_what_is(tmp_path):
    with pytest.raises(Refusal, match="CT737") as caught:
        read_points(tmp_path, "store/us-orders", "1min")
    assert caught.value.problems[0].hint == "cloudtune run -s store/us-orders"
    write_points(tmp_path / FOLDER / "store/us-orders", run())
    with pytest.raises(Refusal, match="CT737") as caught:
        read_points(tmp_path, "store/us-orders", "1h")
    assert caught.value.problems[0].hint == "there are 1min, 1w"
