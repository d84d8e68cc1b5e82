"""How much of a change each cause brought: shares that add up to the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cloudtune.report import words

if TYPE_CHECKING:
    from collections.abc import Sequence

SCHEMA = "cloudtune/attribution/v1"
_LEAST = 0.0005
"""Shares below show as 0.0%."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that may move a forecast, and where it is written."""

    words: str
    """`prime-day is now 96h`, `new data`, `engine`."""
    file: str = ""
    line: int | None = None

    @property
    def place(self) -> str:
        """`specs/calendars/us-retail.yaml:14`, empty for causes that stand in no file."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Share:
    """What one cause did to a figure, as a fraction of the figure's old value."""

    cause: Cause
    amount: float


@dataclass(frozen=True, slots=True)
class Explained:
    """One figure of one forecast, taken apart."""

    id: str
    figure: str
    before: float
    after: float
    shares: tuple[Share, ...]

    @property
    def total(self) -> float:
        """The whole change, as a fraction of the old value."""
        return self.after / self.before - 1

    @property
    def sides(self) -> str:
        """`1.20M -> 1.34M (+11.7%)`."""
        return f"{words.number(self.before)} -> {words.number(self.after)} ({words.signed(self.total)})"

    @property
    def shows(self) -> bool:
        """True where a reader sees a change, or causes that cancel out."""
        return bool(telling(self)) and words.number(self.before) != words.number(self.after)


def attribute(before: float, steps: Sequence[tuple[Cause, float]]) -> tuple[Share, ...]:
    """Shares of a change, from the figure after each cause joined those before it.

    Each share is its step over the *first* value, so that shares add up to the total. Why a fixed
    order: causes act together, and any rule that splits their interplay is a choice; this one can be redone.
    """
    values = [before, *(value for _, value in steps)]
    pairs = zip(steps, values, values[1:], strict=False)
    return tuple(Share(cause, (now - was) / before) for (cause, _), was, now in pairs)


def telling(explained: Explained) -> list[Share]:
    """The shares that show in words, the largest first."""
    shares = sorted(explained.shares, key=lambda share: -abs(share.amount))
    return [share for share in shares if abs(share.amount) >= _LEAST]


def told(explained: Explained) -> str:
    """`+6.1% new data, +5.2% prime-day is now 96h (specs/calendars/us-retail.yaml:14)`; the largest first."""
    return ", ".join(_share(share) for share in telling(explained)) or "nothing that shows"


def as_text(explained: Sequence[Explained]) -> str:
    """`store/us-orders  peak 1.20M -> 1.34M (+11.7%): +6.1% new data, ...`, one a line."""
    return "".join(f"{one.id}  {sentence(one)}\n" for one in explained)


def sentence(explained: Explained) -> str:
    """`peak 1.20M -> 1.34M (+11.7%): +6.1% new data, ...`."""
    return f"{explained.figure} {explained.sides}: {told(explained)}"


def as_json(explained: Sequence[Explained]) -> dict[str, Any]:
    """For programs: shares unrounded."""
    return {"schema_version": SCHEMA, "explained": [_json(one) for one in explained]}


def _share(share: Share) -> str:
    place = f" ({share.cause.place})" if share.cause.place else ""
    return f"{words.signed(share.amount)} {share.cause.words}{place}"


def _json(explained: Explained) -> dict[str, Any]:
    return {
        "id": explained.id,
        "figure": explained.figure,
        "before": explained.before,
        "after": explained.after,
        "total": explained.total,
        "shares": [
            {"cause": one.cause.words, "file": one.cause.file, "line": one.cause.line, "amount": one.amount}
            for one in explained.shares
        ],
    }
