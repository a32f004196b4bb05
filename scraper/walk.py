"""Reading WARC files member by member: all that is whole, and what is not by name.

warcio reads a torn file without an error, and nothing of what comes after a damaged record.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from scraper.capture import FIELDS as CAPTURE_FIELDS
from scraper.capture import ArchivedCapture
from scraper.exchange_record import EXTRAS, ORIGINAL_URL, ArchivedExchange
from scraper.exchange_record import FIELDS as EXCHANGE_FIELDS

HEAD_LIMIT = 64 * 1024
"""The most bytes that a record's head, or a capture's metadata, may have."""

_CHUNK = 64 * 1024
_GZIP = b"\x1f\x8b\x08"
_NEEDED = frozenset({"source", "captured_at", "captured_at_source", "body_sha256", "size_bytes"})
_DESCRIBED = frozenset({"resource", "request", "response"})


class Record(NamedTuple):
    """A whole record: where its gzip member lies, its head (names in lower case), how its block begins.

    Of a field that stands twice in the head, the last value counts. ``block_bytes`` is the block's length.
    """

    offset: int
    length: int
    head: dict[str, str]
    block: bytes
    block_bytes: int


class FoundCapture(NamedTuple):
    """A capture, where the gzip member of the record with its bytes lies, and where its metadata end.

    ``block_bytes`` is the length of that record's block, ``outcome`` how the page read when it was stored.
    """

    capture: ArchivedCapture
    offset: int
    length: int
    block_bytes: int
    outcome: str | None
    end: int


class FoundExchange(NamedTuple):
    """An exchange, where the members of its records lie, and the capture that it is."""

    exchange: ArchivedExchange
    offset: int
    length: int
    capture: FoundCapture | None

    @property
    def end(self) -> int:
        """Where its last member ends."""
        return self.offset + self.length


class Damage(NamedTuple):
    """Bytes of a WARC file that hold no whole record, or a record that belongs to no capture."""

    file: str
    offset: int
    length: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, bytes {self.offset} to {self.offset + self.length}: {self.reason}"


def read_stored(path: Path, start: int = 0) -> Iterator[FoundCapture | FoundExchange | Damage]:
    """What a file holds from ``start`` on, which is a record's beginning or the file's end.

    A capture of a saved file is a resource with the metadata that refer to it, and so is a record of another
    archive, which is there as that archive wrote it. An exchange is a request, its
    answer, what came beside it, and their metadata, which name the request; where there was no answer, or not
    even a request, they are missing. Records without their metadata are Damage, and the other way round.
    Records of other types are passed over.
    """
    waiting: list[Record] = []
    for found in walk(path, start):
        if isinstance(found, Damage):
            yield found
        elif found.head.get("warc-type") == "metadata":
            used, described = _described(path.name, waiting, found)
            yield from _orphans(path.name, [record for record in waiting if record not in used])
            yield described
            waiting = []
        elif found.head.get("warc-type") in _DESCRIBED:
            if not _belongs(found, waiting):
                yield from _orphans(path.name, waiting)
                waiting = []
            waiting.append(found)
    yield from _orphans(path.name, waiting)


def _belongs(record: Record, waiting: list[Record]) -> bool:
    """Whether an answer belongs to the request before it, or what came beside an answer to all before it."""
    if record.head.get("content-type") in EXTRAS.values():
        return True
    request = record.head.get("warc-concurrent-to")
    return any(request == other.head.get("warc-record-id") for other in waiting)


def _orphans(file: str, records: list[Record]) -> Iterator[Damage]:
    for record in records:
        reason = f"the metadata of {record.head.get('warc-target-uri')} are missing or damaged"
        yield Damage(file, record.offset, record.length, reason)


def _described(
    file: str, waiting: list[Record], metadata: Record
) -> tuple[list[Record], FoundCapture | FoundExchange | Damage]:
    """What a metadata record makes of the records before it, and which of these it speaks of."""
    by_id = {record.head.get("warc-record-id"): record for record in waiting}
    answer = by_id.get(metadata.head.get("warc-refers-to"))
    request = by_id.get(metadata.head.get("warc-concurrent-to"))
    extras = [record for record in waiting if record.head.get("content-type") in EXTRAS.values()]
    used = [record for record in (request, answer, *extras) if record is not None]
    try:
        if answer is None and "warc-refers-to" in metadata.head:
            raise ValueError("the bytes that they describe are missing or damaged")
        claims = _claims(metadata)
        capture = _capture(claims, answer or metadata, metadata.offset + metadata.length)
        if "started_at" not in claims:
            if answer is None or capture is None:
                raise ValueError("they describe nothing")
            return used, capture
        first = min([metadata, *used], key=lambda record: record.offset)
        length = metadata.offset + metadata.length - first.offset
        exchange = ArchivedExchange.from_values([claims.get(name) for name in EXCHANGE_FIELDS])
        if exchange.capture_id != (capture and capture.capture.capture_id):
            raise ValueError("they give another capture_id than that of the capture they describe")
        return used, FoundExchange(exchange, first.offset, length, capture)
    except ValueError as error:
        reason = f"the metadata of {metadata.head.get('warc-target-uri')}: {error}"
        return used, Damage(file, metadata.offset, metadata.length, reason)


def _claims(metadata: Record) -> dict[str, str]:
    lines = metadata.block.decode().split("\r\n")
    return dict(line.split(": ", 1) for line in lines if ": " in line)


def _capture(claims: dict[str, str], record: Record, end: int) -> FoundCapture | None:
    """The capture that metadata of ours describe, None where it is an exchange that is none; ValueError."""
    if "started_at" in claims and "capture_id" not in claims:
        return None
    if missing := _NEEDED - claims.keys():
        raise ValueError(f"the metadata lack {', '.join(sorted(missing))}")
    known = claims | ({"url": claims[ORIGINAL_URL]} if ORIGINAL_URL in claims else {})
    capture = ArchivedCapture.from_values([known.get(name) for name in CAPTURE_FIELDS])
    return FoundCapture(capture, record.offset, record.length, record.block_bytes, claims.get("outcome"), end)


def walk(path: Path, start: int = 0, end: int | None = None) -> Iterator[Record | Damage]:
    """Every record of a file from ``start`` on, which is a record's beginning or the file's end.

    What lies behind ``end``, which a writer may just be writing, is not looked at. What is no whole record
    comes as Damage, and reading goes on at the next record behind it. Memory is flat: of a block only what
    lies in the record's first `HEAD_LIMIT` bytes is kept.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        size = size if end is None else min(size, end)
        offset = start
        while offset < size:
            found = read_record(file, offset)
            if isinstance(found, Record):
                yield found
                offset += found.length
            else:
                sound = next_member(file, offset + 1, size)
                yield Damage(path.name, offset, sound - offset, found)
                offset = sound


