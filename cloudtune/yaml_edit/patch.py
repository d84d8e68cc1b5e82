"""The difference that edits make, as a unified diff that `git apply` takes."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path


_NO_NEWLINE = "\n\\ No newline at end of file\n"


def patch(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """The difference of the files in `after`, in order of their names."""
    return "".join(part for name in sorted(after) for part in _file(name, before.get(name, ""), after[name]))


def _file(name: str, before: str, after: str) -> Iterator[str]:
    # A name with a space ends with a tab, or git takes what follows the space for a date.
    label = f"{name}\t" if " " in name else name
    old = f"a/{label}" if before else "/dev/null"
    lines = difflib.unified_diff(_lines(before), _lines(after), old, f"b/{label}")
    for number, line in enumerate(lines):
        text = line if number > 1 else line.rstrip("\n") + "\n"
        yield text if text.endswith("\n") else text + _NO_NEWLINE


def _lines(text: str) -> list[str]:
    """Lines as git counts them: ended by LF alone."""
    parts = text.split("\n")
    return [part + "\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def texts_of(root: Path, files: Iterable[str]) -> dict[str, str]:
    """The files' texts with their line breaks as they are."""
    return {file: (root / file).read_bytes().decode("utf-8") for file in dict.fromkeys(files)}
