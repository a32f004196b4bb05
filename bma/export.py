"""`bma export`: the tables as DuckDB, SQLite, Excel or OC4IDS, without names and telephone numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bma.options import clean, counted, data_option, json_option, print_json, raw

if TYPE_CHECKING:
    from normaliser.exports.source import Source
    from normaliser.exports.target import ExportReport

FORMATS = {
    "duckdb": "A DuckDB database: types, keys, comments, views.",
    "sqlite": "An SQLite database: keys, indexes, views; opens in Datasette.",
    "excel": "An Excel workbook (.xlsx): a sheet a table, Thai headings, filters.",
    "oc4ids": "Projects as OC4IDS 0.9 (JSON), unofficial.",
}


def _format_options(command: Callable[..., None]) -> Callable[..., None]:
    for name, text in reversed(FORMATS.items()):
        path = click.Path(path_type=Path)
        command = click.option(f"--{name}", type=path, metavar="FILE", help=text)(command)
    return command


@click.command()
@data_option
@click.option(
    "--tables",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the tables [default: DATA/clean].",
)
@_format_options
@click.option(
    "--oc4ids-publisher",
    "publisher",
    metavar="NAME",
    help="Who publishes the OC4IDS file [default: that it is unofficial].",
)
@click.option(
    "--oc4ids-uri",
    "uri",
    metavar="URI",
    help="What names the OC4IDS file [default: a URI with the hash of the tables].",
)
@click.option(
    "--oc4ids-schema",
    "schema",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Check the OC4IDS file against the standard's schema files in this folder.",
)
@click.option(
    "--redact/--no-redact",
    default=True,
    show_default=True,
    help="Mark names, telephone numbers and the like in free text.",
)
@click.option(
    "--with-contacts",
    "contacts",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also the contact lines of the pages in DATA/raw (CSV): personal data, for you alone.",
)
@click.option("--force", is_flag=True, help="Replace files that exist.")
@json_option
def export(
    data: Path,
    tables: Path | None,
    publisher: str | None,
    uri: str | None,
    schema: Path | None,
    redact: bool,
    contacts: Path | None,
    force: bool,
    as_json: bool,
    **targets: Path | None,
) -> None:
    """Write the tables into one file of another format, or several.

    What is taken for a name or a number, and what is missed, stands in docs/personal-data.md.
    """
    wanted = {name: target for name, target in targets.items() if target is not None}
    if not wanted and contacts is None:
        raise click.UsageError("name a file to write: " + ", ".join(f"--{name} FILE" for name in FORMATS))
    if "oc4ids" not in wanted and (publisher or uri or schema):
        raise click.UsageError("--oc4ids-publisher, --oc4ids-uri and --oc4ids-schema belong to --oc4ids FILE")
    files = [*wanted.values(), *([] if contacts is None else [contacts])]
    if len({file.resolve() for file in files}) < len(files):
        raise click.UsageError("two formats cannot be the same file")
    from normaliser.exports import contacts_file
    from normaliser.exports.source import Source
    from normaliser.exports.target import check_target
    from parsers.redaction import redact as marked

    folder = tables or clean(data)
    for file in files:
        check_target(file, force=force)
    if contacts is not None:
        contacts_file.check_place(contacts, folder)
    reports = {}
    for name, target in wanted.items():
        with Source(folder, marked if redact else None) as source:
            reports[name] = _write(name, source, target, publisher, uri, schema)
        if not as_json:
            _say(target, reports[name], redacted=redact, built_redacted=source.is_redacted)
    facts = {name: _facts(wanted[name], report, redact) for name, report in reports.items()}
    if contacts is not None:
        facts["contacts"] = {"file": str(contacts), "lines": _write_contacts(data, folder, contacts)}
        if not as_json:
            click.echo(f"Written  {contacts}: {facts['contacts']['lines']:,} contact lines, personal data")
    if as_json:
        print_json(facts)
    if not all(report.complete for report in reports.values()):
        raise SystemExit(1)


def _write(
    name: str, source: Source, target: Path, publisher: str | None, uri: str | None, schema: Path | None
) -> ExportReport:
    """Write one format; nothing of the others is imported."""
    if name == "duckdb":
        from normaliser.errors import ExportError

        try:
            from normaliser.exports import duckdb_file
        except ModuleNotFoundError as error:
            if error.name != "duckdb":
                raise
            raise ExportError('DuckDB is not installed; run: pip install "bma-progress[duckdb]"') from None

        return duckdb_file.write(source, target)
    if name == "sqlite":
        from normaliser.exports import sqlite_file

        return sqlite_file.write(source, target)
    if name == "excel":
        from normaliser.exports import excel_file

        report = excel_file.write(source, target)
        if target.suffix.lower() != ".xlsx":
            report.notes.append("give the workbook a name that ends in .xlsx: Excel opens no other")
        return report
    from normaliser.exports import oc4ids_file, oc4ids_schema

    check = None if schema is None else oc4ids_schema.check_with(schema)
    by = oc4ids_file.Publication(uri=uri) if publisher is None else oc4ids_file.Publication(publisher, uri)
    report = oc4ids_file.write(source, target, by, check)
    if schema is not None:
        report.notes.append(
            f"each of {report.rows['projects']:,} projects fits {oc4ids_schema.PACKAGE_SCHEMA} in {schema}"
        )
    return report


def _write_contacts(data: Path, folder: Path, target: Path) -> int:
    """Write the contact lines of the pages that the tables show; returns their number."""
    import parsers
    from normaliser.exports import contacts_file
    from normaliser.exports.source import Source
    from parsers.page import Page
    from scraper.archive import Archive

    with Source(folder) as source, Archive(raw(data)) as archive:

        def read(capture_id: str, code: str) -> Page:
            return parsers.parse(archive.body(capture_id), kind="project", code=code)

        return contacts_file.write(source, target, read)


def _say(target: Path, report: ExportReport, *, redacted: bool, built_redacted: bool) -> None:
    for note in report.notes:
        click.echo(f"Note     {note}")
    rows = ", ".join(f"{name} {count:,}" for name, count in report.rows.items() if count)
    click.echo(f"Written  {target}: {rows or 'no rows'} ({target.stat().st_size:,} bytes)")
    if marked := counted(report.redacted):
        click.echo(f"Marked   {marked}")
    elif built_redacted:
        click.echo("Marked   nothing more: bma build has done it")
    else:
        click.echo(f"Marked   {'none found' if redacted else 'nothing: texts may name people'}")


def _facts(target: Path, report: ExportReport, redacted: bool) -> dict[str, Any]:
    return {
        "file": str(target),
        "bytes": target.stat().st_size,
        "rows": report.rows,
        "redacted": dict(sorted(report.redacted.items())) if redacted else None,
        "notes": report.notes,
        "complete": report.complete,
    }


COMMANDS = (export,)
