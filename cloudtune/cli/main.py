"""The one door to the outside: every end of a command becomes words on stderr plus an exit code."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import NoReturn

import typer

from cloudtune.cli import console
from cloudtune.cli.app import app
from cloudtune.errors import Refusal, exit_code_of

USAGE, BUG, INTERRUPTED = 64, 70, 130


def main() -> NoReturn:
    """Run the command line and end the process with its documented exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line; return its exit code and never raise."""
    try:
        outcome = app(args=arguments, standalone_mode=False, prog_name="cloudtune")
    except Refusal as refusal:
        console.problems(refusal.problems, console.plain, out=False)
        return exit_code_of(refusal.problems)
    except typer.TyperException as error:
        console.talk(f"error: {_usage_words(error)}\nTry: cloudtune --help")
        return USAGE
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("interrupted; every file is as it was or complete", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output left (`cloudtune ls | head`); that is no failure of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except typer.Exit as leaving:
        return leaving.exit_code
    except OSError as error:
        typer.secho(f"error: {_os_words(error)}", err=True, fg=typer.colors.RED)
        return 3
    except Exception:  # noqa: BLE001 - the last door: a bug must end in a trace file, not on the screen
        return _bug(traceback.format_exc())
    return outcome if isinstance(outcome, int) else 0


def _usage_words(error: typer.TyperException) -> str:
    # What typer raises knows more words than the base class that it promises.
    words = getattr(error, "format_message", error.__str__)
    return str(words())


def _os_words(error: OSError) -> str:
    where = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or error}{where}; nothing is half-written"


def _bug(trace: str) -> int:
    name = f"cloudtune-bug-{hashlib.sha256(trace.encode()).hexdigest()[:12]}.txt"
    path = Path(tempfile.gettempdir()) / name
    words = f"cloudtune made a mistake of its own. The trace is in {path}; please report it."
    try:
        path.write_text(trace, encoding="utf-8")
    except OSError:
        words = f"cloudtune made a mistake of its own:\n{trace}"
    typer.secho(words, err=True, fg=typer.colors.RED)
    return BUG
