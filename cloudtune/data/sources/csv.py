"""CSV files, plain or gzip: all columns as text, what they mean is decided later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.data.opening import quoted
from cloudtune.data.sources.reader import Relation, listed

if TYPE_CHECKING:
    from cloudtune.data.sources.reader import Asked
    from cloudtune.spec.sources import CsvSource

MISSING_WORDS = ("", "NA", "N/A", "NULL", "null", "None", "none", "-")
"""How people write that there is no value; NaN is a number to DuckDB."""
_SMALL = 16_000_000
"""Bytes of text that memory holds with ease; DuckDB tries every dialect anew for each query on a file."""


class CsvReader:
    """Reads `kind: csv`."""

    mend = "see whether every line has the same columns"

    def open(self, source: CsvSource, asked: Asked) -> Relation:
        """The files as one relation of texts."""
        files = asked.files(source.path)
        options = ["all_varchar = true", "header = true", f"nullstr = {listed(MISSING_WORDS)}"]
        if source.delimiter is not None:
            options.append(f"delim = {quoted(source.delimiter)}")
        is_small = sum(file.stat().st_size for file in files) <= _SMALL
        is_kept = is_small and all(file.suffix == ".csv" for file in files)
        sql = f"read_csv({listed(files)}, {', '.join(options)})"
        return Relation(sql, files, is_kept=is_kept)
