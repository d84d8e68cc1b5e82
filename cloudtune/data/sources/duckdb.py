"""A team's own query over the files that it names, or over a database file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.data.sources.query import judged
from cloudtune.data.sources.reader import Relation
from cloudtune.files import GLOB

if TYPE_CHECKING:
    from cloudtune.data.sources.reader import Asked
    from cloudtune.spec.sources import DuckdbSource


class DuckdbReader:
    """Reads `kind: duckdb`."""

    mend = "try the query in DuckDB; here it sees the files that it names alone"

    def open(self, source: DuckdbSource, asked: Asked) -> Relation:
        """The query as a relation that sees the files that it names, each as any other source would."""
        root = asked.access.root.resolve()
        place = asked.place.below("query")
        query = judged(source.query, lambda name: str(root / name), place)
        files = [file for name in query.named for file in asked.files(name, place)]
        # DuckDB asks for a pattern before it asks for what the pattern finds.
        patterns = [root / name for name in query.named if GLOB.intersection(name)]
        database = asked.files(source.path)[0] if source.path else None
        return Relation(f"({query.sql})", (*dict.fromkeys(files), *patterns), database)
