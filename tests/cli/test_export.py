from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from cloudtune.cli.main import run
from cloudtune.run.points import FOLDER, write_points
from tests.report import builders

SPEC = """\
version: cloudtune/v1
kind: forecast
name: us-orders
series:
  source: {kind: csv, path: data/orders.csv, time: minute, value: orders}
  step: 1min
  timezone: America/Los_Angeles
granularities:
  - {step: 1w, horizon: 1y}
  - {step: 1min, horizon: 90d}
"""


@pytest.fixture
def store(tmp_path, monkeypatch):
    (tmp_path / "specs/store").mkdir(parents=True)
    (tmp_path / "specs/store/us-orders.yaml").write_text(SPEC)
    write_points(tmp_path / FOLDER / "store/us-orders", builders.run())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_points_of_a_step_go_to_standard_output(store, capfdbinary):
    assert run(["export", "us-orders", "--step", "1w"]) == 0
    lines = capfdbinary.readouterr().out.splitlines()
    assert (lines[0][:13], len(lines)) == (b'"time","mean"', 53)


def test_the_finest_step_goes_to_a_file(store, capsys):
    assert run(["export", "us-orders", "--to", "parquet", "--output", "points.parquet"]) == 0
    assert capsys.readouterr().out == "points.parquet\n"
    assert pq.read_table(store / "points.parquet").num_rows == 90 * 1440


def test_an_unknown_format_lists_the_known_ones(store, capsys):
    assert run(["export", "us-orders", "--to", "xls"]) == 64
    said = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert "csv (a line a point" in said
    assert "parquet (columns" in said


def test_a_step_without_points_is_refused(store, capsys):
    assert run(["export", "us-orders", "--step", "1h"]) == 1
    assert "CT737" in capsys.readouterr().err
