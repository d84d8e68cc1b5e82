"""Locust really plays a game day against a local server, and keeps to its profile."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec

import numpy as np
import pytest

from cloudtune.plan.gameday.generators import locust
from cloudtune.plan.gameday.journeys import Call, Journey
from cloudtune.plan.gameday.profile import Profile
from tests.plan.rehearsals import rehearsal

pytestmark = pytest.mark.slow
FASTER = 10
"""A minute of the plan takes six seconds here."""
PER_SECOND = np.array([[15.0, 40.0, 25.0]])


class Shop(ThreadingHTTPServer):
    """Counts what comes, and answers at once."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.seen: list[tuple[float, str]] = []


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.seen.append((time.monotonic(), self.headers["x-synthetic"]))
        # Head and body in one write: two would wait 40 ms for each other on a kept connection.
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    def log_message(self, *_):
        pass


@pytest.fixture
def shop():
    server = Shop()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def hurried(text: str) -> str:
    """The profile with its minutes shortened, at the same rates."""
    rows = list(csv.DictReader(text.splitlines()))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    for row in rows:
        row["offset_s"], row["length_s"] = (float(row[key]) / FASTER for key in ("offset_s", "length_s"))
        writer.writerow(row)
    return out.getvalue()


def test_every_minute_is_within_five_percent_of_the_plan(shop, tmp_path):
    if find_spec("locust") is None:  # an import would patch the threads of this process
        pytest.skip("locust is not installed")
    target = f"http://127.0.0.1:{shop.server_address[1]}"
    visit = Journey("visit", (Call("home"),), share=1.0, think_seconds=1)
    one = rehearsal(journeys=(visit,), profile=Profile(("visit",), PER_SECOND * 60), targets=(target,))
    for file in locust(one):
        text = hurried(file.text) if file.name == "profile.csv" else file.text
        if file.name == "plan.json":
            text = json.dumps(json.loads(text) | {"seconds": 18, "tail_s": 10})
        (tmp_path / file.name).write_text(text, "utf-8")
    command = [sys.executable, "-m", "locust", "-f", "locustfile.py", "--headless", "-H", target]
    answer = subprocess.run(
        [*command, "--csv", "out", "--only-summary", "--stop-timeout", "10"],
        cwd=tmp_path,
        env=os.environ | {"GAMEDAY_TARGET": target},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    at = np.array([when for when, _ in shop.seen])
    minute = ((at - at[0]) * FASTER / 60).astype(int)
    planned = PER_SECOND[0] * 60 / FASTER
    assert np.bincount(minute, minlength=3)[:3] == pytest.approx(planned, rel=0.05)
    assert len(at) == pytest.approx(planned.sum(), abs=4)
    assert {header for _, header in shop.seen} == {"gameday/prime-day-rehearsal/1"}
    assert "dropped" not in (tmp_path / "out_stats.csv").read_text("utf-8")
