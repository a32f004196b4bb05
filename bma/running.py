"""A run that fetches: its progress on the terminal, and what is said of it at its end."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import click

from bma.options import print_json, printable

if TYPE_CHECKING:
    from scraper.crawl import Ended, Notice, Result

SECONDS_A_LINE = 600.0
"""How often a run that is not on a terminal says how far it is."""


class Done(NamedTuple):
    """The exit code of a fetch, and why it ended; None where nothing was to be fetched but said."""

    status: int
    ended: Ended | None


class Run(Protocol):
    """What fetches: a crawl of the hosts, or a visit to an archive."""

    ended: Ended | None

    def run(self, pages: Any) -> Iterator[Result | Notice]:
        """What becomes of each page, one after the other."""


def show_run(
    crawl: Run, wanted: Sequence[Any], *, as_json: bool, skipped: str = "asked for not long ago"
) -> Done:
    """Run a crawl, show how it goes, and say at the end what came of it."""
    from scraper.crawl import STATES, Ended, Notice

    states, outcomes = Counter[str](dict.fromkeys(STATES, 0)), Counter[str]()
    with _progress(len(wanted)) as show:
        for found in crawl.run(wanted):
            if isinstance(found, Notice):
                click.echo(f"bma: {printable(found.text)}", err=True)
                continue
            states[found.state] += 1
            outcomes[found.outcome or "not_asked"] += found.state != "skipped"
            if found.state == "failed":
                click.echo(f"bma: {printable(_describe(found))}", err=True)
            show(states)
    ended = crawl.ended or Ended.DONE
    if as_json:
        outcomes_seen = {name: count for name, count in sorted(outcomes.items()) if count}
        print_json({**states, "outcomes": outcomes_seen, "ended": ended.name.lower()})
    else:
        if ended is not Ended.DONE:
            left = len(wanted) - sum(states.values())
            click.echo(f"bma: {ended.value} ({left:,} of {len(wanted):,} pages are left)", err=True)
        click.echo(
            "{saved:,} saved, {unchanged:,} unchanged, {not_found:,} not found, {failed:,} failed"
            " ({skipped:,} skipped, {why})".format(why=skipped, **states)
        )
    some_failed = states["failed"] > 0 or ended is not Ended.DONE
    return Done(3 if ended is Ended.BLOCKED else int(some_failed), ended)


def _describe(result: Result) -> str:
    """A page that could not be had, and why."""
    page, site = result.page, f" from {result.site}" if result.site else ""
    detail = result.detail or "no reason given"
    return f"{page.kind} {page.code}: {result.outcome or 'not asked'}{site}: {detail}"


Show = Callable[[Counter[str]], None]
"""Shows how many pages there are by what became of them."""


@contextmanager
def _progress(total: int) -> Iterator[Show]:
    """How far a run is, on stderr: a bar on a terminal; elsewhere, for a log, a line now and then."""
    if sys.stderr.isatty():
        with _bar(total) as show:
            yield show
        return
    last = time.monotonic()

    def show_line(states: Counter[str]) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_A_LINE:
            last = time.monotonic()
            click.echo(f"bma: {sum(states.values()):,} of {total:,} pages: {_counts(states)}", err=True)

    yield show_line


@contextmanager
def _bar(total: int) -> Iterator[Show]:
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
            rate = f"{speed * 60:,.0f} pages/min" if speed else ""
            progress.update(task, completed=sum(states.values()), description=_counts(states), rate=rate)

        yield show


def _counts(states: Counter[str]) -> str:
    return ", ".join(f"{state.replace('_', ' ')} {count:,}" for state, count in states.items() if count)
