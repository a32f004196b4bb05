"""A batch: each page is asked for, host after host, until one has it; all that came goes into the archive.

What the archive holds is the state: a page that it has is not asked for again, and a run that was interrupted
goes on where it was, when it is started again.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import NamedTuple

from scraper.asking import Asker, Policy, Reply
from scraper.codes import Wanted
from scraper.errors import NotAsked, Stopped
from scraper.exchange import Exchange, outcome_of
from scraper.pacer import Pacer
from scraper.session import Session
from scraper.sites import HOSTS, page_url
from scraper.stop import Stop
from scraper.store import Classify, Store, Stored

SOURCE = "live"
STATES = ("saved", "unchanged", "not_found", "failed", "skipped")
"""What can become of a page in a run."""

NOT_THERE = frozenset({"not_found", "soft_not_found", "empty_record"})
"""The outcomes by which a host says that it has not the page."""

SETTLED = NOT_THERE | {"wrong_page"}
"""The outcomes that would be the same if the host were asked again soon."""

LATELY = dt.timedelta(hours=1)
"""A run that begins so soon after another's last answer keeps the pace from its beginning on: the other may
have been killed with a request on its way, of which nothing is known."""

_NO_ANSWER = frozenset({"transport_error", "truncated"})


class Result(NamedTuple):
    """What became of a page.

    ``outcome``, ``site`` and ``capture_id`` are those of the answer that decided; ``detail`` says more.
    """

    page: Wanted
    state: str
    outcome: str | None = None
    site: str | None = None
    detail: str | None = None
    capture_id: str | None = None


class Notice(NamedTuple):
    """Something about the run that its user should know."""

    text: str


class Ended(Enum):
    """Why a run ended."""

    DONE = "all pages were asked for"
    STOPPED = "stopped; the same command goes on from here"
    BLOCKED = "the site refuses us or asks us to wait; the same command goes on later"
    NO_HOSTS = "no host is left that answers; the same command goes on later"


class Crawl:
    """One run over a batch of pages.

    bases
        Where pages of each kind of the batch are asked for, in order (`scraper.sites.bases` or `base_on`).
    max_age
        A page with a good capture younger than this is skipped; so is a site that was asked since then and
        has not the page.
    heed_robots
        Without it robots.txt is neither fetched nor kept to, and a Notice says so.
    """

    def __init__(
        self,
        store: Store,
        session: Session,
        classify: Classify,
        bases: Mapping[str, Sequence[str]],
        *,
        pacer: Pacer,
        stop: Stop,
        max_age: dt.timedelta,
        policy: Policy | None = None,
        heed_robots: bool = True,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._store = store
        self._classify = classify
        self._bases = bases
        self._stop = stop
        self._pacer = pacer
        self._max_age = max_age
        self._now = now
        self._policy = policy or Policy()
        self._heed_robots = heed_robots
        self._hosts = {_host(base) for kind in bases.values() for base in kind}
        known = {host.name for host in HOSTS}
        allowed = self._hosts | known if self._hosts & known else self._hosts
        self._asker = Asker(session, pacer, self._keep, allowed, self._policy, heed_robots=heed_robots)
        self._dropped: dict[str, str] = {}
        self._failures: Counter[str] = Counter()
        self._blocks: Counter[str] = Counter()
        self._notices: list[Notice] = []
        self.ended: Ended | None = None

    def run(self, pages: Iterable[Wanted]) -> Iterator[Result | Notice]:
        """Ask for the pages, one after the other; `ended` then says why there are no more."""
        if not self._heed_robots:
            yield Notice("robots.txt is not heeded in this run")
        last = self._store.last_asked()
        if last is not None and self._now() - last < LATELY:
            for host in self._hosts:
                self._pacer.freeze(host, self._pacer.interval)
        for page in pages:
            try:
                result = None if self._stop.asked else self._fetch(page)
            except Stopped:
                result = None
            yield from self._notices
            self._notices.clear()
            if result is None:
                self.ended = Ended.STOPPED
                return
            yield result
            if self.ended is None and self._hosts <= self._dropped.keys():
                self.ended = Ended.NO_HOSTS
            if self.ended is not None:
                return
        self.ended = Ended.DONE

    def estimate(self, pages: Iterable[Wanted]) -> Counter[str]:
        """How many pages each host would be asked for first, those that are skipped not counted."""
        counts: Counter[str] = Counter()
        for page in pages:
            if not self._is_fresh(self._store.latest_good(*page)):
                sites = self._settled(page)
                first = next((base for base in self._bases[page.kind] if _site(base) not in sites), None)
                if first is not None:
                    counts[_host(first)] += 1
        return counts

    def _fetch(self, page: Wanted) -> Result:
        """Ask one site after the other for a page, until one has it."""
        if self._is_fresh(self._store.latest_good(*page)):
            return Result(page, "skipped", "ok")
        settled = self._settled(page)
        tried: list[Result] = []
        for base in self._bases[page.kind]:
            site = _site(base)
            if site in settled:
                tried.append(Result(page, "skipped", settled[site], site, "asked not long ago"))
                continue
            tried.append(self._ask(base, page))
            if tried[-1].outcome == "ok" or self.ended is not None:
                return tried[-1]
        return _most_telling(tried)

    def _settled(self, page: Wanted) -> dict[str, str]:
        """The sites that need not be asked again yet, and how the page reads there."""
        last = self._store.last_outcomes(*page)
        return {
            site: seen.outcome
            for site, seen in last.items()
            if seen.outcome in SETTLED and self._is_fresh(seen.time)
        }

    def _is_fresh(self, time: dt.datetime | None) -> bool:
        """Whether a capture is young enough; one of a day to come is of a wrong clock, or a wrong claim."""
        return time is not None and abs(self._now() - time) < self._max_age

    def _ask(self, base: str, page: Wanted) -> Result:
        """Ask one site for a page, and store its last answer."""
        site, host = _site(base), _host(base)
        if host in self._dropped:
            return Result(page, "failed", None, site, self._dropped[host])
        try:
            reply = self._asker.ask(page_url(base, *page), page)
        except NotAsked as error:
            if error.asks_to_wait is not None:
                self._end_asked_to_wait(host, error.asks_to_wait)
            elif error.for_all:
                self._drop(host, str(error))
            return Result(page, "failed", None, site, f"{host}: {error}")
        outcome = self._outcome(reply, page)
        exchange = reply.answer.exchange
        stored = self._keep(exchange, page, outcome)
        self._judge(host, outcome, reply.asks_to_wait)
        state = "failed"
        if outcome == "ok":
            state = "saved" if stored.same_body_as is None else "unchanged"
        elif outcome in NOT_THERE:
            state = "not_found"
        detail = reply.refusal.reason if reply.refusal else exchange.detail or f"status {exchange.status}"
        return Result(page, state, outcome, site, None if outcome == "ok" else detail, stored.capture_id)

    def _outcome(self, reply: Reply, page: Wanted) -> str:
        exchange = reply.answer.exchange
        if exchange.failure is not None or exchange.status is None:
            return outcome_of(exchange.failure or "bad_head")
        if reply.refusal is not None:
            return reply.refusal.outcome
        content = reply.answer.content
        try:
            return self._classify(content, kind=page.kind, code=page.code, status=exchange.status)
        except Exception as error:  # what upsets its reader is evidence all the same, and the others wait
            reason = f"{type(error).__name__}: {error}"
            self._notices.append(
                Notice(f"{page.kind} {page.code} upset its reader ({reason}); please report it")
            )
            return "undecodable"  # as a build calls it then

    def _judge(self, host: str, outcome: str, asks_to_wait: float | None) -> None:
        """Give up a host that does not answer; end the run where one refuses us."""
        self._failures[host] = self._failures[host] + 1 if outcome in _NO_ANSWER else 0
        self._blocks[host] = self._blocks[host] + 1 if outcome == "blocked" else 0
        if asks_to_wait is not None:
            self._end_asked_to_wait(host, asks_to_wait)
        elif self._blocks[host] >= self._policy.blocks_in_a_row:
            self._end_blocked(f"{host} has refused {self._blocks[host]} pages in a row")
        elif self._failures[host] >= self._policy.failures_in_a_row:
            self._drop(host, f"{self._failures[host]} pages in a row had no whole answer")

    def _end_asked_to_wait(self, host: str, seconds: float) -> None:
        self._end_blocked(f"{host} asks us to wait for {seconds:,.0f} seconds")

    def _end_blocked(self, text: str) -> None:
        self.ended = Ended.BLOCKED
        self._notices.append(Notice(text))

    def _drop(self, host: str, reason: str) -> None:
        self._dropped[host] = f"{host} was given up: {reason}"
        self._notices.append(Notice(f"{host} is given up for this run: {reason}"))

    def _keep(self, exchange: Exchange, page: Wanted | None, outcome: str | None = None) -> Stored:
        """Store an exchange whole, however impatient the user is."""
        kind, code = page or (None, None)
        with self._stop.shield():
            return self._store.store(exchange, source=SOURCE, page_kind=kind, page_code=code, outcome=outcome)


def _most_telling(tried: Sequence[Result]) -> Result:
    """What to say of a page that no site has: a failure where one failed, else that it is nowhere."""
    order = {"failed": 0, "not_found": 1, "skipped": 2}
    return min(tried, key=lambda result: order[result.state])


def _site(base: str) -> str:
    return base.partition("://")[2]


def _host(base: str) -> str:
    return _site(base).partition("/")[0]
