"""Where GitHub and GitLab keep the comments of a pull request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from cloudtune.errors import Problem, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping


_DIGITS = 10
_TOKEN = re.compile(r"[\x21-\x7e]*")
"""What a header can carry; a line break in it would begin another header."""


@dataclass(frozen=True, slots=True)
class Platform:
    """The differences between hosting platforms, as data."""

    name: str
    comments: str
    one: str
    change: str
    head: tuple[str, ...]
    """Way to the id of the newest commit in the answer about the change."""
    update: str
    """HTTP method."""
    author: str
    me: str
    """Key of the login in comments and in the answer of /user."""
    robot: str
    """Login behind a workflow's own token, which may not ask who it is."""
    tokens: tuple[str, ...]
    """Environment variables that may hold a token, the first that is set counts."""
    permission: str
    """What a token needs, for people."""


GITHUB = Platform(
    name="GitHub",
    comments="/repos/{repo}/issues/{number}/comments",
    one="/repos/{repo}/issues/comments/{comment}",
    change="/repos/{repo}/pulls/{number}",
    head=("head", "sha"),
    update="PATCH",
    author="user",
    me="login",
    robot="github-actions[bot]",
    tokens=("CLOUDTUNE_TOKEN", "GITHUB_TOKEN", "GH_TOKEN"),
    permission="pull-requests: write",
)
GITLAB = Platform(
    name="GitLab",
    comments="/projects/{repo}/merge_requests/{number}/notes",
    one="/projects/{repo}/merge_requests/{number}/notes/{comment}",
    change="/projects/{repo}/merge_requests/{number}",
    head=("sha",),
    update="PUT",
    author="author",
    me="username",
    robot="",
    tokens=("CLOUDTUNE_TOKEN", "GITLAB_TOKEN"),
    permission="the scope api; CI_JOB_TOKEN can't comment",
)


@dataclass(frozen=True, slots=True)
class PullRequest:
    """One pull request, and the key to it."""

    platform: Platform
    api: str
    repo: str
    """`owner/name`, or the number of a GitLab project."""
    number: int
    token: str

    def __repr__(self) -> str:
        return f"Target({self.platform.name}, {self.repo}, {self.number})"

    def url(self, template: str, comment: str = "") -> str:
        """A full address."""
        safe = "/" if self.platform is GITHUB else ""
        path = template.format(repo=quote(self.repo, safe=safe), number=self.number, comment=comment)
        return self.api.rstrip("/") + path

    @property
    def headers(self) -> dict[str, str]:
        """Of every request."""
        return {
            "Authorization": f"Bearer {self.token}",
            "Accept": "application/vnd.github+json" if self.platform is GITHUB else "application/json",
            "User-Agent": "cloudtune",
        }


def target_of(environment: Mapping[str, str], number: int | None = None) -> PullRequest:
    """The pull request that a CI job is about, from its environment; refuses where it can't be told."""
    if environment.get("GITLAB_CI"):
        api, repo = environment.get("CI_API_V4_URL", ""), environment.get("CI_PROJECT_ID", "")
        found = number or _number(environment.get("CI_MERGE_REQUEST_IID", ""))
        return _target(GITLAB, api, repo, found, environment)
    api = environment.get("GITHUB_API_URL", "https://api.github.com")
    found = number or _number(_pull_of(environment.get("GITHUB_REF", "")))
    return _target(GITHUB, api, environment.get("GITHUB_REPOSITORY", ""), found, environment)


def _target(
    platform: Platform, api: str, repo: str, number: int | None, environment: Mapping[str, str]
) -> PullRequest:
    token = next((environment[name].strip() for name in platform.tokens if environment.get(name)), "")
    problems: list[Problem] = []
    if not _TOKEN.fullmatch(token):
        problems.append(
            Problem(
                "CT730",
                f"the token to comment on {platform.name} holds characters that no token has",
                "copy it again, as it is: letters, digits and signs of ASCII",
            )
        )
    if not token:
        names = " or ".join(platform.tokens)
        problems.append(
            Problem(
                "CT730",
                f"there is no token to comment on {platform.name}",
                f"set {names} in the environment; it needs {platform.permission}",
            )
        )
    if not repo or not number or not api:
        problems.append(
            Problem(
                "CT734",
                "the pull request to comment on is unknown",
                "run it in a pull request's job, or give --pr NUMBER and set GITHUB_REPOSITORY",
            )
        )
    if problems or number is None:
        raise Refusal(*problems)
    return PullRequest(platform, api, repo, number, token)


def _pull_of(ref: str) -> str:
    parts = ref.split("/")
    return parts[2] if parts[:2] == ["refs", "pull"] and len(parts) > 2 else ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else None


def dig(answer: Any, way: tuple[str, ...]) -> str:
    """A text deep inside an answer, empty where it isn't there."""
    for key in way:
        answer = answer.get(key, "") if isinstance(answer, dict) else ""
    return str(answer)
