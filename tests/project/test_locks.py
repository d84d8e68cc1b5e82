"""The lock files: complete, hashed, and of no fixed address."""

from __future__ import annotations

import re
import sys
import tomllib

import pytest

from tests.project.test_architecture import imported
from tests.project.tree import ROOT, modules, parsed

PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)(?:\[[a-z0-9, -]+\])?==(\S+)", re.MULTILINE)
PEERS = {"prophet", "statsforecast", "lightgbm", "greykite"}
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-slow.lock"]


def pins(lock: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / lock).read_text(encoding="utf-8")))


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def bare(requirement: str) -> str:
    return re.split(r"[<>=!~;\[ ]", requirement, maxsplit=1)[0].lower().replace(".", "-").replace("_", "-")


def test_the_runtime_lock_pins_every_dependency():
    wanted = {bare(requirement) for requirement in project()["project"]["dependencies"]}
    assert len(wanted) > 10
    assert wanted <= pins("requirements.lock").keys()


def test_the_development_lock_pins_every_tool():
    wanted = {bare(tool) for tool in project()["dependency-groups"]["dev"] if isinstance(tool, str)}
    assert wanted <= pins("requirements-dev.lock").keys()


def test_the_locks_agree():
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()
    assert pins("requirements-dev.lock").items() <= pins("requirements-slow.lock").items()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes(lock):
    blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text(encoding="utf-8").split("\n", 1)[1])
    names = {PIN.match(block).group(1) for block in blocks}  # a name may have one version a platform
    assert names == pins(lock).keys()
    assert len(names) > 30
    assert [block.split("\n")[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_packages_versions_hashes_and_no_address(lock):
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()[1:]
    other = [
        line
        for line in lines
        if "/" in line or line.lstrip().startswith(("-i", "--index", "--find", "#", "-e"))
    ]
    assert other == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_peer_is_locked(lock):
    assert PEERS & pins(lock).keys() == set()


def test_tests_import_nothing_but_what_is_locked():
    folder = ROOT / "tests"
    known = {
        "git": "gitpython",
        "yaml": "pyyaml",
        "ruamel": "ruamel-yaml",
        "markdown_it": "markdown-it-py",
        "dateutil": "python-dateutil",
        "cfnlint": "cfn-lint",
    }
    used = set().union(*(imported(parsed(path)) for path in folder.rglob("*.py")))
    foreign = used - sys.stdlib_module_names - {"cloudtune", "tests", "bench"}
    assert {known.get(name, name.replace("_", "-")) for name in foreign} <= pins(
        "requirements-slow.lock"
    ).keys()


def test_what_is_imported_is_declared_and_what_is_declared_is_used():
    names = {"gitpython": "git", "pyyaml": "yaml", "python-dateutil": "dateutil"}
    declared = {names.get(bare(r), bare(r).replace("-", "_")) for r in project()["project"]["dependencies"]}
    used = set().union(*(imported(parsed(path)) for path in modules()))
    data_only = {"tzdata"}  # zoneinfo reads it where the system has no time zones
    of_pydantic = {"pydantic_core"}  # pydantic pins it to the patch version
    assert declared - data_only == used - sys.stdlib_module_names - of_pydantic - {"cloudtune"}
