"""A pull request in, everything that its comment is made of out."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cloudtune.git.calls import open_repository
from cloudtune.git.revisions import SHORT, checked_out, commit_of, merge_base
from cloudtune.report.templates import load_templates
from cloudtune.review.attribution import told
from cloudtune.review.change import TOLERANCE
from cloudtune.review.check import check
from cloudtune.review.comment import TEMPLATE, Comment
from cloudtune.review.diff import diff_sides
from cloudtune.review.documents import base_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudtune.errors import Problem
    from cloudtune.report.templates import Templates
    from cloudtune.review.change import Diff
    from cloudtune.review.check import Verdict
    from cloudtune.review.staleness import Present
    from cloudtune.spec.store import Store


@dataclass(frozen=True)
class CommentRequest:
    """A pull request, as far as it isn't told by git."""

    environment: Mapping[str, str]
    base: str | None = None
    """Revision to compare with; default: the branch that the pull request goes into."""
    head: str | None = None
    """Id of its newest commit; default: what the CI job says, else HEAD."""
    tolerance: float = TOLERANCE


def compose(store: Store, present: Present, request: CommentRequest) -> Comment:
    """Compare the working tree with where it parted from the base, and judge it."""
    repository = open_repository(store.root)
    base = merge_base(repository, request.base or base_of(request.environment), "HEAD")
    head = request.head or head_of(request.environment) or commit_of(repository, "HEAD")
    diff = diff_sides(repository, base, None, request.tolerance)
    verdict = check(store, list(store.specs.values()), present, base_at(repository, base))
    named = replace(diff, head=head[:SHORT], head_commit=head)
    problems = (*verdict.problems, *_unsaid(diff, verdict))
    return Comment(named, problems, as_of=_as_of(diff), prefix=repository.prefix)


def templates_at(root: Path, commit: str) -> Templates:
    """The comment's template as it was at a commit, or the shipped one."""
    with checked_out(open_repository(root), commit, "templates") as folder:
        templates = load_templates(folder)
        templates.environment.get_template(TEMPLATE)
        return templates


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


def _as_of(diff: Diff) -> str:
    days = [report.after["inputs"]["data_through"][:10] for report in diff.reports if report.after]
    return max(days, default="")


DEFAULT_BASE = "origin/main"
_DIGITS = 10


def base_of(environment: Mapping[str, str]) -> str:
    """The branch that the pull request goes into, as a revision of this clone; origin/main outside CI."""
    name = environment.get("GITHUB_BASE_REF") or environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")
    return f"origin/{name}" if name else DEFAULT_BASE


def head_of(environment: Mapping[str, str]) -> str:
    """The newest commit of the pull request; empty where the environment has none.

    Why not HEAD: a pull_request job of GitHub checks out a merge commit that nobody pushed.
    """
    if environment.get("GITLAB_CI"):
        merged = environment.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")
        return merged or environment.get("CI_COMMIT_SHA", "")
    pull = _event(environment).get("pull_request") or {}
    return str(pull.get("head", {}).get("sha", ""))


def run_of(environment: Mapping[str, str]) -> int:
    """The number of this run; a later run has a higher one."""
    text = environment.get("GITHUB_RUN_NUMBER") or environment.get("CI_PIPELINE_IID") or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else 0


def blob_of(environment: Mapping[str, str], head: str, prefix: str) -> str:
    """The address of files at a commit, up to their path below CloudTune's root; empty outside CI."""
    gitlab, github = environment.get("CI_PROJECT_URL"), environment.get("GITHUB_REPOSITORY")
    if not head or not (gitlab or github):
        return ""
    if gitlab:
        return f"{gitlab}/-/blob/{head}/{prefix}"
    server = environment.get("GITHUB_SERVER_URL", "https://github.com")
    return f"{server}/{github}/blob/{head}/{prefix}"


def _event(environment: Mapping[str, str]) -> dict[str, Any]:
    try:
        content = json.loads(Path(environment.get("GITHUB_EVENT_PATH", "")).read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
