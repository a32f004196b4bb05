"""`bma fetch`, `bma run`: pages from the web into the archive, politely, and from there into tables."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bma.archive_options import ARCHIVES, ArchiveSettings, settings_from, with_archive_settings, with_span
from bma.fetch_options import Manners, Request, with_options
from bma.options import clean, data_option, json_option, print_json, raw, redact_option
from bma.running import Done, show_run

if TYPE_CHECKING:
    from scraper.codes import Wanted
    from scraper.crawl import Crawl
    from scraper.store import Store


@click.command()
@with_options
@click.option(
    "--source",
    type=click.Choice(["live", *ARCHIVES]),
    default="live",
    show_default=True,
    help="Where from: the hosts themselves, or a web archive.",
)
@with_span
@with_archive_settings
@data_option
@json_option
def fetch(
    source: str,
    since: dt.datetime | None,
    until: dt.datetime | None,
    discovered: bool,
    data: Path,
    as_json: bool,
    **options: Any,
) -> None:
    """Fetch pages by their codes into the archive, with the evidence of each request.

    A code that the archive holds already is skipped (see --max-age), so that an interrupted run goes on
    when it is started again with the same command. Ctrl-C stops after the page in hand.

    From a web archive all captures of the pages are fetched, oldest first, or those from --since to --until.
    """
    settings = settings_from(options)
    request = Request(**options)
    if source != "live":
        done = _fetch_archived(source, settings, request, discovered, since, until, data, as_json=as_json)
    elif discovered or since or until:
        raise click.UsageError("--since, --until and --discovered are for --source wayback or commoncrawl")
    else:
        done = _fetch(request, data, as_json=as_json)
    if done.status:
        raise SystemExit(done.status)


@click.command()
@with_options
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder [default: DATA/clean].")
@redact_option
@data_option
def run(data: Path, out: Path | None, redact: bool, **options: Any) -> None:
    """Fetch pages and build the tables, in one go; the exit code is that of the fetching.

    After Ctrl-C no tables are built. Where the site asks us to wait they are, from what is held.
    """
    from bma.tables import build_tables, last_line, notes
    from scraper.crawl import Ended

    request = Request(**options)
    done = _fetch(request, data, as_json=False)
    if done.ended is Ended.STOPPED:
        click.echo("bma: no tables were built; bma build makes them from what is held", err=True)
    elif done.ended is not None:
        report = build_tables(data, out or clean(data), redact=redact)
        for line in notes(report):
            click.echo(line)
        click.echo(f"Tables in {out or clean(data)}: {last_line(report)}")
    if done.status:
        raise SystemExit(done.status)


def _fetch_archived(
    source: str,
    settings: ArchiveSettings,
    request: Request,
    discovered: bool,
    since: dt.datetime | None,
    until: dt.datetime | None,
    data: Path,
    *,
    as_json: bool,
) -> Done:
    """Fetch captures of a web archive, or say which would be fetched."""
    from bma.archived import Choice, fetch_archived
    from scraper.codes import read_codes

    if request.host or request.base_url or request.ignore_robots:
        raise click.UsageError("--host, --base-url and --ignore-robots are for --source live")
    if discovered and not request.codes and not request.files:
        choice = Choice(None, request.kind, since, until, discovered, request.interval)
    else:
        wanted = read_codes(request.codes, request.files, request.kind)
        choice = Choice(wanted, None, since, until, discovered, request.interval)
    manners = Manners(**{field.name: getattr(request, field.name) for field in fields(Manners)})
    return fetch_archived(source, settings, manners, data, choice, dry_run=request.dry_run, as_json=as_json)


def _fetch(request: Request, data: Path, *, as_json: bool) -> Done:
    """Fetch what is wanted, or say what would be fetched."""
    import bma
    from scraper.archive import Archive
    from scraper.codes import read_codes
    from scraper.recovery import warc_files
    from scraper.session import user_agent

    wanted = read_codes(request.codes, request.files, request.kind)
    places = _places(request, {page.kind for page in wanted})
    agent = user_agent(bma.__version__, request.contact)
    folder = raw(data)
    if request.dry_run and not warc_files(folder):  # opening the archive would make it
        with _crawl(request, agent, places, _NothingHeld()) as crawl:
            return _say_plan(crawl, wanted, request.interval, as_json=as_json)
    software, robots = f"bma-progress/{bma.__version__}", "ignore" if request.ignore_robots else "classic"
    with (
        Archive(folder, writable=not request.dry_run, software=software, robots=robots) as archive,
        _crawl(request, agent, places, archive) as crawl,
    ):
        if request.dry_run:
            return _say_plan(crawl, wanted, request.interval, as_json=as_json)
        if request.contact is None:
            click.echo("bma: without --contact the site's operators cannot write to you", err=True)
        return show_run(crawl, wanted, as_json=as_json)


def _places(request: Request, kinds: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Where pages of each kind are asked for, in order."""
    from scraper.sites import base_on, bases

    if request.base_url and request.host:
        raise click.UsageError("either --base-url or --host: a mirror is the only one that is asked")
    if request.base_url:
        return {kind: (base_on(request.base_url, kind),) for kind in kinds}
    return {kind: bases(kind, request.host) for kind in kinds}


