from __future__ import annotations

import pytest

from cloudtune.errors import Refusal
from cloudtune.report import store
from cloudtune.report.document import PeriodRow
from cloudtune.report.io import dump_document, load_document
from cloudtune.report.render import SUFFIXES, render_all
from cloudtune.report.store import committed_document, write_report
from cloudtune.report.templates import load_templates
from tests.report.builders import document

ID = "store/us-orders"
FILE = "reports/store/us-orders.json"


def files(root) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((root / "reports/store").iterdir())}


def fresh(scale: float = 1.0):
    made = document(scale)
    return {**made, "inputs": {**made["inputs"], "data": f"data {scale}"}}


@pytest.fixture
def templates():
    return load_templates()


def test_a_report_is_three_files(tmp_path, templates):
    assert write_report(tmp_path, document(), templates=templates) == "changed"
    assert list(files(tmp_path)) == ["us-orders.json", "us-orders.md", "us-orders.svg"]


def test_the_same_run_changes_no_byte(tmp_path, templates):
    write_report(tmp_path, document(), templates=templates)
    before = files(tmp_path)
    assert write_report(tmp_path, document(), templates=templates) == "unchanged"
    assert files(tmp_path) == before


def test_a_small_move_changes_the_inputs_alone(tmp_path, templates):
    write_report(tmp_path, fresh(1.0), templates=templates)
    before = files(tmp_path)["us-orders.md"].decode().splitlines()
    assert (
        write_report(tmp_path, {**fresh(1.001), "history": fresh()["history"]}, templates=templates)
        == "changed"
    )
    after = files(tmp_path)["us-orders.md"].decode().splitlines()
    assert after == before


def test_a_hand_edit_is_overwritten(tmp_path, templates):
    write_report(tmp_path, document(), templates=templates)
    path = tmp_path / "reports/store/us-orders.md"
    path.write_text("mine", encoding="utf-8")
    assert write_report(tmp_path, document(), templates=templates) == "changed"
    assert path.read_text(encoding="utf-8").startswith("<!-- generated")


@pytest.mark.parametrize("broken", ["", "<<<<<<< HEAD\n", "{}", "\udcff"])
def test_a_report_that_cannot_be_read_is_replaced(tmp_path, templates, broken):
    path = tmp_path / "reports/store/us-orders.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(broken.encode("utf-8", "surrogateescape"))
    assert committed_document(tmp_path, ID) is None
    assert write_report(tmp_path, document(), templates=templates) == "changed"
    assert committed_document(tmp_path, ID) is not None


@pytest.mark.parametrize("survivors", range(len(SUFFIXES)))
def test_a_crash_between_files_leaves_the_old_json(tmp_path, templates, monkeypatch, survivors):
    write_report(tmp_path, fresh(1.0), templates=templates)
    before = files(tmp_path)["us-orders.json"]
    real = store.write_text
    written = []

    def stop(path, text):
        if len(written) == survivors:
            raise KeyboardInterrupt
        written.append(path)
        return real(path, text)

    monkeypatch.setattr(store, "write_text", stop)
    with pytest.raises(KeyboardInterrupt):
        write_report(tmp_path, fresh(1.5), templates=templates)
    assert files(tmp_path)["us-orders.json"] == before
    monkeypatch.undo()
    write_report(tmp_path, fresh(1.5), templates=templates)
    whole = committed_document(tmp_path, ID)
    assert {
        f"us-orders{suffix}": text.encode() for suffix, text in render_all(whole, templates).items()
    } == files(tmp_path)


def test_what_is_rendered_depends_on_the_document_alone(templates):
    again = load_document(dump_document(document()).encode(), FILE)
    assert render_all(again, templates) == render_all(document(), load_templates())


@pytest.mark.parametrize(
    "change", [{"peak": {"at": "soon"}}, {"weekly": [PeriodRow("soon", 1, 2, 3, 4)]}, {"step": "1s"}]
)
def test_a_document_with_nonsense_in_it_is_refused(templates, change):
    with pytest.raises(Refusal, match="CT725"):
        render_all({**document(), **change}, templates)
