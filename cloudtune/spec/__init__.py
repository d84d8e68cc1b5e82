"""The spec language: YAML text to validated, resolved specs."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cloudtune.spec.check_events import check_against_span as check_against_span
    from cloudtune.spec.json_schema import schema_text as schema_text
    from cloudtune.spec.loader import find_root as find_root
    from cloudtune.spec.loader import load_store as load_store
    from cloudtune.spec.store import Store as Store
    from cloudtune.spec.store import render_text as render_text

_HOMES = {
    "Store": "cloudtune.spec.store",
    "check_against_span": "cloudtune.spec.check_events",
    "find_root": "cloudtune.spec.loader",
    "load_store": "cloudtune.spec.loader",
    "render_text": "cloudtune.spec.store",
    "schema_text": "cloudtune.spec.json_schema",
}


def __getattr__(name: str) -> Any:
    """Import a public name when first used: `import cloudtune.spec` stays free of charge."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
