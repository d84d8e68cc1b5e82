"""One comment a pull request: created, updated, left alone, never doubled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import httpx

from cloudtune.errors import Problem, Refusal
from cloudtune.hosting.marker import marker_of
from cloudtune.hosting.platforms import dig
from cloudtune.hosting.web import TooLong, Web
from cloudtune.review.comment import BUDGETS

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudtune.hosting.marker import Marker
    from cloudtune.hosting.platforms import PullRequest

Outcome = Literal["created", "updated", "unchanged", "skipped"]
_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of the comment."""

    outcome: Outcome
    why: str
    url: str = ""


def post(
    target: PullRequest, marker: Marker, render: Callable[[int], str], *, web: Web | None = None
) -> Posted:
    """Create or update the one comment of `marker.key`; `render` makes the text below it for a budget.

    A quiet comment is not created, but an existing one turns quiet: no red ghost stays.
    """

    def body(budget: int) -> str:
        line = f"{marker}\n"
        return line + render(budget - len(line))

    if web is not None:
        return _post(web, marker, body)
    with httpx.Client(timeout=_TIMEOUT) as client:
        return _post(Web(target, client), marker, body)


def _post(web: Web, marker: Marker, render: Callable[[int], str]) -> Posted:
    target = web.target
    newest = dig(web.call("GET", target.url(target.platform.change)).json(), target.platform.head)
    if marker.head and newest and newest != marker.head:
        return Posted("skipped", f"the pull request has moved on to {newest[:7]}")
    ours = _ours(web, marker.key)
    if not ours:
        return (
            _create(web, render)
            if not marker.is_quiet
            else Posted("skipped", "nothing moved and nothing was said before")
        )
    oldest, *doubles = ours
    for double in doubles:
        web.call("DELETE", target.url(target.platform.one, str(double["id"])))
    return _update(web, oldest, marker, render)


def _ours(web: Web, key: str) -> list[dict[str, Any]]:
    """Our comments under this key, oldest first; those of others are never touched."""
    target = web.target
    me = _me(web)
    rows = [row for row in web.pages(target.url(target.platform.comments)) if _is_ours(row, target, me, key)]
    return sorted(rows, key=lambda row: int(row["id"]))


def _is_ours(row: dict[str, Any], target: PullRequest, me: str, key: str) -> bool:
    """Why the author first: what anybody else wrote is not even looked at."""
    author = dig(row, (target.platform.author, target.platform.me))
    if not me or author != me:
        return False
    marker = marker_of(str(row.get("body") or ""))
    return marker is not None and marker.key == key


def _me(web: Web) -> str:
    target = web.target
    try:
        return dig(web.call("GET", target.api.rstrip("/") + "/user").json(), (target.platform.me,))
    except Refusal:
        # A workflow's own token may not ask who it is.
        return target.platform.robot


def _create(web: Web, render: Callable[[int], str]) -> Posted:
    target = web.target
    answer = _fitting(web, "POST", target.url(target.platform.comments), render)
    return Posted("created", "", dig(answer.json(), ("html_url",)))


def _update(web: Web, row: dict[str, Any], marker: Marker, render: Callable[[int], str]) -> Posted:
    target = web.target
    known = marker_of(str(row["body"]))
    url = dig(row, ("html_url",))
    if known is not None and known.head == marker.head and known.run > marker.run > 0:
        return Posted("skipped", "a later run has written it already", url)
    if _same(str(row["body"]), render(BUDGETS[0])):
        return Posted("unchanged", "it says so already", url)
    _fitting(web, target.platform.update, target.url(target.platform.one, str(row["id"])), render)
    return Posted("updated", "", url)


def _same(before: str, after: str) -> bool:
    """Equal but for the marker and for line ends, which platforms rewrite."""
    old, new = ("\n".join(body.splitlines()[1:]).strip() for body in (before, after))
    return old == new


def _fitting(web: Web, method: str, url: str, render: Callable[[int], str]) -> httpx.Response:
    """Send the longest body that the platform takes."""
    said = ""
    for budget in BUDGETS:
        try:
            return web.call(method, url, body=render(budget))
        except TooLong as error:
            said = error.said
    name = web.target.platform.name
    raise Refusal(
        Problem(
            "CT733",
            f"{name} refused the comment, however short: {said}",
            "cloudtune comment prints it, for the step's summary",
        )
    )
