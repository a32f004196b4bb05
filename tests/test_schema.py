"""Every table's shape follows from its record class and the column declarations, in every notation."""

import dataclasses
import datetime as dt
import re
import subprocess
import sys

import pyarrow as pa
import pytest
from frictionless import Schema

from normaliser import derived, dictionary, in_thai, schema
from normaliser.errors import UnknownTable
from parsers.columns import COLUMNS
from parsers.records import TABLES, TABLES_OF_KIND

ALL = list(TABLES)


@pytest.mark.parametrize("table", derived.DERIVED)
def test_a_derived_table_has_the_columns_that_it_declares_and_each_is_explained(table: str) -> None:
    shape = schema.layout(table)
    assert list(shape.names) == [field.name for field in dataclasses.fields(shape.table.record)]
    assert all(column.about.title_th and column.about.title_en for column in shape.columns)
    assert set(shape.key) <= {column.name for column in shape.columns if column.required}


def test_every_column_that_is_declared_for_derived_tables_is_used() -> None:
    used = {
        name
        for table in derived.DERIVED
        for column in schema.layout(table).names
        for name in (f"{table}.{column}", column)
    }
    assert set(derived.COLUMNS) <= used


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        (
            "plan_steps",
            "project_code position step description weight_percent start_date end_date "
            "capture_id line_first line_last",
        ),
        ("field_lines", "capture_id table_name position column line_first line_last"),
        (
            "parse_issues",
            "capture_id issue_number page_kind page_code code severity line field text message",
        ),
    ],
)
def test_columns_stand_in_the_order_of_their_declaration(table: str, columns: str) -> None:
    assert schema.layout(table).names == tuple(columns.split())


def test_captures_begin_with_their_own_id_and_have_no_lines() -> None:
    names = schema.layout("captures").names
    assert names[0] == "capture_id"
    assert names[-1] == "is_latest"
    assert names.count("capture_id") == 1


@pytest.mark.parametrize("table", ALL)
def test_every_table_names_its_capture_and_ends_with_its_lines(table: str) -> None:
    shape = schema.layout(table)
    assert "capture_id" in shape.names
    if "line_first" in shape.names:
        assert shape.names[-2:] == ("line_first", "line_last")
        assert "capture_id" in (shape.names[0], shape.names[-3])


@pytest.mark.parametrize(
    ("table", "column", "kind", "required"),
    [
        ("projects", "project_code", str, True),
        ("projects", "name", str, False),
        ("projects", "fiscal_year_be", int, False),
        ("projects", "progress_percent", float, False),
        ("projects", "captured_at", dt.datetime, False),
        ("projects", "line_first", int, True),
        ("plan_steps", "start_date", dt.date, False),
        ("progress_reports", "problems_stated", bool, False),
        ("captures", "is_latest", bool, True),
        ("plan_steps", "capture_id", str, True),
    ],
)
def test_type_and_requirement_are_those_of_the_annotation(
    table: str, column: str, kind: type, required: bool
) -> None:
    (found,) = (each for each in schema.layout(table).columns if each.name == column)
    assert (found.type, found.required) == (kind, required)


@pytest.mark.parametrize("table", ALL)
def test_a_key_consists_of_required_columns(table: str) -> None:
    shape = schema.layout(table)
    required = {column.name for column in shape.columns if column.required}
    assert set(shape.key) <= required


@pytest.mark.parametrize("table", ALL)
def test_foreign_keys_name_the_keys_of_their_parents(table: str) -> None:
    shape = schema.layout(table)
    for key in shape.foreign_keys:
        assert set(key.columns) <= set(shape.names)
        assert key.parent_columns == schema.layout(key.parent).key
    parents = [key.parent for key in shape.foreign_keys]
    assert ("captures" in parents) == (table != "captures")


def test_every_column_is_declared_and_every_declaration_used() -> None:
    used = set()
    for table in ALL:
        for column in schema.layout(table).names:
            own = f"{table}.{column}"
            used.add(own if own in COLUMNS else column)
    assert used == set(COLUMNS)


def test_every_kind_of_page_fills_known_tables() -> None:
    assert {table for tables in TABLES_OF_KIND.values() for table in tables} <= set(ALL)


@pytest.mark.parametrize("table", ALL)
def test_the_arrow_schema_has_the_types_and_says_what_they_mean(table: str) -> None:
    arrow = schema.arrow_schema(table)
    kinds = {
        "string": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "datetime": pa.timestamp("ms", "UTC"),
    }
    for column, field in zip(schema.layout(table).columns, arrow, strict=True):
        assert (field.name, field.type) == (column.name, kinds[column.type_name])
        assert field.nullable != column.required
        assert field.metadata[b"title_th"].decode() == column.about.title_th
        assert field.metadata[b"description"].decode() == column.about.description
    assert arrow.metadata[b"title_th"].decode() == TABLES[table].title_th


@pytest.mark.parametrize("table", ALL)
def test_the_table_schema_is_one_to_frictionless(table: str) -> None:
    judged = Schema.from_descriptor(schema.table_schema(table))
    shape = schema.layout(table)
    assert tuple(judged.field_names) == shape.names
    assert tuple(judged.primary_key) == shape.key


