"""The archive: a folder of WARC files, append-only, that is the evidence and the state.

Everything is in the WARC files; the index beside them (`scraper.index`) only makes it quick to find. Each
writing run opens a new file. Bytes are on the disk before the index says so, and what a crash leaves beyond
the index is read when the archive is next opened; what it leaves torn, the next writer sets aside.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol

from scraper.archive_reader import ArchiveReader
from scraper.bodies import Bodies
from scraper.capture import ArchivedCapture
from scraper.capture_record import capture_members, member_metadata
from scraper.catching_up import missing_bytes, read_unseen, unseen
from scraper.errors import ArchiveBusy, ArchiveDamaged, ArchiveError
from scraper.exchange import Exchange, is_redirect, outcome_of
from scraper.exchange_record import archived_exchange, exchange_members, fetched_capture
from scraper.index import Index
from scraper.lock import locked
from scraper.memento import Brought
from scraper.recovery import finish_open_files
from scraper.walk import Damage, FoundCapture, Record
from scraper.warc import WarcFile

ROTATE_BYTES = 100_000_000
"""A WARC file that has reached this size is closed; the next capture opens a new one."""

BATCH = 200
"""So many saved pages are written between two syncs: the most that a power cut can take. An exchange is
synced when it is stored, since it cannot be had again."""

_log = logging.getLogger(__name__)


class StoredExchange(NamedTuple):
    """What became of an exchange: the capture that it is, and the earlier one with the same body."""

    capture_id: str | None
    same_body_as: str | None


class Classify(Protocol):
    """`parsers.classify`: what the bytes of a page are, of which kind, code and HTTP status are known."""

    def __call__(self, body: bytes, *, kind: str | None, code: str | None, status: int | None) -> str:
        """The outcome."""


class Archive(ArchiveReader):
    """The archive in ``folder`` (``data/raw``); a context manager.

    With ``writable`` the folder is made where needed, and no other process can write until `close`;
    ``software`` is how the WARC files name the program, ``robots`` how they say that robots.txt was treated
    (``classic`` or ``ignore``, as crawlers write it; None where nothing is asked for). Opening reads whatever
    the index has not seen, and all of it where there is no index.

    Raises ArchiveBusy where another process is writing; ArchiveError where there is no such folder, or it
    cannot be used.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        writable: bool = False,
        software: str = "bma-progress",
        robots: str | None = None,
    ) -> None:
        self.folder = Path(folder)
        self.bodies = Bodies(self.folder)
        self._software = software
        self._robots = robots
        self._writable = writable
        self._file: WarcFile | None = None
        self._pending = 0
        torn = []
        with ExitStack() as stack:
            if writable:
                stack.enter_context(locked(self.folder))
                torn = finish_open_files(self.folder)
            elif not self.folder.is_dir():
                raise ArchiveError(f"there is no archive in {self.folder}: import or fetch pages first")
            self._index = self._open_index()
            stack.callback(self._index.close)
            for tail in torn:
                _log.warning("%s", tail)
                self._index.forget_behind(tail.file, tail.offset)
                self._index.commit()
            self._lost = missing_bytes(self.folder, self._index)
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
        """Sync and finish what was written, and release the lock; a second call does nothing."""
        with self._stack:
            self.bodies.close()
            self._close_file()

    # Writing

    def add(
        self,
        capture: ArchivedCapture,
        body: bytes,
        classify: Classify | None = None,
        payload_digest: str | None = None,
    ) -> bool:
        """Store a capture; False where its capture_id is held already, and then nothing is added.

        With ``classify`` its outcome is stored too: how it reads now. ``payload_digest`` is the digest by
        which records of other programs refer to it (`scraper.members.payload_digests`).

        Held are whole bytes: a capture that is damaged is stored anew. What was added is durable after the
        next `flush`. Raises ArchiveError where it cannot be written, and then all that was added before is
        whole; ValueError where size or hash are not the body's.
        """
        self._must_be_writable()
        capture_id = capture.capture_id
        if self._holds(capture_id):
            return False
        if (len(body), hashlib.sha256(body).hexdigest()) != (capture.size_bytes, capture.body_sha256):
            raise ValueError(f"size or SHA-256 of capture {capture_id} are not those of its body")
        outcome = _read_outcome(capture, body, classify) if classify else None
        file = self._open_file()
        resource, metadata = capture_members(
            capture, body, file.info_id, outcome=outcome, payload_digest=payload_digest
        )
        offset = file.append(resource + metadata)
        stored = FoundCapture(capture, offset, len(resource), len(body), outcome, file.size)
        self._index.add(file.name, stored)
        self._index.mark_seen(file.name, offset, file.size)
        self._pending += 1
        if self._pending >= BATCH:
            self.flush()
        return True

    def store(
        self,
        exchange: Exchange,
        *,
        source: str,
        page_kind: str | None,
        page_code: str | None,
        outcome: str | None,
        brought: Brought | None = None,
    ) -> StoredExchange:
        """Store one exchange, whatever came of it; it is on the disk when this returns.

        ``outcome`` is how the page that was asked for reads (`parsers.columns.OUTCOMES`), and makes the
        exchange a capture of that page: a page that was had, or one that was given up (``transport_error``).
        It is None for an exchange that settles nothing: a redirect hop, robots.txt, an attempt that will be
        repeated. ``brought`` is the capture of another archive that came with it, which then counts instead;
        where that is a record of its own, it is kept as it is, behind the exchange. Raises ArchiveError as
        `add` does, ValueError where an outcome is of no page.
        """
        self._must_be_writable()
        if brought is not None and brought.member is not None:
            self.store(exchange, source=source, page_kind=page_kind, page_code=page_code, outcome=None)
            return self._store_member(brought.capture, exchange.body, brought.member, outcome)
        capture = None
        if outcome is not None:
            if page_kind is None or page_code is None:
                raise ValueError("an outcome is that of a page: it needs page_kind and page_code")
            capture = (
                fetched_capture(exchange, source=source, kind=page_kind, code=page_code)
                if brought is None
                else brought.capture
            )
        same = self._index.earliest_same(capture) if capture and not capture.failure else None
        archived = archived_exchange(
            exchange,
            page_kind=page_kind,
            page_code=page_code,
            outcome=outcome,
            capture_id=None if capture is None else capture.capture_id,
            same_body_as=same,
        )
        file = self._open_file()
        members = exchange_members(exchange, archived, capture, file.info_id)
        offset = file.append(members.data)
        self._index.exchanges.add(archived, file.name, offset, len(members.data))
        if capture is not None:
            place = (offset + members.offset, members.length, members.block_bytes)
            self._index.add(file.name, FoundCapture(capture, *place, outcome, file.size))
        self._index.mark_seen(file.name, offset, file.size)
        self.flush()
        return StoredExchange(archived.capture_id, same)

    def _store_member(
        self, capture: ArchivedCapture, member: bytes, record: Record, outcome: str | None
    ) -> StoredExchange:
        """Store a record of another archive, byte by byte, and what we know of the capture that it is."""
        same = self._index.earliest_same(capture)
        file = self._open_file()
        metadata = member_metadata(capture, record.head.get("warc-record-id", ""), outcome, file.info_id)
        offset = file.append(member + metadata)
        place = (offset, len(member), record.block_bytes)
        self._index.add(file.name, FoundCapture(capture, *place, outcome, file.size))
        self._index.mark_seen(file.name, offset, file.size)
        self.flush()
        return StoredExchange(capture.capture_id, same)

    def _must_be_writable(self) -> None:
        if not self._writable:
            raise ArchiveError(f"the archive in {self.folder} is open for reading only")

    def _open_file(self) -> WarcFile:
        """The file that is being written; the next one where it is full, or there is none yet."""
        if self._file is not None and self._file.size >= ROTATE_BYTES:
            self._close_file()
        if self._file is None:
            self._file = WarcFile(self.folder, self._software, self._robots)
            self._index.mark_seen(self._file.name, 0, self._file.size)
        return self._file

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
                self._file.finish()
            finally:
                self._file.close()
                self._file = None

    # Readings

    @property
    def damage(self) -> list[Damage]:
        """Torn or damaged parts of the WARC files, as far as they were noticed when files were indexed."""
        return self._index.damage() + self._lost

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

    def refresh_outcomes(self, classify: Classify) -> int:
        """Read again what came of each capture, from its bytes; returns how many now read otherwise.

        A page that could not be fetched stays what its failure makes it, a redirect and one whose bytes are
        damaged what they were. ArchiveBusy where another process writes.
        """
        changed = 0
        self.flush()
        with self._writing():
            for number, capture in enumerate(self._index.captures(), 1):
                outcome = self._outcome(capture, classify)
                changed += outcome is not None and self._index.set_outcome(capture.capture_id, outcome)
                if number % BATCH == 0:
                    self._index.commit()
            self._index.commit()
        return changed

    def _outcome(self, capture: ArchivedCapture, classify: Classify) -> str | None:
        if capture.failure is not None:
            return outcome_of(capture.failure)
        if is_redirect(capture.http_status):  # where it led, its head says, and the crawl has read that
            return None
        try:
            body = self.body(capture.capture_id)
        except ArchiveDamaged as error:
            _log.warning("%s", error)
            return None
        return _read_outcome(capture, body, classify)

    # The index

    def rebuild_index(self) -> None:
        """Make the index anew from the WARC files alone; readings have to be refreshed after it."""
        self.flush()
        with self._writing():
            self._index.clear()
            read_unseen(self.folder, self._index)
        self._lost = []

    def _open_index(self) -> Index:
        """The index, with all that the WARC files hold, but for what another process is just writing."""
        index = Index.open(self.folder)
        try:
            if index is None or unseen(self.folder, index):
                try:
                    with self._writing():
                        if index is None:  # another process may have made it by now
                            index = Index.open(self.folder) or Index.create(self.folder)
                        read_unseen(self.folder, index)
                except ArchiveBusy:
                    if index is None:
                        raise
            return index
        except BaseException:
            if index is not None:
                index.close()
            raise

    def _writing(self) -> AbstractContextManager[None]:
        """The lock, which a writer holds anyway."""
        return nullcontext() if self._writable else locked(self.folder)


def _read_outcome(capture: ArchivedCapture, body: bytes, classify: Classify) -> str:
    try:
        return classify(body, kind=capture.page_kind, code=capture.page_code, status=capture.http_status)
    except Exception as error:  # the others are read all the same
        _log.warning("capture %s upset its reader (%s: %s)", capture.capture_id, type(error).__name__, error)
        return "undecodable"
