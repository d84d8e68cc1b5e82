"""The systems measured: which environment runs each, and which function forecasts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class System:
    """One forecaster: `module:function` in its own environment."""

    name: str
    title: str
    environment: str
    entry: str
    shortest_step: str = "1min"
    """Cases finer than this are not run: the peer needs hours there."""

    @property
    def python(self) -> Path:
        """The interpreter that runs it."""
        if self.environment == "cloudtune":
            return HERE.parent / ".venv" / "bin" / "python"
        return HERE / ".envs" / self.environment / "bin" / "python"

    @property
    def lock(self) -> Path | None:
        """Its pinned packages; CloudTune has the project's own."""
        return None if self.environment == "cloudtune" else HERE / "peers" / f"{self.environment}.lock"


SYSTEMS: dict[str, System] = {
    system.name: system
    for system in (
        System("cloudtune", "CloudTune", "cloudtune", "bench.ours:forecast"),
        System("lightgbm", "LightGBM + calendar features", "lightgbm", "bench.peers.with_lightgbm:forecast"),
        System("dhr", "Harmonic regression (statsmodels)", "dhr", "bench.peers.with_dhr:forecast"),
        System("prophet", "Prophet", "prophet", "bench.peers.with_prophet:forecast"),
        System("prophet-by-hour", "Prophet, events by hour", "prophet", "bench.peers.with_prophet:by_hour"),
        System("mstl", "MSTL + AutoETS", "statsforecast", "bench.peers.with_statsforecast:mstl"),
        System("silverkite", "Silverkite", "silverkite", "bench.peers.with_silverkite:forecast"),
        System("naive", "Seasonal naive", "statsforecast", "bench.peers.with_statsforecast:naive"),
    )
}
