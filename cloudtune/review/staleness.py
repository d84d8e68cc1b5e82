"""Which reports a run would compute anew: hashes are compared, nothing is fitted."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from cloudtune.errors import Problem, Refusal
from cloudtune.files import OutOfBoundsError, read_bytes
from cloudtune.report import words
from cloudtune.report.gates import demanded, demands
from cloudtune.report.io import LONG_LISTS, ORDERS, REPORTS, read_document, report_id, without
from cloudtune.report.order_files import committed_orders
from cloudtune.review.work import INDEX, Because, Reason, Work, WorkPlan
from cloudtune.spec.effective import capacity_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from cloudtune.report.document import Document
    from cloudtune.report.orders import OrdersDocument
    from cloudtune.spec.store import SpecFile


@dataclass(frozen=True)
class Present:
    """Today's world, which a report is held against."""

    engine: str
    """Hash that a run would write into `inputs.engine`."""
    template: str
    digests: Callable[[Mapping[str, bytes]], Mapping[str, Mapping[str, str]]]
    """SHA-256 by suffix of the files that each report's JSON (id -> bytes) gives."""
    index: Callable[[Iterable[Document]], str]
    """What `reports/index.md` says of reports."""
    same_data: Callable[[SpecFile, str], bool]
    """Whether the sources still give the data of that hash; may refuse."""
    today: date
    sheet: Callable[[OrdersDocument], str] | None = None
    """What the page of an order sheet says; None: pages are not looked at."""


@dataclass(frozen=True)
class State:
    """A report as committed: its document without points, or what is wrong with it."""

    document: Document | None
    problem: Problem | None = None
    data: bytes = b""
    """The whole JSON."""


def make_plan(root: Path, specs: Sequence[SpecFile], present: Present, *, whole: bool = True) -> WorkPlan:
    """Hold every report against its spec; with `whole` also name reports that have no spec."""
    states = {item.id: read_state(root, item.id) for item in specs}
    return plan_of(root, specs, states, present, whole=whole)


def plan_of(
    root: Path, specs: Sequence[SpecFile], states: Mapping[str, State], present: Present, *, whole: bool
) -> WorkPlan:
    """The same for reports that have been read."""
    notes: list[Problem] = []
    work: list[Work] = []
    expected = present.digests({name: one.data for name, one in states.items() if _is_of(one, present)})
    for item in specs:
        found = [*_reasons(item, states[item.id], present, notes)]
        found += _files(root, item.id, expected.get(item.id, {}))
        found += [] if found else _sheet(root, item, states[item.id], present)
        if found:
            work.append(Work(item.id, tuple(sorted(found, key=_order))))
    fresh = len(specs) - sum(one.is_work for one in work)
    if whole:
        work += _orphans(root, {item.id for item in specs})
    # Whatever else there is to do writes the index, too.
    if whole and not any(one.is_work for one in work):
        work += _index(root, states, present)
    return WorkPlan(tuple(sorted(work, key=lambda one: one.id)), fresh, tuple(notes))


def read_state(root: Path, name: str) -> State:
    """The committed document of a forecast."""
    path = f"{REPORTS}/{name}.json"
    file = root / path
    if not file.is_file():
        return State(None)
    try:
        data = read_bytes(file, root)
        document, found = read_document(path, without(data, *LONG_LISTS))
    except OutOfBoundsError as error:
        problem = Problem("CT725", f"the report can't be read: {error.strerror}", "delete it", file=path)
        return State(None, problem)
    except Refusal as refusal:
        return State(None, refusal.problems[0])
    return State(document, found[0] if found else None, data)


def _is_of(state: State, present: Present) -> bool:
    """True where today's template made the files of a report, so that an edited one can be told."""
    document = state.document
    return (
        document is not None and state.problem is None and document["inputs"]["template"] == present.template
    )


def _reasons(item: SpecFile, state: State, present: Present, notes: list[Problem]) -> Iterator[Because]:
    path = f"{REPORTS}/{item.id}.json"
    if state.document is None:
        broken = state.problem.message if state.problem else "there is no report yet"
        yield Because(Reason.MISSING, broken, path if state.problem else item.file)
        return
    if state.problem is not None:
        yield Because(Reason.ENGINE_CHANGED, state.problem.message, path)
        return
    inputs = tuple(_inputs(item, state.document, present))
    yield from inputs
    # Why: a hash of data is of the data as its spec cuts and cleans it; another spec, another hash.
    if all(because.reason is not Reason.SPEC_CHANGED for because in inputs):
        yield from _data(item, state.document, present, notes)
    if state.document["inputs"]["template"] != present.template:
        detail = "reports are told in another way now"
        yield Because(Reason.TEMPLATE_CHANGED, detail, f"{REPORTS}/{item.id}.md")
    yield from _age(state.document, present.today)


def _inputs(item: SpecFile, document: Document, present: Present) -> Iterator[Because]:
    inputs = document["inputs"]
    if inputs["spec"] != item.spec_hash:
        yield Because(Reason.SPEC_CHANGED, "the spec or its defaults changed", item.file)
    elif demanded(document["gates"]) != demands(item.spec):
        # Gates are no input of a forecast; yet a report that shows other ones is stale.
        yield Because(Reason.SPEC_CHANGED, "its gates or expectations changed", item.file)
    if inputs["calendars"] != item.calendars_hash:
        files = [calendar.file for calendar in item.calendars]
        named = ", ".join(files) or "its calendars"
        file = files[0] if len(files) == 1 else item.file
        yield Because(Reason.CALENDAR_CHANGED, f"{named} changed", file)
    if inputs["engine"] != present.engine:
        yield Because(Reason.ENGINE_CHANGED, "another version of the engine made it", item.file)


