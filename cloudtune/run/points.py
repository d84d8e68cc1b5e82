"""Every point of a forecast as Parquet, for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cloudtune.files import replacing

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cloudtune.engine.result import Run, StepForecast

FOLDER = ".cloudtune/forecasts"


def points_folder(root: Path, run: Run) -> Path:
    """`.cloudtune/forecasts/<id>` below `root`."""
    return root / FOLDER / run.resolved.id


def write_points(folder: Path, run: Run) -> tuple[Path, ...]:
    """Write `<step>.parquet` for each granularity into `folder`; return their paths."""
    return tuple(
        _write(folder / f"{step}.parquet", forecast) for step, forecast in run.outcome.forecasts.items()
    )


def column_name(quantile: float) -> str:
    """`q10`, `q99`, `q99.9`."""
    return f"q{quantile * 100:g}"


def _write(path: Path, forecast: StepForecast) -> Path:
    table = pa.table({"time": _times(forecast), **_columns(forecast)})
    floats = [name for name in table.column_names if name != "time"]
    with replacing(path) as temporary:
        pq.write_table(
            table,
            temporary,
            compression="zstd",
            use_dictionary=False,
            use_byte_stream_split=floats,
            store_schema=True,
        )
    return path


def _times(forecast: StepForecast) -> pa.Array:
    stamps = forecast.timeline.utc.astype("datetime64[s]").astype("int64")
    return _array(stamps, pa.timestamp("s", tz="UTC"))


def _columns(forecast: StepForecast) -> dict[str, pa.Array]:
    quantiles = {column_name(level): forecast.quantiles[level] for level in sorted(forecast.quantiles)}
    columns = {"mean": forecast.mean, **quantiles, **forecast.ingredients}
    return {name: _array(values.astype("float64"), pa.float64()) for name, values in columns.items()}


def _array(values: NDArray[np.generic], kind: pa.DataType) -> pa.Array:
    """The values as they lie in memory.

    Why not `pa.array`: it loads pandas, only to ask whether the values are one of its own.
    """
    whole = np.ascontiguousarray(values)
    return pa.Array.from_buffers(kind, len(whole), [None, pa.py_buffer(whole)])
