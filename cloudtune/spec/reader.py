"""Strict YAML: the bytes of a file in, plain data with places out; scalars stay text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import yaml

from cloudtune.errors import Problem, Span
from cloudtune.spec.messages import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from yaml.error import Mark


MAX_DEPTH = 30
ENOUGH = 100
"""Problems of one file; nobody reads more, and a file of garbage has a million."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True)
class YamlFile:
    """One YAML file: its data, where each part stands, and what is wrong with it."""

    file: str
    text: str
    data: Any
    """Maps, lists, text and None; a map wherever there are no problems."""
    problems: tuple[Problem, ...] = ()

    @cached_property
    def top(self) -> Place | None:
        """The place of the whole document; None where there is nothing to point at.

        Why: few files are ever pointed into, and the places of a thousand specs are a million
        objects for the garbage collector to walk through; so they are read again when asked for.
        """
        return None if self.data is None else _built(self.text, self.file).top


def read(content: bytes, file: str) -> YamlFile:
    """Read the one document of a YAML file; whatever the bytes, problems and never an exception."""
    text, problems = decode(content, file)
    if problems:
        return YamlFile(file, text, None, tuple(problems))
    tree = _built(text, file)
    if not tree.problems and not isinstance(tree.data, dict):
        tree.problems.append(_no_map(tree, file))
    return YamlFile(file, text, tree.data, tuple(tree.problems))


def _built(text: str, file: str) -> _TreeBuilder:
    """All that the text has up to its end, or up to where it is no YAML any more."""
    tree = _TreeBuilder(file)
    try:
        _consume(text, tree)
    except yaml.YAMLError as error:
        tree.problems.append(_syntax(error, text, file))
    except _TooDeep as error:
        tree.problems.append(error.problem)
    return tree


