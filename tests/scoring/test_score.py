from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ET
from datetime import datetime

import numpy as np
import pytest

from cloudtune.errors import Refusal
from cloudtune.git.calls import open_repository
from cloudtune.report.document import PeriodRow
from cloudtune.scoring.actuals import Actuals
from cloudtune.scoring.chart import as_svg
from cloudtune.scoring.history import ReportVintage, vintages
from cloudtune.scoring.score import PastOccurrence, score
from cloudtune.scoring.text import as_json, as_markdown, as_text
from tests.review.builders import GitRepo, band, document, event

HOUR = np.timedelta64(3600, "s")


def hourly(days, level=10.0, first="2026-06-01", **changes):
    """Actual hours: each day totals 24 x level."""
    local = np.datetime64(first, "s") + np.arange(days * 24) * HOUR
    whole = {"local": local, "values": np.full(days * 24, level), "aggregate": "sum", "minutes": 60}
    return Actuals(**{**whole, **changes})


def vintage(through="2026-06-01", level=240.0, days=30, commit="c1", events=(), spread=0.1):
    start = np.datetime64(through, "D")
    daily = [
        PeriodRow(str(start + k), level, level * (1 - spread), level * (1 + spread), level / 24)
        for k in range(days)
    ]
    found = document(daily=daily, events=list(events))
    found["inputs"]["data_through"] = f"{through}T00:00"
    return ReportVintage("store/us-orders", commit, through, found)


def scored(*history, actuals=None, occurrences=()):
    known = {"store/us-orders": actuals or hourly(60)}
    return score(history, known, {"store/us-orders": tuple(occurrences)})


def test_right_forecast_has_no_error():
    found = scored(vintage()).fleet("1 to 7 days")
    assert (found.days, found.wape, found.bias, found.coverage) == (7, 0.0, 0.0, 1.0)


def test_forecast_that_is_a_tenth_low_says_so():
    found = scored(vintage(level=216.0, spread=0.05)).fleet("8 to 28 days")
    assert (found.wape, found.bias, found.coverage) == (pytest.approx(0.1), pytest.approx(-0.1), 0.0)


def test_first_day_after_the_data_is_one_day_ahead():
    made = scored(vintage(days=1))
    assert [lead for _, lead in made.leads] == ["1 to 7 days"]


def test_days_that_have_not_come_do_not_count():
    found = scored(vintage("2026-07-25", days=30), actuals=hourly(60))
    assert found.fleet("1 to 7 days").days == 6
    assert found.fleet("8 to 28 days").days == 0


def test_day_with_a_hole_does_not_count():
    actuals = hourly(60)
    actuals.values[24 * 3 : 24 * 3 + 5] = np.nan
    assert scored(vintage(), actuals=actuals).fleet("1 to 7 days").days == 6


def test_day_of_a_clock_change_counts():
    local = np.delete(hourly(10).local, 26)
    actuals = hourly(10, local=local, values=np.full(len(local), 10.0))
    assert scored(vintage(), actuals=actuals).fleet("1 to 7 days").wape == pytest.approx(0.0)


@pytest.mark.parametrize(("aggregate", "level"), [("mean", 10.0), ("max", 10.0), ("sum", 240.0)])
def test_days_are_made_as_reports_make_them(aggregate, level):
    found = scored(vintage(level=level), actuals=hourly(60, aggregate=aggregate))
    assert found.fleet("1 to 7 days").wape == pytest.approx(0.0)


def spike(at="2026-06-20T10:00", height=107.0):
    actuals = hourly(60)
    actuals.values[actuals.local == np.datetime64(at, "s")] = height
    return actuals


def prime_day(peak=100.0, start="2026-06-20T00:00", end="2026-06-21T00:00"):
    return event("prime-day", start, end, "24h", peak)


def test_event_of_a_vintage_is_held_against_its_peak():
    (found,) = scored(vintage(events=[prime_day()]), actuals=spike()).events
    assert (found.event, found.start, found.ahead) == ("prime-day", "2026-06-20", 20)
    assert found.error == pytest.approx(100 / 107 - 1)
    assert found.inside


def test_event_that_moved_is_held_against_when_it_took_place():
    thought = prime_day(start="2026-06-13T00:00", end="2026-06-14T00:00")
    true = PastOccurrence(
        "prime-day", datetime.fromisoformat("2026-06-20"), datetime.fromisoformat("2026-06-21")
    )
    (found,) = scored(vintage(events=[thought]), actuals=spike(), occurrences=[true]).events
    assert (found.start, found.actual) == ("2026-06-20", 107.0)


def test_event_ahead_is_not_scored():
    late = prime_day(start="2026-09-20T00:00", end="2026-09-21T00:00")
    assert scored(vintage(events=[late])).events == ()


def test_event_reads_like_a_sentence():
    text = as_text(scored(vintage(events=[prime_day()]), actuals=spike()))
    assert text.endswith(
        "Prime Day 2026-06-20, store/us-orders\n  the forecast of 2026-06-01 (20 days before) was 6.5% low\n"
    )
    assert max(map(len, text.splitlines())) <= 80


def test_error_has_a_trend_by_month():
    made = scored(
        vintage("2026-06-01", level=216.0, commit="c1"),
        vintage("2026-07-01", level=228.0, commit="c2"),
        actuals=hourly(90),
    )
    assert {month: found.wape for month, found in made.months.items()} == {
        "2026-06": pytest.approx(0.1),
        "2026-07": pytest.approx(0.05),
    }
    assert (made.vintages, made.commits) == (2, 2)


