"""Files: inside the root, written whole or not at all, found by pattern, shipped with the install."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

GLOB = frozenset("*?[")
"""Signs that make a path a pattern."""
MOST_BYTES = 64 * 1024 * 1024
"""Of a file that is read whole: no spec, report or template is larger."""


class OutOfBoundsError(OSError):
    """No regular file inside the root: a link, a device, a part of `.git`, or too large a file."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(errno.EPERM, why, str(path))


def check_bounds(path: Path, root: Path, *, links: bool = False) -> None:
    """The one rule for every path: a regular file inside the root, or nothing yet; else OutOfBoundsError.

    Where `links` are allowed what they lead to is held to the same rule. Parts of `.git` are never inside.
    """
    try:
        parts = path.relative_to(root).parts
    except ValueError:
        raise OutOfBoundsError(path, "it is outside the repository") from None
    if any(part == ".." or is_of_git(part) for part in parts):
        raise OutOfBoundsError(path, "it is outside the repository's own files")
    place, mode = str(root), 0
    for part in parts:
        place = f"{place}/{part}"
        try:
            mode = os.lstat(place).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return
        if stat.S_ISLNK(mode):
            if not links:
                raise OutOfBoundsError(path, "it is a link, or below one")
            check_bounds(path.resolve(), root.resolve())
            return
    if not stat.S_ISREG(mode):
        raise OutOfBoundsError(path, "it is no regular file")


def is_of_git(part: str) -> bool:
    """True for a name that some file system takes for `.git`."""
    return part.rstrip(". ").lower() in {".git", "git~1"}


def read_bytes(path: Path, root: Path, *, links: bool = False, most: int = MOST_BYTES) -> bytes:
    """All bytes of a regular file inside the root; OutOfBoundsError for anything else, OSError as ever."""
    check_bounds(path, root, links=links)
    with path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        if size > most:
            raise OutOfBoundsError(path, f"it has {size:,} bytes, more than {most:,}")
        return stream.read()


@contextmanager
def replacing(path: Path, root: Path | None = None) -> Iterator[Path]:
    """Yield a temporary sibling of `path`; on success it takes its place, on failure it goes.

    With `root` the path is held to the rule above; without, it is the user's own choice.
    """
    if root is not None:
        check_bounds(path, root)
    path.parent.mkdir(parents=True, exist_ok=True)
    _keep_to_itself(path)
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}.tmp")
    temporary.open("xb").close()  # nobody else's, and with the mode of an ordinary new file
    try:
        yield temporary
        _settle(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes, root: Path | None = None) -> bool:
    """Write `content` whole or not at all; return False where the file holds it already."""
    if root is not None:
        check_bounds(path, root)
    if path.is_file() and path.read_bytes() == content:
        return False
    with replacing(path) as temporary:
        temporary.write_bytes(content)
    return True


def write_text(path: Path, content: str, root: Path | None = None) -> bool:
    """Write UTF-8 text with LF endings whole or not at all; return whether bytes changed."""
    return write_bytes(path, content.encode("utf-8"), root)


def matching(pattern: str, root: Path) -> tuple[Path, ...]:
    """Every file that a path or a glob below `root` names, symlinks resolved, in order of name.

    A file whose own name has brackets or stars is taken by its name.
    """
    whole = root / pattern
    if whole.is_file():
        return (whole.resolve(),)
    if not GLOB.intersection(pattern):
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


def _keep_to_itself(path: Path) -> None:
    """Have git ignore a folder `.cloudtune` whatever the repository's own .gitignore says."""
    for folder in path.parents:
        ignored = folder / ".gitignore"
        if folder.name == ".cloudtune" and not ignored.exists() and not ignored.is_symlink():
            ignored.write_text("*\n", encoding="utf-8")


def _settle(path: Path) -> None:
    """Force the bytes to disk."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
