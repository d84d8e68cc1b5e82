"""A content-addressed store that notices damage: a bad entry reads as no entry."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING

from cloudtune.files import write_bytes

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ".cloudtune/cache"


def key_of(*parts: str) -> str:
    """A name for what these parts determine; equal parts give equal names."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def read(root: Path, key: str) -> bytes | None:
    """The payload stored under `key`; None where there is none, or a truncated or foreign one."""
    try:
        stored = _place(root, key).read_bytes()
    except OSError:
        return None
    digest, _, payload = stored.partition(b"\n")
    return payload if digest == _seal(key, payload) else None


def write(root: Path, key: str, payload: bytes) -> None:
    """Store `payload` under `key`, whole or not at all."""
    # What can't be kept is made again: a full disk must not stop work that needs no room.
    with suppress(OSError):
        write_bytes(_place(root, key), _seal(key, payload) + b"\n" + payload)


def _place(root: Path, key: str) -> Path:
    return root / FOLDER / key[:2] / key[2:]


def _seal(key: str, payload: bytes) -> bytes:
    return hashlib.sha256(key.encode() + payload).hexdigest().encode()
