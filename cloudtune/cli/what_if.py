"""A what-if for each selected forecast, laid beside its baseline; nothing is written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cloudtune.data.load import load
from cloudtune.pipeline.run import execute_on, judge
from cloudtune.pipeline.scenario import apply, scenario_of
from cloudtune.report.what_if import Comparison, compare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.report.publish import Job
    from cloudtune.spec.store import Store


def what_if(store: Store, name: str, texts: Sequence[str], job: Job) -> Comparison:
    """Run a forecast as it is and as the overrides have it, on the same data with the same seed."""
    resolved = store.resolve(name)
    scenario = scenario_of(resolved, texts)
    cleaned = load(resolved, job.root, allow_outside=job.allow_outside)
    judge(cleaned, resolved)
    end = datetime.fromtimestamp(int(cleaned.series.timeline.stop.astype("int64")), tz=UTC)
    other = apply(resolved, scenario, end)
    judge(cleaned, other)
    baseline = execute_on(cleaned, resolved, seed=job.seed)
    return compare(baseline, execute_on(cleaned, other, seed=job.seed), scenario.name)
