"""Templates: the shipped ones, or a repository's own in their place."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from cloudtune.errors import Problem, Refusal
from cloudtune.files import shipped
from cloudtune.report import escape as report_escape
from cloudtune.report import sentences, words
from cloudtune.report.escape import Safe, md
from cloudtune.spec.messages import counted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


RENDERING = "4"
"""Another one makes every report be written anew, figures as they are.

Raise it when the same forecast gives another document, page or chart.
"""

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

    environment: ImmutableSandboxedEnvironment
    folders: tuple[Path, ...]

    def render(self, name: str, **values: Any) -> str:
        """The text of a template; a template that fails is the user's to mend."""
        try:
            return self.environment.get_template(name).render(values)
        except TemplateError as error:
            raise _refused(name, error) from error
        except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
            # In a shipped template the document is to blame, and the caller knows which.
            if self._path(name).parent == shipped("templates"):
                raise
            raise _refused(name, error) from error

    def digest(self, name: str) -> str:
        """Hash of a template's text, line endings aside, and of the code that fills it in."""
        source = self._path(name).read_bytes().replace(b"\r\n", b"\n")
        return hashlib.sha256(RENDERING.encode() + b"\n" + source).hexdigest()[:16]

    def _path(self, name: str) -> Path:
        return next(path for folder in self.folders if (path := folder / name).is_file())


def load_templates(root: Path | None = None) -> Templates:
    """Templates of `root`/templates before the shipped ones."""
    own = (root / "templates",) if root is not None else ()
    folders = (*own, shipped("templates"))
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folders),
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
    return Templates(environment, folders)


def _refused(name: str, error: Exception) -> Refusal:
    hint = "compare with the template that CloudTune ships, or delete your own"
    message = f"the template can't be rendered: {error}"
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
