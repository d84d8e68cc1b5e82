"""A file of garbage costs neither minutes nor a million lines."""

from __future__ import annotations

import pytest

from cloudtune.spec.reader import ENOUGH
from tests.spec.builders import codes, spec, store

FLOODS = {
    "unknown keys": ("".join(f"k{n}: 1\n" for n in range(20_000)), "CT201"),
    "repeated keys": ("scale: auto\n" * 20_000, "CT102"),
    "unknown calendars": (f"calendars: [{'a, ' * 20_000}b]\n", "CT307"),
    "wrong tags": (f"tags: [{'{}, ' * 20_000}b]\n", "CT204"),
    "overlaps": ("outliers:\n" + "  - {start: 2025-01-01, end: 2025-01-02}\n" * 10_000, "CT306"),
}


@pytest.mark.parametrize(("text", "code"), FLOODS.values(), ids=FLOODS.keys())
def test_a_flood_of_problems_is_cut(tmp_path, text, code):
    found = codes(store(tmp_path, {"orders.yaml": spec(text)}))
    assert code in found
    assert ENOUGH <= len(found) <= ENOUGH + 2


def test_the_last_problem_says_how_many_more(tmp_path):
    loaded = store(tmp_path, {"orders.yaml": spec("".join(f"k{n}: 1\n" for n in range(300)))})
    assert loaded.problems[-1].message == 'unknown key "k99", and 200 more problems in this file'


def test_a_long_chain_of_borrowers_is_followed_once(tmp_path):
    chain = "".join(f"  - {{name: e{n}, rule: 1 may, like: {{event: e{n + 1}}}}}\n" for n in range(900))
    loaded = store(tmp_path, {"orders.yaml": spec(f"events:\n{chain}  - {{name: e900, rule: 1 may}}")})
    assert loaded.problems == ()


def test_a_long_circle_is_named_in_short(tmp_path):
    chain = "".join(f"  - {{name: e{n}, rule: 1 may, like: {{event: e{(n + 1) % 50}}}}}\n" for n in range(50))
    loaded = store(tmp_path, {"orders.yaml": spec(f"events:\n{chain}")})
    assert codes(loaded) == ["CT309"] * 50
    assert loaded.problems[0].message.endswith('"e6", "e7" and 43 more')


def test_a_name_of_a_file_that_can_not_be_shown_is_refused(tmp_path):
    loaded = store(tmp_path, {"or\nders.yaml": spec()})
    (problem,) = loaded.problems
    assert (problem.code, problem.file) == ("CT303", "specs/or\\u000aders.yaml")