def test_the_table_schema_states_constraints_units_and_thai_titles() -> None:
    described = schema.table_schema("captures")
    fields = {field["name"]: field for field in described["fields"]}
    assert described["primaryKey"] == ["capture_id"]
    assert fields["capture_id"]["constraints"] == {
        "required": True,
        "unique": True,
        "pattern": "[0-9a-f]{16}",
    }
    assert fields["size_bytes"]["unit"] == "bytes"
    assert fields["size_bytes"]["constraints"] == {"required": True, "minimum": 0}
    assert fields["copy_kind"]["constraints"]["enum"][0] == "html"
    assert fields["outcome"]["title_th"] == "ผลการอ่าน"
    assert "constraints" not in fields["url"]


def test_foreign_keys_may_name_the_resources_of_one_format() -> None:
    keys = schema.table_schema("indicator_quarters", suffix="_parquet")["foreignKeys"]
    assert keys[0] == {
        "fields": ["page_code", "indicator_position"],
        "reference": {"resource": "indicators_parquet", "fields": ["page_code", "position"]},
    }
    assert keys[1]["reference"]["resource"] == "captures_parquet"


@pytest.mark.parametrize("table", ALL)
def test_the_description_for_a_terminal_has_a_line_for_every_column(table: str) -> None:
    text = schema.describe(table)
    for column in schema.layout(table).columns:
        assert re.search(rf"^{column.name} +{column.type_name} ", text, re.MULTILINE)


def test_the_description_for_a_terminal_is_in_english_and_thai() -> None:
    text = schema.describe("agencies")
    assert "agencies: Agencies · หน่วยงาน" in text and in_thai.of_table("agencies") in text
    assert "Pages seen · จำนวนหน้าที่พบ: at least 0" in text


def test_without_a_name_all_tables_are_listed() -> None:
    assert [line.split()[0] for line in schema.describe().splitlines()] == list(schema.ALL_TABLES)


def test_an_unknown_table_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownTable, match=r"no table 'project'; the tables are captures, projects, "):
        schema.describe("project")


def test_looking_at_the_schema_does_not_import_pyarrow() -> None:
    code = "import sys; from normaliser.schema import describe; describe('projects'); print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"pyarrow", "pandas", "numpy"}.isdisjoint(found.stdout.split())


# In Thai


def test_every_table_and_column_is_explained_in_thai_under_the_keys_of_the_english_texts() -> None:
    written = in_thai.descriptions()
    assert list(written["tables"]) == list(schema.ALL_TABLES)
    assert set(written["columns"]) == {*COLUMNS, *derived.COLUMNS}
    assert not set(COLUMNS) & set(derived.COLUMNS)  # else one Thai text would stand for two English ones


@pytest.mark.parametrize("group", ["tables", "columns"])
def test_a_thai_description_is_thai_of_its_own_and_no_title(group: str) -> None:
    titles = {column.title_th for column in (*COLUMNS.values(), *derived.COLUMNS.values())}
    titles |= {table.title_th for table in schema.ALL_TABLES.values()}
    texts = list(in_thai.descriptions()[group].values())
    assert len(set(texts)) == len(texts)
    assert not titles & set(texts)
    for text in texts:
        assert len(re.findall("[ก-ฮ]", text)) > 3, text
        assert text == " ".join(text.split()), text


def test_a_column_with_a_meaning_of_its_own_in_a_table_has_it_in_thai_too() -> None:
    assert in_thai.of_column("findings", "capture_id") != in_thai.of_column("projects", "capture_id")
    for table in schema.ALL_TABLES:
        for column in schema.layout(table).columns:
            same_in_english = column.about.description == COLUMNS.get(column.name, column.about).description
            same_in_thai = in_thai.of_column(table, column.name) == in_thai.descriptions()["columns"].get(
                column.name, in_thai.of_column(table, column.name)
            )
            assert same_in_english == same_in_thai, (table, column.name)


def test_units_years_and_nulls_are_named_in_thai() -> None:
    words = {"baht": "บาท", "UTC": "UTC", "Buddhist era": "พ.ศ.|พุทธศักราช", "percent": "ร้อยละ", "bytes": "ไบต์"}
    for table in schema.ALL_TABLES:
        for column in schema.layout(table).columns:
            text = in_thai.of_column(table, column.name)
            if column.about.unit is not None:
                assert re.search(words[column.about.unit], text), (table, column.name)
            if column.type is dt.date:
                assert "คริสต์ศักราช" in text, (table, column.name)
            if re.search(r"\bnull\b", column.about.description):
                assert "เว้นว่าง" in text, (table, column.name)


# The dictionaries


@pytest.mark.parametrize("thai", [False, True], ids=["english", "thai"])
def test_the_data_dictionary_is_up_to_date(thai: bool) -> None:
    """`make docs-generated` writes it."""
    path = dictionary.PATH_TH if thai else dictionary.PATH
    assert path.read_text(encoding="utf-8") == dictionary.dictionary(thai=thai)


@pytest.mark.parametrize("thai", [False, True], ids=["english", "thai"])
def test_the_data_dictionary_has_every_column_as_a_whole_row(thai: bool) -> None:
    text = dictionary.dictionary(thai=thai)
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert len(rows) == sum(len(schema.layout(table).columns) for table in schema.ALL_TABLES)
    assert {len(re.split(r"(?<!\\)\|", row)) for row in rows} == {9}
