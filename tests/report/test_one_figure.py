"""One figure for one moment: every place that tells a highest step, or a value, tells the same."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from cloudtune.engine.explain import explain_at
from cloudtune.engine.forecast import fitted, forecast
from cloudtune.engine.result import Run
from cloudtune.report import words
from cloudtune.report.build import build_document
from cloudtune.report.io import dump_document, load_document
from cloudtune.report.render import render_markdown, render_svg
from cloudtune.report.templates import load_templates
from tests.engine import worlds

EVENTS = """\
events:
  - name: sale
    occurrences:
      - {start: 2025-01-21, duration: 24h}
      - {start: 2025-02-18, duration: 24h}
      - {start: 2025-03-12, duration: 24h}
  - name: match
    occurrences:
      - {start: 2025-01-25T18:00, duration: 3h}
      - {start: 2025-02-22T18:00, duration: 3h}
      - {start: 2025-03-15T18:00, duration: 3h}
"""


@pytest.fixture(scope="module", params=range(6))
def made(request):
    """A run of a seeded series: quiet or bursty, on either scale, with events and without."""
    seed = request.param
    rng = np.random.default_rng(seed)
    timeline = worlds.line(63)
    values = worlds.demand(timeline, noise=(0.03, 0.3)[seed % 2], seed=seed)
    for start, hours in (("2025-01-21", 24), ("2025-02-18", 24), ("2025-01-25T18", 3), ("2025-02-22T18", 3)):
        first = int((np.datetime64(start) - timeline.start) / np.timedelta64(1, "h"))
        values[first : first + hours] *= rng.uniform(1.5, 3)
    scale = ("auto", "additive")[seed // 2 % 2]
    resolved = worlds.spec(more=f"scale: {scale}\n{EVENTS if seed < 4 else ''}")
    cleaned = worlds.cleaned(timeline, values)
    run = Run(resolved, cleaned, forecast(cleaned, resolved))
    document = build_document(run, engine="e", template="t", locate=lambda _file, _path: None)
    return run, load_document(dump_document(document).encode(), "reports/world.json")


def test_a_day_has_one_highest_step(made):
    _, document = made
    days = {row.date: row.highest for row in document["daily"]}
    assert document["peaks"]
    for row in document["peaks"]:
        assert days.get(row["at"][:10], row["height"]["value"]) == row["height"]["value"]
    for event in document["events"]:
        if event["length"] == "24h":
            assert event["peak"]["value"] == days[event["start"][:10]]


def test_longer_windows_are_never_lower(made):
    _, document = made
    days = {row.date: row.highest for row in document["daily"]}
    top = document["peak"]["height"]["value"]
    for week in document["weekly"]:
        inside = np.datetime64(week.date) + np.arange(7)
        assert top >= week.highest >= max(days[str(day)] for day in inside)
    assert top >= max(row["height"]["value"] for row in document["peaks"])


def test_an_event_is_never_higher_than_its_day(made):
    _, document = made
    days = {row.date: row.highest for row in document["daily"]}
    for event in document["events"]:
        assert event["peak"]["value"] <= days[event["start"][:10]]


def test_a_value_at_a_step_is_that_of_points_chart_and_explanation(made):
    run, document = made
    projection = fitted(run.cleaned, run.resolved)
    base = run.outcome.forecasts["1h"]
    curve = {row.time: row.value for row in document["peak_day"]}
    for row in (document["peak"], *document["peaks"]):
        when = np.datetime64(row["at"], "s")
        place = int(np.flatnonzero(base.timeline.local == when)[0])
        moment = datetime.fromtimestamp(int(base.timeline.utc[place].astype("int64")), tz=UTC)
        assert row["value_at"] == pytest.approx(base.median[place], rel=1e-5)
        assert row["value_at"] == pytest.approx(explain_at(projection, moment).value, rel=1e-5)
        assert curve.get(row["at"], row["value_at"]) == row["value_at"]


def test_sentence_table_and_chart_tell_the_highest_peak_of_the_json(made):
    _, document = made
    height = words.number(document["peak"]["height"]["value"])
    when = words.when(document["peak"]["at"])
    markdown = render_markdown(document, load_templates())
    assert f"most likely {when}: {height} " in document["verdict"]
    assert (
        f"| highest peak | {height} orders an hour" in markdown or f"| highest peak | {height} " in markdown
    )
    assert f"highest {height} at {document['peak']['at'][11:]}" in render_svg(document)


def test_the_api_tells_what_the_report_tells(made):
    run, document = made
    assert str(run.outcome.peak.at.astype("datetime64[m]")) == document["peak"]["at"]
    assert run.outcome.peak.height.value == pytest.approx(document["peak"]["height"]["value"], rel=1e-5)
    assert run.outcome.peak.height.low <= run.outcome.peak.height.value <= run.outcome.peak.height.high
