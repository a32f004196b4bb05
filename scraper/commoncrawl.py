"""Common Crawl: the index of each of its crawls, in pages, and single records out of its files."""

from __future__ import annotations

import io
import zlib
from collections.abc import Collection, Sequence
from functools import partial
from urllib.parse import urlencode

from scraper.capture import iso_time, parse_time
from scraper.cdx import IndexPage, NoIndexAnswer, read_common_crawl, read_crawls
from scraper.errors import BadClaim
from scraper.http_message import head_end, is_http_head
from scraper.index_answers import IndexAnswers, Query
from scraper.memento import Brought, Memento, brought
from scraper.prefixes import folders
from scraper.session import Answer
from scraper.source import Chain, NotThere, Request, base_url, host_of
from scraper.walk import Record, read_record
from scraper.warc import digest

INDEX_URL = "https://index.commoncrawl.org"
DATA_URL = "https://data.commoncrawl.org"
PROBE = "http://commoncrawl.org/"
"""A page that it has in every crawl."""

LARGEST_RECORD = 32 * 1024 * 1024
"""A record that unfolds to more bytes is refused: no page has a hundredth of it."""


class CommonCrawl:
    """Common Crawl at these two addresses, or another archive of its dialect; only these crawls, if any."""

    name = "commoncrawl"

    def __init__(
        self,
        index_url: str = INDEX_URL,
        data_url: str = DATA_URL,
        probe: str = PROBE,
        crawls: Collection[str] = (),
    ) -> None:
        self._index = base_url(index_url)
        self._data = base_url(data_url)
        self._probe = probe
        self._crawls = tuple(dict.fromkeys(crawls))
        self.hosts = tuple(dict.fromkeys((host_of(self._index), host_of(self._data))))

    @property
    def index_url(self) -> str:
        """How the URLs of all queries begin."""
        return f"{self._index}/"

    def read(self, status: int, content: bytes) -> IndexPage:
        """An answer of an index."""
        return read_common_crawl(status, content)

    def chains(
        self, index: IndexAnswers, kinds: Collection[str], agencies: Collection[str]
    ) -> Sequence[Chain]:
        """One for each crawl and folder: with some hundred crawls, one for each kind would be too many."""
        known = index.listing(f"{self._index}/collinfo.json", read_crawls)
        for crawl in self._crawls:
            if crawl not in known:
                raise BadClaim(f"Common Crawl has no crawl {crawl!r}; the newest is {known[0]}")
        return [Chain(folder, crawl) for crawl in self._crawls or known for folder in folders(kinds)]

    def query(self, chain: Chain, more: str | None) -> Query:
        """A page of the index of the chain's crawl."""
        number = int(more or 0)
        parameters = {"url": chain.prefix, "matchType": "prefix", "output": "json", "page": str(number)}
        return Query(self._url(chain, parameters), partial(_read_page, number=number))

    def probe(self, chain: Chain) -> Query:
        """The query for the known page."""
        return Query(self._url(chain, {"url": self._probe, "output": "json", "limit": "1"}), self.read)

    def _url(self, chain: Chain, parameters: dict[str, str]) -> str:
        return f"{self._index}/{chain.crawl}-index?{urlencode(parameters)}"

    def request(self, memento: Memento) -> Request:
        """The one record, packed as it lies in its file."""
        assert memento.location is not None
        file, offset, length = memento.location
        headers = {"Range": f"bytes={offset}-{offset + length - 1}", "Accept-Encoding": "identity"}
        return Request(f"{self._data}/{file}", headers)

    def settles(self, answer: Answer) -> bool:
        """Never: every status is that of the file host."""
        return False

    def brought(self, memento: Memento, answer: Answer) -> Brought:
        """The capture, where the answer is one whole record, and that is of this URL and time."""
        exchange = answer.exchange
        if exchange.status != 206:
            raise NotThere(f"not a part of the file, but status {exchange.status}")
        record, message = _unpacked(exchange.body)
        kind, url = record.head.get("warc-type"), record.head.get("warc-target-uri", "").strip("<>")
        if kind != "response":
            why = ", which has no body of its own" if kind == "revisit" else ""
            raise NotThere(f"a record of type {kind}{why}")
        if cut := record.head.get("warc-truncated"):
            raise NotThere(
                f"a record that the crawl cut (WARC-Truncated: {cut[:40]}); part of a page is none"
            )
        if url != memento.url:
            raise NotThere(f"the record of another URL: {url[:200]}")
        time = record.head.get("warc-date", "")
        try:
            is_of_time = parse_time(time) == memento.captured_at
        except BadClaim:
            is_of_time = False
        if not is_of_time:
            raise NotThere(
                f"the record of another time: {time[:40]!r}, and not {iso_time(memento.captured_at)}"
            )
        if not record.head.get("warc-record-id") or not is_http_head(message[: head_end(message)]):
            raise NotThere("a record without WARC-Record-ID, or without the head of an HTTP answer")
        said = record.head.get("warc-block-digest", "")
        if said.startswith("sha1:") and said != digest(message):
            raise NotThere("a record that has not the bytes that its WARC-Block-Digest says")
        return brought(memento, message, exchange.ended_at, member=record)


def _read_page(status: int, content: bytes, *, number: int) -> IndexPage:
    """A page of an index; behind one that has captures there may be another, until the answer is 400."""
    if status == 400 and number == 0:
        raise NoIndexAnswer("status 400")
    page = read_common_crawl(status, content)
    page.more = str(number + 1) if page.lines else None
    page.is_end = status == 400
    return page


def _unpacked(member: bytes) -> tuple[Record, bytes]:
    """The record that is the whole of a gzip member, and its block; NotThere where it is none."""
    unpacker = zlib.decompressobj(31)
    try:
        plain = unpacker.decompress(member, LARGEST_RECORD)
    except zlib.error as error:
        raise NotThere(f"not a gzip member ({error})") from None
    if unpacker.unconsumed_tail:
        raise NotThere("a record that unfolds to more bytes than any page has")
    if not unpacker.eof:
        raise NotThere("a gzip member that is cut")
    if unpacker.unused_data:
        raise NotThere(f"more than one gzip member: {len(unpacker.unused_data):,} bytes too many")
    record = read_record(io.BytesIO(member), 0)
    if not isinstance(record, Record):
        raise NotThere(record)
    start = plain.find(b"\r\n\r\n") + 4
    return record, plain[start : start + record.block_bytes]
