"""Prometheus: the forecast and the units as samples with stamps, and as rules that need no future samples."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from cloudtune.plan.export.keda import as_yaml
from cloudtune.plan.export.schedule import ExportedFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtune.plan.arrays import Floats, Times
    from cloudtune.plan.export.schedule import Export, Schedule

FORECAST = "cloudtune_forecast"
REQUIRED = "cloudtune_units_required"
THROUGH = "cloudtune_data_through_seconds"
STALE_DAYS = 3


def openmetrics(export: Export) -> tuple[ExportedFile, ...]:
    """One text of gauges, stamped in seconds, each series in rising order of time.

    `promtool tsdb create-blocks-from openmetrics` reads it. Samples ahead of the clock stop a live
    server unless `storage.tsdb.out_of_order_time_window` is set: keep them in a store of their own.
    """
    lines = [
        f"# HELP {FORECAST} Forecast demand in {_plain(export.band.unit)} per {export.band.step}.",
        f"# TYPE {FORECAST} gauge",
    ]
    for level, values in export.band.levels.items():
        labels = f'forecast="{escaped(export.forecast)}",level="{level}"'
        lines += _samples(FORECAST, labels, export.band.times, values)
    lines += [f"# HELP {REQUIRED} Units that must be in place.", f"# TYPE {REQUIRED} gauge"]
    for schedule in export.schedules:
        end = np.append(schedule.floor.at, schedule.floor.until)
        units = np.append(schedule.floor.units, schedule.base).astype("float64")
        lines += _samples(REQUIRED, _labels(schedule), end, units)
    lines += [f"# HELP {THROUGH} End of the data.", f"# TYPE {THROUGH} gauge"]
    lines += _data_through(export)
    return (ExportedFile(f"{export.forecast}.om", "\n".join([*lines, "# EOF", ""])),)


def rules(export: Export) -> tuple[ExportedFile, ...]:
    """Recording rules that hold the schedule as steps at epoch seconds, and alerts around it."""
    records = [_record(schedule) for schedule in export.schedules]
    through = {
        "record": "cloudtune:data_through_seconds",
        "labels": {"forecast": export.forecast},
        "expr": f"vector({_seconds(export.data_through)})",
    }
    group = {
        "name": f"cloudtune-{export.forecast}",
        "interval": "30s",
        "rules": [*records, through, *_alerts(export)],
    }
    return (ExportedFile(f"{export.forecast}.rules.yaml", as_yaml({"groups": [group]})),)


def escaped(text: str) -> str:
    """A label value as OpenMetrics writes it."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", " ")


def _samples(name: str, labels: str, times: Times, values: Floats) -> list[str]:
    """Two years of minutes are a million lines: one format string, no work per label."""
    seconds = times.astype("datetime64[s]").astype("int64").tolist()
    head = f"{name}{{{labels}}} "
    return [f"{head}{value:.6g} {at}" for value, at in zip(values.tolist(), seconds, strict=True)]


def _labels(schedule: Schedule) -> str:
    parts = {
        "forecast": schedule.forecast,
        "group": schedule.group,
        "instance_type": schedule.instance,
        "location": schedule.location,
    }
    return ",".join(f'{key}="{escaped(value)}"' for key, value in parts.items())


def _data_through(export: Export) -> list[str]:
    first = _seconds(export.band.times[0])
    return [f'{THROUGH}{{forecast="{escaped(export.forecast)}"}} {_seconds(export.data_through)} {first}']


def _record(schedule: Schedule) -> dict[str, Any]:
    """Base plus every change once its instant has come: 500 steps cost 0.08 s an evaluation."""
    actions = schedule.actions()
    terms = [str(actions[0].units)]
    for before, after in pairwise(actions):
        change = after.units - before.units
        sign = "+" if change > 0 else "-"
        terms.append(f"{sign} {abs(change)} * (time() >= bool {_seconds(after.at)})")
    return {
        "record": "cloudtune:units_required",
        "labels": {
            "forecast": schedule.forecast,
            "group": schedule.group,
            "location": schedule.location or "all",
        },
        "expr": f"vector({' '.join(terms)})",
    }


def _alerts(export: Export) -> Iterator[dict[str, Any]]:
    labels = {"severity": "page", "owner": export.owner or "unknown"}
    name = export.forecast
    yield {
        "alert": "CloudTuneForecastIsOld",
        "expr": f'time() - cloudtune:data_through_seconds{{forecast="{name}"}} > {STALE_DAYS * 86400}',
        "for": "1h",
        "labels": labels | {"severity": "warn"},
        "annotations": {
            "summary": f"The forecast of {name} ends with data older than {STALE_DAYS} days: refresh"
        },
    }
    ends = max(schedule.floor.until for schedule in export.schedules)
    yield {
        "alert": "CloudTuneScheduleEnds",
        "expr": f"vector(time()) > {_seconds(ends - np.timedelta64(1, 'D'))}",
        "labels": labels,
        "annotations": {"summary": f"The schedule of {name} ends within a day: export it again"},
    }


def _seconds(at: np.datetime64) -> int:
    return int(at.astype("datetime64[s]").astype("int64"))
