"""What this machine wrote is told from what a checkout brought along: by a key that no checkout can hold."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from contextlib import suppress
from functools import cache
from pathlib import Path

_LENGTH = 32


def seal(*parts: bytes) -> str:
    """A mark that only a process of this user on this machine can make of these parts."""
    digest = hmac.new(_key(), digestmod=hashlib.sha256)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def is_sealed(mark: str | bytes, *parts: bytes) -> bool:
    """True where `mark` was made of these parts, here."""
    given = mark.encode() if isinstance(mark, str) else mark
    return hmac.compare_digest(given.strip(), seal(*parts).encode())


@cache
def _key() -> bytes:
    """The key of this user; one for this process alone where none can be kept."""
    place = _place()
    if place is None:
        return secrets.token_bytes(_LENGTH)
    with suppress(OSError):
        return _read(place) or _made(place)
    return secrets.token_bytes(_LENGTH)


def _place() -> Path | None:
    """`cloudtune/key` in the user's own cache folder."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    if given and Path(given).is_absolute():
        return Path(given) / "cloudtune" / "key"
    with suppress(RuntimeError):
        return Path.home() / ".cache" / "cloudtune" / "key"
    return None


def _read(place: Path) -> bytes | None:
    """The key as it was kept. One that others may read, as every file of a checkout, is none."""
    try:
        about = place.lstat()
    except FileNotFoundError:
        return None
    is_private = stat.S_ISREG(about.st_mode) and not about.st_mode & 0o077 and about.st_uid == os.geteuid()
    key = place.read_bytes() if is_private and about.st_size == _LENGTH else b""
    return key if len(key) == _LENGTH else None


def _made(place: Path) -> bytes:
    """A new key, put in place whole; of several processes at once the first one wins."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = place.with_name(f".key.{os.urandom(4).hex()}.tmp")
    key = secrets.token_bytes(_LENGTH)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(key)
        with suppress(FileExistsError):
            os.link(temporary, place)
    finally:
        temporary.unlink(missing_ok=True)
    return _read(place) or key
