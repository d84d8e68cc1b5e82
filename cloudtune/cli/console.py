"""The only place that prints: results to stdout, talk to stderr, whatever the other end is or does."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sys
import tempfile
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TextIO

import typer

from cloudtune.errors import exit_code_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from cloudtune.errors import Problem

BUG = 70
"""Exit code of a mistake of ours."""
LONGEST_LINE = 600
"""Characters of a problem's line; more is no help to a reader."""
TextKind = Literal["text", "json", "raw"]
"""`raw` is for what has escapes of its own: a patch, a picture, annotations."""


@dataclass
class _Voice:
    """How much is said to the person at the terminal: state of the process, as its streams are."""

    is_quiet: bool = False
    is_verbose: bool = False


_VOICE = _Voice()


def set_voice(*, quiet: bool = False, verbose: bool = False) -> None:
    """Say only results and problems, or say more; what was set before is forgotten."""
    _VOICE.is_quiet, _VOICE.is_verbose = quiet, verbose


def result(text: str, kind: TextKind = "text") -> None:
    """Write a command's result to stdout, harmless for its kind, ending in exactly one newline."""
    safe = _HARMLESS[kind](text)
    with readerless(sys.stdout):
        sys.stdout.write(safe if safe.endswith("\n") or not safe else f"{safe}\n")
        sys.stdout.flush()


def result_bytes(content: bytes) -> None:
    """Write a result that is no text to stdout as it is."""
    with readerless(sys.stdout):
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def result_json(value: Any) -> None:
    """Write a result as canonical JSON to stdout."""
    result(json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, default=str), "json")


def talk(text: str) -> None:
    """Say something to the person at the terminal, on stderr; nothing with `--quiet`."""
    if not _VOICE.is_quiet:
        complain(text, colour=None)


def detail(text: str) -> None:
    """Say what only a curious person wants to know, on stderr; nothing without `--verbose`."""
    if _VOICE.is_verbose:
        complain(text, colour=None)


def complain(text: str, *, colour: str | None = typer.colors.RED) -> None:
    """Say what has to be said, on stderr, whatever the voice."""
    with readerless(sys.stderr):
        typer.secho(harmless(text), err=True, fg=colour)


def problems(found: Sequence[Problem], render: Callable[[Problem], str], *, out: bool) -> None:
    """Show every problem as text; on stdout where they are the result, else on stderr."""
    with readerless(sys.stdout if out else sys.stderr):
        for problem in found:
            colour = typer.colors.RED if problem.is_error else typer.colors.YELLOW
            first, _, rest = _clipped(harmless(render(problem))).partition("\n")
            typer.secho(first, err=not out, fg=colour)
            if rest:
                typer.echo(rest, err=not out)


def harmless(text: str) -> str:
    r"""`text` as any terminal and any CI log may show it: the one function that prints foreign text.

    Control characters and those that turn the direction of writing are shown as `\x1b`, and what a CI
    runner would take for a command (`::add-mask::` at the start of a line, `##[` anywhere) begins
    with a backslash: data files, specs and file names are strangers' text.
    """
    shown = _CONTROL.sub(lambda found: _escaped(found[0]), _redacted(text))
    return _ANYWHERE.sub(r"#\\#[", _COMMAND.sub(r"\1\\::", shown))


def _harmless_json(text: str) -> str:
    """The same for JSON, whose strings have their own escapes and whose lines never begin with `::`."""
    shown = _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", _redacted(text))
    return _ANYWHERE.sub(r"#\\u0023[", shown)


def _redacted(text: str) -> str:
    """The text without the secrets that this process has fetched."""
    # Looked up, not imported: where no spec was read there is no secret to hide.
    secret = sys.modules.get("cloudtune.spec.secret")
    return text if secret is None else str(secret.redacted(text))


_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_COMMAND = re.compile(r"^([^\S\n]*)::", re.MULTILINE)
_ANYWHERE = re.compile(r"##(?=\[)\[")
_HARMLESS: dict[TextKind, Callable[[str], str]] = {"text": harmless, "json": _harmless_json, "raw": str}


def _escaped(sign: str) -> str:
    return f"\\x{ord(sign):02x}" if ord(sign) < 256 else f"\\u{ord(sign):04x}"


def _clipped(text: str) -> str:
    """The text with each of its lines at most LONGEST_LINE long: a field may hold megabytes."""
    return "\n".join(_clipped_line(line) for line in text.split("\n"))


def _clipped_line(line: str) -> str:
    if len(line) <= LONGEST_LINE:
        return line
    kept = LONGEST_LINE // 2
    return f"{line[:kept]} … {len(line) - 2 * kept:,} characters … {line[-kept:]}"


def bug(trace: str) -> None:
    """Save the trace of a mistake of ours to a file of its own, and say where.

    Nobody else can know the file's name beforehand, nor read it.
    """
    trace = _redacted(trace)
    detail(trace)
    try:
        number, name = tempfile.mkstemp(prefix="cloudtune-bug-", suffix=".txt")
        with os.fdopen(number, "w", encoding="utf-8", errors="replace") as file:
            file.write(trace)
    except OSError:
        complain(f"cloudtune made a mistake of its own:\n{trace}")
    else:
        complain(f"cloudtune made a mistake of its own. The trace is in {name}; please report it.")


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
    if total < 1 or _VOICE.is_quiet or not sys.stderr.isatty():
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
