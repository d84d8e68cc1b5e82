"""Results give tables of any library, show themselves, and say what the command line says."""

from __future__ import annotations

import pickle
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import cloudtune as ct
from cloudtune.run.publish import Job, publish_all
from tests.api import shop


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return shop.write(tmp_path_factory.mktemp("repository with a space"))


@pytest.fixture(scope="module")
def spec(path):
    return ct.load(path)


@pytest.fixture(scope="module")
def found(spec):
    return ct.forecast(spec)


@pytest.fixture(scope="module")
def frame():
    return pd.DataFrame({"when": pd.to_datetime(shop.days()), "sold": shop.orders()})


def test_a_table_is_every_point_with_aware_times(found):
    table = found.table("1d")
    frame = table.to_pandas()
    assert len(table) == len(frame) == 60
    assert {"time", "mean", "q10", "q50", "q90", "trend", "event:sale"} <= set(table.columns)
    assert str(frame["time"].dt.tz) == "UTC"
    assert found.table("1d", tz="Europe/Berlin").to_pandas()["time"].dt.hour.eq(0).all()


def test_the_ingredients_of_a_table_multiply_to_the_median(found):
    frame = found.table("1d").to_pandas()
    start = list(frame.columns).index("trend")
    assert np.allclose(frame.iloc[:, start:].prod(axis=1), frame["q50"], rtol=1e-3)


def test_arrow_takes_a_table_as_it_is(found):
    assert pa.table(found.table()).equals(found.table().to_arrow())


def test_an_unknown_step_is_named(found):
    with pytest.raises(KeyError, match="1d, 1w"):
        found.table("1h")


def test_the_command_writes_what_the_api_says(path, found):
    root = path.parents[2]
    [published] = publish_all(Job(root), ["shop/orders"])
    assert published.problems == ()
    assert found.report() == (root / "reports" / "shop" / "orders.md").read_text(encoding="utf-8")
    assert found.chart() == (root / "reports" / "shop" / "orders.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ["pandas", "arrow", "zoned"])
def test_a_frame_gives_the_forecast_of_its_file(spec, found, frame, form):
    zoned = frame.assign(when=frame["when"].dt.tz_localize("Europe/Berlin"))
    data = {"pandas": frame, "arrow": pa.table(frame), "zoned": zoned}[form]
    other = ct.forecast(spec, data, time="when", value="sold")
    assert other.table().to_arrow().equals(found.table().to_arrow())


def test_a_dict_with_a_frame_needs_no_source(frame):
    spec = {
        "version": "cloudtune/v1",
        "kind": "forecast",
        "name": "sold",
        "series": {"step": "1d", "timezone": "Europe/Berlin"},
        "granularities": [{"step": "1d", "horizon": "14d"}],
        "backtest": {"folds": 1},
    }
    assert len(ct.forecast(spec, frame, time="when", value="sold").table()) == 14


def test_a_frame_without_the_column_is_refused(spec, frame):
    with pytest.raises(ct.Refusal) as refused:
        ct.forecast(spec, frame)
    assert [found.code for found in refused.value.problems] == ["CT404"]


def test_a_moment_a_stretch_and_an_event_are_explained(found):
    moment = found.explain("2026-02-10")
    assert moment.parts[0].holds
    assert moment.parts[0].ingredients["event:sale"] > 1.5
    week = found.explain(start="2026-02-09", end="2026-02-14")
    assert week.parts[0].value == pytest.approx(found.explain(event="sale").parts[-1].value)
    rows = week.table().to_pandas()
    assert rows["adds"].sum() == pytest.approx(week.parts[0].value)
    assert "event:sale" in str(week)


def test_a_spec_is_explained_as_its_forecast_is(spec, found):
    assert str(ct.explain(spec, event="sale")) == str(found.explain(event="sale"))
    assert str(ct.explain(found, "2026-02-10")) == str(found.explain("2026-02-10"))


def test_a_question_without_a_time_is_a_mistake_of_the_caller(found):
    with pytest.raises(TypeError, match="say what to explain"):
        found.explain(start="2026-02-09")


def test_an_unknown_event_is_refused(found):
    with pytest.raises(ct.Refusal, match="CT506"):
        found.explain(event="slae")


def test_a_backtest_takes_folds_of_its_own(spec):
    tested = ct.backtest(spec, folds=3)
    assert len(tested.folds) == 3
    rows = tested.accuracy.to_pandas()
    assert (rows.loc[rows["ahead"] == "all", "wape"] < 0.1).all()


def test_results_show_themselves_in_a_notebook_without_script(found):
    shown = found._repr_html_()
    assert len(shown) < 60_000
    assert "<script" not in shown
    for html in (shown, found.table()._repr_html_(), found.explain("2026-02-10")._repr_html_()):
        ET.fromstring(f"<div>{html}</div>")
    assert repr(found).startswith("Forecast(shop/orders, 1d, 1w, peak ")


def test_a_forecast_travels_by_pickle_and_can_still_be_asked(found):
    data = pickle.dumps(found)
    assert len(data) < 2_000_000
    assert str(pickle.loads(data).explain(event="sale")) == str(found.explain(event="sale"))
