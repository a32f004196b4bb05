"""Writing WARC 1.1: captures as records made by warcio, one gzip member each, and the files they go into."""

from __future__ import annotations

import datetime as dt
import io
import os
import uuid
import zlib
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from warcio.warcwriter import WARCWriter

from scraper.capture import FIELDS, ArchivedCapture, iso_time
from scraper.errors import ArchiveError

CONTENT_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".txt": "text/plain",
    ".mhtml": "message/rfc822",  # the file is a whole message, of which multipart/related is the content
    ".mht": "message/rfc822",
}
_LEVEL = 6  # 9 takes twice the time for 3 % less
_URI_CHARACTERS = "%/:?#[]@!$&'()*+,;=~"


def warcinfo(file_name: str, software: str) -> bytes:
    """The member that opens a file (WARC 1.1, 6.2); it names no machine and no person."""
    writer = WARCWriter(None, warc_version="1.1")
    fields = {
        "software": software,
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    }
    return _member(writer.create_warcinfo_record(file_name, fields))


def capture_members(capture: ArchivedCapture, body: bytes) -> tuple[bytes, bytes]:
    """The two members of a capture: the resource (WARC 1.1, 6.4), and its metadata (6.6).

    Both have the time of the import as WARC-Date, as the records of one event must (5.4). The metadata are
    the fields of `ArchivedCapture` that are not None, as ``application/warc-fields``.
    """
    name = capture.file_name or ""
    uri = "file:///" + quote(name, safe="") if capture.url is None else quote(capture.url, _URI_CHARACTERS)
    common = {"WARC-Target-URI": uri, "WARC-Date": iso_time(dt.datetime.now(dt.UTC))}
    resource_id = f"<{uuid.uuid4().urn}>"
    claims = zip(FIELDS, capture.as_values(), strict=True)
    text = "".join(f"{name}: {value}\r\n" for name, value in claims if value is not None)
    content_type = CONTENT_TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")
    relation = {"WARC-Refers-To": resource_id, "WARC-Concurrent-To": resource_id}
    return (
        _record("resource", content_type, body, {"WARC-Record-ID": resource_id, **common}),
        _record("metadata", "application/warc-fields", text.encode(), {**relation, **common}),
    )


def _record(kind: str, content_type: str, block: bytes, head: dict[str, str]) -> bytes:
    writer = WARCWriter(None, warc_version="1.1")
    record = writer.create_warc_record(
        head["WARC-Target-URI"],
        kind,
        payload=io.BytesIO(block),
        length=len(block),
        warc_content_type=content_type,
        warc_headers_dict=head,
    )
    return _member(record)


def _member(record: object) -> bytes:
    """One record as one gzip member, which the format recommends so that each can be read alone."""
    plain = io.BytesIO()
    WARCWriter(plain, gzip=False, warc_version="1.1").write_record(record)
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
    return packer.compress(plain.getbuffer()) + packer.flush()


class WarcFile:
    """A new WARC file that is being written; an old one is never opened again.

    ``name`` is ``bma-<UTC time>-<nn>.warc.gz``, ``size`` the bytes of its whole records.
    """

    def __init__(self, folder: Path, software: str) -> None:
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
        self._named = False  # whether the file's name is on the disk
        try:
            self.append(warcinfo(self.name, software))
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
        return offset

    def sync(self) -> None:
        """Return when everything that was written is on the disk, the file's name too."""
        try:
            os.fsync(self._file.fileno())
            if not self._named:
                folder = os.open(self._path.parent, os.O_RDONLY)
                try:
                    os.fsync(folder)
                finally:
                    os.close(folder)
                self._named = True
        except OSError as error:
            raise self._failure(error) from error

    def close(self) -> None:
        """Close the file; it is not synced by this."""
        self._file.close()

    def _failure(self, error: OSError) -> ArchiveError:
        return ArchiveError(
            f"cannot write {self._path}: {error.strerror}; what was stored before is whole. "
            "Make room, or mend the cause, and run the same command again"
        )
