from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudtune.spec.defaults import Layers
from cloudtune.spec.effective import dump
from cloudtune.spec.events import CalendarSpec, EventSpec, OccurrenceSpec
from cloudtune.spec.forecast import Change, ForecastSpec, Granularity, Outlier, Season, SeriesBlock
from cloudtune.spec.gates import Gate
from cloudtune.spec.reader import read
from cloudtune.spec.sources import CsvSource
from cloudtune.timegrid import STEPS, Duration, Moment

VALID = sorted((Path(__file__).parents[1] / "examples" / "valid").glob("*.yaml"))
MODELS = {"forecast": ForecastSpec, "calendar": CalendarSpec}

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
labels = st.from_regex(r"[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?", fullmatch=True)
lengths = st.builds(Duration, st.integers(1, 90), st.sampled_from(["min", "h", "d", "w", "mo", "y"]))
naive = st.datetimes(datetime.fromisoformat("1950-01-01"), datetime.fromisoformat("2100-01-01"))
moments = st.builds(Moment.parse, naive.map(lambda stamp: stamp.isoformat(timespec="minutes"))) | st.builds(
    Moment.parse, naive.map(lambda stamp: stamp.date().isoformat())
)
shares = st.integers(0, 10**6).map(lambda millionths: millionths / 10**6)
steps = st.sampled_from(list(STEPS.values()))
seasons = st.just("auto") | st.lists(
    st.sampled_from(["daily", "weekly", "yearly"]) | st.builds(Season, name=labels, period=lengths),
    max_size=3,
)
occurrences = st.builds(
    OccurrenceSpec,
    start=moments,
    duration=st.none() | lengths,
    note=texts,
    with_=st.dictionaries(words, texts, max_size=2),
    effect=st.none() | st.integers(1, 5000).map(lambda percent: percent / 100),
)
events = st.builds(EventSpec, name=labels, occurrences=st.lists(occurrences, max_size=2), note=texts)
specs = st.builds(
    ForecastSpec,
    version=st.just("cloudtune/v1"),
    kind=st.just("forecast"),
    name=labels,
    owner=texts,
    tags=st.lists(texts, max_size=3),
    series=st.builds(
        SeriesBlock,
        source=st.builds(CsvSource, kind=st.just("csv"), path=words, time=words, value=words),
        step=steps,
        timezone=st.sampled_from(["UTC", "Asia/Kolkata", "America/New_York"]),
        floor=st.none() | st.integers(-(10**8), 10**8).map(lambda cents: cents / 100),
    ),
    granularities=st.lists(st.builds(Granularity, step=steps, horizon=lengths), min_size=1, max_size=3),
    seasonality=seasons,
    events=st.lists(events, max_size=2),
    outliers=st.lists(st.builds(Outlier, start=moments, end=moments, reason=texts), max_size=2),
    quantiles=st.lists(shares, max_size=4),
    gates=st.lists(st.builds(Gate, metric=st.just("wape"), between=st.tuples(shares, shares)), max_size=1),
    scenarios=st.dictionaries(
        labels,
        st.dictionaries(labels, st.just("flat") | st.builds(Change, start=st.none() | moments), max_size=2),
        max_size=2,
    ),
    allow_explosive=st.booleans(),
)


def loaded(text: str):
    document = read(text.encode(), "specs/x.yaml")
    assert document.problems == ()
    data = Layers((document,)).data
    return MODELS[data["kind"]].model_validate(data)


@settings(max_examples=60)
@given(specs)
def test_a_dumped_spec_loads_as_the_same_spec(spec):
    assert loaded(dump(spec)) == spec


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_example_survives_dump_and_load(path):
    spec = loaded(path.read_text(encoding="utf-8"))
    assert loaded(dump(spec)) == spec


def test_defaults_are_left_out_and_doubtful_text_is_quoted():
    text = dump(loaded((VALID[0].parent / "empty-keys.yaml").read_text(encoding="utf-8")))
    assert text == (
        "version: cloudtune/v1\n"
        "kind: forecast\n"
        "name: empty-keys\n"
        "owner: 12\n"
        "description: yes\n"
        "series:\n"
        "  source: {time: no, value: on, path: data/empty.csv, kind: csv}\n"
        "  step: 1h\n"
        "  timezone: Asia/Tokyo\n"
        "granularities:\n"
        "  - {step: 1h, horizon: 4w}\n"
    )
