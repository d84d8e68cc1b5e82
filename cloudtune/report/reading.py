"""Report documents, read from bytes with nothing taken for granted."""

from __future__ import annotations

import json
import re
from typing import Any, cast

from cloudtune.errors import Problem, Refusal
from cloudtune.report.document import (
    SCHEMA_VERSION,
    AccuracyRow,
    Document,
    EventRow,
    ExclusionRow,
    GateRow,
)

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
    "events": EventRow.__required_keys__,
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
