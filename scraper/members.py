"""The records of a capture or exchange, unpacked, as they stand in the archive."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scraper.archive_reader import ArchiveReader
from scraper.errors import ArchiveDamaged
from scraper.exchange_record import EXTRAS
from scraper.exchange_table import HeldExchange
from scraper.http_message import head_end, page_bytes
from scraper.walk import Record, walk


class Unpacked(NamedTuple):
    """A record: its head's lines, and its block."""

    head: bytes
    block: bytes

    def field(self, name: str) -> str:
        """A field of the head, by its name in lower case; empty where there is none."""
        for line in self.head.split(b"\r\n"):
            found, _, value = line.partition(b":")
            if found.decode().lower() == name:
                return value.strip().decode()
        return ""


def records(archive: ArchiveReader, file: str, offset: int, length: int) -> Iterator[Unpacked]:
    """The records whose members lie there; ArchiveDamaged where they are not whole."""
    rest = archive.member(file, offset, length)
    while rest:
        unpacker = zlib.decompressobj(31)
        try:
            plain = unpacker.decompress(rest)
        except zlib.error as error:
            raise ArchiveDamaged(file, offset, f"cannot be read ({error})") from error
        if not unpacker.eof:
            raise ArchiveDamaged(file, offset, "the file ends within a record")
        head, _, block = plain.partition(b"\r\n\r\n")
        yield Unpacked(head, block[:-4])
        rest = unpacker.unused_data


def content_of(archive: ArchiveReader, held: HeldExchange) -> bytes:
    """The body of an exchange's answer with its content coding undone; empty where there is no answer."""
    for record in records(archive, held.file, held.offset, held.length):
        if record.field("warc-type") == "response":
            return page_bytes(record.block)
    return b""


def place_of(archive: ArchiveReader, capture_id: str) -> tuple[str, int, int]:
    """File, offset and length of all members of a capture: of its exchange, or of its page and metadata."""
    held = archive.exchange_of(capture_id)
    if held is not None:
        return held.file, held.offset, held.length
    place = archive.place(capture_id)
    return place.file, place.offset, place.end - place.offset


def payload_digests(archive: ArchiveReader, capture_id: str) -> set[str]:
    """The digests by which other records may refer to a capture: its record's own, and another program's.

    The latter is that of the payload as the other program had it, in chunks perhaps, and was proven when it
    was imported.
    """
    digests = set()
    for record in records(archive, *place_of(archive, capture_id)):
        if record.field("warc-type") == "metadata":
            lines = (line.partition(b": ") for line in record.block.split(b"\r\n"))
            digests |= {value.decode() for name, _, value in lines if name == b"payload_digest"}
        elif record.field("warc-type") in ("response", "resource"):
            digests.add(record.field("warc-payload-digest"))
    return digests - {""}


def heads_of(archive: ArchiveReader, capture_id: str) -> bytes:
    """The heads of a capture's HTTP messages and its metadata, one behind the other.

    Heads that came before the one that counts stand behind it; of other bytes only their number is said.
    """
    parts = []
    for record in records(archive, *place_of(archive, capture_id)):
        kind = record.field("warc-type")
        if kind == "metadata":
            parts.append(record.block)
        elif record.field("content-type") == EXTRAS["interim"]:
            parts.append(b"Before that came:\n" + record.block)
        elif record.field("content-type") == EXTRAS["surplus"]:
            parts.append(b"Beside that came %d bytes that belong to no body." % len(record.block))
        elif record.field("content-type").startswith("application/http"):
            parts.append(record.block[: head_end(record.block)])
    return b"\n".join(part.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n" for part in parts)


def excerpt(archive: ArchiveReader, places: Iterable[tuple[str, int, int]]) -> bytes:
    """Members at these places (file, offset, length), as a WARC file of their own.

    They are copied as they lie there, by file and offset, each file's behind its warcinfo record, so that the
    same places give the same bytes. ArchiveDamaged where they are not whole.
    """
    parts: list[bytes] = []
    opened = ""
    for file, offset, length in sorted(set(places)):
        if file != opened:
            opened = file
            parts.append(_warcinfo(archive, file))
        for _ in records(archive, file, offset, length):
            pass  # only to see that they are whole
        parts.append(archive.member(file, offset, length))
    return b"".join(parts)


def _warcinfo(archive: ArchiveReader, file: str) -> bytes:
    first = next(walk(archive.folder / file), None)
    if not isinstance(first, Record) or first.offset or first.head.get("warc-type") != "warcinfo":
        raise ArchiveDamaged(file, 0, "the warcinfo record is missing or damaged")
    return archive.member(file, 0, first.length)
