"""A comment on its way from the job that may only read to the one that may write: facts, never Markdown.

A pull request from a fork runs its own code and may have written anything. So what it hands over is data
of a known shape and a bounded size. The trusted side renders it with its own code and templates, which escape
every text.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from cloudtune.errors import CODES, Problem, Refusal, Severity, Span
from cloudtune.review.change import Diff, FigureChange, HighestPeak, Kind, ReportDiff, Status, Unit, Value
from cloudtune.review.comment import Comment

if TYPE_CHECKING:
    from typing import Self

SCHEMA = "cloudtune/comment/v1"
MOST_BYTES = 4 * 1024 * 1024
"""A thousand forecasts that all move take less than half of it."""
_MOST_CHARACTERS = 4_000
_AWAY = re.compile(r"^/|(^|/)\.\.?(/|$)|[\\:\x00-\x1f\x7f]")


def as_json(comment: Comment) -> dict[str, Any]:
    """The facts of a comment for `loaded`: every change unrounded, problems with their places."""
    whole = {
        "schema_version": SCHEMA,
        **{name: getattr(comment.diff, name) for name in _SIDES},
        "as_of": comment.as_of,
        "prefix": comment.prefix,
        "reports": [_facts(_Report, report) for report in comment.diff.reports],
        "problems": [_facts(_Problem, problem) for problem in comment.problems],
        "explained": dict(comment.explained),
    }
    return {key: _clipped(value) for key, value in whole.items()}


def loaded(data: bytes, head: str | None = None) -> Comment:
    """The comment that another job handed over; refuses what is not of the shape, or not about `head`."""
    if len(data) > MOST_BYTES:
        raise Refusal(_unfit(f"it has {len(data):,} bytes, and {MOST_BYTES:,} are taken"))
    try:
        found = _Comment.model_validate(json.loads(data.decode()))
    except (ValidationError, ValueError, RecursionError) as error:
        # Not the text itself: it may hold whatever a log or a terminal would obey.
        why = f"it is not what `cloudtune comment --format json` gives, see {_where(error)}"
        raise Refusal(_unfit(why)) from error
    if head is not None and found.head_commit != head:
        raise Refusal(_unfit("it is not about this pull request's head"))
    sides = {name: getattr(found, name) for name in _SIDES}
    diff = Diff(reports=tuple(report.made() for report in found.reports), **sides)
    problems = tuple(problem.made() for problem in found.problems)
    return Comment(diff, problems, found.explained, found.as_of, found.prefix)


_SIDES = ("base", "head", "unchanged", "base_commit", "head_commit")


def _inside(path: str) -> str:
    if _AWAY.search(path):
        raise ValueError("a path leads elsewhere")
    return path


def _known(code: str) -> str:
    if code not in CODES:
        raise ValueError("no code of ours")
    return code


def _moment(text: str) -> str:
    datetime.fromisoformat(text)
    return text


_Path = Annotated[str, AfterValidator(_inside)]
_Moment = Annotated[str, AfterValidator(_moment)]
_Commit = Annotated[str, Field(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})?$")]


class _Strict(BaseModel):
    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, allow_inf_nan=False, str_max_length=_MOST_CHARACTERS
    )


class _Change(_Strict):
    kind: Kind
    subject: str
    fact: str
    before: Value
    after: Value
    material: bool
    why: str
    unit: Unit
    file: _Path
    line: Annotated[int, Field(ge=1, le=10_000_000)] | None

    @model_validator(mode="after")
    def _of_its_unit(self) -> Self:
        for side in (self.before, self.after):
            if isinstance(side, str) and self.unit == "moment":
                _moment(side)
        return self


class _Peak(_Strict):
    at: _Moment
    height: float | None
    driver: str


class _Report(_Strict):
    id: str
    status: Status
    before_id: str
    inputs: list[str]
    changes: list[_Change]
    peak_before: _Peak | None
    peak_after: _Peak | None

    def made(self) -> ReportDiff:
        changes = tuple(FigureChange(**change.model_dump()) for change in self.changes)
        before, after = _made(self.peak_before), _made(self.peak_after)
        return ReportDiff(self.id, self.status, changes, tuple(self.inputs), self.before_id, before, after)


class _Problem(_Strict):
    code: Annotated[str, AfterValidator(_known)]
    severity: Severity
    message: str
    hint: str
    file: _Path
    line: Annotated[int, Field(ge=1, le=10_000_000)] | None

    def made(self) -> Problem:
        span = Span(self.line, 1, self.line, 1) if self.line else None
        return Problem(self.code, self.message, self.hint, self.severity, self.file, span=span)


class _Comment(_Strict):
    schema_version: Literal["cloudtune/comment/v1"]
    base: str
    base_commit: _Commit
    head: str
    head_commit: _Commit
    unchanged: Annotated[int, Field(ge=0, le=1_000_000)]
    as_of: Annotated[str, Field(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]
    prefix: _Path
    reports: list[_Report]
    problems: list[_Problem]
    explained: dict[str, str]


def _made(peak: _Peak | None) -> HighestPeak | None:
    return HighestPeak(peak.at, peak.height, peak.driver) if peak else None


def _facts(model: type[BaseModel], of: object) -> dict[str, Any]:
    """What `model` holds of a value of ours."""
    found = {name: getattr(of, name, None) for name in model.model_fields}
    if isinstance(of, ReportDiff):
        peaks = {name: found[name] and _facts(_Peak, found[name]) for name in ("peak_before", "peak_after")}
        return {**found, **peaks, "changes": [_facts(_Change, change) for change in of.changes]}
    if isinstance(of, Problem):
        return {**found, "line": of.span.line if of.span else None}
    return found


def _clipped(value: Any) -> Any:
    """Why: a text may be as long as a field of somebody's data."""
    if isinstance(value, str):
        return value[:_MOST_CHARACTERS]
    if isinstance(value, dict):
        return {key: _clipped(one) for key, one in value.items()}
    return [_clipped(one) for one in value] if isinstance(value, (list, tuple)) else value


def _where(error: Exception) -> str:
    """Which key is wrong; names of keys that only the sender knows are left out."""
    if not isinstance(error, ValidationError):
        return "it is no JSON"
    first = error.errors(include_input=False, include_url=False)[0]
    known = [str(part) for part in first["loc"] if isinstance(part, int) or part in _KEYS]
    return ".".join(known) or "its keys"


_KEYS = frozenset().union(*(model.model_fields for model in (_Comment, _Report, _Change, _Peak, _Problem)))


def _unfit(why: str) -> Problem:
    return Problem(
        "CT734", f"what was handed over is not posted: {why}", "let the workflow that makes it run again"
    )
