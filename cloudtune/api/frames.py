"""A frame in place of a spec's source, read by the same rules as a file."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from cloudtune.spec.sources import ParquetSource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cloudtune.spec.resolved import ResolvedSpec


@contextmanager
def in_place_of_source(
    resolved: ResolvedSpec, data: Any, time: str | None, value: str | None
) -> Iterator[ResolvedSpec]:
    """The spec with `data` as the source of its series, as long as the context lasts.

    `data` is whatever Arrow takes: a frame of pandas or polars, a DuckDB relation, an Arrow table.
    Why through a file: repairs, refusals and the hash of the data are then those of a run.
    """
    source = resolved.spec.series.source
    with TemporaryDirectory(prefix="cloudtune-") as folder:
        path = Path(folder) / "frame.parquet"
        pq.write_table(pa.table(data), path)
        held = ParquetSource(
            kind="parquet",
            path=str(path),
            time=time or source.time,
            value=value or source.value,
            time_zone=source.time_zone,
            duplicates=source.duplicates,
        )
        series = resolved.spec.series.model_copy(update={"source": held})
        yield replace(resolved, spec=resolved.spec.model_copy(update={"series": series}))


def with_frame_source(spec: Mapping[str, Any], time: str | None, value: str | None) -> Mapping[str, Any]:
    """A dict without a source, given one that a frame takes the place of."""
    series = spec.get("series", {})
    if "source" in series:
        return spec
    stand_in = {"kind": "parquet", "path": "frame.parquet", "time": time or "time", "value": value or "value"}
    return {**spec, "series": {**series, "source": stand_in}}
