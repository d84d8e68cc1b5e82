"""`cloudtune sample`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cloudtune.cli import console, options


def sample(
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Folder of the data. Default: data/ of the root."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Seed of the generator.")] = 7,
    root: options.Root = None,
) -> None:
    """Write the sample store's synthetic data, with the truth beside it."""
    from cloudtune.sample.store import write_sample
    from cloudtune.spec import find_root

    folder = output or find_root(Path.cwd(), root) / "data"
    write_sample(folder, seed=seed)
    console.result(folder.as_posix())
    console.talk("Synthetic series with known truth: see truth.json beside them.")
