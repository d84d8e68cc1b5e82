"""What the forecast becomes once a proposal is followed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cloudtune.data.load import masked_by
from cloudtune.errors import Refusal
from cloudtune.forecast.plan_of import plan_of, usable
from cloudtune.forecast.predict import Breakdown
from cloudtune.model.fit import fit
from cloudtune.suggest.proposals import Effect, edited
from cloudtune.suggest.trial import resolved_after, texts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from cloudtune.data.series import Cleaned
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.spec.store import Store
    from cloudtune.suggest.proposals import Proposal

MOST = 12
"""Refits; further proposals go without the figure."""
LONGEST_DAYS = 90
REREAD = frozenset({"timezone", "step"})
"""Kinds that change how data is read, so that a refit to the same series says nothing."""


@dataclass(frozen=True, eq=False)
class Ground:
    """A spec of a store with its data."""

    store: Store
    resolved: ResolvedSpec
    cleaned: Cleaned


def with_effects(ground: Ground, proposals: Sequence[Proposal]) -> list[Proposal]:
    """The proposals with the change of the base horizon that each of them alone would bring."""
    base = path_of(ground.cleaned, ground.resolved)
    fitting = [one for one in proposals if one.edits and one.kind not in REREAD]
    chosen = sorted(fitting, key=lambda one: -one.strength)[:MOST]
    return [replace(one, effect=_effect(ground, base, one)) if one in chosen else one for one in proposals]


def path_of(cleaned: Cleaned, resolved: ResolvedSpec) -> NDArray[np.float64]:
    """The median path of the base horizon, at most 90 days, from one quick fit."""
    timeline = cleaned.series.timeline
    days = min(*(row.horizon.days for row in resolved.spec.granularities), LONGEST_DAYS)
    ahead = max(1, int(days * 1440 / timeline.step.minutes))
    model = fit(plan_of(cleaned, resolved, ahead), usable(cleaned))
    running = dict(Breakdown(model, timeline.periods, timeline.periods + ahead).running())
    return next(reversed(running.values()))


def _effect(ground: Ground, base: NDArray[np.float64], proposal: Proposal) -> Effect | None:
    texts = edited(texts_of(ground.store.root, [proposal.file]), [proposal], ground.store)
    try:
        resolved = resolved_after(ground.store, ground.resolved, texts)
    except Refusal:
        return None
    masked = masked_by(resolved.spec, ground.cleaned.series.timeline)
    path = path_of(replace(ground.cleaned, masked=masked), resolved)
    return Effect(total=_ratio(path.sum(), base.sum()), peak=_ratio(path.max(), base.max()))


def _ratio(after: np.float64, before: np.float64) -> float:
    return float(after / before - 1) if before else 0.0
