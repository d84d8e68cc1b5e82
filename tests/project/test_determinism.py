"""The same input gives the same bytes: on another machine, in another folder, with rows in another order."""

from __future__ import annotations

import random
import shutil

import pytest

from tests.project import shop


def test_two_runs_in_two_places_leave_the_same_bytes(tmp_path):
    here, there = shop.make(tmp_path / "here"), shop.make(tmp_path / "over there")
    first = shop.cloudtune(here, "run", PYTHONHASHSEED="1", TZ="UTC")
    second = shop.cloudtune(there, "run", PYTHONHASHSEED="2", TZ="Asia/Tokyo", LC_ALL="C")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    reports = shop.contents(here / "reports")
    assert {name.rpartition(".")[2] for name in reports} >= {"json", "md", "svg"}
    assert reports == shop.contents(there / "reports")


def test_the_order_of_rows_changes_no_byte(tmp_path):
    sorted_shop, shuffled_shop = shop.make(tmp_path / "sorted"), shop.make(tmp_path / "shuffled")
    lines = shop.rows(100.0)
    random.Random(7).shuffle(lines)
    shop.write_rows(shuffled_shop, "orders", lines)
    assert shop.cloudtune(sorted_shop, "run").returncode == 0
    assert shop.cloudtune(shuffled_shop, "run").returncode == 0
    assert shop.contents(sorted_shop / "reports") == shop.contents(shuffled_shop / "reports")


def test_a_second_run_changes_no_byte_even_without_its_cache(tmp_path):
    folder = shop.make(tmp_path)
    assert shop.cloudtune(folder, "run").returncode == 0
    before = shop.contents(folder / "reports")
    assert shop.cloudtune(folder, "run").returncode == 0
    assert shop.contents(folder / "reports") == before
    shutil.rmtree(folder / ".cloudtune")
    assert shop.cloudtune(folder, "run").returncode == 0
    assert shop.contents(folder / "reports") == before


def test_a_report_names_neither_folder_nor_person(tmp_path):
    folder = shop.make(tmp_path / "a-telling-folder")
    assert shop.cloudtune(folder, "run", USER="mallory", HOSTNAME="a-telling-host").returncode == 0
    reports = shop.contents(folder / "reports")
    assert reports
    telling = (b"a-telling-folder", b"mallory", b"a-telling-host", str(tmp_path).encode())
    assert [name for name, content in reports.items() if any(word in content for word in telling)] == []


ENVIRONMENTS = [
    {"LC_ALL": "C"},
    {"LC_ALL": "C.UTF-8", "LANG": "de_DE.UTF-8"},
    {"TZ": "Pacific/Apia"},
    {"TZ": "America/St_Johns", "PYTHONUTF8": "1"},
    {"PYTHONHASHSEED": "12345"},
    {"PYTHONOPTIMIZE": "2"},
    {"COLUMNS": "40", "NO_COLOR": "1"},
    {"FORCE_COLOR": "1", "TERM": "dumb"},
    {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"},
    {"SOURCE_DATE_EPOCH": "0", "USER": "", "HOME": "/nonexistent"},
    {"CI": "true", "GITHUB_ACTIONS": "true"},
    {"PYTHONDEVMODE": "1", "PYTHONWARNINGS": "ignore"},
]


@pytest.mark.slow
def test_twelve_environments_leave_the_same_bytes(tmp_path):
    plain = shop.make(tmp_path / "plain")
    assert shop.cloudtune(plain, "run").returncode == 0
    wanted = shop.contents(plain / "reports")
    for number, environment in enumerate(ENVIRONMENTS):
        folder = shop.make(tmp_path / f"e{number}")
        done = shop.cloudtune(folder, "run", **environment)
        assert done.returncode == 0, (environment, done.stderr)
        assert shop.contents(folder / "reports") == wanted, environment
