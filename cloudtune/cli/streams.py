"""Standard streams that take any text, whatever their other end is or does."""

from __future__ import annotations

import io
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator


def prepare() -> None:
    """Give closed streams a sink, and let a terminal that knows no `·` show `?` in its place.

    Why a sink at the very descriptor: the next file to be opened would be given its number.
    """
    sys.stdin, sys.stdout, sys.stderr = (
        stream or _sink(number) for number, stream in enumerate((sys.stdin, sys.stdout, sys.stderr))
    )
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@contextmanager
def readerless(stream: TextIO) -> Iterator[None]:
    """Send the rest of a stream nowhere once its reader has left (`cloudtune run | head -1`).

    Why not stop: what is half done would be worse than what isn't read.
    """
    try:
        yield
    except BrokenPipeError:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)


def _sink(number: int) -> io.TextIOWrapper:
    null = os.open(os.devnull, os.O_RDWR)
    if null != number:
        os.dup2(null, number)
        os.close(null)
    # Closed with the process, as the stream that it stands for is.
    return open(number, "w" if number else "r", encoding="utf-8", closefd=False)
