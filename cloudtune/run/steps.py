"""The steps from a spec to a report, listed once: read, judge, fit or forecast, document.

Every command and the Python API go this way; none lists the steps again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cloudtune.data.load import load
from cloudtune.engine import forecast as engine
from cloudtune.engine.backtest import head_of
from cloudtune.engine.kept import NO_SHELF
from cloudtune.engine.result import ENGINE, Run
from cloudtune.errors import Problem, Refusal
from cloudtune.plan.sheet import order_sheet
from cloudtune.report.build import build_document
from cloudtune.report.orders import build_orders
from cloudtune.spec.check_events import check_against_span

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from cloudtune.data.series import Cleaned
    from cloudtune.engine.kept import Shelf
    from cloudtune.engine.projection import Projection
    from cloudtune.report.document import Document
    from cloudtune.report.orders import OrdersDocument
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.spec.store import Store


@dataclass(frozen=True, eq=False)
class Prepared:
    """A spec beside its data: what every fit begins with."""

    resolved: ResolvedSpec
    cleaned: Cleaned
    notes: tuple[Problem, ...] = ()
    """Warnings that show once the span of the data is known."""

    @property
    def end(self) -> datetime:
        """The aware instant just after the last value."""
        return _aware(self.cleaned.series.timeline.stop)

    def head(self, points: int) -> Prepared:
        """The same spec as if the data had ended after `points` base points."""
        return Prepared(self.resolved, head_of(self.cleaned, points))


def read(resolved: ResolvedSpec, root: Path, *, allow_outside: bool = False) -> Prepared:
    """The spec beside what its sources hold today; raises Refusal with all that is wrong with them."""
    return Prepared(resolved, load(resolved, root, allow_outside=allow_outside))


def judged(cleaned: Cleaned, resolved: ResolvedSpec) -> Prepared:
    """Data and spec held against one another; raises Refusal where an event ahead can't be learned."""
    timeline = cleaned.series.timeline
    found = check_against_span(resolved, _aware(timeline.start), _aware(timeline.stop))
    if any(problem.is_error for problem in found):
        raise Refusal(*found)
    return Prepared(resolved, cleaned, (*cleaned.findings, *found))


def prepare(resolved: ResolvedSpec, root: Path, *, allow_outside: bool = False) -> Prepared:
    """Read and judge."""
    return judged(read(resolved, root, allow_outside=allow_outside).cleaned, resolved)


def fit(prepared: Prepared, *, seed: int = 0) -> Projection:
    """The model behind a forecast, to be asked again and again; no backtest."""
    return engine.fitted(prepared.cleaned, prepared.resolved, seed=seed)


def forecast(prepared: Prepared, *, seed: int = 0, shelf: Shelf = NO_SHELF) -> Run:
    """Fit, project, test; raises Refusal where the data can't carry the forecast.

    A shelf may only be given for a spec as it stands in the store: it knows specs by their hash.
    """
    return told(prepared, fit(prepared, seed=seed), seed=seed, shelf=shelf)


def told(prepared: Prepared, projection: Projection, *, seed: int = 0, shelf: Shelf = NO_SHELF) -> Run:
    """The run of a model that is fitted already, with the same seed."""
    outcome = engine.told(projection, prepared.cleaned, prepared.resolved, seed=seed, shelf=shelf)
    return Run(prepared.resolved, prepared.cleaned, outcome)


def execute(resolved: ResolvedSpec, root: Path, *, seed: int = 0, allow_outside: bool = False) -> Run:
    """Read, judge, forecast; raises Refusal with every reason why that can't be done."""
    return forecast(prepare(resolved, root, allow_outside=allow_outside), seed=seed)


def document_of(run: Run, store: Store) -> Document:
    """The document of a run; its template is filled in by whoever renders it."""
    return build_document(run, engine=ENGINE, template="", locate=store.line_of)


def order_sheet_of(run: Run, report: Document) -> OrdersDocument | None:
    """The order sheet of a run, beside its report; None where the spec asks for no capacity."""
    capacity, highest = run.resolved.spec.capacity, run.outcome.highest
    if capacity is None or highest is None or not capacity.fleet:
        return None
    return build_orders(run, order_sheet(run, capacity, highest), report)


def _aware(stamp: np.datetime64) -> datetime:
    return datetime.fromtimestamp(int(stamp.astype("int64")), tz=UTC)
