"""The formats in which a forecast's points are exported: a function and a row each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from numpy.typing import NDArray

    from cloudtune.engine.result import StepForecast


class PointsFormat(NamedTuple):
    """A format of points: what it is good for, and the function that writes a table of points."""

    says: str
    write: Callable[[pa.Table, BinaryIO], None]


def points_table(forecast: StepForecast) -> pa.Table:
    """`time` (UTC), `mean`, a column a quantile (`q10`) and one an ingredient; nothing is rounded."""
    quantiles = {column_name(level): forecast.quantiles[level] for level in sorted(forecast.quantiles)}
    columns = {"mean": forecast.mean, **quantiles, **forecast.ingredients}
    seconds = forecast.timeline.utc.astype("datetime64[s]").astype("int64")
    figures = {name: _array(values.astype("float64"), pa.float64()) for name, values in columns.items()}
    return pa.table({"time": _array(seconds, pa.timestamp("s", tz="UTC")), **figures})


def column_name(quantile: float) -> str:
    """`q10`, `q99`, `q99.9`."""
    return f"q{quantile * 100:g}"


def parquet(points: pa.Table, file: BinaryIO) -> None:
    """Small and typed; what a run leaves behind."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - each format brings its own library

    floats = [name for name in points.column_names if name != "time"]
    pq.write_table(
        points,
        file,
        compression="zstd",
        use_dictionary=False,
        use_byte_stream_split=floats,
        store_schema=True,
    )


def comma_separated(points: pa.Table, file: BinaryIO) -> None:
    """A head, then a line a point; an empty cell where there is no figure."""
    from pyarrow import csv  # noqa: PLC0415 - each format brings its own library

    csv.write_csv(points, file, csv.WriteOptions(quoting_style="needed"))


def arrow(points: pa.Table, file: BinaryIO) -> None:
    """An Arrow file, which is read without being copied."""
    with pa.ipc.new_file(file, points.schema) as writer:
        writer.write_table(points)


POINTS_FORMATS = {
    "parquet": PointsFormat("columns, small and typed: DuckDB, pandas, Spark", parquet),
    "csv": PointsFormat("a line a point: spreadsheets, and whatever else reads text", comma_separated),
    "arrow": PointsFormat("columns in memory order: polars, R, notebooks", arrow),
}


def _array(values: NDArray[np.generic], kind: pa.DataType) -> pa.Array:
    """The values as they lie in memory.

    Why not `pa.array`: it loads pandas, only to ask whether the values are one of its own.
    """
    whole = np.ascontiguousarray(values)
    return pa.Array.from_buffers(kind, len(whole), [None, pa.py_buffer(whole)])
