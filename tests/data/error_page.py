"""The page of data problems, each example run through the loader."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloudtune.data.load import load
from cloudtune.errors import Refusal
from cloudtune.spec.store import render_text
from tests.spec.builders import store
from tests.spec.error_pages import merged

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLE = re.compile(
    r"```csv\n# (?P<data>\S+)\n(?P<rows>.*?)```\n\n"
    r"```yaml\n# specs/orders.yaml\n(?P<spec>.*?)```\n\n```text\n(?P<text>.*?)```\n",
    re.DOTALL,
)
SPEC = """\
version: cloudtune/v1
kind: forecast
name: orders
series:
  source: {kind: csv, path: data/orders.csv, time: hour, value: orders}
  step: 1h
  timezone: UTC
granularities:
  - {step: 1h, horizon: 1d}
"""


def rendered(page: str, folder: Path) -> str:
    """The page with the text that each of its examples really gives."""

    def fresh(match: re.Match[str]) -> str:
        code = re.findall(r"^## (CT\d{3})", page[: match.start()], re.MULTILINE)[-1]
        said = shown(folder / code, match["data"], match["rows"], match["spec"])
        before = page[match.start() : match.start("text")]
        return f"{before}{said}```\n"

    return EXAMPLE.sub(fresh, page)


def shown(folder: Path, data: str, rows: str, spec: str) -> str:
    """What a run says of the spec with this data."""
    loaded = store(folder, {"orders.yaml": merged(SPEC, spec)})
    path = folder / data
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(rows)
    try:
        problems = load(loaded.forecasts["orders"], folder).findings
    except Refusal as refusal:
        problems = refusal.problems
    return "".join(f"{render_text(problem, loaded)}\n" for problem in problems)
