from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtune.errors import Problem, Span
from cloudtune.hosting.formats import FORMATS, envelope, render_problems
from cloudtune.hosting.github import BUDGET, append_summary, as_summary

BAD = Problem(
    "CT203",
    '`seasonality` has no pattern "weely": 50% off,\nsee below',
    'did you mean "weekly"?',
    file="specs/store/us orders.yaml",
    path=("seasonality", 0),
    span=Span(14, 9, 14, 14),
)
WARNING = Problem("CT342", "review the window", severity="warning", file="specs/store/in-orders.yaml")
NOWHERE = Problem("CT721", "revision 'x' can't be found")


def many(count, severity="error", file="specs/a.yaml"):
    return [Problem("CT201", f"number {k}", severity=severity, file=file) for k in range(count)]


def test_annotation_is_escaped():
    assert render_problems([BAD], "github") == (
        "::error file=specs/store/us orders.yaml,line=14,endLine=14,col=9,endColumn=14,title=CloudTune CT203"
        '::`seasonality` has no pattern "weely": 50%25 off,%0Asee below%0Adid you mean "weekly"?\n'
    )


def test_property_of_an_annotation_escapes_its_own_signs():
    odd = Problem("CT201", "x", file="specs/a,b:c%.yaml")
    assert "file=specs/a%2Cb%3Ac%25.yaml," in render_problems([odd], "github")


def test_annotation_over_several_lines_has_no_columns():
    wide = Problem("CT201", "x", file="specs/a.yaml", span=Span(3, 1, 5, 2))
    assert (
        render_problems([wide], "github")
        == "::error file=specs/a.yaml,line=3,endLine=5,title=CloudTune CT201::x\n"
    )


def test_nine_annotations_and_one_that_counts_the_rest():
    lines = render_problems(many(25), "github").splitlines()
    assert len(lines) == 10
    assert lines[-1] == "::error title=CloudTune::16 more (CT201): see the step's summary or log"


def test_ten_annotations_need_no_count():
    assert len(render_problems(many(10), "github").splitlines()) == 10


def test_files_of_the_pull_request_come_first():
    found = [*many(12), BAD, *many(12, "warning")]
    lines = render_problems(found, "github", changed={BAD.file}).splitlines()
    assert "CT203" in lines[0]
    assert [line.partition(" ")[0] for line in lines] == ["::error"] * 10 + ["::warning"] * 10


@given(text=st.text(max_size=60), file=st.text(min_size=1, max_size=20))
def test_no_text_breaks_out_of_its_annotation(text, file):
    rendered = render_problems([Problem("CT201", text, file=file)], "github")
    assert rendered.count("\n") == 1
    assert "\r" not in rendered
    assert rendered.startswith("::error file=")


def test_path_is_whole_below_the_top_of_the_repository():
    assert "file=forecasts/specs/store/us orders.yaml" in render_problems(
        [BAD], "github", prefix="forecasts/"
    )
    assert json.loads(render_problems([BAD], "gitlab", prefix="forecasts/"))[0]["location"][
        "path"
    ].startswith("forecasts/")


def test_code_quality_has_what_gitlab_asks_for():
    first, second, third = json.loads(render_problems([BAD, WARNING, NOWHERE], "gitlab"))
    assert first["description"].startswith("CT203: ")
    assert (first["severity"], first["location"]["lines"]["begin"]) == ("major", 14)
    assert (second["severity"], second["location"]["lines"]["begin"]) == ("minor", 1)
    assert third["location"]["path"]


def test_fingerprint_outlives_a_shift_of_lines():
    lower = Problem(BAD.code, BAD.message, BAD.hint, file=BAD.file, path=BAD.path, span=Span(20, 9, 20, 14))
    ((one,), (other,)) = (json.loads(render_problems([problem], "gitlab")) for problem in (BAD, lower))
    assert one["fingerprint"] == other["fingerprint"]


def test_fingerprints_of_equal_problems_differ():
    found = json.loads(render_problems([BAD, BAD, BAD], "gitlab"))
    assert len({row["fingerprint"] for row in found}) == 3


SARIF = json.loads(Path(__file__).with_name("sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
"""The standard's own schema, as the npm package @microsoft/jest-sarif 1.0.0-beta.0 (MIT) ships it."""


@pytest.mark.parametrize(
    "found", [[], [BAD, WARNING, NOWHERE], many(5_100)], ids=["none", "some", "too many"]
)
def test_sarif_follows_the_schema(found):
    log = json.loads(render_problems(found, "sarif"))
    jsonschema.Draft4Validator(SARIF).validate(log)
    (run,) = log["runs"]
    assert len(run["results"]) == min(len(found), 5_000)
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_schema_of_sarif_finds_what_is_wrong():
    log = json.loads(render_problems([BAD], "sarif"))
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(SARIF).validate(log)


def test_place_in_sarif_is_a_whole_reference():
    (result,) = json.loads(render_problems([BAD], "sarif", prefix="my specs/"))["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "my%20specs/specs/store/us%20orders.yaml"
    }


def test_errors_stay_where_sarif_is_cut():
    log = json.loads(render_problems([*many(5_000, "warning"), BAD], "sarif"))
    assert log["runs"][0]["results"][0]["ruleId"] == "CT203"
    assert log["runs"][0]["properties"] == {"dropped": 1}


def test_envelope_says_the_exit_code():
    assert (envelope([])["exit_code"], envelope([WARNING])["exit_code"]) == (0, 0)
    assert (envelope([BAD])["exit_code"], envelope([NOWHERE])["exit_code"]) == (1, 3)


@pytest.mark.parametrize("fmt", FORMATS)
def test_no_problems_is_a_valid_answer(fmt):
    text = render_problems([], fmt)
    assert text == "" if fmt == "github" else json.loads(text) is not None


def test_summary_stays_below_the_cap_by_whole_pieces():
    text = as_summary([Problem("CT201", "x" * 450, file="specs/a.yaml")] * 5_000, "## CloudTune")
    assert len(text.encode()) <= BUDGET + 100
    assert text.startswith("## CloudTune\n")
    assert text.endswith("see the log.\n")
    assert all(line.endswith(" |") for line in text.splitlines() if line.startswith("| "))


def test_summary_counts_what_the_file_holds_already():
    assert as_summary([BAD], "## CloudTune", used=BUDGET) == "The rest is left out for length: see the log.\n"


def test_summary_lists_every_problem():
    text = as_summary([BAD, WARNING])
    assert "### 1 error" in text
    assert "### 1 warning" in text
    assert "specs/store/us orders.yaml:14" in text


def test_summary_is_added_to_what_the_step_wrote_before(tmp_path):
    file = tmp_path / "summary.md"
    file.write_text("before\n", encoding="utf-8")
    append_summary(file, [BAD], "2 reports: 1 stale report.")
    assert file.read_text(encoding="utf-8").startswith("before\n2 reports: 1 stale report.\n\n### 1 error\n")
