"""The one reader and the one writer of report documents: bytes in, a document out, and back."""

from __future__ import annotations

import json
import re
from bisect import bisect
from pathlib import Path, PurePosixPath
from typing import Any, cast

from cloudtune.errors import Problem, Refusal
from cloudtune.report.document import (
    SCHEMA_VERSION,
    AccuracyRow,
    Document,
    ExclusionRow,
    GateRow,
    OccurrenceRow,
)

_CONFLICT_MARKERS = ("<<<<<<< ", "=======\n", ">>>>>>> ")
_ENCODER = json.JSONEncoder(sort_keys=True, allow_nan=False)
_BORDER = "], ["
_RANGE_KEYS = {"value", "low", "high"}
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
        raise _not_readable(f"it lacks {', '.join(missing)}", file)
    return cast("Document", content)


def _parsed(text: str, file: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _not_readable(str(error), file) from None
    if not isinstance(content, dict):
        raise _not_readable("it is no JSON object", file)
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


def _not_readable(why: str, file: str) -> Refusal:
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
        return value.keys() == _RANGE_KEYS
    return not isinstance(value, list) or not any(isinstance(item, (dict, list)) for item in value)


FOLDER = "reports"


def report_path(root: Path, report_id: str, suffix: str) -> Path:
    """`reports/<id><suffix>` below `root`."""
    return root / FOLDER / PurePosixPath(f"{report_id}{suffix}")


REPORTS = "reports"
_CONFLICT = re.compile(rb"^(<{7}|={7}|>{7})( |$)", re.MULTILINE)
_NO_RANGE = {"value": None, "low": None, "high": None}
_NO_INPUTS = dict.fromkeys(("spec", "calendars", "data", "engine", "template", "data_through"), "")
_EMPTY: dict[str, Any] = {
    **dict.fromkeys(("spec", "owner", "region", "description", "unit", "timezone", "step", "scale"), ""),
    "verdict": "",
    "growth_kind": "",
    "decimals": 0,
    "peak": None,
    "exclusion_effect": None,
    "masked_share": 0.0,
}
_LISTS = (
    *("tags", "granularities", "peaks", "events", "daily", "weekly", "ingredients", "breaks"),
    *("choices", "exclusions", "accuracy", "folds", "gates", "repairs", "unused", "warnings"),
)
_ROWS: dict[str, frozenset[str]] = {
    "events": OccurrenceRow.__required_keys__,
    "accuracy": AccuracyRow.__required_keys__,
    "exclusions": ExclusionRow.__required_keys__,
    "gates": GateRow.__required_keys__,
}


def parse(path: str, data: bytes, commit: str = "") -> tuple[Document, tuple[Problem, ...]]:
    """A document with every key of today's schema, and a warning where it was written by an older one."""
    if b"<<<<<<<" in data and _CONFLICT.search(data):
        raise Refusal(_conflict(path))
    try:
        raw = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Refusal(_broken(path, str(error), commit)) from error
    if not isinstance(raw, dict) or not isinstance(raw.get("inputs"), dict):
        raise Refusal(_broken(path, "it holds no report", commit))
    return _of_today(path, raw, commit)


def _of_today(path: str, raw: dict[str, Any], commit: str) -> tuple[Document, tuple[Problem, ...]]:
    written_by = str(raw.get("schema_version", ""))
    if _generation(written_by) > _generation(SCHEMA_VERSION):
        raise Refusal(_newer(path, written_by))
    name = path.removeprefix(f"{REPORTS}/").removesuffix(".json")
    whole: dict[str, Any] = {**_EMPTY, **{key: [] for key in _LISTS}, "growth": dict(_NO_RANGE)}
    whole |= {"id": name, "name": name.rpartition("/")[2], **raw}
    whole["inputs"] = {**_NO_INPUTS, **raw["inputs"]}
    old = written_by != SCHEMA_VERSION
    for key, keys in _ROWS.items():
        rows = whole[key] if isinstance(whole[key], list) else [whole[key]]
        whole[key] = [row for row in rows if isinstance(row, dict) and keys <= row.keys()]
        if len(whole[key]) < len(rows) and not old:
            raise Refusal(_broken(path, f"its {key} are not what a run writes", commit))
    return cast("Document", whole), (_older(path, written_by),) if old else ()


def _generation(schema: str) -> int:
    digits = schema.rpartition("/v")[2]
    return int(digits) if digits.isdecimal() else 0


def _conflict(path: str) -> Problem:
    name = path.removeprefix(f"{REPORTS}/").removesuffix(".json")
    return Problem(
        "CT724",
        "the report holds the markers of a merge conflict",
        f"reports are never merged by hand: cloudtune run -s {name} && git add {REPORTS}",
        file=path,
    )


def _broken(path: str, why: str, commit: str) -> Problem:
    name = path.removeprefix(f"{REPORTS}/").removesuffix(".json")
    at = f" at {commit[:7]}" if commit else ""
    mend = "it is left out of the comparison" if commit else f"cloudtune run -s {name}"
    # Why: a broken report of the past can't be mended any more and must not block today's change.
    return Problem(
        "CT725", f"the report{at} can't be read: {why}", mend, "warning" if commit else "error", path
    )


def _newer(path: str, schema: str) -> Problem:
    return Problem(
        "CT728",
        f"the report has schema {schema}, newer than this CloudTune's {SCHEMA_VERSION}",
        "pip install --upgrade cloudtune",
        file=path,
    )


def _older(path: str, schema: str) -> Problem:
    return Problem(
        "CT726",
        f"the report has schema {schema or 'none'}, older than {SCHEMA_VERSION}: gaps are not compared",
        "cloudtune run writes it anew",
        severity="warning",
        file=path,
    )


CHARTS = ("history", "peak_day")
POINTS = ("daily", *CHARTS)


def without(data: bytes, *names: str) -> bytes:
    """A document without some of its lists of rows."""
    for name in names:
        begin, end = _bounds(data, name)
        data = data[:begin] + data[end:]
    return data


def section(data: bytes, name: str) -> bytes:
    """One list as it stands in a document; empty where it has none, or no row."""
    begin, end = _bounds(data, name)
    return data[begin:end]


def until(data: bytes, name: str, last: str) -> bytes:
    """A document without those rows of a list, ordered by day, that come after the day `last`.

    The first row stays in any case: an empty list would say that there never was one.
    """
    begin, end = _bounds(data, name)
    head, *rows = data[begin:end].split(_ROW_START)
    late = max(1, bisect(rows, f'{last}"~'.encode()))
    if late >= len(rows):
        return data
    kept = _ROW_START.join((head, *rows[:late])).removesuffix(b",")
    return data[:begin] + kept + _LIST_END + data[end:]


_ROW_START = b'\n    ["'
_LIST_END = b"\n  ]"


def _bounds(data: bytes, name: str) -> tuple[int, int]:
    """From the comma before a list to its end. A raw line break can't be within a JSON string."""
    begin = data.find(b',\n  "%s": [\n' % name.encode())
    end = data.find(_LIST_END, begin)
    return (begin, end + len(_LIST_END)) if 0 <= begin < end else (0, 0)
