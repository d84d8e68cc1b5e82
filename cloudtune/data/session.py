"""A DuckDB connection that sees one folder, no network, no extensions."""

from __future__ import annotations

import os
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MEMORY = "800MB"
"""Beyond this DuckDB spills to disk; the process as a whole stays below 1.5 GB."""
MOST_THREADS = 4


@contextmanager
def session(folders: Iterable[Path], database: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a locked connection that reads files below `folders` and the database file alone."""
    with TemporaryDirectory(prefix="cloudtune-") as spill:
        connection = duckdb.connect(":memory:", config=_config(spill))
        try:
            if database is not None:
                connection.execute(f"ATTACH {quoted(str(database))} AS store (READ_ONLY)")
                connection.execute("USE store")
            _lock(connection, [spill, *map(str, folders)])
            yield connection
        finally:
            connection.close()


def quoted(text: str) -> str:
    """`text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def named(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _config(spill: str) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "memory_limit": MEMORY,
        "threads": min(MOST_THREADS, os.cpu_count() or 1),
        "temp_directory": spill,
    }


def _lock(connection: duckdb.DuckDBPyConnection, folders: list[str]) -> None:
    allowed = ", ".join(quoted(folder) for folder in folders)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET allowed_directories = [{allowed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
