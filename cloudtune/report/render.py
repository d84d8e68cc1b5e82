"""A report's files as text: pure functions of the document and the templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cloudtune.errors import Problem, Refusal
from cloudtune.report import words
from cloudtune.report.charts import canvas
from cloudtune.report.charts.accuracy import accuracy_panel
from cloudtune.report.charts.canvas import style_sheet
from cloudtune.report.charts.outlook import outlook_panel
from cloudtune.report.charts.peak_day import peak_panel
from cloudtune.report.io import dump_document, report_file
from cloudtune.report.sentences import STEP_WORDS, Statement, amount_of, key_figures, surprise_sentence
from cloudtune.timegrid import STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cloudtune.report.document import Document, OccurrenceRow, PeriodRow
    from cloudtune.report.templates import Templates


REPORT = "report.md.j2"
SHOWN_WEEKS = 13
"""Weeks in sight; the rest is folded."""


def render_markdown(document: Document, templates: Templates) -> str:
    """The report of one forecast."""
    depth = document["id"].count("/") + 1
    shown, folded = document["weekly"][:SHOWN_WEEKS], document["weekly"][SHOWN_WEEKS:]
    return templates.render(
        REPORT,
        d=document,
        unit=str(amount_of(document)),
        aggregate=document.get("aggregate", "sum"),
        step_word=STEP_WORDS[document["step"]].noun,
        step_is_fine=not STEPS[document["step"]].is_calendar,
        key_figures=key_figures(document),
        surprises=[surprise_sentence(row, document["step"]) for row in document.get("surprises", [])],
        ingredients=ingredient_rows(document),
        shown_weeks=shown,
        folded_weeks=folded,
        shown_have=_columns(shown, document["step"]),
        folded_have=_columns(folded, document["step"]),
        changepoint={"slope": "slope change", "level": "level shift"},
        to_root="../" * depth,
        mark={"pass": "✅", "fail": "❌", "waived": "⚠️", "untested": "➖"},
    )


class WeekColumns(NamedTuple):
    """Which columns of a table of weeks say anything."""

    interval: bool
    highest: bool


def _columns(weeks: list[PeriodRow], step: str) -> WeekColumns:
    """Why: a column of nothing hides the ones beside it, and a week is its own highest step."""
    return WeekColumns(
        interval=any(row.low is not None for row in weeks),
        highest=step != "1w" and any(row.highest is not None for row in weeks),
    )


def ingredient_rows(document: Document) -> list[Statement]:
    """Each ingredient; what the model already put into words is not said twice."""
    said = [Statement(row["name"], row["says"]) for row in document["ingredients"]]
    names = {one.name.removeprefix("event:") for one in said}
    trend = [] if "trend" in names else _trend(document)
    first = {event["name"]: event for event in reversed(document["events"])}
    lifts = [Statement(f"event:{name}", _lift(first[name])) for name in sorted(first) if name not in names]
    return [*trend, *said, *lifts]


def _trend(document: Document) -> list[Statement]:
    growth = document["growth"]
    if growth["value"] is None:
        return []
    kind = f", {document['growth_kind']}" if document["growth_kind"] else ""
    says = f"{words.signed(growth['value'])} a year ({words.percent_range(growth)}){kind}"
    return [Statement("trend", says)]


def _lift(event: OccurrenceRow) -> str:
    lift = event["lift"]
    return (
        f"{words.factor(lift['value'])} while it lasts ({words.factor_range(lift)}), {event['learned_from']}"
    )


WIDTH = 880
_UPPER, _WHOLE = 348, 600
"""Heights: without and with the lower panels."""


def render_svg(document: Document) -> str:
    """Outlook above; peak and accuracy below. One element a line, so that a diff stays small.

    Why a card behind it: an image follows the reader's system, not the page around it,
    and must be readable where the two disagree.
    """
    has_lower = bool(document["accuracy"] or document.get("peak_day"))
    height = _WHOLE if has_lower else _UPPER
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
            f' viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title desc">'
        ),
        f'<title id="title">{canvas.plain(document["name"])}: outlook, highest peak, accuracy</title>',
        f'<desc id="desc">{canvas.plain(document["verdict"])}</desc>',
        style_sheet(),
        canvas.box((0.5, 0.5), (WIDTH - 1, height - 1), "card", rounded=6),
        *outlook_panel(document),
        *(peak_panel(document) if has_lower else []),
        *(accuracy_panel(document) if has_lower else []),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


SUFFIXES = (".svg", ".md", ".json")
"""In order of writing. Why JSON last: it holds the hashes, so after a crash `check` sees the old ones."""


def render_all(
    document: Document, templates: Templates, suffixes: Iterable[str] = SUFFIXES
) -> dict[str, str]:
    """The files of a report by suffix: what a rerun without changes would leave."""
    try:
        return {suffix: _RENDERERS[suffix](document, templates) for suffix in suffixes}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # A document from disk may hold anything where a figure or a date belongs.
        hint = "delete it and run `cloudtune run`; a report is never mended by hand"
        problem = Problem(
            "CT725", f"the report can't be rendered: {error}", hint, file=report_file(document["id"])
        )
        raise Refusal(problem) from error


_RENDERERS: dict[str, Callable[[Document, Templates], str]] = {
    ".svg": lambda document, _: render_svg(document),
    ".md": render_markdown,
    ".json": lambda document, _: dump_document(document),
}
