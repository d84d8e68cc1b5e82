from __future__ import annotations

import re
from datetime import date

from cloudtune.data.load import load
from cloudtune.sample.init import FIRST_FILES, has_specs, write_beside, write_init
from cloudtune.spec import load_store, schema_text


def test_first_project_is_whole_and_valid(tmp_path):
    written = write_init(tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in written} == set(FIRST_FILES)
    store = load_store(tmp_path, today=date(2026, 11, 1))
    assert store.problems == ()
    cleaned = load(store.forecasts["shop/shop-orders"], tmp_path)
    assert cleaned.repairs == ()
    assert cleaned.masked.sum() == 10
    assert (tmp_path / "data/shop-orders.csv").stat().st_size < 1_500_000


def test_nothing_that_is_there_is_overwritten(tmp_path):
    spec = tmp_path / "specs/shop/shop-orders.yaml"
    spec.parent.mkdir(parents=True)
    spec.write_text("mine\n")
    assert spec not in write_init(tmp_path)
    assert spec.read_text() == "mine\n"
    assert write_init(tmp_path) == []


def test_lines_are_added_to_a_file_that_is_there(tmp_path):
    (tmp_path / ".gitignore").write_text("node_modules/")
    write_init(tmp_path)
    assert (tmp_path / ".gitignore").read_text() == "node_modules/\n.cloudtune/\n"


def test_editors_find_the_schemas_that_modelines_name(tmp_path):
    write_init(tmp_path)
    specs = sorted((tmp_path / "specs").rglob("*.yaml"))
    assert len(specs) == 2
    for spec in specs:
        named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", spec.read_text())
        assert (spec.parent / named[1]).is_file()


def test_schemas_are_those_of_the_command(tmp_path):
    write_init(tmp_path)
    assert (tmp_path / "schema/forecast.v1.json").read_text() == schema_text("forecast")


def test_a_repository_with_specs_gets_no_shop(tmp_path):
    (tmp_path / "specs").mkdir()
    assert not has_specs(tmp_path)
    (tmp_path / "specs/mine.yaml").write_text("mine")
    assert has_specs(tmp_path)
    written = {path.relative_to(tmp_path).as_posix() for path in write_beside(tmp_path)}
    assert written == {name for name in FIRST_FILES if not name.startswith(("specs/", "data/"))}
