from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cloudtune.report.escape import MOST_CHARACTERS, md, visible

PARSER = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")
PIECES = [
    "|",
    "||",
    "`",
    "``",
    "```",
    "*",
    "**",
    "_",
    "__",
    "~~",
    "~",
    "\\",
    "\\\\",
    "[",
    "]",
    "(",
    ")",
    "![x](y)",
    "[x](javascript:alert(1))",
    "<b>",
    "</td>",
    "<!--",
    "-->",
    "&",
    "&amp;",
    "&#64;",
    "@org/team",
    "@me",
    "#123",
    "GH-12",
    "org/repo#4",
    "!7",
    "$x$",
    "%1",
    "https://evil.example",
    "www.evil.example",
    "mailto:a@b.example",
    "---",
    "===",
    "#",
    "##",
    ">",
    "-",
    "+",
    "1.",
    "1)",
    "|",
    "---",
    "|",
    ":--",
    "\u202e",
    "\u200b",
    "\u2066",
    "\x00",
    "\x1b[31m",
    "\n",
    "\r\n",
    "\t",
    "\u2028",
    "é",
    "印",
    "{{x}}",
    "{%x%}",
]
NASTY = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=8).map(" ".join)
DENSE = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
BREAK = "\u200b"


def cells(markdown: str) -> list[list]:
    """The inline tokens of each cell of the only row of the only table."""
    tokens = PARSER.parse(markdown)
    assert [token.type for token in tokens].count("tr_open") == 2
    assert {token.type for token in tokens} <= TABLE
    body = tokens[next(i for i, token in enumerate(tokens) if token.type == "tbody_open") :]
    return [token.children for token in body if token.type == "inline"]


TABLE = {"inline"} | {
    f"{part}_{edge}" for part in ("table", "thead", "tbody", "tr", "th", "td") for edge in ("open", "close")
}


def shown(tokens: list) -> str:
    assert {token.type for token in tokens} <= {"text", "text_special"}
    return "".join(token.content for token in tokens)


@given(NASTY | DENSE | st.text())
@example("a\\|b")
@example("trailing \\")
@example("@&#64;x")
def test_no_text_breaks_a_table_or_becomes_markup(text):
    first, last = cells(f"| a | b |\n|---|---|\n| {md(text)} | end |\n")
    assert shown(last) == "end"
    expected = " ".join(visible(text).split())[:MOST_CHARACTERS]
    assert shown(first).replace(BREAK, "")[: len(expected) - 1] == expected[: max(len(expected) - 1, 0)]


@given(NASTY | DENSE | st.text())
def test_no_text_pings_links_or_refers(text):
    said = "".join(shown(cell) for cell in cells(f"| a |\n|---|\n| {md(text)} |\n"))
    assert re.search(r"@[\w/]", said) is None
    assert re.search(r"(?:[#!%]|\bGH-)\w", said, re.IGNORECASE) is None
    assert re.search(r"[A-Za-z]://|www\.", said, re.IGNORECASE) is None


@given(NASTY | DENSE | st.text())
def test_no_text_at_the_start_of_a_line_makes_a_block(text):
    tokens = PARSER.parse(f"{md(text)}\n")
    assert [token.type for token in tokens] in ([], ["paragraph_open", "inline", "paragraph_close"])


@given(st.text())
def test_marks_that_turn_or_hide_text_are_gone(text):
    assert not set(md(text)) & set("\u202e\u202d\u2066\u2067\u200b\u200d\ufeff\x00\n\r\u2028")


@pytest.mark.parametrize(
    "text", ["1.34M to 1.52M", "+5.2%", "-0.8%", "80%: 1,210", "ad_spend", "Tue 14 Jul 2026 00:01"]
)
def test_ordinary_words_stay_as_they_are(text):
    assert md(text) == text


def test_long_text_is_cut():
    assert len(md("x" * 2000)) == MOST_CHARACTERS
