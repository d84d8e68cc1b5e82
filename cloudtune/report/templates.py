"""Templates: the shipped ones, or a repository's own in their place."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import BaseLoader, StrictUndefined, TemplateError, TemplateNotFound

from cloudtune.errors import Problem, Refusal
from cloudtune.files import read_bytes, shipped
from cloudtune.report import escape as report_escape
from cloudtune.report import sentences, words
from cloudtune.report.escape import Safe, md
from cloudtune.report.sandbox import OWN, BoundedEnvironment, ExhaustedError
from cloudtune.spec.messages import counted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jinja2 import Environment


RENDERING = "6"
"""Another one makes every report be written anew, figures as they are.

Raise it when the same forecast gives another document, page or chart.
"""

MOST_BYTES = 1_000_000
"""Of a template."""
_FIGURES: dict[str, Callable[..., str]] = {
    "code": report_escape.code_span,
    "counted": counted,
    "day": words.start,
    "decimal": words.decimal,
    "factor": words.factor,
    "factor_range": words.factor_range,
    "gate_value": sentences.gate_value,
    "integer": words.integer,
    "number": words.number,
    "number_range": words.number_range,
    "path": report_escape.link_target,
    "percent": words.percent,
    "percent_range": words.percent_range,
    "share": words.share,
    "short": words.short,
    "signed": words.signed,
    "through": words.through,
    "weekday": words.weekday,
    "when": words.when,
}


@dataclass(frozen=True, eq=False)
class Templates:
    """A sandbox in which every value is escaped unless a filter made it."""

    environment: BoundedEnvironment
    loader: OwnFirst

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where templates are looked for, the repository's own folder first."""
        return (*self.loader.own_folders, shipped("templates"))

    def render(self, name: str, **values: Any) -> str:
        """The text of a template; a template that fails is the user's to mend."""
        try:
            return self.environment.rendered(name, values)
        except (TemplateError, OSError, ExhaustedError) as error:
            raise _refused(name, error) from error
        except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
            # In a shipped template the document is to blame, and the caller knows which.
            if not self.loader.is_own(name):
                raise
            raise _refused(name, error) from error

    def digest(self, name: str) -> str:
        """Hash of a template's text, line endings aside, and of the code that fills it in."""
        source = self.loader.content(name).replace(b"\r\n", b"\n")
        return hashlib.sha256(RENDERING.encode() + b"\n" + source).hexdigest()[:16]


class OwnFirst(BaseLoader):
    """A repository's own templates before the shipped ones, under the names of the shipped ones alone."""

    def __init__(self, root: Path | None) -> None:
        self._root = root

    @property
    def own_folders(self) -> tuple[Path, ...]:
        """The repository's own folder of templates, if there is a repository."""
        return () if self._root is None else (self._root / "templates",)

    def get_source(self, _: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """For Jinja: the text, a name for it, and whether it is still the same."""
        text = self.content(template).decode("utf-8", errors="replace")
        return text, OWN if self.is_own(template) else template, lambda: True

    def is_own(self, name: str) -> bool:
        """True where the repository has a template of this name."""
        return self._root is not None and (self._root / "templates" / name).exists()

    def content(self, name: str) -> bytes:
        """The bytes of a template; OSError where the repository's own is a link or large."""
        if name not in _names():
            raise TemplateNotFound(name)
        if self._root is not None and self.is_own(name):
            return read_bytes(self._root / "templates" / name, self._root, most=MOST_BYTES)
        return (shipped("templates") / name).read_bytes()


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in shipped("templates").iterdir())


def load_templates(root: Path | None = None) -> Templates:
    """Templates of `root`/templates before the shipped ones."""
    loader = OwnFirst(root)
    environment = BoundedEnvironment(
        loader=loader,
        undefined=StrictUndefined,
        finalize=_escaped,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        newline_sequence="\n",
        auto_reload=False,
    )
    environment.filters.update({name: _made_safe(say) for name, say in _FIGURES.items()})
    environment.filters.update(title=words.title)
    return Templates(environment, loader)


def _refused(name: str, error: Exception) -> Refusal:
    hint = "compare with the template that CloudTune ships, or delete your own"
    message = f"the template can't be rendered: {str(error)[:300]}"
    return Refusal(Problem("CT701", message, hint, file=f"templates/{name}"))


def _escaped(value: Any) -> Any:
    """Whatever a template prints passes here: text is escaped, markup of ours is not."""
    # Most of what is printed is safe already: that is asked first.
    if type(value) is Safe or not isinstance(value, str):
        return value
    return md(value)


def _made_safe(say: Callable[..., str]) -> Callable[..., Safe]:
    """Figures and dates are words of ours: only letters, digits and their signs."""

    def filtered(*values: Any) -> Safe:
        return Safe(say(*values))

    return filtered
