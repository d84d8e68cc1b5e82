"""The verbs of the Python API: each goes the way of the command of its name."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from cloudtune.api.results import BacktestResult, Explanation, Forecast, Question, explained
from cloudtune.api.specs import Spec, load, located
from cloudtune.run import steps
from cloudtune.spec.sources import ParquetSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtune.api.results import Time
    from cloudtune.api.specs import Source
    from cloudtune.run.steps import Prepared
    from cloudtune.spec.resolved import ResolvedSpec


def forecast(
    spec: Spec | Source,
    data: Any = None,
    *,
    time: str | None = None,
    value: str | None = None,
    seed: int = 0,
) -> Forecast:
    """Forecast a spec (or what `load` takes) from its source, or from a frame.

    `data` is a frame of pandas, polars or Arrow; `time` and `value` name its columns, by default those of
    the spec's source. Naive times are read in the spec's zone. Raises `Refusal` with every reason.
    """
    chosen = _spec(spec, data, time, value)
    with _prepared(chosen, data, time, value) as prepared:
        projection = steps.fit(prepared, seed=seed)
        return Forecast(chosen, steps.told(prepared, projection, seed=seed), projection, seed)


def explain(
    of: Forecast | Spec | Source,
    at: Time | None = None,
    *,
    event: str | None = None,
    start: Time | None = None,
    end: Time | None = None,
) -> Explanation:
    """The ingredients of one step (`at`), a stretch (`start` to `end`) or all occurrences of an `event`.

    A forecast is asked as it is; a spec (or what `load` takes) is fitted to its source first, without
    a backtest. Times without an offset are of the spec's zone. Raises `Refusal` for a time out of reach.
    """
    if isinstance(of, Forecast):
        return of.explain(at, event=event, start=start, end=end)
    chosen = _spec(of, None, None, None)
    with _prepared(chosen, None, None, None) as prepared:
        return explained(chosen, steps.fit(prepared), Question(at, event, start, end))


def backtest(
    spec: Spec | Source,
    data: Any = None,
    *,
    folds: int | None = None,
    time: str | None = None,
    value: str | None = None,
    seed: int = 0,
) -> BacktestResult:
    """Past accuracy by rolling origin; `folds` in place of the spec's own."""
    chosen = _spec(spec, data, time, value)
    if folds is not None:
        chosen = _with_folds(chosen, folds)
    with _prepared(chosen, data, time, value) as prepared:
        return BacktestResult(chosen, steps.forecast(prepared, seed=seed))


def _spec(spec: Spec | Source, data: Any, time: str | None, value: str | None) -> Spec:
    if isinstance(spec, Spec):
        return spec
    if data is not None and isinstance(spec, Mapping):
        return load(_with_frame_source(spec, time, value))
    return load(spec)


@contextmanager
def _prepared(spec: Spec, data: Any, time: str | None, value: str | None) -> Iterator[Prepared]:
    """The data, read and judged; whatever is refused on the way knows its line."""
    root = spec.store.root
    with located(spec):
        if data is None:
            yield steps.prepare(spec.resolved, root, allow_outside=spec.allow_outside)
            return
        with _in_place_of_source(spec.resolved, data, time, value) as resolved:
            cleaned = steps.read(resolved, root, allow_outside=True).cleaned
        yield steps.judged(cleaned, spec.resolved)


def _with_folds(spec: Spec, folds: int) -> Spec:
    block = spec.resolved.spec
    changed = block.model_copy(update={"backtest": block.backtest.model_copy(update={"folds": folds})})
    return replace(spec, resolved=replace(spec.resolved, spec=changed))


_READ_ALIKE = ("time_format", "time_zone", "stamps", "week_ends", "duplicates", "decimal", "thousands")
"""What a source says of its columns, which holds for a frame in its place."""


@contextmanager
def _in_place_of_source(
    resolved: ResolvedSpec, data: Any, time: str | None, value: str | None
) -> Iterator[ResolvedSpec]:
    """The spec with `data` as the source of its series, as long as the context lasts.

    `data` is whatever Arrow takes: a frame of pandas or polars, a DuckDB relation, an Arrow table.
    Why through a file: repairs, refusals and the hash of the data are then those of a run.
    """
    source = resolved.spec.series.source
    with TemporaryDirectory(prefix="cloudtune-") as folder:
        path = Path(folder) / "frame.parquet"
        pq.write_table(pa.table(data), path)
        held = ParquetSource(
            kind="parquet",
            path=str(path),
            time=time or source.time,
            value=value or source.value,
            **{key: getattr(source, key) for key in _READ_ALIKE},
        )
        series = resolved.spec.series.model_copy(update={"source": held})
        yield replace(resolved, spec=resolved.spec.model_copy(update={"series": series}))


def _with_frame_source(spec: Mapping[str, Any], time: str | None, value: str | None) -> Mapping[str, Any]:
    """A dict without a source, given one that a frame takes the place of."""
    series = spec.get("series", {})
    if "source" in series:
        return spec
    stand_in = {"kind": "parquet", "path": "frame.parquet", "time": time or "time", "value": value or "value"}
    return {**spec, "series": {**series, "source": stand_in}}
