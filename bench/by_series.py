"""Tables with a row a series: means over its cuts, for it is a series that a user has."""

from __future__ import annotations

import re
from statistics import fmean
from typing import TYPE_CHECKING

from bench.systems import SYSTEMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.scores import Scores

OURS = "cloudtune"
STEPS = (("coverage", "base"), ("coverage_1h", "hour"), ("coverage_1d", "day"), ("coverage_1w", "week"))
LOWEST, HIGHEST = 75, 85


def accuracy_rows(scores: Scores, cases: Sequence[str]) -> list[list[str]]:
    """CloudTune's mean WAPE, then what it is relative to each peer over the cuts that the peer ran on."""
    peers = [name for name in scores.systems if name != OURS]
    head = ["series", "cuts", "CloudTune WAPE %", *(SYSTEMS[name].title for name in peers), "best peer"]
    rows = [head]
    for series, cuts in _series(cases).items():
        ours = [value for case in cuts if (value := scores.value(case, OURS, "wape")) is not None]
        ratios = {name: _ratio(scores, cuts, name) for name in peers}
        known = {name: ratio for name, (ratio, _) in ratios.items() if ratio is not None}
        worst = max(known, key=known.__getitem__, default=None)
        rows.append(
            [
                series,
                str(len(ours)),
                f"{100 * fmean(ours):.1f}" if ours else "-",
                *(_shown(*ratios[name]) for name in peers),
                "-" if worst is None else f"{known[worst]:.2f} ({SYSTEMS[worst].title})",
            ]
        )
    return rows


def coverage_rows(scores: Scores, cases: Sequence[str]) -> list[list[str]]:
    """The share of points in the 80% interval, mean over a series' cuts, then how many series hold."""
    rows = [["series", *(title for _, title in STEPS)]]
    columns: list[list[float]] = [[] for _ in STEPS]
    for series, cuts in _series(cases).items():
        row = [series]
        for column, (metric, _) in zip(columns, STEPS, strict=True):
            found = [scores.value(case, OURS, metric) for case in cuts]
            known = [100 * value for value in found if value is not None]
            row.append(f"{fmean(known):.0f}" if known else "-")
            column.extend([fmean(known)] if known else [])
        rows.append(row)
    means = [f"{fmean(column):.0f}" if column else "-" for column in columns]
    held = [f"{sum(LOWEST <= c <= HIGHEST for c in column)} of {len(column)}" for column in columns]
    return [*rows, ["mean", *means], [f"series within {LOWEST} to {HIGHEST}", *held]]


def _series(cases: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for case in cases:
        found.setdefault(re.sub(r"[@-]\d{4}-\d\d-\d\d$", "", case), []).append(case)
    return found


def _ratio(scores: Scores, cuts: Sequence[str], peer: str) -> tuple[float | None, int]:
    pairs = [(scores.value(case, OURS, "wape"), scores.value(case, peer, "wape")) for case in cuts]
    known = [(ours, theirs) for ours, theirs in pairs if ours is not None and theirs is not None]
    if not known:
        return None, 0
    return fmean(ours for ours, _ in known) / fmean(theirs for _, theirs in known), len(known)


def _shown(ratio: float | None, cuts: int) -> str:
    return "-" if ratio is None else f"{ratio:.2f} ({cuts})"