def test_spread_shows_the_best_and_the_worst_of_the_fleet():
    documents = [vintage(level=240.0 * (1 - k / 100)).document for k in range(11)]
    history = [ReportVintage(f"a/{k}", "c1", "2026-06-01", found) for k, found in enumerate(documents)]
    made = score(history, {f"a/{k}": hourly(60) for k in range(11)}, {})
    assert made.spread("1 to 7 days") == pytest.approx((0.01, 0.05, 0.09))


def test_forecast_without_actuals_is_named():
    made = score([vintage()], {}, {})
    assert (made.unscored, made.ids) == (("store/us-orders",), ())


def test_forecasts_are_counted_before_any_day_has_come():
    text = as_text(scored(vintage("2026-08-10"), actuals=hourly(60)))
    assert text == "1 vintage of 1 forecast in 1 commit: no day of them has come yet\n\n"


def test_score_of_no_history_has_its_words():
    made = score([], {}, {})
    assert as_text(made) == "0 vintages of 0 forecasts in 0 commits: no day of them has come yet\n\n"
    assert as_markdown(made).count("Nothing yet.") == 4
    assert "no day of any forecast has come yet" in as_svg(made)


def test_markdown_and_json_have_every_part():
    made = scored(vintage(events=[prime_day()]), actuals=spike())
    page = as_markdown(made)
    assert (
        "| Prime Day 2026-06-20 | store/us-orders | 2026-06-01 | 20 days | 100 | 107 | -6.5% | yes |" in page
    )
    assert "| 2026-06 | 28 |" in page
    assert {"fleet", "spread", "forecasts", "months", "events"} < set(as_json(made))


def test_chart_is_well_formed_and_stays_inside():
    made = scored(vintage(), vintage("2026-07-01", level=200.0, commit="c2"), actuals=hourly(90))
    root = ET.fromstring(as_svg(made))
    assert root.get("width") == "880"
    assert as_svg(made) == as_svg(made)


def test_history_is_read_from_commits(tmp_path):
    repo = GitRepo(tmp_path)
    for number, level in enumerate((100.0, 110.0, 120.0), start=1):
        repo.report(document(daily=[["2026-06-01", level, None, None, None]]))
        repo.commit(f"run {number}", f"2026-0{number}-03T12:00:00+00:00")
    found = list(vintages(open_repository(tmp_path)))
    assert [one.date for one in found] == ["2026-01-03", "2026-02-03", "2026-03-03"]
    assert [one.document["daily"][0].value for one in found] == [100.0, 110.0, 120.0]


def test_vintage_that_repeats_its_forecast_counts_once(tmp_path):
    repo = GitRepo(tmp_path)
    repo.report(document())
    repo.commit()
    repo.report(document(verdict="other words", peak={**document()["peak"], "height": band(5.0)}))
    repo.commit()
    assert len(list(vintages(open_repository(tmp_path)))) == 1


def test_deleted_report_keeps_its_past(tmp_path):
    repo = GitRepo(tmp_path)
    repo.report(document())
    repo.commit()
    repo.git("rm", "-q", "reports/store/us-orders.json")
    repo.commit()
    assert [one.id for one in vintages(open_repository(tmp_path))] == ["store/us-orders"]


def test_merge_counts_once_for_the_main_line(tmp_path):
    repo = GitRepo(tmp_path)
    repo.report(document())
    repo.commit()
    repo.git("checkout", "-q", "-b", "topic")
    repo.report(document(daily=[["2026-06-01", 9.0, None, None, None]]))
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "--no-edit", "topic")
    assert len(list(vintages(open_repository(tmp_path)))) == 2


def test_broken_report_of_the_past_is_named(tmp_path):
    repo = GitRepo(tmp_path)
    repo.write("reports/store/us-orders.json", "{")
    repo.commit()
    problems = []
    assert list(vintages(open_repository(tmp_path), problems=problems)) == []
    assert [(problem.code, problem.severity) for problem in problems] == [("CT725", "warning")]


def test_shallow_archive_is_refused(tmp_path):
    repo = GitRepo(tmp_path / "origin")
    repo.report(document())
    repo.commit()
    repo.commit()
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth", "1", repo.path.as_uri(), str(clone)], check=True)
    with pytest.raises(Refusal) as refusal:
        list(vintages(open_repository(clone)))
    assert refusal.value.problems[0].code == "CT722"


def test_series_of_weeks_is_scored_by_its_weeks():
    mondays = np.datetime64("2026-06-01", "s") + np.arange(8) * np.timedelta64(7, "D")
    actuals = Actuals(mondays, np.full(8, 700.0), "sum", 10_080)
    weekly = [PeriodRow(str(day.astype("datetime64[D]")), 630.0, 600.0, 800.0, 630.0) for day in mondays]
    found = document(daily=[], weekly=weekly)
    found["inputs"]["data_through"] = "2026-06-01T00:00"
    made = score([ReportVintage("a", "c1", "2026-06-01", found)], {"a": actuals}, {})
    assert made.fleet("8 to 28 days").wape == pytest.approx(0.1)
    assert made.fleet("8 to 28 days").days == 3
