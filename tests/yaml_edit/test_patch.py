from __future__ import annotations

import subprocess

import pytest

from cloudtune.yaml_edit.edit import Append, apply
from cloudtune.yaml_edit.patch import patch
from tests.yaml_edit.generated import spec

WINDOW = {"start": "2025-06-01T04:00", "end": "2025-06-01T05:30", "reason": "robots"}


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("name", ["specs/a.yaml", "specs/my store/ü.yaml"])
def test_git_applies_the_patch(tmp_path, seed, name):
    before = spec(seed)
    after = apply(before, [Append(("outliers",), WINDOW)])
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_bytes(before.encode())
    (tmp_path / "x.patch").write_bytes(patch({name: before}, {name: after}).encode())
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "apply", "x.patch"], cwd=tmp_path, check=True, capture_output=True)
    assert path.read_bytes().decode() == after


def test_unchanged_file_gives_no_patch():
    assert patch({"a.yaml": "a: 1\n"}, {"a.yaml": "a: 1\n"}) == ""
