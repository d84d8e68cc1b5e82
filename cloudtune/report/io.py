"""The one reader and the one writer of report documents: bytes in, a document out, and back."""

from __future__ import annotations

import json
import re
from bisect import bisect
from dataclasses import replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NoReturn, cast, get_type_hints

from cloudtune.errors import Problem, Refusal, command
from cloudtune.report.document import (
    SCHEMA_VERSION,
    AccuracyRow,
    ActualRow,
    Document,
    ExclusionRow,
    FoldRow,
    GateRow,
    OccurrenceRow,
    PeriodRow,
    PointRow,
    RepairRow,
    SurpriseRow,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

REPORTS = "reports"
"""The folder of all reports below the root."""
_FAMILY, _, _VERSION = SCHEMA_VERSION.rpartition("/v")
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
_RECORDS: dict[str, frozenset[str]] = {
    "events": OccurrenceRow.__required_keys__,
    "accuracy": AccuracyRow.__required_keys__,
    "exclusions": ExclusionRow.__required_keys__,
    "gates": GateRow.__required_keys__,
}
"""Lists of objects, and the keys that each object has."""
_POINTS: dict[str, Any] = {
    "daily": PeriodRow,
    "weekly": PeriodRow,
    "history": ActualRow,
    "surprises": SurpriseRow,
    "peak_day": PointRow,
    "folds": FoldRow,
    "repairs": RepairRow,
}
"""Lists of lists, and the type whose fields each of them fills."""
CHARTS = ("history", "peak_day")
"""Lists that only charts are drawn from."""
LONG_LISTS = ("daily", *CHARTS)
"""What makes nine tenths of a document's bytes, and what most commands need none of."""
_ROW_START = b'\n    ["'
_LIST_END = b"\n  ]"
_ENCODER = json.JSONEncoder(sort_keys=True, allow_nan=False)
_BORDER = "], ["
_RANGE_KEYS = {"value", "low", "high"}
_MOVING = ("data", "data_through")
"""Inputs that no two runs have alike."""
_NEWEST_FIRST = ("history",)
"""Lists that grow at their end: turned over, a new row is one new line, without a comma in another."""
_RUN_KEYS = {*_MOVING, "granularities"}


def report_file(report_id: str, suffix: str = ".json") -> str:
    """`reports/<id><suffix>`, from the root."""
    return f"{REPORTS}/{report_id}{suffix}"


def report_path(root: Path, report_id: str, suffix: str) -> Path:
    """`reports/<id><suffix>` below `root`."""
    return root / PurePosixPath(report_file(report_id, suffix))


ORDERS = ".capacity.json"
"""How the name of an order sheet ends: it lies beside the report of its forecast."""


def report_id(file: str) -> str:
    """The id of the report whose document is `file`; empty where `file` is no document of a report."""
    if not (file.startswith(f"{REPORTS}/") and file.endswith(".json")) or file.endswith(ORDERS):
        return ""
    return file.removeprefix(f"{REPORTS}/").removesuffix(".json")


def dump_document(document: Mapping[str, Any]) -> str:
    """Sorted keys, two spaces, one point a line, LF, a final newline, null for no figure.

    Why ASCII only: an invisible or right-to-left mark shows in a diff as what it is.
    """
    return _block(_laid_out(cast("dict[str, Any]", document)), 0) + "\n"


def _laid_out(document: dict[str, Any]) -> dict[str, Any]:
    """A document with what every run moves on one line of its inputs: a quiet day changes that line alone."""
    if "granularities" not in document:
        return document  # an order sheet, which has no run of its own
    inputs = dict(document["inputs"])
    run = {name: inputs.pop(name) for name in _MOVING if name in inputs}
    run["granularities"] = document["granularities"]
    rest = {name: value for name, value in document.items() if name not in ("inputs", "granularities")}
    past = {name: document[name][::-1] for name in _NEWEST_FIRST if name in document}
    return {**rest, **past, "inputs": {**inputs, "run": run}}


def _oldest_first(rows: list[Any]) -> list[Any]:
    """Rows by date, whichever way an earlier CloudTune wrote them."""
    return rows[::-1] if len(rows) > 1 and str(rows[0]) > str(rows[-1]) else rows


def _lifted(raw: dict[str, Any]) -> dict[str, Any]:
    """The document of `_laid_out` as the rest of CloudTune knows it."""
    inputs = dict(raw["inputs"])
    run = inputs.pop("run", {})
    if not isinstance(run, dict):
        return raw
    moving = {name: run[name] for name in _MOVING if name in run}
    reach = {"granularities": run["granularities"]} if "granularities" in run else {}
    past = {name: _oldest_first(raw[name]) for name in _NEWEST_FIRST if isinstance(raw.get(name), list)}
    return {**raw, **reach, **past, "inputs": {**inputs, **moving}}


def read_document(file: str, data: bytes, commit: str = "") -> tuple[Document, tuple[Problem, ...]]:
    """A document with every key of today's schema, and a warning where it was written by an older one.

    Raises Refusal for conflicts (CT724), for what no run writes (CT725) and for newer schemas (CT728).
    `commit` is where `file` was read from, where that isn't the working tree.
    """
    return _of_today(file, _parsed(file, data, commit), commit)


def load_document(data: bytes, file: str) -> Document:
    """A document of today's schema, whole; older ones (CT726) and parts of one are refused, too."""
    raw = _parsed(file, data, "")
    document, problems = _of_today(file, raw, "")
    if problems:
        raise Refusal(*(replace(problem, severity="error") for problem in problems))
    missing = sorted(Document.__required_keys__ - raw.keys())
    if missing:
        raise Refusal(_broken(file, f"it lacks {', '.join(missing)}", ""))
    return document


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


def _parsed(file: str, data: bytes, commit: str) -> dict[str, Any]:
    try:
        raw = json.loads(data, **(_CAREFUL if _ODD_FIGURE.search(data) else _PLAIN))
    except (ValueError, RecursionError) as error:
        # Why only now: the lines of a conflict are never JSON, whatever a text in a document says.
        problem = _conflict(file) if _CONFLICT.search(data) else _broken(file, str(error), commit)
        raise Refusal(problem) from error
    if not isinstance(raw, dict) or not isinstance(raw.get("inputs"), dict):
        raise Refusal(_broken(file, "it holds no report", commit))
    return _lifted(raw)


def _no_figure(name: str) -> NoReturn:
    raise ValueError(f"{name[:40]} is no figure")


def _figure(text: str) -> float:
    value = float(text)
    return value if abs(value) <= _LARGEST else _no_figure(text)


def _whole(text: str) -> int:
    return int(text) if len(text) <= _DIGITS else _no_figure(text)


_LARGEST, _DIGITS = 1e40, 40
_PLAIN: dict[str, Any] = {"parse_constant": _no_figure}
_CAREFUL: dict[str, Any] = {**_PLAIN, "parse_float": _figure, "parse_int": _whole}
_ODD_FIGURE = re.compile(rb"[0-9][eE][+]?[0-9]|[0-9]{32}")
"""A sign that a figure may be larger than any that a run writes: then each is looked at."""


def _of_today(file: str, raw: dict[str, Any], commit: str) -> tuple[Document, tuple[Problem, ...]]:
    written_by = str(raw.get("schema_version", ""))
    if _generation(written_by) > int(_VERSION):
        raise Refusal(_newer(file, written_by))
    name = report_id(file) or file
    whole: dict[str, Any] = {**_EMPTY, **{key: [] for key in _LISTS}, "growth": dict(_NO_RANGE)}
    whole |= {"id": name, "name": name.rpartition("/")[2], **raw}
    whole["inputs"] = {**_NO_INPUTS, **raw["inputs"]}
    is_old = written_by != SCHEMA_VERSION
    for key in (*_RECORDS, *(_POINTS.keys() & whole.keys())):
        rows = whole[key] if isinstance(whole[key], list) else [whole[key]]
        whole[key] = _records(rows, _RECORDS[key]) if key in _RECORDS else _points(rows, _POINTS[key])
        if len(whole[key]) < len(rows) and not is_old:
            raise Refusal(_broken(file, f"its {key} are not what a run writes", commit))
    return cast("Document", whole), (_older(file, written_by),) if is_old else ()


def _records(rows: list[Any], keys: frozenset[str]) -> list[Any]:
    return [row for row in rows if isinstance(row, dict) and keys <= row.keys()]


def _points(rows: list[Any], kind: Any) -> list[Any]:
    """Rows as their type, but for those whose cells are not of it."""
    cells = _cells(kind)
    return [kind._make(row) for row in rows if isinstance(row, list) and _is_row(row, cells)]


@cache
def _cells(kind: Any) -> list[Any]:
    """What JSON may hold for each field; a figure without decimals is an int there."""
    return [each if each in (str, int) else each | int for each in get_type_hints(kind).values()]


def _is_row(row: list[Any], cells: list[Any]) -> bool:
    return len(row) == len(cells) and all(map(isinstance, row, cells))


def _generation(schema: str) -> int:
    family, _, digits = schema.rpartition("/v")
    return int(digits[:9]) if family == _FAMILY and digits.isdecimal() else 0


def _conflict(file: str) -> Problem:
    return Problem(
        "CT724",
        "the report holds the markers of a merge conflict",
        f"reports are never merged by hand: {_rerun(file)} && git add {REPORTS}",
        file=file,
    )


def _broken(file: str, why: str, commit: str) -> Problem:
    at = f" at {commit[:7]}" if commit else ""
    mend = "it is left out of the comparison" if commit else _rerun(file)
    # Why: a broken report of the past can't be mended any more and must not block today's change.
    return Problem(
        "CT725", f"the report{at} can't be read: {why}", mend, "warning" if commit else "error", file
    )


def _newer(file: str, schema: str) -> Problem:
    return Problem(
        "CT728",
        f"the report has schema {schema[:60]}, newer than this CloudTune's {SCHEMA_VERSION}",
        "pip install --upgrade cloudtune",
        file=file,
    )


def _older(file: str, schema: str) -> Problem:
    return Problem(
        "CT726",
        f"the report has schema {schema[:60] or 'none'}, older than {SCHEMA_VERSION}: gaps are not compared",
        "cloudtune run writes it anew",
        severity="warning",
        file=file,
    )


def _bounds(data: bytes, name: str) -> tuple[int, int]:
    """From the comma before a list to its end. A raw line break can't be within a JSON string."""
    begin = data.find(b',\n  "%s": [\n' % name.encode())
    end = data.find(_LIST_END, begin)
    return (begin, end + len(_LIST_END)) if 0 <= begin < end else (0, 0)


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
    if not all(isinstance(item, (list, tuple)) and _is_inline(item) for item in value):
        return []
    points = _inline(value)[2:-2].split(_BORDER)
    return [f"[{point}]" for point in points] if len(points) == len(value) else []


def _inline(value: Any) -> str:
    return _ENCODER.encode(value)


def _is_inline(value: Any) -> bool:
    """True for scalars, points (lists of scalars), a value with its interval, and what every run moves."""
    if isinstance(value, dict):
        return value.keys() == _RANGE_KEYS or value.keys() == _RUN_KEYS
    return not isinstance(value, (list, tuple)) or not any(
        isinstance(item, (dict, list, tuple)) for item in value
    )


def _rerun(file: str) -> str:
    return command("cloudtune", "run", "-s", report_id(file) or file)
