from __future__ import annotations

from datetime import date

import pytest

from cloudtune.errors import exit_code_of
from cloudtune.review.check import check
from cloudtune.review.documents import Base
from cloudtune.spec.loader import load_store
from tests.review.builders import accuracy, document, gate
from tests.review.stores import CALENDAR, SPEC, TODAY, present, write_fresh, write_specs


def verdict(root, base=None, today=TODAY, **changes):
    store = load_store(root)
    return check(store, list(store.specs.values()), present(root, today, **changes), Base(base or {}))


def codes(found):
    return [problem.code for problem in found.problems]


def test_fresh_report_passes(tmp_path):
    write_specs(tmp_path)
    write_fresh(tmp_path)
    found = verdict(tmp_path)
    assert (found.problems, found.holds, found.sentence) == (
        (),
        True,
        "1 report: all fresh, every gate passes.",
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("description: Orders placed per minute", "description: Orders per minute"),
        ("tags: [tier-1]", "tags: [tier-2]"),
        ("owner: team-checkout\nregion: US", "region: US\nowner: team-checkout"),
        ("series:\n", "# a comment\nseries:\n"),
    ],
    ids=["a description", "a tag", "an order of keys", "a comment"],
)
def test_talk_is_no_change(tmp_path, old, new):
    write_specs(tmp_path)
    write_fresh(tmp_path)
    write_specs(tmp_path, SPEC.replace(old, new))
    assert codes(verdict(tmp_path)) == []


def test_changed_spec_is_stale_with_its_mend(tmp_path):
    write_specs(tmp_path)
    write_fresh(tmp_path)
    write_specs(tmp_path, SPEC.replace("horizon: 90d", "horizon: 60d"))
    (problem,) = verdict(tmp_path).problems
    assert (problem.code, problem.file, problem.hint) == (
        "CT711",
        "specs/store/us-orders.yaml",
        "cloudtune run -s store/us-orders",
    )


def test_changed_calendar_pulls_in_the_specs_that_use_it(tmp_path):
    write_specs(tmp_path)
    write_specs(tmp_path, SPEC.replace("us-orders", "us-traffic"), name="store/us-traffic")
    other = SPEC.replace("name: us-orders", "name: in-orders").replace("calendars: [us-retail]\n", "")
    write_specs(tmp_path, other, name="store/in-orders")
    for name in ("us-orders", "us-traffic", "in-orders"):
        write_fresh(tmp_path, f"store/{name}")
    write_specs(tmp_path, calendar=CALENDAR.replace("2026-07-14, duration: 48h", "2026-07-21, duration: 96h"))
    found = verdict(tmp_path)
    assert [work.id for work in found.plan.work] == ["store/us-orders", "store/us-traffic"]
    assert codes(found) == ["CT712", "CT712"]


def test_changed_defaults_pull_in_the_folder(tmp_path):
    write_specs(tmp_path)
    write_fresh(tmp_path)
    (tmp_path / "specs/_defaults.yaml").write_text("backtest: {folds: 3}\n", encoding="utf-8")
    assert codes(verdict(tmp_path)) == ["CT711"]


def test_hand_edit_is_found_in_real_markdown(tmp_path):
    write_specs(tmp_path)
    write_fresh(tmp_path)
    file = tmp_path / "reports/store/us-orders.md"
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert codes(verdict(tmp_path)) == ["CT716"]


def test_hand_edited_figure_is_found(tmp_path):
    write_specs(tmp_path)
    write_fresh(tmp_path)
    file = tmp_path / "reports/store/us-orders.json"
    file.write_text(file.read_text(encoding="utf-8").replace("0.118", "0.218"), encoding="utf-8")
    assert "CT716" in codes(verdict(tmp_path))


def test_figures_that_cannot_be_rendered_are_no_mistake_of_ours(tmp_path):
    write_specs(tmp_path)
    write_fresh(tmp_path)
    file = tmp_path / "reports/store/us-orders.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"2026-06-01"', '"last June"'), encoding="utf-8")
    assert codes(verdict(tmp_path)) == ["CT716", "CT716"]


def test_edited_index_is_found(tmp_path):
    write_specs(tmp_path)
    write_fresh(tmp_path)
    file = tmp_path / "reports/index.md"
    file.write_text(
        file.read_text(encoding="utf-8").replace("no gate fails", "all is well"), encoding="utf-8"
    )
    found = verdict(tmp_path)
    assert [(problem.code, problem.file) for problem in found.problems] == [("CT716", "reports/index.md")]


def test_second_look_renders_nothing_and_says_the_same(tmp_path):
    write_specs(tmp_path)
    write_fresh(tmp_path)
    file = tmp_path / "reports/store/us-orders.svg"
    file.write_text("<svg/>", encoding="utf-8")
    assert codes(verdict(tmp_path)) == codes(verdict(tmp_path)) == ["CT716"]


