"""What web archives have of our pages: found by their indexes, and fetched into our own archive.

Our exchange with the archive is stored as it was, under our time. The capture that it brought has the time,
the URL and the status that the archive says it had.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

from scraper import redirects
from scraper.archive import Archive, Classify, StoredExchange
from scraper.asking import FREEZING_STATUSES, Asker, Policy
from scraper.capture import iso_time
from scraper.cdx import IndexPage
from scraper.codes import Wanted
from scraper.crawl import LATELY, NOT_THERE, Ended, Notice, Result
from scraper.errors import Stopped
from scraper.exchange import Exchange, is_redirect, outcome_of
from scraper.http_message import head_end, page_bytes
from scraper.index_answers import LEAVE_ALONE, IndexAnswers
from scraper.memento import Brought, Memento
from scraper.pacer import Pacer
from scraper.session import Answer, Session
from scraper.source import Chain, NotThere, Source, walk
from scraper.stop import Stop

REFUSING_STATUSES = frozenset({401, 403})
"""The statuses of an archive's own answers that end the run when they come several times in a row."""

PATIENCE = Policy(ending_statuses=frozenset({429}))
"""An archive that answers 429 is left alone at once: those who go on asking are shut out."""


class Paces(NamedTuple):
    """Seconds between two requests to the index, and between two for captures."""

    queries: float = 3.0
    captures: float = 1.0


