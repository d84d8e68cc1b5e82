"""docs/commands.md, made from the command line itself."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import typer.main

from cloudtune.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def commands(group: Any = None, prefix: str = "") -> dict[str, Any]:
    """Every command by its full name; a group gives its commands."""
    found: dict[str, Any] = {}
    for name, command in (group or typer.main.get_command(app)).commands.items():
        inner = commands(command, f"{prefix}{name} ") if hasattr(command, "commands") else {}
        found |= inner or {f"{prefix}{name}": command}
    return dict(sorted(found.items()))


def parameters(command: Any) -> Iterator[Any]:
    return (
        parameter for parameter in command.params if not parameter.hidden and "--help" not in parameter.opts
    )


def page() -> str:
    return HEAD + "".join(_section(name, command) for name, command in commands().items())


def _section(name: str, command: Any) -> str:
    words = "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n"))
    rows = [_row(parameter) for parameter in parameters(command)]
    table = "\n".join(["| argument or option | meaning | default |", "|---|---|---|", *rows]) if rows else ""
    return f"\n## cloudtune {name}\n\n{words}\n" + (f"\n{table}\n" if table else "")


def _row(parameter: Any) -> str:
    names = parameter.opts + parameter.secondary_opts
    shown = ", ".join(f"`{name}`" for name in names if name.startswith("-")) or f"`{parameter.name.upper()}`"
    choices = _choices(parameter.type_descriptor.annotation)
    meaning = (parameter.help or "") + (
        f" One of {', '.join(f'`{choice}`' for choice in choices)}." if choices else ""
    )
    return f"| {shown} | {_cell(meaning)} | {_cell(_default(parameter))} |"


def _choices(annotation: Any) -> list[str]:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(member.value) for member in annotation]
    return [str(choice) for choice in get_args(annotation)] if get_origin(annotation) is Literal else []


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    value = parameter.default
    if value is None or value is False or value in ((), []) or callable(value):
        return ""
    return f"`{getattr(value, 'value', value)}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
