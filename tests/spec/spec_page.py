"""docs/spec.md with its tables made from the models and its examples from the example files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from cloudtune.spec import capacity, events, forecast, gameday, gates, sources
from cloudtune.spec import forecast as spec_forecast
from cloudtune.spec.json_schema import docs_of
from cloudtune.spec.validation import key_of
from cloudtune.spec.values import Block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

EXAMPLES = Path(__file__).parents[1] / "examples" / "valid"
KEYS = re.compile(r"<!-- keys: (\w+) -->\n.*?<!-- end -->", re.DOTALL)
EXAMPLE = re.compile(r"<!-- example: (\S+) -->\n.*?<!-- end -->", re.DOTALL)


def blocks() -> dict[str, type[Block]]:
    """Every block that a file can hold, by name."""
    found = [
        value
        for module in (capacity, gameday, gates, events, forecast, spec_forecast, sources)
        for value in vars(module).values()
    ]
    public = [each for each in found if isinstance(each, type) and issubclass(each, Block)]
    return {each.__name__: each for each in public if each is not Block and each.__name__[0] != "_"}


def explained(page: str) -> set[str]:
    """The blocks that have a table on the page."""
    return set(KEYS.findall(page))


def rendered(page: str) -> str:
    """The page with fresh tables and examples."""
    page = KEYS.sub(lambda match: f"<!-- keys: {match[1]} -->\n{table(match[1])}<!-- end -->", page)
    return EXAMPLE.sub(lambda match: f"<!-- example: {match[1]} -->\n{example(match[1])}<!-- end -->", page)


def table(name: str) -> str:
    block = blocks()[name]
    rows = [*_rows(block)]
    return "\n".join(["| key | meaning | default | example |", "|---|---|---|---|", *rows]) + "\n"


def example(name: str) -> str:
    lines = (EXAMPLES / name).read_text(encoding="utf-8").splitlines(keepends=True)
    return f"```yaml\n{''.join(line for line in lines if 'yaml-language-server' not in line)}```\n"


def _rows(block: type[Block]) -> Iterator[str]:
    docs = docs_of(block)
    for name, field in block.model_fields.items():
        doc = docs[name]
        words = doc.meaning + _choices(field.annotation)
        cells = (f"`{key_of(name, block)}`", words, _default(field), f"`{doc.example}`")
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _choices(annotation: Any) -> str:
    words = [each for each in get_args(annotation) if isinstance(each, str)]
    return f" One of {', '.join(f'`{word}`' for word in words)}." if len(words) > 1 else ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, Block) or value in (None, "", []) or value == {}:
        return ""
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{shown}`"
