"""Saved pages on disk: files, folders of them, zips of them, each with what is claimed of it.

A page's sidecar stands beside it under the page's whole name with ``.json`` behind it
(``page.html.json``). Nothing is written to disk, and no name from a zip ever names a file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from scraper.capture import ArchivedCapture, storable
from scraper.capture_record import CONTENT_TYPES
from scraper.claims import Claims, checked_url, claims_in_page, read_sidecar, which_page
from scraper.codes import is_list_of_codes
from scraper.errors import BadClaim, NoPages
from scraper.sites import Identity, identify

MAX_PAGE_BYTES = 32 * 1024 * 1024
"""A larger file is no page (these have about 50 kB) and is not read to its end."""

PAGE_SUFFIXES = frozenset(CONTENT_TYPES)
SIDECAR_SUFFIX = ".json"

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PAGES = f"{' '.join(sorted(PAGE_SUFFIXES))}, or a folder or .zip of these"
_TOO_LARGE = f"it has more than {MAX_PAGE_BYTES >> 20} MiB, which no page has"
ZIP_FAULTS = (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError, zlib.error)
"""What the standard library raises for a zip that is damaged, or of a form that it cannot read."""


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page as it was found: its bytes, where they were (for people to read), and what is claimed of it.

    ``payload_digest`` is the digest by which records of other programs refer to it, where it is from one.
    """

    path: str
    body: bytes
    capture: ArchivedCapture
    payload_digest: str | None = None


class UnreadableFile(NamedTuple):
    """A file that should have been a page, or a page's sidecar, and why it is not taken."""

    path: str
    reason: str


def saved_pages(
    paths: Iterable[str | os.PathLike[str]], *, url: str | None = None, captured_at: dt.datetime | None = None
) -> Iterator[SavedPage | UnreadableFile]:
    """The saved pages in ``paths``, in their order; within a folder or zip by name. Hidden files are skipped.

    ``url`` (of the one page there is) and ``captured_at`` (with a zone) are the user's own claims and go
    before all others; then come the sidecar's, then those of the program that saved the page, and at last,
    for the time, the file's own; that of a zip's member is taken as UTC, since it has no zone.

    Before anything is read, NoPages is raised where a path does not exist or holds no page, and BadClaim
    where ``url`` is no web address or there is more than one page to give it to.
    """
    roots = [Path(path) for path in paths]
    empty = []
    for root in roots:
        if not os.path.lexists(root):
            raise NoPages(f"{printable(str(root))} does not exist")
        if not holds_pages(root):
            empty.append(root)
    for root in empty:  # pages/* names sidecars too; they are read with their pages
        if len(empty) == len(roots) or not _is_sidecar(root.name):
            raise NoPages(f"{printable(str(root))} holds no saved pages ({_PAGES})")
    if url is not None:
        checked_url(url)
        if len(list(islice((item for root in roots for item in _found(root)), 2))) > 1:
            raise BadClaim("a URL names one page, but here are several; give each its own in a sidecar")
    if captured_at is not None:
        if captured_at.tzinfo is None:
            raise ValueError("captured_at has no zone")
        captured_at = captured_at.astimezone(dt.UTC).replace(microsecond=0)
    user = Claims(url=url, captured_at=captured_at)
    return (
        item if isinstance(item, UnreadableFile) else _load(item, user)
        for root in roots
        for item in _found(root)
    )


def holds_pages(root: Path) -> bool:
    """Whether there is a saved page in a path, or something that should be one."""
    return next(_found(root), None) is not None


