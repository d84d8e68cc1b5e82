from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtune.timegrid import UNIT_MINUTES, Duration


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("8min", 8), ("2h", 120), ("48h", 2880), ("7d", 10080), ("4w", 40320), ("3mo", 129600), ("1y", 525600)],
)
def test_a_length_counts_minutes(text, minutes):
    assert Duration.parse(text).minutes == minutes


@pytest.mark.parametrize("text", ["", "7", "7 d", "-1d", "1.5h", "1m", "1q", "2D", "1d12h", "99999999min"])
def test_what_is_no_length_says_how_to_write_one(text):
    with pytest.raises(ValueError, match="write it like 8min"):
        Duration.parse(text)


@given(st.integers(0, 9_999_999), st.sampled_from(sorted(UNIT_MINUTES)))
def test_a_length_reads_as_it_is_written(count, unit):
    assert Duration.parse(str(Duration(count, unit))) == Duration(count, unit)


def test_days_and_delta_agree():
    length = Duration.parse("36h")
    assert (length.days, length.delta.total_seconds()) == (1.5, 36 * 3600)
