from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtune.errors import Refusal, exit_code_of
from cloudtune.review.compare import compare
from cloudtune.review.diff import diff_documents, diff_revisions
from tests.review.builders import GitRepo, accuracy, band, document, event, gate, weeks


def changes_of(old, new, tolerance=0.02):
    return {(change.subject, change.fact): change for change in compare(old, new, tolerance)}


def test_document_does_not_differ_from_itself():
    assert compare(document(), document(), 0.02) == ()


@given(factor=st.floats(0.01, 100), share=st.floats(0, 0.5))
def test_document_does_not_differ_from_itself_whatever_its_figures(factor, share):
    one = document(growth=band(share), weekly=weeks(level=factor * 1000))
    assert diff_documents({"a": one}, {"a": copy.deepcopy(one)}) == ()


def test_peak_beyond_old_interval_is_material():
    new = document(peak={**document()["peak"], "height": band(1_340_000.0)})
    change = changes_of(document(), new)["peak", "height"]
    assert change.why == "outside the old interval"
    assert change.relative == pytest.approx(0.1166, abs=1e-4)


def test_peak_inside_old_interval_and_tolerance_is_not_material():
    new = document(peak={**document()["peak"], "height": band(1_210_000.0)})
    assert not changes_of(document(), new)["peak", "height"].material


def test_moved_event_is_one_event_that_moved():
    new = document(events=[event("prime-day", "2026-07-21T00:00", "2026-07-23T00:00", "48h", 1_200_000.0)])
    found = changes_of(document(), new)
    assert list(found) == [("prime-day 2026-07-21", "date")]
    assert found["prime-day 2026-07-21", "date"].line == 14


def test_longer_event_says_so():
    new = document(events=[event("prime-day", "2026-07-14T00:00", "2026-07-18T00:00", "96h", 1_200_000.0)])
    change = changes_of(document(), new)["prime-day 2026-07-14", "length"]
    assert (change.before, change.after, change.why) == ("48h", "96h", "the event is longer")


def test_yearly_editions_are_not_taken_for_one_that_moved():
    old = document(events=[event("sale", "2026-07-01T00:00", "2026-07-02T00:00", "24h", 9.0)])
    later = event("sale", "2027-07-01T00:00", "2027-07-02T00:00", "24h", 9.0)
    assert set(changes_of(old, document(events=[later]))) == {
        ("sale 2027-07-01", "added"),
        ("sale 2026-07-01", "removed"),
    }


def test_edition_that_took_place_is_over_rather_than_removed():
    new = document(events=[])
    new["inputs"]["data_through"] = "2026-07-20T00:00"
    change = changes_of(document(), new)["prime-day 2026-07-14", "over"]
    assert not change.material


def test_edition_beyond_old_horizon_is_not_material():
    late = event("prime-day", "2026-10-01T00:00", "2026-10-02T00:00", "24h", 5.0)
    found = changes_of(document(), document(events=[*document()["events"], late]))
    assert not found["prime-day 2026-10-01", "added"].material


def test_new_event_inside_old_horizon_is_material():
    launch = event("launch", "2026-07-01T09:00", "2026-07-01T11:00", "2h", 5.0)
    assert changes_of(document(), document(events=[*document()["events"], launch]))[
        "launch 2026-07-01", "added"
    ].material


def test_masked_window_is_material():
    window = {
        "start": "2026-03-02T04:00",
        "end": "2026-03-02T09:30",
        "points": 330,
        "reason": "robots",
        "review_by": "",
    }
    change = changes_of(document(), document(exclusions=[window]))[
        "2026-03-02T04:00 to 2026-03-02T09:30", "added"
    ]
    assert (change.after, change.material) == ("robots", True)


def test_gate_that_starts_to_fail_is_material():
    change = changes_of(document(), document(gates=[gate("fail")]))["wape of 1h at most 12%", "result"]
    assert (change.before, change.after, change.material) == ("pass", "fail", True)


