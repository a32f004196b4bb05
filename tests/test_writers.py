"""CSV and Parquet of one table hold the same values, exactly, and rows come sorted with unique keys."""

import csv
import datetime as dt
import gc
import math
import resource
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from normaliser import writers
from normaliser.csv_text import GUARDED
from normaliser.errors import BuildError
from normaliser.schema import layout
from normaliser.writers import TableFiles, TableRows, TableWriter

Row = dict[str, Any]


def write(folder: Path, table: str, rows: Sequence[Row], *, plain: bool = False) -> None:
    """Write rows, given by column name (what is not named is null), one `add` a row."""
    with TableWriter(table, folder, plain_csv=plain) as writer:
        for row in rows:
            writer.add([(row.get(name),) for name in layout(table).names])


def parquet_rows(folder: Path, table: str) -> list[Row]:
    found: list[Row] = pq.read_table(folder / f"{table}.parquet").to_pylist()
    return found


def csv_rows(folder: Path, table: str, *, plain: bool = False) -> list[Row]:
    """The rows of a CSV file by the standard library, guard undone, cells read by their column's type."""
    kinds = {column.name: column.type for column in layout(table).columns}
    with (folder / f"{table}.csv").open(encoding="utf-8" if plain else "utf-8-sig", newline="") as file:
        names, *lines = csv.reader(file, strict=True)
    assert tuple(names) == layout(table).names
    return [
        {name: value_of(cell, kinds[name], plain) for name, cell in zip(names, line, strict=True)}
        for line in lines
    ]


def value_of(cell: str, kind: type, plain: bool) -> Any:
    if cell == "":
        return None
    if kind is str:
        return cell if plain else cell.removeprefix("'")
    if kind is bool:
        return {"true": True, "false": False}[cell]
    if kind is dt.date:
        return dt.date.fromisoformat(cell)
    if kind is dt.datetime:
        assert cell.endswith("Z")
        return dt.datetime.fromisoformat(cell)
    return kind(cell)


def report(position: int, **values: Any) -> Row:
    return {
        "project_code": "21000000-3137",
        "position": position,
        "capture_id": "0123456789abcdef",
        "line_first": 1,
        "line_last": 2,
    } | values


def step(code: str, position: int, **values: Any) -> Row:
    return report(position, project_code=code) | values


SIGNS = [*GUARDED, '"', '""', "\n", "\r\n", ",", ";", " ", "\u2028", "\x85", "\x00"]
WORDS = ["é", "ก", "โครงการ", "ำ", "😀", "=1+1", "null", "nan", "0", "true", "2020-01-01"]
PIECES = st.sampled_from([*SIGNS, *WORDS])
TEXTS = st.none() | st.lists(PIECES, min_size=1, max_size=6).map("".join) | st.text(min_size=1, max_size=20)
FLOATS = (
    st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**6), 10**6).map(float)
)
TIMES = st.none() | st.datetimes(
    dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)
).map(lambda time: time.replace(microsecond=0))
REPORTS = st.lists(
    st.fixed_dictionaries(
        {
            "narrative": TEXTS,
            "problems": TEXTS,
            "progress_percent": FLOATS,
            "sequence": st.none() | st.integers(-(2**63), 2**63 - 1),
            "report_date": st.none() | st.dates(dt.date(1900, 1, 1), dt.date(2600, 1, 1)),
            "problems_stated": st.none() | st.booleans(),
        }
    ),
    max_size=8,
)


# The same values in both formats


@given(rows=REPORTS, plain=st.booleans())
def test_csv_and_parquet_give_back_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row], plain: bool
) -> None:
    folder = tmp_path_factory.mktemp("tables")
    written = [report(position, **row) for position, row in enumerate(rows, 1)]
    write(folder, "progress_reports", written, plain=plain)
    whole = [{name: row.get(name) for name in layout("progress_reports").names} for row in written]
    assert parquet_rows(folder, "progress_reports") == whole
    assert csv_rows(folder, "progress_reports", plain=plain) == whole


@given(times=st.lists(TIMES, min_size=1, max_size=4), text=TEXTS)
def test_times_and_last_columns_too(
    tmp_path_factory: pytest.TempPathFactory, times: list[dt.datetime | None], text: str | None
) -> None:
    folder = tmp_path_factory.mktemp("tables")
    rows = [
        {
            "project_code": f"{number}",
            "name": text,
            "captured_at": time,
            "capture_id": "0" * 16,
            "line_first": 1,
            "line_last": 1,
        }
        for number, time in enumerate(times)
    ]
    write(folder, "projects", rows)
    found = parquet_rows(folder, "projects")
    assert csv_rows(folder, "projects") == found
    assert [row["captured_at"] for row in found] == times
    issues = [
        {
            "capture_id": "0" * 16,
            "issue_number": number,
            "page_kind": "project",
            "code": "x",
            "severity": "info",
            "message": text or "-",
        }
        for number in (1, 2)
    ]
    write(folder, "parse_issues", issues)
    assert csv_rows(folder, "parse_issues") == parquet_rows(folder, "parse_issues")


