"""Today's engine, template and data, which reports are held against."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cloudtune.report.index import render_index
from cloudtune.report.markdown import REPORT
from cloudtune.review.fingerprint import is_same_data
from cloudtune.review.plan import Present
from cloudtune.review.renderings import digests

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from cloudtune.report.templates import Templates
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.spec.store import SpecFile, Store


def present_of(store: Store, engine: str, templates: Templates, today: date) -> Present:
    """The world that a run would find today."""

    def same_data(item: SpecFile, data_hash: str) -> bool:
        return is_same_data(store.root, item, data_hash, lambda name: _load(store.root, store.resolve(name)))

    return Present(
        engine=engine,
        template=templates.digest(REPORT),
        digests=partial(digests, store.root),
        index=partial(render_index, templates=templates),
        same_data=same_data,
        today=today,
    )


def _load(root: Path, resolved: ResolvedSpec) -> str:
    from cloudtune.data.load import load  # noqa: PLC0415 - pandas and DuckDB cost a second that most plans save

    return load(resolved, root).data_hash
