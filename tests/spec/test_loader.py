from __future__ import annotations

import os
import subprocess
import sys
from datetime import date

import pytest

from cloudtune.errors import Refusal
from cloudtune.spec.loader import discover, find_root, load_store
from tests.spec.builders import TODAY, calendar, codes, spec, store


def test_a_bad_spec_never_hides_the_others(tmp_path):
    loaded = store(
        tmp_path, {"orders.yaml": spec(), "torn.yaml": "a: [", "typo.yaml": spec("scael: auto", name="typo")}
    )
    assert sorted(loaded.specs) == ["orders"]
    assert loaded.broken == {"torn": "specs/torn.yaml", "typo": "specs/typo.yaml"}
    assert codes(loaded) == ["CT101", "CT201"]


def test_all_problems_of_a_file_come_at_once(tmp_path):
    loaded = store(tmp_path, {"orders.yaml": spec("scale: x", "quantiles: [y]", "tags: {}", "zzz: 1")})
    assert codes(loaded) == ["CT203", "CT210", "CT204", "CT201"]


def test_an_empty_store_is_no_problem(tmp_path):
    loaded = load_store(tmp_path)
    assert (dict(loaded.specs), loaded.problems) == ({}, ())


def test_ids_are_folders_and_names(tmp_path):
    loaded = store(tmp_path, {"us/west/orders.yaml": spec(), "returns.yaml": spec(name="returns")})
    assert sorted(loaded.specs) == ["returns", "us/west/orders"]
    assert loaded.specs["us/west/orders"].folder == "us/west"


def test_the_nearest_defaults_win_and_maps_merge(tmp_path):
    loaded = store(
        tmp_path,
        {
            "_defaults.yaml": "owner: all\nbacktest: {folds: 3, horizon: 14d}\ntags: [a, b]\n",
            "us/_defaults.yaml": "owner: us\nbacktest: {folds: 4}\ntags: [c]\n",
            "us/orders.yaml": spec("backtest: {horizon: 7d}"),
        },
    )
    found = loaded.specs["us/orders"].spec
    assert (found.owner, found.tags) == ("us", ["c"])
    assert (found.backtest.folds, str(found.backtest.horizon)) == (4, "7d")


def test_an_empty_value_takes_an_inherited_one_away(tmp_path):
    files = {"_defaults.yaml": "calendars: [none-such]\nscale: additive\n"}
    loaded = store(tmp_path, files | {"orders.yaml": spec("calendars:", "scale: ~")})
    assert loaded.problems == ()
    assert loaded.specs["orders"].spec.scale == "auto"


def test_a_mistake_in_defaults_is_blamed_once_and_there(tmp_path):
    files = {f"s{n}.yaml": spec(name=f"s{n}") for n in range(3)}
    loaded = store(tmp_path, files | {"_defaults.yaml": "trend:\n  growth: up\n"})
    (problem,) = loaded.problems
    assert (problem.code, problem.file, problem.span.line) == ("CT203", "specs/_defaults.yaml", 2)
    assert sorted(loaded.broken) == ["s0", "s1", "s2"]


def test_meaning_of_an_inherited_value_points_into_the_defaults(tmp_path):
    loaded = store(tmp_path, {"_defaults.yaml": "quantiles: [0.9, 0.5]\n", "orders.yaml": spec()})
    assert [(each.code, each.file) for each in loaded.problems] == [("CT316", "specs/_defaults.yaml")]


def test_a_key_missing_beside_inherited_ones_points_into_the_spec(tmp_path):
    text = spec().replace("  step: 1min\n", "")
    loaded = store(tmp_path, {"_defaults.yaml": "series: {unit: orders}\n", "orders.yaml": text})
    assert [(each.code, each.file) for each in loaded.problems] == [("CT202", "specs/orders.yaml")]


def test_required_keys_may_be_inherited(tmp_path):
    text = spec().replace("  timezone: America/Los_Angeles\n", "")
    loaded = store(tmp_path, {"_defaults.yaml": "series: {timezone: UTC}\n", "orders.yaml": text})
    assert loaded.specs["orders"].spec.series.timezone == "UTC"


def test_a_spec_whose_calendar_is_broken_can_not_be_used(tmp_path):
    loaded = store(
        tmp_path, {"orders.yaml": spec("calendars: [us-retail]"), "us-retail.yaml": calendar("{name: X}")}
    )
    assert codes(loaded) == ["CT310", "CT206"]
    assert dict(loaded.specs) == {}


def test_a_warning_does_not_break_a_spec(tmp_path):
    window = "outliers: [{start: 2025-03-02, end: 2025-03-03, review_by: 2026-03-01}]"
    loaded = store(tmp_path, {"orders.yaml": spec(window)})
    assert codes(loaded) == ["CT342"]
    assert list(loaded.specs) == ["orders"]


