"""`bma import`, `bma parse`, `bma text`: saved pages into the archive, or one of them read on its own."""

from __future__ import annotations

import datetime as dt
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bma.options import data_option, json_option, print_json, progress_bar, raw

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parsers.page import Page
    from scraper.capture import ArchivedCapture
    from scraper.saved import SavedPage, UnreadableFile

url_option = click.option("--url", help="The page's address, where nothing else tells it (for one page).")


class Time(click.ParamType[dt.datetime]):
    """An ISO 8601 time with a zone."""

    name = "time"

    def convert(
        self, value: str | dt.datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.datetime:
        """The time in UTC; a usage error says how to write one."""
        from scraper.capture import parse_time
        from scraper.errors import BadClaim

        if isinstance(value, dt.datetime):
            return value
        try:
            return parse_time(value)
        except BadClaim as error:
            self.fail(str(error), param, ctx)


captured_at_option = click.option(
    "--captured-at", type=Time(), help="When the page looked like this, as 2020-03-23T09:00:00+07:00."
)


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@data_option
@url_option
@captured_at_option
@json_option
def import_(
    paths: tuple[Path, ...], data: Path, url: str | None, captured_at: dt.datetime | None, as_json: bool
) -> None:
    """Put saved pages into the archive: files (.html .htm .mhtml .txt), folders of them, zips of them.

    A page's address, code and capture time come from the options, from a sidecar (PAGE.html.json with any
    of url, kind, code, captured_at), from what the saving program noted in it, or from its file name. Pages
    that the archive holds already add nothing.

    WARC and WACZ files of other programs (.warc .warc.gz .wacz) are taken too, alone or in folders: the
    pages of theirs whose addresses are those of BMA progress pages, with the records' own times.
    """
    from scraper.foreign_warc import is_warc, warcs_in_folder
    from scraper.saved import holds_pages, saved_pages

    warcs: list[Path] = []
    others: list[Path] = []
    for path in paths:
        found_warcs = warcs_in_folder(path) if path.is_dir() else [path] if is_warc(path) else []
        warcs += found_warcs
        if not found_warcs or (path.is_dir() and holds_pages(path)):
            others.append(path)
    if warcs and (url or captured_at):
        raise click.UsageError("--url and --captured-at are for saved pages; WARC files say them themselves")
    found = saved_pages(others, url=url, captured_at=captured_at) if others else ()
    counts = import_pages(found, raw(data), warcs)
    if as_json:
        print_json(counts)
    else:
        line = "{imported:,} pages imported, {held:,} already held, {unreadable:,} not readable"
        passed = ", {others:,} answers of other pages passed over" if warcs else ""
        click.echo((line + passed).format(**counts))
    if counts["unreadable"]:
        raise SystemExit(1 if counts["imported"] or counts["held"] else 2)


def import_pages(
    found: Iterable[SavedPage | UnreadableFile], archive_folder: Path, warcs: Sequence[Path] = ()
) -> dict[str, int]:
    """Store pages in an archive, those of WARC and WACZ files too; counts of what became of them.

    They are imported, held already, unreadable (named on stderr), or others: answers in WARC files that are
    no pages of ours.
    """
    import bma
    import parsers
    from scraper.archive import Archive
    from scraper.foreign_records import OtherRecords
    from scraper.foreign_warc import warc_pages
    from scraper.saved import SavedPage

    counts = {"imported": 0, "held": 0, "unreadable": 0, "others": 0}
    software = f"bma-progress/{bma.__version__}"
    with (
        Archive(archive_folder, writable=True, software=software) as archive,
        progress_bar("Importing") as show,
    ):
        for number, item in enumerate(chain(found, warc_pages(warcs, archive.body, archive)), 1):
            show(number, None)
            if isinstance(item, OtherRecords):
                counts["others"] += item.number
                continue
            if not isinstance(item, SavedPage):
                click.echo(f"bma: {item.path}: {item.reason}", err=True)
                counts["unreadable"] += 1
                continue
            capture = _recognised(item.capture, item.body)
            if archive.add(capture, item.body, parsers.classify, item.payload_digest):
                counts["imported"] += 1
                continue
            counts["held"] += 1
            held = archive.get(capture.capture_id)
            if held is not None and held.page_code != capture.page_code:
                held_as = held.page_code or "a page of unknown code"
                click.echo(
                    f"bma: {item.path}: held already as {held_as}, not as {capture.page_code};"
                    " give its url to store it as another capture",
                    err=True,
                )
    return counts


def identify(body: bytes) -> tuple[str | None, str | None]:
    """Kind and code that a page prints, each None where it does not tell."""
    import parsers

    page = parsers.parse(body)
    return (None if page.kind == "unknown" else page.kind), page.code


def _recognised(capture: ArchivedCapture, body: bytes) -> ArchivedCapture:
    """The capture with kind and code, read from the page where neither URL, sidecar nor user states them."""
    from scraper.capture import STATED

    return capture if capture.code_source in STATED else capture.as_read(*identify(body))


def _read(
    file: Path, url: str | None = None, captured_at: dt.datetime | None = None
) -> tuple[ArchivedCapture, Page]:
    """One file's capture and page; a usage error where it is not one readable page."""
    import parsers
    from scraper.saved import SavedPage, saved_pages

    item, *others = saved_pages([file], url=url, captured_at=captured_at)
    if others:
        raise click.UsageError(f"{file} holds more than one page; bma import takes them all")
    if not isinstance(item, SavedPage):
        raise click.UsageError(f"{item.path}: {item.reason}")
    capture = _recognised(item.capture, item.body)
    return capture, parsers.parse(item.body, kind=capture.page_kind, code=capture.page_code)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@url_option
@captured_at_option
def parse(file: Path, url: str | None, captured_at: dt.datetime | None) -> None:
    """Read one saved page and print it as JSON: its records, its lines' accounts, its issues."""
    from normaliser.rows import page_as_json

    capture, page = _read(file, url, captured_at)
    print_json(page_as_json(capture, page))
    if page.outcome != "ok":
        raise SystemExit(1)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def text(file: Path) -> None:
    """Print a saved page's lines with their numbers, as the tables cite them.

    The contact line is printed too: it is your own copy of the page.
    """
    _, page = _read(file)
    click.echo(numbered_lines(page), nl=False)
    if page.encoding is None:
        raise SystemExit(1)


def numbered_lines(page: Page) -> str:
    """The lines of a page with their numbers, as the tables cite them."""
    width = len(str(len(page.lines)))
    return "".join(f"{number:>{width}}  {line}".rstrip() + "\n" for number, line in enumerate(page.lines, 1))


COMMANDS = (import_, parse, text)