@given(texts=st.lists(TEXTS, min_size=1, max_size=5))
def test_pandas_reads_the_plain_csv_as_it_reads_the_parquet(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str | None]
) -> None:
    folder = tmp_path_factory.mktemp("tables")
    rows = [
        report(number, narrative=None if text is None else text.replace("\x00", ""), progress_percent=45.0)
        for number, text in enumerate(texts, 1)
    ]
    for row in rows:
        row["narrative"] = row["narrative"] or None
    write(folder, "progress_reports", rows, plain=True)
    from_csv = pd.read_csv(
        folder / "progress_reports.csv", keep_default_na=False, na_values=[""], dtype={"narrative": "str"}
    )
    from_parquet = pd.read_parquet(folder / "progress_reports.parquet")
    for column in ("narrative", "progress_percent", "position"):
        read, expected = (
            [None if pd.isna(v) else v for v in each[column]] for each in (from_csv, from_parquet)
        )
        assert read == expected
    assert from_csv["progress_percent"].dtype == from_parquet["progress_percent"].dtype


# The CSV form


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+66", "'+66"),
        ("-5", "'-5"),
        ("@x", "'@x"),
        ("'quoted'", "''quoted'"),
        ("\tx", "'\tx"),
        ("\rx", '"\'\rx"'),
        ("=", "'="),
        ("a=b", "a=b"),
        ("1,5", '"1,5"'),
        ('a "b"', '"a ""b"""'),
        ("a\nb", '"a\nb"'),
        ("=a,b", '"\'=a,b"'),
        ("ร้อยละ", "ร้อยละ"),
    ],
)
def test_a_text_cell_is_guarded_and_quoted_where_it_must_be(tmp_path: Path, text: str, cell: str) -> None:
    write(tmp_path, "progress_reports", [report(1, narrative=text)])
    line = (tmp_path / "progress_reports.csv").read_bytes().decode().split("\n", 1)[1]
    assert line == f"21000000-3137,1,,,,,{cell},,,,,0123456789abcdef,1,2\n"


@given(text=TEXTS)
def test_no_cell_of_the_default_form_is_a_formula(
    tmp_path_factory: pytest.TempPathFactory, text: str | None
) -> None:
    folder = tmp_path_factory.mktemp("tables")
    write(folder, "progress_reports", [report(1, narrative=text, problems=text, project_code=text or "1")])
    with (folder / "progress_reports.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for line in csv.reader(file) for cell in line]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_negative_numbers_are_numbers_not_guarded_text(tmp_path: Path) -> None:
    write(tmp_path, "progress_reports", [report(1, progress_percent=-5.0)])
    assert b",-5.0," in (tmp_path / "progress_reports.csv").read_bytes()


@pytest.mark.parametrize(
    ("number", "cell"),
    [
        (45.0, "45.0"),
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (33.333, "33.333"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e22, "1e+22"),
        (5e-324, "5e-324"),
        (123456789.0, "123456789.0"),
    ],
)
def test_a_float_is_the_shortest_text_that_reads_back_and_looks_like_one(
    tmp_path: Path, number: float, cell: str
) -> None:
    write(tmp_path, "progress_reports", [report(1, progress_percent=number)])
    found = (tmp_path / "progress_reports.csv").read_text(encoding="utf-8-sig").splitlines()[1].split(",")[4]
    assert found == cell
    assert math.copysign(1, float(found)) == math.copysign(1, number)


def test_the_default_form_has_a_byte_order_mark_and_the_plain_one_has_not(tmp_path: Path) -> None:
    write(tmp_path, "it_reviews", [])
    header = b"it_review_code,decision,rationale,capture_id,line_first,line_last\n"
    assert (tmp_path / "it_reviews.csv").read_bytes() == b"\xef\xbb\xbf" + header
    write(tmp_path, "it_reviews", [], plain=True)
    assert (tmp_path / "it_reviews.csv").read_bytes() == header


def test_the_plain_form_is_exact(tmp_path: Path) -> None:
    write(tmp_path, "progress_reports", [report(1, narrative="=1+1", problems="'")], plain=True)
    assert b",=1+1,'," in (tmp_path / "progress_reports.csv").read_bytes()


# The Parquet form


def test_parquet_says_what_its_columns_mean(tmp_path: Path) -> None:
    write(tmp_path, "plan_steps", [step("21000000-3137", 1, start_date=dt.date(2020, 2, 17))])
    file = pq.ParquetFile(tmp_path / "plan_steps.parquet")
    field = file.schema_arrow.field("weight_percent")
    assert field.metadata[b"unit"] == b"percent"
    assert field.metadata[b"title_th"].decode() == "น้ำหนัก"
    assert file.schema_arrow.metadata[b"title_en"] == b"Plan steps"
    assert file.schema_arrow.field("start_date").type == pa.date32()
    assert b"pandas" not in file.schema_arrow.metadata
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def test_an_empty_table_has_its_columns(tmp_path: Path) -> None:
    write(tmp_path, "city_indicators", [])
    assert pd.read_parquet(tmp_path / "city_indicators.parquet").columns.tolist() == list(
        layout("city_indicators").names
    )
    assert parquet_rows(tmp_path, "city_indicators") == []


def test_the_same_rows_give_the_same_bytes_however_they_are_added(tmp_path: Path) -> None:
    rows = [report(position, narrative=f"line {position}") for position in range(1, 51)]
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    write(tmp_path / "one", "progress_reports", rows)
    with TableWriter("progress_reports", tmp_path / "other") as writer:
        writer.add([[row.get(name) for row in rows] for name in layout("progress_reports").names])
    for name in ("progress_reports.csv", "progress_reports.parquet"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


# Batches


def test_rows_are_written_in_batches_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writers, "BATCH_ROWS", 3)
    monkeypatch.setattr(writers, "GROUP_ROWS", 3)
    with TableWriter("progress_reports", tmp_path) as writer:
        for position in range(1, 8):
            writer.add([(report(position).get(name),) for name in layout("progress_reports").names])
    assert writer.rows == 7
    metadata = pq.ParquetFile(tmp_path / "progress_reports.parquet").metadata
    assert [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)] == [3, 3, 1]
    assert csv_rows(tmp_path, "progress_reports") == parquet_rows(tmp_path, "progress_reports")