def test_worse_error_is_told():
    new = document(accuracy=[accuracy(wape=0.09)])
    assert changes_of(document(), new)["1h, all", "wape"].material


def test_weeks_that_both_sides_know_are_compared():
    new = document(weekly=weeks("2026-06-08", level=1000.0))
    assert {subject for subject, _ in changes_of(document(), new)} == {
        f"week of {row[0]}" for row in weeks()[1:]
    }


def test_report_that_changed_folder_is_renamed():
    moved = document("retail/us-orders")
    (found,) = diff_documents({"store/us-orders": document()}, {"retail/us-orders": moved})
    assert (found.status, found.before_id, found.changes) == ("renamed", "store/us-orders", ())


def test_report_of_same_data_under_another_name_is_renamed():
    renamed = document("store/us-sales")
    renamed["inputs"] = document()["inputs"]
    (found,) = diff_documents({"store/us-orders": document()}, {"store/us-sales": renamed})
    assert found.status == "renamed"


def test_report_of_other_data_is_new():
    found = diff_documents({"a/one": document("a/one")}, {"a/two": document("a/two")})
    assert {(one.id, one.status) for one in found} == {("a/one", "removed"), ("a/two", "added")}


def test_diff_reads_revision_and_working_tree(tmp_path):
    repo = GitRepo(tmp_path)
    repo.report(document())
    repo.report(document("store/us-traffic"))
    first = repo.commit()
    repo.report(document(peak={**document()["peak"], "height": band(1_340_000.0)}))
    found = diff_revisions(tmp_path)
    assert (found.base, found.head, found.unchanged) == (f"main@{first[:7]}", "the working tree", 1)
    assert [one.id for one in found.reports] == ["store/us-orders"]


def test_revision_does_not_differ_from_itself(tmp_path):
    repo = GitRepo(tmp_path)
    repo.report(document())
    repo.commit()
    found = diff_revisions(tmp_path, "HEAD", "main")
    assert (found.is_empty, found.unchanged) == (True, 1)


def test_pull_request_is_held_against_where_it_parted(tmp_path):
    repo = GitRepo(tmp_path)
    repo.report(document())
    parted = repo.commit()
    repo.git("checkout", "-q", "-b", "topic")
    repo.report(document("store/new"))
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.report(document(growth=band(0.5)))
    repo.commit()
    found = diff_revisions(tmp_path, "main", "topic", since_parting=True)
    assert found.base_commit == parted
    assert [(one.id, one.status) for one in found.reports] == [("store/new", "added")]


def test_merge_commit_is_compared_like_any_other(tmp_path):
    repo = GitRepo(tmp_path)
    repo.report(document())
    base = repo.commit()
    repo.git("checkout", "-q", "-b", "topic")
    repo.report(document("store/new"))
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.write("README.md", "x")
    repo.commit()
    repo.git("merge", "-q", "--no-edit", "topic")
    assert [one.id for one in diff_revisions(tmp_path, base, "HEAD").reports] == ["store/new"]


def test_base_without_reports_makes_all_of_them_new(tmp_path):
    repo = GitRepo(tmp_path)
    repo.write("README.md", "x")
    repo.commit()
    repo.report(document())
    assert [one.status for one in diff_revisions(tmp_path).reports] == ["added"]


def test_older_schema_is_compared_as_far_as_it_goes(tmp_path):
    repo = GitRepo(tmp_path)
    old = document()
    del old["accuracy"], old["exclusions"]
    repo.report({**old, "schema_version": "cloudtune/report/v0"})
    repo.commit()
    repo.report(document(peak={**document()["peak"], "height": band(1_340_000.0)}))
    found = diff_revisions(tmp_path)
    assert [problem.code for problem in found.problems] == ["CT726"]
    assert ("peak", "height") in {(change.subject, change.fact) for change in found.reports[0].changes}