def printable(name: str) -> str:
    """A file's name as text that can be shown and stored: what is no character, or controls, is U+FFFD."""
    return _CONTROL.sub("\ufffd", name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


class _Unreadable(Exception):  # noqa: N818 (becomes an UnreadableFile)
    """Why a file cannot be read."""


class _File:
    """A page that is a file of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = printable(path.name)
        self.path = printable(str(path))

    def read(self) -> bytes:
        return _read_file(self._path)

    def read_sidecar(self) -> bytes | None:
        path = self._path.with_name(self._path.name + SIDECAR_SUFFIX)
        return _read_file(path) if os.path.lexists(path) else None

    def time(self) -> dt.datetime:
        return _file_time(self._path)


class _Member:
    """A page within a zip."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path) -> None:
        self._archive = archive
        self._info = info
        self._folder = folder
        self.name = printable(_parts(info.filename)[-1])
        self.path = printable(f"{folder}/{info.filename}")

    def read(self) -> bytes:
        return self._read(self._info)

    def read_sidecar(self) -> bytes | None:
        try:
            info = self._archive.getinfo(self._info.filename + SIDECAR_SUFFIX)
        except KeyError:
            return None
        return self._read(info)

    def time(self) -> dt.datetime:
        try:
            return dt.datetime(*self._info.date_time, tzinfo=dt.UTC)
        except ValueError:  # such as month 0, where no time was kept
            return _file_time(self._folder)

    def _read(self, info: zipfile.ZipInfo) -> bytes:
        if info.flag_bits & 1:
            raise _Unreadable("it is encrypted; unpack the zip with its password and import the folder")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # Others unfold a whole block at once, which could be any size.
            raise _Unreadable("it is packed in an uncommon way; unpack the zip and import the folder")
        try:
            with self._archive.open(info) as file:
                body = file.read(MAX_PAGE_BYTES + 1)  # the size that the zip states may be a lie
        except ZIP_FAULTS as error:
            raise _Unreadable(f"it is damaged in the zip ({error})") from None
        if len(body) > MAX_PAGE_BYTES:
            raise _Unreadable(_TOO_LARGE)
        return body


def _load(item: _File | _Member, user: Claims) -> SavedPage | UnreadableFile:
    """The page with its claims, or why there is none."""
    path = item.path
    try:
        body = item.read()
        time = item.time()
        if not storable(item.name):
            raise _Unreadable("its name is too long")
        if is_list_of_codes(body):
            raise _Unreadable("it is a list of codes, and no page; fetch them with bma fetch --codes FILE")
        path += SIDECAR_SUFFIX
        data = item.read_sidecar()
        capture = _capture(item.name, body, user, Claims() if data is None else read_sidecar(data), time)
    except (_Unreadable, BadClaim) as error:
        return UnreadableFile(path, str(error))
    except OSError as error:
        return UnreadableFile(path, error.strerror or str(error))
    return SavedPage(item.path, body, capture)


def _capture(
    name: str, body: bytes, user: Claims, sidecar: Claims, file_time: dt.datetime
) -> ArchivedCapture:
    """The capture by all that is claimed; BadClaim where the sidecar and the URL do not agree."""
    found = claims_in_page(name, body)
    url = user.url or sidecar.url or found.url
    identity = Identity(None, None, None) if url is None else identify(url)
    kind, code, code_source = which_page(sidecar, identity)
    times = {"user": user.captured_at, "sidecar": sidecar.captured_at, "saved_page": found.captured_at}
    time_source = next((source for source, time in times.items() if time), "file_time")
    return ArchivedCapture(
        source="file",
        url=url,
        file_name=name,
        site=identity.site,
        page_kind=kind,
        page_code=code,
        code_source=code_source,
        captured_at=times.get(time_source) or file_time,
        captured_at_source=time_source,
        fetched_at=None,
        http_status=None,
        body_sha256=hashlib.sha256(body).hexdigest(),
        size_bytes=len(body),
    )


def _found(root: Path) -> Iterator[_File | _Member | UnreadableFile]:
    """The pages in a path, unread, in order; links to folders are not followed within a folder."""
    waiting = [root]
    while waiting:
        path = waiting.pop()
        try:
            if path.is_dir() and (path is root or not path.is_symlink()):
                inside = (child for child in path.iterdir() if not child.name.startswith("."))
                waiting.extend(sorted(inside, reverse=True))
                continue
        except OSError as error:
            yield UnreadableFile(printable(str(path)), error.strerror or str(error))
            continue
        if _is_page(path.name):
            yield _File(path)
        elif _suffix(path.name) == ".zip":
            yield from _found_in_zip(path)
        elif _is_sidecar(path.name):
            if not os.path.lexists(path.with_suffix("")):
                yield UnreadableFile(printable(str(path)), "it is a sidecar, but its page is missing")
        elif path is root:
            yield UnreadableFile(printable(str(path)), f"it is none of {_PAGES}")


def _found_in_zip(path: Path) -> Iterator[_Member | UnreadableFile]:
    """The pages in a zip, by name."""
    shown = printable(str(path))
    try:
        size = _regular(path).st_size
        archive = zipfile.ZipFile(path)
    except _Unreadable as error:
        yield UnreadableFile(shown, str(error))
    except OSError as error:
        yield UnreadableFile(shown, error.strerror or str(error))
    except ZIP_FAULTS as error:
        yield UnreadableFile(shown, f"it is no zip that can be read ({error})")
    else:
        with archive:
            infos = [info for info in archive.infolist() if not info.is_dir() and not hidden(info.filename)]
            if sum(info.compress_size for info in infos) > size:
                yield UnreadableFile(shown, "its members overlap: it is a zip bomb, or damaged")
                return
            names = {info.filename for info in infos}
            for info in sorted(infos, key=lambda info: info.filename):
                name, place = info.filename, printable(f"{path}/{info.filename}")
                if _is_page(name):
                    yield _Member(archive, info, path)
                elif _suffix(name) == ".zip":
                    yield UnreadableFile(place, "it is a zip within a zip; unpack the outer one")
                elif _is_sidecar(name) and name.removesuffix(SIDECAR_SUFFIX) not in names:
                    yield UnreadableFile(place, "it is a sidecar, but its page is missing")


def _parts(name: str) -> list[str]:
    """The parts of a name in a zip, which may have been written with either slash."""
    return re.split(r"[/\\]", name)


def hidden(name: str) -> bool:
    """Whether a name in a zip is that of a hidden file, or of one that some system adds."""
    return any(part.startswith(".") or part == "__MACOSX" for part in _parts(name))


def _suffix(name: str) -> str:
    return PurePosixPath(_parts(name)[-1]).suffix.lower()


def _is_page(name: str) -> bool:
    return _suffix(name) in PAGE_SUFFIXES


def _is_sidecar(name: str) -> bool:
    return name.endswith(SIDECAR_SUFFIX) and _is_page(name.removesuffix(SIDECAR_SUFFIX))


def _regular(path: Path) -> os.stat_result:
    """What the system says of a file; a device or pipe could keep its reader waiting for ever."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise _Unreadable("it is no regular file")
    return status


def _read_file(path: Path) -> bytes:
    if _regular(path).st_size > MAX_PAGE_BYTES:
        raise _Unreadable(_TOO_LARGE)
    with path.open("rb") as file:
        return file.read()


def _file_time(path: Path) -> dt.datetime:
    try:
        return dt.datetime.fromtimestamp(int(path.stat().st_mtime), dt.UTC)
    except (ValueError, OverflowError):
        raise _Unreadable("its file time is out of range; give it a captured_at in a sidecar") from None
