"""``--sqlite``: one SQLite database, as Datasette and every programming language open it.

Dates and times are ISO text, booleans 0 and 1. ``_tables``, ``_columns`` and ``_package`` say what is in it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from normaliser.errors import ExportError
from normaliser.exports.source import ExportTable, Source
from normaliser.exports.sql import create_table, quoted, views
from normaliser.exports.target import ExportReport, written_whole

TYPES = {
    "string": "TEXT",
    "integer": "INTEGER",
    "number": "REAL",
    "boolean": "INTEGER CHECK ({column} IN (0, 1))",
    "date": "TEXT",
    "datetime": "TEXT",
}
_FAST = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 4096;"
_ABOUT = """
CREATE TABLE _package (fact TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE _tables (
    table_name TEXT PRIMARY KEY, title TEXT, title_th TEXT, description TEXT NOT NULL,
    description_th TEXT NOT NULL, rows INTEGER
);
CREATE TABLE _columns (
    table_name TEXT NOT NULL REFERENCES _tables (table_name), column_name TEXT NOT NULL, type TEXT NOT NULL,
    title TEXT NOT NULL, title_th TEXT NOT NULL, description TEXT NOT NULL, description_th TEXT NOT NULL,
    unit TEXT,
    PRIMARY KEY (table_name, column_name)
);
"""


def write(source: Source, target: Path) -> ExportReport:
    """Write all tables of a source; raises ExportError."""
    report = ExportReport()
    with written_whole(target) as path:
        try:
            with closing(sqlite3.connect(path, isolation_level=None)) as database:
                database.executescript(_FAST)
                database.execute("BEGIN")
                for table in source.tables.values():
                    report.rows[table.name] = _write_table(database, source, table)
                _index(database, source)
                _describe(database, source)
                database.execute("COMMIT")
                _check(database)
                database.execute("PRAGMA optimize")
        except sqlite3.Error as error:
            raise ExportError(f"{target} cannot be written: {error}") from error
    report.redacted = source.filter.counts
    return report


def _write_table(database: sqlite3.Connection, source: Source, table: ExportTable) -> int:
    database.execute(create_table(table, TYPES, source.tables))
    marks = ", ".join("?" * len(table.columns))
    insert = f"INSERT INTO {quoted(table.name)} VALUES ({marks})"
    rows = 0
    for batch in source.batches(table):
        database.executemany(insert, zip(*map(_values, batch.columns), strict=True))
        rows += batch.num_rows
    return rows


def _values(column: pa.Array) -> list[object]:
    """A column as SQLite takes it; dates and times as ISO text."""
    if pa.types.is_date(column.type):
        column = column.cast(pa.string())
    elif pa.types.is_timestamp(column.type):
        column = pc.replace_substring(column.cast(pa.timestamp("s", "UTC")).cast(pa.string()), " ", "T")
    values: list[object] = column.to_pylist()
    return values


def _index(database: sqlite3.Connection, source: Source) -> None:
    """An index for each foreign key that does not lead a primary key: children are looked up by it."""
    for table in source.tables.values():
        for key in table.foreign_keys:
            if table.key[: len(key.columns)] != key.columns:
                name = quoted(f"{table.name}_by_{'_'.join(key.columns)}")
                columns = ", ".join(map(quoted, key.columns))
                database.execute(f"CREATE INDEX {name} ON {quoted(table.name)} ({columns})")


def _describe(database: sqlite3.Connection, source: Source) -> None:
    for statement in _ABOUT.split(";"):
        database.execute(statement)
    database.executemany("INSERT INTO _package VALUES (?, ?)", source.facts())
    for table in source.tables.values():
        titles, meanings = (table.title, table.title_th), (table.description, table.description_th)
        row = (table.name, *titles, *meanings, table.rows)
        database.execute("INSERT INTO _tables VALUES (?, ?, ?, ?, ?, ?)", row)
        for each in table.columns:
            titles, meanings = (each.title, each.title_th), (each.description, each.description_th)
            line = (table.name, each.name, each.type, *titles, *meanings, each.unit or None)
            database.execute("INSERT INTO _columns VALUES (?, ?, ?, ?, ?, ?, ?, ?)", line)
    for view in views(source.tables):
        database.execute(f"CREATE VIEW {quoted(view.name)} AS {view.query}")
        about = (view.name, view.description, view.description_th)
        database.execute(
            "INSERT INTO _tables (table_name, description, description_th) VALUES (?, ?, ?)", about
        )


def _check(database: sqlite3.Connection) -> None:
    fault = database.execute("PRAGMA foreign_key_check").fetchone()
    if fault is not None:
        raise ExportError(
            f"a row of {fault[0]} names a row of {fault[2]} that is not there; build the tables anew"
        )
