"""What a well-formed spec must also satisfy to make sense."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.errors import Problem
from cloudtune.spec.words import did_you_mean, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from cloudtune.spec.events import CalendarSpec
    from cloudtune.spec.forecast import ForecastSpec


def check_calendar(spec: CalendarSpec, file: str) -> Iterator[Problem]:
    yield from _stem(spec.name, file)


def check_forecast(
    spec: ForecastSpec, file: str, today: date | None, *, allow_outside: bool
) -> Iterator[Problem]:
    yield from _stem(spec.name, file)


def check_store(
    forecasts: Mapping[str, ForecastSpec], calendars: Mapping[str, CalendarSpec], wrong: set[str]
) -> Iterator[tuple[str, Problem]]:
    names = {c.name for c in calendars.values()}
    for file, spec in forecasts.items():
        for n, name in enumerate(spec.calendars):
            if name not in names:
                yield (
                    file,
                    Problem(
                        "CT307",
                        f"there is no calendar {quoted(name)}",
                        did_you_mean(name, sorted(names)),
                        path=("calendars", n),
                    ),
                )


def _stem(name: str, file: str) -> Iterator[Problem]:
    stem = file.rpartition("/")[2].removesuffix(".yaml")
    if name != stem:
        yield Problem(
            "CT301",
            f"the name {quoted(name)} differs from the file's",
            f"name it {quoted(stem)}, or rename the file to {name}.yaml",
            path=("name",),
        )
