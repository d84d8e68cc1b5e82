"""Where the files of a report are."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

FOLDER = "reports"


def report_path(root: Path, report_id: str, suffix: str) -> Path:
    """`reports/<id><suffix>` below `root`."""
    return root / FOLDER / PurePosixPath(f"{report_id}{suffix}")
