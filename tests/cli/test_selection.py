"""What `--select` selects."""

from __future__ import annotations

import pytest
import typer

from cloudtune.cli.opening import select
from cloudtune.spec.forecast import ForecastSpec
from cloudtune.spec.store import SpecFile


def forecast(identity: str, **keys: object) -> SpecFile:
    folder, _, name = identity.rpartition("/")
    spec = ForecastSpec.model_validate(
        {
            "version": "cloudtune/v1",
            "kind": "forecast",
            "name": name,
            "series": {
                "source": {"kind": "csv", "path": "a.csv", "time": "t", "value": "v"},
                "step": "1h",
                "timezone": "UTC",
            },
            "granularities": [{"step": "1h", "horizon": "7d"}],
            **keys,
        },
    )
    return SpecFile(spec, f"specs/{identity}.yaml", folder)


STORE = {
    each.id: each
    for each in (
        forecast("store/us-orders", owner="checkout", region="US", tags=["tier-1", "a"]),
        forecast("store/in-orders", owner="checkout", region="IN", calendars=["in-festivals"]),
        forecast("region/eu-daily", owner="planning", region="EU", tags=["tier-1"]),
    )
}
ALL = sorted(STORE)


def changed(reference: str) -> frozenset[str]:
    return frozenset({"region/eu-daily"} if reference == "main" else ())


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param([], ALL, id="no words select all"),
        pytest.param(["us-orders"], ["store/us-orders"], id="a name"),
        pytest.param(["store/us-orders"], ["store/us-orders"], id="an id"),
        pytest.param(["specs/store/us-orders.yaml"], ["store/us-orders"], id="a file"),
        pytest.param(["./specs/store/"], ["store/in-orders", "store/us-orders"], id="a folder"),
        pytest.param(["specs"], ALL, id="the specs folder"),
        pytest.param(["*-orders"], ["store/in-orders", "store/us-orders"], id="a glob"),
        pytest.param(["tag:tier-1"], ["region/eu-daily", "store/us-orders"], id="a tag"),
        pytest.param(["owner:check*"], ["store/in-orders", "store/us-orders"], id="an owner glob"),
        pytest.param(["region:IN"], ["store/in-orders"], id="a region"),
        pytest.param(["calendar:in-festivals"], ["store/in-orders"], id="a calendar"),
        pytest.param(["changed:main"], ["region/eu-daily"], id="changed since a revision"),
        pytest.param(["changed:HEAD"], [], id="nothing changed is an answer"),
        pytest.param(["tag:tier-1,region:US"], ["store/us-orders"], id="a comma intersects"),
        pytest.param(["region:IN", "region:EU"], ["region/eu-daily", "store/in-orders"], id="repeats unite"),
    ],
)
def test_select(words: list[str], expected: list[str]) -> None:
    assert select(STORE, words, changed) == expected


def test_a_word_that_selects_nothing_is_a_slip_with_a_suggestion() -> None:
    with pytest.raises(typer.BadParameter, match="did you mean 'us-orders'"):
        select(STORE, ["us-oders"], changed)


def test_an_unknown_selector_names_the_known_ones() -> None:
    with pytest.raises(typer.BadParameter, match="known are tag:, owner:"):
        select(STORE, ["team:a"], changed)
