"""A content-addressed store that notices damage and strangers: an entry not made here reads as none."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cloudtune
from cloudtune.files import read_bytes, write_bytes
from cloudtune.run.seal import is_sealed, seal

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ".cloudtune/cache"


def key_of(*parts: str) -> str:
    """A name for what these parts determine; equal parts give equal names."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def read(root: Path, key: str) -> bytes | None:
    """The payload stored under `key`; None where there is none, or a truncated or foreign one."""
    try:
        stored = read_bytes(_place(root, key), root)
    except OSError:
        return None
    digest, _, payload = stored.partition(b"\n")
    return payload if is_sealed(digest, key.encode(), payload) else None


def write(root: Path, key: str, payload: bytes) -> None:
    """Store `payload` under `key`, whole or not at all."""
    # What can't be kept is made again: a full disk must not stop work that needs no room.
    with suppress(OSError):
        write_bytes(_place(root, key), seal(key.encode(), payload).encode() + b"\n" + payload, root)


@dataclass(frozen=True, slots=True)
class FoldShelf:
    """Where the engine keeps what its folds found; names say what they were made of."""

    root: Path

    def read(self, key: str) -> bytes | None:
        """What was put there; None where there is nothing whole."""
        return read(self.root, key_of(cloudtune.__version__, key))

    def write(self, key: str, payload: bytes) -> None:
        """Keep it, if there is room."""
        write(self.root, key_of(cloudtune.__version__, key), payload)


def _place(root: Path, key: str) -> Path:
    return root / FOLDER / key[:2] / key[2:]
