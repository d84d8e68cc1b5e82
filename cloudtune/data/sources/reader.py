"""What a reader of a source owes, and what it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from cloudtune.data.opening import files_of, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa

    from cloudtune.data.opening import Access, SpecPlace, TimeWindow
    from cloudtune.data.series import Aggregate
    from cloudtune.spec.secret import Secret
    from cloudtune.timegrid import Step


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted of a source, for whom, and where its block stands."""

    window: TimeWindow
    """The span; rows outside do no harm, rows inside must all come."""
    aggregate: Aggregate
    """How rows of one step become one value."""
    access: Access
    place: SpecPlace
    step: Step | None = None
    """The step that rows will be joined to; None where the rows themselves decide."""

    def files(self, pattern: str, place: SpecPlace | None = None) -> tuple[Path, ...]:
        """The files that a name in the block stands for; refuses one that is missing or leaves the root.

        `place` is where the name is written, the block's `path` if that isn't said.
        """
        return files_of(pattern, self.access, place or self.place.below("path"))

    def secret(self, secret: Secret, key: str) -> str:
        """The value of `{env: NAME}` at `key` of the block: to be handed on at once and kept nowhere."""
        value = secret.fetched()
        if not value:
            hint = f"set the variable {secret.name} where the data is fetched"
            raise self.place.below(key).refusal("CT420", f"the secret {secret.name} is not set", hint)
        return value


@dataclass(frozen=True, slots=True)
class Relation:
    """SQL to select from, with the files and the database that it needs to see: nothing else is readable."""

    sql: str
    files: tuple[Path, ...]
    database: Path | None = None
    is_kept: bool = False
    """True where a copy in memory costs less than asking several times."""


class SourceReader(Protocol):
    """One way to read: a file of its own here, and a row in the table.

    A reader owes

    - the columns `source.time` and `source.value` of its block, other columns at will. Times are timestamps
      (an aware one is an instant, a naive one stands on the clock that `time_zone` names), dates, epochs or
      ISO texts; values are numbers or texts of numbers in the series' unit, NULL where nothing is known.
    - every row of `asked.window` that the source holds, in any order, gaps and doubles as they are: mending
      and counting them is done once for all kinds, after the reader.
    - little: what the source can add up itself it adds up, by `asked.aggregate`, to steps no longer than
      `asked.step` and no shorter than a minute; what it can't comes in batches, never as one frame.
    - the same rows for the same state of the source: no clock, no sampling.
    - a `Refusal` at `asked.place` for what it can't do, with a code of docs/errors and a mend.

    A reader that needs a secret has a field of type `SecretRef` in its block, written `{env: NAME}`, and asks
    for the value with `asked.secret` when it opens. The value goes into no field, hash, cache or report;
    messages and traces show `***` for it, later processes don't have it. Checking a spec opens nothing.
    """

    mend: str
    """What to do about a source that DuckDB can't read, where its message alone doesn't tell."""

    def open(self, source: Any, asked: Asked) -> Relation | pa.RecordBatchReader:
        """The rows: as SQL where DuckDB reads them itself, as Arrow batches from elsewhere."""
        ...


def listed(texts: Iterable[object]) -> str:
    """Texts as an SQL list."""
    return f"[{', '.join(quoted(str(text)) for text in texts)}]"
