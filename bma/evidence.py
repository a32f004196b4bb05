"""`bma evidence`: what a third party needs to see for itself what a page said, in one zip."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import click

from bma.captures import capture_facts, captures_of_page, kind_option
from bma.options import data_option, raw

if TYPE_CHECKING:
    from scraper.archive import Archive
    from scraper.capture import ArchivedCapture

_ENTRY_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say: the same archive gives the same bytes


@click.command()
@click.argument("code")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The zip to write (FILE.zip).",
)
@data_option
@kind_option
def evidence(code: str, out: Path, data: Path, kind: str | None) -> None:
    """Pack the evidence of the page with CODE: WARC records, hashes, lines, rows, and how to verify them.

    The zip holds the page as it was, the contact line with names and telephone numbers included.
    """
    from scraper.archive import Archive

    with Archive(raw(data)) as archive:
        found = captures_of_page(archive, code, kind)
        files = _files(archive, found)
    _write_zip(out, files)
    click.echo(
        f"{out}: {len(found)} captures of {code}, {out.stat().st_size:,} bytes; README.txt says how to verify"
    )


def _files(archive: Archive, captures: list[ArchivedCapture]) -> dict[str, bytes]:
    """The files of the zip by name."""
    from bma.evidence_readme import readme
    from scraper import sums
    from scraper.members import excerpt, place_of

    exchanges = _exchanges(archive, captures)
    own = {capture.capture_id: place_of(archive, capture.capture_id) for capture in captures}
    places = {*own.values(), *((held.file, held.offset, held.length) for held in exchanges)}
    facts: dict[str, Any] = {
        "captures": [
            capture_facts(archive, capture)
            | {"outcome": _outcome(archive, capture)}
            | _place(own[capture.capture_id])
            for capture in captures
        ],
        "exchanges": [
            held.exchange.as_dict() | _place((held.file, held.offset, held.length)) for held in exchanges
        ],
    }
    files = {"pages.warc.gz": excerpt(archive, places), "captures.json": _json(facts)}
    for capture in captures:
        if capture.failure is None:
            files |= _page_files(archive, capture)
    listed = sums.read(archive.folder)
    names = sorted({file for file, _, _ in places} & listed.keys())
    files["archive-SHA256SUMS"] = "".join(f"{listed[name]}  {name}\n" for name in names).encode()
    files["README.txt"] = readme(captures).encode()
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return files | {"SHA256SUMS": "".join(lines).encode()}


def _outcome(archive: Archive, capture: ArchivedCapture) -> str:
    """How a capture reads now, whatever the index says."""
    import parsers
    from scraper.exchange import is_redirect, outcome_of

    if capture.failure is not None:
        return outcome_of(capture.failure)
    if is_redirect(capture.http_status):
        return archive.outcome(capture.capture_id) or "wrong_page"
    body = archive.body(capture.capture_id)
    return parsers.classify(body, kind=capture.page_kind, code=capture.page_code, status=capture.http_status)


def _exchanges(archive: Archive, captures: list[ArchivedCapture]) -> list[Any]:
    """All exchanges for the page, hops and failed attempts included."""
    first = captures[0]
    if first.page_code is None:
        return []
    return [held for held in archive.exchanges(first.page_code) if held.exchange.page_kind == first.page_kind]


def _page_files(archive: Archive, capture: ArchivedCapture) -> dict[str, bytes]:
    """The page's bytes, its numbered lines, and its rows in the tables."""
    import parsers
    from bma.pages import numbered_lines
    from normaliser.rows import page_as_json

    body = archive.body(capture.capture_id)
    page = parsers.parse(body, kind=capture.page_kind, code=capture.page_code)
    suffix = PurePosixPath(capture.file_name or "").suffix.lower()
    name = "page.txt" if suffix == ".txt" else "page.html"
    return {
        f"{capture.capture_id}/{name}": body,
        f"{capture.capture_id}/lines.txt": numbered_lines(page).encode(),
        f"{capture.capture_id}/rows.json": _json(page_as_json(capture, page)),
    }


def _place(place: tuple[str, int, int]) -> dict[str, Any]:
    return {"warc_file": place[0], "warc_offset": place[1], "warc_length": place[2]}


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _write_zip(out: Path, files: dict[str, bytes]) -> None:
    """Write the zip whole or not at all; nothing in it depends on the time or the machine."""
    unfinished = out.with_name(f".{out.name}.unfinished")
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED) as archive:
            for name in sorted(files):
                entry = zipfile.ZipInfo(name, _ENTRY_TIME)
                entry.create_system = 3  # Unix, on every machine
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, files[name])
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)


COMMANDS = (evidence,)
