"""Files: written whole or not at all, found by pattern, shipped with the install."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

_GLOB = frozenset("*?[")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary sibling of `path`; on success it takes its place, on failure it goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}.tmp")
    temporary.open("xb").close()  # nobody else's, and with the mode of an ordinary new file
    try:
        yield temporary
        _settle(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> bool:
    """Write `content` whole or not at all; return False where the file holds it already."""
    if path.is_file() and path.read_bytes() == content:
        return False
    with replacing(path) as temporary:
        temporary.write_bytes(content)
    return True


def write_text(path: Path, content: str) -> bool:
    """Write UTF-8 text with LF endings whole or not at all; return whether bytes changed."""
    return write_bytes(path, content.encode("utf-8"))


def matching(pattern: str, root: Path) -> tuple[Path, ...]:
    """Every file that a path or a glob below `root` names, symlinks resolved, in order of name.

    A file whose own name has brackets or stars is taken by its name.
    """
    whole = root / pattern
    if whole.is_file():
        return (whole.resolve(),)
    if not _GLOB.intersection(pattern):
        return ()
    anchor = Path(whole.anchor)
    found = anchor.glob(str(whole.relative_to(anchor)))
    return tuple(sorted(path.resolve() for path in found if path.is_file()))


def shipped(kind: Literal["templates", "schema"]) -> Path:
    """The folder of templates or schemas that came with this install.

    Why: a wheel carries them inside the package; an editable install has them beside it.
    """
    here = Path(__file__).parent
    packaged = here / f"_{kind}"
    return packaged if packaged.is_dir() else here.parent / kind


def _settle(path: Path) -> None:
    """Force the bytes to disk."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
