"""WACZ files (Web Archive Collection Zipped 1.1.1): the WARC files in them, where their hashes are right.

A WACZ states the hash of each of its files in ``datapackage.json``, and that file's own in
``datapackage-digest.json``. What contradicts them is named and not taken: what has been changed since it was
packed is no evidence. Nothing is unpacked under any name that a zip gives.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import struct
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, cast

from scraper.foreign_records import Unreadable, WarcSource
from scraper.saved import MAX_PAGE_BYTES, ZIP_FAULTS, UnreadableFile, hidden, printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import WriteableBuffer

SUFFIX = ".wacz"
WARC_SUFFIXES = (".warc", ".warc.gz")

_LIST = "datapackage.json"
_LIST_DIGEST = "datapackage-digest.json"
_KINDS = frozenset({"md5", "sha1", "sha256", "sha512"})
_MOST_UNFOLDED = 100
"""A packed member that unfolds to more than so many times its size is a bomb: no WARC file does."""

_NOT_TAKEN = "nothing of it was taken. If you rely on it even so, unpack it and import its WARC files"
_NOT_THE_SAME = "it was changed or damaged since it was packed. If it is a WARC file, it was not taken"
_UNPROVEN = "so that nothing proves that all is as it was packed; what can be read was taken"
_CHUNK = 256 * 1024
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_LOCAL_HEAD = struct.Struct("<4s22xHH")


class _Stated(NamedTuple):
    """What the list states of a file; None where it does not."""

    hash: str | None
    size: int | None


class _Zip(NamedTuple):
    """An open zip: the file it is, its members by name, and how it is shown and named."""

    file: BinaryIO
    archive: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo]
    shown: str
    file_name: str

    def fault(self, name: str, reason: str) -> UnreadableFile:
        """A member, and why it is not taken."""
        return UnreadableFile(printable(f"{self.shown}/{name}"), reason)


class _Part(io.RawIOBase):
    """A part of a file, as a file of its own that can seek."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file = file
        self._start = start
        self._size = size
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        if place < 0:
            raise ValueError("before the beginning")
        self._place = place
        return place

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        self._file.seek(self._start + self._place)
        data = self._file.read(min(len(view), max(self._size - self._place, 0)))
        view[: len(data)] = data
        self._place += len(data)
        return len(data)


def warcs_in_wacz(path: Path) -> Iterator[WarcSource | UnreadableFile]:
    """The WARC files in a WACZ, by name, and those in WACZ files within it; and what is not taken, and why.

    A source can be opened until the next one is asked for.
    """
    shown = printable(str(path))
    try:
        with path.open("rb") as file:
            yield from _package(file, shown, printable(path.name), is_inner=False)
    except OSError as error:
        yield UnreadableFile(shown, error.strerror or str(error))


def _package(
    file: BinaryIO, shown: str, file_name: str, *, is_inner: bool
) -> Iterator[WarcSource | UnreadableFile]:
    try:
        archive = zipfile.ZipFile(file)
    except ZIP_FAULTS as error:
        yield UnreadableFile(shown, f"it is no zip that can be read, or cut ({error})")
        return
    members = [info for info in archive.infolist() if not info.is_dir()]
    infos = [info for info in members if _leads_out(info.filename) or not hidden(info.filename)]
    if sum(info.compress_size for info in infos) > file.seek(0, io.SEEK_END):
        yield UnreadableFile(shown, "its members overlap: it is a zip bomb, or damaged")
        return
    package = _Zip(file, archive, {info.filename: info for info in infos}, shown, file_name)
    for name, count in Counter(info.filename for info in infos).items():
        if _leads_out(name):
            yield package.fault(name, "its name leads out of the zip; it was not taken")
        elif count > 1:
            yield package.fault(name, f"it is in the zip {count} times; which one is meant, nothing says")
        else:
            continue
        del package.members[name]
    try:
        stated = _list(package)
    except Unreadable as error:
        yield UnreadableFile(shown, str(error))
        return
    if stated is None:
        yield package.fault(_LIST, f"it is missing, {_UNPROVEN}")
    yield from _missing(package, stated or {})
    taken = [name for name in sorted(package.members) if _is_warc(name) or _is_wacz(name)]
    if not taken:
        yield UnreadableFile(shown, "it holds no WARC file")
    for name in sorted({*taken, *(stated or {})} & package.members.keys()):
        yield from _member(package, name, stated, is_inner=is_inner)


def _member(
    package: _Zip, name: str, stated: dict[str, _Stated] | None, *, is_inner: bool
) -> Iterator[WarcSource | UnreadableFile]:
    """What a WARC or WACZ file gives; any other is only compared with what is stated of it."""
    if stated is not None and name not in stated:
        yield package.fault(name, f"{_LIST} does not list it: it was added later. It was not taken")
        return
    if _is_wacz(name) and is_inner:
        yield package.fault(name, "it is a WACZ within a WACZ within a WACZ; unpack it and import it alone")
        return
    try:
        with _opened(package, package.members[name]) as file:
            if stated is not None and (doubt := _compare(file, stated[name])):
                yield package.fault(name, doubt)
            shown = printable(f"{package.shown}/{name}")
            if _is_warc(name):
                whole = partial(_Part, file, 0, file.seek(0, io.SEEK_END))
                yield WarcSource(shown, package.file_name, cast("Callable[[], BinaryIO]", whole))
            elif _is_wacz(name):
                yield from _package(file, shown, package.file_name, is_inner=True)
    except Unreadable as error:
        yield package.fault(name, str(error))
    except OSError as error:
        yield package.fault(name, error.strerror or str(error))


