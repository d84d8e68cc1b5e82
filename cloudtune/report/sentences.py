"""What a document says in sentences: the verdict, the key figures, the line of a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cloudtune.report import words
from cloudtune.spec.gates import PLAIN_METRICS
from cloudtune.spec.messages import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.report.document import AccuracyRow, Document, GateRow, PeakRow, Range, SurpriseRow


class StepWords(NamedTuple):
    """How a step is spoken of."""

    noun: str
    per: str
    short: str


class Statement(NamedTuple):
    """What is said of one thing."""

    name: str
    says: str


STEP_WORDS = {
    "1min": StepWords("minute", "a minute", "/min"),
    "5min": StepWords("5 minutes", "in 5 minutes", "/5min"),
    "10min": StepWords("10 minutes", "in 10 minutes", "/10min"),
    "15min": StepWords("15 minutes", "in 15 minutes", "/15min"),
    "30min": StepWords("30 minutes", "in 30 minutes", "/30min"),
    "1h": StepWords("hour", "an hour", "/h"),
    "1d": StepWords("day", "a day", "/day"),
    "1w": StepWords("week", "a week", "/week"),
}
_PEAK_WIDTH, _ACCURACY_WIDTH = len("peak 1,234/15min on Thu 12 Nov 2026"), len("no backtest")


@dataclass(frozen=True, slots=True)
class Amount:
    """What a figure of the base step counts."""

    unit: str
    step: str
    aggregate: str

    def __str__(self) -> str:
        """`orders a minute` for counts; the unit alone for levels."""
        per = STEP_WORDS[self.step].per if self.aggregate == "sum" else ""
        return " ".join(part for part in (self.unit, per) if part)


def amount_of(document: Document) -> Amount:
    """What the document's base figures count."""
    return Amount(document["unit"], document["step"], document.get("aggregate", "sum"))


POOR = 0.25
"""From this error on a forecast is no better than rough, whatever else is said of it."""


def verdict_sentence(
    peak: PeakRow | None,
    growth: Range,
    accuracy: AccuracyRow | None,
    gates: Sequence[GateRow],
    amount: Amount,
) -> str:
    """How high it gets, when, how sure; growth; the error, where it is poor; gates."""
    parts = [
        _peak_sentence(peak, amount),
        _growth_sentence(growth),
        _error_sentence(accuracy),
        gates_sentence(gates),
    ]
    return " ".join(part for part in parts if part)


def normal_words(at: str, step: str) -> str:
    """What a peak is compared with: `a normal Tuesday`, `a normal week`."""
    return f"a normal {'week' if step == '1w' else words.weekday(at)}"


def gates_sentence(gates: Sequence[GateRow]) -> str:
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
    say = words.decimal if row.get("metric") in PLAIN_METRICS else words.percent
    return say(row["value"])


def _failure(row: GateRow) -> str:
    return f"{row['gate']} ({gate_value(row)})"


def _peak_sentence(peak: PeakRow | None, amount: Amount) -> str:
    if peak is None:
        return "No peak can be named."
    height, times = peak["height"], peak["times_normal"]
    what = f"{words.title(peak['driver'])}, " if peak["driver"] else ""
    size = f"{words.number(height['value'])} {amount}".rstrip()
    normal = f", {times:.1f} times {normal_words(peak['at'], amount.step)}" if times is not None else ""
    sure = f"(80%: {words.number_range(height)})"
    return f"The highest peak is {what}most likely {words.when(peak['at'])}: {size} {sure}{normal}."


def _error_sentence(accuracy: AccuracyRow | None) -> str:
    """Nothing where the forecast is good: a figure that warns of nothing is read past."""
    wape, naive = (accuracy["wape"], accuracy["naive_wape"]) if accuracy else (None, None)
    if wape is None:
        return ""
    beaten = naive is not None and naive <= wape
    if wape < POOR and not beaten:
        return ""
    than = f", seasonal-naive by {words.percent(naive)}" if naive is not None else ""
    lead = "The last season again does no worse" if beaten else "This is a rough forecast"
    return f"{lead}: backtests miss by {words.percent(wape)} (WAPE){than}."


def _growth_sentence(growth: Range) -> str:
    value = growth["value"]
    if value is None:
        return ""
    verb = "Growth" if value >= 0 else "Decline"
    low, high = growth["low"], growth["high"]
    is_certain = low is not None and high is not None and low * high > 0
    # A rate that may as well be none is not told without its interval.
    doubt = "" if is_certain else f" (80%: {words.percent_range(growth)})"
    return f"{verb} {words.percent(abs(value))} a year{doubt}."


def key_figures(document: Document) -> list[Statement]:
    """Always the same facts in the same order; `n/a` with a reason where one can't be had."""
    peak, past = document["peak"], document.get("past", {})
    unit = str(amount_of(document))
    return [
        Statement("highest peak", _peak(peak, unit, STEP_WORDS[document["step"]].noun)),
        Statement("its driver", _driver(peak, document["step"])),
        Statement("next peak", _next_peak(document, unit)),
        Statement("against the highest of the last year", _against(peak, past.get("max"))),
        _next_weeks(document, past.get("total_28d")),
        Statement("busiest week", _busiest_week(document)),
        Statement("growth a year", _growth(document)),
        Statement("accuracy (WAPE)", _accuracy(document)),
        Statement("forecast reaches", _reach(document)),
    ]


def overall_accuracy(accuracy: Sequence[AccuracyRow], step: str) -> AccuracyRow | None:
    """The base step's backtest over all lead times."""
    rows = [row for row in accuracy if row["ahead"] == "all"]
    return next((row for row in rows if row["step"] == step), rows[0] if rows else None)


