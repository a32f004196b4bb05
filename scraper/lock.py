"""One writer at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scraper.errors import ArchiveBusy, ArchiveError

LOCK_NAME = "archive.lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of the archive in ``folder``, made where needed; ArchiveBusy where another has it.

    The file stays behind and means nothing: the system releases the lock when its holder ends, in
    whatever way.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise ArchiveError(f"cannot write in {folder}: {error.strerror}") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ArchiveBusy(
                f"another process is writing to the archive in {folder}; wait until it has finished"
            ) from None
        yield
    finally:
        os.close(descriptor)