def test_without_a_day_nothing_is_past_its_review(tmp_path):
    window = "outliers: [{start: 2025-03-02, end: 2025-03-03, review_by: 2026-03-01}]"
    store(tmp_path, {"orders.yaml": spec(window)})
    assert load_store(tmp_path).problems == ()
    assert load_store(tmp_path, today=date(2026, 3, 1)).problems == ()


def test_paths_outside_are_a_matter_of_permission(tmp_path):
    store(tmp_path, {"orders.yaml": spec().replace("data/orders.csv", "/srv/orders.csv")})
    assert codes(load_store(tmp_path)) == ["CT318"]
    assert load_store(tmp_path, allow_outside=True).problems == ()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_named(tmp_path):
    store(tmp_path, {"orders.yaml": spec()})
    (tmp_path / "specs" / "orders.yaml").chmod(0)
    assert codes(load_store(tmp_path)) == ["CT115"]


def test_a_link_that_leads_nowhere_is_named(tmp_path):
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "orders.yaml").symlink_to(tmp_path / "gone.yaml")
    assert codes(load_store(tmp_path, today=TODAY)) == ["CT115"]


def test_loading_imports_nothing_heavy(tmp_path):
    store(tmp_path, {"orders.yaml": spec()})
    heavy = "pandas numpy statsmodels holidays duckdb pyarrow git typer jinja2 pydantic.v1"
    program = (
        "import sys, pathlib; from cloudtune.spec import load_store;"
        "store = load_store(pathlib.Path(sys.argv[1])); assert len(store.specs) == 1;"
        f"print([name for name in {heavy.split()!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_specs_wait_for_defaults_that_can_not_be_read(tmp_path):
    files = {"us/_defaults.yaml": "owner: [", "us/orders.yaml": spec(), "returns.yaml": spec(name="returns")}
    loaded = store(tmp_path, files | {"us/us-retail.yaml": calendar()})
    assert [(each.code, each.file) for each in loaded.problems] == [
        ("CT101", "specs/us/_defaults.yaml"),
        ("CT330", "specs/us/orders.yaml"),
    ]
    assert list(loaded.specs) == ["returns"]
    assert list(loaded.calendars) == ["us-retail"]


def test_defaults_with_comments_alone_change_nothing(tmp_path):
    loaded = store(tmp_path, {"_defaults.yaml": "# owner: me\n", "orders.yaml": spec()})
    assert loaded.problems == ()
    assert list(loaded.specs) == ["orders"]


def test_a_key_that_can_not_be_inherited_is_named_once(tmp_path):
    loaded = store(tmp_path, {"_defaults.yaml": "kind: defaults\n", "orders.yaml": spec()})
    assert codes(loaded) == ["CT216"]


def test_the_nearest_folder_with_specs_is_the_root(tmp_path):
    (tmp_path / "specs" / "us").mkdir(parents=True)
    (tmp_path / "inner" / "specs").mkdir(parents=True)
    (tmp_path / "inner" / "deep").mkdir()
    assert find_root(tmp_path / "inner" / "deep") == tmp_path / "inner"
    assert find_root(tmp_path / "specs" / "us") == tmp_path


def test_without_specs_the_git_root_is_taken(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "a").mkdir()
    assert find_root(tmp_path / "a") == tmp_path


def test_a_given_root_wins(tmp_path):
    (tmp_path / "specs").mkdir()
    (tmp_path / "other").mkdir()
    assert find_root(tmp_path, tmp_path / "other") == tmp_path / "other"


def test_a_given_root_that_is_no_folder_is_refused(tmp_path):
    with pytest.raises(Refusal) as caught:
        find_root(tmp_path, tmp_path / "none")
    assert [problem.code for problem in caught.value.problems] == ["CT116"]


def test_files_come_in_order_and_hidden_ones_are_left_alone(tmp_path):
    for name in (
        "b.yaml",
        "a/z.yaml",
        ".git/x.yaml",
        ".b.yaml.swp",
        ".hidden.yaml",
        "notes.md",
        "a/_defaults.yaml",
    ):
        path = tmp_path / "specs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = discover(tmp_path)
    assert found.files == ("specs/b.yaml", "specs/a/_defaults.yaml", "specs/a/z.yaml")
    assert found.problems == ()


@pytest.mark.parametrize("name", ["orders.yml", "orders.YAML", "_default.yaml"])
def test_a_file_that_would_be_passed_over_is_named(tmp_path, name):
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / name).touch()
    assert [problem.code for problem in discover(tmp_path).problems] == ["CT303"]
