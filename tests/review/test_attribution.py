from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtune.review.attribution import Cause, Explained, as_json, as_text, attribute, told
from cloudtune.review.change import ReportDiff
from cloudtune.review.documents import specs_at
from cloudtune.review.refits import KEPT, Refitter, explain_report
from cloudtune.spec.loader import load_store
from tests.review.builders import GitRepo, band, document
from tests.review.stores import CALENDAR, SPEC, write_specs

VALUES = st.floats(0.1, 1e9)


@given(before=VALUES, after=st.lists(VALUES, min_size=1, max_size=8))
def test_shares_add_up_to_the_total(before, after):
    shares = attribute(before, [(Cause(str(number)), value) for number, value in enumerate(after)])
    total = after[-1] / before - 1
    largest = max(abs(share.amount) for share in shares)
    assert math.isclose(
        sum(share.amount for share in shares), total, rel_tol=1e-9, abs_tol=1e-9 * (1 + largest)
    )


def test_explanation_reads_like_a_sentence():
    causes = [
        (Cause("engine"), 1_203_600.0),
        (Cause("new data"), 1_276_800.0),
        (Cause("prime-day is now 96h", "specs/calendars/us-retail.yaml", 14), 1_339_200.0),
    ]
    one = Explained("store/us-orders", "peak", 1_200_000.0, 1_339_200.0, attribute(1_200_000.0, causes))
    assert as_text([one]) == (
        "store/us-orders  peak 1.20M -> 1.34M (+11.6%): +6.1% new data, "
        "+5.2% prime-day is now 96h (specs/calendars/us-retail.yaml:14), +0.3% engine\n"
    )
    assert as_json([one])["explained"][0]["shares"][0]["cause"] == "engine"


def test_share_too_small_to_show_is_left_out():
    one = Explained(
        "a", "peak", 1.0, 1.5, attribute(1.0, [(Cause("engine"), 1.0001), (Cause("new data"), 1.5)])
    )
    assert told(one) == "+50.0% new data"


def peak(height):
    return {**document()["peak"], "height": band(height)}


def stores(tmp_path, calendar=CALENDAR, spec=SPEC):
    """The specs before and after an edit."""
    write_specs(tmp_path / "old")
    write_specs(tmp_path / "new", spec, calendar)
    return load_store(tmp_path / "old"), load_store(tmp_path / "new")


def fit(resolved):
    """A model to reckon by hand: 1000, an hour of the next prime-day adds 10, a masked window 5."""
    occurrence = next(event for event in resolved.events if event.name == "prime-day").occurrences[0]
    hours = occurrence.duration.total_seconds() / 3600
    cut = 100 if resolved.spec.series.end is not None else 0
    return document(peak=peak(1_000.0 + 10 * hours + 5 * len(resolved.spec.outliers) - cut), events=[])


def report(before, after, **inputs):
    old, new = document(peak=peak(before), events=[]), document(peak=peak(after), events=[])
    for name, (was, now) in inputs.items():
        old["inputs"][name], new["inputs"][name] = was, now
    return ReportDiff("store/us-orders", "changed", before=old, after=new)


def test_edit_of_a_calendar_points_at_its_line(tmp_path):
    longer = CALENDAR.replace("2026-07-14, duration: 48h", "2026-07-14, duration: 96h")
    old, new = stores(tmp_path, longer)
    (one,) = explain_report(report(1_480.0, 1_960.0), old, new, Refitter(fit, "e1"))
    (share,) = one.shares
    assert (share.cause.words, share.cause.place) == (
        "prime-day is now 96h",
        "specs/calendars/us-retail.yaml:9",
    )
    assert share.amount == pytest.approx(480 / 1_480)


def test_data_engine_and_every_edit_have_their_share(tmp_path):
    longer = CALENDAR.replace("2026-07-14, duration: 48h", "2026-07-21, duration: 96h")
    masked = SPEC + "outliers:\n  - {start: 2026-03-02T04:00, end: 2026-03-02T09:30, reason: robots}\n"
    old, new = stores(tmp_path, longer, masked)
    change = report(1_300.0, 1_965.0, engine=("e0", "e1"), data=("d1", "d2"))
    (one,) = explain_report(change, old, new, Refitter(fit, "e1"))
    amounts = {share.cause.words: round(share.amount * 1_300) for share in one.shares}
    assert amounts == {
        "engine": 80,
        "new data": 100,
        "prime-day moved to Tue 21 Jul 2026 and is now 96h": 480,
        "other outlier windows": 5,
    }
    assert sum(share.amount for share in one.shares) == pytest.approx(one.total)
    assert one.shares[-1].cause.place == "specs/store/us-orders.yaml:18"


def test_what_a_report_kept_is_said_rather_than_hidden(tmp_path):
    old, new = stores(tmp_path)
    (one,) = explain_report(report(1_480.0, 1_500.0, data=("d1", "d2")), old, new, Refitter(fit, "e1"))
    assert [share.cause for share in one.shares] == [Cause("new data"), KEPT]
    assert sum(share.amount for share in one.shares) == pytest.approx(one.total)


def test_new_report_has_nothing_to_take_apart(tmp_path):
    old, new = stores(tmp_path)
    assert (
        explain_report(
            ReportDiff("store/us-orders", "added", after=document()), old, new, Refitter(fit, "e1")
        )
        == []
    )


def test_specs_of_a_commit_are_read_without_a_checkout(tmp_path):
    repo = GitRepo(tmp_path)
    write_specs(tmp_path)
    first = repo.commit()
    write_specs(tmp_path, SPEC.replace("horizon: 90d", "horizon: 60d"))
    with specs_at(tmp_path, first) as store:
        horizons = [str(one.horizon) for one in store.specs["store/us-orders"].spec.granularities]
    assert horizons == ["90d", "180d"]
