"""The options of `bma fetch` and `bma discover` that are about web archives."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import click

from bma.fetch_options import Seconds, with_all

ARCHIVES = ("wayback", "commoncrawl")
"""The web archives that can be asked, as `captures.source` names them."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class UtcTime(click.ParamType[dt.datetime]):
    """A time with its zone, or a date in UTC, which means ``time_of_day`` on it."""

    name = "date"

    def __init__(self, time_of_day: str) -> None:
        self._time_of_day = time_of_day

    def convert(
        self, value: str | dt.datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.datetime:
        """The time in UTC; a usage error says how to write one."""
        from bma.pages import Time

        if isinstance(value, str) and _DATE.fullmatch(value):
            value = f"{value}T{self._time_of_day}Z"
        return Time().convert(value, param, ctx)


@dataclass(frozen=True, slots=True)
class ArchiveSettings:
    """Which web archives, and how their indexes are asked."""

    wayback_url: str
    wayback_probe: str
    commoncrawl_index_url: str
    commoncrawl_data_url: str
    commoncrawl_probe: str
    crawl: tuple[str, ...]
    index_interval: float


_SETTINGS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--wayback-url",
        metavar="URL",
        default="https://web.archive.org",
        show_default=True,
        help="The Wayback Machine, or another archive of its dialect; it may have a private address.",
    ),
    click.option(
        "--wayback-probe",
        metavar="URL",
        default="http://example.com/",
        show_default=True,
        help="A page that it is known to have: without it in the index, an empty answer is not believed.",
    ),
    click.option(
        "--commoncrawl-index-url",
        metavar="URL",
        default="https://index.commoncrawl.org",
        show_default=True,
        help="The index of Common Crawl, or of another archive of its dialect.",
    ),
    click.option(
        "--commoncrawl-data-url",
        metavar="URL",
        default="https://data.commoncrawl.org",
        show_default=True,
        help="The files of Common Crawl, or of another archive of its dialect.",
    ),
    click.option(
        "--commoncrawl-probe",
        metavar="URL",
        default="http://commoncrawl.org/",
        show_default=True,
        help="As --wayback-probe.",
    ),
    click.option(
        "--crawl",
        multiple=True,
        metavar="NAME",
        help="Only this crawl of Common Crawl (CC-MAIN-2020-16); may be given again.",
    ),
    click.option(
        "--index-interval",
        metavar="SECONDS",
        type=Seconds(min=0, max=86_400),
        default=3.0,
        show_default=True,
        help="Seconds between two requests to the index of a web archive.",
    ),
)

_SPAN: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--since",
        type=UtcTime("00:00:00"),
        help="Only captures of a web archive from then on: a date (UTC) or a time with its zone.",
    ),
    click.option(
        "--until",
        type=UtcTime("23:59:59"),
        help="Only captures of a web archive until then: a date (UTC, to its end) or a time with its zone.",
    ),
    click.option(
        "--discovered",
        is_flag=True,
        help="Fetch what bma discover has found in the web archive, of all pages or of these; ask no index.",
    ),
)


def with_archive_settings(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the options of `ArchiveSettings`."""
    return with_all(command, _SETTINGS)


def with_span(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the options that say which captures of a web archive are fetched."""
    return with_all(command, _SPAN)


def settings_from(options: dict[str, Any]) -> ArchiveSettings:
    """The settings among a command's options, from which they are taken away."""
    return ArchiveSettings(**{field.name: options.pop(field.name) for field in fields(ArchiveSettings)})
