"""The Dockerfile, read as Docker would: what it takes is there, and nothing runs as root."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.project.tree import ROOT

KNOWN = {"FROM", "RUN", "COPY", "ENV", "USER", "WORKDIR", "ENTRYPOINT", "CMD"}


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"(?m)^#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"))
    joined = re.sub(r"\\\n\s*", " ", text)
    lines = [line for line in joined.splitlines() if line.strip()]
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines]


def test_every_instruction_is_known():
    assert {word for word, _ in instructions()} == KNOWN


def test_it_does_not_run_as_root():
    users = [rest for word, rest in instructions() if word == "USER"]
    assert users == ["10001"]
    last = [word for word, _ in instructions()]
    assert last.index("USER") < last.index("ENTRYPOINT")
    assert "RUN" not in last[last.index("USER") :]


def copied() -> list[str]:
    rows = [rest.split() for word, rest in instructions() if word == "COPY"]
    return [name for row in rows if not row[0].startswith("--") for name in row[:-1]]


@pytest.mark.parametrize("name", copied())
def test_what_is_copied_is_there_and_not_ignored(name):
    assert (ROOT / name).exists()
    assert f"!{name}" in (ROOT / ".dockerignore").read_text("utf-8").splitlines()


def test_all_that_the_wheel_is_built_from_is_copied():
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = build["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    assert {*wheel, build["project"]["readme"], *build["project"]["license-files"]} <= set(copied())


def test_packages_are_locked_by_hash():
    installs = [rest for word, rest in instructions() if word == "RUN" and "pip install" in rest]
    assert len(installs) == 2
    assert all("--require-hashes" in one or "--no-deps" in one for one in installs)


def test_the_readme_tells_every_way_to_install():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert all(
        way in readme for way in ("uv tool install", "pipx install", ".whl", "docker build", "git+https")
    )
