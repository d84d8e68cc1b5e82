from __future__ import annotations

import pytest

from cloudtune.errors import Refusal
from cloudtune.report.render import REPORT, render_markdown
from cloudtune.report.templates import load_templates
from tests.report.builders import document


@pytest.fixture
def own(tmp_path):
    folder = tmp_path / "templates"
    folder.mkdir()

    def write(text: str):
        (folder / REPORT).write_text(text, encoding="utf-8")
        return load_templates(tmp_path)

    return write


def test_a_repository_may_bring_its_own_template(own):
    assert render_markdown(document(), own("# {{ d.name }}: {{ d.peak.height.value | number }}\n")) == (
        "# us-orders: 1.34M\n"
    )


def test_every_value_is_escaped_in_any_template(own):
    hostile = {**document(), "owner": "<b>@me|"}
    assert render_markdown(hostile, own("{{ d.owner }} {{ [d.owner] | join(', ') }}")) == (
        "&lt;b&gt;@&#8203;me\\| &lt;b&gt;@&#8203;me\\|"
    )


@pytest.mark.parametrize(
    "text",
    [
        "{{ d.nothing }}",
        "{{ nothing }}",
        "{% if %}",
        "{{ d | nothing }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ d.__class__.__base__.__subclasses__() }}",
        "{% include '../../etc/passwd' %}",
        "{{ d.name + 1 }}",
        "{{ 1 / 0 }}",
        "{{ d.name | when }}",
        "{{ range(999999999) | list }}",
    ],
)
def test_a_template_that_fails_is_named(own, text):
    templates = own(text)
    with pytest.raises(Refusal) as caught:
        render_markdown(document(), templates)
    (problem,) = caught.value.problems
    assert (problem.code, problem.file) == ("CT701", f"templates/{REPORT}")


def test_a_template_cannot_change_the_document(own):
    whole = document()
    with pytest.raises(Refusal):
        render_markdown(whole, own("{{ d.update({'name': 'x'}) }}"))
    assert whole["name"] == "us-orders"


def test_the_hash_follows_the_text_but_not_its_line_endings(own):
    shipped = load_templates().digest(REPORT)
    assert own("a\n").digest(REPORT) != shipped
    assert own("a\n").digest(REPORT) == own("a\r\n").digest(REPORT)
    assert own("a\n").digest(REPORT) != own("b\n").digest(REPORT)
