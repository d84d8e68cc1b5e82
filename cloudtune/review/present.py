"""Today's engine, template and data, which reports are held against."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from cloudtune import report
from cloudtune.pipeline import cache
from cloudtune.report.jsontext import dump_document
from cloudtune.report.markdown import REPORT
from cloudtune.report.store import SUFFIXES, render_all
from cloudtune.review.fingerprint import is_same_data
from cloudtune.review.plan import Present

if TYPE_CHECKING:
    from datetime import date

    from cloudtune.report.document import Document
    from cloudtune.report.templates import Templates
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.spec.store import SpecFile, Store


def present_of(store: Store, engine: str, templates: Templates, today: date) -> Present:
    """The world that a run would find today."""
    root = store.root
    template = templates.digest(REPORT)
    renderer = f"{template} {_renderer()}"

    def digests(document: Document) -> dict[str, str]:
        return _digests(root, document, templates, renderer)

    def same_data(item: SpecFile, data_hash: str) -> bool:
        return is_same_data(root, item, data_hash, lambda name: _load(root, store.resolve(name)))

    return Present(engine, template, digests, same_data, today)


def _load(root: Path, resolved: ResolvedSpec) -> str:
    from cloudtune.data.load import load  # noqa: PLC0415 - pandas and DuckDB cost a second that most plans save

    return load(resolved, root).data_hash


def _renderer() -> str:
    """Hash of the code that renders: a cached rendering by other code is none."""
    files = sorted(Path(report.__file__).parent.rglob("*.py"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _digests(root: Path, document: Document, templates: Templates, renderer: str) -> dict[str, str]:
    """What each file of a report must hash to.

    Why a cache: rendering thousands of reports only to see that nobody touched them takes long.
    """
    text = dump_document(document)
    key = cache.key_of("rendered", text, renderer)
    stored = cache.read(root, key)
    if stored is not None:
        return dict(json.loads(stored))
    texts = render_all(document, templates)
    found = {suffix: hashlib.sha256(texts[suffix].encode()).hexdigest() for suffix in SUFFIXES}
    cache.write(root, key, json.dumps(found, sort_keys=True).encode())
    return found
