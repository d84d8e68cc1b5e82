"""Laws: neither the order of rows nor the format of the file shows."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cloudtune.errors import Refusal
from tests.data.reading import Reading

ZONES = ("Europe/Berlin", "Australia/Lord_Howe", "America/New_York", "Asia/Kolkata", "UTC")
NUMBERS = st.one_of(
    st.none(), st.floats(-1e6, 1e6, allow_nan=False), st.integers(0, 10**9), st.just(float("nan"))
)


@st.composite
def tables(draw):
    """Hours around a clock change, with holes, doubles and empties."""
    start = np.datetime64(draw(st.sampled_from(["2026-10-24T12:00", "2026-03-28T20:00", "2028-02-28T20:00"])))
    size = draw(st.integers(3, 40))
    at = draw(st.lists(st.integers(0, 60), min_size=size, max_size=size))
    values = draw(st.lists(NUMBERS, min_size=size, max_size=size))
    stamps = start + np.array(at) * np.timedelta64(30, "m")
    return [*zip(stamps.tolist(), values, strict=True), (start.item(), 1.0)]


def _found(reading):
    """Hash, bytes and repairs; or the codes of what is wrong."""
    try:
        cleaned = reading.load()
    except Refusal as refusal:
        return [problem.code for problem in refusal.problems]
    return cleaned.data_hash, cleaned.series.values.tobytes(), cleaned.repairs


def _reading(root, rows, zone, policy):
    reading = Reading(Path(root), zone=zone, source={"duplicates": policy})
    lines = [f"{at.isoformat()},{'' if value is None else value!r}" for at, value in rows]
    return reading.write(*lines)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables(), st.sampled_from(ZONES), st.sampled_from(["sum", "mean"]), st.randoms())
def test_shuffled_rows_give_the_same_series(rows, zone, policy, random):
    shuffled = rows[:]
    random.shuffle(shuffled)
    with tempfile.TemporaryDirectory() as root:
        one = _found(_reading(root, rows, zone, policy))
        other = _found(_reading(root, shuffled, zone, policy))
    assert one == other


@pytest.mark.parametrize("policy", ["sum", "mean"])
def test_the_last_bit_of_a_merged_row_does_not_hang_on_the_order(policy, tmp_path):
    start = np.datetime64("2026-05-01T00:00")
    hours = [(start + np.timedelta64(hour, "h")).item() for hour in range(12)]
    rows = [(at, 10.0 ** (k % 7 - 3) / 3) for at in hours for k in range(9)]
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    one = _found(_reading(tmp_path / "one", rows, "UTC", policy))
    assert one == _found(_reading(tmp_path / "other", rows[::-1], "UTC", policy))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables(), st.sampled_from(ZONES))
def test_parquet_gives_the_hash_of_csv(rows, zone):
    with tempfile.TemporaryDirectory() as root:
        plain = _found(_reading(root, rows, zone, "mean"))
        times = pa.array([at for at, _ in rows], pa.timestamp("us"))
        values = pa.array([None if v is None else float(v) for _, v in rows], pa.float64())
        pq.write_table(pa.table({"time": times, "value": values}), Path(root) / "data/in.parquet")
        source = {"kind": "parquet", "path": "data/in.parquet", "duplicates": "mean"}
        other = _found(Reading(Path(root), zone=zone, source=source))
    assert other == plain


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables(), st.sampled_from(ZONES))
def test_every_point_has_a_row_or_is_counted(rows, zone):
    with tempfile.TemporaryDirectory() as root:
        reading = _reading(root, rows, zone, "sum")
        assume(isinstance(_found(reading), tuple))
        cleaned = reading.load()
    counts = {repair.kind: repair.count for repair in cleaned.repairs}
    gaps = int(np.isnan(cleaned.series.values).sum())
    assert cleaned.rows == len(rows)
    assert gaps <= counts.get("missing", 0) + counts.get("not_finite", 0) + counts.get("partial", 0)
    assert all(count > 0 for count in counts.values())


def test_other_values_give_another_hash(tmp_path):
    reading = Reading(tmp_path)
    plain = reading.write("2026-01-01T00:00Z,1", "2026-01-01T01:00Z,2").load().data_hash
    other = reading.write("2026-01-01T00:00Z,1", "2026-01-01T01:00Z,3").load().data_hash
    later = reading.write("2026-01-01T01:00Z,1", "2026-01-01T02:00Z,2").load().data_hash
    assert len({plain, other, later}) == 3
    assert len(plain) == 16
