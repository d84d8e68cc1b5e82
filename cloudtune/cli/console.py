"""The only place that prints: results to stdout, talk to stderr, whatever the other end is or does."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sys
import tempfile
import unicodedata
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import typer

from cloudtune.errors import exit_code_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from cloudtune.errors import Problem


BUG = 70
"""Exit code of a mistake of ours."""


def result(text: str) -> None:
    """Write a command's result to stdout, ending in exactly one newline."""
    with readerless(sys.stdout):
        sys.stdout.write(text if text.endswith("\n") or not text else f"{text}\n")
        sys.stdout.flush()


def result_json(value: Any) -> None:
    """Write a result as canonical JSON to stdout."""
    result(json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, default=str))


def talk(text: str, *, quiet: bool = False) -> None:
    """Say something to the person at the terminal, on stderr."""
    if not quiet:
        with readerless(sys.stderr):
            typer.echo(text, err=True)


def problems(found: Sequence[Problem], render: Callable[[Problem], str], *, out: bool) -> None:
    """Show every problem as text; on stdout where they are the result, else on stderr."""
    with readerless(sys.stdout if out else sys.stderr):
        for problem in found:
            colour = typer.colors.RED if problem.is_error else typer.colors.YELLOW
            first, _, rest = render(problem).partition("\n")
            typer.secho(first, err=not out, fg=colour)
            if rest:
                typer.echo(rest, err=not out)


def bug(trace: str) -> None:
    """Save the trace of a mistake of ours to a file of its own, and say where."""
    name = f"cloudtune-bug-{hashlib.sha256(trace.encode()).hexdigest()[:12]}.txt"
    path = Path(tempfile.gettempdir()) / name
    words = f"cloudtune made a mistake of its own. The trace is in {path}; please report it."
    try:
        path.write_text(trace, encoding="utf-8")
    except OSError:
        words = f"cloudtune made a mistake of its own:\n{trace}"
    typer.secho(words, err=True, fg=typer.colors.RED)


def width() -> int:
    """Columns of the terminal, at most 120 and 80 where there is none."""
    return min(shutil.get_terminal_size((80, 24)).columns, 120)


def plain(problem: Problem) -> str:
    """A problem in one or two lines, for where no spec text is at hand."""
    where = f"{problem.file}: " if problem.file else ""
    hint = f"\n  {problem.hint}" if problem.hint else ""
    return f"{where}{problem.severity} {problem.code}: {problem.message}{hint}"


def leave(found: Iterable[Problem]) -> None:
    """End the command with the exit code that the problems deserve, if any."""
    code = exit_code_of(found)
    if code:
        raise typer.Exit(code)


@contextmanager
def progress(total: int, label: str) -> Iterator[Callable[[str], None]]:
    """Yield a function to call after each piece of work; silent where stderr is no terminal."""
    if total < 1 or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)

        def advance(name: str) -> None:
            bar.update(task, advance=1, description=f"{label} {name}")

        yield advance


def aligned(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Rows in columns as wide as their widest cell; empty columns go; columns in `right` end flush."""
    if not rows:
        return ""
    kept = [index for index in range(len(rows[0])) if any(row[index] for row in rows)]
    widths = {index: max(_cell_width(row[index]) for row in rows) for index in kept}
    return "\n".join(
        "  ".join(_pad(row[index], widths[index], flush=index in right) for index in kept).rstrip()
        for row in rows
    )


def _pad(text: str, width: int, *, flush: bool) -> str:
    gap = " " * (width - _cell_width(text))
    return gap + text if flush else text + gap


def _cell_width(text: str) -> int:
    """Columns that a terminal gives the text; wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def prepare_streams() -> None:
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
