"""The options of `bma fetch` and `bma run`: which pages, from whom, and how politely."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import click

from bma.options import KINDS

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


class Seconds(click.FloatRange):
    """A number of seconds within bounds; not a number is no number here."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The seconds; a usage error says the bounds."""
        seconds = super().convert(value, param, ctx)
        if math.isnan(seconds):
            self.fail(f"{value} is no number of seconds", param, ctx)
        return seconds


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
    retry_wait: float
    deadline: float
    contact: str | None
    ignore_robots: bool
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Manners:
    """Who asks, and how patiently."""

    max_age: dt.timedelta
    attempts: int
    retry_wait: float
    deadline: float
    contact: str | None


_PAGES: tuple[Callable[[Any], Any], ...] = (
    click.argument("codes", nargs=-1, metavar="[CODE]..."),
    click.option(
        "--codes",
        "files",
        multiple=True,
        metavar="FILE",
        help="A file with a code a line, or a CSV with a column of codes; - is standard input.",
    ),
    click.option(
        "--kind", type=click.Choice(KINDS), help="The kind of the pages, where the codes do not tell."
    ),
    click.option(
        "--host", multiple=True, help="Ask only this host, or site (HOST/PATH); may be given again."
    ),
    click.option("--base-url", metavar="URL", help="Ask a mirror instead; it may have a private address."),
    click.option(
        "--interval",
        metavar="SECONDS",
        type=Seconds(min=0, max=86_400),
        default=1.0,
        show_default=True,
        help="Seconds between two requests to one host.",
    ),
)
_MANNERS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--max-age",
        type=Age(),
        default="7d",
        show_default=True,
        help="Do not ask for what is held and younger than this: a good capture, an answer of an index.",
    ),
    click.option(
        "--attempts",
        metavar="NUMBER",
        type=click.IntRange(min=1, max=10),
        default=3,
        show_default=True,
        help="Requests for one page at most, where the cause of a failure may pass.",
    ),
    click.option(
        "--retry-wait",
        metavar="SECONDS",
        type=Seconds(min=0, max=86_400),
        default=2.0,
        show_default=True,
        help="Seconds before the first repetition; twice as many before each further one.",
    ),
    click.option(
        "--deadline",
        metavar="SECONDS",
        type=Seconds(min=1, max=86_400),
        default=120.0,
        show_default=True,
        help="Seconds that one answer may take in all.",
    ),
    click.option(
        "--contact",
        envvar="BMA_CONTACT",
        show_envvar=True,
        help="Whom the site's operators may write to: an address or a URL, sent with each request.",
    ),
)
_WAYS: tuple[Callable[[Any], Any], ...] = (
    click.option("--ignore-robots", is_flag=True, help="Do not heed robots.txt."),
    click.option("--dry-run", is_flag=True, help="Say what would be asked for, and how long it would take."),
)


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the options of a `Request`."""
    return with_all(command, (*_PAGES, *_MANNERS, *_WAYS))


def with_manners(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the options of `Manners`."""
    return with_all(command, _MANNERS)


def with_all(command: Callable[..., None], options: Sequence[Callable[[Any], Any]]) -> Callable[..., None]:
    """The command with some options, in their order."""
    for option in reversed(options):
        command = option(command)
    return command
