"""A run that is killed, or has no room left, leaves earlier reports whole; the next one heals the rest."""

from __future__ import annotations

import json
import random
import resource
import shutil
import signal
import subprocess
import time

import pytest

from tests.project import shop

pytestmark = pytest.mark.slow
NAMES = ("alpha", "beta", "gamma")


def whole(reports: dict[str, bytes]) -> bool:
    """No report is cut short, no temporary file is taken for one."""
    for name, content in reports.items():
        if name.endswith(".json"):
            json.loads(content)
        if name.endswith(".svg") and not content.rstrip().endswith(b"</svg>"):
            return False
    return all(content.endswith(b"\n") for content in reports.values())


def move(folder, factor: float) -> None:
    for name in NAMES:
        shop.write_rows(folder, name, shop.rows(100.0 * factor))


def visible(folder) -> dict[str, bytes]:
    """Reports, without the hidden temporary siblings that a kill may leave behind."""
    return {name: text for name, text in shop.contents(folder / "reports").items() if "/." not in f"/{name}"}


KILLS = 25


def scale_of(attempt: int) -> float:
    return 1.1 + attempt / 10


def test_a_kill_at_any_moment_leaves_whole_reports(tmp_path):
    folder = shop.make(tmp_path, *NAMES)
    began = time.monotonic()
    assert shop.cloudtune(folder, "run").returncode == 0
    lasted = time.monotonic() - began
    chance = random.Random(20261123)
    for attempt in range(KILLS):
        move(folder, scale_of(attempt))
        process = subprocess.Popen(
            shop.command("run"),
            cwd=folder,
            env=shop.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(chance.uniform(0.2, 1.0) * lasted)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert whole(visible(folder))
    healed = shop.cloudtune(folder, "run")
    assert healed.returncode == 0, healed.stderr
    fresh = shop.make(tmp_path / "fresh", *NAMES)
    move(fresh, scale_of(KILLS - 1))
    assert shop.cloudtune(fresh, "run").returncode == 0
    assert data_hashes(folder) == data_hashes(fresh)


def data_hashes(folder) -> dict[str, str]:
    documents = {name: text for name, text in visible(folder).items() if name.endswith(".json")}
    assert len(documents) >= len(NAMES)
    return {name: json.loads(text)["inputs"]["run"]["data"] for name, text in documents.items()}


def test_no_room_for_a_file_leaves_the_previous_reports(tmp_path):
    folder = shop.make(tmp_path, *NAMES)
    assert shop.cloudtune(folder, "run").returncode == 0
    before = visible(folder)
    move(folder, 3.0)
    cramped = subprocess.run(
        shop.command("run"),
        cwd=folder,
        env=shop.environment(),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512)),
    )
    assert cramped.returncode not in (0, 70), cramped.stderr
    assert "Traceback" not in cramped.stderr
    assert visible(folder) == before
    assert not [name for name in shop.contents(folder / "reports") if name.endswith(".tmp")]


@pytest.fixture
def small_disk(tmp_path):
    """A file system with room for two forecasts, which takes the right to mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small file system here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_stops_what_needs_room_and_says_so(small_disk):
    folder = shop.make(small_disk, "alpha", "beta", "gamma", "zeta")
    done = shop.cloudtune(folder, "run")
    assert done.returncode == 3, done.stderr
    assert "CT736 its files can't be written: No space left on device" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("4 selected")
    assert "Traceback" not in done.stderr
    before = visible(folder)
    assert {"alpha.json", "alpha.md", "alpha.svg"} <= before.keys()
    assert whole(before)
    again = shop.cloudtune(folder, "run")
    assert again.returncode == 3
    assert {name: text for name, text in visible(folder).items() if name.startswith("alpha")} == {
        name: text for name, text in before.items() if name.startswith("alpha")
    }
    assert not list(folder.rglob("*.tmp"))
