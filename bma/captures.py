"""`bma captures`, `bma show`: the captures of one page, and one of them as it was."""

from __future__ import annotations

import datetime as dt
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from bma.options import KINDS, data_option, json_option, print_json, printable, raw

if TYPE_CHECKING:
    from scraper.archive import Archive
    from scraper.capture import ArchivedCapture

_CAPTURE_ID = re.compile(r"[0-9a-f]{16}")

kind_option = click.option(
    "--kind", type=click.Choice(KINDS), help="Where pages of several kinds share the code."
)


class Moment(click.ParamType[dt.datetime]):
    """A time with a zone, or a date, which means the end of that day in Bangkok."""

    name = "date"

    def convert(
        self, value: str | dt.datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.datetime:
        """The time in UTC; a usage error says how to write one."""
        from bma.pages import Time

        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            value = f"{value}T23:59:59+07:00"
        return Time().convert(value, param, ctx)


@click.command()
@click.argument("code")
@data_option
@kind_option
@json_option
def captures(code: str, data: Path, kind: str | None, as_json: bool) -> None:
    """List the captures of the page with CODE, oldest first."""
    from scraper.archive import Archive

    with Archive(raw(data)) as archive:
        rows = [capture_facts(archive, capture) for capture in held_captures(archive, code, kind)]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        outcome = row["failure"] or row["outcome"] or "(not read yet)"
        again = "  body as before" if row["same_body_as"] else ""
        place = row["url"] or row["file_name"]
        click.echo(
            f"{row['captured_at']}  {row['capture_id']}  {row['source']:<6} {outcome:<16}"
            f" {row['size_bytes']:>9,} bytes  {place}{again}"
        )


def capture_facts(archive: Archive, capture: ArchivedCapture) -> dict[str, Any]:
    """What the archive knows of a capture, ready for JSON."""
    from scraper.capture import iso_time

    exchange = archive.exchange_of(capture.capture_id)
    return {
        "capture_id": capture.capture_id,
        "page_kind": capture.page_kind,
        "page_code": capture.page_code,
        "captured_at": iso_time(capture.captured_at),
        "captured_at_source": capture.captured_at_source,
        "source": capture.source,
        "outcome": archive.outcome(capture.capture_id),
        "failure": capture.failure,
        "http_status": capture.http_status,
        "size_bytes": capture.size_bytes,
        "body_sha256": capture.body_sha256,
        "same_body_as": exchange.exchange.same_body_as if exchange else None,
        "url": capture.url,
        "archive_digest": capture.archive_digest,
        "digest_check": capture.digest_check,
        "archive_location": capture.archive_location,
        "file_name": capture.file_name,
    }


def held_captures(archive: Archive, code: str, kind: str | None) -> list[ArchivedCapture]:
    """The captures of a page, or the one with this capture_id; a usage error where there are none."""
    if _CAPTURE_ID.fullmatch(code):
        one = archive.get(code)
        found = [] if one is None else [one]
    else:
        found = list(archive.find(code, kind))
    if not found:
        of_kind = f" of kind {kind}" if kind else ""
        raise click.UsageError(
            f"the archive holds no capture of {code}{of_kind}; bma status says what it holds"
        )
    return sorted(found, key=lambda capture: (capture.captured_at, capture.capture_id))


def captures_of_page(archive: Archive, code: str, kind: str | None) -> list[ArchivedCapture]:
    """The captures of one page, oldest first; a usage error where the code does not tell which page."""
    found = held_captures(archive, code, kind)
    kinds = sorted({capture.page_kind for capture in found if capture.page_kind})
    if len(kinds) > 1:
        raise click.UsageError(f"{code} is the code of pages of several kinds: --kind {' or '.join(kinds)}?")
    return found


def chosen(archive: Archive, code: str, kind: str | None, at: dt.datetime | None) -> ArchivedCapture:
    """The newest good capture of a page, or of those until ``at``; the newest of any where none is good."""
    from scraper.capture import iso_time

    found = captures_of_page(archive, code, kind)
    if at is not None:
        before = [capture for capture in found if capture.captured_at <= at]
        if not before:
            first = iso_time(found[0].captured_at)
            raise click.UsageError(f"{code} was not captured before {iso_time(at)}; the first is of {first}")
        found = before
    readable = [capture for capture in found if capture.failure is None]
    good = [capture for capture in readable if archive.outcome(capture.capture_id) in ("ok", None)]
    return (good or readable or found)[-1]


@click.command()
@click.argument("code")
@data_option
@kind_option
@click.option(
    "--at", type=Moment(), help="As it was then: a date (its end, in Bangkok) or a time with a zone."
)
@click.option("--headers", is_flag=True, help="The HTTP messages' heads and what was noted beside them.")
@click.option("--raw", "as_bytes", is_flag=True, help="The page's bytes, for a file or another program.")
@click.option("--force", is_flag=True, help="Write bytes even on a terminal.")
@click.option("--open", "in_browser", is_flag=True, help="Show the page with the program for its type.")
def show(
    code: str,
    data: Path,
    kind: str | None,
    at: dt.datetime | None,
    headers: bool,
    as_bytes: bool,
    force: bool,
    in_browser: bool,
) -> None:
    """Show a capture of the page with CODE (or the capture with this capture_id): its numbered lines.

    It is the newest good one, unless --at asks for an earlier one. The contact line is shown too.
    """
    from scraper.archive import Archive
    from scraper.members import heads_of

    with Archive(raw(data)) as archive:
        capture = chosen(archive, code, kind, at)
        if headers:
            _echo_bytes(heads_of(archive, capture.capture_id))
            return
        body = archive.body(capture.capture_id)
    if as_bytes:
        _write_bytes(body, sys.stdout.buffer, sys.stdout.isatty() and not force)
    elif in_browser:
        _open(capture, body)
    else:
        _show_lines(capture, body)


def _write_bytes(body: bytes, stream: BinaryIO, refused: bool) -> None:
    if refused:
        raise click.UsageError("a page's bytes can upset a terminal: redirect them to a file, or add --force")
    stream.write(body)
    stream.flush()


def _show_lines(capture: ArchivedCapture, body: bytes) -> None:
    import parsers
    from bma.pages import numbered_lines
    from scraper.capture import iso_time

    click.echo(f"# capture {capture.capture_id} of {iso_time(capture.captured_at)}, {capture.source}")
    click.echo(f"# {capture.url or capture.file_name}")
    click.echo(f"# SHA-256 {capture.body_sha256}, {capture.size_bytes:,} bytes")
    if capture.failure is not None:
        click.echo(f"# the page could not be fetched ({capture.failure}); --headers shows what came")
        raise SystemExit(1)
    click.echo(numbered_lines(parsers.parse(body, kind=capture.page_kind, code=capture.page_code)), nl=False)


def _echo_bytes(data: bytes) -> None:
    click.echo(printable(data.decode("utf-8", "replace")), nl=False)


def _open(capture: ArchivedCapture, body: bytes) -> None:
    """Hand the page to the desktop; the file stays, since nobody can say when it has been read."""
    import tempfile

    suffix = Path(capture.file_name or "page.html").suffix or ".html"
    with tempfile.NamedTemporaryFile(prefix=f"{capture.capture_id}-", suffix=suffix, delete=False) as file:
        file.write(body)
    click.echo(
        f"{file.name}: the page as it was; its scripts, pictures and links are not part of it", err=True
    )
    if click.launch(file.name, wait=True):
        raise click.ClickException(f"no program could be started for it; open {file.name} yourself")


COMMANDS = (captures, show)
