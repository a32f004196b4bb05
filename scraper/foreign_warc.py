"""WARC files of other programs: the pages of ours that they hold, as captures.

They may be plain, packed record by record, or packed as a whole; bodies may be chunked and packed; a revisit
is resolved to the page that it refers to, in any of the files that are read together.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stderr, suppress
from pathlib import Path
from typing import Any, NamedTuple, cast

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from scraper.capture import ArchivedCapture, parse_time, storable
from scraper.errors import BadClaim
from scraper.http_message import head_end, header, is_http_head, undo_chunks, undo_coding
from scraper.saved import MAX_PAGE_BYTES, SavedPage, UnreadableFile, printable
from scraper.sites import identify
from scraper.unpacked_file import UnpackedFile

SUFFIXES = (".warc", ".warc.gz")

_READ_FAULTS = (ArchiveLoadFailed, EOFError, OSError, UnicodeError, ValueError, zlib.error)
_ANSWERS = frozenset({"response", "revisit"})
_TAKEN = _ANSWERS | {"resource"}
_DIGESTS = {"sha1", "sha256", "md5"}


class OtherRecords(NamedTuple):
    """How many answers in a file are of pages that are none of ours, and were passed over."""

    path: str
    number: int


class _Unreadable(Exception):  # noqa: N818 (becomes an UnreadableFile)
    """Why a record cannot be taken."""


class _Original(NamedTuple):
    """A page that revisits may refer to."""

    capture_id: str
    status: int | None


class _Found(NamedTuple):
    """A record of a page of ours: its head, its block, and where it stands."""

    where: str
    file_name: str
    kind: str
    fields: dict[str, str]
    block: bytes


Item = SavedPage | UnreadableFile | OtherRecords


def is_warc(path: Path) -> bool:
    """Whether a file is a WARC file by its name."""
    return path.name.lower().endswith(SUFFIXES)


def warc_pages(paths: Iterable[Path], body_of: Callable[[str], bytes]) -> Iterator[Item]:
    """The pages of ours in WARC files, in their order; those that are revisits come last.

    ``body_of`` gives the body of a capture that came before, by its capture_id (`Archive.body`). A record
    that is damaged, or not what its digests say, is named, and so is the place from which on a file cannot
    be read.
    """
    originals: dict[str, _Original] = {}
    revisits: list[_Found] = []
    for path in paths:
        for found in _records(path):
            if not isinstance(found, _Found):
                yield found
            elif found.kind == "revisit":
                revisits.append(found)
            else:
                yield _page(found, originals)
    for found in revisits:
        yield _revisited(found, originals, body_of)


def _records(path: Path) -> Iterator[_Found | UnreadableFile | OtherRecords]:
    """The records of pages of ours, and at the end how many answers there are of others."""
    shown = printable(str(path))
    others = number = 0
    record = stream = None
    try:
        with UnpackedFile(path) as stream:
            records = ArchiveIterator(stream, no_record_parse=True)
            while (record := _next(records, record)) is not None:
                number += 1
                found = _found(record, printable(path.name), f"{shown}, record {number}")
                if found is not None:
                    yield found
                else:
                    others += record.rec_type in _ANSWERS
            if not stream.end.endswith((b"\r\n\r\n", b"\n\n")):
                raise ArchiveLoadFailed("it ends within a record" if stream.end else "it holds no record")
    except _READ_FAULTS as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        where = f"at or behind record {number}" if number else "from its beginning"
        yield UnreadableFile(shown, f"it is cut or damaged {where} ({' '.join(reason.split())})")
    for fault in stream.faults if stream else ():
        yield UnreadableFile(shown, fault)
    yield OtherRecords(shown, others)


def _found(record: Any, file_name: str, where: str) -> _Found | UnreadableFile | None:
    """A record of a page of ours, or why it cannot be taken; None for any other record, and a redirect."""
    fields = {name.lower(): value for name, value in record.rec_headers.headers}
    page = identify(fields.get("warc-target-uri", ""))
    if record.rec_type not in _TAKEN or page.kind is None or page.code is None:
        return None
    try:
        block = _block(record, fields)
    except _Unreadable as error:
        return UnreadableFile(where, str(error))
    status = None if record.rec_type == "resource" else _status(block)
    if status in range(300, 400) and (record.rec_type, status) != ("revisit", 304):
        return None  # a redirect is not the page
    return _Found(where, file_name, record.rec_type, fields, block)


def _next(records: Any, last: Any) -> Any:
    """The next record, or None; ArchiveLoadFailed where the last one was not whole.

    warcio would go on, and only write about it on stderr.
    """
    with redirect_stderr(io.StringIO()):
        record = next(records, None)
    if last is not None and last.length and last.raw_stream.limit:
        raise ArchiveLoadFailed("the file ends within a record")
    if records.err_count:
        raise ArchiveLoadFailed("a record has not the length that its head says")
    return record


def _block(record: Any, fields: dict[str, str]) -> bytes:
    """The whole block of a record, proven by its digest where it has one."""
    if record.length is None or record.length > MAX_PAGE_BYTES:
        raise _Unreadable(f"it has more than {MAX_PAGE_BYTES >> 20} MiB, which no page has")
    if "warc-segment-number" in fields:
        raise _Unreadable("it is one segment of several; join them first")
    block = cast("bytes", record.raw_stream.read())
    while more := record.raw_stream.read():
        block += more
    if len(block) != record.length:
        raise ArchiveLoadFailed("the file ends within a record")
    if not _agrees(fields.get("warc-block-digest"), block):
        raise _Unreadable("it has not the bytes that its WARC-Block-Digest says")
    return block


def _agrees(said: str | None, *candidates: bytes) -> bool:
    """Whether a digest is that of one of these bytes; so it is taken where it is missing or unknown."""
    kind, _, value = (said or "").partition(":")
    if kind.lower() not in _DIGESTS:
        return True
    for data in candidates:
        found = hashlib.new(kind.lower(), data, usedforsecurity=False).digest()
        base32, base64_ = base64.b32encode(found).decode(), base64.b64encode(found).decode()
        if value == base64_ or value.upper() == base32 or value.lower() == found.hex():
            return True
    return False


def _page(found: _Found, originals: dict[str, _Original]) -> SavedPage | UnreadableFile:
    try:
        if found.kind == "response" and found.fields["warc-target-uri"].startswith("http"):
            status, body, payload = _answer(found)
        else:
            status, body, payload = None, found.block, found.block
        capture = _capture(found, body, status)
    except (_Unreadable, BadClaim) as error:
        return UnreadableFile(found.where, str(error))
    sha1 = base64.b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode()
    fields = found.fields
    for key in (
        fields.get("warc-record-id"),
        f"{fields['warc-target-uri']} {fields.get('warc-date')}",
        fields.get("warc-payload-digest"),
        f"sha1:{sha1}",
    ):
        if key:
            originals.setdefault(key, _Original(capture.capture_id, status))
    return SavedPage(found.where, body, capture)


def _revisited(
    found: _Found, originals: dict[str, _Original], body_of: Callable[[str], bytes]
) -> SavedPage | UnreadableFile:
    """The page that a revisit says was there again."""
    fields = found.fields
    keys = (
        fields.get("warc-refers-to", ""),
        f"{fields.get('warc-refers-to-target-uri')} {fields.get('warc-refers-to-date')}",
        fields.get("warc-payload-digest", ""),
    )
    original = next((originals[key] for key in keys if key in originals), None)
    if original is None:
        return UnreadableFile(
            found.where, "it refers to a page that is in none of these files; import them together"
        )
    status = _status(found.block)
    try:
        body = body_of(original.capture_id)
        capture = _capture(found, body, original.status if status in (None, 304) else status)
    except BadClaim as error:
        return UnreadableFile(found.where, str(error))
    return SavedPage(found.where, body, capture)


def _answer(found: _Found) -> tuple[int | None, bytes, bytes]:
    """HTTP status, body without chunks and content coding, and body as stored."""
    start = head_end(found.block)
    head = found.block[:start]
    if start is None or not is_http_head(head):
        raise _Unreadable("it begins with no head of HTTP")
    payload = body = found.block[start:]
    forms = [payload]
    if "chunked" in header(head, "Transfer-Encoding").lower():
        try:
            body = undo_chunks(body)
        except ValueError as error:
            if not str(error).startswith("no chunk begins at byte 0 "):  # others keep the header alone
                raise _Unreadable(f"its chunked body is cut or damaged: {error}") from None
        forms.append(body)
    body = _decoded(body, header(head, "Content-Encoding"))
    if not _agrees(found.fields.get("warc-payload-digest"), *forms, body):
        raise _Unreadable("it has not the bytes that its WARC-Payload-Digest says")
    return _status(head), body, payload


def _decoded(body: bytes, codings: str) -> bytes:
    """The body without its content coding; many programs undo it and keep the header."""
    try:
        return undo_coding(body, codings)
    except ValueError as error:
        if body.lstrip()[:1] == b"<":
            return body
        raise _Unreadable(f"its body cannot be unpacked: {error}") from None


def _status(head: bytes) -> int | None:
    with suppress(IndexError, ValueError):
        return int(head.split(None, 2)[1])
    return None


def _capture(found: _Found, body: bytes, status: int | None) -> ArchivedCapture:
    """The capture, as of the record's time; BadClaim where that or the address cannot stand."""
    url = found.fields["warc-target-uri"]
    if not storable(url):
        raise BadClaim("its address is too long, or more than one line")
    captured_at: dt.datetime = parse_time(found.fields.get("warc-date", ""))
    page = identify(url)
    return ArchivedCapture(
        source="file",
        url=url,
        file_name=found.file_name if storable(found.file_name) else None,
        site=page.site,
        page_kind=page.kind,
        page_code=page.code,
        code_source="url",
        captured_at=captured_at,
        captured_at_source="archive",
        fetched_at=None,
        http_status=status,
        body_sha256=hashlib.sha256(body).hexdigest(),
        size_bytes=len(body),
    )
