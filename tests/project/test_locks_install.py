"""Both locks install on an empty cache, with the oldest pip of a supported Python and with the newest."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.project.tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

OLDEST_PIP = "pip==22.3"  # came with Python 3.11.0
CAN_MAKE_VENVS = "import venv, ensurepip"


def runs(python: str) -> bool:
    """False for a version manager's stand-in of a Python that isn't installed."""
    return subprocess.run([python, "-c", CAN_MAKE_VENVS], check=False, capture_output=True).returncode == 0


FOUND = [name for minor in range(11, 16) if (name := shutil.which(f"python3.{minor}"))]
PYTHONS = [name for name in FOUND if runs(name)]
QUIET = ("--quiet", "--disable-pip-version-check", "--no-input", "--no-cache-dir")

pytestmark = pytest.mark.slow


def pip(environment: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [environment / "bin" / "python", "-m", "pip", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=540)


def test_there_is_a_python_to_try():
    assert PYTHONS


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("wanted", [OLDEST_PIP, "pip"], ids=["oldest-pip", "newest-pip"])
@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-slow.lock"])
def test_a_lock_installs_on_an_empty_cache(python, wanted, lock, tmp_path):
    subprocess.run([python, "-m", "venv", tmp_path / "env"], check=True, timeout=120)
    assert pip(tmp_path / "env", "install", *QUIET, "--upgrade", wanted).returncode == 0
    done = pip(tmp_path / "env", "install", *QUIET, "--dry-run", "--require-hashes", "-r", str(ROOT / lock))
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_environment_gets_the_pinned_pip(tmp_path):
    subprocess.run([ROOT / ".ci" / "venv", tmp_path / "env"], check=True, capture_output=True, timeout=240)
    pinned = (ROOT / ".ci" / "pip.lock").read_text(encoding="utf-8").split("pip==")[1].split()[0]
    assert pip(tmp_path / "env", "--version").stdout.startswith(f"pip {pinned} ")
