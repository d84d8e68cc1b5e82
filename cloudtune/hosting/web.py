"""HTTP with patience: retries what may pass, explains what won't."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

from cloudtune.errors import Problem, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tenacity import RetryCallState

    from cloudtune.hosting.platforms import PullRequest

TRIES = 5
LONGEST_WAIT = 60.0
_MOST_PAGES = 100
_FORBIDDEN = frozenset({401, 403, 404})
_TOO_MANY = 429
_SERVER_ERROR = 500
_UNPROCESSABLE = frozenset({400, 413, 422})


class TooLong(Exception):
    """The platform refused a body that may be shorter next time."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__(said)


class _Passing(Exception):
    """A failure that may be gone at the next try."""

    def __init__(self, said: str, wait: float | None = None) -> None:
        self.said = said
        self.wait = wait
        super().__init__(said)


@dataclass(frozen=True)
class Web:
    """Requests on behalf of one target."""

    target: PullRequest
    client: httpx.Client
    sleep: Callable[[float], None] = field(default=time.sleep)

    def call(self, method: str, url: str, **body: str) -> httpx.Response:
        """The answer to a request; refuses where there is none to be had."""
        retrying = Retrying(
            stop=stop_after_attempt(TRIES),
            wait=_wait,
            retry=retry_if_exception_type(_Passing),
            sleep=self.sleep,
            reraise=True,
        )
        try:
            return retrying(self._once, method, url, body)
        except _Passing as error:
            raise Refusal(_unreachable(self.target, error.said)) from error

    def pages(self, url: str) -> Iterator[Any]:
        """Every row of a list that comes in pages."""
        following: str | None = f"{url}?per_page=100"
        for _ in range(_MOST_PAGES):
            if following is None:
                return
            answer = self.call("GET", following)
            yield from answer.json()
            following = answer.links.get("next", {}).get("url")
            if following is not None and httpx.URL(following).host != httpx.URL(url).host:
                # Why: the token must not follow a link to another host.
                return

    def _once(self, method: str, url: str, body: dict[str, str]) -> httpx.Response:
        try:
            answer = self.client.request(method, url, headers=self.target.headers, json=body or None)
        except httpx.TransportError as error:
            raise _Passing(type(error).__name__) from error
        return _judged(answer, self.target)


def _judged(answer: httpx.Response, target: PullRequest) -> httpx.Response:
    if answer.is_success:
        return answer
    said = _said(answer)
    if answer.status_code >= _SERVER_ERROR or _is_limited(answer):
        raise _Passing(said, _asked_wait(answer))
    if answer.status_code in _FORBIDDEN:
        raise Refusal(_forbidden(target, said))
    if answer.status_code in _UNPROCESSABLE:
        raise TooLong(said)
    raise Refusal(
        Problem("CT733", f"{target.platform.name} answered {said}", "see the answer for what it wants")
    )


def _is_limited(answer: httpx.Response) -> bool:
    """Rate limits come as 429, or as 403 with headers that say so."""
    spent = answer.headers.get("x-ratelimit-remaining") == "0" or "retry-after" in answer.headers
    return answer.status_code == _TOO_MANY or (answer.status_code == 403 and spent)


def _asked_wait(answer: httpx.Response) -> float | None:
    """Seconds that the platform asks for, as a count or as the time of the next window."""
    after = answer.headers.get("retry-after", "")
    if after.isdecimal():
        return float(after)
    reset = answer.headers.get("x-ratelimit-reset", "")
    return max(0.0, float(reset) - time.time()) if reset.isdecimal() and _is_limited(answer) else None


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait if isinstance(error, _Passing) else None
    return min(LONGEST_WAIT, 2.0 ** (state.attempt_number - 1) if asked is None else asked)


def _said(answer: httpx.Response) -> str:
    """Status and the platform's own words, never a header: those may hold secrets."""
    try:
        content = answer.json()
    except ValueError:
        content = {}
    message = content.get("message", "") if isinstance(content, dict) else ""
    return f"{answer.status_code} {message or answer.reason_phrase}"[:300]


def _forbidden(target: PullRequest, said: str) -> Problem:
    return Problem(
        "CT731",
        f"the token may not comment on {target.repo} number {target.number}: {said}",
        f"it needs {target.platform.permission}; a fork's token is read-only whatever the workflow asks for: "
        "render in the pull_request workflow, post from workflow_run (docs/review.md)",
    )


def _unreachable(target: PullRequest, said: str) -> Problem:
    return Problem(
        "CT732", f"{target.platform.name} could not be reached in {TRIES} tries: {said}", "try again later"
    )
