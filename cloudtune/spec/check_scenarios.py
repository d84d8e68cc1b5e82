"""What-ifs that change something there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.errors import Problem
from cloudtune.spec.scenarios import Change
from cloudtune.spec.words import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtune.spec.forecast import ForecastSpec


def check_scenarios(spec: ForecastSpec) -> Iterator[Problem]:
    """`growth` takes a word, an event what is different about it; each scenario changes something."""
    for scenario, changes in spec.scenarios.items():
        if not changes:
            hint = "write {prime-day: {effect: 1.8x}} or {growth: flat}"
            message = f"the scenario {quoted(scenario)} changes nothing"
            yield Problem("CT329", message, hint, path=("scenarios", scenario), at_key=True)
        for name, change in changes.items():
            path = ("scenarios", scenario, name)
            is_event = name != "growth"
            if is_event != isinstance(change, Change):
                wanted = "a map like {effect: 1.8x}" if is_event else "a word: linear, damped or flat"
                yield Problem("CT329", f"`{name}` of a scenario takes {wanted}", path=path)
            elif isinstance(change, Change) and change == Change():
                message = f"nothing about {quoted(name)} is different"
                hint = "give `effect`, `start` or `duration`"
                yield Problem("CT329", message, hint, path=path, at_key=True)
