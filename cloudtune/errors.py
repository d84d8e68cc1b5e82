"""What can go wrong, as plain data: problems with a stable code, a place and a mend."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable


Severity = Literal["error", "warning"]
SpecPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a text file; lines and columns count from 1, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, found anywhere between YAML and report.

    Why: layers below the console know the spec path of a value but not its line;
    only the spec layer turns a path into a span.
    """

    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"
    file: str = ""
    """POSIX path relative to the root; empty where no file is to blame."""
    path: SpecPath = ()
    """Where in the spec, e.g. ``("events", 2, "start")``."""
    span: Span | None = None
    """Filled by the spec layer; None until a position is known."""
    at_key: bool = False
    """True where the key is wrong rather than its value."""

    @property
    def family(self) -> Family:
        """What it is about; KeyError for a code of no family."""
        return FAMILIES.get(self.code[:4]) or FAMILIES[self.code[:3]]

    @property
    def is_error(self) -> bool:
        """True unless the problem is a mere warning."""
        return self.severity == "error"


def command(*words: str) -> str:
    """A command line to be copied, each word as one word whatever it holds."""
    return shlex.join(words)


class Refusal(Exception):
    """Work that can't be done, with every reason known so far."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{p.code} {p.message}" for p in problems))


def exit_code_of(problems: Iterable[Problem]) -> int:
    """The worst of: 0 nothing wrong, 1 findings, 3 a source, revision or secret out of reach."""
    errors = [problem for problem in problems if problem.is_error]
    if any(error.code in UNREACHABLE for error in errors):
        return 3
    return 1 if errors else 0


class Family(StrEnum):
    """What a problem is about: the beginning of its code, in words."""

    YAML = "YAML"
    SCHEMA = "schema"
    MEANING = "meaning"
    DATA = "data"
    MODEL = "model"
    GATES = "gates"
    REPORTS = "reports and revisions"
    STALENESS = "stale reports"
    PLANS = "plans"


FAMILIES: dict[str, Family] = {
    "CT1": Family.YAML,
    "CT2": Family.SCHEMA,
    "CT3": Family.MEANING,
    "CT4": Family.DATA,
    "CT5": Family.MODEL,
    "CT6": Family.GATES,
    "CT7": Family.REPORTS,
    "CT71": Family.STALENESS,
    "CT8": Family.PLANS,
}
"""The family of codes that begin so; the longest beginning decides."""

CODES: dict[str, str] = {
    # YAML
    "CT101": "the file is not YAML",
    "CT102": "a key is given twice",
    "CT103": "an anchor or an alias",
    "CT104": "a tag",
    "CT105": "a merge key",
    "CT106": "the file is too large",
    "CT107": "the nesting is too deep",
    "CT108": "the file is not UTF-8",
    "CT109": "a merge conflict",
    "CT110": "several documents in one file",
    "CT111": "a tab indents a line",
    "CT112": "the file holds no map",
    "CT113": "a list or a map as a key",
    "CT114": "a control character",
    "CT115": "the file can't be read",
    "CT116": "there is no specs folder",
    # schema
    "CT201": "an unknown key",
    "CT202": "a key is missing",
    "CT203": "an unknown choice",
    "CT204": "a value of the wrong shape",
    "CT205": "not a number, or out of bounds",
    "CT206": "not a name",
    "CT207": "not a length of time",
    "CT208": "not a date or time",
    "CT209": "not a time zone",
    "CT210": "not a share or a factor",
    "CT211": "a text too short or too long",
    "CT212": "a list with too few items",
    "CT213": "an unknown kind of file",
    "CT214": "a kind of file that comes later",
    "CT215": "too many or too few of keys that exclude each other",
    "CT216": "a key that can't be a default",
    "CT217": "not a rule for dates",
    "CT218": "not a country and a holiday",
    "CT219": "a secret where none is taken",
    # meaning
    "CT301": "the name differs from the file's",
    "CT302": "the name is taken",
    "CT303": "a file that would be passed over",
    "CT304": "an end that is not after its start",
    "CT305": "an occurrence without a length",
    "CT306": "windows that overlap",
    "CT307": "an unknown calendar",
    "CT308": "an unknown event",
    "CT309": "events that borrow in a circle",
    "CT310": "the calendar has errors",
    "CT311": "an event that can't be learned",
    "CT312": "an event that has no further dates",
    "CT313": "a pattern that the steps can't show",
    "CT314": "a step that does not fit the series",
    "CT315": "the same thing given twice",
    "CT316": "quantiles out of range or order",
    "CT317": "a gate that can't be judged",
    "CT318": "a path that leaves the repository",
    "CT319": "an unknown holiday",
    "CT320": "a holiday without dates in the horizon",
    "CT321": "two events of one name",
    "CT322": "a horizon shorter than its step",
    "CT323": "a floor above the ceiling",
    "CT324": "a history finer than the series",
    "CT325": "a break outside the training window",
    "CT326": "capacity that can't be",
    "CT327": "an expectation that can't hold",
    "CT328": "an occurrence that can't sell out",
    "CT329": "a scenario that changes nothing",
    "CT330": "the defaults can't be read",
    "CT331": "a throughput that can't be compared with the series",
    "CT332": "an unknown forecast",
    "CT333": "a game day that can't be",
    "CT342": "a window past its review date",
    "CT343": "more than a forecast can hold",
    # data
    "CT401": "a file is missing",
    "CT402": "a path leaves the repository",
    "CT403": "a source can't be read",
    "CT404": "a column is missing",
    "CT405": "a time can't be read",
    "CT406": "a value is no number",
    "CT407": "times are doubled",
    "CT408": "the rows have no common step",
    "CT409": "the data is coarser than the step",
    "CT410": "there is no data",
    "CT411": "a value is negative on a multiplicative scale",
    "CT412": "a regressor has no future values",
    "CT413": "a query is refused",
    "CT414": "some times have an offset, some none",
    "CT415": "a regressor starts after the series",
    "CT416": "a stray time stretches the series",
    "CT417": "an outlier window that masks nothing",
    "CT418": "reading takes too long",
    "CT419": "more than memory should hold",
    "CT420": "a secret is not set",
    "CT431": "every row needed the same correction",
    "CT432": "a file of another kind or layout",
    # model
    "CT501": "nothing to learn from",
    "CT502": "the history is too short for the horizon",
    "CT503": "the outlook explodes",
    "CT504": "a negative series on a multiplicative scale",
    "CT505": "a time outside of the data and the forecast",
    "CT506": "an event that the forecast doesn't know",
    # gates
    "CT601": "a gate fails",
    "CT602": "an expectation fails",
    "CT603": "the error is worse than on the base revision",
    "CT604": "a waiver is past its date",
    "CT605": "a gate has no figure to judge",
    "CT606": "there is no base figure to compare with",
    "CT607": "a waived gate fails",
    "CT608": "a gate of the base revision fails",
    # reports and revisions
    "CT701": "a template can't be rendered",
    "CT710": "a report is missing",
    "CT711": "the spec changed since its report",
    "CT712": "a calendar changed since the report",
    "CT713": "the data changed since the report",
    "CT714": "the engine changed since the report",
    "CT715": "the template changed since the report",
    "CT716": "a report was edited by hand",
    "CT717": "a report has no spec",
    "CT718": "a report ends too soon",
    "CT719": "the data can't be compared",
    "CT720": "there is no git repository",
    "CT721": "a revision can't be found",
    "CT722": "the clone is too shallow",
    "CT723": "two revisions share no history",
    "CT724": "a report holds a merge conflict",
    "CT725": "a report can't be read",
    "CT726": "a report has an older schema",
    "CT727": "git failed",
    "CT728": "a report was written by a newer CloudTune",
    "CT729": "the change can't be explained",
    "CT730": "the token is missing",
    "CT731": "the token may not comment",
    "CT732": "the hosting platform can't be reached",
    "CT733": "the hosting platform refused the comment",
    "CT734": "the pull request is unknown",
    "CT735": "there are no actuals to score against",
    "CT736": "the files of a forecast can't be written",
    "CT737": "there are no points to export",
    "CT738": "a report is not what its spec and data give",
    "CT739": "the process of a forecast was killed",
    "CT740": "a changed report was not recomputed",
    "CT745": "files that only a run writes are in git",
    "CT746": "an untrusted command takes too long",
    "CT747": "there is not enough memory",
    "CT780": "no committed forecast covers the time asked for",
    "CT781": "a committed forecast can't be reproduced",
    "CT782": "actuals stay outside the interval for too long",
    "CT783": "there are no actuals to track",
    "CT784": "a what-if can't be read",
    "CT790": "a suggestion would make the spec invalid",
    "CT791": "an edit can't be made in place",
    "CT792": "an iCalendar file can't be read",
    # plans
    "CT801": "a limit of the platform would be broken",
    "CT802": "a floor above the maximum of its group",
    "CT803": "a member of the fleet without a name on the platform",
    "CT804": "a fleet that can't serve the demand",
    "CT805": "there is nothing to plan or to export",
    "CT806": "scheduled actions can't be read",
    "CT811": "journeys that contradict the forecasts",
    "CT812": "a profile above its hard limit",
    "CT813": "a window outside of the forecast",
    "CT814": "a forecast that journeys can't follow",
    "CT815": "actuals of a game day can't be read",
}

NO_MEMORY = (
    "it needs more memory than this process may have",
    "choose a coarser step, a later series.start, fewer regressors or events; or give it more",
)
"""Message and hint of CT747."""
UNREACHABLE = frozenset(
    {
        "CT401",
        "CT403",
        "CT418",
        "CT420",
        "CT720",
        "CT721",
        "CT722",
        "CT723",
        "CT727",
        "CT730",
        "CT731",
        "CT732",
        "CT736",
        "CT739",
        "CT746",
        "CT747",
    },
)
"""Codes that say something out of our hands can't be reached: worth a retry, which never mends bad data."""