def test_stale_report_is_about_a_file_and_not_about_its_first_line(tmp_path):
    write_specs(tmp_path)
    write_fresh(tmp_path)
    write_specs(tmp_path, SPEC.replace("horizon: 90d", "horizon: 60d"))
    (problem,) = verdict(tmp_path).problems
    assert (problem.file, problem.span) == ("specs/store/us-orders.yaml", None)
    assert problem.message == "store/us-orders is stale: the spec or its defaults changed"


def test_broken_spec_does_not_vanish_from_the_verdict(tmp_path):
    write_specs(tmp_path, SPEC + "nonsense: 1\n")
    found = verdict(tmp_path)
    assert (found.holds, found.problems[0].file) == (False, "specs/store/us-orders.yaml")


GATED = SPEC + "gates:\n  - {metric: wape, step: 1h, at_most: 12%}\n"


def test_failing_gate_points_at_its_line(tmp_path):
    write_specs(tmp_path, GATED)
    write_fresh(tmp_path, accuracy=[accuracy(wape=0.142)])
    (problem,) = verdict(tmp_path).problems
    assert problem.message.startswith("wape of 1h is 14.2%; the gate allows at most 12")
    assert (problem.code, problem.file, problem.span.line) == ("CT601", "specs/store/us-orders.yaml", 18)


def test_passing_gate_is_silent(tmp_path):
    write_specs(tmp_path, GATED)
    write_fresh(tmp_path)
    assert codes(verdict(tmp_path)) == []


def test_gate_without_figure_fails(tmp_path):
    write_specs(tmp_path, GATED)
    write_fresh(tmp_path, accuracy=[])
    assert codes(verdict(tmp_path)) == ["CT605"]


WAIVED = SPEC + (
    "gates:\n  - {metric: wape, step: 1h, at_most: 12%, waive: {until: 2026-06-30, reason: replatforming}}\n"
)


def test_waived_gate_warns_through_its_last_day(tmp_path):
    write_specs(tmp_path, WAIVED)
    write_fresh(tmp_path, accuracy=[accuracy(wape=0.142)])
    found = verdict(tmp_path, today=date(2026, 6, 30))
    assert (codes(found), found.holds) == (["CT607"], True)


def test_waiver_past_its_date_fails(tmp_path):
    write_specs(tmp_path, WAIVED)
    write_fresh(tmp_path, accuracy=[accuracy(wape=0.142)])
    found = verdict(tmp_path, today=date(2026, 7, 1))
    assert (codes(found), exit_code_of(found.problems)) == (["CT604"], 1)
    assert "its waiver ended on 2026-06-30: replatforming" in found.problems[0].message


RELATIVE = SPEC + "gates:\n  - {metric: wape, step: 1h, worse_than_base_by: 10%}\n"


@pytest.mark.parametrize(
    ("before", "expected"), [(0.060, []), (0.050, ["CT603"])], ids=["within a tenth", "beyond a tenth"]
)
def test_error_is_held_against_the_base(tmp_path, before, expected):
    write_specs(tmp_path, RELATIVE)
    write_fresh(tmp_path)
    base = {"store/us-orders": document(accuracy=[accuracy(wape=before)])}
    assert codes(verdict(tmp_path, base)) == expected


def test_gate_against_a_base_that_is_not_there_says_so(tmp_path):
    write_specs(tmp_path, RELATIVE)
    write_fresh(tmp_path)
    found = verdict(tmp_path)
    assert (codes(found), found.holds) == (["CT606"], True)


def test_coverage_is_worse_the_farther_from_its_nominal(tmp_path):
    write_specs(tmp_path, SPEC + "gates:\n  - {metric: coverage, step: 1h, worse_than_base_by: 10%}\n")
    write_fresh(tmp_path, accuracy=[accuracy(coverage=0.95)])
    assert codes(verdict(tmp_path, {"store/us-orders": document()})) == ["CT603"]


def test_failing_expectation_fails(tmp_path):
    write_specs(tmp_path, SPEC + "expect:\n  - {event: prime-day, peak_at_least: 2x}\n")
    row = gate("fail", gate="prime-day peak at least 2x normal", kind="expect", value=1.4, path=["expect", 0])
    write_fresh(tmp_path, gates=[row])
    (problem,) = verdict(tmp_path).problems
    assert (problem.code, problem.span.line) == ("CT602", 18)


def test_stale_and_failing_are_one_sentence(tmp_path):
    write_specs(tmp_path, GATED)
    write_fresh(tmp_path, accuracy=[accuracy(wape=0.142)])
    write_specs(tmp_path, GATED.replace("horizon: 90d", "horizon: 60d"))
    assert verdict(tmp_path).sentence == "1 report: 1 stale, 1 gate failing."


def test_edited_gate_counts_at_once_and_asks_for_a_run(tmp_path):
    write_specs(tmp_path, GATED)
    write_fresh(tmp_path)
    write_specs(tmp_path, GATED.replace("12%", "5%"))
    found = verdict(tmp_path)
    assert codes(found) == ["CT711", "CT601"]
    assert "its gates or expectations changed" in found.problems[0].message
