"""What the files beside each report's JSON must hash to, kept from one command to the next.

Why kept: rendering a thousand reports only to see that nobody touched them takes seconds.
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache as memoized
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cloudtune import report
from cloudtune.errors import Refusal
from cloudtune.pipeline import cache
from cloudtune.pipeline.fleet import spread
from cloudtune.report.files import render_all
from cloudtune.report.markdown import REPORT
from cloudtune.report.reading import REPORTS, parse
from cloudtune.report.templates import load_templates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudtune.report.templates import Templates

Digests = dict[str, str]
"""SHA-256 by suffix."""
_SIDES = (".md", ".svg")
_MANY = 100
"""So many renderings take as long as another process takes to start."""


def digests(root: Path, reports: Mapping[str, bytes]) -> dict[str, Digests]:
    """What the files of each report must hash to, for the JSON (id -> bytes) that lies in its place."""
    _templates.cache_clear()
    keys = {name: hashlib.sha256(data).hexdigest() for name, data in reports.items()}
    store = _key(_templates(root))
    known = _recalled(root, store)
    new = [name for name, key in keys.items() if key not in known]
    if new:
        found = spread(partial(_rendered, root), new, jobs=min(os.cpu_count() or 1, 1 + len(new) // _MANY))
        known |= {keys[name]: digest for name, digest in found}
        cache.write(root, store, json.dumps(known, sort_keys=True).encode())
    return {name: known[key] for name, key in keys.items()}


def _rendered(root: Path, name: str) -> Digests:
    path = f"{REPORTS}/{name}.json"
    try:
        document, _ = parse(path, (root / path).read_bytes())
        texts = render_all(document, _templates(root), _SIDES)
    except (Refusal, OSError):
        # Figures that nothing can be made of: no file is what they give.
        return dict.fromkeys(_SIDES, "")
    return {suffix: hashlib.sha256(text.encode()).hexdigest() for suffix, text in texts.items()}


@memoized
def _templates(root: Path) -> Templates:
    """Compiled once a process."""
    return load_templates(root)


def _recalled(root: Path, key: str) -> dict[str, Digests]:
    stored = cache.read(root, key)
    return {} if stored is None else json.loads(stored)


def _key(templates: Templates) -> str:
    """Why the code is part of it: a rendering by other code is none."""
    files = sorted(Path(report.__file__).parent.rglob("*.py"))
    code = hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
    return cache.key_of("renderings", code, templates.digest(REPORT))