class _TooDeep(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


class _Open:
    """A map or list whose end has not come yet."""

    __slots__ = ("data", "is_map", "key", "name", "place")

    def __init__(self, data: dict[str, Any] | list[Any], place: Place) -> None:
        self.data: Any = data
        self.place = place
        self.is_map = place.is_map
        self.key: Place | None = None
        self.name = ""
        """The key that waits for its value; used where `key` is set."""


class _TreeBuilder:
    """The data and the places as far as the events have come."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.data: Any = None
        self.top: Place | None = None
        self.stack: list[_Open] = []

    def note(self, code: str, message: str, hint: str, event: Any) -> None:
        """Add a problem at an event."""
        span = span_of(event.start_mark, event.end_mark)
        self.problems.append(Problem(code, message, hint, file=self.file, span=span))

    def scalar(self, event: Any) -> None:
        """A key or a plain value."""
        if event.anchor is not None or event.tag is not None:
            self._refuse_marks(event)
        place = Place(event.start_mark, event.end_mark)
        if not self._is_key(event.value, event, place):
            self._put(None if not event.style and event.value in _NULLS else event.value, place)

    def opening(self, event: Any) -> None:
        """A map or a list begins."""
        self._refuse_marks(event)
        if len(self.stack) >= MAX_DEPTH:
            raise _TooDeep(_too_deep(self.file, span_of(event.start_mark, event.end_mark)))
        is_map = type(event) is yaml.MappingStartEvent
        data: dict[str, Any] | list[Any] = {} if is_map else []
        place = Place(event.start_mark, event.end_mark, {})
        place.is_map, place.is_block = is_map, not event.flow_style
        if self._is_key("", event, place):
            hint = "a key is one word, such as `step`"
            self.note("CT113", "a list or a map can't be a key", hint, event)
        self._put(data, place)
        self.stack.append(_Open(data, place))

    def closing(self, event: Any) -> None:
        """A map or a list ends."""
        self.stack.pop().place.end = event.end_mark

    def alias(self, event: Any) -> None:
        """`*name`, which a spec does not use."""
        hint = "write the value out, or put it into _defaults.yaml"
        self.note("CT103", f"the alias `*{event.anchor}` is not allowed in a spec", hint, event)
        place = Place(event.start_mark, event.end_mark)
        if not self._is_key(event.anchor, event, place):
            self._put(None, place)

    def document(self, event: Any) -> None:
        """A document starts; a second one is refused."""
        if self.top is not None:
            hint = "keep one document a file; delete `---` or move the rest to its own file"
            self.note("CT110", "a second document starts here", hint, event)

    def skip(self, event: Any) -> None:
        """Start and end of the stream, end of a document."""

    def _is_key(self, name: str, event: Any, place: Place) -> bool:
        """Take the node as a key where the open map waits for one."""
        parent = self.stack[-1] if self.stack else None
        if parent is None or not parent.is_map or parent.key is not None:
            return False
        if name == "<<" and not event.style:
            self.note("CT105", "the merge key `<<` is not allowed in a spec", _SHARE, event)
        parent.key, parent.name = place, name
        return True

    def _put(self, value: Any, place: Place) -> None:
        if not self.stack:
            if self.top is None:
                self.data, self.top = value, place
            return
        parent = self.stack[-1]
        if not parent.is_map:
            parent.place.entries[len(parent.data)] = place
            parent.data.append(value)
            return
        place.key, parent.key = parent.key, None
        if parent.name in parent.data:
            self.problems.append(_duplicate(self.file, parent.name, parent.place, place))
            return
        parent.data[parent.name] = value
        parent.place.entries[parent.name] = place

    def _refuse_marks(self, event: Any) -> None:
        if event.anchor is not None:
            self.note("CT103", f"the anchor `&{event.anchor}` is not allowed in a spec", _SHARE, event)
        if event.tag is not None and event.tag != "!":
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            hint = "write the value alone; the schema knows its type"
            self.note("CT104", f"the tag {quoted(tag)} is not allowed in a spec", hint, event)


_PARSERS_OWN_LIMIT = "exceeded maximum nesting depth"
_SHARE = "write the values out, or share them through _defaults.yaml or a calendar"
_HANDLERS: dict[type, Callable[[_TreeBuilder, Any], None]] = {
    yaml.ScalarEvent: _TreeBuilder.scalar,
    yaml.MappingStartEvent: _TreeBuilder.opening,
    yaml.SequenceStartEvent: _TreeBuilder.opening,
    yaml.MappingEndEvent: _TreeBuilder.closing,
    yaml.SequenceEndEvent: _TreeBuilder.closing,
    yaml.AliasEvent: _TreeBuilder.alias,
    yaml.DocumentStartEvent: _TreeBuilder.document,
    yaml.DocumentEndEvent: _TreeBuilder.skip,
    yaml.StreamStartEvent: _TreeBuilder.skip,
    yaml.StreamEndEvent: _TreeBuilder.skip,
}


def _consume(text: str, tree: _TreeBuilder) -> None:
    loader = _LOADER(text)
    try:
        while (event := loader.get_event()) is not None and len(tree.problems) < ENOUGH:
            _HANDLERS[type(event)](tree, event)
    finally:
        loader.dispose()


def _duplicate(file: str, name: str, block: Place, place: Place) -> Problem:
    first = block.entries[name].span(at_key=True).line
    message = f"{quoted(name)} is given twice, here and on line {first}"
    span = place.span(at_key=True)
    return Problem("CT102", message, "keep one of them", file=file, span=span, at_key=True)


def _too_deep(file: str, span: Span) -> Problem:
    message = f"nesting is deeper than {MAX_DEPTH} levels"
    return Problem("CT107", message, "a spec needs about five", file=file, span=span)


def _no_map(tree: _TreeBuilder, file: str) -> Problem:
    message = "the file is empty" if tree.data is None else "a spec is a map of keys to values"
    hint = "start with `version: cloudtune/v1` and `kind: forecast`"
    span = tree.top.span() if tree.top and tree.data is not None else None
    return Problem("CT112", message, hint, file=file, span=span)


def _syntax(error: yaml.YAMLError, text: str, file: str) -> Problem:
    tab = tab_indent(text, file)
    if tab is not None:
        return tab
    mark = _mark(error, text)
    said = str(getattr(error, "problem", None) or "the parser gave up")
    lines = text.split("\n")
    line = min(mark.line, len(lines) - 1) if mark else 0
    column = min(mark.column, len(lines[line])) if mark else 0
    span = Span(line + 1, column + 1, line + 1, column + 2)
    if said == _PARSERS_OWN_LIMIT:
        return _too_deep(file, span)
    hint = _SYNTAX_HINTS.get(said, "check indentation, colons, brackets and quotes around here")
    return Problem("CT101", f"this is not YAML: {said}", hint, file=file, span=span)


def _mark(error: yaml.YAMLError, text: str) -> Mark | None:
    """Where the parser stopped; where it only stopped at the end, what it could not finish."""
    mark: Mark | None = getattr(error, "problem_mark", None)
    context: Mark | None = getattr(error, "context_mark", None)
    if mark is not None and context is not None and not text[_offset(text, mark) :].strip():
        return context
    return mark


def _offset(text: str, mark: Mark) -> int:
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[: mark.line]) + mark.column


_SYNTAX_HINTS = {
    "mapping values are not allowed in this context": (
        "quote a text that contains `: `, or indent a key like its neighbours"
    ),
    "could not find expected ':'": "a key needs a colon and a space after it",
    "did not find expected key": "indent a key like its neighbours; close every quote",
    "did not find expected '-' indicator": "indent the items of a list alike",
    "did not find expected ',' or ']'": "close the list with `]`; separate items with commas",
    "did not find expected ',' or '}'": "close the map with `}`; separate keys with commas",
    "found unexpected end of stream": "close the quote that was opened",
    "found character that cannot start any token": "quote a text that starts with @, ` or %",
}


_NOTHING: dict[str | int, Place] = {}
"""Shared by all scalars, never written to: most places are scalars."""


class Place:
    """One node of a YAML text: a scalar, a list or a map, with its marks."""

    __slots__ = ("end", "entries", "is_block", "is_map", "key", "start")

    def __init__(self, start: Mark, end: Mark, entries: dict[str | int, Place] = _NOTHING) -> None:
        self.start = start
        self.end = end
        self.entries = entries
        self.key: Place | None = None
        """The key that leads here; None in lists and at the top."""
        self.is_map = False
        self.is_block = False
        """True for lists and maps written over several lines by indentation."""

    def span(self, *, at_key: bool = False) -> Span:
        """The stretch of text to point at: the key where asked or where the value sprawls."""
        if self.key is not None and (at_key or self.is_block):
            return self.key.span()
        if self.is_block and self.entries:
            return next(iter(self.entries.values())).span(at_key=True)
        return span_of(self.start, self.end)


def span_of(start: Mark, end: Mark) -> Span:
    """The span between two marks of PyYAML, which count from 0."""
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


MAX_BYTES = 1 << 20
_CONFLICT = re.compile(r"^(?:<{7}(?= |$)|\|{7}(?= |$)|={7}$|>{7}(?= |$)).*", re.MULTILINE)
_TAB = re.compile(r"^ *\t+(?=[ \t]*[^\s#])", re.MULTILINE)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")
_BOM = b"\xef\xbb\xbf"
_OTHER_BOMS = (b"\xff\xfe", b"\xfe\xff")


def decode(content: bytes, file: str) -> tuple[str, list[Problem]]:
    """The text of a file with LF endings and without a byte order mark, or why not."""
    if len(content) > MAX_BYTES:
        return "", [_too_large(content, file)]
    try:
        text = content.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        shown = "" if content.startswith(_OTHER_BOMS) else content.decode("utf-8", "replace")
        return shown, [_not_utf8(content, error, file)]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text, _blemishes(text, file)


def span_at(text: str, start: int, end: int) -> Span:
    """The span of `text[start:end]`, cut at the end of its first line."""
    line = text.count("\n", 0, start) + 1
    begin = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", start, end)
    last = end if stop < 0 else stop
    return Span(line, start - begin + 1, line, max(last, start + 1) - begin + 1)


def _blemishes(text: str, file: str) -> list[Problem]:
    """What a YAML parser would only describe in its own words."""
    conflict = _CONFLICT.search(text) if "<<<<<<<" in text or ">>>>>>>" in text else None
    if conflict:
        message = "an unresolved merge conflict"
        hint = "resolve the conflict: keep one side, then delete the marker lines"
        return [Problem("CT109", message, hint, file=file, span=span_at(text, *conflict.span()))]
    strange = _FORBIDDEN.search(text)
    if strange:
        message = f"the control character U+{ord(strange[0]):04X} is not allowed in a spec"
        span = span_at(text, *strange.span())
        return [Problem("CT114", message, "delete it", file=file, span=span)]
    return []


def tab_indent(text: str, file: str) -> Problem | None:
    """The first tab that indents a line, which YAML does not allow."""
    tab = _TAB.search(text)
    if tab is None:
        return None
    span = span_at(text, *tab.span())
    return Problem("CT111", "a tab indents this line", "use spaces", file=file, span=span)


def _too_large(content: bytes, file: str) -> Problem:
    size = f"{len(content):,}"
    hint = "a spec is written by hand; long lists of dates belong in a calendar, data in data/"
    return Problem("CT106", f"the file has {size} bytes; 1 MiB is the limit", hint, file=file)


def _not_utf8(content: bytes, error: UnicodeDecodeError, file: str) -> Problem:
    if content.startswith(_OTHER_BOMS):
        message = "the file is UTF-16; a spec is UTF-8"
        return Problem("CT108", message, "save it as UTF-8", file=file, span=Span(1, 1, 1, 2))
    line = content.count(b"\n", 0, error.start) + 1
    begin = content.rfind(b"\n", 0, error.start) + 1
    column = len(content[begin : error.start].decode("utf-8", "replace")) + 1
    message = f"byte 0x{content[error.start]:02x} is not UTF-8"
    span = Span(line, column, line, column + 1)
    return Problem("CT108", message, "save the file as UTF-8", file=file, span=span)
