from __future__ import annotations

import pytest

from cloudtune.report.io import dump_document
from cloudtune.review.present import digests
from tests.review.builders import document


def written(root, count):
    """JSON of so many reports, on disk and in hand."""
    found = {}
    for number in range(count):
        name = f"store/shop-{number}"
        file = root / f"reports/{name}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        found[name] = dump_document(document(name, verdict=f"Number {number}.")).encode()
        file.write_bytes(found[name])
    return found


def test_each_report_has_a_page_and_a_chart(tmp_path):
    found = digests(tmp_path, written(tmp_path, 2))
    assert {name: sorted(sides) for name, sides in found.items()} == {
        "store/shop-0": [".md", ".svg"],
        "store/shop-1": [".md", ".svg"],
    }
    assert found["store/shop-0"] != found["store/shop-1"]


def test_second_look_needs_no_report(tmp_path):
    reports = written(tmp_path, 2)
    first = digests(tmp_path, reports)
    (tmp_path / "reports/store/shop-0.json").unlink()
    assert digests(tmp_path, reports) == first


def test_another_template_is_another_page(tmp_path):
    reports = written(tmp_path, 1)
    first = digests(tmp_path, reports)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/report.md.j2").write_text("# {{ d.name }}\n", encoding="utf-8")
    second = digests(tmp_path, reports)
    assert first["store/shop-0"][".md"] != second["store/shop-0"][".md"]
    assert first["store/shop-0"][".svg"] == second["store/shop-0"][".svg"]


def test_report_that_nothing_can_be_made_of_gives_no_file(tmp_path):
    reports = written(tmp_path, 1)
    (tmp_path / "reports/store/shop-0.json").write_text("{", encoding="utf-8")
    assert digests(tmp_path, reports) == {"store/shop-0": {".md": "", ".svg": ""}}


@pytest.mark.slow
def test_many_reports_are_spread_over_processes_and_say_the_same(tmp_path):
    together = digests(tmp_path / "all", written(tmp_path / "all", 120))
    reports = list(written(tmp_path / "parts", 120).items())
    parts = [digests(tmp_path / "parts", dict(reports[k : k + 40])) for k in (0, 40, 80)]
    assert together == parts[0] | parts[1] | parts[2]
