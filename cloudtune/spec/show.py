"""A spec as it takes effect, each value with where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudtune.spec.dump import entry_lines, flow, tree

if TYPE_CHECKING:
    from cloudtune.errors import SpecPath
    from cloudtune.spec.forecast import ForecastSpec
    from cloudtune.spec.layers import Layers


def effective_text(spec: ForecastSpec, layers: Layers) -> str:
    """The spec with defaults merged in, as YAML; comments say which of its layers gave a value."""
    lines = _lines(tree(spec, with_defaults=True), (), layers)
    return "\n".join([f"# {layers.own.file}", *lines])


def _lines(block: dict[str, Any], path: SpecPath, layers: Layers) -> list[str]:
    """Maps key by key, as they merge; lists whole, as they replace each other."""
    lines: list[str] = []
    pad = "  " * len(path)
    for key, value in block.items():
        here = (*path, key)
        if isinstance(value, dict) and value:
            lines += [f"{pad}{key}:", *_lines(value, here, layers)]
            continue
        first, *rest = entry_lines(key, value, len(pad)) if path == () else [f"{pad}{key}: {flow(value)}"]
        lines += [f"{first}{_origin(here, layers)}", *rest]
    return lines


def _origin(path: SpecPath, layers: Layers) -> str:
    if not layers.has(path):
        return "  # default"
    document, place = layers.origin(path)
    if document is layers.own or place is None:
        return ""
    return f"  # from {document.file}:{place.span(at_key=True).line}"
