"""Exchanges as a fetcher hands them over, of every kind that a host can bring about."""

from __future__ import annotations

import datetime as dt
import gzip
import random
from pathlib import Path
from typing import Any

from scraper.archive import Archive, StoredExchange
from scraper.exchange import Exchange

TIME = dt.datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=dt.UTC)
HOST = "http://monitor.bangkok.go.th"
PAGE = f"{HOST}/mobile/myproject.php?pid="


def head(status: str = "200 OK", **headers: str | int) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode()


def exchange(body: bytes = b"page", *, url: str = f"{PAGE}21000000-0001", **changes: Any) -> Exchange:
    """An exchange that went well; the answer's head is made for the body where none is given."""
    started = changes.pop("started_at", TIME)
    host, _, path = url.removeprefix("http://").removeprefix("https://").partition("/")
    values: dict[str, Any] = {
        "url": url,
        "request_head": f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: bma-progress\r\n\r\n".encode(),
        "started_at": started,
        "ended_at": started + dt.timedelta(seconds=1.5),
        "response_head": head(Content_Type="text/html; charset=utf-8", Content_Length=len(body)),
        "body": body,
        "status": 200,
        "peer": "192.0.2.7:80",
    }
    return Exchange(**(values | changes))


def failed(failure: str, body: bytes = b"", **changes: Any) -> Exchange:
    """An exchange that brought no answer."""
    values: dict[str, Any] = {"response_head": b"", "status": None, "failure": failure, "detail": "it failed"}
    return exchange(body, **(values | changes))


def code(number: int) -> str:
    return f"21000000-{number:04d}"


def page_body(number: int, size: int = 2_000) -> bytes:
    """Bytes that do not compress, so that cuts and flips meet them."""
    return random.Random(number).randbytes(size)


def page(number: int, *, size: int = 2_000, **changes: Any) -> Exchange:
    """The page of one code, a second after that of the one before."""
    started = TIME + dt.timedelta(seconds=number)
    return exchange(
        page_body(number, size), **({"url": PAGE + code(number), "started_at": started} | changes)
    )


def packed(number: int, size: int = 2_000) -> Exchange:
    """A page that came in gzip."""
    body = gzip.compress(page_body(number, size), mtime=0)
    return exchange(
        body,
        url=PAGE + code(number),
        started_at=TIME + dt.timedelta(seconds=number),
        response_head=head(Content_Encoding="gzip", Content_Length=len(body)),
    )


def keep(
    archive: Archive, made: Exchange, number: int | None = None, outcome: str | None = "ok"
) -> StoredExchange:
    """Store an exchange, as the page of a code where one is given."""
    known = None if number is None else code(number)
    kind = None if number is None else "project"
    return archive.store(made, source="live", page_kind=kind, page_code=known, outcome=outcome)


def a_run(folder: Path, count: int = 4, size: int = 2_000) -> list[bytes]:
    """An archive of ``count`` pages, each behind a hop and an attempt that failed; returns their bodies."""
    with Archive(folder, writable=True) as archive:
        for number in range(count):
            hop = exchange(
                b"",
                url=f"http://dp1.bangkok.go.th/mobile/myproject.php?pid={code(number)}",
                response_head=head("302 Found", Location=PAGE + code(number), Content_Length=0),
                status=302,
                started_at=TIME + dt.timedelta(seconds=number),
            )
            keep(archive, hop, number, None)
            keep(archive, failed("timeout", url=PAGE + code(number), via=hop.url), number, None)
            made = packed(number, size) if number % 2 else page(number, size=size)
            keep(archive, made, number)
    return [page_body(number, size) for number in range(count)]
