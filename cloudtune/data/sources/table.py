"""The table of readers: one row a kind of source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.data.sources.csv import CsvReader
from cloudtune.data.sources.duckdb import DuckdbReader
from cloudtune.data.sources.parquet import ParquetReader

if TYPE_CHECKING:
    from cloudtune.data.sources.reader import SourceReader

READERS: dict[str, SourceReader] = {
    "csv": CsvReader(),
    "parquet": ParquetReader(),
    "duckdb": DuckdbReader(),
}
"""By the `kind` of a source's block."""