def test_huge_pages_are_not_held_until_a_batch_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither as rows, by the size of their pages, nor as chunks, by their own."""
    monkeypatch.setattr(writers, "BATCH_BYTES", 1000)
    monkeypatch.setattr(writers, "GROUP_BYTES", 1000)
    rows = TableRows("progress_reports")
    full = []
    with TableFiles("progress_reports", tmp_path) as file:
        for position in range(1, 7):
            row = report(position) | {"narrative": "ก" * 150}
            columns = [(row.get(name),) for name in layout("progress_reports").names]
            for chunk in rows.add(columns, page_bytes=500):
                full.append(position)
                file.write(chunk)
    assert full == [2, 4, 6]
    metadata = pq.ParquetFile(tmp_path / "progress_reports.parquet").metadata
    assert [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)] == [2, 2, 2]


def test_a_row_group_tells_the_range_of_its_codes_and_dates_and_not_of_free_text(tmp_path: Path) -> None:
    with TableWriter("progress_reports", tmp_path) as writer:
        writer.add([(report(1).get(name),) for name in layout("progress_reports").names])
    group = pq.ParquetFile(tmp_path / "progress_reports.parquet").metadata.row_group(0)
    columns = map(group.column, range(group.num_columns))
    without = {column.path_in_schema for column in columns if not column.is_stats_set}
    assert without == {"narrative", "problems", "obstacles"}


# Keys


@pytest.mark.parametrize("batch", [1, 2, 2000])
def test_a_key_that_comes_twice_names_both_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(writers, "BATCH_ROWS", batch)
    rows = [
        step("21000000-3137", 1),
        step("21000000-3137", 2, capture_id="a" * 16, line_first=30),
        step("21000000-3137", 2, capture_id="b" * 16, line_first=40),
    ]
    message = (
        r"two rows of plan_steps have the same key: 21000000-3137, 2 \(capture a{16}, line 30\), "
        r"and 21000000-3137, 2 \(capture b{16}, line 40\)"
    )
    with pytest.raises(BuildError, match=message):
        write(tmp_path, "plan_steps", rows)


@pytest.mark.parametrize("batch", [1, 2000])
def test_rows_must_come_sorted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    monkeypatch.setattr(writers, "BATCH_ROWS", batch)
    with pytest.raises(BuildError, match="two rows of plan_steps do not arrive sorted by key: 9, 1"):
        write(tmp_path, "plan_steps", [step("9", 1), step("10", 1)])


# Faults


@pytest.mark.parametrize("limit", [0, 100, 5_000, 20_000], ids=lambda limit: f"{limit} bytes")
def test_a_full_disk_is_an_os_error_and_closes_the_files(tmp_path: Path, limit: int) -> None:
    """A limit on the size of files stands for the full disk; a file left open would be a warning, so fail."""
    rows = [report(position, narrative=f"{position:x}" * 40) for position in range(1, 400)]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with pytest.raises(OSError):
            write(tmp_path, "progress_reports", rows)
        gc.collect()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_missing_value_is_named(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"plan_steps.line_first is missing in 1, 1 \(capture "):
        write(tmp_path, "plan_steps", [step("1", 1, line_first=None)])


@pytest.mark.parametrize("value", [2**63, "one"])
def test_a_value_that_does_not_fit_is_named_by_its_column(tmp_path: Path, value: object) -> None:
    with pytest.raises(BuildError, match=r"a value of plan_steps\.step does not fit"):
        write(tmp_path, "plan_steps", [step("1", 1, step=value)])
