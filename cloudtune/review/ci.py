"""What a CI job's environment says about its pull request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_BASE = "origin/main"


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
    return int(text) if text.isascii() and text.isdecimal() else 0


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