def read_record(file: BinaryIO, offset: int) -> Record | str:
    """The record whose member begins at ``offset``, or the reason why there is none."""
    file.seek(offset)
    unpacker = zlib.decompressobj(31)
    start = bytearray()
    size = 0
    while not unpacker.eof:
        packed = unpacker.unconsumed_tail or file.read(_CHUNK)
        try:
            plain = unpacker.decompress(packed, _CHUNK)
        except zlib.error as error:
            return f"not a whole gzip member ({error})"
        if not packed and not plain:
            return "the file ends within a record"
        size += len(plain)
        start += plain[: HEAD_LIMIT - len(start)]
    length = file.tell() - offset - len(unpacker.unused_data)
    head, separator, block = bytes(start).partition(b"\r\n\r\n")
    version, *lines = head.decode("utf-8", "replace").split("\r\n")
    if not separator or not version.startswith("WARC/1."):
        return "not a WARC record"
    names = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if names.get("content-length") != str(size - len(head) - 8):  # four bytes end the head, four the block
        return "the record has not the length that its head says"
    block_bytes = size - len(head) - 8
    return Record(offset, length, names, block[:block_bytes], block_bytes)


def next_member(file: BinaryIO, offset: int, size: int) -> int:
    """Where the next record's member begins, at ``offset`` or later; ``size`` where there is none."""
    while offset < size:
        file.seek(offset)
        chunk = file.read(_CHUNK)
        place = chunk.find(_GZIP)
        if place < 0:
            offset += max(len(chunk) - len(_GZIP) + 1, 1)
            continue
        offset += place
        file.seek(offset)
        try:
            if zlib.decompressobj(31).decompress(file.read(_CHUNK), 7) == b"WARC/1.":
                return offset
        except zlib.error:
            pass  # these three bytes stand within a member
        offset += 1
    return size
