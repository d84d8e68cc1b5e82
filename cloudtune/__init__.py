"""Forecasts as code: YAML specs in, reviewed forecasts out.

Public are the names of `__all__` and what their docstrings promise; docs/api.md has examples. Every other
module and name may change from one version to the next.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cloudtune.api.results import BacktestResult as BacktestResult
    from cloudtune.api.results import Explanation as Explanation
    from cloudtune.api.results import Forecast as Forecast
    from cloudtune.api.specs import Spec as Spec
    from cloudtune.api.specs import load as load
    from cloudtune.api.specs import validate as validate
    from cloudtune.api.tables import Table as Table
    from cloudtune.api.verbs import backtest as backtest
    from cloudtune.api.verbs import explain as explain
    from cloudtune.api.verbs import forecast as forecast
    from cloudtune.errors import Problem as Problem
    from cloudtune.errors import Refusal as Refusal

__version__ = "0.1.0"

_HOMES = {
    "BacktestResult": "cloudtune.api.results",
    "Explanation": "cloudtune.api.results",
    "Forecast": "cloudtune.api.results",
    "Problem": "cloudtune.errors",
    "Refusal": "cloudtune.errors",
    "Spec": "cloudtune.api.specs",
    "Table": "cloudtune.api.tables",
    "backtest": "cloudtune.api.verbs",
    "explain": "cloudtune.api.verbs",
    "forecast": "cloudtune.api.verbs",
    "load": "cloudtune.api.specs",
    "validate": "cloudtune.api.specs",
}
__all__ = [
    "BacktestResult",
    "Explanation",
    "Forecast",
    "Problem",
    "Refusal",
    "Spec",
    "Table",
    "backtest",
    "explain",
    "forecast",
    "load",
    "validate",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: `import cloudtune` itself costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
