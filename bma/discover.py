"""`bma discover`: codes of pages that are known from elsewhere than a list."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bma.archive_options import ARCHIVES, settings_from, with_archive_settings
from bma.fetch_options import Manners, with_manners
from bma.options import KINDS, data_option, json_option, print_json, progress_bar, raw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scraper.archive import Archive
    from scraper.capture import ArchivedCapture

Page = tuple[str | None, str]
"""Kind and code."""


PAGES = ("pages",)
"""The source that asks nobody."""


class Sources(click.ParamType[tuple[str, ...]]):
    """``pages``, or web archives with commas between them."""

    name = "source"

    def convert(
        self, value: str | tuple[str, ...], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """The names, each once; a usage error says which there are."""
        names = tuple(dict.fromkeys(value.split(","))) if isinstance(value, str) else value
        if names != PAGES and not set(names) <= set(ARCHIVES):
            self.fail(
                f"{value!r} is none of pages, {', '.join(ARCHIVES)} and {','.join(ARCHIVES)}", param, ctx
            )
        return names


@click.command()
@click.option(
    "--source",
    type=Sources(),
    default="pages",
    show_default=True,
    help="Where to look: pages (those that the archive holds), or wayback,commoncrawl (one or both).",
)
@click.option("--kind", type=click.Choice(KINDS), help="Only pages of this kind.")
@click.option(
    "--agency",
    multiple=True,
    metavar="CODE",
    help="Only pages of this agency (21000000); may be given again.",
)
@click.option("--missing", is_flag=True, help="Only what the archive does not hold.")
@with_archive_settings
@with_manners
@data_option
@json_option
def discover(
    source: tuple[str, ...],
    kind: str | None,
    agency: tuple[str, ...],
    missing: bool,
    data: Path,
    as_json: bool,
    **options: Any,
) -> None:
    """List pages that are known from elsewhere than a list, as CSV that `bma fetch --codes` reads.

    Those that stored pages link to: page_kind, page_code, links (how many stored pages link to it), held
    (yes or no: whether a good capture of it is in the archive).

    Those of which a web archive has captures, a line each: page_kind, page_code, captured_at, source, url,
    status, digest, held (whether this capture is in the archive). What the index answers is kept; started
    again, the same command goes on where it was.
    """
    if source != PAGES:
        from bma.archived import discover_archived

        settings = settings_from(options)
        kinds = (kind,) if kind else KINDS
        status = discover_archived(
            source,
            settings,
            Manners(**options),
            data,
            kinds=kinds,
            agencies=agency,
            missing=missing,
            as_json=as_json,
        )
        if status:
            raise SystemExit(status)
        return
    if agency:
        raise click.UsageError("--agency is for --source wayback or commoncrawl")
    _discover_links(kind, missing, data, as_json=as_json)


def _discover_links(kind: str | None, missing: bool, data: Path, *, as_json: bool) -> None:
    """Print what stored pages link to."""
    from scraper.archive import Archive

    with Archive(raw(data)) as archive, progress_bar("Reading pages") as show:
        linked, held = _linked(archive, show)
    found = [
        {"page_kind": page[0], "page_code": page[1], "links": count, "held": page in held}
        for page, count in sorted(linked.items())
        if (kind is None or page[0] == kind) and not (missing and page in held)
    ]
    if as_json:
        print_json(found)
        return
    click.echo("page_kind,page_code,links,held")
    for row in found:
        click.echo(f"{row['page_kind']},{row['page_code']},{row['links']},{'yes' if row['held'] else 'no'}")


def _linked(archive: Archive, show: Callable[[int, int | None], None]) -> tuple[Counter[Page], set[Page]]:
    """How many pages link to each page, in any of their captures; and the pages with a good capture."""
    linked: Counter[Page] = Counter()
    held: set[Page] = set()
    total, number = archive.count(), 0
    # What is of no known page stands alone, whatever stands beside it.
    for own, captures in groupby(
        archive.captures(), lambda one: (one.page_kind, one.page_code or one.capture_id)
    ):
        targets: set[Page] = set()
        for capture in captures:
            number += 1
            show(number, total)
            if capture.failure is None:
                targets.update(_targets(archive, capture))
                if archive.outcome(capture.capture_id) in ("ok", None):
                    held.add(own)
        linked.update(targets - {own})
    return linked, held


def _targets(archive: Archive, capture: ArchivedCapture) -> Iterator[Page]:
    """The pages that one capture links to."""
    from parsers.text import NotTextError, decode, looks_like_html
    from scraper.errors import ArchiveDamaged
    from scraper.links import linked_pages

    try:
        text = decode(archive.body(capture.capture_id)).text
    except (NotTextError, ArchiveDamaged):  # what is wrong with it, build and verify say
        return
    if looks_like_html(text):
        yield from linked_pages(text, capture.url)
