"""CONTRIBUTING's recipes are true: each is followed literally, and what was added works like the rest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.project.recipes import Change, follow, python, run_tests
from tests.project.shop import make

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow  # each follows a recipe in a copy of the tree, in processes of its own

SOURCE_BLOCKS = '''
class JsonlSource(_FileSource):
    """Lines of JSON."""

    kind: Literal["jsonl"]
    """What the source is.
    Example: jsonl"""


Source = Annotated[CsvSource | ParquetSource | DuckdbSource | JsonlSource, Field(discriminator="kind")]
'''
HISTORY_BLOCKS = '''
class HistoryJsonl(JsonlSource):
    """A longer, coarser history in lines of JSON."""

    step: StepName
    """Its step, coarser than that of the series.
    Example: 1d"""


History = Annotated[
    HistoryCsv | HistoryParquet | HistoryDuckdb | HistoryJsonl, Field(discriminator="kind")
]
'''
READER = '''"""Lines of JSON, one object a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import json

if TYPE_CHECKING:
    from cloudtune.data.sources.reader import Asked
    from cloudtune.spec.sources import JsonlSource


class JsonlReader:
    """Reads `kind: jsonl`."""

    mend = "see whether every line is one JSON object"

    def open(self, source: JsonlSource, asked: Asked) -> pa.RecordBatchReader:
        """The objects of all files; refuses a line that is none."""
        try:
            tables = [json.read_json(file) for file in asked.files(source.path)]
        except pa.ArrowInvalid as error:
            raise asked.place.refusal("CT403", f"the source can't be read: {error}", self.mend) from error
        return pa.concat_tables(tables, promote_options="default").to_reader()
'''
READER_TEST = """from __future__ import annotations

import pytest

VISITS = [4, 6, 5, "null", 3]
LINES = [f'{{"at": "2026-10-25T{hour:02}:00:00", "n": {visits}}}' for hour, visits in enumerate(VISITS)]


@pytest.fixture
def lines(reading):
    reading.zone = "Europe/Berlin"
    reading.source = {"kind": "jsonl", "path": "data/in.jsonl", "time": "at", "value": "n"}
    return lambda *rows: reading.write(*rows[1:], name="data/in.jsonl", head=rows[0])


def test_unsorted_lines_with_a_gap_cross_a_clock_change(lines):
    assert lines(*LINES[::-1]).values() == [4, 6, 5, 5, None, 3]


def test_doubled_lines_are_refused(lines):
    assert lines(*LINES, LINES[0]).problem().code == "CT407"


def test_a_line_that_is_no_object_is_refused(lines):
    assert lines(LINES[0], "hello").problem().code == "CT403"
"""
SOURCE_EXAMPLE = """\
# yaml-language-server: $schema=../../../schema/forecast.v1.json
version: cloudtune/v1
kind: forecast
name: jsonl
series:
  source: {kind: jsonl, path: data/visits.jsonl, time: day, value: visits}
  step: 1d
  timezone: Europe/Berlin
granularities:
  - {step: 1d, horizon: 14d}
backtest: {folds: 1, horizon: 14d}
"""
SOURCE_PAGE = """
Lines of JSON:

<!-- keys: JsonlSource -->
<!-- end -->

<!-- keys: HistoryJsonl -->
<!-- end -->

### Granularities
"""
SOURCE_READER = [
    Change(
        1,
        "cloudtune/spec/sources.py",
        SOURCE_BLOCKS,
        '\nSource = Annotated[CsvSource | ParquetSource | DuckdbSource, Field(discriminator="kind")]\n',
    ),
    Change(
        1,
        "cloudtune/spec/sources.py",
        HISTORY_BLOCKS,
        '\nHistory = Annotated[HistoryCsv | HistoryParquet | HistoryDuckdb, Field(discriminator="kind")]\n',
    ),
    Change(2, "cloudtune/data/sources/jsonl.py", READER),
    Change(
        3,
        "cloudtune/data/sources/table.py",
        "import DuckdbReader\nfrom cloudtune.data.sources.jsonl import JsonlReader\n",
        "import DuckdbReader\n",
    ),
    Change(
        3,
        "cloudtune/data/sources/table.py",
        '    "duckdb": DuckdbReader(),\n    "jsonl": JsonlReader(),\n',
        '    "duckdb": DuckdbReader(),\n',
    ),
    Change(4, "docs/spec.md", SOURCE_PAGE, "\n### Granularities\n"),
    Change(5, "tests/examples/valid/jsonl.yaml", SOURCE_EXAMPLE),
    Change(6, "tests/data/sources/test_jsonl.py", READER_TEST),
]


def shop(folder: Path) -> Path:
    """A repository whose visits are lines of JSON."""
    (folder / "specs").mkdir(parents=True)
    (folder / "specs" / "jsonl.yaml").write_text(SOURCE_EXAMPLE)
    (folder / "data").mkdir()
    days = (f"2026-{month:02}-{day:02}" for month in range(1, 7) for day in range(1, 29))
    lines = [json.dumps({"day": day, "visits": 100 + number % 7}) for number, day in enumerate(days)]
    (folder / "data" / "visits.jsonl").write_text("\n".join(lines) + "\n")
    return folder


def test_a_source_reader_is_added_as_the_recipe_says(tmp_path):
    root = follow("Add a source reader", "jsonl", SOURCE_READER, tmp_path)
    python(root, "-m", "cloudtune", "schema", "--write")
    run_tests(root, "tests/spec/test_spec_page.py", "--update-golden")
    assert "CT" not in python(root, "-m", "cloudtune", "validate", cwd=shop(tmp_path / "shop"))
    python(root, "-m", "cloudtune", "run", cwd=tmp_path / "shop")
    report = json.loads((tmp_path / "shop" / "reports" / "jsonl.json").read_text())
    assert report["inputs"]["run"]["data_through"] == "2026-06-29T00:00"
    run_tests(
        root,
        "tests/spec/test_json_schema.py",
        "tests/spec/test_examples.py::test_valid_examples_load_without_a_word",
        "tests/data/sources/test_table.py",
        "tests/data/sources/test_jsonl.py",
    )
    python(root, "-m", "ruff", "check", "-q", "--no-cache", "cloudtune", "tests/data")


EXPORT = '''def json_lines(points: pa.Table, file: BinaryIO) -> None:
    """An object a point."""
    rows = (row | {"time": row["time"].isoformat()} for row in points.to_pylist())
    file.writelines(json.dumps(row).encode() + b"\\n" for row in rows)


