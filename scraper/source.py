"""What a web archive is for us: an index that tells its captures, and an address for each of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from scraper.cdx import IndexPage
from scraper.errors import BadClaim, ScraperError, SourceFailed
from scraper.index_answers import IndexAnswers, Query
from scraper.memento import Brought, Memento
from scraper.session import Answer
from scraper.sites import identify


class NotThere(ScraperError):  # noqa: N818 (says what is the case)
    """An answer does not hold the capture that was asked for; the text says what it is instead."""


class Chain(NamedTuple):
    """All captures below a prefix, in several answers of one index: that of a crawl, where there are many."""

    prefix: str
    crawl: str | None = None


class Request(NamedTuple):
    """How one capture is asked for."""

    url: str
    headers: Mapping[str, str]


class Source(Protocol):
    """One web archive."""

    @property
    def name(self) -> str:
        """As `ArchivedCapture.source` has it."""

    @property
    def hosts(self) -> Sequence[str]:
        """The hosts that are asked, with the port where that is not the scheme's own."""

    @property
    def index_url(self) -> str:
        """How the URLs of all queries of its index begin."""

    def read(self, status: int, content: bytes) -> IndexPage:
        """An answer of its index; NoIndexAnswer where it is none."""

    def chains(
        self, index: IndexAnswers, kinds: Collection[str], agencies: Collection[str]
    ) -> Sequence[Chain]:
        """What tells all captures of pages of these kinds and agencies (empty: of all), and maybe others."""

    def query(self, chain: Chain, more: str | None) -> Query:
        """The query for a link of a chain: the first, or the one that the answer before names."""

    def probe(self, chain: Chain) -> Query:
        """The query for a page that the archive is known to have."""

    def request(self, memento: Memento) -> Request:
        """What to ask for to get a capture."""

    def settles(self, answer: Answer) -> bool:
        """Whether an answer is that of a capture, so that its status is not the archive's own."""

    def brought(self, memento: Memento, answer: Answer) -> Brought:
        """The capture that a whole answer holds; NotThere where it is not the one that was asked for."""


def walk(source: Source, index: IndexAnswers, chain: Chain) -> Iterator[IndexPage]:
    """The answers of a chain, one after the other. Raises as `IndexAnswers.page` does."""
    more: str | None = None
    seen: set[str] = set()
    while True:
        query = source.query(chain, more)
        if query.url in seen:
            raise SourceFailed(f"{source.name}: its index goes round in a circle at {query.url}")
        seen.add(query.url)
        page = index.page(query, source.probe(chain))
        yield page
        if page.more is None:
            return
        more = page.more


def base_url(url: str) -> str:
    """The URL of an archive without a slash at its end; BadClaim where it is none."""
    parts = urlsplit(url)
    if identify(url).site is None or parts.query or parts.fragment or "@" in parts.netloc:
        raise BadClaim(
            f"not the URL of a web archive: {url[:200]!r}; write it as https://HOST or https://HOST/PATH"
        )
    return url.rstrip("/")


def host_of(base: str) -> str:
    """The host of such a URL, with the port where that is not the scheme's own."""
    return (identify(base).site or "").partition("/")[0]
