"""A first project: a spec, a calendar, data to forecast; and what stands beside specs anywhere."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.files import write_text
from cloudtune.sample.catalog import FIRST_MARKET
from cloudtune.sample.store import file_name, write_market
from cloudtune.sample.world import daily_spend
from cloudtune.spec.json_schema import schema_text

if TYPE_CHECKING:
    from pathlib import Path

_SEED = 7
_TEXTS = {
    "specs/shop/shop-orders.yaml": "shop-orders.yaml",
    "specs/calendars/shop-events.yaml": "shop-events.yaml",
}
_SCHEMAS = {f"schema/{kind}.v1.json": kind for kind in ("forecast", "calendar", "defaults")}
_LINES = {".gitattributes": "gitattributes", ".gitignore": "gitignore"}
_DATA = f"data/{file_name(FIRST_MARKET)}"
FIRST_FILES = (*_TEXTS, *_SCHEMAS, _DATA, *_LINES)
"""What `write_init` writes, relative to the folder; a file that is there is kept."""


def has_specs(folder: Path) -> bool:
    """True where somebody already forecasts here: a made-up shop would only be in the way."""
    return any((folder / "specs").rglob("*.y*ml"))


def write_init(folder: Path) -> list[Path]:
    """Write the made-up shop and what stands beside specs, but for what is there; return what was written."""
    written = [folder / name for name, file in _TEXTS.items() if _write_new(folder / name, _text(file))]
    if not (folder / _DATA).exists():
        rng = np.random.default_rng(_SEED)
        written.append(write_market(folder / "data", FIRST_MARKET, daily_spend(_SEED), rng))
    return [*written, *write_beside(folder)]


def write_beside(folder: Path) -> list[Path]:
    """Write schemas for editors that aren't there yet, and what git is told; lists of lines only grow."""
    texts = {name: schema_text(kind) for name, kind in _SCHEMAS.items()}
    written = [folder / name for name, text in texts.items() if _write_new(folder / name, text)]
    grown = [folder / name for name, text in _LINES.items() if _add_lines(folder / name, text)]
    return [*written, *grown]


def _write_new(path: Path, text: str) -> bool:
    return not path.exists() and write_text(path, text)


def _add_lines(path: Path, name: str) -> bool:
    present = path.read_text("utf-8") if path.exists() else ""
    missing = [line for line in _text(name).splitlines() if line not in present.splitlines()]
    if not missing:
        return False
    ended = present if present.endswith("\n") or not present else present + "\n"
    return write_text(path, ended + "\n".join(missing) + "\n")


def _text(name: str) -> str:
    return (files("cloudtune.sample") / "first" / name).read_text("utf-8")
