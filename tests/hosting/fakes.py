"""A hosting platform on localhost that behaves as its API documentation says."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE = 30
ROBOT = "github-actions[bot]"


@dataclass
class Hub:
    """The state of the platform, and what it was asked."""

    head: str = "a" * 40
    comments: list[dict[str, Any]] = field(default_factory=list)
    failures: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    """Answers to give first: status, headers, message."""
    read_only: bool = False
    longest: int = 65_536
    requests: list[tuple[str, str]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    url: str = ""
    login: str = ""
    """Who the token belongs to; empty for a workflow's own, which may not ask."""

    def add(self, body: str, login: str = ROBOT) -> dict[str, Any]:
        number = 1000 + len(self.comments)
        row = {"id": number, "body": body, "user": {"login": login}, "author": {"username": login},
               "html_url": f"https://example.com/c/{number}"}  # fmt: skip
        self.comments.append(row)
        return row


class _Handler(BaseHTTPRequestHandler):
    hub: Hub

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def do_PATCH(self) -> None:
        self._serve("PATCH")

    def do_PUT(self) -> None:
        self._serve("PATCH")

    def do_DELETE(self) -> None:
        self._serve("DELETE")

    def log_message(self, *_: Any) -> None:
        pass

    def _serve(self, method: str) -> None:
        hub, address = self.hub, urlsplit(self.path)
        hub.requests.append((method, address.path))
        hub.tokens.append(self.headers.get("Authorization", ""))
        size = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(size)) if size else {}
        if hub.failures:
            status, headers, message = hub.failures.pop(0)
            self._answer(status, {"message": message}, headers)
        elif address.path.endswith("/user"):
            self._answer(200, {"login": hub.login, "username": hub.login}) if hub.login else self._answer(
                403, {"message": "Resource not accessible by integration"}
            )
        elif method != "GET" and hub.read_only:
            self._answer(403, {"message": "Resource not accessible by integration"})
        else:
            self._comments(method, address.path, parse_qs(address.query), body)

    def _comments(self, method: str, path: str, query: dict[str, list[str]], body: dict[str, str]) -> None:
        hub = self.hub
        last = path.rsplit("/", 1)[-1]
        if method in {"POST", "PATCH"} and len(body["body"]) > hub.longest:
            self._answer(422, {"message": "Validation Failed: body is too long"})
        elif method == "POST":
            self._answer(201, hub.add(body["body"], hub.login or ROBOT))
        elif method == "PATCH":
            row = next(row for row in hub.comments if str(row["id"]) == last)
            row["body"] = body["body"]
            self._answer(200, row)
        elif method == "DELETE":
            hub.comments[:] = [row for row in hub.comments if str(row["id"]) != last]
            self._answer(204, None)
        elif last in {"comments", "notes"}:
            self._page(path, int(query.get("page", ["1"])[0]))
        else:
            self._answer(200, {"head": {"sha": hub.head}, "sha": hub.head})

    def _page(self, path: str, page: int) -> None:
        rows = self.hub.comments[(page - 1) * PAGE : page * PAGE]
        more = len(self.hub.comments) > page * PAGE
        link = {"Link": f'<{self.hub.url}{path}?per_page=100&page={page + 1}>; rel="next"'} if more else {}
        self._answer(200, rows, link)

    def _answer(self, status: int, content: Any, headers: dict[str, str] | None = None) -> None:
        data = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def running(hub: Hub):
    """Serve `hub` on a free port of localhost."""
    handler = type("Handler", (_Handler,), {"hub": hub})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        hub.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield hub
        finally:
            server.shutdown()
            thread.join()
