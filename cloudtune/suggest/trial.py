"""Proposals tried on a copy of the specs: whether they hold, and what the forecast becomes."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cloudtune.data.load import masked_by
from cloudtune.engine.decompose import Decomposition
from cloudtune.engine.projection import fit_series
from cloudtune.errors import Problem, Refusal
from cloudtune.files import write_bytes
from cloudtune.spec.loader import load_store
from cloudtune.suggest.proposals import Effect, edited
from cloudtune.yaml_edit.patch import texts_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from cloudtune.data.series import Cleaned
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.spec.store import Store
    from cloudtune.suggest.proposals import Proposal


MOST_REFITS = 12
"""Refits; further proposals go without the figure."""
LONGEST_DAYS = 90
REREAD = frozenset({"timezone", "step"})
"""Kinds that change how data is read, so that a refit to the same series says nothing."""


@dataclass(frozen=True, eq=False)
class Baseline:
    """A spec of a store with its data."""

    store: Store
    resolved: ResolvedSpec
    cleaned: Cleaned


def with_effects(baseline: Baseline, proposals: Sequence[Proposal]) -> list[Proposal]:
    """The proposals with the change of the base horizon that each of them alone would bring."""
    base = path_of(baseline.cleaned, baseline.resolved)
    fitting = [one for one in proposals if one.edits and one.kind not in REREAD]
    chosen = sorted(fitting, key=lambda one: -one.strength)[:MOST_REFITS]
    return [replace(one, effect=_effect(baseline, base, one)) if one in chosen else one for one in proposals]


def path_of(cleaned: Cleaned, resolved: ResolvedSpec) -> NDArray[np.float64]:
    """The median path of the base horizon, at most 90 days, from one quick fit."""
    timeline = cleaned.series.timeline
    days = min(*(row.horizon.days for row in resolved.spec.granularities), LONGEST_DAYS)
    ahead = max(1, int(days * 1440 / timeline.step.minutes))
    model = fit_series(cleaned, resolved, ahead).model
    running = dict(Decomposition(model, timeline.periods, timeline.periods + ahead).running())
    return next(reversed(running.values()))


def _effect(baseline: Baseline, base: NDArray[np.float64], proposal: Proposal) -> Effect | None:
    texts = edited(texts_of(baseline.store.root, [proposal.file]), [proposal], baseline.store)
    try:
        resolved = resolved_after(baseline.store, baseline.resolved, texts)
    except Refusal:
        return None
    masked = masked_by(resolved.spec, baseline.cleaned.series.timeline)
    path = path_of(replace(baseline.cleaned, masked=masked), resolved)
    return Effect(total=_ratio(path.sum(), base.sum()), peak=_ratio(path.max(), base.max()))


def _ratio(after: np.float64, before: np.float64) -> float:
    return float(after / before - 1) if before else 0.0


def trial(store: Store, texts: Mapping[str, str]) -> Store:
    """The store as it would be with `texts` in place.

    Where data may lie was judged when the store was loaded, and no suggestion moves it.
    """
    with tempfile.TemporaryDirectory(prefix="cloudtune-") as folder:
        root = Path(folder)
        for file, layers in store.sources.items():
            write_bytes(root / file, texts.get(file, layers.own.text).encode("utf-8"))
        return load_store(root, allow_outside=True)


def resolved_after(store: Store, resolved: ResolvedSpec, texts: Mapping[str, str]) -> ResolvedSpec:
    """The spec as it would be; refuses edits that would make it, or another one, invalid."""
    after = trial(store, texts)
    known = {(problem.file, problem.code, problem.path) for problem in store.problems}
    fresh = [one for one in after.problems if one.is_error and (one.file, one.code, one.path) not in known]
    if fresh or resolved.id not in after.forecasts:
        raise Refusal(*(_explained(one) for one in fresh))
    return after.forecasts[resolved.id]


def write(store: Store, resolved: ResolvedSpec, texts: Mapping[str, str]) -> list[str]:
    """Put the texts in place, all valid or none written; returns the files that changed."""
    resolved_after(store, resolved, texts)
    return [file for file in sorted(texts) if write_bytes(store.root / file, texts[file].encode("utf-8"))]


def _explained(problem: Problem) -> Problem:
    message = f"the suggestion would make the spec invalid: {problem.message}"
    return Problem(
        "CT790",
        message,
        "nothing was written; leave that suggestion out",
        file=problem.file,
        path=problem.path,
    )
