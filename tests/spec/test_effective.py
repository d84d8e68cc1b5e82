from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudtune.spec.defaults import Layers
from cloudtune.spec.effective import digest, dump, effective_text
from cloudtune.spec.events import CalendarSpec, EventSpec, OccurrenceSpec
from cloudtune.spec.forecast import Change, ForecastSpec, Granularity, Outlier, Season, SeriesBlock
from cloudtune.spec.gameday import GamedaySpec
from cloudtune.spec.gates import Gate
from cloudtune.spec.reader import read
from cloudtune.spec.sources import CsvSource
from cloudtune.timegrid import STEPS, Duration, Moment
from tests.spec.builders import calendar, spec, store

DEFAULTS = """\
owner: team-stores
trend:
  growth: damped
quantiles: [0.05, 0.5, 0.95]
"""
NEARER = """\
backtest: {folds: 4}
trend:
  slope_breaks: [{at: 2024-09-01, reason: new checkout}]
"""


@pytest.fixture
def lines(tmp_path) -> list[str]:
    files = {"_defaults.yaml": DEFAULTS, "pay/_defaults.yaml": NEARER}
    loaded = store(tmp_path, files | {"pay/orders.yaml": spec("owner: team-pay")})
    item = loaded.specs["pay/orders"]
    return effective_text(item.spec, loaded.sources[item.file]).splitlines()


def test_each_inherited_value_names_its_file_and_line(lines):
    assert [line for line in lines if "# from" in line] == [
        "  growth: damped  # from specs/_defaults.yaml:3",
        "  slope_breaks: [{at: 2024-09-01, reason: new checkout}]  # from specs/pay/_defaults.yaml:3",
        "quantiles: [0.05, 0.5, 0.95]  # from specs/_defaults.yaml:4",
        "  folds: 4  # from specs/pay/_defaults.yaml:1",
    ]


def test_values_of_the_spec_itself_stand_alone(lines):
    assert lines[0] == "# specs/pay/orders.yaml"
    for line in ("owner: team-pay", "    path: data/orders.csv", "  - {step: 1h, horizon: 90d}"):
        assert line in lines


def test_built_in_defaults_say_so(lines):
    for line in ("scale: auto  # default", "  aggregate: sum  # default", "tolerance: 0.005  # default"):
        assert line in lines


def test_what_takes_effect_is_a_spec_again(lines):
    text = "\n".join(lines)
    data = Layers((read(text.encode(), "specs/x.yaml"),)).data
    assert ForecastSpec.model_validate(data).backtest.folds == 4


VALID = sorted((Path(__file__).parents[1] / "examples" / "valid").glob("*.yaml"))
MODELS = {"forecast": ForecastSpec, "calendar": CalendarSpec, "gameday": GamedaySpec}

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


FULL = (
    "owner: team-checkout",
    "scale: multiplicative",
    "trend: {slope_breaks: [{at: 2024-09-01, reason: new checkout}]}",
    "outliers: [{start: 2025-03-02, end: 2025-03-03, reason: robots}]",
    "calendars: [us-retail]",
)
SILENT = {
    "another owner": ("owner: team-checkout", "owner: team-orders"),
    "a description": ("owner: team-checkout", "description: per minute\ntags: [a]\nregion: US"),
    "a comment": ("scale: multiplicative", "scale: multiplicative # as ever"),
    "another order of keys": (
        "owner: team-checkout\nscale: multiplicative",
        "scale: multiplicative\nowner: team-checkout",
    ),
    "another reason": ("reason: robots", "reason: robot traffic"),
    "a review date": ("reason: robots", "reason: robots, review_by: 2027-01-01"),
    "a default written out": ("scale: multiplicative", "scale: multiplicative\nbacktest: {folds: 6}"),
    "a length in another unit": ("horizon: 90d", "horizon: 2160h"),
    "a gate": ("scale: multiplicative", "scale: multiplicative\ngates: [{metric: wape, at_most: 12%}]"),
    "capacity": ("scale: multiplicative", "scale: multiplicative\ncapacity: {headroom: 10%}"),
    "midnight written out": ("start: 2025-03-02,", "start: 2025-03-02,  "),
}
LOUD = {
    "another scale": ("scale: multiplicative", "scale: additive"),
    "another source": ("path: data/orders.csv", "path: data/other.csv"),
    "another kind of source": ("kind: csv", "kind: parquet"),
    "another zone": ("America/Los_Angeles", "America/New_York"),
    "a longer horizon": ("horizon: 90d", "horizon: 91d"),
    "a moved break": ("at: 2024-09-01", "at: 2024-09-02"),
    "a longer window": ("end: 2025-03-03", "end: 2025-03-04"),
    "another quantile": ("scale: multiplicative", "scale: multiplicative\nquantiles: [0.5]"),
}


@pytest.fixture
def hashes(tmp_path):
    """Hashes of the full spec after some edits of its text."""

    def of(*edits: tuple[str, str], events: tuple[str, ...] = ()):
        text = spec(*FULL)
        for old, new in edits:
            assert old in text
            text = text.replace(old, new)
        item = store(tmp_path, {"orders.yaml": text, "us-retail.yaml": calendar(*events)}).specs["orders"]
        return item.spec_hash, item.calendars_hash

    return of


@pytest.mark.parametrize("edit", SILENT.values(), ids=SILENT.keys())
def test_an_edit_that_moves_no_forecast_leaves_the_hash(hashes, edit):
    assert hashes(edit) == hashes()


@pytest.mark.parametrize("edit", LOUD.values(), ids=LOUD.keys())
def test_an_edit_that_may_move_the_forecast_changes_the_hash(hashes, edit):
    assert hashes(edit)[0] != hashes()[0]
    assert hashes(edit)[1] == hashes()[1]


def test_a_calendar_has_a_hash_of_its_own(hashes):
    added = hashes(events=("{name: sale, rule: 2 april}",))
    assert (added[0], added[1] != hashes()[1]) == (hashes()[0], True)


def test_a_note_in_a_calendar_is_no_change(hashes):
    plain = hashes(events=("{name: sale, rule: 2 april}",))
    assert hashes(events=("{name: sale, rule: 2 april, note: as ever}",)) == plain


def test_the_hash_is_the_same_on_every_machine():
    assert digest({"b": [1, 0.1, None, True], "a": "größe"}) == "d9d9e465749d38eb"
