"""Key figures: one fact a row, always the same rows in the same order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.report import words
from cloudtune.report.verdict import amount_of, normal_words

if TYPE_CHECKING:
    from cloudtune.report.document import AccuracyRow, Document, PeakRow

STEP_WORDS = {
    "1min": "minute",
    "5min": "5 minutes",
    "10min": "10 minutes",
    "15min": "15 minutes",
    "30min": "30 minutes",
    "1h": "hour",
    "1d": "day",
    "1w": "week",
}


def key_figures(document: Document) -> list[tuple[str, str]]:
    """Label and words of each key figure; `n/a` with a reason where one can't be had."""
    peak, past = document["peak"], document.get("past", {})
    unit = str(amount_of(document))
    return [
        ("highest peak", _peak(peak, unit)),
        ("its driver", _driver(peak, document["step"])),
        ("against the highest of the last year", _against(peak, past.get("max"))),
        _next_weeks(document, past.get("total_28d")),
        ("busiest week", _busiest_week(document)),
        ("growth a year", _growth(document)),
        ("accuracy (WAPE)", _accuracy(document)),
        ("data through", words.through(document["inputs"]["data_through"])),
        ("forecast reaches", _reach(document)),
    ]


def overall_accuracy(document: Document) -> AccuracyRow | None:
    """The base step's backtest over all lead times."""
    rows = [row for row in document["accuracy"] if row["ahead"] == "all"]
    return next((row for row in rows if row["step"] == document["step"]), rows[0] if rows else None)


def _peak(peak: PeakRow | None, unit: str) -> str:
    if peak is None:
        return "n/a (no day stands out)"
    height = peak["height"]
    amount = f"{words.number(height['value'])} {unit}".rstrip()
    return f"{amount} on {words.when(peak['at'])} (80%: {words.number_range(height)})"


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


def _next_weeks(document: Document, past: float | None) -> tuple[str, str]:
    """Label and words of the next 28 days, or of as many whole ones as the forecast has."""
    key, most, noun = ("weekly", 4, "week") if document["step"] == "1w" else ("daily", 28, "day")
    rows = document[key][:most]  # type: ignore[literal-required]
    amounts = [row[1] for row in rows if row[1] is not None]
    if not amounts or len(amounts) < len(rows):
        return f"next {most} {noun}s", f"n/a (no whole {noun} within the horizon)"
    label = f"next {words.counted(len(amounts), noun)}"
    total, unit = sum(amounts), document["unit"]
    if document.get("aggregate", "sum") != "sum":
        return label, f"{words.number(total / len(amounts))} {unit} on average".replace("  ", " ")
    change = f", {words.signed(total / past - 1)} on the last {most}" if past and len(rows) == most else ""
    return label, f"{words.number(total)} {unit}".rstrip() + change


def _busiest_week(document: Document) -> str:
    rows = [(row[1], str(row[0])) for row in document["weekly"] if isinstance(row[1], (int, float))]
    if not rows:
        return "n/a (no whole week within the horizon)"
    value, monday = max(rows, key=lambda row: (row[0], row[1]))
    return f"week of {words.when(monday)}: {words.number(value)} {document['unit']}".rstrip()


def _growth(document: Document) -> str:
    growth = document["growth"]
    if growth["value"] is None:
        return "n/a (too little data to tell)"
    kind = f", {document['growth_kind']}" if document["growth_kind"] else ""
    return f"{words.signed(growth['value'])} ({words.percent_range(growth)}){kind}"


def _accuracy(document: Document) -> str:
    row = overall_accuracy(document)
    if row is None:
        return "n/a (no backtest)"
    naive, covers = words.percent(row["naive_wape"]), words.share(row["coverage"])
    return f"{words.percent(row['wape'])}, seasonal-naive {naive}; 80% covers {covers}"


def _reach(document: Document) -> str:
    ends = (f"{g['step']} to {words.start(g['last'])}" for g in document["granularities"])
    return " · ".join(ends)
