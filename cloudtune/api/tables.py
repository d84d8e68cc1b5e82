"""Columns of a result, for any library of frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from cloudtune.api import html

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

SHOWN = html.SHOWN


class Table:
    """Named columns of equal length: Arrow inside, a frame of another library on demand.

    Whatever takes Arrow streams takes a table as it is: `pa.table(t)`, `pl.DataFrame(t)`, DuckDB's `FROM t`.
    """

    def __init__(self, columns: pa.Table) -> None:
        self._columns = columns

    @classmethod
    def of_rows(cls, rows: Iterable[Mapping[str, Any]]) -> Table:
        """A table of maps that have the same keys."""
        return cls(pa.Table.from_pylist([dict(row) for row in rows]))

    @property
    def columns(self) -> tuple[str, ...]:
        """Their names, in order."""
        return tuple(self._columns.column_names)

    def in_zone(self, zone: str) -> Table:
        """The same instants, told as times of `zone`."""
        if zone == "UTC":
            return self
        kind = pa.timestamp("s", tz=zone)
        return Table(self._columns.set_column(0, "time", self._columns["time"].cast(kind)))

    def to_arrow(self) -> pa.Table:
        """The table as Arrow holds it; nothing is copied."""
        return self._columns

    def to_pandas(self) -> pd.DataFrame:
        """A pandas frame; times are aware. Imports pandas."""
        return self._columns.to_pandas()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The Arrow PyCapsule protocol."""
        return self._columns.__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        return int(self._columns.num_rows)

    def __repr__(self) -> str:
        return f"Table({len(self):,} rows: {', '.join(self.columns)})"

    def _repr_html_(self) -> str:
        rows = self._columns.slice(0, SHOWN).to_pylist()
        more = f"<p>{len(self):,} rows</p>" if len(self) > SHOWN else ""
        return html.table(self.columns, [[_cell(value) for value in row.values()] for row in rows]) + more


def _cell(value: Any) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else str(value)
