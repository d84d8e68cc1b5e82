"""What is public is listed, costs nothing until it is used, and changes only on purpose."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest

import cloudtune

PROGRAM = """\
import json, sys, time
begun = time.perf_counter()
import cloudtune
print(json.dumps([time.perf_counter() - begun, sorted(sys.modules)]))
"""
HEAVY = {"duckdb", "numpy", "pandas", "pyarrow", "pydantic", "jinja2", "yaml"}


def test_the_import_is_light():
    command = [sys.executable, "-c", PROGRAM]
    seconds, loaded = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    assert not HEAVY & set(loaded)
    assert seconds < 0.1


def test_every_public_name_is_there_and_says_what_it_promises():
    assert set(cloudtune.__all__) <= set(dir(cloudtune))
    for name in cloudtune.__all__:
        assert inspect.getdoc(getattr(cloudtune, name)), name


def test_no_package_takes_the_place_of_a_public_name():
    packages = {path.stem for path in Path(cloudtune.__file__).parent.iterdir()}
    assert packages & set(cloudtune.__all__) == set()


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'forcast'"):
        _ = cloudtune.forcast


def test_the_public_names_and_signatures_are_as_recorded(golden):
    golden(Path(__file__).parent / "public.txt", "\n".join(_signatures()) + "\n")


def _signatures():
    for name in cloudtune.__all__:
        value = getattr(cloudtune, name)
        if not inspect.isclass(value):
            yield f"{name}{inspect.signature(value)}"
            continue
        yield f"class {name}"
        for member, inner in sorted(vars(value).items()):
            if inspect.isfunction(inner) and not member.startswith("_"):
                yield f"    {member}{inspect.signature(inner)}"
            elif isinstance(inner, property) and not member.startswith("_"):
                yield f"    {member}: {inner.fget.__annotations__['return']}"
