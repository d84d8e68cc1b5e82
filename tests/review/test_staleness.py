from __future__ import annotations

import hashlib
import json
from datetime import date
from types import SimpleNamespace

import pytest

from cloudtune.errors import Problem, Refusal
from cloudtune.review.staleness import Present, make_plan
from cloudtune.review.work import CODE_OF, Reason, as_json, as_markdown, as_text
from tests.review.builders import document


def spec(name="store/us-orders", spec_hash="s1", calendars_hash="c1"):
    """As much of a resolved spec as a plan looks at."""
    return SimpleNamespace(
        id=name,
        file=f"specs/{name}.yaml",
        spec=SimpleNamespace(gates=[], expect=[], capacity=None, series=SimpleNamespace(step="1min")),
        spec_hash=spec_hash,
        calendars_hash=calendars_hash,
        calendars=(SimpleNamespace(file="specs/calendars/us-retail.yaml"),),
    )


def digests(reports):
    """What this test's template makes of documents."""
    texts = {name: f"# {json.loads(data)['name']}\n" for name, data in reports.items()}
    return {name: {".md": hashlib.sha256(text.encode()).hexdigest()} for name, text in texts.items()}


def index(documents):
    """What this test's page says of them."""
    return " ".join(sorted(found["id"] for found in documents))


def present(**changes):
    whole = {
        "engine": "e1",
        "template": "t1",
        "digests": digests,
        "index": index,
        "same_data": lambda resolved, data: data == f"d1-{resolved.id}",
        "today": date(2026, 6, 1),
    }
    return Present(**{**whole, **changes})


def write(root, found):
    found["gates"] = []
    base = root / "reports" / found["id"]
    base.parent.mkdir(parents=True, exist_ok=True)
    base.with_suffix(".json").write_text(json.dumps(found), encoding="utf-8")
    base.with_suffix(".md").write_text(f"# {found['name']}\n", encoding="utf-8")
    ids = [path.relative_to(root / "reports").with_suffix("") for path in (root / "reports").rglob("*.json")]
    (root / "reports/index.md").write_text(" ".join(sorted(map(str, ids))), encoding="utf-8")


def reasons(plan):
    return {because.reason for work in plan.work for because in work.reasons}


def test_fresh_report_is_no_work(tmp_path):
    write(tmp_path, document())
    plan = make_plan(tmp_path, [spec()], present())
    assert (plan.is_empty, plan.fresh, plan.work) == (True, 1, ())


def test_spec_without_report_is_missing(tmp_path):
    assert reasons(make_plan(tmp_path, [spec()], present())) == {Reason.MISSING}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"spec_hash": "s2"}, Reason.SPEC_CHANGED),
        ({"calendars_hash": "c2"}, Reason.CALENDAR_CHANGED),
    ],
    ids=["a changed spec", "a changed calendar"],
)
def test_other_hash_of_the_spec_side_is_named(tmp_path, changed, reason):
    write(tmp_path, document())
    assert reasons(make_plan(tmp_path, [spec(**changed)], present())) == {reason}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"engine": "e2"}, Reason.ENGINE_CHANGED),
        ({"template": "t2"}, Reason.TEMPLATE_CHANGED),
        ({"same_data": lambda *_: False}, Reason.DATA_CHANGED),
        ({"today": date(2026, 8, 1)}, Reason.EXPIRED),
    ],
    ids=["another engine", "another template", "other data", "an outlook that is mostly over"],
)
def test_other_present_is_named(tmp_path, changed, reason):
    write(tmp_path, document())
    assert reasons(make_plan(tmp_path, [spec()], present(**changed))) == {reason}


def test_hand_edited_markdown_is_named(tmp_path):
    write(tmp_path, document())
    (tmp_path / "reports/store/us-orders.md").write_text("# better\n", encoding="utf-8")
    (work,) = make_plan(tmp_path, [spec()], present()).work
    assert [(one.reason, one.file) for one in work.reasons] == [
        (Reason.HAND_EDITED, "reports/store/us-orders.md")
    ]
    assert not work.needs_fit


def test_missing_markdown_is_missing(tmp_path):
    write(tmp_path, document())
    (tmp_path / "reports/store/us-orders.md").unlink()
    assert reasons(make_plan(tmp_path, [spec()], present())) == {Reason.MISSING}


