"""Asking for one URL until that is settled: politely, again where the cause will pass, hop by hop."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from scraper import redirects
from scraper.codes import Wanted
from scraper.errors import NotAsked, Stopped
from scraper.exchange import Exchange
from scraper.pacer import Pacer, growing_wait, retry_after
from scraper.redirects import Refusal
from scraper.robots import Permission, Robots
from scraper.session import Answer, Session
from scraper.sites import identify

PASSING_FAILURES = frozenset(
    {
        "not_found_host",
        "no_connection",
        "timeout",
        "deadline",
        "reset",
        "short_body",
        "bad_chunk",
        "bad_coding",
    }
)
"""The failures whose cause may pass: such a request is repeated."""

PASSING_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
"""The statuses whose cause may pass."""

FREEZING_STATUSES = frozenset({429, 503})
"""The statuses that ask us to leave the whole host alone for a while."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How patient we are. Times are seconds.

    attempts
        How often a URL is asked for at most.
    first_wait, longest_wait
        Before the first repetition, doubled before each further one, and at most.
    first_freeze, longest_freeze
        The same for a host that answers 429 or 503 without Retry-After. One that wants to be left alone for
        longer than ``longest_freeze`` ends the run.
    longest_delay
        The longest Crawl-delay that is kept; a host that wants more is not asked.
    most_hops
        How many redirects are followed for one page.
    failures_in_a_row, blocks_in_a_row
        So many pages without an answer, and a host is given up; so many refused ones, and the run ends.
    ending_statuses
        Those of `FREEZING_STATUSES` that are never repeated: `Reply.asks_to_wait` is set at once.
    """

    attempts: int = 3
    first_wait: float = 2.0
    longest_wait: float = 60.0
    first_freeze: float = 30.0
    longest_freeze: float = 600.0
    longest_delay: float = 300.0
    most_hops: int = 5
    failures_in_a_row: int = 5
    blocks_in_a_row: int = 3
    ending_statuses: frozenset[int] = frozenset()


class Reply(NamedTuple):
    """The last answer for a page, which is not yet kept.

    ``refusal`` is set where it is a redirect that is not followed, ``asks_to_wait`` (seconds) where the host
    wants to be left alone for longer than we wait.
    """

    answer: Answer
    refusal: Refusal | None
    asks_to_wait: float | None


Keep = Callable[[Exchange, Wanted | None], object]
"""Stores an exchange that settles nothing: of a page, or (None) of robots.txt."""


class Asker:
    """Asks for pages, one at a time; every exchange but a page's last goes to ``keep`` at once.

    ``allowed_hosts`` are those that a redirect may lead to. Without ``heed_robots`` robots.txt is not asked
    for. An answer that ``settles`` is the last one whatever its status: that of a page in a web archive is
    the page's, not the archive's.
    """

    def __init__(
        self,
        session: Session,
        pacer: Pacer,
        keep: Keep,
        allowed_hosts: Collection[str],
        policy: Policy,
        *,
        heed_robots: bool = True,
        settles: Callable[[Answer], bool] = lambda answer: False,
        chance: random.Random | None = None,
    ) -> None:
        self._session = session
        self._pacer = pacer
        self._keep = keep
        self._allowed_hosts = allowed_hosts
        self._policy = policy
        self._settles = settles
        self._robots = Robots(self._ask_for_robots, pacer.clock) if heed_robots else None
        self._chance = chance or random.Random()

    def ask(self, url: str, page: Wanted | None, headers: Mapping[str, str] | None = None) -> Reply:
        """The last answer for a page (None: for what is no page). Raises NotAsked, or Stopped."""
        self._may_ask(url)
        return self._follow(url, page, headers)

    def _may_ask(self, url: str) -> None:
        """Raise NotAsked where robots.txt does not let us, and keep the pace that it wants."""
        if self._robots is None:
            return
        permission = self._robots.permission(url)
        if permission is not Permission.ALLOWED:
            raise NotAsked(permission.value, for_all=permission is Permission.UNKNOWN)
        delay = self._robots.delay(url)
        if delay > self._policy.longest_delay:
            raise NotAsked(f"robots.txt wants {delay:,.0f} seconds between two requests", for_all=True)
        self._pacer.slow_down(_host(url), delay)

    def _follow(self, url: str, page: Wanted | None, headers: Mapping[str, str] | None = None) -> Reply:
        seen, via = [url], None
        while True:
            reply = self._repeat(seen[-1], page, via, headers)
            to = redirects.target(reply.answer)
            if to is None:
                return reply
            refused = self._refusal(to, seen, page)
            if refused is not None:
                return reply._replace(refusal=refused)
            self._keep(reply.answer.exchange, page)
            via = reply.answer.exchange.url
            seen.append(to)

    def _refusal(self, to: str, seen: list[str], page: Wanted | None) -> Refusal | None:
        refused = redirects.refusal(seen[-1], to, seen, self._allowed_hosts, self._policy.most_hops)
        if refused is None and page is not None:
            try:
                self._may_ask(to)
            except NotAsked as error:
                return Refusal("wrong_page", f"redirected to {to}: {error}")
        return refused

    def _repeat(
        self, url: str, page: Wanted | None, via: str | None, headers: Mapping[str, str] | None
    ) -> Reply:
        """The last of several attempts for one URL."""
        host = _host(url)
        for attempt in range(1, self._policy.attempts + 1):
            answer = self._once(url, host, page, attempt, via, headers)
            exchange = answer.exchange
            if self._settles(answer):
                break
            if exchange.failure is None and _asks_to_wait(answer):
                wait = self._freeze(host, answer, attempt)
                if wait > self._policy.longest_freeze or exchange.status in self._policy.ending_statuses:
                    return Reply(answer, None, wait)
            if exchange.failure not in PASSING_FAILURES and exchange.status not in PASSING_STATUSES:
                break
            if attempt < self._policy.attempts:
                self._keep(exchange, page)
                policy = self._policy
                self._pacer.freeze(
                    host, growing_wait(attempt, policy.first_wait, policy.longest_wait, self._chance)
                )
        return Reply(answer, None, None)

    def _freeze(self, host: str, answer: Answer, attempt: int) -> float:
        """Leave a host alone that asks for it; for how many seconds, which may be more than we wait."""
        policy = self._policy
        wait = retry_after(answer.header("Retry-After"), dt.datetime.now(dt.UTC))
        if wait is None:
            wait = growing_wait(attempt, policy.first_freeze, policy.longest_freeze / 1.25, self._chance)
        self._pacer.freeze(host, min(wait, policy.longest_freeze))
        return wait

    def _once(
        self,
        url: str,
        host: str,
        page: Wanted | None,
        attempt: int,
        via: str | None,
        headers: Mapping[str, str] | None,
    ) -> Answer:
        """One attempt; a kept connection that was closed meanwhile is none, but has its place in the pace."""
        while self._pacer.wait(host):
            answer = self._session.fetch(url, attempt=attempt, via=via, headers=headers)
            self._pacer.answered(host)
            interrupted = answer.exchange.failure == "interrupted"
            if not interrupted and not answer.stale:
                return answer
            self._keep(answer.exchange, page)
            if interrupted:
                break
        raise Stopped

    def _ask_for_robots(self, url: str) -> Answer:
        answer, _, asks_to_wait = self._follow(url, None)
        self._keep(answer.exchange, None)
        if asks_to_wait is not None:
            raise NotAsked("robots.txt could not be had", for_all=True, asks_to_wait=asks_to_wait)
        return answer


def _host(url: str) -> str:
    """The host whose pace counts: with its port where that is not the scheme's own."""
    return (identify(url).site or "").partition("/")[0]


def _asks_to_wait(answer: Answer) -> bool:
    """Whether a host wants to be left alone: by its status, or by Retry-After with any refusal."""
    status = answer.exchange.status or 0
    return status in FREEZING_STATUSES or (status >= 400 and bool(answer.header("Retry-After")))