def _data(item: SpecFile, document: Document, present: Present, notes: list[Problem]) -> Iterator[Because]:
    try:
        same = present.same_data(item, document["inputs"]["data"])
    except Refusal as refusal:
        why = refusal.problems[0]
        # Why: a fresh checkout in CI often has no data; that is no finding, yet it must not pass unsaid.
        message = f"the data of {item.id} can't be compared: {why.message}"
        notes.append(Problem("CT719", message, why.hint, "warning", item.file))
        return
    if not same:
        through = words.through(document["inputs"]["data_through"])
        yield Because(Reason.DATA_CHANGED, f"other data than that through {through}", item.file)


def _files(root: Path, name: str, expected: Mapping[str, str]) -> Iterator[Because]:
    """Bytes on disk against those that the JSON and the template give."""
    for suffix, digest in expected.items():
        file = f"{REPORTS}/{name}{suffix}"
        if not (root / file).is_file():
            yield Because(Reason.MISSING, f"{file.rpartition('/')[2]} is not there", file)
        elif hashlib.sha256((root / file).read_bytes()).hexdigest() != digest:
            detail = f"{file.rpartition('/')[2]} is not what its figures give"
            yield Because(Reason.HAND_EDITED, detail, file)


def _sheet(root: Path, item: SpecFile, state: State, present: Present) -> Iterator[Because]:
    """The order sheet of a fresh report: there, of this capacity and forecast, and as its figures give."""
    capacity = item.spec.capacity
    if capacity is None or not capacity.fleet or state.document is None:
        return
    sheet, file = committed_orders(root, item.id), f"{REPORTS}/{item.id}{ORDERS}"
    if sheet is None:
        yield Because(Reason.MISSING, "there is no order sheet yet", item.file)
        return
    inputs: Mapping[str, object] = {**state.document["inputs"]}
    if sheet["inputs"]["capacity"] != capacity_hash(capacity):
        yield Because(Reason.SPEC_CHANGED, "its capacity changed", item.file)
    elif any(sheet["inputs"][key] != inputs[key] for key in ("spec", "calendars", "data", "engine")):
        yield Because(Reason.DATA_CHANGED, "its order sheet is of another forecast", file)
    page = root / file.replace(ORDERS, ".capacity.md")
    if not page.is_file():
        yield Because(Reason.MISSING, f"{page.name} is not there", item.file)
    elif present.sheet is not None and page.read_bytes() != present.sheet(sheet).encode():
        yield Because(Reason.HAND_EDITED, f"{page.name} is not what its figures give", file)


def _age(document: Document, today: date) -> Iterator[Because]:
    """Expired: less than half of the shortest outlook still lies ahead."""
    ends = [(row["first"][:10], row["last"][:10]) for row in document["granularities"] if row.get("last")]
    if not ends:
        return
    first, last = (date.fromisoformat(text) for text in min(ends, key=lambda end: end[1]))
    if (last - today).days * 2 < (last - first).days:
        through = words.through(document["inputs"]["data_through"])
        detail = f"its outlook ends on {words.when(last.isoformat())}, its data on {through}"
        yield Because(Reason.EXPIRED, detail, f"{REPORTS}/{document['id']}.json")


def _order(because: Because) -> int:
    return list(Reason).index(because.reason)


def _index(root: Path, states: Mapping[str, State], present: Present) -> Iterator[Work]:
    """The fleet's page against the reports that are there."""
    others = [name for name in _committed(root) if name not in states]
    found = [*states.values(), *(read_state(root, name) for name in others)]
    documents = [state.document for state in found if state.document is not None]
    file = f"{REPORTS}/{INDEX}.md"
    if documents and not (root / file).is_file():
        yield Work(INDEX, (Because(Reason.MISSING, "it is not there", file),))
    elif documents and (root / file).read_bytes() != present.index(documents).encode():
        detail = "it is not what the reports give"
        yield Work(INDEX, (Because(Reason.HAND_EDITED, detail, file),))


def _committed(root: Path) -> Iterator[str]:
    """Ids of the reports that are there."""
    files = (path.relative_to(root).as_posix() for path in sorted((root / REPORTS).rglob("*.json")))
    return (name for file in files if (name := report_id(file)))


def orphans(root: Path, known: Container[str]) -> list[str]:
    """Ids of reports whose spec is gone or renamed.

    Why not of a spec that can't be loaded: it is broken, which doesn't make its report an orphan.
    """
    return [
        name
        for name in _committed(root)
        if name not in known and not (root / "specs" / f"{name}.yaml").is_file()
    ]


def _orphans(root: Path, known: set[str]) -> Iterator[Work]:
    for name in orphans(root, known):
        file = f"{REPORTS}/{name}.json"
        yield Work(name, (Because(Reason.ORPHAN, f"specs/{name}.yaml is no more", file),))
