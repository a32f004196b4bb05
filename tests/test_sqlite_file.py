"""`bma export --sqlite`: what SQLite reads back is what the tables hold, with keys that it enforces."""

import datetime as dt
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from normaliser import in_thai
from normaliser.exports import sqlite_file
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
    return make_tables(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="module")
def file(clean: Path) -> Path:
    target = clean.parent / "tables.db"
    with Source(clean, redact) as source:
        sqlite_file.write(source, target)
    return target


@pytest.fixture
def database(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file)) as connection:
        yield connection


def as_stored(value: Any) -> Any:
    """A value as SQLite has it: times and dates as ISO text, booleans as 0 and 1."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, dt.date) else value


def test_every_value_of_every_table_comes_back(clean: Path, database: sqlite3.Connection) -> None:
    assert {"findings", "check_results"} < set(tables_in(clean))
    for name in tables_in(clean):
        key = ", ".join(f'"{column}"' for column in layout(name).key)
        found = database.execute(f"SELECT * FROM {name} ORDER BY {key}").fetchall()
        assert found == [tuple(map(as_stored, row)) for row in rows_of(clean, name)], name
        assert found or name in ("changes",)


def test_values_have_the_storage_that_their_type_asks_for(clean: Path, database: sqlite3.Connection) -> None:
    storage = {"string": "text", "date": "text", "datetime": "text", "number": "real"}
    for name in tables_in(clean):
        for column, kind in types_of(name).items():
            found = database.execute(f'SELECT DISTINCT typeof("{column}") FROM {name}').fetchall()
            assert {each for (each,) in found} <= {"null", storage.get(kind, "integer")}, (name, column)


def test_dates_and_times_are_those_that_sqlite_calculates_with(database: sqlite3.Connection) -> None:
    dated = "SELECT COUNT(*) FROM progress_reports WHERE report_date IS NOT NULL"
    assert database.execute(dated).fetchone()[0] > 30
    assert database.execute(f"{dated} AND date(report_date) = report_date").fetchone()[0] > 30
    timed = "SELECT captured_at, datetime(captured_at) FROM captures"
    assert all(stored == calculated.replace(" ", "T") + "Z" for stored, calculated in database.execute(timed))


def test_keys_are_declared_and_enforced(clean: Path, database: sqlite3.Connection) -> None:
    database.execute("PRAGMA foreign_keys = ON")
    for name in tables_in(clean):
        info = database.execute(f"PRAGMA table_info({name})").fetchall()
        keys = sorted((place, column) for _, column, _, _, _, place in info if place)
        assert [column for _, column in keys] == list(layout(name).key)
        assert [column for _, column, _, _, _, _ in info] == list(layout(name).names)
        assert {column for _, column, _, required, _, _ in info if required} == {
            column.name for column in layout(name).columns if column.required
        }
        parents = {row[2] for row in database.execute(f"PRAGMA foreign_key_list({name})")}
        assert parents == {key.parent for key in layout(name).foreign_keys}
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with pytest.raises(sqlite3.IntegrityError):
        database.execute("UPDATE plan_steps SET project_code = '50030000-9999' WHERE position = 1")
    with pytest.raises(sqlite3.IntegrityError):
        database.execute("INSERT INTO projects SELECT * FROM projects LIMIT 1")
    database.rollback()
    with pytest.raises(sqlite3.IntegrityError):
        database.execute("UPDATE captures SET is_latest = 2")


def test_text_stays_as_it_is_and_names_are_marked(database: sqlite3.Connection) -> None:
    query = "SELECT rationale FROM projects WHERE project_code = ?"
    assert database.execute(query, (HOSTILE,)).fetchone() == (FORMULA,)
    query = "SELECT narrative FROM progress_reports WHERE project_code = ?"
    assert database.execute(query, (NAMED,)).fetchone() == (NARRATIVE_MARKED,)
    assert dict(database.execute("SELECT fact, value FROM _package"))["personal data"].startswith("marked in")


def test_every_view_answers(clean: Path, database: sqlite3.Connection) -> None:
    views = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}
    assert views == {view.name for view in VIEWS}
    for view in views:
        assert database.execute(f"SELECT COUNT(*) FROM {view}").fetchone()[0] > 0
    latest = dict(database.execute("SELECT project_code, report_date FROM latest_reports"))
    newest: dict[str, str] = {}
    places = layout("progress_reports").names
    for row in rows_of(clean, "progress_reports"):
        values = dict(zip(places, row, strict=True))
        day = as_stored(values["report_date"]) or ""
        newest[values["project_code"]] = max(newest.get(values["project_code"], ""), day)
    assert {code: day or "" for code, day in latest.items()} == newest


def test_the_database_says_what_is_in_it(clean: Path, database: sqlite3.Connection) -> None:
    told = dict(database.execute("SELECT table_name, rows FROM _tables WHERE rows IS NOT NULL"))
    assert told == {name: len(rows_of(clean, name)) for name in tables_in(clean)}
    columns = set(database.execute("SELECT table_name, column_name FROM _columns"))
    assert columns == {(name, column) for name in tables_in(clean) for column in layout(name).names}
    for name in tables_in(clean):
        query = "SELECT description, description_th FROM _tables WHERE table_name = ?"
        told_of_table = database.execute(query, [name]).fetchone()
        assert told_of_table == (layout(name).description, in_thai.of_table(name))
        query = "SELECT column_name, title_th, description_th FROM _columns WHERE table_name = ?"
        assert set(database.execute(query, [name])) == {
            (column.name, column.about.title_th, in_thai.of_column(name, column.name))
            for column in layout(name).columns
        }


def test_a_history_has_its_own_keys_and_no_views_of_single_captures(clean: Path, tmp_path: Path) -> None:
    with Source(clean / "history") as source:
        sqlite_file.write(source, tmp_path / "history.db")
    with closing(sqlite3.connect(tmp_path / "history.db")) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        views = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}
        assert "latest_reports" not in views
        count = database.execute("SELECT COUNT(*) FROM projects").fetchone()[0]
    assert count == len(rows_of(clean / "history", "projects")) > len(rows_of(clean, "projects"))


def test_the_same_tables_give_the_same_bytes(clean: Path, file: Path, tmp_path: Path) -> None:
    with Source(clean, redact) as source:
        sqlite_file.write(source, tmp_path / "again.db")
    assert (tmp_path / "again.db").read_bytes() == file.read_bytes()


def test_datasette_opens_it_with_keys_labels_and_views(clean: Path, file: Path) -> None:
    def get(path: str) -> Any:
        command = [sys.executable, "-m", "datasette", str(file), "--get", path]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    about = get("/tables.json")
    counts = {table["name"]: table["count"] for table in about["tables"] if not table["hidden"]}
    assert counts.items() >= {name: len(rows_of(clean, name)) for name in tables_in(clean)}.items()
    assert {view["name"] for view in about["views"]} == {view.name for view in VIEWS}
    keys = {table["name"]: table["foreign_keys"]["outgoing"] for table in about["tables"]}
    for name in tables_in(clean):
        single = {(key.columns[0], key.parent) for key in layout(name).foreign_keys if len(key.columns) == 1}
        assert {(key["column"], key["other_table"]) for key in keys[name]} == single
    page = get(f"/tables/progress_reports.json?_shape=array&project_code={NAMED}")
    assert [row["narrative"] for row in page] == [NARRATIVE_MARKED]
    assert len(get("/tables/latest_reports.json?_shape=array&_size=max")) > 10
