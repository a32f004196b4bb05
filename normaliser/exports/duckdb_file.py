"""``--duckdb``: one DuckDB database with types, keys, comments and views.

Times are UTC without a zone, so that they read the same everywhere; comments on tables and columns hold their
Thai and English titles and what they mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from normaliser.errors import ExportError
from normaliser.exports.source import ExportTable, Source
from normaliser.exports.sql import create_table, literal, quoted, views
from normaliser.exports.target import ExportReport, written_whole

TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
}
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "default_block_size": 16_384,  # every key has blocks of its own: 14 MB of the usual ones for a sample
    "autoinstall_known_extensions": "false",  # nothing is fetched
    "autoload_known_extensions": "false",
}


def write(source: Source, target: Path) -> ExportReport:
    """Write all tables of a source; raises ExportError."""
    report = ExportReport()
    with written_whole(target) as path:
        try:
            with duckdb.connect(str(path), config=_CONFIG) as database:
                for table in source.tables.values():
                    _write_table(database, source, table)
                    report.rows[table.name] = table.rows
                _describe(database, source)
                database.execute("CHECKPOINT")
        except duckdb.Error as error:
            raise ExportError(f"{target} cannot be written: {error}") from error
    report.redacted = source.filter.counts
    return report


def _write_table(database: duckdb.DuckDBPyConnection, source: Source, table: ExportTable) -> None:
    database.execute(create_table(table, TYPES, source.tables))
    schema = pa.schema([_without_zone(field) for field in table.file.schema_arrow])
    stopped: list[BaseException] = []

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            for batch in source.batches(table):
                columns = zip(batch.columns, schema, strict=True)
                cast = [column.cast(field.type) for column, field in columns]
                yield pa.RecordBatch.from_arrays(cast, schema=schema)
        except BaseException as error:
            stopped.append(error)
            raise

    database.register("arriving", pa.RecordBatchReader.from_batches(schema, batches()))
    try:
        database.execute(f"INSERT INTO {quoted(table.name)} SELECT * FROM arriving")
    except duckdb.Error:
        if stopped:  # DuckDB makes an error of its own out of what went wrong in here
            raise stopped[0] from None
        raise
    database.unregister("arriving")


def _without_zone(field: pa.Field) -> pa.Field:
    return pa.field(field.name, pa.timestamp("us") if pa.types.is_timestamp(field.type) else field.type)


def _describe(database: duckdb.DuckDBPyConnection, source: Source) -> None:
    database.execute("CREATE TABLE _package (fact VARCHAR PRIMARY KEY, value VARCHAR NOT NULL)")
    database.executemany("INSERT INTO _package VALUES (?, ?)", source.facts())
    for table in source.tables.values():
        name = quoted(table.name)
        database.execute(f"COMMENT ON TABLE {name} IS {literal(table.comment)}")
        for column in table.columns:
            place = f"{name}.{quoted(column.name)}"
            database.execute(f"COMMENT ON COLUMN {place} IS {literal(column.comment)}")
    for view in views(source.tables):
        database.execute(f"CREATE VIEW {quoted(view.name)} AS {view.query}")
        database.execute(f"COMMENT ON VIEW {quoted(view.name)} IS {literal(view.comment)}")
