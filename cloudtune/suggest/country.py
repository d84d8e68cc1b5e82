"""The country whose holidays a series follows."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cloudtune.spec.resolved import ResolvedSpec

_ALIASES = {"UK": "GB"}


def country_of(resolved: ResolvedSpec) -> str:
    """The spec's region where it begins with a country's code, else the country of its time zone."""
    code = resolved.spec.region.upper().split("-")[0]
    code = _ALIASES.get(code, code)
    if code in set(_zones().values()):
        return code
    return _zones().get(resolved.spec.series.timezone, "")


def zones_of(country: str) -> list[str]:
    """The time zones of a country, the most populous first as the database lists them."""
    return [zone for zone, code in _zones().items() if code == country]


@cache
def _zones() -> dict[str, str]:
    """Time zone -> country, from the time zone database's own table."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {row[2]: row[0] for row in rows}
