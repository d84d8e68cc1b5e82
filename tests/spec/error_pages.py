"""The pages of error codes, each example run through the validator."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloudtune.spec.store import render_text
from tests.spec.builders import CALENDAR, SPEC, store

if TYPE_CHECKING:
    from pathlib import Path

SECTION = re.compile(r"^## (CT\d{3}): (.*?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"```yaml\n# (specs/\S+)\n(.*?)```\n\n```text\n(.*?)```\n", re.DOTALL)
BASES = {"orders.yaml": SPEC, "calendars/us-retail.yaml": CALENDAR}


def sections(page: str) -> dict[str, tuple[str, str]]:
    """Title and body by code."""
    return {match[1]: (match[2], match[3]) for match in SECTION.finditer(page)}


def rendered(page: str, folder: Path) -> str:
    """The page with the text that each of its examples really gives."""

    def fresh(match: re.Match[str]) -> str:
        code = re.findall(r"^## (CT\d{3})", page[: match.start()], re.MULTILINE)[-1]
        text = shown(folder / code, match[1], match[2], code)
        return f"```yaml\n# {match[1]}\n{match[2]}```\n\n```text\n{text}```\n"

    return EXAMPLE.sub(fresh, page)


def shown(folder: Path, file: str, example: str, code: str) -> str:
    """What `validate` says of this code for an example put over the good specs."""
    name = file.removeprefix("specs/")
    files = BASES | {name: merged(BASES.get(name, ""), example)}
    loaded = store(folder, files)
    said = [render_text(problem, loaded) for problem in loaded.problems if problem.code == code]
    return "".join(f"{text}\n" for text in said)


def merged(base: str, example: str) -> str:
    """The base with the example's top-level blocks in place of its own."""
    keys = set(re.findall(r"^(\w+):", example, re.MULTILINE))
    blocks = re.findall(r"^\S.*\n(?:[ \t].*\n)*", base, re.MULTILINE)
    return "".join(block for block in blocks if block.split(":")[0] not in keys) + example
