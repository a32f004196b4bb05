"""`bma export --duckdb`: what DuckDB reads back is what the tables hold, with types, keys and comments."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from normaliser import in_thai
from normaliser.exports import duckdb_file
from normaliser.exports.source import Source
from normaliser.exports.sql import VIEWS
from normaliser.schema import layout
from parsers.redaction import redact
from tests.exported import (
    FORMULA,
    HOSTILE,
    NAMED,
    NARRATIVE_MARKED,
    make_tables,
    rows_of,
    tables_in,
    types_of,
)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tables(tmp_path_factory.mktemp("duckdb"))


@pytest.fixture(scope="module")
def file(clean: Path) -> Path:
    target = clean.parent / "tables.duckdb"
    with Source(clean, redact) as source:
        duckdb_file.write(source, target)
    return target


@pytest.fixture
def database(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(file), read_only=True) as connection:
        yield connection


def without_zone(value: Any) -> Any:
    return value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value


def test_every_value_of_every_table_comes_back(clean: Path, database: duckdb.DuckDBPyConnection) -> None:
    assert {"findings", "check_results"} < set(tables_in(clean))
    for name in tables_in(clean):
        found = database.execute(f"SELECT * FROM {name} ORDER BY ROWID").fetchall()
        assert found == [tuple(map(without_zone, row)) for row in rows_of(clean, name)], name
        assert found


def test_every_column_has_the_type_of_its_declaration(
    clean: Path, database: duckdb.DuckDBPyConnection
) -> None:
    names = {
        "string": "VARCHAR",
        "integer": "BIGINT",
        "number": "DOUBLE",
        "boolean": "BOOLEAN",
        "date": "DATE",
        "datetime": "TIMESTAMP",
    }
    query = "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index"
    for name in tables_in(clean):
        found = database.execute(query, [name]).fetchall()
        assert found == [(column, names[kind]) for column, kind in types_of(name).items()]


def test_keys_are_declared_and_enforced(clean: Path, file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.duckdb"
    copy.write_bytes(file.read_bytes())
    query = """
        SELECT constraint_type, constraint_column_names, referenced_table, referenced_column_names
        FROM duckdb_constraints() WHERE table_name = ? AND constraint_type IN ('PRIMARY KEY', 'FOREIGN KEY')
    """
    with duckdb.connect(str(copy)) as database:
        for name in tables_in(clean):
            found = {
                (kind, tuple(columns), parent or "", tuple(there))
                for kind, columns, parent, there in database.execute(query, [name]).fetchall()
            }
            assert found == {("PRIMARY KEY", layout(name).key, "", ())} | {
                ("FOREIGN KEY", key.columns, key.parent, key.parent_columns)
                for key in layout(name).foreign_keys
            }
        with pytest.raises(duckdb.ConstraintException):
            database.execute("INSERT INTO projects SELECT * FROM projects LIMIT 1")
        with pytest.raises(duckdb.ConstraintException):
            database.execute("UPDATE plan_steps SET project_code = '50030000-9999' WHERE position = 1")


def test_text_stays_as_it_is_and_names_are_marked(database: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT rationale FROM projects WHERE project_code = ?"
    assert database.execute(query, [HOSTILE]).fetchone() == (FORMULA,)
    query = "SELECT narrative FROM progress_reports WHERE project_code = ?"
    assert database.execute(query, [NAMED]).fetchone() == (NARRATIVE_MARKED,)
    facts = dict(database.execute("SELECT * FROM _package").fetchall())
    assert facts["personal data"].startswith("marked in free text: person ")


def test_every_view_answers(database: duckdb.DuckDBPyConnection) -> None:
    views = {
        name
        for (name,) in database.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    }
    assert views == {view.name for view in VIEWS}
    for view in views:
        count = database.execute(f"SELECT COUNT(*) FROM {view}").fetchone()
        assert count and count[0] > 0


def test_the_views_say_what_can_be_worked_out_by_hand(
    clean: Path, database: duckdb.DuckDBPyConnection
) -> None:
    query = """
        SELECT reported_percent, weight_due_percent, steps, steps_due FROM plan_and_reports
        WHERE project_code = ?
    """
    assert database.execute(query, [HOSTILE]).fetchall() == [(45.5, 0.0, 1, 0)]  # it ends in September
    query = "SELECT progress_percent, report_date FROM latest_reports WHERE project_code = ?"
    assert database.execute(query, [HOSTILE]).fetchall() == [(45.5, dt.date(2023, 3, 23))]
    names = layout("projects").names
    projects = [dict(zip(names, row, strict=True)) for row in rows_of(clean, "projects")]
    chosen = [row for row in projects if (row["agency_code"], row["fiscal_year_be"]) == ("50030000", 2566)]
    percents = [row["progress_percent"] for row in chosen]
    query = """
        SELECT projects, with_percent, mean_percent, least_percent, greatest_percent
        FROM progress_by_agency_year WHERE agency_code = '50030000' AND fiscal_year_be = 2566
    """
    expected = (len(chosen), len(percents), sum(percents) / len(percents), min(percents), max(percents))
    assert len(chosen) >= 2
    assert database.execute(query).fetchall() == [expected]


def test_every_table_and_column_has_a_comment_in_both_languages(
    clean: Path, database: duckdb.DuckDBPyConnection
) -> None:
    for name in tables_in(clean):
        said = database.execute("SELECT comment FROM duckdb_tables() WHERE table_name = ?", [name]).fetchone()
        assert said and layout(name).table.title_th in said[0] and layout(name).table.title_en in said[0]
        query = "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = ?"
        comments = dict(database.execute(query, [name]).fetchall())
        for column in layout(name).columns:
            assert column.about.title_th in comments[column.name]
            assert column.about.title_en in comments[column.name]
            assert in_thai.of_column(name, column.name) in comments[column.name]
    views = dict(
        database.execute("SELECT view_name, comment FROM duckdb_views() WHERE NOT internal").fetchall()
    )
    assert set(views) == {view.name for view in VIEWS}
    for view in VIEWS:
        assert re.search("[ก-ฮ]{3}", view.description_th)
        assert view.description in views[view.name] and view.description_th in views[view.name]


def test_a_history_is_exported_too(clean: Path, tmp_path: Path) -> None:
    with Source(clean / "history", redact) as source:
        report = duckdb_file.write(source, tmp_path / "history.duckdb")
    assert report.rows["projects"] == len(rows_of(clean / "history", "projects"))
    with duckdb.connect(str(tmp_path / "history.duckdb")) as database:
        found = database.execute("SELECT * FROM changes ORDER BY ROWID").fetchall()
    assert found == [tuple(map(without_zone, row)) for row in rows_of(clean / "history", "changes")]
