"""Seeded simulated series whose truth is known: placeholder for the list of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.cases import Facts


def write_simulated() -> list[Facts]:
    """Write every simulated case."""
    return []
