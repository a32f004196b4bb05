"""The answers of an archive's index: read from our own archive where they are held, else asked for and kept.

So an interrupted discovery goes on where it was: it is the same chain of queries, and what was answered not
long ago is not asked again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from scraper.asking import Asker
from scraper.cdx import IndexPage, NoIndexAnswer
from scraper.errors import ArchiveDamaged, SourceFailed
from scraper.exchange import Exchange
from scraper.members import content_of

if TYPE_CHECKING:
    from scraper.archive_reader import ArchiveReader

PROVEN_FOR = dt.timedelta(minutes=10)
"""So long after a known page was found in an index, an empty answer of it is believed."""

REFUSING_STATUSES = frozenset({401, 403, 429, 503})
"""The statuses by which an archive says that it will not answer us now."""

LEAVE_ALONE = (
    "leave it alone for some minutes at least, and longer each time; then start the same command again, which"
    " goes on from here"
)
"""What to do when an archive refuses us."""

Read = TypeVar("Read")
Keep = Callable[[Exchange], object]


class Query(NamedTuple):
    """A URL to ask an index for, and how its answer is read (NoIndexAnswer where it is none)."""

    url: str
    read: Callable[[int, bytes], IndexPage]


class NotHeld(Exception):  # noqa: N818 (says what is the case)
    """An answer is not held, and nothing is to be asked."""


class IndexAnswers:
    """The index of one source, which messages call ``name``.

    ``asker`` asks, and ``keep`` stores all that comes; without an asker only held answers are read, and
    NotHeld is raised for others. An answer that is older than ``max_age`` does not count, nor does an empty
    one unless a probe, the query for a page that the archive is known to have, was answered with that page
    not long before it.
    """

    def __init__(
        self,
        name: str,
        archive: ArchiveReader | None,
        asker: Asker | None,
        keep: Keep,
        *,
        max_age: dt.timedelta,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._name = name
        self._archive = archive
        self._asker = asker
        self._keep = keep
        self._max_age = max_age
        self._now = now

    def page(self, query: Query, probe: Query) -> IndexPage:
        """The answer for a query. Raises SourceFailed, or Stopped, or NotHeld."""
        held = self.held(query, probe)
        if held is not None:
            return held
        began, found = self._ask(*query)
        if not found.is_empty or self._is_proven(began, probe):
            return found
        _, known = self._ask(*probe)
        if not known.lines:
            raise SourceFailed(
                f"{self._name} does not answer truly: its index has nothing even for {probe.url}, a page"
                f" that it is known to have; try again later, or name another page with --{self._name}-probe"
            )
        return self._ask(*query)[1]

    def held(self, query: Query, probe: Query) -> IndexPage | None:
        """The newest answer that is held, if it counts."""
        for began, page in self._held(*query, self._now() - self._max_age, self._now()):
            return page if not page.is_empty or self._is_proven(began, probe) else None
        return None

    def known(self, url_prefix: str, read: Callable[[int, bytes], Read]) -> Iterator[Read]:
        """What all answers say that are held, however old, for URLs that begin so."""
        if self._archive is None:
            return
        for held in self._archive.exchanges_below(url_prefix):
            with suppress(NoIndexAnswer, ArchiveDamaged):
                yield read(held.exchange.status or 0, content_of(self._archive, held))

    def listing(self, url: str, read: Callable[[int, bytes], Read]) -> Read:
        """What is read from an answer that is never empty. Raises as `page` does."""
        for _, found in self._held(url, read, self._now() - self._max_age, self._now()):
            return found
        return self._ask(url, read)[1]

    def _is_proven(self, time: dt.datetime, probe: Query) -> bool:
        """Whether the known page was found not long before."""
        return any(page.lines for _, page in self._held(*probe, time - PROVEN_FOR, time))

    def _held(
        self, url: str, read: Callable[[int, bytes], Read], since: dt.datetime, until: dt.datetime
    ) -> Iterator[tuple[dt.datetime, Read]]:
        """When the answers of a span were asked for, and what they say, newest first."""
        if self._archive is None:
            return
        for held in self._archive.answers(url, since, until):
            with suppress(NoIndexAnswer, ArchiveDamaged):
                content = content_of(self._archive, held)
                yield (
                    dt.datetime.fromisoformat(held.exchange.started_at),
                    read(held.exchange.status or 0, content),
                )

    def _ask(self, url: str, read: Callable[[int, bytes], Read]) -> tuple[dt.datetime, Read]:
        if self._asker is None:
            raise NotHeld(url)
        answer, _, asks_to_wait = self._asker.ask(url, None)
        exchange = answer.exchange
        self._keep(exchange)
        if exchange.failure is not None:
            raise SourceFailed(f"{self._name}: {exchange.failure}: {exchange.detail} ({url})")
        if asks_to_wait is not None or exchange.status in REFUSING_STATUSES:
            wait = f" and asks us to wait for {asks_to_wait:,.0f} seconds" if asks_to_wait else ""
            raise SourceFailed(
                f"{self._name} answers with status {exchange.status}{wait}; {LEAVE_ALONE}",
                refuses=True,
            )
        try:
            return exchange.started_at, read(exchange.status or 0, answer.content)
        except NoIndexAnswer as error:
            raise SourceFailed(f"{self._name}: the answer is none of an index: {error} ({url})") from None
