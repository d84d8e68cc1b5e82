"""A file or a query as a table of texts: its marks, its columns, where it is to be found."""

from __future__ import annotations

import csv
import gzip
import re
import shutil
from collections import Counter
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow.parquet as pq

from cloudtune.data.opening import Access, SpecPlace, TimeWindow
from cloudtune.data.rows import everything
from cloudtune.data.sources.csv import MISSING_WORDS
from cloudtune.data.sources.reader import Asked
from cloudtune.errors import Problem, Refusal
from cloudtune.spec.sources import DuckdbSource

if TYPE_CHECKING:
    from collections.abc import Sequence

_DELIMITERS = ",;\t|"
_LINES = 60
_QUERY = re.compile(r"\s*(select|with|from)\b", re.IGNORECASE)
_SEPARATOR = re.compile(r'^"?sep=(.)"?\s*$', re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Offered:
    """Columns of a source, and the keys of a spec that open it."""

    name: str
    """What it is called: the stem of the file, or `series`."""
    source: dict[str, Any]
    """The block's keys but for those of its two columns."""
    frame: pd.DataFrame
    """Texts where the source holds texts; missing values are None."""
    notes: dict[str, str] = field(default_factory=dict)
    """By key: why it is so."""


def is_query(asked: str) -> bool:
    """True for what is SQL rather than the name of a file."""
    return bool(_QUERY.match(asked)) and " " in asked.strip()


def open_table(asked: str, root: Path) -> Offered:
    """The table that a file's name or a query gives; refuses what is neither."""
    if is_query(asked):
        return _queried(asked, root)
    path = _inside(Path(asked), root)
    name = path.relative_to(root).as_posix()
    try:
        if path.suffix in {".parquet", ".pq"}:
            frame = pq.read_table(path).to_pandas()
            return Offered(path.stem, {"kind": "parquet", "path": name}, _with_index(frame))
        return _csv(path, name)
    except (OSError, ValueError, csv.Error) as error:
        raise _refused(f"{name} can't be read: {str(error).splitlines()[0]}") from error


def _inside(path: Path, root: Path) -> Path:
    """The file itself where it lies below the root, else a copy of it in data/."""
    found = path.resolve()
    if not found.is_file():
        raise _refused(f"there is no file {str(path)!r}")
    if not found.stat().st_size:
        raise _refused(f"the file {str(path)!r} is empty")
    if found.is_relative_to(root.resolve()):
        return root / found.relative_to(root.resolve())
    copy = root / "data" / re.sub(r"[\[\]*?]", "-", found.name)
    if copy.is_symlink() or (copy.exists() and copy.read_bytes() != found.read_bytes()):
        raise _refused(f"data/{copy.name} is there already, and is another file")
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(found, copy)
    return copy


def _csv(path: Path, name: str) -> Offered:
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    if b"\x00" in raw[:512] and raw[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
        raise _refused(f"{name} is no text; give a CSV or a Parquet file")
    encoding, text = _decoded(raw)
    delimiter, lines = _dialect(text)
    rows = list(csv.reader(StringIO(text.split("\n", lines)[lines] if lines else text), delimiter=delimiter))
    head, body = [title.strip() for title in rows[0]], [row for row in rows[1:] if len(row) == len(rows[0])]
    if len(head) < 2 or not body:
        raise _refused(f"{name} has no table of two columns or more")
    if any(_is_number(title) for title in head):
        raise _refused(f"{name} has no line of column names", "add one, such as time,value")
    source: dict[str, Any] = {"kind": "csv", "path": name}
    notes = {}
    if delimiter != ",":
        source["delimiter"] = delimiter
    if encoding != "utf-8":
        source["encoding"] = encoding
        notes["encoding"] = "found: letters that are no UTF-8"
    missing = set(MISSING_WORDS)
    frame = pd.DataFrame(body, columns=head, dtype=object)
    frame = frame.map(lambda text: None if text.strip() in missing else text.strip())
    stem = Path(path.stem).stem if path.suffix == ".gz" else path.stem
    return Offered(stem, source, frame.loc[:, ~frame.columns.duplicated()], notes)


def _decoded(raw: bytes) -> tuple[str, str]:
    if raw[:2] == b"\xff\xfe":
        return "utf-16", raw.decode("utf-16").replace("\r\n", "\n")
    for encoding, codec in (("utf-8", "utf-8-sig"), ("latin-1", "cp1252"), ("latin-1", "latin-1")):
        try:
            return encoding, raw.decode(codec).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    raise ValueError("its letters are of no known encoding")


def _dialect(text: str) -> tuple[str, int]:
    """The character between columns, and the lines before the header."""
    lines = text.split("\n", _LINES)[:_LINES]
    if match := _SEPARATOR.match(lines[0].lstrip("\ufeff").rstrip("\r")):
        return match[1], 1
    counts = {mark: [len(row) for row in csv.reader(lines, delimiter=mark)] for mark in _DELIMITERS}
    scores = {mark: _agreement([count for count in found if count]) for mark, found in counts.items()}
    best = max(scores, key=lambda mark: scores[mark])
    width = Counter(count for count in counts[best] if count).most_common(1)[0][0]
    first = next(
        at for at, line in enumerate(lines) if len(next(csv.reader([line], delimiter=best), [])) == width
    )
    return best, first


def _agreement(widths: Sequence[int]) -> float:
    """The share of lines of the commonest width; none for a single column."""
    width, lines = Counter(widths).most_common(1)[0] if widths else (1, 0)
    return lines / len(widths) if width > 1 else 0.0


def _queried(query: str, root: Path) -> Offered:
    text = " ".join(query.split()).rstrip("; ")
    source = DuckdbSource(kind="duckdb", query=text, time="time", value="value")
    asked = Asked(TimeWindow("UTC"), "sum", Access(root), SpecPlace("", ("series", "source")))
    return Offered("series", {"kind": "duckdb", "query": text}, everything(source, asked))


def _with_index(frame: pd.DataFrame) -> pd.DataFrame:
    """A pandas index of times that the file was written with is a column in it."""
    return frame if isinstance(frame.index, pd.RangeIndex) else frame.reset_index()


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[+-]?\d+([.,]\d+)?", text))


def _refused(
    message: str, hint: str = "give a CSV or Parquet file with a line of column names, or a query"
) -> Refusal:
    return Refusal(Problem("CT403", message, hint))
