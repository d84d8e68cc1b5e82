"""The files of a first project."""

from __future__ import annotations

from pathlib import Path


def write_init(folder: Path) -> list[Path]:
    """X"""
    return []
