from __future__ import annotations

from datetime import timedelta

from cloudtune.errors import Problem, Refusal
from cloudtune.track.request import follow
from tests.track.builders import START, tracking


class FakeClock:
    """Time passes only while somebody sleeps."""

    def __init__(self, start):
        self.at, self.slept = start, []

    def now(self):
        return self.at

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)


def test_it_polls_at_the_step_until_the_window_is_over():
    clock = FakeClock(START)
    beats = list(
        follow(lambda: tracking(seen=0.5), clock, step_seconds=300, until=START + timedelta(minutes=15))
    )
    assert clock.slept == [300, 300, 300]
    assert [beat.next_in for beat in beats] == [300, 300, 300, 0]


def test_complete_window_ends_it_at_once():
    clock = FakeClock(START)
    assert len(list(follow(tracking, clock, step_seconds=300, until=START + timedelta(days=9)))) == 1
    assert clock.slept == []


def test_failing_source_is_asked_again_ever_more_slowly_and_recovers():
    clock = FakeClock(START)
    outcomes = iter([OSError("gone"), Refusal(Problem("CT401", "no rows", "")), OSError("gone"), None, None])

    def poll():
        trouble = next(outcomes)
        if trouble is not None:
            raise trouble
        return tracking(seen=0.5)

    beats = []
    for beat in follow(poll, clock, step_seconds=60, until=START + timedelta(minutes=15)):
        beats.append((beat.trouble, beat.next_in))
        if len(beats) == 5:
            break
    assert beats == [("gone", 120), ("no rows", 240), ("gone", 480), ("", 60), ("", 0)]


def test_wait_for_a_failing_source_has_an_end():
    clock = FakeClock(START)

    def poll():
        raise OSError("gone")

    waits = [beat.next_in for beat in follow(poll, clock, step_seconds=60, until=START + timedelta(hours=3))]
    assert max(waits) == 900
    assert waits[-1] == 0


def test_source_slower_than_the_longest_wait_keeps_its_step():
    clock = FakeClock(START)

    def poll():
        raise OSError("gone")

    waits = [
        beat.next_in for beat in follow(poll, clock, step_seconds=3600, until=START + timedelta(hours=3))
    ]
    assert waits == [3600, 3600, 3600, 0]
