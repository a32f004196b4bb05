"""Record classes and column declarations hold together, and the parser keeps what they promise."""

import dataclasses
import re
from pathlib import Path
from types import NoneType
from typing import get_args, get_type_hints

import pytest

import parsers
from parsers import columns
from parsers.columns import COLUMNS, Column, column_of
from parsers.issues import ISSUE_TYPES
from parsers.page import Page
from parsers.records import TABLES, TABLES_OF_KIND, PageRecord, Table
from scraper.saved import SavedPage, saved_pages

TABLE = pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))


def fields(table: Table) -> list[str]:
    return [field.name for field in dataclasses.fields(table.record)]


def types(table: Table, name: str) -> set[type]:
    hint = get_type_hints(table.record)[name]
    return set(get_args(hint)) or {hint}


def sample_pages() -> list[Page]:
    """Samples and fixtures of every kind, as their addresses tell them."""
    here = Path(__file__).parent
    found = saved_pages([here.parent / "bma" / "sample_pages", here / "fixtures" / "pages"])
    pages = [page for page in found if isinstance(page, SavedPage)]
    return [
        parsers.parse(page.body, kind=page.capture.page_kind, code=page.capture.page_code) for page in pages
    ]


# --- the declarations


@TABLE
def test_every_field_is_a_declared_column(table):
    for name in fields(table):
        assert isinstance(column_of(table.name, name), Column)


def test_every_declared_column_is_used():
    own = {f"{table.name}.{name}" for table in TABLES.values() for name in fields(table)}
    used = {name if name in COLUMNS else name.partition(".")[2] for name in own}
    assert set(COLUMNS) == used


def test_an_undeclared_column_is_refused():
    with pytest.raises(KeyError):
        column_of("projects", "no_such_column")


@TABLE
def test_a_table_says_what_it_is_in_two_languages(table):
    assert table.name == table.name.lower()
    assert re.search("[ก-๛]", table.title_th)
    assert table.title_en.isascii()
    assert table.record.__doc__.endswith(".")


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_says_what_it_is_in_two_languages(name):
    column = COLUMNS[name]
    assert re.search("[ก-๛]", column.title_th)
    assert re.search("[A-Z]", column.title_en)
    assert column.description.endswith(".")
    re.compile(column.pattern or "")


@TABLE
def test_key_columns_are_fields_that_every_row_has(table):
    for name in table.key:
        if name != "capture_id" or name in fields(table):
            assert NoneType not in types(table, name), name


@TABLE
def test_parents_are_tables_and_are_named_by_their_keys(table):
    for foreign in table.parents:
        parent = TABLES[foreign.parent]
        assert foreign.parent_columns == parent.key
        assert set(foreign.columns) <= set(fields(table))
        for own, theirs in zip(foreign.columns, foreign.parent_columns, strict=True):
            assert types(table, own) - {NoneType} == types(parent, theirs)


@TABLE
def test_constraints_fit_the_types(table):
    for name in fields(table):
        column, kinds_of_value = column_of(table.name, name), types(table, name) - {NoneType}
        assert len(kinds_of_value) == 1
        if column.enum or column.pattern:
            assert kinds_of_value == {str}, name
        if column.minimum is not None or column.maximum is not None:
            assert kinds_of_value <= {int, float}, name


@TABLE
def test_what_stands_on_a_page_has_its_lines(table):
    assert issubclass(table.record, PageRecord) == (table.name not in ("captures", "parse_issues"))


def test_a_column_of_one_name_has_one_type_in_all_tables():
    by_name: dict[str, set[type]] = {}
    for table in TABLES.values():
        for name in fields(table):
            by_name.setdefault(name, set()).update(types(table, name) - {NoneType})
    assert [name for name, found in by_name.items() if len(found) > 1] == []


# --- kinds of pages


def test_the_tables_of_a_kind_are_tables_and_its_name_is_a_page_kind():
    assert set(TABLES_OF_KIND) <= set(columns.PAGE_KINDS) - {"unknown"}
    for tables in TABLES_OF_KIND.values():
        assert set(tables) <= set(TABLES) - {"captures", "parse_issues"}
        assert len(set(tables)) == len(tables)


