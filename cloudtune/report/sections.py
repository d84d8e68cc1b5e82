"""The long lists of a report's JSON, found by their layout before anything is parsed.

Why: days, weeks and the points of charts are nine tenths of the bytes, and most commands
need none or one of them. Text in another layout is left as it is, and costs time alone.
"""

from __future__ import annotations

from bisect import bisect

CHARTS = ("history", "peak_day")
POINTS = ("daily", *CHARTS)


def without(data: bytes, *names: str) -> bytes:
    """A document without some of its lists of rows."""
    for name in names:
        begin, end = _bounds(data, name)
        data = data[:begin] + data[end:]
    return data


def section(data: bytes, name: str) -> bytes:
    """One list as it stands in a document; empty where it has none, or no row."""
    begin, end = _bounds(data, name)
    return data[begin:end]


def until(data: bytes, name: str, last: str) -> bytes:
    """A document without those rows of a list, ordered by day, that come after the day `last`.

    The first row stays in any case: an empty list would say that there never was one.
    """
    begin, end = _bounds(data, name)
    head, *rows = data[begin:end].split(_ROW_START)
    late = max(1, bisect(rows, f'{last}"~'.encode()))
    if late >= len(rows):
        return data
    kept = _ROW_START.join((head, *rows[:late])).removesuffix(b",")
    return data[:begin] + kept + _LIST_END + data[end:]


_ROW_START = b'\n    ["'
_LIST_END = b"\n  ]"


def _bounds(data: bytes, name: str) -> tuple[int, int]:
    """From the comma before a list to its end. A raw line break can't be within a JSON string."""
    begin = data.find(b',\n  "%s": [\n' % name.encode())
    end = data.find(_LIST_END, begin)
    return (begin, end + len(_LIST_END)) if 0 <= begin < end else (0, 0)
