"""`bma fetch`, `bma run`: pages from the web into the archive, politely, and from there into tables."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bma.options import clean, data_option, json_option, print_json, raw

if TYPE_CHECKING:
    from scraper.codes import Wanted
    from scraper.crawl import Crawl, Result
    from scraper.store import Store

_KINDS = ("project", "indicator", "city_indicator", "agency_summary", "it_review", "plan_record")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


class Age(click.ParamType[dt.timedelta]):
    """A span of time: ``90m``, ``12h``, ``7d``, ``2w``, ``0``."""

    name = "age"

    def convert(
        self, value: str | dt.timedelta, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.timedelta:
        """The span; a usage error says how to write one."""
        if isinstance(value, dt.timedelta):
            return value
        match = re.fullmatch(r"([0-9]{1,6})([smhdw])|0", value)
        if match is None:
            self.fail(f"{value!r} is no span of time; write it as 90m, 12h, 7d or 2w", param, ctx)
        return dt.timedelta(seconds=int(match[1]) * _SECONDS[match[2]] if match[1] else 0)


@dataclass(frozen=True, slots=True)
class Request:
    """What the user wants fetched, and how."""

    codes: tuple[str, ...]
    files: tuple[str, ...]
    kind: str | None
    host: tuple[str, ...]
    base_url: str | None
    interval: float
    max_age: dt.timedelta
    attempts: int
    deadline: float
    contact: str | None
    ignore_robots: bool
    dry_run: bool


_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.argument("codes", nargs=-1, metavar="[CODE]..."),
    click.option(
        "--codes",
        "files",
        multiple=True,
        metavar="FILE",
        help="A file with a code a line, or a CSV with a column of codes; - is standard input.",
    ),
    click.option(
        "--kind", type=click.Choice(_KINDS), help="The kind of the pages, where the codes do not tell."
    ),
    click.option(
        "--host", multiple=True, help="Ask only this host, or site (HOST/PATH); may be given again."
    ),
    click.option("--base-url", metavar="URL", help="Ask a mirror instead; it may have a private address."),
    click.option(
        "--interval",
        type=click.FloatRange(min=0),
        default=1.0,
        show_default=True,
        help="Seconds between two requests to one host.",
    ),
    click.option(
        "--max-age",
        type=Age(),
        default="7d",
        show_default=True,
        help="Skip pages of which the archive holds a good capture younger than this.",
    ),
    click.option(
        "--attempts",
        type=click.IntRange(min=1, max=10),
        default=3,
        show_default=True,
        help="Requests for one page at most, where the cause of a failure may pass.",
    ),
    click.option(
        "--deadline",
        type=click.FloatRange(min=1),
        default=120.0,
        show_default=True,
        help="Seconds that one answer may take in all.",
    ),
    click.option(
        "--contact",
        envvar="BMA_CONTACT",
        help="Whom the site's operators may write to: an address or a URL, sent with each request.",
    ),
    click.option("--ignore-robots", is_flag=True, help="Do not heed robots.txt."),
    click.option("--dry-run", is_flag=True, help="Say what would be asked for, and how long it would take."),
)


def _with_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command()
@_with_options
@click.option("--source", type=click.Choice(["live"]), default="live", show_default=True, help="Where from.")
@data_option
@json_option
def fetch(source: str, data: Path, as_json: bool, **options: Any) -> None:
    """Fetch pages by their codes into the archive, with the evidence of each request.

    A code that the archive holds already is skipped (see --max-age), so that an interrupted run goes on
    when it is started again with the same command. Ctrl-C stops after the page in hand.
    """
    status = _fetch(Request(**options), data, as_json=as_json)
    if status:
        raise SystemExit(status)


@click.command()
@_with_options
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder [default: DATA/clean].")
@data_option
def run(data: Path, out: Path | None, **options: Any) -> None:
    """Fetch pages and build the tables, in one go."""
    from bma.tables import build_tables, last_line

    request = Request(**options)
    status = _fetch(request, data, as_json=False)
    if request.dry_run:
        return
    report = build_tables(raw(data), out or clean(data))
    click.echo(f"Tables in {out or clean(data)}: {last_line(report)}")
    if status:
        raise SystemExit(status)


def _fetch(request: Request, data: Path, *, as_json: bool) -> int:
    """Fetch what is wanted; the exit code."""
    import bma
    from scraper.archive import Archive
    from scraper.codes import read_codes

    wanted = read_codes(request.codes, request.files, request.kind)
    folder = raw(data)
    if request.dry_run and not folder.is_dir():
        with _crawl(request, wanted, _NothingHeld()) as crawl:
            return _say_plan(crawl, wanted, request.interval)
    software = f"bma-progress/{bma.__version__}"
    with (
        Archive(folder, writable=not request.dry_run, software=software) as archive,
        _crawl(request, wanted, archive) as crawl,
    ):
        if request.dry_run:
            return _say_plan(crawl, wanted, request.interval)
        if request.contact is None:
            click.echo("bma: without --contact the site's operators cannot write to you", err=True)
        return _run(crawl, wanted, as_json=as_json)


class _NothingHeld:
    """What a run that only says what it would do needs of an archive that is not there yet."""

    def store(self, *args: object, **details: object) -> Any:
        raise AssertionError("nothing is fetched in a dry run")

    def latest_good(self, page_kind: str, page_code: str) -> None:
        return None

    def last_outcomes(self, page_kind: str, page_code: str) -> dict[str, Any]:
        return {}


@contextmanager
def _crawl(request: Request, wanted: Sequence[Wanted], store: Store) -> Iterator[Crawl]:
    """A crawl as the user wants it, with its connections."""
    from urllib.parse import urlsplit

    import bma
    import parsers
    from scraper.asking import Policy
    from scraper.crawl import Crawl
    from scraper.pacer import Pacer
    from scraper.session import Limits, Session, user_agent
    from scraper.sites import base_on, bases
    from scraper.stop import Stop

    base_url = request.base_url
    places = {
        kind: (base_on(base_url, kind),) if base_url else bases(kind, request.host)
        for kind in {page.kind for page in wanted}
    }
    named = {urlsplit(base_url).hostname or ""} if base_url else set()
    agent = user_agent(bma.__version__, request.contact)
    limits = Limits(total=request.deadline, idle=min(request.deadline, Limits().idle))
    with Stop() as stop, Session(agent, named_hosts=named, limits=limits) as session:
        yield Crawl(
            store,
            session,
            parsers.classify,
            places,
            pacer=Pacer(request.interval, stop.sleep),
            stop=stop,
            max_age=request.max_age,
            policy=Policy(attempts=request.attempts),
            heed_robots=not request.ignore_robots,
        )


def _say_plan(crawl: Crawl, wanted: Sequence[Wanted], interval: float) -> int:
    """Say how many requests would go to which hosts, and how long they would take; exit code 0."""
    counts = crawl.estimate(wanted)
    total = sum(counts.values())
    for host, count in sorted(counts.items()):
        click.echo(f"{count:>9,}  {host}")
    time = dt.timedelta(seconds=round(total * interval))
    click.echo(
        f"{len(wanted):,} pages wanted, {len(wanted) - total:,} held; {total:,} requests at least, which take"
        f" {time} or more at {interval:g} s a request. Others follow for pages that a host does not know."
    )
    return 0


def _run(crawl: Crawl, wanted: Sequence[Wanted], *, as_json: bool) -> int:
    """Run a crawl, show how it goes, and say at the end what came of it; the exit code."""
    from scraper.crawl import STATES, Ended, Notice

    states, outcomes = Counter[str](dict.fromkeys(STATES, 0)), Counter[str]()
    with _progress(len(wanted)) as show:
        for found in crawl.run(wanted):
            if isinstance(found, Notice):
                click.echo(f"bma: {found.text}", err=True)
                continue
            states[found.state] += 1
            outcomes[found.outcome or "not_asked"] += found.state != "skipped"
            if found.state == "failed":
                click.echo(f"bma: {_describe(found)}", err=True)
            show(states)
    ended = crawl.ended or Ended.DONE
    if as_json:
        outcomes_seen = {name: count for name, count in sorted(outcomes.items()) if count}
        print_json({**states, "outcomes": outcomes_seen, "ended": ended.name.lower()})
    else:
        if ended is not Ended.DONE:
            click.echo(f"bma: {ended.value}", err=True)
        click.echo(
            "{saved:,} saved, {unchanged:,} unchanged, {not_found:,} not found, {failed:,} failed"
            " ({skipped:,} skipped, asked for not long ago)".format(**states)
        )
    if ended is Ended.BLOCKED:
        return 3
    return 1 if states["failed"] or ended is not Ended.DONE else 0


def _describe(result: Result) -> str:
    """A page that could not be had, and why."""
    page, site = result.page, f" from {result.site}" if result.site else ""
    detail = result.detail or "no reason given"
    return f"{page.kind} {page.code}: {result.outcome or 'not asked'}{site}: {detail}"


@contextmanager
def _progress(total: int) -> Iterator[Callable[[Counter[str]], None]]:
    """A function that shows the counts by state; on stderr, and only on a terminal."""
    if not sys.stderr.isatty():
        yield lambda states: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total, rate="")

        def show(states: Counter[str]) -> None:
            speed = progress.tasks[task].finished_speed or progress.tasks[task].speed
            counts = ", ".join(
                f"{state.replace('_', ' ')} {count:,}" for state, count in states.items() if count
            )
            rate = f"{speed:.1f} pages/s" if speed else ""
            progress.update(task, completed=sum(states.values()), description=counts, rate=rate)

        yield show


COMMANDS = (fetch, run)
