"""Which events are learned, which borrow from others and which are declared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.model.occasions import Occasion, Stretch


@dataclass(frozen=True, eq=False)
class Lesson:
    """An event with the editions that share its columns, those of borrowers among them."""

    occasion: Occasion
    stretches: tuple[Stretch, ...]
    known: tuple[Stretch, ...]
    """Editions in the training data."""

    @property
    def name(self) -> str:
        """The name of the event."""
        return self.occasion.name


@dataclass(frozen=True, eq=False)
class Declared:
    """A factor on the forecast over the points of one edition."""

    name: str
    stretch: Stretch
    factor: float


@dataclass(frozen=True, eq=False)
class Roster:
    """All lessons and declared factors of one fit."""

    lessons: tuple[Lesson, ...]
    declared: tuple[Declared, ...]
    borrowed: dict[str, tuple[str, float]]
    """Borrower -> (event, factor)."""


def roster(occasions: Sequence[Occasion], points: int) -> Roster:
    """Sort the events by what the first `points` points can teach."""
    by_name = {o.name: o for o in occasions}
    learned = [o for o in occasions if o.known(points) or _is_hopeful(o)]
    borrowers = [o for o in occasions if not o.known(points) and _lender(o, by_name, points)]
    lessons = tuple(_lesson(o, borrowers, points) for o in learned if o not in borrowers)
    declared = [d for o in occasions for d in _declared(o, points)]
    declared += [
        Declared(o.name, s, _times(o)) for o in borrowers for s in o.stretches if s.edition.effect is None
    ]
    return Roster(lessons, tuple(declared), {o.name: o.event.like for o in borrowers if o.event.like})


def _is_hopeful(occasion: Occasion) -> bool:
    """True for an event that declares nothing: all it can get is its family's mean."""
    return occasion.event.effect is None and occasion.event.like is None


def _lender(occasion: Occasion, by_name: dict[str, Occasion], points: int) -> bool:
    like = occasion.event.like
    return like is not None and like[0] in by_name and bool(by_name[like[0]].known(points))


def _times(occasion: Occasion) -> float:
    return occasion.event.like[1] if occasion.event.like else 1.0


def _lesson(occasion: Occasion, borrowers: Sequence[Occasion], points: int) -> Lesson:
    known = occasion.known(points)
    ahead = [s for s in occasion.stretches if s.first >= points and s.edition.effect is None]
    for other in borrowers:
        if other.event.like and other.event.like[0] == occasion.name:
            ahead += [s for s in other.stretches if s.edition.effect is None]
    return Lesson(occasion, (*known, *ahead), known)


def _declared(occasion: Occasion, points: int) -> list[Declared]:
    known = bool(occasion.known(points))
    found = []
    for stretch in occasion.stretches:
        own = stretch.edition.effect if stretch.first >= points else None
        factor = own if own is not None else (None if known else occasion.event.effect)
        if factor is not None:
            found.append(Declared(occasion.name, stretch, factor))
    return found
