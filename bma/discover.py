"""`bma discover`: codes of pages that are known from elsewhere than a list."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bma.options import KINDS, data_option, json_option, print_json, progress_bar, raw

if TYPE_CHECKING:
    from collections.abc import Callable

    from scraper.archive import Archive


@click.command()
@click.option(
    "--source",
    type=click.Choice(["pages"]),
    default="pages",
    show_default=True,
    help="Where to look: in the pages that the archive holds.",
)
@click.option("--kind", type=click.Choice(KINDS), help="Only pages of this kind.")
@click.option("--missing", is_flag=True, help="Only pages that the archive does not hold.")
@data_option
@json_option
def discover(source: str, kind: str | None, missing: bool, data: Path, as_json: bool) -> None:
    """List the pages that stored pages link to, as CSV that `bma fetch --codes` reads.

    Columns: page_kind, page_code, links (how many stored pages link to it), held (yes or no).
    """
    from scraper.archive import Archive

    with Archive(raw(data)) as archive, progress_bar("Reading pages") as show:
        linked = _linked(archive, show)
        held = {(capture.page_kind, capture.page_code) for capture in archive.captures()}
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


def _linked(archive: Archive, show: Callable[[int, int | None], None]) -> Counter[tuple[str, str]]:
    """How many pages link to each page."""
    from parsers.text import NotTextError, decode, looks_like_html
    from scraper.errors import ArchiveDamaged
    from scraper.links import linked_pages

    linked: Counter[tuple[str, str]] = Counter()
    total = archive.count()
    for number, capture in enumerate(archive.captures(), 1):
        show(number, total)
        try:
            text = decode(archive.body(capture.capture_id)).text
        except (NotTextError, ArchiveDamaged):  # what is wrong with it, build and verify say
            continue
        if looks_like_html(text):
            own = (capture.page_kind, capture.page_code)
            linked.update(set(linked_pages(text, capture.url)) - {own})
    return linked
