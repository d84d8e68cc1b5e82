"""A command pays only for what it uses: checking specs never waits for the numeric libraries."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta

import pytest

HEAVY = ["duckdb", "git", "jinja2", "numpy", "pandas", "pyarrow", "scipy", "statsmodels"]
SPEC = """\
version: cloudtune/v1
kind: forecast
name: orders
series:
  source: {kind: csv, path: data/orders.csv, time: day, value: orders}
  step: 1d
  timezone: Europe/Berlin
granularities: [{step: 1d, horizon: 28d}]
"""
PROGRAM = """\
import json, sys
from cloudtune.cli.main import run
code = run(sys.argv[2:])
loaded = [name for name in json.loads(sys.argv[1]) if name in sys.modules]
sys.stderr.write("\\n" + json.dumps({"code": code, "loaded": loaded}))
"""


def loaded_by(arguments: list[str], folder) -> dict:
    command = [sys.executable, "-c", PROGRAM, json.dumps(HEAVY), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return json.loads(done.stderr.splitlines()[-1])


@pytest.mark.parametrize("arguments", [["validate"], ["ls"], ["--version"], ["schema"]], ids=lambda a: a[0])
def test_light_commands_load_no_numeric_library(arguments, tmp_path):
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "orders.yaml").write_text(SPEC, encoding="utf-8")
    assert loaded_by(arguments, tmp_path) == {"code": 0, "loaded": []}


def test_a_run_loads_no_pandas(tmp_path):
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "orders.yaml").write_text(SPEC, encoding="utf-8")
    (tmp_path / "data").mkdir()
    days = [date(2025, 1, 1) + timedelta(days=k) for k in range(200)]
    rows = [f"{day},{1000 + 90 * day.weekday()}" for day in days]
    (tmp_path / "data" / "orders.csv").write_text("day,orders\n" + "\n".join(rows) + "\n", encoding="utf-8")
    told = loaded_by(["run"], tmp_path)
    assert told["code"] == 0
    assert not {"pandas", "scipy", "statsmodels", "git"} & set(told["loaded"])
