"""Every option that a command takes is really used, down to where it matters."""

from __future__ import annotations

import ast
import subprocess
from collections import defaultdict

import pytest

from cloudtune.cli.main import run
from tests.project import command_page, shop
from tests.project.tree import modules, parsed

OUTSIDE = {
    "gameday": ["gameday", "rehearsal", "--record", "2026-01-10T22:00/2026-01-10T23:00"],
    "capacity": ["capacity", "orders"],
    "backtest": ["backtest", "orders"],
    "diff": ["diff", "--explain"],
    "explain": ["explain", "orders", "--at", "2026-02-10"],
    "run": ["run"],
    "export": ["export", "orders", "--to", "csv"],
    "score": ["score"],
    "suggest": ["suggest", "orders", "--write"],
    "track": ["track", "orders", "--from", "2026-01-25", "--to", "2026-02-01"],
}
"""What each command that takes `--allow-outside` does with data beside the repository."""
GAMEDAY = """\
version: cloudtune/v1
kind: gameday
name: rehearsal
forecast: orders
event: sale
targets: [https://rehearsal.example.com]
journeys: [{name: browse, share: 100%, steps: [{call: home}]}]
"""
FLEET = "capacity: {fleet: [{instance: m7g.4xlarge, throughput: 50/d}]}\n"


def git(folder, *words: str) -> None:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A repository whose data lies beside it: a forecast from before 20 January, and rows from after it."""
    root = shop.make(tmp_path / "repository", "orders")
    monkeypatch.chdir(root)
    spec = root / "specs" / "orders.yaml"
    spec.write_text(
        spec.read_text("utf-8").replace("path: data/", "path: ../data/") + FLEET, encoding="utf-8"
    )
    (root / "specs" / "rehearsal.yaml").write_text(GAMEDAY, encoding="utf-8")
    shop.write_rows(tmp_path, "orders", [row for row in shop.rows() if row < "2026-01-20"])
    assert run(["run", "--allow-outside"]) == 0
    git(root, "init", "-q")
    git(root, "add", "specs", "reports")
    git(root, "commit", "-qm", "A forecast")
    shop.write_rows(tmp_path, "orders", shop.rows())
    spec.write_text(
        spec.read_text("utf-8").replace("duration: 72h", "duration: 72h, effect: 3x"), encoding="utf-8"
    )
    assert run(["run", "--allow-outside"]) == 0
    return root


def takers(option: str) -> set[str]:
    return {
        name
        for name, command in command_page.commands().items()
        if any(option in parameter.opts for parameter in command.params)
    }


def test_every_command_that_may_read_outside_is_tried():
    assert takers("--allow-outside") == OUTSIDE.keys()


@pytest.mark.parametrize("name", OUTSIDE)
def test_data_beside_the_repository_is_read_if_it_may_be(folder, capsys, name):
    capsys.readouterr()
    code = run([*OUTSIDE[name], "--allow-outside"])
    told = capsys.readouterr()
    assert code == 0
    assert "CT318" not in told.out + told.err
    assert "CT402" not in told.out + told.err
    assert "CT790" not in told.out + told.err


def test_what_a_function_is_told_it_hands_on():
    """A function that takes an option gives it to every function that takes it too.

    Why: an option with a default that is forgotten on its way down is dropped without a word.
    """
    options = {
        parameter.name for command in command_page.commands().values() for parameter in command.params
    } - {"name", "style", "output"}
    takers = defaultdict(list)
    for path in modules():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef):
                takers[node.name].append(node)
    dropped = []
    for path in modules():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef):
                dropped += [f"{path.stem}:{line}" for line in forgotten(node, takers, options)]
    assert len(options) > 30
    assert dropped == []


def forgotten(function, takers, options):
    """Calls inside `function` that leave out an option which both it and the called function know."""
    known = {each.arg for each in (*function.args.args, *function.args.kwonlyargs)} & options
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        if len(takers.get(name, ())) != 1 or any(word.arg is None for word in call.keywords):
            continue
        optional = [
            each.arg
            for each, default in zip(
                takers[name][0].args.kwonlyargs, takers[name][0].args.kw_defaults, strict=True
            )
            if default is not None
        ]
        given = {word.arg for word in call.keywords}
        for option in known & set(optional) - given:
            yield f"{call.lineno} {name}(...) is not told {option}"
