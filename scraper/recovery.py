"""What the next writer does after a crash: torn tails set aside, files finished that a run left open."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from scraper import sums
from scraper.errors import ArchiveError
from scraper.walk import Damage, Record, read_stored, walk

WARC_FILES = "bma-*.warc.gz"
_CHUNK = 1 << 20


class Torn(NamedTuple):
    """A tail that was no whole exchange: the file it was cut off, where, and the file that keeps it."""

    file: str
    offset: int
    kept_as: str

    def __str__(self) -> str:
        return f"{self.file}: what lay behind byte {self.offset} was torn, and is kept as {self.kept_as}"


def warc_files(folder: Path) -> list[Path]:
    """The WARC files of an archive, oldest first."""
    return sorted(folder.glob(WARC_FILES))


def finish_open_files(folder: Path) -> list[Torn]:
    """Finish the files that earlier runs left open, and set their torn tails aside.

    Only under the archive's lock. A file that is listed in SHA256SUMS is finished and never touched, whatever
    happened to it since. A file of which nothing is whole is kept as a torn tail alone.
    """
    listed = sums.read(folder)
    torn: list[Torn] = []
    for path in warc_files(folder):
        if path.name in listed:
            continue
        try:
            end = whole_until(path)
            if end < path.stat().st_size:
                torn.append(_set_aside(path, end))
            if end:
                sums.finish(path, sums.of_file(path))
            else:
                path.unlink()
                sums.sync_folder(folder)
        except OSError as error:
            raise ArchiveError(f"cannot finish {path}, which a run left open: {error.strerror}") from error
    return torn


def whole_until(path: Path) -> int:
    """Where the last whole exchange, capture or warcinfo record of a file ends."""
    end = 0
    first = next(walk(path), None)
    if isinstance(first, Record) and first.head.get("warc-type") == "warcinfo":
        end = first.offset + first.length
    for found in read_stored(path):
        if not isinstance(found, Damage):
            end = found.end
    return end


def _set_aside(path: Path, offset: int) -> Torn:
    """Copy what lies behind ``offset`` into a file beside it, and only then cut it off."""
    kept = path.with_name(f"{path.name}.torn-{offset}")
    kept.unlink(missing_ok=True)  # by a writer that was killed here
    with path.open("rb") as torn, kept.open("xb") as copy:
        torn.seek(offset)
        while chunk := torn.read(_CHUNK):
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    kept.chmod(sums.READ_ONLY)
    sums.sync_folder(path.parent)
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.truncate(offset)
        os.fsync(file.fileno())
    return Torn(path.name, offset, kept.name)