class _NothingHeld:
    """What a run that only says what it would do needs of an archive that is not there yet."""

    def store(self, *args: object, **details: object) -> Any:
        raise AssertionError("nothing is fetched in a dry run")

    def latest_good(self, page_kind: str, page_code: str) -> None:
        return None

    def last_outcomes(self, page_kind: str, page_code: str) -> dict[str, Any]:
        return {}

    def last_asked(self) -> None:
        return None


@contextmanager
def _crawl(
    request: Request, agent: str, places: Mapping[str, Sequence[str]], store: Store
) -> Iterator[Crawl]:
    """A crawl as the user wants it, with its connections."""
    from urllib.parse import urlsplit

    import parsers
    from scraper.asking import Policy
    from scraper.crawl import Crawl
    from scraper.pacer import Pacer
    from scraper.session import Limits, Session
    from scraper.stop import Stop

    named = {urlsplit(request.base_url).hostname or ""} if request.base_url else set()
    limits = Limits(total=request.deadline, idle=min(request.deadline, Limits().idle))
    with Stop(_say_stopping) as stop, Session(agent, named_hosts=named, limits=limits) as session:
        yield Crawl(
            store,
            session,
            parsers.classify,
            places,
            pacer=Pacer(request.interval, stop.sleep),
            stop=stop,
            max_age=request.max_age,
            policy=Policy(attempts=request.attempts, first_wait=request.retry_wait),
            heed_robots=not request.ignore_robots,
        )


def _say_stopping() -> None:
    """Answer a Ctrl-C at once, in a signal's handler, where nothing else may be called."""
    os.write(2, b"\nbma: stopping after the page in hand; Ctrl-C again stops at once\n")


def _say_plan(crawl: Crawl, wanted: Sequence[Wanted], interval: float, *, as_json: bool) -> Done:
    """Say how many requests would go to which hosts, and how long they would take at least."""
    counts = crawl.estimate(wanted)
    total = sum(counts.values())
    seconds = max(counts.values(), default=0) * interval  # hosts have a pace each
    if as_json:
        hosts = dict(sorted(counts.items()))
        print_json({"pages": len(wanted), "requests": total, "hosts": hosts, "seconds": seconds})
        return Done(0, None)
    for host, count in sorted(counts.items()):
        click.echo(f"{count:>9,}  {host}")
    click.echo(
        f"{len(wanted):,} pages wanted, {len(wanted) - total:,} held or asked for not long ago;"
        f" {total:,} requests at least, which take {dt.timedelta(seconds=round(seconds))} or more at"
        f" {interval:g} s a request. Others follow for pages that a host does not know."
    )
    return Done(0, None)


COMMANDS = (fetch, run)
