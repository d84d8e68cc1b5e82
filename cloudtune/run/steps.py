"""The steps from a spec to a run, listed once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cloudtune.data.load import load
from cloudtune.engine.forecast import forecast
from cloudtune.engine.result import Run
from cloudtune.errors import Refusal
from cloudtune.spec.check_events import check_against_span

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from cloudtune.data.series import Cleaned
    from cloudtune.errors import Problem
    from cloudtune.spec.resolved import ResolvedSpec


def execute(resolved: ResolvedSpec, root: Path, *, seed: int = 0, allow_outside: bool = False) -> Run:
    """Read, fit, forecast; raises Refusal with every reason why that can't be done."""
    cleaned = load(resolved, root, allow_outside=allow_outside)
    judge(cleaned, resolved)
    return execute_on(cleaned, resolved, seed=seed)


def execute_on(cleaned: Cleaned, resolved: ResolvedSpec, *, seed: int = 0) -> Run:
    """The last step alone, for data that has been read and judged already."""
    return Run(resolved, cleaned, forecast(cleaned, resolved, seed=seed))


def judge(cleaned: Cleaned, resolved: ResolvedSpec) -> tuple[Problem, ...]:
    """Warnings about the spec that show once the span of the data is known; refuses errors."""
    timeline = cleaned.series.timeline
    found = check_against_span(resolved, _aware(timeline.start), _aware(timeline.stop))
    if any(problem.is_error for problem in found):
        raise Refusal(*found)
    return tuple(found)


def _aware(stamp: np.datetime64) -> datetime:
    return datetime.fromtimestamp(int(stamp.astype("int64")), tz=UTC)