class Visit:
    """One run with one web archive.

    archive
        Where all that comes is kept, and what is held is read from; None for an archive that is not there
        yet, when nothing is to be asked.
    session
        None where nothing is to be asked: then only held answers of the index are known.
    max_age
        An answer of the index that is younger is not asked for again. A capture never changes.
    """

    def __init__(
        self,
        archive: Archive | None,
        source: Source,
        session: Session | None,
        classify: Classify,
        *,
        stop: Stop,
        max_age: dt.timedelta,
        paces: Paces | None = None,
        policy: Policy = PATIENCE,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._archive = archive
        self._source = source
        self._session = session
        self._classify = classify
        self._stop = stop
        self._paces = paces or Paces()
        self._policy = policy
        self._now = now
        index = self._asker(self._paces.queries, lambda answer: False)
        self._index = IndexAnswers(source.name, archive, index, self._keep, max_age=max_age, now=now)
        self._notices: list[Notice] = []
        self._in_a_row = Counter[str]()
        self.ended: Ended | None = None

    # Finding

    def chains(self, kinds: Collection[str], agencies: Collection[str] = ()) -> list[Chain]:
        """What the index has to be asked for. Raises as `walk` does."""
        return list(self._source.chains(self._index, kinds, agencies))

    def walk(self, chain: Chain) -> Iterator[IndexPage]:
        """The answers of one chain; SourceFailed, or Stopped, where they end before it does."""
        return walk(self._source, self._index, chain)

    def known(self) -> Iterator[IndexPage]:
        """All answers of the index that are held, however old."""
        return self._index.known(self._source.index_url, self._source.read)

    def is_held(self, memento: Memento) -> bool:
        """Whether the capture is in our archive."""
        source, page, url, captured_at, *_ = memento
        return self._archive is not None and self._archive.holds(source, page, url, captured_at)

    # Fetching

    def run(self, mementos: Iterable[Memento]) -> Iterator[Result | Notice]:
        """Fetch the captures that are not held, one by one; `ended` then says why there are no more."""
        asker = self._asker(self._paces.captures, self._source.settles)
        assert asker is not None, "without a session nothing can be fetched"
        for memento in mementos:
            try:
                result = None if self._stop.asked else self._fetch(asker, memento)
            except Stopped:
                result = None
            if result is None:
                self.ended = Ended.STOPPED
                return
            yield result
            yield from self._notices
            self._notices.clear()
            if self.ended is not None:
                return
        self.ended = Ended.DONE

    def _fetch(self, asker: Asker, memento: Memento) -> Result:
        """One capture: held already, stored now, or not to be had."""
        if self.is_held(memento):
            return Result(memento.page, "skipped")
        url, headers = self._source.request(memento)
        reply = asker.ask(url, memento.page, headers)
        answer, exchange = reply.answer, reply.answer.exchange
        if exchange.failure is not None:
            self._keep(exchange, memento.page)
            self._judge(exchange, reply.asks_to_wait)
            return self._failed(
                memento, f"{exchange.failure}: {exchange.detail}", outcome_of(exchange.failure)
            )
        try:
            brought = self._source.brought(memento, answer)
        except NotThere as error:
            self._keep(exchange, memento.page)
            self._judge(exchange, reply.asks_to_wait)
            return self._failed(memento, str(error), "wrong_page")
        self._in_a_row.clear()
        outcome = self._outcome(memento, brought)
        stored = self._keep(exchange, memento.page, outcome, brought)
        state = "saved" if stored.same_body_as is None else "unchanged"
        state = "not_found" if outcome in NOT_THERE else state
        return Result(memento.page, state, outcome, brought.capture.site, None, stored.capture_id)

    def _failed(self, memento: Memento, reason: str, outcome: str | None = None) -> Result:
        detail = f"{iso_time(memento.captured_at)} {memento.url}: {reason}"
        return Result(memento.page, "failed", outcome, self._source.name, detail)

    def _outcome(self, memento: Memento, brought: Brought) -> str:
        """How a capture reads, as a crawl of the site itself would call it."""
        capture, message = brought.capture, brought.message
        status = capture.http_status
        if is_redirect(status):
            to = redirects.target_of(memento.url, message[: head_end(message)])
            refused = to and redirects.refusal(memento.url, to, (), (), 0)
            return refused.outcome if refused else "wrong_page"
        try:
            return self._classify(
                page_bytes(message), kind=memento.page.kind, code=memento.page.code, status=status
            )
        except Exception as error:  # what upsets its reader is evidence all the same, and the others wait
            reason = f"{type(error).__name__}: {error}"
            page = f"{memento.page.kind} {memento.page.code} of {iso_time(memento.captured_at)}"
            self._notices.append(Notice(f"{page} upset its reader ({reason}); please report it"))
            return "undecodable"

    def _judge(self, exchange: Exchange, asks_to_wait: float | None) -> None:
        """End the run where the archive refuses us, or does not answer any more."""
        name, status = self._source.name, exchange.status or 0
        trouble = "refused" if status in REFUSING_STATUSES else None
        if exchange.failure is not None or status >= 500:
            trouble = "without an answer"
        self._in_a_row = Counter({trouble: self._in_a_row[trouble] + 1}) if trouble else Counter()
        if asks_to_wait is not None or status in FREEZING_STATUSES:
            wait = f" and asks us to wait for {asks_to_wait:,.0f} seconds" if asks_to_wait else ""
            self._end(Ended.BLOCKED, f"{name} answers with status {status}{wait}; {LEAVE_ALONE}")
        elif self._in_a_row["refused"] >= self._policy.blocks_in_a_row:
            self._end(Ended.BLOCKED, f"{name} has refused {self._in_a_row['refused']} captures in a row")
        elif self._in_a_row["without an answer"] >= self._policy.failures_in_a_row:
            number = self._in_a_row["without an answer"]
            self._end(
                Ended.NO_HOSTS, f"{name} is given up for this run: {number} requests in a row had no answer"
            )

    def _end(self, ended: Ended, text: str) -> None:
        self.ended = ended
        self._notices.append(Notice(text))

    def _keep(
        self,
        exchange: Exchange,
        page: Wanted | None = None,
        outcome: str | None = None,
        brought: Brought | None = None,
    ) -> StoredExchange:
        """Store an exchange whole, however impatient the user is."""
        assert self._archive is not None, "without an archive nothing is asked for"
        kind, code = page or (None, None)
        with self._stop.shield():
            return self._archive.store(
                exchange,
                source=self._source.name,
                page_kind=kind,
                page_code=code,
                outcome=outcome,
                brought=brought,
            )

    def _asker(self, interval: float, settles: Callable[[Answer], bool]) -> Asker | None:
        """Asks at this pace, from the first request on where the archive or its index was asked lately."""
        if self._session is None or self._archive is None:
            return None
        pacer = Pacer(interval, self._stop.sleep)
        last = self._archive.last_asked()
        if last is not None and self._now() - last < LATELY:
            for host in self._source.hosts:
                pacer.freeze(host, interval)
        # robots.txt is for crawlers of pages; these are interfaces for programs. No redirect is followed.
        return Asker(self._session, pacer, self._keep, (), self._policy, heed_robots=False, settles=settles)
