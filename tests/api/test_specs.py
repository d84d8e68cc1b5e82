"""Specs are loaded from files, texts and dicts, and refused with all that is wrong."""

from __future__ import annotations

import pickle

import pytest
import yaml

import cloudtune as ct
from tests.api import shop

BROKEN = shop.SPEC.replace("step: 1d\n", "step: 1day\n").replace("kind: csv", "kind: cvs")


@pytest.fixture
def path(tmp_path):
    return shop.write(tmp_path)


def test_a_file_has_the_calendars_of_its_repository(path):
    spec = ct.load(path)
    assert (spec.id, spec.name) == ("shop/orders", "orders")
    assert [event.name for event in spec.resolved.events] == ["sale"]


def test_a_text_and_a_dict_are_the_same_spec_as_their_file(path):
    root = path.parents[2]
    from_text = ct.load(shop.SPEC, root=root)
    from_dict = ct.load(yaml.safe_load(shop.SPEC), root=root)
    hashes = {spec.resolved.spec_hash for spec in (ct.load(path), from_text, from_dict)}
    assert len(hashes) == 1
    assert [spec.resolved.events for spec in (from_text, from_dict)] == [from_text.resolved.events] * 2


def test_a_file_outside_of_a_repository_stands_alone(tmp_path):
    alone = tmp_path / "alone.yaml"
    alone.write_text(shop.SPEC.replace("calendars: [shop]\n", ""), encoding="utf-8")
    assert ct.load(alone).id == "orders"


def test_a_broken_spec_is_refused_with_every_problem_and_its_line(path):
    path.write_text(BROKEN, encoding="utf-8")
    with pytest.raises(ct.Refusal) as refused:
        ct.load(path)
    assert len(refused.value.problems) >= 2
    assert all(found.file == "specs/shop/orders.yaml" and found.span for found in refused.value.problems)


@pytest.mark.parametrize("source", ["no-such.yaml", "specs/shop/none.yaml"])
def test_a_file_that_is_not_there_is_refused(path, source, monkeypatch):
    monkeypatch.chdir(path.parents[2])
    with pytest.raises(ct.Refusal) as refused:
        ct.load(source)
    assert [found.code for found in refused.value.problems] == ["CT115"]
    assert [found.code for found in ct.validate(source)] == ["CT115"]


def test_a_calendar_is_no_forecast(path):
    with pytest.raises(ct.Refusal, match="is a calendar"):
        ct.load(path.parents[1] / "calendars" / "shop.yaml")


def test_validate_lists_problems_of_files_folders_texts_and_dicts(path):
    root = path.parents[2]
    assert ct.validate(path) == ct.validate(root / "specs") == ct.validate(shop.SPEC, root=root) == []
    path.write_text(BROKEN, encoding="utf-8")
    codes = {found.code for found in ct.validate(path)}
    assert codes
    assert {found.code for found in ct.validate(root)} == codes
    assert {found.code for found in ct.validate(yaml.safe_load(BROKEN), root=root)} == codes


def test_a_spec_travels_by_pickle(path):
    spec = ct.load(path)
    assert pickle.loads(pickle.dumps(spec)).resolved.spec_hash == spec.resolved.spec_hash
