"""The results as one table: a row a case, a record a system, variants of a case folded into one."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.systems import SYSTEMS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

AHEAD = "+ahead"
Record = dict[str, Any]


@dataclass(frozen=True)
class Scores:
    """Latest record per case and system; a peer's better variant counts."""

    cells: dict[tuple[str, str], Record]

    @property
    def cases(self) -> list[str]:
        """Every case, in order of first appearance."""
        return list(dict.fromkeys(case for case, _ in self.cells))

    @property
    def systems(self) -> list[str]:
        """Systems that have a result, in the table's order."""
        seen = {system for _, system in self.cells}
        return [name for name in SYSTEMS if name in seen]

    def value(self, case: str, system: str, metric: str) -> float | None:
        """One figure, or None where the run has none."""
        record = self.cells.get((case, system), {})
        found = record.get(metric) if record.get("status") == "ok" else None
        return None if found is None or math.isnan(found) else float(found)

    def best_peer(self, case: str, metric: str) -> tuple[float, str] | None:
        """The lowest figure among the peers and whose it is."""
        peers = [name for name in self.systems if name != "cloudtune"]
        found = [(value, name) for name in peers if (value := self.value(case, name, metric)) is not None]
        return min(found, default=None)

    def status(self, case: str, system: str) -> str:
        """`ok`, a reason, or `-` where it was not run."""
        return str(self.cells.get((case, system), {}).get("status", "-"))


def read(paths: Iterable[Path]) -> Scores:
    """Read result files; later lines replace earlier ones of the same variant."""
    latest: dict[tuple[str, str], Record] = {}
    for path in paths:
        for line in path.read_text().splitlines():
            record = json.loads(line)
            latest[record["case"], record["system"]] = record
    cells: dict[tuple[str, str], Record] = {}
    for (case, system), record in latest.items():
        key = case.removesuffix(AHEAD), system
        if key not in cells or _is_better(record, cells[key]):
            cells[key] = record
    return Scores(cells)


def _is_better(new: Record, old: Record) -> bool:
    return new["status"] == "ok" and (old["status"] != "ok" or new.get("wape", 9e9) < old.get("wape", 9e9))
