"""The way in: the greeting, help at 80 columns, completion, and how much is said."""

from __future__ import annotations

import pytest

from cloudtune.cli.app import VERBS
from cloudtune.cli.main import run
from tests.project import command_page, shop


@pytest.fixture
def folder(tmp_path):
    made = shop.make(tmp_path, "alpha", "beta")
    spec = made / "specs" / "alpha.yaml"
    spec.write_text(
        spec.read_text("utf-8") + "tags: [tier-1]\nowner: team-a\ncalendars: [us]\n", encoding="utf-8"
    )
    (made / "specs" / "us.yaml").write_text(
        "version: cloudtune/v1\nkind: calendar\nname: us\ntimezone: UTC\n"
        "events: [{name: fair, rule: second sunday of may}]\n",
        encoding="utf-8",
    )
    return made


def completed(folder, line: str) -> list[str]:
    words = line.split(" ")
    asking = {
        "_CLOUDTUNE_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    return shop.cloudtune(folder, **asking).stdout.split()


def test_without_a_command_five_commands_are_named(capsys):
    assert run([]) == 0
    told = capsys.readouterr().out
    assert [line.split()[1] for line in told.splitlines() if line.startswith("  cloudtune")] == [
        "init",
        "validate",
        "run",
        "explain",
        "diff",
    ]
    assert max(map(len, told.splitlines())) <= 80


@pytest.mark.parametrize("verb", ["", *(verb.command.__name__ for verb in VERBS)])
def test_help_is_readable_at_80_columns(verb, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert run([*verb.split(), "--help"]) == 0
    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) <= 80
    assert "..." not in told.replace("[SPECS]...", "").replace("[ARGS]...", "")


def test_every_command_can_be_quiet_and_verbose():
    walked = command_page.commands()
    assert len(walked) >= 18
    for name, command in walked.items():
        known = {option for parameter in command.params for option in parameter.opts}
        assert {"-q", "-v"} <= known, name


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("cloudtune track al", ["alpha"]),
        ("cloudtune run ", ["alpha", "beta"]),
        ("cloudtune ls -s tag", ["tag:tier-1"]),
        ("cloudtune ls -s tag:tier-1,ow", ["tag:tier-1,owner:team-a"]),
        ("cloudtune ls -s calendar", ["calendar:us"]),
        ("cloudtune explain alpha --event ", ["fair", "sale"]),
        ("cloudtune explain beta --event ", ["sale"]),
        ("cloudtune calendar export ", ["us"]),
    ],
)
def test_a_half_typed_name_is_completed(folder, line, offered):
    assert completed(folder, line) == offered


def test_outside_of_a_store_nothing_is_offered(tmp_path):
    assert completed(tmp_path, "cloudtune run ") == []


def test_quiet_leaves_the_result_and_verbose_says_more(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    assert run(["sample", "-o", "data", "--quiet"]) == 0
    told = capsys.readouterr()
    assert told.out == "data\n"
    assert told.err == ""
    assert run(["ls", "--verbose"]) == 0
    assert f"root: {folder}" in capsys.readouterr().err
