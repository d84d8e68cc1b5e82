"""Jinja's sandbox with an end: a template that a repository brings has so many steps and no more."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jinja2.runtime import Context

OWN = "own"
"""What Jinja takes for the file name of a template that a repository brings."""
STEPS = 2_000_000
"""Rounds of loops and calls of one rendering; a report of a thousand rows takes a few thousand."""
LONGEST = 20_000_000
"""Characters of a text that a template makes."""
_COUNTED, _JOINED = "_counted", "_joined"
_REFUSED = frozenset({"format", "wordwrap", "xmlattr", "pprint"})
_PADS = frozenset(
    {"center", "ljust", "rjust", "zfill", "format", "format_map", "expandtabs", "replace", "join"}
)


class ExhaustedError(Exception):
    """A template that does more than a template may."""


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """Counts what a template does, the same on every machine: seconds would not be."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self, **options: Any) -> None:
        printed = options.pop("finalize")
        super().__init__(**options, finalize=lambda value: self._printed(printed(value)))
        self._left, self._room = STEPS, LONGEST
        self.filters[_COUNTED] = self._counted
        self.filters[_JOINED] = _joined
        self.filters.update(join=_join, replace=_replace, center=_center, indent=_indent)

    def rendered(self, name: str, values: Mapping[str, Any]) -> str:
        """The text of a template; ExhaustedError where it doesn't come to an end."""
        self._left, self._room = STEPS, LONGEST
        try:
            return self.get_template(name).render(values)
        except MemoryError as error:
            raise ExhaustedError("it needs more memory than there is") from error

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """For Jinja: every call of a template, macros among them."""
        self._take(1)
        if getattr(obj, "__name__", "") in _PADS:
            raise ExhaustedError(f"{obj.__name__}() is not for templates; a filter does it")
        return super().call(context, obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """For Jinja: signs by which a small text makes a huge one."""
        if operator == "+":
            _refuse_long(_size(left) + _size(right))
        elif operator == "*" and (_size(left) or _size(right)):
            count = right if _size(left) else left
            _refuse_long(max(_size(left), _size(right)) * max(0, int(count)))
        elif operator == "**" and (abs(right) > 64 or abs(left) > 1e9):
            raise ExhaustedError("a power that large is not for templates")
        elif operator == "%" and isinstance(left, str):
            raise ExhaustedError("a text with % is not for templates; a filter does it")
        return super().call_binop(context, operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if filename == OWN:
            _bound(tree)
        return tree

    def _printed(self, value: Any) -> Any:
        """What a template prints, taken from the room that is left: in blocks and macros, too."""
        if isinstance(value, str):
            self._room -= len(value)
            if self._room < 0:
                raise _too_long()
        return value

    def _counted(self, items: Iterable[Any]) -> list[Any]:
        """What a loop goes over, taken from what is left."""
        found = list(islice(items, self._left + 1))
        self._take(len(found) + 1)
        return found

    def _take(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise ExhaustedError(f"it takes more than {STEPS:,} steps")


def _bound(tree: nodes.Template) -> None:
    """Have every loop counted; refuse what reads other files or makes long texts."""
    for loop in tree.find_all(nodes.For):
        loop.iter = nodes.Filter(loop.iter, _COUNTED, [], [], None, None)
    for both in list(tree.find_all(nodes.Concat)):
        # A node can't be replaced from outside, but what it joins can: to one text, made by us.
        both.nodes = [nodes.Filter(nodes.List(both.nodes), _JOINED, [], [], None, None)]
    for node in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
        raise TemplateSyntaxError("a template stands alone: it includes and extends nothing", node.lineno)
    for used in tree.find_all(nodes.Filter):
        if used.name in _REFUSED:
            raise TemplateSyntaxError(f"the filter {used.name} is not for templates", used.lineno)


def _joined(items: list[Any]) -> str:
    texts = [str(item) for item in items]
    _refuse_long(sum(map(len, texts)))
    return "".join(texts)


def _join(items: Iterable[Any], between: str = "") -> str:
    """Jinja's `join`, held to the length of a text."""
    texts = [str(item) for item in items]
    _refuse_long(sum(map(len, texts)) + len(between) * len(texts))
    return between.join(texts)


def _replace(text: Any, old: str, new: str, count: int = -1) -> str:
    """Jinja's `replace`, held to the length of a text."""
    whole = str(text)
    _refuse_long(len(whole) + whole.count(old) * len(new))
    return whole.replace(old, new, count)


def _center(text: Any, width: int = 80) -> str:
    _refuse_long(width)
    return str(text).center(width)


def _indent(text: Any, width: int = 4, first: bool = False) -> str:  # noqa: FBT001, FBT002 - Jinja's own form
    whole = str(text)
    _refuse_long(len(whole) + width * (whole.count("\n") + 1))
    pad = " " * width
    return (pad if first else "") + whole.replace("\n", f"\n{pad}")


def _size(value: Any) -> int:
    return len(value) if isinstance(value, (str, list, tuple, bytes)) else 0


def _refuse_long(length: int) -> None:
    if length > LONGEST:
        raise _too_long()


def _too_long() -> ExhaustedError:
    return ExhaustedError(f"it makes a text of more than {LONGEST:,} characters")
