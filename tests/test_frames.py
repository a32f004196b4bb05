"""What `import bma` gives to a notebook: pages and tables as data frames."""

from __future__ import annotations

import doctest
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import bma
from bma.cli import cli
from normaliser.errors import UnknownTable
from normaliser.schema import BUILT_TABLES, layout
from parsers.records import TABLES_OF_KIND

PAGES = files("bma.sample_pages")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample pages, built as `bma sample` does, and with their history."""
    folder = tmp_path_factory.mktemp("frames") / "bma-sample"
    done = CliRunner().invoke(cli, ["sample", "--out", str(folder)])
    assert done.exit_code == 0, done.output
    built = CliRunner().invoke(cli, ["build", "--history", "--data", str(folder)])
    assert built.exit_code == 0, built.output
    return folder


@pytest.mark.parametrize("function", bma.__all__)
def test_the_examples_of_each_function_run_beside_the_sample(
    function: str, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sample.parent)
    (example,) = doctest.DocTestFinder(recurse=False).find(getattr(bma, function), function, globs={})
    assert example.examples
    runner = doctest.DocTestRunner(verbose=False)
    told: list[str] = []
    runner.run(example, out=told.append)
    assert runner.failures == 0, "".join(told)


def test_importing_bma_imports_nothing_heavy() -> None:
    code = "import sys, bma; print({'pandas', 'pyarrow', 'lxml', 'pythainlp', 'requests'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_a_page_has_every_table_of_its_kind_with_the_declared_columns() -> None:
    page = bma.parse(PAGES.joinpath("nested-50030000-9101.html").read_bytes())
    assert tuple(page.tables) == TABLES_OF_KIND["project"]
    for name, rows in page.tables.items():
        assert list(rows.columns) == [column for column in layout(name).names if column != "capture_id"]
    assert page.tables["projects"]["fiscal_year_be"].dtype == pd.Int64Dtype()
    assert page.tables["progress_reports"]["report_date"].dtype.kind == "M"


def test_the_address_tells_what_a_reduced_copy_cannot() -> None:
    body = "ความคืบหน้าโครงการ ร้อยละ 45\n".encode()
    url = "http://monitor.bangkok.go.th/mobile/myproject.php?pid=21000000-3137"
    assert bma.parse(body, url=url).code == "21000000-3137"


def test_bytes_that_are_no_page_are_a_page_of_no_kind_and_no_error() -> None:
    page = bma.parse(b"\x00\xff\x00")
    assert (page.kind, page.code, page.tables) == ("unknown", None, {})
    assert page.issues["code"].notna().all()


def test_the_tables_are_those_of_the_folder_with_their_types(sample: Path) -> None:
    tables = bma.read_tables(sample)
    assert list(tables) == list(BUILT_TABLES)
    for name, rows in tables.items():
        assert len(rows) == pq.read_metadata(sample / "clean" / f"{name}.parquet").num_rows
    assert tables["captures"]["captured_at"].dt.tz is not None
    assert tables["progress_reports"]["problems_stated"].dtype == pd.BooleanDtype()


def test_latest_is_every_row_of_a_page_and_of_no_other(sample: Path) -> None:
    page = bma.latest("50030000-9101", sample)
    whole = bma.read_tables(sample)
    shown = set(whole["projects"].loc[whole["projects"].project_code == "50030000-9101", "capture_id"])
    del whole["agencies"]
    for name, rows in whole.items():
        own = rows[rows["capture_id"].isin(shown)].reset_index(drop=True)
        if len(own):
            pd.testing.assert_frame_equal(page.pop(name), own)
    assert page == {}


def test_a_page_that_is_not_held_is_empty(sample: Path) -> None:
    assert bma.latest("99999999-9999", sample) == {}


def test_what_is_not_there_is_said_with_the_command_that_makes_it(sample: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="bma build makes them"):
        bma.read_tables(tmp_path)
    with pytest.raises(FileNotFoundError, match="bma build --history makes them"):
        bma.history("50030000-9101", tmp_path)
    with pytest.raises(UnknownTable, match="no table 'project'"):
        bma.read_tables(sample, "project")
