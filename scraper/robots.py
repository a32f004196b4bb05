"""robots.txt, as RFC 9309 has it: what a host lets us ask for, and how slowly."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum
from typing import NamedTuple
from urllib.parse import urlsplit

from protego import Protego

from scraper.session import Answer

SIZE_LIMIT = 500 * 1024
"""What lies beyond so many bytes is not read (RFC 9309, 2.5)."""

FRESH = 24 * 60 * 60
"""Seconds after which it is asked for again (RFC 9309, 2.4)."""

PRODUCT = "bma-progress"
"""The name by which robots.txt may call us."""


class Permission(Enum):
    """Whether a page may be asked for."""

    ALLOWED = "allowed"
    FORBIDDEN = "forbidden by robots.txt"
    UNKNOWN = "robots.txt could not be had"


class _Rules(NamedTuple):
    parser: Protego | None  # None where the host may not be asked now
    read_at: float


class Robots:
    """The rules of each host, fetched by ``ask`` once a day; ``ask`` gives the last answer for a URL."""

    def __init__(self, ask: Callable[[str], Answer], clock: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._clock = clock
        self._rules: dict[str, _Rules] = {}

    def permission(self, url: str) -> Permission:
        """Whether a page may be asked for; its host's robots.txt is fetched where it is not known."""
        parser = self._parser(url)
        if parser is None:
            return Permission.UNKNOWN
        return Permission.ALLOWED if parser.can_fetch(url, PRODUCT) else Permission.FORBIDDEN

    def delay(self, url: str) -> float:
        """The seconds that the host wants between two requests; 0 where it does not say."""
        parser = self._parser(url)
        return max(parser.crawl_delay(PRODUCT) or 0.0, 0.0) if parser else 0.0

    def _parser(self, url: str) -> Protego | None:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        rules = self._rules.get(origin)
        if rules is None or self._clock() - rules.read_at > FRESH:
            rules = self._rules[origin] = _Rules(read_rules(self._ask(f"{origin}/robots.txt")), self._clock())
        return rules.parser


def read_rules(answer: Answer) -> Protego | None:
    """The rules of an answer for robots.txt; None where the host may not be asked at all.

    Without one (4xx, or a redirect that leads nowhere) all is allowed. A host that fails (5xx, 429, no
    answer, a cut one) may have rules that we do not know.
    """
    exchange = answer.exchange
    if exchange.failure == "too_large" and not answer.header("Content-Encoding"):
        return _parse(exchange.body)
    if exchange.failure is not None or exchange.status is None:
        return None
    if 200 <= exchange.status < 300:
        return _parse(answer.content)
    return None if exchange.status == 429 or exchange.status >= 500 else _parse(b"")


def _parse(body: bytes) -> Protego:
    text: str = body[:SIZE_LIMIT].decode("utf-8-sig", "replace")
    return Protego.parse(text)
