from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cloudtune.spec.json_schema import KINDS, schema_text

FOLDER = Path(__file__).parents[2] / "schema"


@pytest.mark.parametrize("kind", KINDS)
def test_the_committed_schema_is_fresh(kind, golden):
    golden(FOLDER / f"{kind}.v1.json", schema_text(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_is_a_schema_that_explains_every_key(kind):
    schema = json.loads(schema_text(kind))
    Draft202012Validator.check_schema(schema)
    blocks = [schema, *schema["$defs"].values()]
    keys = [key for block in blocks for key in block["properties"].values()]
    assert len(keys) > 25
    assert all(key["description"] and key["examples"] for key in keys)
    assert all(block["additionalProperties"] is False for block in blocks)


def test_defaults_lack_what_each_spec_says_for_itself():
    schema = json.loads(schema_text("defaults"))
    validator = Draft202012Validator(schema)
    assert list(validator.iter_errors({"series": {"timezone": "UTC"}, "backtest": {"folds": 3}})) == []
    for value in ({"name": "x"}, {"kind": "forecast"}, {"series": {"source": {}}}, {"ownr": "x"}):
        assert list(validator.iter_errors(value)) != []


def test_an_unknown_kind_is_a_key_error():
    with pytest.raises(KeyError):
        schema_text("rollup")
