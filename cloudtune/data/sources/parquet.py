"""Parquet files, whose columns say what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.data.sources.reader import Relation, listed
from cloudtune.data.sources.where import filtered

if TYPE_CHECKING:
    from cloudtune.data.sources.reader import Asked
    from cloudtune.spec.sources import ParquetSource


class ParquetReader:
    """Reads `kind: parquet`."""

    mend = "see whether the file was written whole"

    def open(self, source: ParquetSource, asked: Asked) -> Relation:
        """The files as one relation."""
        files = asked.files(source.path)
        sql = f"read_parquet({listed(files)})"
        if source.where is not None:
            sql = filtered(sql, source.where, asked.place.below("where"))
        return Relation(sql, files)
