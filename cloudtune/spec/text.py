"""The bytes of a spec file as text, or the reasons why they are none."""

from __future__ import annotations

import re

from cloudtune.errors import Problem, Span

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
