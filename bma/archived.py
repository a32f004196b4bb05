"""Web archives for `bma fetch` and `bma discover`: what they know of our pages, and their captures."""

from __future__ import annotations

import csv
import datetime as dt
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import click

from bma.archive_options import ArchiveSettings
from bma.fetch_options import Manners
from bma.options import print_json, printable, progress_bar, raw
from bma.running import Done, show_run

if TYPE_CHECKING:
    from scraper.archived import Visit
    from scraper.cdx import IndexPage
    from scraper.codes import Wanted
    from scraper.memento import Memento
    from scraper.source import Source

MOST_NAMED = 20
"""So many malformed lines of an index are named; the others are counted."""


def source_of(name: str, settings: ArchiveSettings) -> Source:
    """A web archive by its name."""
    from scraper.commoncrawl import CommonCrawl
    from scraper.wayback import Wayback

    if name == "wayback":
        return Wayback(settings.wayback_url, settings.wayback_probe)
    return CommonCrawl(
        settings.commoncrawl_index_url,
        settings.commoncrawl_data_url,
        settings.commoncrawl_probe,
        settings.crawl,
    )


def _named_hosts(settings: ArchiveSettings) -> set[str]:
    """The hosts that the user named instead of the usual ones: they may have any address."""
    from scraper import commoncrawl, wayback

    usual = {wayback.URL, commoncrawl.INDEX_URL, commoncrawl.DATA_URL}
    urls = {settings.wayback_url, settings.commoncrawl_index_url, settings.commoncrawl_data_url}
    return {urlsplit(url).hostname or "" for url in urls - usual}


@contextmanager
def visit_to(
    name: str,
    settings: ArchiveSettings,
    manners: Manners,
    data: Path,
    *,
    interval: float = 1.0,
    asks: bool = True,
) -> Iterator[Visit]:
    """A visit to a web archive; without ``asks`` it reads only what is held, and writes nothing."""
    import bma
    import parsers
    from scraper.archive import Archive
    from scraper.archived import PATIENCE, Paces, Visit
    from scraper.recovery import warc_files
    from scraper.session import Limits, Session, user_agent
    from scraper.stop import Stop

    source = source_of(name, settings)
    agent = user_agent(bma.__version__, manners.contact)
    limits = Limits(total=manners.deadline, idle=min(manners.deadline, Limits().idle))
    software = f"bma-progress/{bma.__version__}"
    with ExitStack() as stack:
        archive = session = None
        if asks or warc_files(raw(data)):  # opening an archive for writing makes it
            archive = stack.enter_context(
                Archive(raw(data), writable=asks, software=software, robots="ignore" if asks else None)
            )
        stop = stack.enter_context(Stop(_say_stopping))
        if asks:
            named = _named_hosts(settings)
            session = stack.enter_context(Session(agent, named_hosts=named, limits=limits))
            if manners.contact is None:
                click.echo("bma: without --contact the archive's operators cannot write to you", err=True)
        yield Visit(
            archive,
            source,
            session,
            parsers.classify,
            stop=stop,
            max_age=manners.max_age,
            paces=Paces(settings.index_interval, interval),
            policy=replace(PATIENCE, attempts=manners.attempts, first_wait=manners.retry_wait),
        )


def _say_stopping() -> None:
    """Answer a Ctrl-C at once, in a signal's handler, where nothing else may be called."""
    os.write(2, b"\nbma: stopping after the answer in hand; Ctrl-C again stops at once\n")


# Finding

COLUMNS = ("page_kind", "page_code", "captured_at", "source", "url", "status", "digest", "held")


def discover_archived(
    names: Sequence[str],
    settings: ArchiveSettings,
    manners: Manners,
    data: Path,
    *,
    kinds: Sequence[str],
    agencies: Sequence[str],
    missing: bool,
    as_json: bool,
) -> int:
    """Print what archives know of pages of these kinds and agencies; returns the exit code."""
    from scraper.errors import SourceFailed, Stopped
    from scraper.prefixes import AGENCY_DIGITS, checked_agencies, is_of

    if agencies := checked_agencies(agencies):
        kinds = [kind for kind in kinds if kind in AGENCY_DIGITS]
        if not kinds:
            raise click.UsageError("the codes of pages of this kind tell no agency: leave --agency out")
    status = 0
    rows: list[dict[str, Any]] = []
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    if not as_json:
        writer.writeheader()
    put: Callable[[dict[str, Any]], object] = rows.append if as_json else writer.writerow
    for name in names:
        try:
            with visit_to(name, settings, manners, data) as visit:
                for memento in _mementos(name, _answers(visit, visit.chains(kinds, agencies))):
                    is_held = visit.is_held(memento)
                    if is_of(memento.page, kinds, agencies) and not (missing and is_held):
                        put(_row(memento, is_held, as_json=as_json))
        except Stopped:
            click.echo("bma: stopped; the same command goes on from here", err=True)
            status = max(status, 1)
            break
        except SourceFailed as error:
            click.echo(f"bma: {printable(str(error))}", err=True)
            status = max(status, 3 if error.refuses else 1)
    if as_json:
        print_json(rows)
    return status


