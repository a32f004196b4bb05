"""The archive: a folder of WARC files, append-only, that is the evidence and the state.

Everything is in the WARC files; the index beside them (`scraper.index`) only makes it quick to find. Each
writing run opens a new file. Bytes are on the disk before the index says so, and what a crash leaves beyond
the index is read when the archive is next opened.
"""

from __future__ import annotations

import hashlib
import logging
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from types import TracebackType

from scraper.capture import ArchivedCapture
from scraper.errors import ArchiveBusy, ArchiveDamaged, ArchiveError
from scraper.index import Index
from scraper.lock import locked
from scraper.walk import HEAD_LIMIT, Damage, read_captures
from scraper.warc import WarcFile, capture_members

ROTATE_BYTES = 100_000_000
"""A WARC file that has reached this size is closed; the next capture opens a new one."""

BATCH = 200
"""So many captures are written between two syncs: the most that a power cut can take."""

_WARC_FILES = "bma-*.warc.gz"
_OPEN_FILES = 64

_log = logging.getLogger(__name__)


class Archive:
    """The archive in ``folder`` (``data/raw``); a context manager.

    With ``writable`` the folder is made where needed, and no other process can write until `close`;
    ``software`` is how the WARC files name the program. Opening reads whatever the index has not seen, and
    all of it where there is no index.

    Raises ArchiveBusy where another process is writing; ArchiveError where there is no such folder, or it
    cannot be used.
    """

    def __init__(
        self, folder: str | os.PathLike[str], *, writable: bool = False, software: str = "bma-progress"
    ) -> None:
        self.folder = Path(folder)
        self._software = software
        self._writable = writable
        self._file: WarcFile | None = None
        self._pending = 0
        self._descriptors: dict[str, int] = {}
        with ExitStack() as stack:
            if writable:
                stack.enter_context(locked(self.folder))
            elif not self.folder.is_dir():
                raise ArchiveError(f"there is no archive in {self.folder}: import pages first")
            self._index = self._open_index()
            stack.callback(self._index.close)
            self._lost = self._missing_bytes()
            self._stack = stack.pop_all()

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except ArchiveError as second:
            if error is None:
                raise
            _log.error("%s", second)  # the first error is the one to show

    def close(self) -> None:
        """Sync what was written, commit the index and release the lock; a second call does nothing."""
        with self._stack:
            for descriptor in self._descriptors.values():
                os.close(descriptor)
            self._descriptors.clear()
            self._close_file()

    # Writing

    def add(self, capture: ArchivedCapture, body: bytes) -> bool:
        """Store a capture; False where its capture_id is held already, and then nothing is added.

        Held are whole bytes: a capture that is damaged is stored anew. What was added is durable after the
        next `flush`. Raises ArchiveError where it cannot be written, and then all that was added before is
        whole; ValueError where size or hash are not the body's.
        """
        if not self._writable:
            raise ArchiveError(f"the archive in {self.folder} is open for reading only")
        capture_id = capture.capture_id
        if self._holds(capture_id):
            return False
        if (len(body), hashlib.sha256(body).hexdigest()) != (capture.size_bytes, capture.body_sha256):
            raise ValueError(f"size or SHA-256 of capture {capture_id} are not those of its body")
        resource, metadata = capture_members(capture, body)
        if self._file is not None and self._file.size >= ROTATE_BYTES:
            self._close_file()
        if self._file is None:
            self._file = WarcFile(self.folder, self._software)
            self._index.mark_seen(self._file.name, 0, self._file.size)
        offset = self._file.append(resource + metadata)
        self._index.add(capture, self._file.name, offset, len(resource))
        self._index.mark_seen(self._file.name, offset, self._file.size)
        self._pending += 1
        if self._pending >= BATCH:
            self.flush()
        return True

    def _holds(self, capture_id: str) -> bool:
        """Whether a capture can be read; one that is entered and damaged is struck from the index."""
        if self._index.place(capture_id) is None:
            return False
        try:
            self.body(capture_id)
        except ArchiveDamaged as error:
            _log.warning("storing capture %s anew: %s", capture_id, error)
            self._index.forget(capture_id)
            return False
        return True

    def flush(self) -> None:
        """Return when all that was added is on the disk, first in the WARC file and then in the index."""
        if self._file is not None:
            self._file.sync()
            self._index.commit()
            self._pending = 0

    def _close_file(self) -> None:
        if self._file is not None:
            try:
                self.flush()
            finally:
                self._file.close()
                self._file = None

    # Reading

    @property
    def damage(self) -> list[Damage]:
        """Torn or damaged parts of the WARC files, as far as they were noticed when files were indexed."""
        return self._index.damage() + self._lost

    def count(self) -> int:
        """How many captures are held."""
        return self._index.count()

    def captures(self) -> Iterator[ArchivedCapture]:
        """All captures, by page_kind, page_code and capture_id, unknown ones last; memory is flat."""
        return self._index.captures()

    def find(self, page_code: str, page_kind: str | None = None) -> Iterator[ArchivedCapture]:
        """The captures of the pages with this code, of one kind or of all, in the order of `captures`."""
        if page_kind is None:
            return self._index.captures("page_code = ?", (page_code,))
        return self._index.captures("page_code = ? AND page_kind = ?", (page_code, page_kind))

    def get(self, capture_id: str) -> ArchivedCapture | None:
        """One capture; None where it is not held."""
        return next(self._index.captures("capture_id = ?", (capture_id,)), None)

    def body(self, capture_id: str) -> bytes:
        """The bytes of a capture, as they were stored and proven so by their SHA-256.

        Raises ArchiveDamaged where they are not what was stored, ArchiveError where none were.
        """
        # The hot path of every build: 0.11 ms for a page of 50 kB, of which the index takes 0.005, unpacking
        # 0.08 and SHA-256 0.03; with warcio's ArchiveIterator 0.14. A test holds the two readers together.
        place = self._index.place(capture_id)
        if place is None:
            raise ArchiveError(f"there is no capture {capture_id} in {self.folder}")
        try:
            member = os.pread(self._descriptor(place.file), place.length, place.offset)
            record = zlib.decompressobj(31).decompress(member, place.size_bytes + HEAD_LIMIT)
        except (OSError, zlib.error) as error:
            raise ArchiveDamaged(place.file, place.offset, f"cannot be read ({error})") from error
        start = record.find(b"\r\n\r\n") + 4
        body = record[start : start + place.size_bytes]
        if hashlib.sha256(body).hexdigest() != place.body_sha256:
            raise ArchiveDamaged(place.file, place.offset, f"the bytes of capture {capture_id} have changed")
        return body

    def _descriptor(self, file: str) -> int:
        descriptor = self._descriptors.get(file)
        if descriptor is None:
            if len(self._descriptors) >= _OPEN_FILES:
                os.close(self._descriptors.pop(next(iter(self._descriptors))))
            descriptor = self._descriptors[file] = os.open(self.folder / file, os.O_RDONLY)
        return descriptor

    # Readings

    def refresh_readings(
        self, identify: Callable[[bytes], tuple[str | None, str | None]], version: str
    ) -> int:
        """Read again which page each capture is, where only its bytes or its name can tell.

        ``identify`` gives kind and code of a body, each None where the body does not say (a kind is one of
        `CODE_PATTERNS`). Captures that were read under the same ``version`` are left alone. What the WARC
        files claim stays there; the index holds the reading (`ArchivedCapture.as_read`). Returns how many
        captures now read otherwise. ArchiveBusy where there is something to read and another process writes.
        """
        after, changed = "", 0
        self.flush()
        if not self._index.unread(version, after, 1):
            return 0
        with self._writing():
            while batch := self._index.unread(version, after, BATCH):
                for claimed in batch:
                    after = claimed.capture_id
                    try:
                        read = claimed.as_read(*identify(self.body(after)))
                    except ArchiveDamaged as error:  # its reading stands, and whoever wants its body is told
                        _log.warning("%s", error)
                    else:
                        changed += self._index.set_reading(read, version)
                self._index.commit()
        return changed

    # The index

    def rebuild_index(self) -> None:
        """Make the index anew from the WARC files alone; readings have to be refreshed after it."""
        self.flush()
        with self._writing():
            self._index.clear()
            self._read_unseen(self._index)
        self._lost = []

    def _open_index(self) -> Index:
        """The index, with all that the WARC files hold, but for what another process is just writing."""
        index = Index.open(self.folder)
        try:
            if index is None or self._unseen(index):
                try:
                    with self._writing():
                        if index is None:  # another process may have made it by now
                            index = Index.open(self.folder) or Index.create(self.folder)
                        self._read_unseen(index)
                except ArchiveBusy:
                    if index is None:
                        raise
            return index
        except BaseException:
            if index is not None:
                index.close()
            raise

    def _unseen(self, index: Index) -> list[tuple[Path, int]]:
        """The WARC files that are longer than the index knows, with the length it knows."""
        known = index.seen()
        files = ((path, known.get(path.name, 0)) for path in sorted(self.folder.glob(_WARC_FILES)))
        return [(path, seen) for path, seen in files if path.stat().st_size > seen]

    def _read_unseen(self, index: Index) -> None:
        for path, start in self._unseen(index):
            _log.warning("%s: entering what lies behind byte %d into the index", path.name, start)
            try:
                self._read_file(index, path, start)
            except OSError as error:
                raise ArchiveError(f"cannot read {path}: {error.strerror}") from error
        index.commit()

    def _read_file(self, index: Index, path: Path, start: int) -> None:
        """Enter the captures of a file, from an offset on, and name what is damaged."""
        size = path.stat().st_size
        for found in read_captures(path, start):
            if isinstance(found, Damage):
                _log.warning("%s", found)
                index.add_damage(found)
            elif not index.add(found.capture, path.name, found.offset, found.length):
                _log.info("%s holds capture %s a second time", path.name, found.capture.capture_id)
        index.mark_seen(path.name, start, size)

    def _missing_bytes(self) -> list[Damage]:
        """WARC files that are gone, or shorter than the index knows them."""
        lost = []
        for name, seen in sorted(self._index.seen().items()):
            path = self.folder / name
            size = path.stat().st_size if path.exists() else 0
            if size < seen:
                lost.append(Damage(name, size, seen - size, "missing from the folder"))
                _log.warning("%s", lost[-1])
        return lost

    def _writing(self) -> AbstractContextManager[None]:
        """The lock, which a writer holds anyway."""
        return nullcontext() if self._writable else locked(self.folder)
