"""A pull request in, everything that its comment is made of out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cloudtune.report.templates import load_templates
from cloudtune.review.attribution import told
from cloudtune.review.check import check
from cloudtune.review.ci import base_of, blob_of, head_of, run_of
from cloudtune.review.comment import Comment, is_quiet
from cloudtune.review.diff import diff_sides
from cloudtune.review.documents import documents_at
from cloudtune.review.marker import Marker
from cloudtune.review.material import TOLERANCE
from cloudtune.review.revisions import SHORT, commit_of, merge_base, open_repository

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudtune.errors import Problem
    from cloudtune.review.change import Diff
    from cloudtune.review.check import Verdict
    from cloudtune.review.plan import Present
    from cloudtune.spec.store import Store


@dataclass(frozen=True)
class Request:
    """A pull request, as far as it isn't told by git."""

    key: str
    environment: Mapping[str, str]
    base: str | None = None
    """Revision to compare with; default: the branch that the pull request goes into."""
    head: str | None = None
    """Id of its newest commit; default: what the CI job says, else HEAD."""
    tolerance: float = TOLERANCE


def compose(store: Store, present: Present, request: Request) -> Comment:
    """Compare the working tree with where it parted from the base, and judge it."""
    repository = open_repository(store.root)
    base = merge_base(repository, request.base or base_of(request.environment), "HEAD")
    head = request.head or head_of(request.environment) or commit_of(repository, "HEAD")
    diff = diff_sides(repository, base, None, request.tolerance)
    verdict = check(store, list(store.specs.values()), present, documents_at(repository, base))
    named = replace(diff, head=head[:SHORT], head_commit=head, problems=_unsaid(diff, verdict))
    quiet = is_quiet(named, verdict)
    marker = Marker(request.key, head, run_of(request.environment), _asof(named), is_quiet=quiet)
    blob = blob_of(request.environment, head, repository.prefix)
    return Comment(named, verdict, marker, load_templates(store.root), blob)


def explained_words(diff: Diff) -> dict[str, str]:
    """Id -> what each cause did to its peak, for the table of the comment."""
    found: dict[str, str] = {}
    for one in diff.explained:
        figure = "" if one.figure == "peak" else f"{one.figure}: "
        found.setdefault(one.id, f"{figure}{told(one)}")
    return found


def _unsaid(diff: Diff, verdict: Verdict) -> tuple[Problem, ...]:
    """What is wrong with reports, but for those that the verdict asks to write anew."""
    said = {problem.file for problem in verdict.problems if problem.is_error}
    return tuple(problem for problem in diff.problems if not problem.is_error or problem.file not in said)


def _asof(diff: Diff) -> str:
    days = [report.after["inputs"]["data_through"][:10] for report in diff.reports if report.after]
    return max(days, default="")
