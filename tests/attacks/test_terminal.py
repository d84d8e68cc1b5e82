"""A stranger's text on the terminal and in the log of a CI job stays text."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

import pytest

from cloudtune.cli import console
from cloudtune.cli.main import run
from tests.project import shop

COMMAND = re.compile(r"^\s*::|##\[", re.MULTILINE)
"""What a runner of GitHub or Azure takes for a command of its own."""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    made = shop.make(tmp_path, "orders")
    monkeypatch.chdir(made)
    return made


def edit(folder, old: str, new: str) -> None:
    spec = folder / "specs" / "orders.yaml"
    text = spec.read_text(encoding="utf-8")
    assert old in text
    spec.write_text(text.replace(old, new), encoding="utf-8")


def said(capsys) -> str:
    told = capsys.readouterr()
    return told.out + told.err


@pytest.mark.parametrize(
    "field",
    [
        "::error file=a.py::broken",
        "a\n::add-mask::secret",
        "##[error]broken",
        "\x1b[2Jgone",
        "a\r::stop-commands::x",
        "\u202egnirts",
    ],
    ids=[
        "a command",
        "a command on a line of its own",
        "the old form",
        "an escape code",
        "after a return",
        "turned",
    ],
)
def test_a_field_of_a_data_file_is_no_command(folder, capsys, field):
    quoted = field.replace('"', '""')
    rows = shop.rows()
    rows[50] = f'{rows[50].split(",")[0]},"{quoted}"'
    shop.write_rows(folder, "orders", rows)
    assert run(["run"]) == 1
    told = said(capsys)
    assert "CT406" in told
    assert not COMMAND.search(told)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", told)


@pytest.mark.parametrize("style", ["text", "json"])
def test_an_owner_is_no_command(folder, capsys, style):
    edit(folder, "series:", 'owner: "##[add-mask]team\\e[31m"\nseries:')
    run(["ls", "--format", style])
    told = said(capsys)
    assert "add-mask" in told
    assert not COMMAND.search(told)
    assert "\x1b" not in told


def test_the_name_of_a_file_is_no_command(folder, capsys):
    (folder / "specs" / "a\n::error::b.yaml").write_text("version: [", encoding="utf-8")
    run(["validate"])
    assert not COMMAND.search(said(capsys))


def test_json_says_what_was_there(folder, capsys):
    value = "##[error] \x85 \u202e ::x"
    console.result_json({"field": value})
    told = said(capsys)
    assert not COMMAND.search(told)
    assert json.loads(told) == {"field": value}


def test_a_field_of_megabytes_is_cut(folder, capsys):
    rows = shop.rows()
    rows[50] = f"{rows[50].split(',')[0]},{'x' * 1_500_000}"
    shop.write_rows(folder, "orders", rows)
    assert run(["run", "--format", "json"]) == 1
    told = said(capsys)
    assert "CT406" in told
    assert len(told) < 10_000


def test_a_line_of_megabytes_in_a_spec_is_cut(folder, capsys):
    edit(folder, "series:", f"ownr: {'x' * 900_000}\nseries:")
    assert run(["validate"]) == 1
    assert len(said(capsys)) < 10_000


def test_the_trace_of_a_bug_goes_where_nobody_waits_for_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    console.bug("trace")
    console.bug("trace")
    traces = [Path(name) for name in re.findall(r"\S+cloudtune-bug-\S+\.txt", capsys.readouterr().err)]
    assert len(set(traces)) == 2
    for path in traces:
        assert path.read_text("utf-8") == "trace"
        assert not path.is_symlink()
        assert path.stat().st_mode & 0o777 == 0o600
