"""Specs in every layout that people write, from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

WORDS = [
    "robots",
    "héllo wörld",
    "インシデント 431",
    "INC-431, robots",
    "it's: complicated",
    "emoji 🎉 day",
    "a # b",
]


@dataclass(frozen=True)
class Style:
    """How one author writes."""

    newline: str
    offset: int
    gap: int
    flow_items: bool
    quote: str
    comments: bool
    blank_lines: bool
    final_newline: bool


def spec(seed: int) -> str:
    """A valid forecast spec, laid out at random."""
    rng = random.Random(seed)
    style = Style(
        newline=rng.choice(["\n", "\n", "\r\n"]),
        offset=rng.choice([0, 2, 2, 4, 3]),
        gap=rng.choice([2, 2, 4]),
        flow_items=rng.random() < 0.6,
        quote=rng.choice(["", "'", '"']),
        comments=rng.random() < 0.7,
        blank_lines=rng.random() < 0.5,
        final_newline=rng.random() < 0.8,
    )
    sections = [
        _series(rng, style),
        ["granularities:", *_items(rng, style, [{"step": "1h", "horizon": "90d"}])],
    ]
    optional = [_trend, _seasonality, _events, _outliers, _gates, _unicode]
    chosen = [part for part in optional if rng.random() < 0.6]
    rng.shuffle(chosen)
    sections += [part(rng, style) for part in chosen]
    lines = ["version: cloudtune/v1", "kind: forecast", "name: generated"]
    for section in sections:
        lines += _around(rng, style) + [_trailing(rng, style, line) for line in section]
    text = style.newline.join(lines)
    return text + style.newline if style.final_newline else text


def _around(rng, style):
    before = [""] if style.blank_lines else []
    return [*before, f"# {rng.choice(WORDS)}"] if style.comments and rng.random() < 0.5 else before


def _trailing(rng, style, line):
    return f"{line}  # {rng.choice(WORDS)}" if style.comments and rng.random() < 0.2 else line


def _quoted(style, text):
    if style.quote == "'":
        return "'" + text.replace("'", "''") + "'"
    return '"' + text + '"'


def _scalar(style, text):
    plain = all(char.isalnum() or char in "-.%/" for char in text) and text.isascii()
    return text if plain and not style.quote else _quoted(style, text)


def _items(rng, style, items):
    pad = " " * style.offset
    dash = "-" + " " * (style.gap - 1)
    lines = []
    for item in items:
        if style.comments and rng.random() < 0.15:
            lines.append(f"{pad}# {rng.choice(WORDS)}")
        if style.flow_items:
            lines.append(
                pad + dash + "{" + ", ".join(f"{k}: {_scalar(style, v)}" for k, v in item.items()) + "}"
            )
        else:
            pairs = [f"{k}: {_scalar(style, v)}" for k, v in item.items()]
            lines.append(pad + dash + pairs[0])
            lines += [" " * (style.offset + style.gap) + pair for pair in pairs[1:]]
    return lines


def _flow_list(rng, style, items):
    inner = ["{" + ", ".join(f"{k}: {_scalar(style, v)}" for k, v in item.items()) + "}" for item in items]
    if rng.random() < 0.5:
        return "[" + ", ".join(inner) + rng.choice(["", ",", " "]) + "]"
    return (
        "["
        + style.newline
        + ("," + style.newline).join("    " + one for one in inner)
        + rng.choice(["", ","])
        + style.newline
        + "  ]"
    )


def _series(rng, style):
    indent = " " * rng.choice([2, 2, 4, 3])
    source = "{kind: csv, path: data/x.csv, time: t, value: v}"
    return ["series:", f"{indent}source: {source}", f"{indent}step: 1h", f"{indent}timezone: Europe/London"]


def _trend(rng, style):
    shifts = [{"at": "2024-09-01", "reason": rng.choice(WORDS)}]
    return rng.choice(
        [
            ["trend: {growth: linear}"],
            ["trend:", "   growth: damped"],
            ["trend:", "  level_shifts:", *("  " + line for line in _items(rng, style, shifts))],
            ["trend: {level_shifts: " + _flow_list(rng, style, shifts) + "}"],
        ],
    )


def _seasonality(rng, style):
    return rng.choice(
        [["seasonality: auto"], ["seasonality: [daily, weekly]"], ["seasonality:", "- daily", "- weekly"]]
    )


def _events(rng, style):
    occurrences = _flow_list(
        rng, style, [{"start": f"{year}-07-12", "duration": "48h"} for year in (2024, 2025)]
    )
    pad = " " * style.offset
    return ["events:", f"{pad}- name: sale", f"{pad}  occurrences: {occurrences}", f"{pad}  before: 12h"]


def _outliers(rng, style):
    count = rng.randint(1, 3)
    windows = [
        {"start": f"2025-03-0{day}T04:00", "end": f"2025-03-0{day}T09:30", "reason": rng.choice(WORDS)}
        for day in range(1, count + 1)
    ]
    return rng.choice(
        [
            ["outliers: []"],
            ["outliers: [ ]"],
            ["outliers:", *_items(rng, style, windows)],
            ["outliers: " + _flow_list(rng, style, windows)],
            ["outliers:", *_items(rng, style, windows), f"# last: {rng.choice(WORDS)}"],
        ],
    )


def _gates(rng, style):
    return ["gates:", *_items(rng, style, [{"metric": "wape", "at_most": "12%"}])]


def _unicode(rng, style):
    return rng.choice(
        [["description: Bestellungen je Minute – 日本"], ["description: |", "   two lines", "   of ünicode"]]
    )
