"""The commands as their users run them, in a folder that `init` made."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from cloudtune.cli.main import run

if TYPE_CHECKING:
    from pathlib import Path

SPEC = "specs/shop/shop-orders.yaml"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store after `init` and a first `run`, committed to git."""
    folder = tmp_path_factory.mktemp("a shop")
    assert run(["init", str(folder), "--quiet"]) == 0
    assert run(["run", "--root", str(folder)]) == 0
    _git(folder, "init", "-q", "-b", "main")
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", "First forecasts")
    return folder


@pytest.fixture
def shop(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it to break."""
    folder = tmp_path / "shop"
    shutil.copytree(made, folder)
    monkeypatch.chdir(folder)
    return folder


def _git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    done = subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def _edit(folder: Path, old: str, new: str, file: str = SPEC) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_init_keeps_what_is_there(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop / SPEC).write_text("mine", encoding="utf-8")
    assert run(["init", "."]) == 0
    assert (shop / SPEC).read_text(encoding="utf-8") == "mine"
    assert SPEC not in capsys.readouterr().out


def test_validate_says_that_all_is_valid(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate"]) == 0
    assert "1 spec, 1 calendar · all valid" in capsys.readouterr().out


def test_validate_shows_a_typo_with_its_place_and_exits_1(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _edit(shop, "unit: orders", "units: orders")
    assert run(["validate"]) == 1
    out = capsys.readouterr().out
    assert f"{SPEC}:14:3: error CT2" in out
    assert 'did you mean "unit"?' in out


def test_validate_of_one_spec_leaves_the_problems_of_others_out(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / "specs/shop/broken.yaml").write_text("version: [", encoding="utf-8")
    assert run(["validate", "shop-orders"]) == 0
    assert run(["validate", "broken"]) == 1
    assert run(["validate"]) == 1
    assert "broken.yaml" in capsys.readouterr().out


def test_a_broken_spec_does_not_stop_the_others(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop / "specs/shop/broken.yaml").write_text("version: [", encoding="utf-8")
    assert run(["run"]) == 1
    told = capsys.readouterr()
    assert "shop/shop-orders" in told.out
    assert "1 spec can't be read" in told.out
    assert "broken.yaml" in told.err


@pytest.mark.parametrize("verb", ["run", "check", "plan", "show", "explain --at 2026-11-12"])
def test_a_spec_with_errors_is_named_with_them(
    shop: Path, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    broken = (shop / SPEC).read_text("utf-8").replace("name: shop-orders", "name: broken")
    (shop / "specs/shop/broken.yaml").write_text(broken.replace("unit:", "units:"), encoding="utf-8")
    command, *options = verb.split()
    assert run([command, "broken", *options]) == 1
    told = capsys.readouterr()
    assert "CT2" in told.err
    assert "broken.yaml" in told.err


def test_a_missing_source_exits_3_and_leaves_the_report(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (shop / "reports/shop/shop-orders.json").read_bytes()
    (shop / "data/shop-orders.csv").unlink()
    assert run(["run"]) == 3
    assert "CT4" in capsys.readouterr().out
    assert (shop / "reports/shop/shop-orders.json").read_bytes() == before


def test_a_second_run_changes_no_byte(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(shop / ".cloudtune")
    assert run(["run"]) == 0
    assert "1 unchanged" in capsys.readouterr().out
    assert _git(shop, "status", "--porcelain") == ""


def test_a_run_recomputes_what_a_damaged_cache_held(shop: Path) -> None:
    entries = [path for path in (shop / ".cloudtune/cache").rglob("*") if path.is_file()]
    assert entries
    for entry in entries:
        entry.write_bytes(entry.read_bytes()[:100])
    assert run(["run"]) == 0
    assert _git(shop, "status", "--porcelain") == ""


def test_plan_is_empty_after_a_run_and_check_passes(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "--detailed-exitcode", "--today", "2026-11-02"]) == 0
    assert run(["check", "--today", "2026-11-02"]) == 0
    assert "all fresh, every gate passes" in capsys.readouterr().out


def test_an_edit_makes_the_report_stale_and_names_the_mend(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _edit(shop, "end: 2026-02-11T15:45", "end: 2026-02-11T16:45")
    assert run(["plan", "--detailed-exitcode"]) == 2
    assert "SPEC_CHANGED" in capsys.readouterr().out
    assert run(["check"]) == 1
    assert "cloudtune run -s shop/shop-orders" in capsys.readouterr().out


def test_words_and_order_of_keys_make_nothing_stale(shop: Path) -> None:
    _edit(shop, "tags: [tier-1]\n", "")
    _edit(shop, "region: DE\n", "region: DE\ntags: [tier-2]\n# a remark\n")
    assert run(["plan", "--detailed-exitcode", "--today", "2026-11-02"]) == 0


def test_diff_shows_a_moved_event_with_its_line(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    calendar = "specs/calendars/shop-events.yaml"
    _edit(shop, "start: 2026-11-17, duration: 72h", "start: 2026-11-24, duration: 96h", calendar)
    assert run(["run"]) == 0
    capsys.readouterr()
    assert run(["diff", "--detailed-exitcode"]) == 2
    out = capsys.readouterr().out
    assert "autumn-sale" in out
    assert f"{calendar}:13" in out
    assert run(["diff", "HEAD", "HEAD", "--detailed-exitcode"]) == 0


def test_tolerance_decides_what_is_material(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = "reports/shop/shop-orders.json"
    height = json.loads((shop / report).read_text("utf-8"))["peak"]["height"]["value"]
    _edit(shop, f'"value": {height}', f'"value": {height * 1.001}', report)
    marks = {}
    for tolerance in ("2%", "0.01%"):
        assert run(["diff", "--tolerance", tolerance]) == 0
        marks[tolerance] = "  ! " in capsys.readouterr().out
    assert marks == {"2%": False, "0.01%": True}
    assert run(["diff", "--tolerance", "some"]) == 64


def test_a_missing_revision_exits_3(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "no-such-branch"]) == 3
    assert "no-such-branch" in capsys.readouterr().err


def test_comment_renders_one_sentence_and_the_base(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["comment", "--base", "HEAD", "--today", "2026-11-02"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("**No forecast moves materially; ")


def test_ls_as_json_has_every_spec(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ls", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)["forecasts"]
    assert [row["id"] for row in listed] == ["shop/shop-orders"]
    assert listed[0]["granularities"] == ["15min 28d", "1h 90d", "1w 26w"]


def test_changed_since_a_revision_follows_calendars(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ls", "-s", "changed:HEAD"]) == 0
    assert capsys.readouterr().out == ""
    _edit(shop, "before: 12h", "before: 24h", "specs/calendars/shop-events.yaml")
    assert run(["ls", "-s", "changed:HEAD"]) == 0
    assert "shop/shop-orders" in capsys.readouterr().out


@pytest.mark.parametrize("line", [["no-such-command"], ["run", "--no-such-option"], ["run", "no-such-spec"]])
def test_a_wrong_command_line_exits_64(shop: Path, line: list[str]) -> None:
    assert run(line) == 64


def test_outside_of_a_store_the_mend_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["validate"]) == 1
    assert "cloudtune init" in capsys.readouterr().err


def test_backtest_writes_nothing(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["backtest", "shop-orders"]) == 0
    assert "rolling origins" in capsys.readouterr().out
    assert _git(shop, "status", "--porcelain") == ""