@pytest.mark.parametrize("kind", TABLES_OF_KIND)
def test_a_parent_stands_before_its_children_and_is_filled_by_the_same_pages(kind):
    tables = TABLES_OF_KIND[kind]
    for place, name in enumerate(tables):
        required = [
            foreign
            for foreign in TABLES[name].parents
            if not any(NoneType in types(TABLES[name], column) for column in foreign.columns)
        ]
        assert {foreign.parent for foreign in required} <= set(tables[:place])


# --- what the parser gives


def test_words_of_the_parser_are_in_the_declarations():
    severities = {kind.severity for kind in ISSUE_TYPES.values()}
    assert severities <= set(columns.SEVERITIES) == set(column_of("parse_issues", "severity").enum)
    assert set(column_of("captures", "outcome").enum) == set(columns.OUTCOMES)
    assert set(column_of("captures", "copy_kind").enum) == set(columns.COPY_KINDS)
    assert set(column_of("strategy_links", "level_name").enum) == set(columns.LEVEL_NAMES)


def test_rows_of_the_sample_pages_keep_every_constraint():
    seen = set()
    for page in sample_pages():
        assert page.kind in columns.PAGE_KINDS
        assert page.outcome in columns.OUTCOMES
        assert page.copy_kind in columns.COPY_KINDS
        for name, rows in [*page.records.items(), ("parse_issues", page.issues)]:
            table = TABLES[name]
            for row in rows:
                assert type(row) is table.record
                for field in fields(table):
                    value, column = getattr(row, field), column_of(name, field)
                    assert type(value) in types(table, field), (name, field)
                    if value is None:
                        continue
                    seen.add(f"{name}.{field}")
                    assert column.enum is None or value in column.enum, (name, field)
                    assert column.pattern is None or re.fullmatch(column.pattern, value), (name, field)
                    assert column.minimum is None or value >= column.minimum, (name, field)
                    assert column.maximum is None or value <= column.maximum, (name, field)
    kept = {"capture_id", "url", "captured_at"}  # what only the archive knows
    given = {
        f"{table.name}.{name}" for table in TABLES.values() for name in fields(table) if name not in kept
    }
    assert {name for name in given - seen if not name.startswith("captures.")} == NEVER_GIVEN


NEVER_GIVEN = {"agency_indicator_quarters.score"}
"""Columns that are empty on all known pages."""


def test_keys_are_unique_on_every_sample_page_and_children_have_parents():
    for page in sample_pages():
        for name, rows in page.records.items():
            table = TABLES[name]
            own = [column for column in table.key if column != "capture_id"]
            keys = [tuple(getattr(row, column) for column in own) for row in rows]
            assert len(set(keys)) == len(keys), name
            for foreign in table.parents:
                parents = {
                    tuple(getattr(row, column) for column in foreign.parent_columns)
                    for row in page.records.get(foreign.parent, [])
                }
                named = {tuple(getattr(row, column) for column in foreign.columns) for row in rows}
                assert {key for key in named if None not in key} <= parents


def test_field_lines_name_columns_and_rows_of_the_table_that_they_speak_of():
    for page in sample_pages():
        for row in page.records.get("field_lines", []):
            assert row.column in fields(TABLES[row.table_name])
            assert 1 <= row.position <= len(page.records[row.table_name])


def test_every_value_of_a_project_has_its_lines():
    elsewhere = {"project_code", "agency_code", "line_first", "line_last", "url", "captured_at"}
    for page in sample_pages():
        for row in page.records.get("projects", []):
            told = {place.column for place in page.records["field_lines"]}
            given = {name for name in fields(TABLES["projects"]) if getattr(row, name) is not None}
            assert given - elsewhere <= told


def test_fields_that_issues_name_are_columns():
    for page in sample_pages():
        for found in page.issues:
            if found.field:
                table, _, column = found.field.partition(".")
                assert not column or column in fields(TABLES[table]), found.field
