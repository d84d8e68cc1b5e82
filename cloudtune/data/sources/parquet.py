"""Parquet files, whose columns say what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.data.sources.reader import Relation, listed

if TYPE_CHECKING:
    from cloudtune.data.sources.reader import Asked
    from cloudtune.spec.sources import ParquetSource


class ParquetReader:
    """Reads `kind: parquet`."""

    mend = "see whether the file was written whole"

    def open(self, source: ParquetSource, asked: Asked) -> Relation:
        """The files as one relation."""
        files = asked.files(source.path)
        return Relation(f"read_parquet({listed(files)})", files)
