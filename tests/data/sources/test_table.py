from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pyarrow as pa
import pytest

from cloudtune.data.opening import TimeWindow
from cloudtune.data.sources.table import READERS
from cloudtune.spec.sources import History, Source
from cloudtune.timegrid import STEPS

START = datetime(2026, 10, 25, tzinfo=UTC)


class Batches:
    """A source from elsewhere: two rows a batch, and a note of what was asked."""

    mend = "see whether the server answers"

    def __init__(self, times: pa.Array, values: pa.Array) -> None:
        self.table = pa.table({"time": times, "value": values, "host": pa.nulls(len(times))})
        self.asked = None

    def open(self, source, asked):
        del source
        self.asked = asked
        return self.table.to_reader(max_chunksize=2)


def hours(count: int, **zone: str) -> pa.Array:
    return pa.array([START + timedelta(hours=hour) for hour in range(count)], pa.timestamp("us", **zone))


def told(block: object) -> set[str]:
    union, _ = get_args(block)
    return {get_args(each.model_fields["kind"].annotation)[0] for each in get_args(union)}


def test_every_kind_of_the_spec_has_a_reader():
    assert told(Source) == told(History) == set(READERS)


def test_every_reader_has_a_mend():
    assert all(reader.mend for reader in READERS.values())


def test_batches_are_read_as_files_are(reading, monkeypatch):
    monkeypatch.setitem(READERS, "csv", Batches(hours(4, tz="UTC"), pa.array([1.0, 2.0, None, 4.0])))
    assert reading.values() == [1, 2, None, 4]
    assert reading.repairs() == {"not_finite": 1}


def test_naive_batches_stand_on_the_clock_of_the_series(reading, monkeypatch):
    monkeypatch.setitem(READERS, "csv", Batches(hours(4), pa.array([1, 2, 3, 4])))
    reading.zone = "Europe/Berlin"
    assert reading.values() == [1, 2, 3, 3, 4]
    assert reading.repairs() == {"repeated_hour": 1}


def test_doubles_in_batches_are_refused_and_shown(reading, monkeypatch):
    times = pa.concat_arrays([hours(2, tz="UTC"), hours(1, tz="UTC")])
    monkeypatch.setitem(READERS, "csv", Batches(times, pa.array([1, 2, 3])))
    problem = reading.problem()
    assert problem.code == "CT407"
    assert "row 3 (2026-10-25 00:00:00+00, 3)" in problem.message


def test_a_column_that_batches_lack_is_refused(reading, monkeypatch):
    monkeypatch.setitem(READERS, "csv", Batches(hours(2), pa.array([1, 2])))
    reading.source = {"value": "hosts"}
    assert reading.problem().hint == 'did you mean "host"? columns: time, value, host'


def test_a_reader_is_told_the_span_and_the_step(reading, monkeypatch):
    reader = Batches(hours(4, tz="UTC"), pa.array([1, 2, 3, 4]))
    monkeypatch.setitem(READERS, "csv", reader)
    reading.series = {"start": "2026-10-25T01:00", "aggregate": "mean"}
    assert reading.values() == [2, 3, 4]
    assert reader.asked.window == TimeWindow("UTC", START + timedelta(hours=1))
    assert (reader.asked.step, reader.asked.aggregate) == (STEPS["1h"], "mean")


@pytest.mark.parametrize("kind", sorted(READERS))
def test_reader_stands_in_a_file_of_its_name(kind):
    assert type(READERS[kind]).__module__ == f"cloudtune.data.sources.{kind}"
