"""A hosted runner for scripts, with a small forecast that is fitted in a second."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

from tests.review.builders import GitRepo

ROOT = Path(__file__).parents[2]

GH = """\
#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import json, os, pathlib, sys
state = pathlib.Path(os.environ["FAKE_GH"])
words = sys.argv[1:]
with state.with_suffix(".log").open("a") as log:
    log.write(" ".join(words[:2]) + chr(10))
is_open = state.exists()
if words[:1] == ["api"] or words[:2] == ["pr", "list"]:
    print(state.read_text() if is_open else "", end="")
elif words[:2] == ["pr", "create"]:
    state.write_text("12")
    state.with_suffix(".body").write_text(pathlib.Path(words[words.index("--body-file") + 1]).read_text())
elif words[:2] == ["pr", "edit"]:
    state.with_suffix(".body").write_text(pathlib.Path(words[words.index("--body-file") + 1]).read_text())
elif words[:2] == ["pr", "close"]:
    state.unlink()
"""
PYTHON = """\
#!/bin/sh
if [ "$1" = "-P" ]; then shift; fi
if [ "$1 $2" = "-m pip" ]; then echo "$@" >> "$FAKE_GH.pip"; exit 0; fi
exec "{python}" "$@"
"""
CLOUDTUNE = '#!/bin/sh\nPYTHONPATH="{root}" exec "{python}" -m cloudtune "$@"\n'


class Runner:
    """A hosted runner, as far as a script can tell."""

    def __init__(self, home, **environment) -> None:
        self.home = home
        (home / "bin").mkdir(parents=True)
        for name, text in (("gh", GH), ("python", PYTHON), ("cloudtune", CLOUDTUNE)):
            file = home / "bin" / name
            file.write_text(text.format(python=sys.executable, root=ROOT), encoding="utf-8")
            file.chmod(0o755)
        self.gh = home / "gh-pull"
        self.environment = {
            **{name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ},
            "PATH": f"{home / 'bin'}:{os.environ['PATH']}",
            "RUNNER_TEMP": str(home / "temp"),
            "GITHUB_STEP_SUMMARY": str(home / "summary.md"),
            "GITHUB_OUTPUT": str(home / "output"),
            "FAKE_GH": str(self.gh),
            "CLOUDTUNE_TODAY": "2026-11-02",
            "OMP_NUM_THREADS": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            **environment,
        }
        (home / "temp").mkdir()

    def run(self, script, cwd, **more):
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=cwd,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def log(self):
        return self.gh.with_suffix(".log").read_text(encoding="utf-8").split("\n")[:-1]


SPEC = """\
version: cloudtune/v1
kind: forecast
name: shop
series:
  source: {kind: csv, path: data/shop.csv, time: week, value: orders}
  step: 1w
  timezone: Europe/Berlin
granularities:
  - {step: 1w, horizon: 13w}
calendars: [shop-days]
backtest: {folds: 2, horizon: 8w}
"""
CALENDAR = """\
version: cloudtune/v1
kind: calendar
name: shop-days
timezone: Europe/Berlin
events:
  - {name: black-friday, rule: black friday, duration: 24h}
"""


def data(rows=150, scale=1.0):
    first = date(2023, 1, 2)
    lines = [
        f"{first + timedelta(weeks=k)},{round((1000 + 3 * k + 40 * (k % 4)) * (scale if k > 145 else 1), 1)}"
        for k in range(rows)
    ]
    return "week,orders\n" + "\n".join(lines) + "\n"


def git_of(path):
    repo = GitRepo.__new__(GitRepo)
    repo.path = path
    repo.git("config", "user.email", "planner@example.com")
    repo.git("config", "user.name", "Planner")
    return repo
