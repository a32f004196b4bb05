"""`bma status`, `bma verify`, `bma reindex`: what the archive holds, and whether it still holds it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bma.options import data_option, json_option, print_json, raw

if TYPE_CHECKING:
    from scraper.archive import Archive
    from scraper.exchange_table import Tally


@click.command()
@data_option
@json_option
def status(data: Path, as_json: bool) -> None:
    """Say what the archive holds and what failed, by host and outcome."""
    from scraper.archive import Archive

    with Archive(raw(data)) as archive:
        facts = _status(archive)
    if as_json:
        print_json(facts)
        return
    click.echo(
        "Archive {folder}: {captures:,} captures of {pages:,} pages, {exchanges:,} exchanges,"
        " {files:,} WARC files, {megabytes:,.1f} MB".format(**facts, megabytes=facts["bytes"] / 1e6)
    )
    for line in facts["held"]:
        host, outcome = line["host"] or "(saved files)", line["outcome"] or "(not read yet)"
        click.echo(f"{line['captures']:>9,}  {outcome:<16} {host:<28} newest {line['newest']}")
    for line in facts["failures"]:
        example = f"; such as: {line['example']}" if line["example"] else ""
        click.echo(
            f"{line['exchanges']:>9,}  {line['failure']:<16} {line['host']}: {line['meaning']}{example}"
        )
    for name in facts["torn"]:
        click.echo(f"Kept aside: {name}, the torn end that a run left when it was killed")
    for text in facts["damage"]:
        click.echo(f"Damaged: {text}")


def _status(archive: Archive) -> dict[str, Any]:
    from scraper.exchange import FAILURES
    from scraper.recovery import warc_files

    held, failures = archive.tallies()
    files = warc_files(archive.folder)

    def line(tally: Tally, what: str, number: str) -> dict[str, Any]:
        return {"host": tally.host, what: tally.what, number: tally.number, "newest": tally.newest}

    return {
        "folder": str(archive.folder),
        "captures": archive.count(),
        "pages": archive.count_pages(),
        "exchanges": archive.count_exchanges(),
        "files": len(files),
        "bytes": sum(path.stat().st_size for path in files),
        "held": [line(tally, "outcome", "captures") for tally in held],
        "failures": [
            line(tally, "failure", "exchanges")
            | {"meaning": FAILURES.get(tally.what or ""), "example": tally.example}
            for tally in failures
        ],
        "torn": sorted(path.name for path in archive.folder.glob("*.torn-*")),
        "damage": [str(damage) for damage in archive.damage],
    }


@click.command()
@data_option
@click.option("--deep", is_flag=True, help="Read every record, and compare every hash and the whole index.")
@json_option
def verify(data: Path, deep: bool, as_json: bool) -> None:
    """Compare the archive with its checksums; every fault is named with file and byte.

    Without --deep, files that agree with SHA256SUMS are not read further. How to verify an archive without
    this program stands in docs/verifying.md.
    """
    from scraper import sums
    from scraper.archive import Archive
    from scraper.recovery import warc_files
    from scraper.verify import verify as faults_of

    with Archive(raw(data)) as archive:
        faults = []
        for fault in faults_of(archive, deep=deep):
            faults.append(fault)
            if not as_json:
                click.echo(str(fault))
        files, captures = len(warc_files(archive.folder)), archive.count()
        listed = sums.read(archive.folder)
        open_files = [path.name for path in warc_files(archive.folder) if path.name not in listed]
    if as_json:
        found = [fault._asdict() for fault in faults]
        print_json(
            {"deep": deep, "files": files, "open_files": open_files, "captures": captures, "faults": found}
        )
    else:
        for name in open_files:
            click.echo(
                f"{name} is not finished: a run is writing it, or was killed, and the next finishes it"
            )
        click.echo(f"{files:,} WARC files, {captures:,} captures, {len(faults):,} faults")
    if faults:
        raise SystemExit(1)


@click.command()
@data_option
@json_option
def reindex(data: Path, as_json: bool) -> None:
    """Make the index anew from the WARC files, and read again which page each capture is and how it reads."""
    import parsers
    from bma.pages import identify
    from scraper.archive import Archive

    with Archive(raw(data)) as archive:
        archive.rebuild_index()
        archive.refresh_readings(identify, parsers.VERSION)
        changed = archive.refresh_outcomes(parsers.classify)
        damage = [str(part) for part in archive.damage]
        counts = {"captures": archive.count(), "exchanges": archive.count_exchanges(), "changed": changed}
    if as_json:
        print_json(counts | {"damage": damage})
    else:
        click.echo(
            "{captures:,} captures, {exchanges:,} exchanges; {changed:,} read otherwise than when they were"
            " stored".format(**counts)
        )
    if damage:
        raise SystemExit(1)


COMMANDS = (status, verify, reindex)
