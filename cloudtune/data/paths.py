"""The files that a source means, kept inside the repository."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudtune.data.place import Place

_GLOB = frozenset("*?[")


def files_of(pattern: str, root: Path, place: Place, *, allow_outside: bool) -> tuple[Path, ...]:
    """Every file that `pattern` names, symlinks resolved, in order of name."""
    if not allow_outside and _leaves(pattern):
        raise _outside(pattern, place)
    found = _expand(pattern, root)
    if not found:
        raise _missing(pattern, root, place)
    if empty := [path.name for path in found if not path.stat().st_size]:
        hint = "write it anew, with a line of column names"
        raise place.refusal("CT410", f"the file {empty[0]!r} is empty", hint)
    if not allow_outside and not all(path.is_relative_to(root.resolve()) for path in found):
        raise _outside(pattern, place)
    return found


def nearest(word: str, known: Iterable[str]) -> str:
    """`did you mean 'orders'?` where something known is close, else an empty text."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else ""


def _leaves(pattern: str) -> bool:
    return Path(pattern).is_absolute() or ".." in Path(pattern).parts


def _expand(pattern: str, root: Path) -> tuple[Path, ...]:
    whole = root / pattern
    if whole.is_file():
        return (whole.resolve(),)
    if not _GLOB.intersection(pattern):
        return ()
    anchor = Path(whole.anchor)
    matches = anchor.glob(str(whole.relative_to(anchor)))
    return tuple(sorted(path.resolve() for path in matches if path.is_file()))


def _outside(pattern: str, place: Place) -> Exception:
    hint = "copy the data into the repository, or run with --allow-outside"
    return place.refusal("CT402", f"{pattern!r} leaves the repository", hint)


def _missing(pattern: str, root: Path, place: Place) -> Exception:
    if (root / pattern).is_dir():
        hint = f"name a file in it, or all of them: {pattern.rstrip('/')}/*"
        return place.refusal("CT401", f"{pattern!r} is a folder", hint)
    folder = (root / pattern).parent
    siblings = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    guess = nearest(Path(pattern).name, siblings)
    hint = guess or "paths are relative to the root of the repository"
    return place.refusal("CT401", f"there is no file {pattern!r}", hint)
