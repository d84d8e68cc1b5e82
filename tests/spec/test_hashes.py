from __future__ import annotations

import pytest

from cloudtune.spec.effective import digest
from tests.spec.builders import calendar, spec, store

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