def test_edited_index_is_named(tmp_path):
    write(tmp_path, document())
    (tmp_path / "reports/index.md").write_text("# better\n", encoding="utf-8")
    (work,) = make_plan(tmp_path, [spec()], present()).work
    assert [(one.reason, one.file) for one in work.reasons] == [(Reason.HAND_EDITED, "reports/index.md")]
    assert (work.mend, work.needs_fit) == ("cloudtune run", False)


def test_missing_index_is_missing(tmp_path):
    write(tmp_path, document())
    (tmp_path / "reports/index.md").unlink()
    assert reasons(make_plan(tmp_path, [spec()], present())) == {Reason.MISSING}


def test_index_is_not_asked_of_a_repository_without_reports(tmp_path):
    assert make_plan(tmp_path, [], present()).work == ()


def test_index_is_no_business_of_a_selection(tmp_path):
    write(tmp_path, document())
    (tmp_path / "reports/index.md").unlink()
    assert make_plan(tmp_path, [spec()], present(), whole=False).is_empty


def test_index_is_not_named_beside_what_writes_it_anyway(tmp_path):
    write(tmp_path, document())
    (tmp_path / "reports/index.md").unlink()
    assert reasons(make_plan(tmp_path, [spec(spec_hash="s2")], present())) == {Reason.SPEC_CHANGED}


def test_report_without_spec_is_orphan(tmp_path):
    write(tmp_path, document())
    (work,) = make_plan(tmp_path, [], present()).work
    assert work.reasons[0].reason is Reason.ORPHAN
    assert work.mend == "git rm 'reports/store/us-orders.*'"
    assert as_text(make_plan(tmp_path, [], present())).endswith(
        "0 fits, 0 reports to write, 1 to remove: 1 ORPHAN · 0 up to date\n"
    )


def test_report_of_a_spec_that_cannot_be_loaded_is_no_orphan(tmp_path):
    write(tmp_path, document())
    (tmp_path / "specs/store").mkdir(parents=True)
    (tmp_path / "specs/store/us-orders.yaml").write_text("broken: [", encoding="utf-8")
    assert make_plan(tmp_path, [], present()).work == ()


def test_selection_makes_no_orphans(tmp_path):
    write(tmp_path, document())
    assert make_plan(tmp_path, [], present(), whole=False).work == ()


def test_expired_report_is_no_work_for_a_run(tmp_path):
    write(tmp_path, document())
    plan = make_plan(tmp_path, [spec()], present(today=date(2026, 12, 1)))
    assert (plan.is_empty, plan.fresh) == (True, 1)
    assert "fetch newer data" in plan.work[0].mend
    assert (
        plan.work[0].reasons[0].detail == "its outlook ends on Sat 29 Aug 2026, its data on Sat 30 May 2026"
    )


def test_data_out_of_reach_is_a_note_and_no_finding(tmp_path):
    def refuse(*_):
        raise Refusal(Problem("CT401", "data/orders.csv is not there"))

    write(tmp_path, document())
    plan = make_plan(tmp_path, [spec()], present(same_data=refuse))
    assert plan.is_empty
    assert [note.code for note in plan.notes] == ["CT719"]
    assert "1 could not be compared with their data" in as_text(plan)


def test_merge_conflict_makes_the_report_missing(tmp_path):
    write(tmp_path, document())
    (tmp_path / "reports/store/us-orders.json").write_text("<<<<<<< HEAD\n", encoding="utf-8")
    (work,) = make_plan(tmp_path, [spec()], present()).work
    assert (work.reasons[0].reason, "conflict" in work.reasons[0].detail) == (Reason.MISSING, True)


def test_plan_says_what_and_why(tmp_path):
    write(tmp_path, document())
    plan = make_plan(tmp_path, [spec(spec_hash="s2"), spec("store/new")], present())
    assert as_text(plan) == (
        "store/new        MISSING           there is no report yet\n"
        "store/us-orders  SPEC_CHANGED      the spec or its defaults changed\n"
        "2 fits, 2 reports to write: 1 MISSING, 1 SPEC_CHANGED · 0 up to date\n"
    )
    assert as_json(plan)["work"][0]["mend"] == "cloudtune run -s store/new"
    assert "| store/new | MISSING | there is no report yet |" in as_markdown(plan)


def test_every_reason_has_its_code():
    assert [CODE_OF[reason] for reason in Reason] == [f"CT{number}" for number in range(710, 719)]
