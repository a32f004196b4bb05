"""Web archives on 127.0.0.1, scripted: a Wayback Machine and a Common Crawl with their faults."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scraper.cdx import WAYBACK_FIELDS, read_timestamp
from scraper.warc import digest, record
from tests.servers import Request, Server, answer, project_html, raw_server

HOST = "http://monitor.bangkok.go.th"
PAGE = f"{HOST}/mobile/myproject.php?pid="
KNOWN, KNOWN_TO_CRAWLS = "http://example.com/", "http://commoncrawl.org/"
CRAWL = "CC-MAIN-2020-16"


def sha1(data: bytes) -> str:
    return base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


@dataclass(frozen=True)
class Kept:
    """A capture as an archive keeps it; ``digest`` is that of the body where it is not given."""

    url: str
    time: str
    body: bytes = b""
    status: str = "200 OK"
    headers: tuple[str, ...] = ()
    digest: str | None = None
    index_status: str | None = None
    memento_time: str | None = None
    said_url: str | None = None
    record_type: str = "response"
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """Case, scheme, port and www. folded away, as indexes do it."""
        return self.url.lower().partition("://")[2].removeprefix("www.").replace(":80/", "/")

    @property
    def said_digest(self) -> str:
        return sha1(self.body) if self.digest is None else self.digest


def project(number: int, time: str, **changes: Any) -> Kept:
    """A capture of a project's page."""
    code = f"21000000-{number:04d}"
    return replace(Kept(PAGE + code, time, project_html(code)), **changes)


Reply = bytes | Callable[[socket.socket], object]


@dataclass
class Shelf:
    """What an archive has, and how it misbehaves.

    ``rows`` at most are in one answer of the index. ``instead`` gives what is sent instead of the right
    answer, by the request's path, and how often it was asked for (from 1); None leaves it right.
    """

    kept: list[Kept]
    rows: int = 1_000
    instead: Callable[[str, int], Reply | None] = lambda path, number: None
    knows_probe: bool = True
    file: bytes = b""
    places: list[tuple[int, int]] = field(default_factory=list)

    def below(self, prefix: str, exact: bool) -> list[Kept]:
        key = Kept(prefix if "://" in prefix else f"http://{prefix}", "").key
        known = [
            Kept(url, "20200101000000", b"known") for url in (KNOWN, KNOWN_TO_CRAWLS) if self.knows_probe
        ]
        kept = [one for one in [*self.kept, *known] if (one.key == key if exact else one.key.startswith(key))]
        return sorted(kept, key=lambda one: (one.key, one.time))


@contextmanager
def serve(shelf: Shelf, right: Callable[[Shelf, Request], bytes]) -> Iterator[Server]:
    def act(sock: socket.socket, request: Request, server: Server) -> object:
        reply = shelf.instead(request.path, server.paths.count(request.path))
        reply = right(shelf, request) if reply is None else reply
        if isinstance(reply, bytes):
            sock.sendall(reply)
            return True
        return reply(sock)

    with raw_server(act) as server:
        yield server


# The Wayback Machine


@contextmanager
def wayback(shelf: Shelf) -> Iterator[Server]:
    """A Wayback Machine on loopback."""
    with serve(shelf, _wayback) as server:
        yield server


def _wayback(shelf: Shelf, request: Request) -> bytes:
    parts = urlsplit(request.path)
    if parts.path == "/cdx/search/cdx":
        return _cdx(shelf, {name: values[0] for name, values in parse_qs(parts.query).items()})
    _, _, place, url = request.path.split("/", 3)
    for kept in shelf.kept:
        if (kept.time, kept.url) == (place.removesuffix("id_"), url) and place.endswith("id_"):
            return replay(kept)
    return answer(b"<h1>The Wayback Machine has not archived that URL.</h1>", "404 Not Found")


def replay(kept: Kept) -> bytes:
    said = read_timestamp(kept.memento_time or kept.time)
    memento = f"Memento-Datetime: {format_datetime(said, usegmt=True)}"
    link = f'Link: <{kept.said_url or kept.url}>; rel="original"'
    return answer(kept.body, kept.status, memento, link, *kept.headers)


def _cdx(shelf: Shelf, asked: dict[str, str]) -> bytes:
    assert asked["output"] == "json" and asked["showResumeKey"] == "true"
    assert asked["fl"] == ",".join(WAYBACK_FIELDS)
    assert "page" not in asked
    found = shelf.below(asked["url"], asked.get("matchType") != "prefix")
    start = int(asked.get("resumeKey", "key+0").rpartition("+")[2])
    end = start + min(shelf.rows, int(asked["limit"]))
    rows = [list(WAYBACK_FIELDS), *map(row, found[start:end])] if found[start:end] else []
    if end < len(found):
        rows += [[], [f"key+{end}"]]
    return answer(json.dumps(rows).encode())