def test_merge_conflict_in_report_is_a_finding_with_its_command(tmp_path):
    repo = GitRepo(tmp_path)
    repo.report(document())
    repo.commit()
    repo.write("reports/store/us-orders.json", "<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> topic\n")
    found = diff_revisions(tmp_path)
    assert [problem.code for problem in found.problems] == ["CT724"]
    assert "cloudtune run -s store/us-orders" in found.problems[0].hint
    assert found.reports == ()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"id": 1}', "\x00\xff"], ids=["empty", "cut", "list", "bare", "binary"]
)
def test_broken_report_of_the_past_is_a_warning(tmp_path, text):
    repo = GitRepo(tmp_path)
    repo.write("reports/store/us-orders.json", text)
    repo.commit()
    repo.report(document())
    found = diff_revisions(tmp_path)
    assert [(problem.code, problem.severity) for problem in found.problems] == [("CT725", "warning")]
    assert found.reports == ()


def test_newer_schema_is_refused_with_its_mend(tmp_path):
    repo = GitRepo(tmp_path)
    repo.report(document())
    repo.commit()
    repo.report(document(schema_version="cloudtune/report/v9"))
    (problem,) = diff_revisions(tmp_path).problems
    assert (problem.code, "upgrade" in problem.hint) == ("CT728", True)


def test_missing_revision_is_worth_a_retry(tmp_path):
    repo = GitRepo(tmp_path)
    repo.report(document())
    repo.commit()
    with pytest.raises(Refusal) as refusal:
        diff_revisions(tmp_path, "origin/main")
    assert refusal.value.problems[0].code == "CT721"
    assert exit_code_of(refusal.value.problems) == 3


def test_folder_outside_git_is_no_all_clear(tmp_path):
    with pytest.raises(Refusal) as refusal:
        diff_revisions(tmp_path)
    assert refusal.value.problems[0].code == "CT720"


def test_shallow_clone_says_how_to_deepen_it(tmp_path):
    repo = GitRepo(tmp_path / "origin")
    repo.report(document())
    first = repo.commit()
    repo.report(document(growth=band(0.5)))
    repo.commit()
    subprocess_clone(tmp_path)
    with pytest.raises(Refusal) as refusal:
        diff_revisions(tmp_path / "clone", first)
    (problem,) = refusal.value.problems
    assert (problem.code, "git fetch --unshallow" in problem.hint) == ("CT722", True)


def test_shallow_clone_that_holds_no_merge_base_is_no_all_clear(tmp_path):
    repo = GitRepo(tmp_path / "origin")
    repo.report(document())
    repo.commit()
    repo.git("checkout", "-q", "-b", "topic")
    repo.report(document("store/new"))
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.report(document(growth=band(0.5)))
    repo.commit()
    clone = subprocess_clone(tmp_path)
    clone.git("fetch", "-q", "--depth", "1", "origin", "topic:topic")
    with pytest.raises(Refusal) as refusal:
        diff_revisions(clone.path, "main", "topic", since_parting=True)
    assert refusal.value.problems[0].code == "CT722"


def test_detached_head_is_named_by_its_commit(tmp_path):
    repo = GitRepo(tmp_path)
    repo.report(document())
    first = repo.commit()
    repo.git("checkout", "-q", "--detach")
    assert diff_revisions(tmp_path).base == first[:7]


def test_root_below_the_top_of_the_repository_sees_its_own_reports(tmp_path):
    repo = GitRepo(tmp_path)
    repo.write("forecasts/reports/a.json", "{")
    repo.write("reports/other.json", "{")
    repo.commit()
    (tmp_path / "forecasts/reports/a.json").unlink()
    (tmp_path / "forecasts/reports").mkdir(exist_ok=True)
    assert diff_revisions(tmp_path / "forecasts").problems[0].file == "reports/a.json"


def subprocess_clone(tmp_path):
    import subprocess

    source = (tmp_path / "origin").as_uri()
    target = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth", "1", source, str(target)], check=True)
    return Clone(target)


class Clone(GitRepo):
    def __init__(self, path) -> None:
        self.path = path
