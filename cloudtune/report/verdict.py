"""The one sentence that a reader in a hurry reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudtune.report import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.report.document import Document, GateRow, PeakRow, Range

_PER_STEP = {
    "1min": "a minute",
    "5min": "in 5 minutes",
    "10min": "in 10 minutes",
    "15min": "in 15 minutes",
    "30min": "in 30 minutes",
    "1h": "an hour",
    "1d": "a day",
    "1w": "a week",
}


@dataclass(frozen=True, slots=True)
class Amount:
    """What a figure of the base step counts."""

    unit: str
    step: str
    aggregate: str

    def __str__(self) -> str:
        """`orders a minute` for counts; the unit alone for levels."""
        per = _PER_STEP[self.step] if self.aggregate == "sum" else ""
        return " ".join(part for part in (self.unit, per) if part)


def amount_of(document: Document) -> Amount:
    """What the document's base figures count."""
    return Amount(document["unit"], document["step"], document.get("aggregate", "sum"))


def verdict_sentence(peak: PeakRow | None, growth: Range, gates: Sequence[GateRow], amount: Amount) -> str:
    """What comes next, how high, how sure; growth; gates."""
    parts = [_peak_words(peak, amount), _growth_words(growth), gates_words(gates)]
    return " ".join(part for part in parts if part)


def normal_words(at: str, step: str) -> str:
    """What a peak is compared with: `a normal Tuesday`, `a normal week`."""
    return f"a normal {'week' if step == '1w' else words.weekday(at)}"


def gates_words(gates: Sequence[GateRow]) -> str:
    """All gates pass, or which ones fail with which figure."""
    if not gates:
        return "No gates declared."
    failed = [row for row in gates if row["result"] == "fail"]
    if failed:
        verb = "fails" if len(failed) == 1 else "fail"
        named = "; ".join(_failure(row) for row in failed)
        return f"{len(failed)} of {len(gates)} gates {verb}: {named}."
    waived = sum(row["result"] == "waived" for row in gates)
    untested = sum(row["result"] == "untested" for row in gates)
    if waived:
        return f"{waived} of {len(gates)} gates waived, the rest pass."
    return f"All gates pass; {untested} untested." if untested else "All gates pass."


def gate_value(row: GateRow) -> str:
    """The measured figure in the words of its kind."""
    if row["kind"] == "expect":
        return words.factor(row["value"])
    say = words.decimal if row.get("metric") == "mase" else words.percent
    return say(row["value"])


def _failure(row: GateRow) -> str:
    return f"{row['gate']} ({gate_value(row)})"


def _peak_words(peak: PeakRow | None, amount: Amount) -> str:
    if peak is None:
        return "No peak can be named."
    height, times = peak["height"], peak["times_normal"]
    what = f"{words.title(peak['driver'])}, " if peak["driver"] else ""
    size = f"{words.number(height['value'])} {amount}".rstrip()
    normal = f", {times:.1f} times {normal_words(peak['at'], amount.step)}" if times is not None else ""
    sure = f"(80%: {words.number_range(height)})"
    return f"The next peak is {what}{words.when(peak['at'])}: {size} {sure}{normal}."


def _growth_words(growth: Range) -> str:
    value = growth["value"]
    if value is None:
        return ""
    verb = "Growth" if value >= 0 else "Decline"
    low, high = growth["low"], growth["high"]
    is_certain = low is not None and high is not None and low * high > 0
    # A rate that may as well be none is not told without its interval.
    doubt = "" if is_certain else f" (80%: {words.percent_range(growth)})"
    return f"{verb} {words.percent(abs(value))} a year{doubt}."
