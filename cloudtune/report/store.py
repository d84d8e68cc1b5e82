"""Reports on disk: written whole, in an order that shows an interrupted write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cloudtune.errors import Problem, Refusal
from cloudtune.files import OutOfBoundsError, check_bounds, read_bytes, write_text
from cloudtune.report.index import render_index
from cloudtune.report.io import ORDERS, REPORTS, load_document, report_file, report_id, report_path
from cloudtune.report.render import SUFFIXES, render_all
from cloudtune.report.sticky import settle

if TYPE_CHECKING:
    from pathlib import Path

    from cloudtune.report.document import Document
    from cloudtune.report.templates import Templates


def write_report(root: Path, document: Document, *, templates: Templates) -> Literal["changed", "unchanged"]:
    """Settle `document` against the committed report and write what differs."""
    settled = settle(document, committed_document(root, document["id"]))
    texts = render_all(settled, templates)
    report_id = document["id"]
    paths = {suffix: report_path(root, report_id, suffix) for suffix in SUFFIXES}
    for path in paths.values():
        check_bounds(path, root)
    written = [write_text(paths[suffix], texts[suffix]) for suffix in SUFFIXES]
    return "changed" if any(written) else "unchanged"


def remove_report(root: Path, report_id: str) -> bool:
    """Take a report and its order sheet away, JSON last; False where it is no report that a run wrote."""
    if committed_document(root, report_id) is None:
        return False
    for suffix in (".capacity.md", ORDERS, *SUFFIXES):
        path = report_path(root, report_id, suffix)
        check_bounds(path, root)
        path.unlink(missing_ok=True)
    return True


def committed_document(root: Path, report_id: str) -> Document | None:
    """The report as it is on disk; None where there is none that can be read."""
    path = report_path(root, report_id, ".json")
    if not path.is_file():
        return None
    try:
        return load_document(read_bytes(path, root), report_file(report_id))
    except (OutOfBoundsError, Refusal):
        # A report that can't be read is replaced: a run is the mend that its problem names.
        return None


def write_index(root: Path, templates: Templates) -> Literal["changed", "unchanged"]:
    """Render `reports/index.md` from the committed reports and write it if it differs."""
    documents, problems = read_fleet(root)
    text = render_index(documents, templates, [problem.file for problem in problems])
    return "changed" if write_text(root / REPORTS / "index.md", text, root) else "unchanged"


def read_fleet(root: Path) -> tuple[list[Document], list[Problem]]:
    """Every committed report, and a problem for each that can't be read."""
    documents: list[Document] = []
    problems: list[Problem] = []
    for path in sorted((root / REPORTS).rglob("*.json")):
        file = path.relative_to(root).as_posix()
        if not report_id(file):
            continue
        try:
            documents.append(load_document(read_bytes(path, root), file))
        except OutOfBoundsError as error:
            message = f"the report can't be read: {error.strerror}"
            problems.append(Problem("CT725", message, "delete it", file=file))
        except Refusal as refusal:
            problems.extend(refusal.problems)
    return documents, problems