def _row(memento: Memento, is_held: bool, *, as_json: bool) -> dict[str, Any]:
    from scraper.capture import iso_time

    held: bool | str = is_held if as_json else "yes" if is_held else "no"
    time = iso_time(memento.captured_at)
    values = (*memento.page, time, memento.source, memento.url, memento.status, memento.digest, held)
    return dict(zip(COLUMNS, values, strict=True))


def _answers(visit: Visit, chains: Sequence[Any]) -> Iterator[IndexPage]:
    """All answers of some chains, with a bar on a terminal."""
    with progress_bar("Asking the index") as show:
        for number, chain in enumerate(chains):
            show(number, len(chains))
            yield from visit.walk(chain)


def _mementos(name: str, pages: Iterable[IndexPage]) -> Iterator[Memento]:
    """The captures that answers tell of; what is malformed in them is named, and counted at the end."""
    faults = 0
    for page in pages:
        for fault in page.faults:
            faults += 1
            if faults <= MOST_NAMED:
                click.echo(f"bma: malformed in the index of {name}, {printable(fault)}", err=True)
        yield from page.mementos
    if faults:
        click.echo(f"bma: {faults:,} malformed lines in the index of {name} were passed over", err=True)


# Fetching


class Choice(NamedTuple):
    """Which captures are fetched: of these pages (None: of all of this kind, or of any), of this span.

    With ``discovered`` the index is not asked: only the answers count that are held, however old.
    ``interval`` is the seconds between two requests.
    """

    wanted: list[Wanted] | None
    kind: str | None
    since: dt.datetime | None
    until: dt.datetime | None
    discovered: bool
    interval: float


def fetch_archived(
    name: str,
    settings: ArchiveSettings,
    manners: Manners,
    data: Path,
    choice: Choice,
    *,
    dry_run: bool,
    as_json: bool,
) -> Done:
    """Fetch captures from a web archive, or say which would be fetched."""
    from scraper.crawl import Ended
    from scraper.errors import SourceFailed, Stopped

    with visit_to(name, settings, manners, data, interval=choice.interval, asks=not dry_run) as visit:
        if dry_run:
            return _say_plan(visit, name, choice, settings.index_interval, as_json=as_json)
        try:
            chosen = _chosen(choice, _mementos(name, _known(visit, choice)))
        except Stopped:
            click.echo(f"bma: {Ended.STOPPED.value}; no capture was asked for yet", err=True)
            return Done(1, Ended.STOPPED)
        except SourceFailed as error:
            click.echo(f"bma: {printable(str(error))}; no capture was asked for yet", err=True)
            return Done(3 if error.refuses else 1, Ended.BLOCKED if error.refuses else Ended.NO_HOSTS)
        if not chosen:
            click.echo(f"bma: the index of {name} tells of no such capture", err=True)
        return show_run(visit, chosen, as_json=as_json, skipped="held already")


def _known(visit: Visit, choice: Choice) -> Iterator[IndexPage]:
    """The answers of the index that tell of the pages that are wanted."""
    return visit.known() if choice.discovered else _answers(visit, visit.chains(_kinds(choice)))


def _kinds(choice: Choice) -> list[str]:
    return list(dict.fromkeys(page.kind for page in choice.wanted or ()))


def _chosen(choice: Choice, mementos: Iterable[Memento]) -> list[Memento]:
    from scraper.cdx import select

    wanted = None if choice.wanted is None else set(choice.wanted)
    return select(
        (
            memento
            for memento in mementos
            if (wanted is None or memento.page in wanted) and choice.kind in (None, memento.page.kind)
        ),
        choice.since,
        choice.until,
    )


def _say_plan(visit: Visit, name: str, choice: Choice, index_interval: float, *, as_json: bool) -> Done:
    """Say how many captures would be fetched, by what is held of the index, and how long that would take."""
    from scraper.index_answers import NotHeld

    unasked = 0

    def held_answers() -> Iterator[IndexPage]:
        nonlocal unasked
        if choice.discovered:
            yield from visit.known()
            return
        try:
            chains = visit.chains(_kinds(choice))
        except NotHeld:
            unasked = 1
            return
        for chain in chains:
            try:
                yield from visit.walk(chain)
            except NotHeld:
                unasked += 1

    known = _chosen(choice, _mementos(name, held_answers()))
    missing = sum(not visit.is_held(memento) for memento in known)
    seconds = missing * choice.interval + unasked * index_interval
    if as_json:
        facts = {"captures": len(known), "held": len(known) - missing, "requests": missing}
        print_json(facts | {"queries": unasked, "seconds": seconds})
    else:
        click.echo(
            f"{len(known):,} captures known, {len(known) - missing:,} held; {missing:,} requests at"
            f" {choice.interval:g} s and {unasked:,} queries of the index at {index_interval:g} s, which"
            f" take {dt.timedelta(seconds=round(seconds))} or more."
            + (" What the queries will tell of comes on top." if unasked else "")
        )
    return Done(0, None)
