"""Every point of a forecast as Parquet, for machines: written by a run, read by an export."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from cloudtune.errors import Problem, Refusal, command
from cloudtune.files import check_bounds, read_bytes, replacing, write_text
from cloudtune.report.exports import parquet, points_table
from cloudtune.run.committed import refuse_committed
from cloudtune.run.seal import is_sealed, seal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from cloudtune.engine.result import Run

FOLDER = ".cloudtune/forecasts"
_MARK = "made-of"


def points_folder(root: Path, run: Run) -> Path:
    """`.cloudtune/forecasts/<id>` below `root`."""
    return root / FOLDER / run.resolved.id


def write_points(folder: Path, run: Run, root: Path | None = None) -> tuple[Path, ...]:
    """Write `<step>.parquet` for each granularity into `folder`; return their paths.

    With `root` the folder must really lie inside it.
    """
    paths = []
    for step, forecast in run.outcome.forecasts.items():
        paths.append(folder / f"{step}.parquet")
        with replacing(paths[-1], root) as temporary, temporary.open("wb") as file:
            parquet(points_table(forecast), file)
    return tuple(paths)


def write_mark(folder: Path, made_of: str, root: Path | None = None) -> None:
    """Note what the points in `folder` were made of, sealed together with their bytes."""
    write_text(folder / _MARK, seal(made_of.encode(), *_digests(folder)), root)


def is_marked(folder: Path, made_of: str, root: Path | None = None) -> bool:
    """True where this machine made these very points of `made_of`."""
    mark = folder / _MARK
    try:
        noted = read_bytes(mark, root) if root is not None else mark.read_bytes()
        return is_sealed(noted, made_of.encode(), *_digests(folder))
    except OSError:
        return False


def _digests(folder: Path) -> Iterator[bytes]:
    """Name and SHA-256 of each file of points."""
    for path in sorted(folder.glob("*.parquet")):
        with path.open("rb") as stream:
            yield path.name.encode() + hashlib.file_digest(stream, "sha256").digest()


def read_points(root: Path, forecast_id: str, step: str) -> pa.Table:
    """The points of the last run; refuses where there are none (CT737)."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - a run writes and never reads

    path = root / FOLDER / forecast_id / f"{step}.parquet"
    if not path.is_file():
        steps = sorted(found.stem for found in path.parent.glob("*.parquet"))
        hint = f"there are {', '.join(steps)}" if steps else command("cloudtune", "run", "-s", forecast_id)
        raise Refusal(Problem("CT737", f"{forecast_id} has no points at {step} here", hint))
    check_bounds(path, root)
    refuse_committed(root)
    return pq.read_table(path)