'''
READ_LINES = """
def lines(file: BytesIO) -> pd.DataFrame:
    return pd.DataFrame(map(json.loads, file)).astype({"time": "datetime64[s, UTC]"})


"""
FORMATS, READ = "POINTS_FORMATS = {\n", "READERS = {\n"
EXPORT_FORMAT = [
    Change(
        1,
        "cloudtune/report/exports.py",
        "annotations\n\nimport json\n",
        "annotations\n\n",
    ),
    Change(1, "cloudtune/report/exports.py", EXPORT + FORMATS, FORMATS),
    Change(
        2,
        "cloudtune/report/exports.py",
        f'{FORMATS}    "jsonl": PointsFormat("an object a line: log pipelines", json_lines),\n',
        FORMATS,
    ),
    Change(
        3,
        "docs/reports.md",
        "\n| `jsonl` | log pipelines: an object a line |\n| `csv` |",
        "\n| `csv` |",
    ),
    Change(
        4,
        "tests/report/test_exports.py",
        "annotations\n\nimport json\n",
        "annotations\n\n",
    ),
    Change(4, "tests/report/test_exports.py", READ_LINES + READ, READ),
    Change(4, "tests/report/test_exports.py", f'{READ}    "jsonl": lines,\n', READ),
]


def test_an_export_format_is_added_as_the_recipe_says(tmp_path):
    root = follow("Add an export format", "jsonl", EXPORT_FORMAT, tmp_path)
    folder = make(tmp_path / "shop")
    python(root, "-m", "cloudtune", "run", cwd=folder)
    lines = python(root, "-m", "cloudtune", "export", "orders", "--to", "jsonl", cwd=folder).splitlines()
    assert len(lines) == 28
    assert json.loads(lines[0])["time"] == "2026-02-04T23:00:00+00:00"
    run_tests(root, "tests/report/test_exports.py")
    python(root, "-m", "ruff", "check", "-q", "--no-cache", "cloudtune", "tests/report")


TERM = '''"""What the first day of a month has of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.model.columns import Columns, Ingredient, one

if TYPE_CHECKING:
    from cloudtune.model.terms.term import Setting


class FirstOfMonth:
    """One column that is 1 on the first of each month."""

    name = "first of the month"

    def is_carried(self, setting: Setting) -> bool:
        """From 90 days on."""
        return setting.grid.unit == 1 and setting.days >= 90

    def columns(self, setting: Setting) -> Columns:
        """A single column."""
        return one(Ingredient("season", "first"), (setting.grid.month_phase == 0).astype("float64"), 0.5)
'''
TERM_TEST = """from __future__ import annotations

from cloudtune.model.terms import LEVEL_TERMS
from cloudtune.model.terms.first import FirstOfMonth


def test_the_level_has_it():
    assert any(isinstance(term, FirstOfMonth) for term in LEVEL_TERMS)
"""
TERMS, TERM_IMPORT = (
    "    SharpDaysOfMonth(),\n    CustomSeasons(),\n",
    "from cloudtune.model.terms.month import",
)
MODEL_TERM = [
    Change(1, "cloudtune/model/terms/first.py", TERM),
    Change(
        2,
        "cloudtune/model/terms/__init__.py",
        f"from cloudtune.model.terms.first import FirstOfMonth\n{TERM_IMPORT}",
        TERM_IMPORT,
    ),
    Change(
        2,
        "cloudtune/model/terms/__init__.py",
        "    SharpDaysOfMonth(),\n    FirstOfMonth(),\n    CustomSeasons(),\n",
        TERMS,
    ),
    Change(3, "tests/model/test_first.py", TERM_TEST),
    Change(
        4,
        "docs/model.md",
        "| first of the month | the first day | 0.5 | 90 days | `terms/first.py` |\n| custom seasons |",
        "| custom seasons |",
    ),
]


def test_a_model_term_is_added_as_the_recipe_says(tmp_path):
    root = follow("Add a model term", "first", MODEL_TERM, tmp_path)
    folder = make(tmp_path / "shop")
    rows = (folder / "data" / "orders.csv").read_text().splitlines()
    doubled = [
        f"{day},{3 * float(orders)}" if day[8:] == "01" else f"{day},{orders}" for day, orders in pairs(rows)
    ]
    (folder / "data" / "orders.csv").write_text("\n".join([rows[0], *doubled]) + "\n")
    python(root, "-m", "cloudtune", "run", cwd=folder)
    points = python(root, "-m", "cloudtune", "export", "orders", "--to", "csv", cwd=folder)
    head, *days = (line.split(",") for line in points.splitlines())
    effects = [float(day[head.index('"season:first"')]) for day in days]
    assert max(effects) > 1.8
    assert sum(effect > 1.8 for effect in effects) == 1
    run_tests(root, "tests/model/test_first.py", "tests/project/test_model_page.py")
    python(root, "-m", "ruff", "check", "-q", "--no-cache", "cloudtune/model")


def pairs(rows: list[str]) -> list[list[str]]:
    return [row.split(",") for row in rows[1:]]
