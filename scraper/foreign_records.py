"""The records of pages of ours in WARC files of other programs, each proven as far as it can be."""

from __future__ import annotations

import base64
import hashlib
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, suppress
from typing import Any, BinaryIO, NamedTuple, cast

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from scraper.exchange_record import EXTRAS
from scraper.http_message import head_end
from scraper.saved import MAX_PAGE_BYTES, UnreadableFile, printable
from scraper.sites import identify
from scraper.unpacked_file import UnpackedFile
from scraper.walk import HEAD_LIMIT

_READ_FAULTS = (ArchiveLoadFailed, EOFError, OSError, UnicodeError, ValueError, zlib.error)
_ANSWERS = frozenset({"response", "revisit"})
_TAKEN = _ANSWERS | {"resource"}
_DIGESTS = {"sha1", "sha256", "md5"}
_READ_AHEAD = 16 * 1024
"""So many bytes warcio asks for at once."""


class WarcSource(NamedTuple):
    """A WARC file to be read: how it is shown, the name that its captures keep, and how it is opened.

    What ``open`` gives can seek, and is closed by whoever opened it.
    """

    shown: str
    file_name: str
    open: Callable[[], BinaryIO]


class OtherRecords(NamedTuple):
    """How many answers in a file are of pages that are none of ours, and were passed over."""

    path: str
    number: int


class Unreadable(Exception):  # noqa: N818 (becomes an UnreadableFile)
    """Why a record cannot be taken."""


class Found(NamedTuple):
    """A record of a page of ours: its head, its block (of a revisit only the head), and where it stands."""

    where: str
    file_name: str
    kind: str
    fields: dict[str, str]
    block: bytes


def records(source: WarcSource) -> Iterator[Found | UnreadableFile | OtherRecords]:
    """The records of pages of ours, and at the end how many answers there are of others."""
    others = number = 0
    record = stream = None
    try:
        with source.open() as file:
            stream = UnpackedFile(file)
            found_records = ArchiveIterator(stream, no_record_parse=True)
            while (record := _next(found_records, record, stream)) is not None:
                number += 1
                found = _found(record, source.file_name, f"{source.shown}, record {number}")
                if found is not None:
                    yield found
                else:
                    others += record.rec_type in _ANSWERS
            if not stream.end.endswith((b"\r\n\r\n", b"\n\n")):
                raise ArchiveLoadFailed("it ends within a record" if stream.end else "it holds no record")
    except _READ_FAULTS as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        where = f"at or behind record {number}" if number else "from its beginning"
        yield UnreadableFile(source.shown, f"it is cut or damaged {where} ({' '.join(reason.split())})")
    for fault in stream.faults if stream else ():
        yield UnreadableFile(source.shown, fault)
    yield OtherRecords(source.shown, others)


def _found(record: Any, file_name: str, where: str) -> Found | UnreadableFile | None:
    """A record of a page of ours, or why it cannot be taken; None for any other record, and a redirect."""
    fields = {name.lower(): value for name, value in record.rec_headers.headers}
    page = identify(fields.get("warc-target-uri", ""))
    if record.rec_type not in _TAKEN or page.kind is None or page.code is None:
        return None
    if fields.get("content-type") in EXTRAS.values():
        return None  # what our own archive keeps beside an answer
    try:
        block = _block(record, fields)
    except Unreadable as error:
        return UnreadableFile(where, str(error))
    status = None if record.rec_type == "resource" else status_in(block)
    if status in range(300, 400) and (record.rec_type, status) != ("revisit", 304):
        return None  # a redirect is not the page
    if record.rec_type == "revisit":
        block = block[: head_end(block)]
    return Found(where, file_name, record.rec_type, fields, block)


def _next(found_records: Any, last: Any, stream: UnpackedFile) -> Any:
    """The next record, or None; ArchiveLoadFailed where the last one was not whole, or the next has no end.

    warcio would go on, and only write about it on stderr; and it would take a head of any length.
    """
    if last is not None:
        stream.most = None
        while last.raw_stream.read(_READ_AHEAD):
            pass
        if last.length and last.raw_stream.limit:
            raise ArchiveLoadFailed("the file ends within a record")
    stream.most = HEAD_LIMIT + _READ_AHEAD
    try:
        with redirect_stderr(io.StringIO()):
            record = next(found_records, None)
    except ValueError:
        if stream.most < 0:
            raise ArchiveLoadFailed(f"a record's head does not end within {HEAD_LIMIT >> 10} KiB") from None
        raise
    finally:
        stream.most = None
    if found_records.err_count:
        raise ArchiveLoadFailed("a record has not the length that its head says")
    if record is not None and record.length is None:
        raise ArchiveLoadFailed("a record does not say how long it is")
    return record


def _block(record: Any, fields: dict[str, str]) -> bytes:
    """The whole block of a record, proven by its digest where it has one."""
    if record.length > MAX_PAGE_BYTES:
        raise Unreadable(f"it has more than {MAX_PAGE_BYTES >> 20} MiB, which no page has")
    if "warc-segment-number" in fields:
        raise Unreadable("it is one segment of several; join them first")
    cut = fields.get("warc-truncated")
    if cut is not None and record.rec_type != "revisit":  # a revisit says so of the body that it leaves out
        raise Unreadable(
            f"whoever recorded it cut it (WARC-Truncated: {printable(cut[:40])}); part of a page is none"
        )
    block = cast("bytes", record.raw_stream.read())
    while more := record.raw_stream.read():
        block += more
    if len(block) != record.length:
        raise ArchiveLoadFailed("the file ends within a record")
    # Of a revisit wget states the digest of no bytes at all (seen with 1.21).
    candidates = (block, b"") if record.rec_type == "revisit" else (block,)
    if agrees(fields.get("warc-block-digest"), *candidates) is False:
        raise Unreadable("it has not the bytes that its WARC-Block-Digest says")
    return block


def agrees(said: str | None, *candidates: bytes) -> bool | None:
    """Whether a digest is that of one of these bytes; None where it is missing, or of a kind not known."""
    kind, _, value = (said or "").partition(":")
    if kind.lower() not in _DIGESTS:
        return None
    for data in candidates:
        found = hashlib.new(kind.lower(), data, usedforsecurity=False).digest()
        base32, base64_ = base64.b32encode(found).decode(), base64.b64encode(found).decode()
        if value == base64_ or value.upper() == base32 or value.lower() == found.hex():
            return True
    return False


def status_in(head: bytes) -> int | None:
    """The status of an HTTP answer, by the line that it begins with."""
    with suppress(IndexError, ValueError):
        return int(head.split(None, 2)[1])
    return None
