"""CSV files, plain or gzip: all columns as text, what they mean is decided later."""

from __future__ import annotations

import gzip
import re
import zlib
from typing import TYPE_CHECKING

from cloudtune.data.opening import quoted
from cloudtune.data.sources.reader import Relation, listed
from cloudtune.data.sources.where import filtered

if TYPE_CHECKING:
    from pathlib import Path

    from cloudtune.data.sources.reader import Asked
    from cloudtune.spec.sources import CsvSource

MISSING_WORDS = ("", "NA", "N/A", "NULL", "null", "None", "none", "-")
"""How people write that there is no value; NaN is a number to DuckDB."""
_SMALL = 16_000_000
"""Bytes of text that memory holds with ease; DuckDB tries every dialect anew for each query on a file."""
_HEAD = 512
_SEPARATOR = re.compile(r'^"?sep=(.)"?\s*$', re.IGNORECASE)
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "big-endian"}
_KINDS = {
    b"PK\x03\x04": "an Excel workbook or another archive",
    b"\xd0\xcf\x11\xe0": "an Excel workbook",
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"%PDF": "a PDF",
    b"SQLite f": "an SQLite database",
}
_MENDS = {
    b"PAR1": "set kind: parquet",
    b"PK\x03\x04": "save its sheet as CSV (UTF-8) and name that file",
    b"\xd0\xcf\x11\xe0": "save its sheet as CSV (UTF-8) and name that file",
}


class CsvReader:
    """Reads `kind: csv`."""

    mend = "see whether every line has the same columns"

    def open(self, source: CsvSource, asked: Asked) -> Relation:
        """The files as one relation of texts."""
        files = asked.files(source.path)
        options = ["all_varchar = true", "header = true", f"nullstr = {listed(MISSING_WORDS)}"]
        heads = [_head(file) for file in files]
        _refuse_other_kinds(files, heads, asked)
        encoding = _encoding(source, heads, asked)
        if encoding != "utf-8":
            options.append(f"encoding = {quoted(encoding)}")
        separator = _separator(heads[0], encoding)
        delimiter = source.delimiter or separator
        if delimiter:
            options.append(f"delim = {quoted(delimiter)}")
        if separator:
            options.append("skip = 1")
        is_small = sum(file.stat().st_size for file in files) <= _SMALL
        is_kept = is_small and all(file.suffix == ".csv" for file in files)
        sql = f"read_csv({listed(files)}, {', '.join(options)})"
        if source.where is not None:
            sql = filtered(sql, source.where, asked.place.below("where"))
        return Relation(sql, files, is_kept=is_kept)


def _head(file: Path) -> bytes:
    """The first bytes of a file, unpacked where it is packed; a broken archive is DuckDB's to tell."""
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as stream:
            return bytes(stream.read(_HEAD))
    except (OSError, EOFError, zlib.error):
        return b""


def _refuse_other_kinds(files: tuple[Path, ...], heads: list[bytes], asked: Asked) -> None:
    for file, head in zip(files, heads, strict=True):
        for sign, kind in _KINDS.items():
            if head.startswith(sign):
                mend = _MENDS.get(sign, "export it as CSV or Parquet")
                raise asked.place.below("path").refusal("CT432", f"{file.name!r} is no CSV but {kind}", mend)


def _encoding(source: CsvSource, heads: list[bytes], asked: Asked) -> str:
    """What the spec says, or the mark at the start of the first file."""
    mark = _MARKS.get(heads[0][:2], source.encoding)
    if mark == "big-endian":
        message = "the file is written in UTF-16 with the high byte first, which isn't read"
        raise asked.place.below("path").refusal("CT432", message, "save it as UTF-8")
    return mark


def _separator(head: bytes, encoding: str) -> str:
    """The character that a first line such as `sep=;` names: spreadsheets write and read it."""
    text = head.decode(encoding, "replace") if encoding != "utf-8" else head.decode("utf-8-sig", "replace")
    match = _SEPARATOR.match(text.lstrip("\ufeff").partition("\n")[0].rstrip("\r"))
    return match[1] if match else ""
