"""Reading WARC files member by member: all that is whole, and what is not by name.

warcio reads a torn file without an error, and nothing of what comes after a damaged record.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from scraper.capture import FIELDS, ArchivedCapture

HEAD_LIMIT = 64 * 1024
"""The most bytes that a record's head, or a capture's metadata, may have."""

_CHUNK = 64 * 1024
_GZIP = b"\x1f\x8b\x08"
_NEEDED = frozenset({"source", "captured_at", "captured_at_source", "body_sha256", "size_bytes"})


class Record(NamedTuple):
    """A whole record: where its gzip member lies, its head (names in lower case), how its block begins."""

    offset: int
    length: int
    head: dict[str, str]
    block: bytes


class StoredCapture(NamedTuple):
    """A capture, and where the gzip member of its resource record lies."""

    capture: ArchivedCapture
    offset: int
    length: int


class Damage(NamedTuple):
    """Bytes of a WARC file that hold no whole record, or a record that belongs to no capture."""

    file: str
    offset: int
    length: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, bytes {self.offset} to {self.offset + self.length}: {self.reason}"


def read_captures(path: Path, start: int = 0) -> Iterator[StoredCapture | Damage]:
    """The captures of a file from ``start`` on, which is a record's beginning or the file's end.

    A capture is a resource with the metadata that refer to it; one without the other is Damage. Records of
    other types are passed over.
    """
    resource: Record | None = None

    def orphan() -> Iterator[Damage]:
        if resource is not None:
            reason = f"the metadata of {resource.head.get('warc-target-uri')} are missing or damaged"
            yield Damage(path.name, resource.offset, resource.length, reason)

    for found in walk(path, start):
        if isinstance(found, Damage):
            yield found
        elif found.head.get("warc-type") == "resource":
            yield from orphan()
            resource = found
        elif found.head.get("warc-type") == "metadata":
            yield _described(path.name, resource, found)
            resource = None
    yield from orphan()


def _described(file: str, resource: Record | None, metadata: Record) -> StoredCapture | Damage:
    """The capture that a metadata record makes of the resource record before it."""
    try:
        if resource is None or metadata.head.get("warc-refers-to") != resource.head.get("warc-record-id"):
            raise ValueError("the bytes that they describe are missing or damaged")
        return StoredCapture(_read_claims(metadata), resource.offset, resource.length)
    except ValueError as error:
        reason = f"the metadata of {metadata.head.get('warc-target-uri')}: {error}"
        return Damage(file, metadata.offset, metadata.length, reason)


def _read_claims(record: Record) -> ArchivedCapture:
    """The capture that a metadata record of ours describes; ValueError where it describes none."""
    lines = record.block.decode().split("\r\n")
    claims = dict(line.split(": ", 1) for line in lines if ": " in line)
    if missing := _NEEDED - claims.keys():
        raise ValueError(f"the metadata lack {', '.join(sorted(missing))}")
    return ArchivedCapture.from_values([claims.get(name) for name in FIELDS])


def walk(path: Path, start: int = 0) -> Iterator[Record | Damage]:
    """Every record of a file from ``start`` on, which is a record's beginning or the file's end.

    What is no whole record comes as Damage, and reading goes on at the next record behind it. Memory is
    flat: of a block only what lies in the record's first `HEAD_LIMIT` bytes is kept.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        offset = start
        while offset < size:
            found = _read_record(file, offset)
            if isinstance(found, Record):
                yield found
                offset += found.length
            else:
                end = _next_member(file, offset + 1, size)
                yield Damage(path.name, offset, end - offset, found)
                offset = end


def _read_record(file: BinaryIO, offset: int) -> Record | str:
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
    return Record(offset, length, names, block[: size - len(head) - 8])


def _next_member(file: BinaryIO, offset: int, size: int) -> int:
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
