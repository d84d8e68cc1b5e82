"""What the verbs of the Python API return: read, shown in a notebook, asked further; nothing is written."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cloudtune.api import html
from cloudtune.api.specs import located
from cloudtune.api.tables import Table
from cloudtune.engine.explain import explain_at, explain_between, explain_event
from cloudtune.report.explain import text as explained_text
from cloudtune.report.exports import points_table
from cloudtune.report.render import REPORT, render_markdown, render_svg
from cloudtune.report.sticky import settle
from cloudtune.report.store import committed_document
from cloudtune.report.templates import load_templates
from cloudtune.run import steps
from cloudtune.run.steps import Prepared
from cloudtune.timegrid import Moment

if TYPE_CHECKING:
    from cloudtune.api.specs import Spec
    from cloudtune.engine.explain import Composition
    from cloudtune.engine.projection import Projection
    from cloudtune.engine.result import EventOutlook, Outcome, Peak, Run
    from cloudtune.report.document import Document

Time = str | datetime


class Forecast:
    """What a run found, ready to be read, shown and asked; nothing is written."""

    def __init__(self, spec: Spec, run: Run, projection: Projection, seed: int) -> None:
        self.spec = spec
        self._run = run
        self._fitted: Projection | None = projection
        self._seed = seed

    def __getstate__(self) -> dict[str, Any]:
        """For pickle: without the sample paths of the fit, which are drawn again if somebody asks."""
        return {**self.__dict__, "_fitted": None}

    @property
    def steps(self) -> tuple[str, ...]:
        """Steps of the spec, as `table` takes them."""
        return tuple(self._outcome.forecasts)

    @property
    def verdict(self) -> str:
        """The report's one sentence: highest peak, growth, gates."""
        return self._document["verdict"]

    @property
    def peak(self) -> Peak | None:
        """The highest step of the finest step's horizon: how high, and where it most often falls."""
        return self._outcome.peak

    @property
    def peaks(self) -> tuple[Peak, ...]:
        """The highest days, at most ten, by date, each with its highest step; times are local."""
        return self._outcome.peaks

    @property
    def events(self) -> tuple[EventOutlook, ...]:
        """Every occurrence ahead: lift, peak and total, each with its 80% interval."""
        return self._outcome.events

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to mind when reading the figures."""
        return self._outcome.warnings

    @property
    def accuracy(self) -> Table:
        """Backtest figures by step and lead time; errors are shares."""
        return _accuracy(self._outcome)

    def table(self, step: str | None = None, *, tz: str = "UTC") -> Table:
        """Every point of a step (default: the first of the spec): time, mean, quantiles, ingredients.

        Times are aware, in UTC or the zone `tz`; values in the unit of the series. The ingredients'
        product (on an additive scale their sum) is the median path: `q50`, but for sampling.
        """
        name = step or self.steps[0]
        if name not in self._outcome.forecasts:
            raise KeyError(f"{name!r} is no step of {self.spec.id}; it has {', '.join(self.steps)}")
        return Table(points_table(self._outcome.forecasts[name])).in_zone(tz)

    def explain(
        self,
        at: Time | None = None,
        *,
        event: str | None = None,
        start: Time | None = None,
        end: Time | None = None,
    ) -> Explanation:
        """The ingredients of one step (`at`), a stretch (`start` to `end`) or all occurrences of an event."""
        if self._fitted is None:
            self._fitted = steps.fit(Prepared(self._run.resolved, self._run.cleaned), seed=self._seed)
        return explained(self.spec, self._fitted, Question(at, event, start, end))

    def report(self) -> str:
        """The report as Markdown, as a run would commit it: sticky figures are the committed ones."""
        return render_markdown(self._document, load_templates(self.spec.store.root))

    def chart(self) -> str:
        """The report's chart as SVG."""
        return render_svg(self._document)

    def __repr__(self) -> str:
        peak = self.peak
        high = f", peak {peak.height.value:,.4g} at {str(peak.at)[:16]}" if peak else ""
        return f"Forecast({self.spec.id}, {', '.join(self.steps)}{high})"

    def _repr_html_(self) -> str:
        return html.forecast(self._document, self.chart())

    @property
    def _outcome(self) -> Outcome:
        return self._run.outcome

    @cached_property
    def _document(self) -> Document:
        root = self.spec.store.root
        document = steps.document_of(self._run, self.spec.store)
        document["inputs"]["template"] = load_templates(root).digest(REPORT)
        return settle(document, committed_document(root, self.spec.id))


class Explanation:
    """Why stretches of a forecast are what the model says; shown as text or as a table."""

    def __init__(self, spec: Spec, parts: tuple[Composition, ...]) -> None:
        self.spec = spec
        self.parts = parts
        """One a stretch, in order of time: value, ingredients and what each of them adds."""

    def table(self) -> Table:
        """A row an ingredient: start, end (local), ingredient, value (factor or term), what it adds."""
        return Table.of_rows(
            {
                "start": part.start.item(),
                "end": part.end.item(),
                "ingredient": name,
                "value": value,
                "adds": part.steps[name],
            }
            for part in self.parts
            for name, value in part.ingredients.items()
        )

    def __str__(self) -> str:
        return explained_text(self.parts, self.spec.resolved.spec.series)

    def __repr__(self) -> str:
        return f"Explanation({self.spec.id}, {len(self.parts)} stretches)"

    def _repr_html_(self) -> str:
        return html.preformatted(str(self))


class BacktestResult:
    """How the whole procedure did on the past."""

    def __init__(self, spec: Spec, run: Run) -> None:
        self.spec = spec
        self._run = run

    @property
    def accuracy(self) -> Table:
        """Figures by step and lead time, beside those of seasonal-naive; errors are shares."""
        return _accuracy(self._run.outcome)

    @property
    def folds(self) -> Table:
        """A row an origin: its local time, WAPE, that of seasonal-naive, coverage of the 80% interval."""
        rows = self._run.outcome.folds
        return Table.of_rows(
            {
                "cutoff": row.cutoff.item(),
                "wape": row.wape,
                "naive_wape": row.naive_wape,
                "coverage": row.coverage,
            }
            for row in rows
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to mind when reading the figures."""
        return self._run.outcome.warnings

    def __repr__(self) -> str:
        return f"BacktestResult({self.spec.id}, {len(self._run.outcome.folds)} origins)"

    def _repr_html_(self) -> str:
        return self.accuracy._repr_html_()


@dataclass(frozen=True, slots=True)
class Question:
    """What to explain: a time, an event, or a stretch from start to end."""

    at: Time | None = None
    event: str | None = None
    start: Time | None = None
    end: Time | None = None


def explained(spec: Spec, projection: Projection, asked: Question) -> Explanation:
    """The answer of a fitted model; times without an offset are of the spec's zone."""
    with located(spec):
        if asked.event is not None:
            return Explanation(spec, explain_event(projection, asked.event))
        if asked.at is not None:
            return Explanation(spec, (explain_at(projection, _instant(spec, asked.at)),))
        if asked.start is None or asked.end is None:
            raise TypeError("say what to explain: a time, event=, or start= with end=")
        ends = (_instant(spec, asked.start), _instant(spec, asked.end))
        return Explanation(spec, (explain_between(projection, *ends),))


def _instant(spec: Spec, when: Time) -> datetime:
    zone = ZoneInfo(spec.resolved.spec.series.timezone)
    if isinstance(when, str):
        return Moment.parse(when).at(zone)
    return when if when.tzinfo else when.replace(tzinfo=zone)


def _accuracy(outcome: Outcome) -> Table:
    return Table.of_rows(asdict(row) for row in outcome.accuracy)
