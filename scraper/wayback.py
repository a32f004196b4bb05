"""The Wayback Machine: its CDX index, asked by prefix, and its replay of the bytes as they were."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urlencode, urlsplit

from scraper.capture import iso_time
from scraper.cdx import WAYBACK_FIELDS, IndexPage, read_wayback, timestamp
from scraper.exchange_record import answer_message
from scraper.index_answers import IndexAnswers, Query
from scraper.memento import Brought, Memento, brought
from scraper.prefixes import prefixes
from scraper.session import Answer
from scraper.sites import identify
from scraper.source import Chain, NotThere, Request, base_url, host_of

URL = "https://web.archive.org"
PROBE = "http://example.com/"
"""A page that it has had for decades."""

ROWS = 5_000
"""So many captures are asked for in one answer of the index."""


_ORIGINAL = re.compile(r'<([^<>]+)>\s*;[^,]*\brel="?original\b')
"""The link that tells the URL of a capture: several captures of one second may share a key."""


class Wayback:
    """The Wayback Machine at ``base``, or another archive of its dialect."""

    name = "wayback"

    def __init__(self, base: str = URL, probe: str = PROBE) -> None:
        self._base = base_url(base)
        self.hosts = (host_of(self._base),)
        self._probe = probe

    @property
    def index_url(self) -> str:
        """How the URLs of all queries begin."""
        return f"{self._base}/cdx/search/cdx?"

    def read(self, status: int, content: bytes) -> IndexPage:
        """An answer of the index."""
        return read_wayback(status, content)

    def chains(
        self, index: IndexAnswers, kinds: Collection[str], agencies: Collection[str]
    ) -> Sequence[Chain]:
        """One for each host, path and kind."""
        return [Chain(prefix) for prefix in prefixes(kinds, agencies)]

    def query(self, chain: Chain, more: str | None) -> Query:
        """By ``resumeKey``: paging by number would leave recent captures out."""
        return self._query(chain.prefix, ROWS, {"matchType": "prefix"}, {"resumeKey": more} if more else {})

    def probe(self, chain: Chain) -> Query:
        """The query for the known page."""
        return self._query(self._probe, 1)

    def _query(self, url: str, rows: int, *others: dict[str, str]) -> Query:
        parameters = {
            "url": url,
            "output": "json",
            "fl": ",".join(WAYBACK_FIELDS),
            "limit": str(rows),
            "showResumeKey": "true",
        }
        for other in others:
            parameters |= other
        return Query(self.index_url + urlencode(parameters), self.read)

    def request(self, memento: Memento) -> Request:
        """The replay of the bytes as they were (``id_``): nothing rewritten, no banner."""
        return Request(f"{self._base}/web/{timestamp(memento.captured_at)}id_/{memento.url}", {})

    def settles(self, answer: Answer) -> bool:
        """Whether it is a memento: then the status is that of the page when it was captured."""
        return bool(answer.header("Memento-Datetime"))

    def brought(self, memento: Memento, answer: Answer) -> Brought:
        """The capture, where the archive says that the answer is of the very time that was asked for."""
        exchange = answer.exchange
        said = answer.header("Memento-Datetime")
        if not said:
            location = answer.header("Location")
            to = f", and leads to {location[:200]}" if location else ""
            raise NotThere(
                f"an answer of the archive itself (status {exchange.status}, no Memento-Datetime){to}"
            )
        if (time := _time(said)) != memento.captured_at:
            other = "no time" if time is None else iso_time(time)
            raise NotThere(
                f"the archive gave another capture: Memento-Datetime is {said[:60]!r} ({other}), and not"
                f" {iso_time(memento.captured_at)}"
            )
        message = answer_message(exchange)
        found = brought(memento, message, exchange.ended_at, sent_head=exchange.response_head)
        if original := _ORIGINAL.search(answer.header("Link")):
            is_of_page = identify(original[1])[1:] == memento.page  # then it is a URL that has parts
            is_sure = found.capture.digest_check == "match"
            if not is_of_page or not (is_sure or _parts(original[1]) == _parts(memento.url)):
                raise NotThere(f"the capture of another URL: {original[1][:200]}")
        return found


def _parts(url: str) -> tuple[str, ...]:
    """A URL in parts that are the same however it is written."""
    parts = urlsplit(url)
    host = parts.netloc.lower().removesuffix({"http": ":80", "https": ":443"}.get(parts.scheme, "/"))
    return parts.scheme, host, unquote(parts.path), unquote(parts.query)


def _time(text: str) -> dt.datetime | None:
    """A time as HTTP writes it, in UTC; None where it is none."""
    try:
        time = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return time.replace(tzinfo=dt.UTC) if time.tzinfo is None else time.astimezone(dt.UTC)
