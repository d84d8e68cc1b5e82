"""The spec language: YAML text to validated, resolved specs."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cloudtune.spec.check_span import check_against_span as check_against_span
    from cloudtune.spec.discovery import find_root as find_root
    from cloudtune.spec.excerpt import render_text as render_text
    from cloudtune.spec.json_schema import schema_text as schema_text
    from cloudtune.spec.loader import load_store as load_store
    from cloudtune.spec.store import Store as Store

_HOMES = {
    "Store": "store",
    "check_against_span": "check_span",
    "find_root": "discovery",
    "load_store": "loader",
    "render_text": "excerpt",
    "schema_text": "json_schema",
}


def __getattr__(name: str) -> Any:
    """Import a public name when first used: `import cloudtune.spec` stays free of charge."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
