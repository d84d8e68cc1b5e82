"""Names of files that some machine can't tell apart, or keeps for itself."""

from __future__ import annotations

from cloudtune.errors import Problem

_PORTS = frozenset(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))
_DEVICES = frozenset({"con", "nul", "aux", "prn"}) | _PORTS
"""Names that Windows keeps for itself, whatever ending follows."""


def unportable(file: str, seen: dict[str, str]) -> Problem | None:
    """What keeps a spec or its report from lying beside the others on every machine; `seen` is added to.

    `file` is a POSIX path from the root.
    """
    if not file.endswith(".yaml"):
        return None
    if file.lower() == "specs/index.yaml":
        hint = "give it, and the file, another name"
        return Problem("CT302", "the name index is taken by the page of all reports", hint, file=file)
    parts = [part.partition(".")[0].lower() for part in file.split("/")]
    if device := next((part for part in parts if part in _DEVICES), ""):
        message = f"{device} is no name for a file on Windows"
        return Problem("CT206", message, "rename the file or its folder", file=file)
    twin = _twin(file, seen)
    if not twin:
        return None
    message = f"the name differs from {twin} by case alone"
    return Problem("CT302", message, "one of them would replace the other; rename it", file=file)


def _twin(file: str, seen: dict[str, str]) -> str:
    """The file or folder seen before that differs in case alone, if there is one."""
    folder = file.rpartition("/")[0]
    for name in (file, f"{folder}/"):
        first = seen.setdefault(name.lower(), name)
        if first != name:
            return first
    return ""
