"""`bma build`, `bma schema`: the tidy tables."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bma.options import (
    clean,
    counted,
    data_option,
    json_option,
    kept_rows,
    print_json,
    progress_bar,
    raw,
    redact_option,
    share_memory,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from normaliser.build import BuildReport
    from normaliser.running import Run

_WORTH_PROCESSES = 2_000
"""From so many pages on processes save more time than it takes to start them, about a second."""
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
@redact_option
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that work [default: one a core].",
)
@click.option(
    "--scheduler", metavar="ADDRESS", help="Do the work on the Dask cluster there; see docs/scaling.md."
)
@click.option("--fresh", is_flag=True, help="Read all pages anew, also those that were read before.")
@json_option
def build(
    data: Path,
    out: Path | None,
    plain_csv: bool,
    history: bool,
    redact: bool,
    jobs: int | None,
    scheduler: str | None,
    fresh: bool,
    as_json: bool,
) -> None:
    """Write the tables, CSV and Parquet, from all pages of the archive."""
    if jobs is not None and scheduler is not None:
        raise click.UsageError("--jobs is for the work on this machine: leave it out with --scheduler")
    folder = out or clean(data)
    report = build_tables(
        data,
        folder,
        plain_csv=plain_csv,
        history=history,
        redact=redact,
        jobs=jobs,
        scheduler=scheduler,
        fresh=fresh,
    )
    if as_json:
        print_json(_as_json(report, folder))
    else:
        for name, rows in report.rows.items():
            click.echo(f"{rows:>9,}  {name}")
        click.echo(f"Tables in {folder}")
        if report.unchanged:
            click.echo("Nothing has changed since they were built (--fresh builds them anew)")
        elif report.pages_kept:
            click.echo(f"{report.pages_kept:,} pages had been read by an earlier build")
        for line in notes(report):
            click.echo(line)
        for line in _history_lines(report, folder):
            click.echo(line)
        click.echo(last_line(report))
    if report.failed:
        raise SystemExit(1)


def _as_json(report: BuildReport, folder: Path) -> dict[str, Any]:
    from normaliser.history import FOLDER

    found: dict[str, Any] = {
        "pages_read": report.pages_read,
        "pages_kept": report.pages_kept,
        "unchanged": report.unchanged,
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


def notes(report: BuildReport) -> Iterator[str]:
    """What was marked in free texts, where that was asked for, and which agency codes are not known."""
    if report.redacted is not None:
        yield f"Marked in free texts: {counted(report.redacted) or 'none found'}"
    if report.unknown_agencies:
        yield f"Agency codes that the reference data do not have: {_shortened(report.unknown_agencies)}"


def _shortened(codes: list[str]) -> str:
    """The first codes, and how many there are beside."""
    more = len(codes) - _CODES_TOLD
    return ", ".join(codes[:_CODES_TOLD]) + (f" and {more:,} more (--json names all)" if more > 0 else "")


def _history_lines(report: BuildReport, folder: Path) -> list[str]:
    """Where the history is, how many changes it has by kind, and what was not compared or not proven."""
    from normaliser.history import FOLDER
    from normaliser.selection import FILE_TIME, NO_SITE

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
    data: Path,
    out: Path,
    *,
    plain_csv: bool = False,
    history: bool = False,
    redact: bool = False,
    jobs: int | None = None,
    scheduler: str | None = None,
    fresh: bool = False,
) -> BuildReport:
    """Build the tables of the archive in the folder ``data``, with a progress bar on a terminal.

    Where the archive was read by an earlier version of the parsers, its pages are recognised anew first.
    A history that is removed, since it is not built anew, is told on stderr.
    """
    share_memory()
    import parsers
    from bma.pages import identify
    from normaliser.build import build as build_from
    from normaliser.history import FOLDER
    from parsers import redaction
    from scraper.archive import Archive
    from scraper.errors import ArchiveBusy

    with Archive(raw(data)) as archive, progress_bar("Reading pages") as progress:
        keep_in: Path | None = kept_rows(data)
        try:
            archive.refresh_readings(identify, parsers.VERSION)
        except ArchiveBusy:  # the readings of an earlier version will do while a fetch goes on
            keep_in = None
        with _runner(jobs, scheduler, archive.count()) as run:
            report = build_from(
                archive,
                out,
                parse=parsers.parse,
                plain_csv=plain_csv,
                history=history,
                text_filter=redaction.redact if redact else None,
                progress=progress,
                run=run,
                keep_in=keep_in,
                fresh=fresh,
            )
    if report.history_removed:
        where = out / FOLDER
        click.echo(
            f"the history of an earlier build was removed from {where}: bma build --history makes it anew",
            err=True,
        )
    return report


def _runner(jobs: int | None, scheduler: str | None, pages: int) -> AbstractContextManager[Run]:
    """What does the work: a cluster, so many processes, or as many as there are cores where that pays."""
    from normaliser.running import Processes, in_process, processors

    if scheduler is not None:
        from normaliser.cluster import Cluster

        return Cluster(scheduler)
    jobs = jobs or (processors() if pages >= _WORTH_PROCESSES else 1)
    return nullcontext(in_process) if jobs == 1 else Processes(jobs)


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
