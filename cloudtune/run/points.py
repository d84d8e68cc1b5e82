"""Every point of a forecast as Parquet, for machines: written by a run, read by an export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.errors import Problem, Refusal, command
from cloudtune.files import replacing
from cloudtune.report.exports import parquet, points_table

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from cloudtune.engine.result import Run

FOLDER = ".cloudtune/forecasts"


def points_folder(root: Path, run: Run) -> Path:
    """`.cloudtune/forecasts/<id>` below `root`."""
    return root / FOLDER / run.resolved.id


def write_points(folder: Path, run: Run) -> tuple[Path, ...]:
    """Write `<step>.parquet` for each granularity into `folder`; return their paths."""
    paths = []
    for step, forecast in run.outcome.forecasts.items():
        paths.append(folder / f"{step}.parquet")
        with replacing(paths[-1]) as temporary, temporary.open("wb") as file:
            parquet(points_table(forecast), file)
    return tuple(paths)


def read_points(root: Path, forecast_id: str, step: str) -> pa.Table:
    """The points of the last run; refuses where there are none (CT737)."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - a run writes and never reads

    path = root / FOLDER / forecast_id / f"{step}.parquet"
    if not path.is_file():
        steps = sorted(found.stem for found in path.parent.glob("*.parquet"))
        hint = f"there are {', '.join(steps)}" if steps else command("cloudtune", "run", "-s", forecast_id)
        raise Refusal(Problem("CT737", f"{forecast_id} has no points at {step} here", hint))
    return pq.read_table(path)
