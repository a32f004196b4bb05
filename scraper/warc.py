"""Writing WARC 1.1: one record as one gzip member, and the files that records go into.

Records are put together here and not by warcio, which writes the heads of HTTP messages anew instead of
keeping their bytes. Other readers judge them in the tests.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import os
import uuid
import zlib
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from scraper import sums
from scraper.capture import iso_time
from scraper.errors import ArchiveError

_LEVEL = 6  # 9 takes twice the time for 3 % less
_URI_CHARACTERS = "%/:?#[]@!$&'()*+,;=~"


def new_record_id() -> str:
    """An identity for a record, as WARC-Record-ID wants it."""
    return f"<{uuid.uuid4().urn}>"


def digest(data: bytes) -> str:
    """A digest as other programs write and compare them: SHA-1 in base32 (our own hashes are SHA-256)."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def uri(url: str) -> str:
    """A URL as WARC-Target-URI may hold it: other letters escaped, all else as it is."""
    return quote(url, _URI_CHARACTERS)


def warc_fields(fields: Iterable[tuple[str, object]]) -> bytes:
    """A block of ``application/warc-fields``; fields that are None are left out."""
    return "".join(f"{name}: {value}\r\n" for name, value in fields if value is not None).encode()


def record(kind: str, block: bytes, fields: Iterable[tuple[str, str]]) -> bytes:
    """A record as one gzip member, which the standard recommends so that each can be read alone.

    Type, block digest and length are added to the ``fields`` of its head.
    """
    size = (("WARC-Block-Digest", digest(block)), ("Content-Length", str(len(block))))
    lines = (f"{name}: {value}\r\n" for name, value in (("WARC-Type", kind), *fields, *size))
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
    head = packer.compress(f"WARC/1.1\r\n{''.join(lines)}\r\n".encode())
    return b"".join((head, packer.compress(block), packer.compress(b"\r\n\r\n"), packer.flush()))


def warcinfo(file_name: str, software: str, robots: str | None, record_id: str) -> bytes:
    """The member that opens a file (WARC 1.1, 6.2); it names no machine and no person."""
    block = warc_fields(
        (
            ("software", software),
            ("format", "WARC File Format 1.1"),
            (
                "conformsTo",
                "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            ),
            ("robots", robots),
        )
    )
    head = (
        ("WARC-Record-ID", record_id),
        ("WARC-Filename", file_name),
        ("WARC-Date", iso_time(dt.datetime.now(dt.UTC))),
        ("Content-Type", "application/warc-fields"),
    )
    return record("warcinfo", block, head)


class WarcFile:
    """A new WARC file that is being written; an old one is never opened again.

    ``name`` is ``bma-<UTC time>-<nn>.warc.gz``, ``size`` the bytes of its whole records, ``info_id`` the
    identity of its warcinfo record.
    """

    def __init__(self, folder: Path, software: str, robots: str | None) -> None:
        """Create the file and write its warcinfo record; ArchiveError where that cannot be done."""
        time = dt.datetime.now(dt.UTC)
        number = 1
        while True:
            self.name = f"bma-{time:%Y%m%d%H%M%S}-{number:02d}.warc.gz"
            self._path = folder / self.name
            try:
                self._file = self._path.open("xb", buffering=0)
                break
            except FileExistsError:
                number += 1
            except OSError as error:
                raise self._failure(error) from error
        self.size = 0
        self.info_id = new_record_id()
        self._sha256 = hashlib.sha256()
        self._named = False  # whether the file's name is on the disk
        try:
            self.append(warcinfo(self.name, software, robots, self.info_id))
        except BaseException:
            self._file.close()
            self._path.unlink()
            raise

    def append(self, members: bytes) -> int:
        """Write whole members, and return the offset of the first.

        Where that fails (a full disk), the file is cut back to what it was and ArchiveError is raised.
        """
        offset = self.size
        end = offset
        try:
            while end - offset < len(members):
                end += os.pwrite(self._file.fileno(), members[end - offset :], end)
        except BaseException as error:
            self._file.truncate(offset)
            if isinstance(error, OSError):
                raise self._failure(error) from error
            raise
        self.size = end
        self._sha256.update(members)
        return offset

    def sync(self) -> None:
        """Return when everything that was written is on the disk, the file's name too."""
        try:
            os.fsync(self._file.fileno())
            if not self._named:
                sums.sync_folder(self._path.parent)
                self._named = True
        except OSError as error:
            raise self._failure(error) from error

    def finish(self) -> None:
        """Close the file, which must have been synced, for good: read-only, and listed in SHA256SUMS."""
        self._file.close()
        try:
            sums.finish(self._path, self._sha256.hexdigest())
        except OSError as error:
            raise self._failure(error) from error

    def close(self) -> None:
        """Close the file as it is; the next writer finishes it."""
        self._file.close()

    def _failure(self, error: OSError) -> ArchiveError:
        return ArchiveError(
            f"cannot write {self._path}: {error.strerror}; what was stored before is whole. "
            "Make room, or mend the cause, and run the same command again"
        )
