"""Bringing the index up to the WARC files, whatever happened since it was last committed."""

from __future__ import annotations

import logging
from pathlib import Path

from scraper.errors import ArchiveError
from scraper.index import Index
from scraper.recovery import warc_files
from scraper.walk import Damage, FoundExchange, read_stored

_log = logging.getLogger(__name__)


def unseen(folder: Path, index: Index) -> list[tuple[Path, int]]:
    """The WARC files that are longer than the index knows, with the length it knows."""
    known = index.seen()
    files = ((path, known.get(path.name, 0)) for path in warc_files(folder))
    return [(path, seen) for path, seen in files if path.stat().st_size > seen]


def read_unseen(folder: Path, index: Index) -> None:
    """Enter what the index has not seen, and commit."""
    for path, start in unseen(folder, index):
        _log.warning("%s: entering what lies behind byte %d into the index", path.name, start)
        try:
            for damage in read_file(index, path, start):
                _log.warning("%s", damage)
        except OSError as error:
            raise ArchiveError(f"cannot read {path}: {error.strerror}") from error
    index.commit()


def read_file(index: Index, path: Path, start: int = 0) -> list[Damage]:
    """Enter what a file holds, from an offset on; returns what is damaged, which is entered too."""
    damages = []
    size = path.stat().st_size
    for found in read_stored(path, start):
        if isinstance(found, Damage):
            damages.append(found)
            index.add_damage(found)
            continue
        if isinstance(found, FoundExchange):
            index.exchanges.add(found.exchange, path.name, found.offset, found.length)
        capture = found.capture if isinstance(found, FoundExchange) else found
        if capture is not None and not index.add(path.name, capture):
            _log.info("%s holds capture %s a second time", path.name, capture.capture.capture_id)
    index.mark_seen(path.name, start, size)
    return damages


def missing_bytes(folder: Path, index: Index) -> list[Damage]:
    """WARC files that are gone, or shorter than the index knows them."""
    lost = []
    for name, seen in sorted(index.seen().items()):
        path = folder / name
        size = path.stat().st_size if path.exists() else 0
        if size < seen:
            lost.append(Damage(name, size, seen - size, "missing from the folder"))
            _log.warning("%s", lost[-1])
    return lost
