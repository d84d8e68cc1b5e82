"""A backtest in rows: what a team looks at before it trusts a spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudtune.report import words
from cloudtune.report.findings import accuracy_row, choice_row, fold_rows

if TYPE_CHECKING:
    from cloudtune.engine.result import Run

SCHEMA = "cloudtune/backtest/v1"
HEAD = ("step", "ahead", "WAPE", "naive", "MASE", "bias", "peak", "covers", "points")


def as_json(run: Run) -> dict[str, Any]:
    """Accuracy, origins and choices, rounded as a report rounds them."""
    return {
        "schema_version": SCHEMA,
        "id": run.resolved.id,
        "accuracy": [accuracy_row(row) for row in run.outcome.accuracy],
        "folds": fold_rows(run.outcome),
        "choices": [choice_row(choice) for choice in run.outcome.choices],
        "warnings": list(run.outcome.warnings),
    }


def as_cells(backtest: dict[str, Any]) -> list[tuple[str, ...]]:
    """The accuracy of each step and lead time, its head first."""
    return [HEAD, *(_cells(row) for row in backtest["accuracy"])]


def choice_sentences(backtest: dict[str, Any]) -> list[str]:
    """`growth: damped, 7.1% against 8.4% with linear`."""
    return [
        f"{row['what']}: {row['chosen']}, {words.percent(row['error'])} against "
        f"{words.percent(row['alternative_error'])} with {row['alternative']}"
        for row in backtest["choices"]
    ]


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        row["step"],
        row["ahead"],
        words.percent(row["wape"]),
        words.percent(row["naive_wape"]),
        words.decimal(row["mase"]),
        words.signed(row["bias"]),
        words.percent(row["peak_error"]),
        words.share(row["coverage"]),
        words.integer(row["points"]),
    )
