"""The document as canonical text: the same document, the same bytes."""

from __future__ import annotations

import json
from typing import Any, cast

from cloudtune.errors import Problem, Refusal
from cloudtune.report.document import SCHEMA_VERSION, Document

_CONFLICT_MARKERS = ("<<<<<<< ", "=======\n", ">>>>>>> ")
_ENCODER = json.JSONEncoder(sort_keys=True, allow_nan=False)
_BORDER = "], ["
_RANGE = {"value", "low", "high"}
_FAMILY, _, _VERSION = SCHEMA_VERSION.rpartition("/v")


def dump_document(document: Document) -> str:
    """Sorted keys, two spaces, one point a line, LF, a final newline, null for no figure.

    Why ASCII only: an invisible or right-to-left mark shows in a diff as what it is.
    """
    return _block(document, 0) + "\n"


def load_document(text: str, file: str = "") -> Document:
    """The document back from its text; refuses conflicts, broken text and other major versions."""
    if _is_conflicted(text):
        raise Refusal(
            Problem(
                "CT724",
                "the report holds a merge conflict",
                f"delete it and run `cloudtune run`: reports are made, not merged ({file or 'report'})",
                file=file,
            )
        )
    content = _parsed(text, file)
    _check_version(content, file)
    missing = sorted(Document.__required_keys__ - content.keys())
    if missing:
        raise _unreadable(f"it lacks {', '.join(missing)}", file)
    return cast("Document", content)


def _parsed(text: str, file: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _unreadable(str(error), file) from None
    if not isinstance(content, dict):
        raise _unreadable("it is no JSON object", file)
    return content


def _check_version(content: dict[str, Any], file: str) -> None:
    found = str(content.get("schema_version", "none"))
    if found == SCHEMA_VERSION:
        return
    family, _, version = found.rpartition("/v")
    is_newer = family == _FAMILY and version.isdigit() and int(version) > int(_VERSION)
    code, hint = (
        ("CT728", "upgrade CloudTune, or delete the report and run `cloudtune run`")
        if is_newer
        else ("CT726", "run `cloudtune run` to write it anew")
    )
    message = f"the report has schema {found[:60]}, this CloudTune reads {SCHEMA_VERSION}"
    raise Refusal(Problem(code, message, hint, file=file))


def _unreadable(why: str, file: str) -> Refusal:
    hint = "delete it and run `cloudtune run`; a report is never mended by hand"
    return Refusal(Problem("CT725", f"the report can't be read: {why}", hint, file=file))


def _is_conflicted(text: str) -> bool:
    return any(text.startswith(mark) or f"\n{mark}" in text for mark in _CONFLICT_MARKERS)


def _block(value: Any, depth: int) -> str:
    """The text of a value whose first line is already indented."""
    if not value or _is_inline(value):
        return _inline(value)
    pad = "\n" + "  " * (depth + 1)
    if isinstance(value, dict):
        opening, closing = "{}"
        parts = [f"{_inline(key)}: {_block(item, depth + 1)}" for key, item in sorted(value.items())]
    else:
        opening, closing = "[]"
        parts = _rows(value) or [_block(item, depth + 1) for item in value]
    return f"{opening}{pad}{f',{pad}'.join(parts)}{pad[:-2]}{closing}"


def _rows(value: list[Any]) -> list[str]:
    """A list of points, encoded at once and cut at their borders; none where a text looks like a border."""
    if not all(isinstance(item, list) and _is_inline(item) for item in value):
        return []
    points = _inline(value)[2:-2].split(_BORDER)
    return [f"[{point}]" for point in points] if len(points) == len(value) else []


def _inline(value: Any) -> str:
    return _ENCODER.encode(value)


def _is_inline(value: Any) -> bool:
    """True for scalars, for points (lists of scalars) and for a value with its interval."""
    if isinstance(value, dict):
        return value.keys() == _RANGE
    return not isinstance(value, list) or not any(isinstance(item, (dict, list)) for item in value)
