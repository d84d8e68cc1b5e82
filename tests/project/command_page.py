"""docs/commands.md, made from the command line itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer.main

from cloudtune.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HEAD = """\
# Commands

Made from the program by `make golden`; a test holds it fresh.
Results go to stdout, talk and progress to stderr.

| exit | meaning |
|---|---|
| 0 | done, nothing to complain about |
| 1 | findings: a spec is invalid, a gate failed, a report is stale |
| 2 | only with `--detailed-exitcode`: done, and there are changes |
| 3 | a source, git revision or secret can't be reached (worth a retry) |
| 64 | wrong command line |
| 70 | our bug: the trace is saved to a file and its path printed |
| 130 | interrupted |
"""


def commands() -> Mapping[str, Any]:
    return typer.main.get_command(app).commands


def parameters(command: Any) -> Iterator[Any]:
    return (
        parameter for parameter in command.params if not parameter.hidden and "--help" not in parameter.opts
    )


def page() -> str:
    return HEAD + "".join(_section(name, commands()[name]) for name in sorted(commands()))


def _section(name: str, command: Any) -> str:
    words = "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n"))
    rows = [_row(parameter) for parameter in parameters(command)]
    table = "\n".join(["| argument or option | meaning | default |", "|---|---|---|", *rows]) if rows else ""
    return f"\n## cloudtune {name}\n\n{words}\n" + (f"\n{table}\n" if table else "")


def _row(parameter: Any) -> str:
    names = parameter.opts + parameter.secondary_opts
    shown = ", ".join(f"`{name}`" for name in names if name.startswith("-")) or f"`{parameter.name.upper()}`"
    return f"| {shown} | {_cell(parameter.help or '')} | {_cell(_default(parameter))} |"


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    value = parameter.default
    if value in (None, False, (), []) or callable(value):
        return ""
    return f"`{getattr(value, 'value', value)}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
