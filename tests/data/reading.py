"""One good source in a temporary folder; a test breaks one thing."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isnan
from typing import TYPE_CHECKING, Any

import pytest

from cloudtune.data.load import load
from cloudtune.errors import Problem, Refusal
from cloudtune.spec.forecast import ForecastSpec
from cloudtune.spec.resolved import ResolvedSpec

if TYPE_CHECKING:
    from pathlib import Path

    from cloudtune.data.series import Cleaned


@dataclass
class Reading:
    """A CSV file of `time,value` rows, and the spec that reads it."""

    root: Path
    step: str = "1h"
    zone: str = "UTC"
    source: dict[str, Any] = field(default_factory=dict)
    series: dict[str, Any] = field(default_factory=dict)
    top: dict[str, Any] = field(default_factory=dict)

    def write(self, *rows: str, name: str = "data/in.csv", head: str = "time,value") -> Reading:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([head, *rows]) + "\n")
        return self

    def resolved(self) -> ResolvedSpec:
        source = {"kind": "csv", "path": "data/in.csv", "time": "time", "value": "value"}
        if self.source.get("kind") == "duckdb":
            del source["path"]
        block = {"source": source | self.source, "step": self.step, "timezone": self.zone}
        spec = ForecastSpec.model_validate(
            {
                "version": "cloudtune/v1",
                "kind": "forecast",
                "name": "it",
                "series": block | self.series,
                "granularities": [{"step": self.step, "horizon": "1d"}],
            }
            | self.top
        )
        return ResolvedSpec(spec, "specs/it.yaml", "", ())

    def load(self, *, allow_outside: bool = False) -> Cleaned:
        return load(self.resolved(), self.root, allow_outside=allow_outside)

    def values(self) -> list[float | None]:
        """Values with gaps as None, so that they compare."""
        return [None if isnan(value) else float(value) for value in self.load().series.values]

    def repairs(self) -> dict[str, int]:
        return {repair.kind: repair.count for repair in self.load().repairs}

    def problem(self) -> Problem:
        with pytest.raises(Refusal) as refusal:
            self.load()
        return refusal.value.problems[0]
