"""The one door to the outside: every end of a command becomes words on stderr plus an exit code."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
import traceback
from typing import NoReturn

import typer

from cloudtune.cli import console, walls
from cloudtune.cli.app import app
from cloudtune.errors import NO_MEMORY, Problem, Refusal, exit_code_of

USAGE, INTERRUPTED = 64, 130
PATIENCE = 10.0
"""Seconds after a Ctrl-C in which further ones are not heard; ending a run takes less."""


def main() -> NoReturn:
    """Run the command line and end the process with its documented exit code."""
    console.prepare_streams()
    walls.enter(sys.argv[1:])
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _Interrupts())
    code = run(sys.argv[1:])
    # All is said and written: a late Ctrl-C must not turn the exit code into that of a signal.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)


class _Interrupts:
    """Ctrl-C: the first one stops the work; a second right after it must not stop the tidying up.

    Only one that comes after a while, when tidying up can't be what takes so long, ends the process as it is.
    """

    def __init__(self) -> None:
        self._first: float | None = None

    def __call__(self, *_: object) -> None:
        now = time.monotonic()
        if self._first is None:
            self._first = now
            # Looked up, not imported: where nothing was read there is no query to end.
            if (opening := sys.modules.get("cloudtune.data.opening")) is not None:
                opening.interrupt()
            raise KeyboardInterrupt
        if now - self._first > PATIENCE:
            for process in multiprocessing.active_children():
                process.kill()
            os._exit(INTERRUPTED)


def run(arguments: list[str]) -> int:
    """Run one command line; return its exit code and never raise."""
    console.set_voice()
    code = _ended(arguments)
    # Said here and not where it is caught: typer turns most Ctrl-Cs into the exit code itself.
    if code == INTERRUPTED:
        console.complain("interrupted; every file is as it was or complete", colour=None)
    return code


def _ended(arguments: list[str]) -> int:
    try:
        outcome = app(args=arguments, standalone_mode=False, prog_name="cloudtune")
    except Refusal as refusal:
        console.problems(refusal.problems, console.plain, out=False)
        return exit_code_of(refusal.problems)
    except typer.TyperException as error:
        console.complain(f"error: {_usage_words(error)}\nTry: cloudtune --help", colour=None)
        return USAGE
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except typer.Exit as leaving:
        return leaving.exit_code
    except MemoryError:
        console.problems([Problem("CT747", *NO_MEMORY)], console.plain, out=False)
        return 3
    except OSError as error:
        console.complain(f"error: {_os_words(error)}")
        return 3
    except Exception:  # noqa: BLE001 - the last door: a bug must end in a trace file, not on the screen
        console.bug(traceback.format_exc())
        return console.BUG
    return outcome if isinstance(outcome, int) else 0


def _usage_words(error: typer.TyperException) -> str:
    # What typer raises knows more words than the base class that it promises.
    words = getattr(error, "format_message", error.__str__)
    return str(words())


def _os_words(error: OSError) -> str:
    where = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or error}{where}; nothing is half-written"
