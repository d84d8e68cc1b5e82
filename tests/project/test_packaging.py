"""The wheel is whole: installed in a fresh environment, it takes the tour from an empty folder."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

import cloudtune
from cloudtune.files import shipped
from tests.project.test_tour import play
from tests.project.tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_templates_schemas_and_types(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    for kind in ("templates", "schema"):
        wanted = {
            f"cloudtune/_{kind}/{file.relative_to(ROOT / kind).as_posix()}"
            for file in shipped(kind).rglob("*.*")
        }
        assert wanted
        assert wanted <= inside
    assert "cloudtune/py.typed" in inside


def test_the_wheel_carries_nothing_else(wheel):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert tops == {"cloudtune", f"cloudtune-{cloudtune.__version__}.dist-info"}


def test_the_changelog_knows_the_version():
    assert f"## [{cloudtune.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_fresh_environment_takes_the_tour_from_an_empty_folder(wheel, tmp_path):
    environment, folder = tmp_path / "fresh env", tmp_path / "empty folder"
    folder.mkdir()
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    install = [
        environment / "bin" / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    subprocess.run([*install, "--require-hashes", "-r", ROOT / "requirements.lock"], check=True)
    subprocess.run([*install, "--no-index", "--no-deps", wheel], check=True)
    subprocess.run([environment / "bin" / "python", "-m", "pip", "check"], check=True)
    tour = (ROOT / "README.md").read_text(encoding="utf-8")
    assert play(tour, folder, environment / "bin") == []
