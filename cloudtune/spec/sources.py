"""Where values come from, told apart by `kind`."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from cloudtune.spec.stamps import Clock, TimeFormat, Weekday
from cloudtune.spec.values import Block, FieldName, StepName

DuplicatePolicy = Literal["refuse", "sum", "mean", "last"]
Separator = Annotated[str, Field(min_length=1, max_length=1, pattern=r"[^0-9A-Za-z+-]")]


class _Columns(Block):
    """What every source has: two columns, and how they are to be read."""

    time: FieldName
    """Column of time stamps.
    Example: minute"""
    value: FieldName
    """Column of values.
    Example: orders"""
    time_format: TimeFormat = "auto"
    """How stamps are written: `auto` looks at them; else `iso`, `date`, `excel`, `epoch_s`, `epoch_ms`,
    `epoch_us`, `epoch_ns`, or a pattern as strptime takes it.
    Example: "%d.%m.%Y %H:%M\""""
    time_zone: Clock = "local"
    """The clock of stamps without an offset: `local` is the series' zone; `utc`, or another zone.
    Example: utc"""
    stamps: Literal["start", "end"] = "start"
    """Whether a stamp is the start or the end of its step.
    Example: end"""
    week_ends: Weekday | None = None
    """The weekday that ends a week: a row stands for the week that its date lies in.
    Example: sunday"""
    duplicates: DuplicatePolicy = "refuse"
    """What to do with several rows of one step.
    Example: sum"""
    decimal: Separator | None = None
    """Character before the decimals of a value written as text; default: a point.
    Example: ",\""""
    thousands: Separator | None = None
    """Character between groups of three digits; default: there is none.
    Example: ."""

    @property
    def file_pattern(self) -> str | None:
        """The file or glob that the source names, if it names one."""
        return None

    @property
    def is_told_by_files(self) -> bool:
        """True where the named files alone decide what is read: unchanged files, unchanged rows."""
        return False


class _FileSource(_Columns):
    path: str = Field(min_length=1)
    """File or glob, relative to the repository root.
    Example: data/orders-*.csv"""
    where: str | None = Field(default=None, min_length=1, max_length=500)
    """Rows to keep: a condition on columns, as in SQL.
    Example: "country = 'DE' AND hour <> 'Total'\""""

    @property
    def file_pattern(self) -> str:
        """The file or glob."""
        return self.path

    @property
    def is_told_by_files(self) -> bool:
        """True: there is nothing else to read."""
        return True


class CsvSource(_FileSource):
    """A CSV file, plain or gzip."""

    kind: Literal["csv"]
    """What the source is.
    Example: csv"""
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    """Character between columns; default: found in the file.
    Example: ;"""
    encoding: Literal["utf-8", "latin-1", "utf-16"] = "utf-8"
    """How letters are stored; a mark at the start of the file says UTF-16 by itself.
    Example: latin-1"""


class ParquetSource(_FileSource):
    """A Parquet file."""

    kind: Literal["parquet"]
    """What the source is.
    Example: parquet"""


class DuckdbSource(_Columns):
    """A DuckDB query over files or over a database file."""

    kind: Literal["duckdb"]
    """What the source is.
    Example: duckdb"""
    query: str = Field(min_length=1)
    """SQL that yields the columns `time` and `value`.
    Example: SELECT minute, count(*) AS orders FROM 'data/*.parquet' GROUP BY 1"""
    path: str | None = None
    """A DuckDB database file; without it the query reads files of the repository.
    Example: data/store.duckdb"""

    @property
    def file_pattern(self) -> str | None:
        """The database file, if there is one."""
        return self.path


Source = Annotated[CsvSource | ParquetSource | DuckdbSource, Field(discriminator="kind")]


class HistoryCsv(CsvSource):
    """A longer, coarser CSV history."""

    step: StepName
    """Its step, coarser than that of the series.
    Example: 1d"""


class HistoryParquet(ParquetSource):
    """A longer, coarser Parquet history."""

    step: StepName
    """Its step, coarser than that of the series.
    Example: 1d"""


class HistoryDuckdb(DuckdbSource):
    """A longer, coarser history by query."""

    step: StepName
    """Its step, coarser than that of the series.
    Example: 1d"""


SOURCE_KINDS: tuple[str, ...] = tuple(
    get_args(block.model_fields["kind"].annotation)[0] for block in get_args(get_args(Source)[0])
)
"""What `kind` may be, in the order in which the kinds are listed above."""
History = Annotated[HistoryCsv | HistoryParquet | HistoryDuckdb, Field(discriminator="kind")]