def _list(package: _Zip) -> dict[str, _Stated] | None:
    """What ``datapackage.json`` states of the files, by name; None where there is none.

    Unreadable where it is damaged, or not the one that ``datapackage-digest.json`` was made of.
    """
    if _LIST not in package.members:
        return None
    data = _read(package, _LIST)
    if _LIST_DIGEST in package.members:
        said = _json(_LIST_DIGEST, _read(package, _LIST_DIGEST)).get("hash")
        try:
            _compare(io.BytesIO(data), _Stated(said if isinstance(said, str) else None, None))
        except Unreadable:
            reason = f"its {_LIST} is not the one that {_LIST_DIGEST} was made of"
            raise Unreadable(f"{reason}; {_NOT_TAKEN}") from None
    resources = _json(_LIST, data).get("resources")
    if not isinstance(resources, list):
        raise Unreadable(f"{_LIST} has no list of resources; {_NOT_TAKEN}")
    stated = {}
    for resource in resources:
        fields: dict[str, Any] = resource if isinstance(resource, dict) else {}
        path, said, size = (fields.get(key) for key in ("path", "hash", "bytes"))
        if not isinstance(path, str):
            raise Unreadable(f"{_LIST} lists something without a path; {_NOT_TAKEN}")
        stated[path] = _Stated(
            said if isinstance(said, str) else None, size if isinstance(size, int) else None
        )
    return stated


def _json(name: str, data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{name} is not JSON ({error}); {_NOT_TAKEN}") from None
    return found if isinstance(found, dict) else {}


def _read(package: _Zip, name: str) -> bytes:
    """A small member whole."""
    if package.members[name].file_size > MAX_PAGE_BYTES:
        raise Unreadable(f"{name} has more than {MAX_PAGE_BYTES >> 20} MiB; {_NOT_TAKEN}")
    try:
        with _opened(package, package.members[name]) as file:
            return file.read()
    except Unreadable as error:
        raise Unreadable(f"{name}: {error}") from None


def _missing(package: _Zip, stated: dict[str, _Stated]) -> Iterator[UnreadableFile]:
    """Files that are listed and are not there, or are somewhere on the web."""
    all_names = {info.filename for info in package.archive.infolist()}
    for name in stated:
        if _REMOTE.match(name):
            reason = "it is listed and lies elsewhere; get it and import it too"
            yield UnreadableFile(printable(name), f"{reason} (listed in {package.shown})")
        elif name not in all_names:
            yield package.fault(name, f"it is listed in {_LIST} and is not there")


def _compare(file: BinaryIO, stated: _Stated) -> str | None:
    """Why a file cannot be compared with what is stated of it; Unreadable where it is another."""
    kind, _, value = (stated.hash or "").rpartition(":")
    kind = kind.lower().replace("-", "") or "md5"  # as Data Packages have it
    if stated.hash is None or kind not in _KINDS:
        what = (
            "states no hash of it"
            if stated.hash is None
            else f"states a hash of a kind not known here ({kind[:20]})"
        )
        return f"{_LIST} {what}, {_UNPROVEN}"
    hasher, size = hashlib.new(kind, usedforsecurity=False), 0
    file.seek(0)
    while data := file.read(_CHUNK):
        hasher.update(data)
        size += len(data)
    if stated.size not in (None, size):
        raise Unreadable(f"it has {size:,} bytes and not {stated.size:,}, as {_LIST} states; {_NOT_THE_SAME}")
    if hasher.hexdigest() != value.lower():
        raise Unreadable(f"it has not the {kind} hash that {_LIST} states; {_NOT_THE_SAME}")
    return None


def _opened(package: _Zip, info: zipfile.ZipInfo) -> BinaryIO:
    """A member as a file that can seek: a part of the zip, or, where it is packed, a nameless file."""
    if info.flag_bits & 1:
        raise Unreadable("it is encrypted; unpack it with its password and import the WARC files in it")
    if info.compress_type == zipfile.ZIP_STORED:
        return _stored(package.file, info)
    if info.compress_type != zipfile.ZIP_DEFLATED:
        raise Unreadable("it is packed in an uncommon way; unpack it and import the WARC files in it")
    if info.file_size > _CHUNK + info.compress_size * _MOST_UNFOLDED:
        raise Unreadable(f"it unfolds to more than {_MOST_UNFOLDED} times its size: it is a bomb, or damaged")
    unpacked = tempfile.TemporaryFile()  # noqa: SIM115 (whoever asked closes it)
    try:
        with package.archive.open(info) as packed:
            shutil.copyfileobj(packed, unpacked, _CHUNK)
    except ZIP_FAULTS as error:
        unpacked.close()
        raise Unreadable(f"it is damaged in the zip ({error})") from None
    except BaseException:
        unpacked.close()
        raise
    unpacked.seek(0)
    return cast("BinaryIO", unpacked)


def _stored(file: BinaryIO, info: zipfile.ZipInfo) -> BinaryIO:
    """A member that is not packed, where it lies: behind its local head, name and extra field."""
    file.seek(info.header_offset)
    head = file.read(_LOCAL_HEAD.size)
    if len(head) == _LOCAL_HEAD.size:
        mark, name_length, extra_length = _LOCAL_HEAD.unpack(head)
        start = info.header_offset + _LOCAL_HEAD.size + name_length + extra_length
        is_whole = start + info.compress_size <= file.seek(0, io.SEEK_END)
        if mark == b"PK\x03\x04" and info.file_size == info.compress_size and is_whole:
            return cast("BinaryIO", _Part(file, start, info.file_size))
    raise Unreadable("it is damaged in the zip (its head does not agree with the zip's directory)")


def _leads_out(name: str) -> bool:
    return ".." in re.split(r"[/\\]", name)


def _is_warc(name: str) -> bool:
    return name.lower().endswith(WARC_SUFFIXES)


def _is_wacz(name: str) -> bool:
    return name.lower().endswith(SUFFIX)
