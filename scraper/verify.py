"""Whether an archive still holds what was stored: every fault by file and offset."""

from __future__ import annotations

import gzip
import hashlib
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from scraper import sums
from scraper.archive import Archive
from scraper.catching_up import read_file
from scraper.errors import ArchiveBusy, ArchiveDamaged, ArchiveError
from scraper.exchange_table import HeldExchange
from scraper.http_message import LARGEST_BODY, head_end
from scraper.index import NAME as INDEX
from scraper.index import Index
from scraper.lock import locked
from scraper.recovery import warc_files
from scraper.walk import Damage, Record, walk
from scraper.warc import digest


class Fault(NamedTuple):
    """Something in the archive that is not as it was stored."""

    file: str
    offset: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, byte {self.offset}: {self.reason}"


def verify(archive: Archive, *, deep: bool = False) -> Iterator[Fault]:
    """All faults of an archive, each once.

    The files are compared with SHA256SUMS, those not listed yet are read record by record, and so are those
    whose sum is wrong, to find the place. ``deep`` reads every record of every file: gzip ends, lengths,
    digests, our own hashes of bodies, and whether the index says what the files do. What another process is
    just writing is left out.
    """
    found: set[tuple[str, int]] = set()
    for fault in _faults(archive, deep):
        if fault[:2] not in found:
            found.add((fault.file, fault.offset))
            yield fault


def _faults(archive: Archive, deep: bool) -> Iterator[Fault]:
    listed = sums.read(archive.folder)
    ends = None if not _busy(archive.folder) else archive.seen()
    yield from (Fault(INDEX, 0, f"SQLite: {text}") for text in archive.index_faults())
    yield from (Fault(part.file, part.offset, part.reason) for part in archive.damage)
    yield from _list_faults(archive.folder, listed)
    for path in warc_files(archive.folder):
        is_sound = path.name in listed and sums.of_file(path) == listed[path.name]
        if deep or not is_sound:
            end = None if ends is None or path.name in listed else ends.get(path.name, 0)
            yield from _record_faults(path, end)
        if path.name in listed and not is_sound:
            yield Fault(path.name, 0, "the file has not the SHA-256 of SHA256SUMS")
    if deep:
        yield from _body_faults(archive)
        yield from _index_faults(archive, None if ends is None else frozenset(listed))


def _busy(folder: Path) -> bool:
    """Whether another process writes to the archive."""
    try:
        with suppress(ArchiveBusy), locked(folder):
            return False
    except ArchiveError:  # a read-only medium
        return False
    return True


def _list_faults(folder: Path, listed: dict[str, str]) -> Iterator[Fault]:
    for number, line in enumerate(sums.lines(folder), 1):
        if not sums.is_entry(line):
            yield Fault(sums.NAME, number - 1, f"line {number} is none that sha256sum writes")
    for name in listed:
        if not (folder / name).exists():
            yield Fault(name, 0, "the file is listed in SHA256SUMS and missing")


def _record_faults(path: Path, end: int | None) -> Iterator[Fault]:
    """What is no whole record, and records whose digests are not those of their bytes."""
    info_id = None
    with path.open("rb") as file:
        for found in walk(path, end=end):
            if isinstance(found, Record) and found.head.get("warc-type") == "warcinfo":
                info_id = found.head.get("warc-record-id")
            if isinstance(found, Damage):
                yield Fault(path.name, found.offset, found.reason)
            elif found.block_bytes > LARGEST_BODY:
                yield Fault(path.name, found.offset, "the record unfolds to more bytes than any page has")
            else:
                file.seek(found.offset)
                is_ours = found.head.get("warc-warcinfo-id") == info_id
                for name in _wrong_digests(found, file.read(found.length), is_ours):
                    yield Fault(path.name, found.offset, f"the record has not the bytes that its {name} says")


def _wrong_digests(record: Record, member: bytes, is_ours: bool) -> Iterator[str]:
    """The names of digests that are wrong; others have their own idea of a payload."""
    block = _block(member)
    payload = block[head_end(block) or 0 :] if record.head.get("warc-type") == "response" else block
    for name, data in (("WARC-Block-Digest", block), ("WARC-Payload-Digest", payload)):
        said = record.head.get(name.lower(), "")
        if said.startswith("sha1:") and said != digest(data) and (is_ours or data is block):
            yield name


def _block(member: bytes) -> bytes:
    """The block of a record that is known to be whole."""
    return zlib.decompressobj(31).decompress(member).partition(b"\r\n\r\n")[2][:-4]


def _body_faults(archive: Archive) -> Iterator[Fault]:
    """Captures and exchanges whose bytes have not the SHA-256 that was noted when they were stored."""
    for capture in archive.captures():
        try:
            archive.body(capture.capture_id)
        except ArchiveDamaged as error:
            yield Fault(error.file, error.offset, error.reason)
    for held in archive.exchanges():
        if held.exchange.received_bytes:
            try:
                received = _received(archive, held)
            except (ArchiveDamaged, OSError, EOFError, zlib.error):
                continue  # named by `_record_faults`
            if hashlib.sha256(received).hexdigest() != held.exchange.received_sha256:
                yield Fault(held.file, held.offset, "the answer has not the SHA-256 of its metadata")


def _received(archive: Archive, held: HeldExchange) -> bytes:
    """The body of an exchange's answer as it was received; all of it, where it is no HTTP."""
    plain = gzip.decompress(archive.member(held.file, held.offset, held.length))
    while plain:
        head, _, rest = plain.partition(b"\r\n\r\n")
        names = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
        length = int(names[b"Content-Length"])
        if names[b"WARC-Type"] == b"response":
            return rest[head_end(rest[:length]) or 0 : length]
        if names[b"WARC-Type"] == b"resource":
            return rest[:length]
        plain = rest[length + 4 :]
    return b""


def _index_faults(archive: Archive, only: frozenset[str] | None) -> Iterator[Fault]:
    """Where the index and one that is made anew from the files differ, in all files or ``only`` in some."""
    with tempfile.TemporaryDirectory(prefix="bma-verify-") as name:
        folder = Path(name)
        anew = Index.create(folder)
        try:
            for path in warc_files(archive.folder):
                if only is None or path.name in only:
                    read_file(anew, path)
            anew.commit()
        finally:
            anew.close()
        for file, offset, reason in archive.index_differences(folder):
            if only is None or file in only:
                yield Fault(file, offset, f"{reason}; bma reindex makes the index anew")
