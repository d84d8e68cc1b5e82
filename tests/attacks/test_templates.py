"""A template that a pull request brings comes to an end, in steps and in memory."""

from __future__ import annotations

import time

import pytest

from cloudtune.errors import Refusal
from cloudtune.report.templates import load_templates

ENDLESS = {
    "nested loops": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "loops in a macro": "{% macro m(n) %}"
    "{% for a in range(999) %}{{ m(n - 1) if n else '' }}{% endfor %}{% endmacro %}{{ m(9) }}",
    "a macro that doubles": "{% macro m(n) %}{% if n %}"
    "{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
    "a text times a number": "{{ 'x' * 9999999999 }}",
    "a list times a number": "{{ [1] * 9999999999 }}",
    "a number times a text": "{{ 9999999999 * 'x' }}",
    "a power": "{{ 9 ** 9 ** 9 }}",
    "a width": "{{ 'x'.center(9999999999) }}",
    "a width in a filter": "{{ 'x' | center(9999999999) }}",
    "an indent": "{{ 'x' | indent(9999999999, true) }}",
    "a format": "{{ '%9999999999d' % 1 }}",
    "a format by method": "{{ '{:>9999999999}'.format(1) }}",
    "a format by filter": "{{ '%9999999999d' | format(1) }}",
    "a replacement": "{% set a = 'x' * 9999999 %}{{ a | replace('x', a) }}",
    "a join": "{% set a = 'x' * 9999999 %}{{ range(9999) | join(a) }}",
    "a text that doubles": "{% set n = namespace(x='x') %}"
    "{% for a in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
    "a sum that doubles": "{% set n = namespace(x='x') %}"
    "{% for a in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}",
    "a block that doubles": "{% set n = namespace(x='x') %}{% for a in range(60) %}"
    "{% set b %}{{ n.x }}{{ n.x }}{% endset %}"
    "{% set n.x = b %}{% endfor %}",
    "itself": "{% include 'report.md.j2' %}",
    "another": "{% extends 'comment.md.j2' %}",
    "an import": "{% from 'comment.md.j2' import x %}",
    "lipsum": "{{ lipsum(n=99999) * 999999 }}",
    "a size": "{{ 'x' * 2000000 }}",
}


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
def test_a_template_comes_to_an_end(tmp_path, text):
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "report.md.j2").write_text(text)
    templates = load_templates(tmp_path)
    begun = time.monotonic()
    problem, shown = None, ""
    try:
        shown = templates.render("report.md.j2")
    except Refusal as refusal:
        (problem,) = refusal.problems
    assert problem is None or (problem.code == "CT701" and len(problem.message) < 1000)
    assert len(shown) <= 20_000_000
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ joiner.__init__ }}",
        "{{ lipsum.__globals__ }}",
        "{{ range.__self__ }}",
        "{{ ''['__class__'] }}",
        "{{ '' | attr('__class__') }}",
        "{{ [].append(1) }}",
        "{{ config }}",
    ],
)
def test_the_sandbox_holds(tmp_path, text):
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "report.md.j2").write_text(text)
    try:
        shown = load_templates(tmp_path).render("report.md.j2")
    except Refusal:
        return
    assert all(word not in shown for word in ("class", "module", "function", "globals"))


def test_a_plain_template_of_ones_own_is_rendered_as_before(tmp_path):
    folder = tmp_path / "templates"
    folder.mkdir()
    text = "{% for a in rows %}{{ loop.index }}/{{ loop.length }} {{ a ~ '!' }} {% endfor %}"
    text += "{{ rows | join(', ') }}\n"
    (folder / "report.md.j2").write_text(text)
    assert load_templates(tmp_path).render("report.md.j2", rows=["x", "y"]) == "1/2 x! 2/2 y! x, y\n"
