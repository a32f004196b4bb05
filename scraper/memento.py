"""A page as a web archive has it: what its index says of it, and what we know once the bytes have come."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from typing import NamedTuple

from scraper.capture import ArchivedCapture
from scraper.codes import Wanted
from scraper.http_message import KEPT_PREFIX, head_end, header, page_bytes, status_of
from scraper.sites import identify
from scraper.walk import Record

_SHA1 = re.compile(r"(?:sha1:)?([A-Z2-7]{32})", re.IGNORECASE)


class Location(NamedTuple):
    """Where an archive keeps a record: the gzip member in one of its files."""

    file: str
    offset: int
    length: int

    def __str__(self) -> str:
        return f"{self.file} {self.offset} {self.length}"


class Memento(NamedTuple):
    """One capture by an archive's index: of which page and URL, when, with which status and digest.

    ``source`` is ``wayback`` or ``commoncrawl``; ``status`` and ``digest`` are None where the index does not
    tell; ``location`` is set where the archive hands out records of its files.
    """

    source: str
    page: Wanted
    url: str
    captured_at: dt.datetime
    status: int | None
    digest: str | None
    location: Location | None = None


class Brought(NamedTuple):
    """The capture that an exchange with an archive brought, and the HTTP answer that it is.

    ``member`` is set where the body of the exchange is a WARC record, which has that answer.
    """

    capture: ArchivedCapture
    message: bytes
    member: Record | None = None


def brought(
    memento: Memento,
    message: bytes,
    fetched_at: dt.datetime,
    *,
    sent_head: bytes = b"",
    member: Record | None = None,
) -> Brought:
    """The capture of a memento whose HTTP answer is ``message``, which came at ``fetched_at``.

    ``sent_head`` is the head that the archive sent with it.
    """
    start = head_end(message) or 0
    body = page_bytes(message)
    capture = ArchivedCapture(
        source=memento.source,
        url=memento.url,
        file_name=None,
        site=identify(memento.url).site,
        page_kind=memento.page.kind,
        page_code=memento.page.code,
        code_source="url",
        captured_at=memento.captured_at,
        captured_at_source="archive",
        fetched_at=fetched_at.astimezone(dt.UTC).replace(microsecond=0),
        http_status=status_of(message[:start]),
        body_sha256=hashlib.sha256(body).hexdigest(),
        size_bytes=len(body),
        archive_digest=memento.digest,
        digest_check=digest_check(memento.digest, sent_head, message[start:], body),
        archive_location=None if memento.location is None else str(memento.location),
    )
    return Brought(capture, message, member)


def digest_check(digest: str | None, head: bytes, *forms: bytes) -> str:
    """Whether one of the ``forms`` of a body has the digest that an index gives: one of `DIGEST_CHECKS`.

    An index's digest is a SHA-1 in base32, of the body as the archive stored it. That cannot be compared
    where it is missing or malformed; nor where the archive has undone a coding to send the body, which its
    ``X-Archive-Orig-`` headers tell.
    """
    said = _SHA1.fullmatch(digest or "")
    if said is None:
        return "not_comparable"
    for form in forms:
        found = base64.b32encode(hashlib.sha1(form, usedforsecurity=False).digest()).decode()
        if found == said[1].upper():
            return "match"
    kept = KEPT_PREFIX.decode()
    undone = header(head, f"{kept}Content-Encoding") + header(head, f"{kept}Transfer-Encoding")
    return "not_comparable" if undone else "mismatch"
