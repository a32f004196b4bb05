"""`bma build`, `bma schema`: the tidy tables."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bma.options import clean, data_option, json_option, print_json, progress_bar, raw

if TYPE_CHECKING:
    from normaliser.build import BuildReport


@click.command()
@data_option
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder [default: DATA/clean].")
@click.option(
    "--plain-csv", is_flag=True, help="CSV without byte order mark and formula guard, for programs."
)
@json_option
def build(data: Path, out: Path | None, plain_csv: bool, as_json: bool) -> None:
    """Write the tables, CSV and Parquet, from all pages of the archive."""
    report = build_tables(raw(data), out or clean(data), plain_csv=plain_csv)
    if as_json:
        print_json(
            {
                "pages_read": report.pages_read,
                "with_issues": report.with_issues,
                "failed": report.failed,
                "outcomes": dict(sorted(report.outcomes.items())),
                "rows": report.rows,
            }
        )
    else:
        for name, rows in report.rows.items():
            click.echo(f"{rows:>9,}  {name}")
        click.echo(f"Tables in {out or clean(data)}")
        click.echo(last_line(report))
    if report.failed:
        raise SystemExit(1)


def build_tables(archive_folder: Path, out: Path, *, plain_csv: bool = False) -> BuildReport:
    """Build the tables of an archive, with a progress bar on a terminal.

    Where the archive was read by an earlier version of the parsers, its pages are recognised anew first.
    """
    import parsers
    from bma.pages import identify
    from normaliser.build import build as build_from
    from scraper.archive import Archive
    from scraper.errors import ArchiveBusy

    with Archive(archive_folder) as archive, progress_bar("Reading pages") as progress:
        with suppress(ArchiveBusy):  # the readings of an earlier version will do while a fetch goes on
            archive.refresh_readings(identify, parsers.VERSION)
        return build_from(archive, out, parse=parsers.parse, plain_csv=plain_csv, progress=progress)


def last_line(report: BuildReport) -> str:
    """`13 pages read, 4 with issues, 0 failed`, and what the failed ones turned out to be."""
    line = f"{report.pages_read:,} pages read, {report.with_issues:,} with issues, {report.failed:,} failed"
    failures = ", ".join(
        f"{outcome} {count:,}" for outcome, count in sorted(report.outcomes.items()) if outcome != "ok"
    )
    return f"{line} ({failures}: see outcome in captures.csv)" if failures else line


@click.command()
@click.argument("table", required=False)
@json_option
def schema(table: str | None, as_json: bool) -> None:
    """Describe all tables, or the columns of one TABLE."""
    from normaliser.schema import ALL_TABLES, describe, table_schema

    if as_json:
        print_json(table_schema(table) if table else {name: table_schema(name) for name in ALL_TABLES})
    else:
        click.echo(describe(table))


COMMANDS = (build, schema)
