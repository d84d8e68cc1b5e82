"""The five-minute tour does what it shows: its console blocks are run, in order, in an empty folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.project.tree import ROOT

BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"(?:\\?[+-])?\d[\d,]*(?:\\?\.\d+)?")
EXIT = re.compile(r"^\(exit (\d+)\)$")


@dataclass
class Step:
    """A command of the tour, the lines it shows, the exit code it states."""

    command: str
    shown: list[str]
    code: int = 0


def steps(markdown: str) -> list[Step]:
    found: list[Step] = []
    for line in "\n".join(BLOCK.findall(markdown)).splitlines():
        if line.startswith("$ "):
            found.append(Step(line[2:], []))
        elif stated := EXIT.match(line):
            found[-1].code = int(stated[1])
        elif line.strip():
            found[-1].shown.append(line)
    return found


def pattern(line: str) -> re.Pattern[str]:
    """A shown line: its words stand, its figures may move, `...` and the width of a gap are free."""
    parts = [r"\s+".join(map(_loose, part.split())) for part in line.split("...")]
    return re.compile(r"\s*.*?\s*".join(parts))


def _loose(word: str) -> str:
    return NUMBER.sub(lambda _: NUMBER.pattern, re.escape(word))


def play(markdown: str, folder: Path, path: Path) -> list[str]:
    """Run every step; return what differs from what the tour shows."""
    environment = os.environ | {
        "PATH": f"{path}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "120",
        "GIT_AUTHOR_NAME": "Tour",
        "GIT_AUTHOR_EMAIL": "tour@example.com",
        "GIT_COMMITTER_NAME": "Tour",
        "GIT_COMMITTER_EMAIL": "tour@example.com",
    }
    differences: list[str] = []
    for step in steps(markdown):
        if step.command.startswith("cd "):
            folder = folder / step.command[3:]
            continue
        done = subprocess.run(
            step.command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        said = done.stdout + done.stderr
        if done.returncode != step.code:
            differences.append(f"$ {step.command}\nexit {done.returncode}, not {step.code}:\n{said}")
        differences += [
            f"$ {step.command}\ndoesn't say: {line}\nit says:\n{said}"
            for line in step.shown
            if not pattern(line).search(said)
        ]
    return differences


def test_the_tour_is_true(tmp_path):
    tour = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(steps(tour)) >= 6
    assert play(tour, tmp_path, Path(sys.executable).parent) == []


def test_a_shown_line_holds_its_words_and_frees_its_figures():
    shown = pattern("peak 6,290/15min on Thu  wape 5.4%  ...  report changed")
    assert shown.search("shop  peak -7,001.5/30min on Thu wape 12%   2.4 s  report changed\n")
    assert not shown.search("shop  peak 6,290/15min on Fri  wape 5.4%  2.4 s  report changed\n")
