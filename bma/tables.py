"""`bma build`, `bma schema`: the tidy tables."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bma.options import clean, counted, data_option, json_option, print_json, progress_bar, raw

if TYPE_CHECKING:
    from normaliser.build import BuildReport

_CODES_TOLD = 10
"""So many agency codes are named; the others are counted."""


@click.command()
@data_option
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder [default: DATA/clean].")
@click.option(
    "--plain-csv", is_flag=True, help="CSV without byte order mark and formula guard, for programs."
)
@click.option(
    "--history",
    is_flag=True,
    help="Also the tables of all captures, and what changed between them, in the folder history.",
)
@click.option(
    "--redact",
    is_flag=True,
    help="Mark names, telephone numbers and the like in free text; see docs/personal-data.md.",
)
@json_option
def build(data: Path, out: Path | None, plain_csv: bool, history: bool, redact: bool, as_json: bool) -> None:
    """Write the tables, CSV and Parquet, from all pages of the archive."""
    folder = out or clean(data)
    report = build_tables(raw(data), folder, plain_csv=plain_csv, history=history, redact=redact)
    if as_json:
        print_json(_as_json(report, folder))
    else:
        for name, rows in report.rows.items():
            click.echo(f"{rows:>9,}  {name}")
        click.echo(f"Tables in {folder}")
        if report.redacted is not None:
            click.echo(f"Marked in free texts: {counted(report.redacted) or 'none found'}")
        if report.unknown_agencies:
            click.echo(
                f"Agency codes that the reference data do not have: {_shortened(report.unknown_agencies)}"
            )
        for line in _history_lines(report, folder):
            click.echo(line)
        click.echo(last_line(report))
    if report.failed:
        raise SystemExit(1)


def _as_json(report: BuildReport, folder: Path) -> dict[str, Any]:
    from normaliser.history import FOLDER

    found: dict[str, Any] = {
        "pages_read": report.pages_read,
        "with_issues": report.with_issues,
        "failed": report.failed,
        "outcomes": dict(sorted(report.outcomes.items())),
        "rows": report.rows,
        "unknown_agencies": report.unknown_agencies,
        "history_removed": report.history_removed,
        "redacted": None if report.redacted is None else dict(sorted(report.redacted.items())),
    }
    if report.history is not None:
        found["history"] = {
            "folder": str(folder / FOLDER),
            "captures": report.history.captures,
            "not_compared": dict(sorted(report.history.not_compared.items())),
            "rows_not_proven": report.history.rows_not_proven,
            "rows": report.history.rows,
            "changes": report.history.changes_by_kind(),
        }
    return found


def _shortened(codes: list[str]) -> str:
    """The first codes, and how many there are beside."""
    more = len(codes) - _CODES_TOLD
    return ", ".join(codes[:_CODES_TOLD]) + (f" and {more:,} more (--json names all)" if more > 0 else "")


def _history_lines(report: BuildReport, folder: Path) -> list[str]:
    """Where the history is, how many changes it has by kind, and what was not compared or not proven."""
    from normaliser.history import FILE_TIME, FOLDER, NO_SITE

    history = report.history
    if history is None:
        return []
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in history.changes_by_kind().items())
    lines = [f"History in {folder / FOLDER}: {history.captures:,} captures; changes: {kinds}"]
    reasons = {NO_SITE: "without a URL", FILE_TIME: "dated only by their file"}
    if left_out := ", ".join(
        f"{history.not_compared[why]:,} {text}" for why, text in reasons.items() if history.not_compared[why]
    ):
        lines.append(f"Not compared: {left_out}; give them a sidecar with url and captured_at")
    if history.rows_not_proven:
        lines.append(
            f"Missing, but not proven to be removed: {history.rows_not_proven:,} rows, beside lines that were"
            " not recognised (see parse_issues)"
        )
    return lines


def build_tables(
    archive_folder: Path,
    out: Path,
    *,
    plain_csv: bool = False,
    history: bool = False,
    redact: bool = False,
) -> BuildReport:
    """Build the tables of an archive, with a progress bar on a terminal.

    Where the archive was read by an earlier version of the parsers, its pages are recognised anew first.
    A history that is removed, since it is not built anew, is told on stderr.
    """
    import parsers
    from bma.pages import identify
    from normaliser.build import build as build_from
    from normaliser.history import FOLDER
    from parsers import redaction
    from scraper.archive import Archive
    from scraper.errors import ArchiveBusy

    with Archive(archive_folder) as archive, progress_bar("Reading pages") as progress:
        with suppress(ArchiveBusy):  # the readings of an earlier version will do while a fetch goes on
            archive.refresh_readings(identify, parsers.VERSION)
        report = build_from(
            archive,
            out,
            parse=parsers.parse,
            plain_csv=plain_csv,
            history=history,
            text_filter=redaction.redact if redact else None,
            progress=progress,
        )
    if report.history_removed:
        where = out / FOLDER
        click.echo(
            f"the history of an earlier build was removed from {where}: bma build --history makes it anew",
            err=True,
        )
    return report


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
