"""`{env: NAME}`: fetched late, and then in no hash, log, report, trace or environment of a child."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys

import pytest
from pydantic import ValidationError

from cloudtune.cli import console
from cloudtune.data.opening import Access, SpecPlace, TimeWindow
from cloudtune.data.sources.reader import Asked
from cloudtune.errors import Problem, Refusal
from cloudtune.spec.effective import dump, tree
from cloudtune.spec.secret import Secret, SecretRef, _Fetched, redacted
from cloudtune.spec.values import Block

VALUE = "hunter2-of-the-shop"


class RemoteSource(Block):
    """What the block of a remote source looks like."""

    password: SecretRef


@pytest.fixture
def block(monkeypatch):
    monkeypatch.setenv("SHOP_TOKEN", VALUE)
    yield RemoteSource.model_validate({"password": {"env": "SHOP_TOKEN"}})
    _Fetched.values.clear()


def asked(tmp_path):
    return Asked(TimeWindow("UTC"), "sum", Access(tmp_path), SpecPlace("specs/a.yaml", ("series", "source")))


def test_a_block_holds_the_name_alone(block):
    forms = [
        repr(block),
        str(block),
        str(block.model_dump()),
        block.model_dump_json(),
        dump(block),
        str(tree(block)),
    ]
    forms += [pickle.dumps(block).decode("latin-1"), str(block.password), str(hash(block.password))]
    assert all(VALUE not in form for form in forms)
    assert dump(block) == "password:\n  env: SHOP_TOKEN\n"


def test_the_value_is_looked_up_when_it_is_fetched_and_not_before(block, tmp_path, monkeypatch):
    monkeypatch.setenv("SHOP_TOKEN", "another")
    assert asked(tmp_path).secret(block.password, "password") == "another"
    assert asked(tmp_path).secret(block.password, "password") == "another"


def test_what_was_fetched_is_in_no_childs_environment(block, tmp_path):
    asked(tmp_path).secret(block.password, "password")
    assert "SHOP_TOKEN" not in os.environ
    program = "import os; print(sorted(os.environ.items()))"
    seen = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert VALUE not in seen.stdout


def test_a_secret_that_is_not_set_is_out_of_reach(tmp_path):
    with pytest.raises(Refusal) as refusal:
        asked(tmp_path).secret(Secret("SHOP_NOWHERE"), "password")
    (problem,) = refusal.value.problems
    assert (problem.code, problem.path) == ("CT420", ("series", "source", "password"))


@pytest.mark.parametrize(
    "written", [VALUE, {"env": VALUE}, {"env": ["A"]}, {"env": "A", "b": 1}, 7, [VALUE], None]
)
def test_a_secret_written_out_is_refused_and_not_repeated(written):
    with pytest.raises(ValidationError) as error:
        RemoteSource.model_validate({"password": written})
    assert all(VALUE not in issue["msg"] for issue in error.value.errors())


def test_messages_and_traces_show_stars(block, tmp_path, capsys, monkeypatch):
    asked(tmp_path).secret(block.password, "password")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    console.complain(f"can't reach https://me:{VALUE}@shop")
    console.problems([Problem("CT403", f"{VALUE} is refused", VALUE)], console.plain, out=True)
    console.bug(f"Traceback\n  connect({VALUE!r})")
    said = capsys.readouterr()
    traces = [path.read_text() for path in tmp_path.glob("cloudtune-bug-*")]
    assert len(traces) == 1
    assert VALUE not in said.out + said.err + "".join(traces)
    assert "***" in traces[0]


def test_a_short_secret_hides_no_letters_of_words(monkeypatch):
    monkeypatch.setenv("SHOP_TOKEN", "e")
    assert Secret("SHOP_TOKEN").fetched() == "e"
    assert redacted("the error") == "the error"
    _Fetched.values.clear()
