"""Where values come from, told apart by `kind`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from cloudtune.spec.values import Block, FieldName, StepName

DuplicatePolicy = Literal["refuse", "sum", "mean", "last"]
TimeFormat = Literal["auto", "iso", "epoch_s", "epoch_ms"]


class _FileSource(Block):
    path: str = Field(min_length=1)
    """File or glob, relative to the repository root."""
    time: FieldName
    value: FieldName
    time_format: TimeFormat = "auto"
    time_zone: Literal["local", "utc"] = "local"
    """How to read stamps without an offset: in the series' zone, or UTC."""
    duplicates: DuplicatePolicy = "refuse"


class CsvSource(_FileSource):
    """A CSV file, plain or gzip."""

    kind: Literal["csv"]
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)


class ParquetSource(_FileSource):
    """A Parquet file."""

    kind: Literal["parquet"]


class DuckdbSource(Block):
    """A DuckDB query over files or over a database file."""

    kind: Literal["duckdb"]
    query: str = Field(min_length=1)
    path: str | None = None
    """A DuckDB database file; without it the query reads files of the repository."""
    time: FieldName
    value: FieldName
    time_format: TimeFormat = "auto"
    time_zone: Literal["local", "utc"] = "local"
    duplicates: DuplicatePolicy = "refuse"


Source = Annotated[CsvSource | ParquetSource | DuckdbSource, Field(discriminator="kind")]


class HistoryCsv(CsvSource):
    """A longer, coarser CSV history."""

    step: StepName


class HistoryParquet(ParquetSource):
    """A longer, coarser Parquet history."""

    step: StepName


class HistoryDuckdb(DuckdbSource):
    """A longer, coarser history by query."""

    step: StepName


History = Annotated[HistoryCsv | HistoryParquet | HistoryDuckdb, Field(discriminator="kind")]