def _peak(peak: PeakRow | None, unit: str, noun: str) -> str:
    if peak is None:
        return "n/a (no day stands out)"
    height = peak["height"]
    amount = f"{words.number(height['value'])} {unit}".rstrip()
    sure = f"(80%: {words.number_range(height)})"
    itself = peak.get("value_at")
    beside = f"; at that {noun} itself {words.number(itself)}" if itself is not None else ""
    return f"{amount} {sure}, most likely {words.when(peak['at'])}{beside}"


def _next_peak(document: Document, unit: str) -> str:
    """The first of the days that stand out."""
    peak, rows = document["peak"], document["peaks"]
    if not rows:
        return "n/a (no day stands out)"
    first = min(rows, key=lambda row: row["at"])
    if peak is not None and first["at"][:10] == peak["at"][:10]:
        return "the highest one"
    driver = f" ({first['driver']})" if first["driver"] else ""
    amount = f"{words.number(first['height']['value'])} {unit}".rstrip()
    return f"{amount} on {words.when(first['at'])}{driver}"


def _driver(peak: PeakRow | None, step: str) -> str:
    if peak is None or not peak["driver"]:
        return "no event"
    times = peak["times_normal"]
    known = "" if times is None else f", {words.factor(times)} {normal_words(peak['at'], step)}"
    return f"{peak['driver']}{known}"


def _against(peak: PeakRow | None, past: float | None) -> str:
    value = peak["height"]["value"] if peak else None
    if value is None or not past:
        return "n/a (less than a year of data)"
    return f"{words.signed(value / past - 1)} ({words.number(past)})"


def _next_weeks(document: Document, past: float | None) -> Statement:
    """The next four whole weeks, or as many as the forecast has: figures that no passing day moves.

    Without a whole week the days that there are.
    """
    rows, noun = document["weekly"][:_WEEKS], "week"
    if not rows:
        rows, noun = document["daily"], "day"
    amounts = [row.value for row in rows if row.value is not None]
    if not amounts or len(amounts) < len(rows):
        return Statement(f"next {_WEEKS} weeks", "n/a (no whole week within the horizon)")
    label = f"next {counted(len(amounts), noun)}"
    total, unit = sum(amounts), document["unit"]
    if document.get("aggregate", "sum") != "sum":
        return Statement(label, f"{words.number(total / len(amounts))} {unit} on average".replace("  ", " "))
    is_whole = noun == "week" and len(rows) == _WEEKS
    change = f", {words.signed(total / past - 1)} on the last {_WEEKS}" if past and is_whole else ""
    return Statement(label, f"{words.number(total)} {unit}".rstrip() + change)


_WEEKS = 4


def _busiest_week(document: Document) -> str:
    rows = [(row.value, row.date) for row in document["weekly"] if row.value is not None]
    if not rows:
        return "n/a (no whole week within the horizon)"
    value, monday = max(rows)
    return f"week of {words.when(monday)}: {words.number(value)} {document['unit']}".rstrip()


def _growth(document: Document) -> str:
    growth = document["growth"]
    if growth["value"] is None:
        return "n/a (too little data to tell)"
    kind = f", {document['growth_kind']}" if document["growth_kind"] else ""
    return f"{words.signed(growth['value'])} ({words.percent_range(growth)}){kind}"


def _accuracy(document: Document) -> str:
    row = overall_accuracy(document["accuracy"], document["step"])
    if row is None:
        return "n/a (no backtest)"
    naive, covers = words.percent(row["naive_wape"]), words.share(row["coverage"])
    return f"{words.percent(row['wape'])}, seasonal-naive {naive}; 80% covers {covers}"


def _reach(document: Document) -> str:
    """How far ahead each step goes; its last day moves with the data and stands in the JSON's inputs."""
    return " · ".join(f"{g['step']} {g['horizon']}".rstrip() for g in document["granularities"])


def surprise_sentence(row: SurpriseRow, step: str) -> str:
    """A day, by how much it strays, and by how much such days do: a sentence for the top of a report."""
    share, when = row.share or 0.0, words.when(row.date)
    side, period = "above" if share > 0 else "below", "week" if step == "1w" else "day"
    what = f"{'The week of ' if step == '1w' else ''}{when} came in {words.percent(abs(share))} {side}"
    return f"{what} what the {period}s before it let expect; they stray by {words.percent(row.usual)}."


def summary_line(document: Document, *, state: str, seconds: float, width: int = 0) -> str:
    """Id, highest peak, accuracy, time taken and state, e.g. `changed`: what fits in a terminal.

    `width` is that of the longest id, so that lines written one by one still align.
    """
    parts = [
        document["id"].ljust(width),
        _short_peak(document).ljust(_PEAK_WIDTH),
        _short_accuracy(document).ljust(_ACCURACY_WIDTH),
        f"{seconds:4.1f} s",
        state,
    ]
    return "  ".join(parts)


def _short_peak(document: Document) -> str:
    peak = document["peak"]
    if peak is None:
        return "no peak"
    rate = (
        STEP_WORDS[document["step"]].short
        if document.get("aggregate", "sum") == "sum"
        else f" {document['unit']}".rstrip()
    )
    return f"peak {words.number(peak['height']['value'])}{rate} on {words.when(peak['at'][:10])}"


def _short_accuracy(document: Document) -> str:
    row = overall_accuracy(document["accuracy"], document["step"])
    if row is None:
        return "no backtest"
    return f"wape {words.percent(row['wape'])}"
