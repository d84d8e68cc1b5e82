"""The order in which people read the keys of a spec."""

from __future__ import annotations

from cloudtune.spec.forecast import ForecastSpec

_ORDER = tuple(ForecastSpec.model_fields)


def predecessor(present: list[str], key: str, *, is_root: bool) -> str:
    """The key of `present` after which `key` belongs: the nearest one ahead of it, else the last."""
    if not is_root or key not in _ORDER:
        return present[-1]
    ahead = _ORDER[: _ORDER.index(key)]
    return next((name for name in reversed(ahead) if name in present), present[-1])