def row(kept: Kept) -> list[str]:
    status = kept.index_status or kept.status[:3]
    return [kept.key, kept.time, kept.url, "text/html", status, kept.said_digest, "1234"]


def queries(server: Server) -> list[dict[str, str]]:
    """What the index was asked, in order."""
    asked = [urlsplit(path) for path in server.paths if path.startswith("/cdx/")]
    return [{name: values[0] for name, values in parse_qs(parts.query).items()} for parts in asked]


def replays(server: Server) -> list[str]:
    """The captures that were asked for, in order."""
    return [path for path in server.paths if path.startswith("/web/")]


# Common Crawl


@contextmanager
def common_crawl(shelf: Shelf, crawls: Sequence[str] = (CRAWL,)) -> Iterator[Server]:
    """A Common Crawl on loopback: its list, its indexes (only the first has captures) and one file."""
    for kept in shelf.kept:
        data = member(kept)
        shelf.places.append((len(shelf.file), len(data)))
        shelf.file += data

    def right(shelf: Shelf, request: Request) -> bytes:
        return _common_crawl(shelf, request, crawls)

    with serve(shelf, right) as server:
        yield server


FILE = "crawl-data/CC-MAIN-2020-16/segments/1585370490497.6/warc/CC-MAIN-20200328074047-00000.warc.gz"


def _common_crawl(shelf: Shelf, request: Request, crawls: Sequence[str]) -> bytes:
    parts = urlsplit(request.path)
    if parts.path == "/collinfo.json":
        listed = [{"id": name, "cdx-api": f"https://index.example.org/{name}-index"} for name in crawls]
        return answer(json.dumps(listed).encode())
    if parts.path == f"/{FILE}":
        first, last = _range(request.head)
        body = shelf.file[first : last + 1]
        return answer(body, "206 Partial Content", f"Content-Range: bytes {first}-{last}/{len(shelf.file)}")
    name = parts.path.strip("/").removesuffix("-index")
    asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
    found = shelf.below(asked["url"], asked.get("matchType") != "prefix") if name in crawls else []
    if name != crawls[0]:
        found = [kept for kept in found if kept.url == KNOWN_TO_CRAWLS]
    if not found:
        return answer(b'{"message": "No Captures found for: x"}', "404 Not Found")
    page = int(asked.get("page", 0))
    lines = [json.dumps(line(shelf, kept)) for kept in found[page * shelf.rows : (page + 1) * shelf.rows]]
    if not lines:
        return answer(b'{"message": "Page 1 invalid: First Page is 0, Last Page is 0"}', "400 Bad Request")
    return answer("\n".join([*lines, ""]).encode())


def _range(head: bytes) -> tuple[int, int]:
    said = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"range: bytes="))
    assert b"Accept-Encoding: identity" in head
    first, last = said.partition(b"=")[2].split(b"-")
    return int(first), int(last)


def line(shelf: Shelf, kept: Kept) -> dict[str, str]:
    offset, length = shelf.places[shelf.kept.index(kept)] if kept in shelf.kept else (0, 1)
    return {
        "urlkey": kept.key,
        "timestamp": kept.time,
        "url": kept.url,
        "mime": "text/html",
        "status": kept.index_status or kept.status[:3],
        "digest": kept.said_digest,
        "length": str(length),
        "offset": str(offset),
        "filename": FILE,
    }


def member(kept: Kept) -> bytes:
    """A record as Common Crawl writes it: WARC 1.0, the body decoded, the crawl's own headers renamed."""
    head = [f"HTTP/1.1 {kept.status}", "Content-Type: text/html", "X-Crawl-Content-Encoding: gzip"]
    head += [f"Content-Length: {len(kept.body)}", *kept.headers]
    block = "\r\n".join(head).encode() + b"\r\n\r\n" + kept.body
    time = read_timestamp(kept.memento_time or kept.time)
    fields = (
        ("WARC-Date", f"{time:%Y-%m-%dT%H:%M:%SZ}"),
        ("WARC-Record-ID", f"<urn:uuid:{hashlib.md5(block + kept.time.encode()).hexdigest()}>"),
        ("WARC-Warcinfo-ID", "<urn:uuid:0a0b0c0d>"),
        ("WARC-Concurrent-To", "<urn:uuid:a-request-of-theirs>"),
        ("WARC-Target-URI", kept.said_url or kept.url),
        ("WARC-Payload-Digest", f"sha1:{kept.said_digest}"),
        ("Content-Type", "application/http; msgtype=response"),
        *kept.fields,
    )
    plain = gzip.decompress(record(kept.record_type, block, fields)).replace(b"WARC/1.1", b"WARC/1.0", 1)
    assert digest(block).encode() in plain
    return gzip.compress(plain, mtime=0)
