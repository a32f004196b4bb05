"""WARC files of other programs: the pages of ours that they hold, as captures.

They may be plain, packed record by record, or packed as a whole, alone or within a WACZ; bodies may be
chunked and packed; a revisit is resolved to the page that it refers to, in any of the files that are read
together, or in the archive.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

from scraper.archive_reader import ArchiveReader
from scraper.capture import ArchivedCapture, parse_time, storable
from scraper.errors import ArchiveDamaged, BadClaim
from scraper.foreign_records import Found, OtherRecords, Unreadable, WarcSource, agrees, records, status_in
from scraper.http_message import head_end, header, is_http_head, undo_chunks, undo_coding
from scraper.members import payload_digests
from scraper.saved import SavedPage, UnreadableFile, printable
from scraper.sites import identify
from scraper.wacz import SUFFIX as WACZ_SUFFIX
from scraper.wacz import WARC_SUFFIXES, warcs_in_wacz
from scraper.warc import digest

_LATER_HTTP = re.compile(rb"\AHTTP/[23](?:\.0)?(?= )")
"""Heads of later versions are written down as those of HTTP/1.1 are, but for the name."""

_ANOTHER_PAYLOAD = "it has not the bytes that its WARC-Payload-Digest says"

Item = SavedPage | UnreadableFile | OtherRecords


class _Original(NamedTuple):
    """A page that revisits may refer to, and the digests of it that are known."""

    capture_id: str
    status: int | None
    digests: tuple[str, ...]


def is_warc(path: Path) -> bool:
    """Whether a file is a WARC or WACZ file by its name."""
    return path.name.lower().endswith((*WARC_SUFFIXES, WACZ_SUFFIX))


def warcs_in_folder(folder: Path) -> list[Path]:
    """The WARC and WACZ files in a folder and those within it; hidden ones are passed over."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        paths = (Path(place, name) for name in sorted(names) if not name.startswith("."))
        found += [path for path in paths if is_warc(path) and path.is_file()]
    return found


def warc_pages(
    paths: Iterable[Path],
    body_of: Callable[[str], bytes],
    archive: ArchiveReader | None = None,
) -> Iterator[Item]:
    """The pages of ours in WARC and WACZ files, in their order; those that are revisits come last.

    ``body_of`` gives the body of a capture that came before, by its capture_id (`Archive.body`). What a
    revisit refers to is looked for in ``archive`` too, and proven by its digest. A record that is damaged,
    cut, or not what its digests say, is named, and so is the place from which on a file cannot be read.
    """
    originals: dict[str, _Original] = {}
    revisits: list[Found] = []
    for source in _sources(paths):
        if isinstance(source, UnreadableFile):
            yield source
            continue
        for found in records(source):
            if not isinstance(found, Found):
                yield found
            elif found.kind == "revisit":
                revisits.append(found)
            else:
                yield _page(found, originals)
    for found in revisits:
        yield _revisited(found, originals, body_of, archive)


def _sources(paths: Iterable[Path]) -> Iterator[WarcSource | UnreadableFile]:
    for path in paths:
        if path.name.lower().endswith(WACZ_SUFFIX):
            yield from warcs_in_wacz(path)
        else:
            yield WarcSource(printable(str(path)), printable(path.name), partial(_open, path))


def _open(path: Path) -> BinaryIO:
    return path.open("rb")


def _page(found: Found, originals: dict[str, _Original]) -> SavedPage | UnreadableFile:
    try:
        if found.kind == "response" and found.fields["warc-target-uri"].startswith("http"):
            status, body, payload = _answer(found)
        else:
            status, body, payload = None, found.block, found.block
            if agrees(found.fields.get("warc-payload-digest"), payload) is False:
                raise Unreadable(_ANOTHER_PAYLOAD)
        capture = _capture(found, body, status)
    except (Unreadable, BadClaim) as error:
        return UnreadableFile(found.where, str(error))
    fields = found.fields
    stated = fields.get("warc-payload-digest", "")
    sha1 = digest(payload)
    original = _Original(capture.capture_id, status, (stated, sha1))
    names = (fields.get("warc-record-id"), _moment(fields["warc-target-uri"], fields.get("warc-date")))
    for key in (*names, *original.digests):
        if key:
            originals.setdefault(key, original)
    is_known = agrees(stated) is not None  # and so it was compared
    return SavedPage(found.where, body, capture, stated if is_known else sha1)


def _moment(url: str, date: str | None) -> str | None:
    """Which page was recorded when, in whole seconds: a revisit may have another form of the time."""
    return f"{_bare(url)} {date[:19]}" if date else None


def _bare(url: str) -> str:
    """An address without the angle brackets that some programs put around it."""
    return url[1:-1] if url[:1] == "<" and url[-1:] == ">" else url


def _revisited(
    found: Found,
    originals: dict[str, _Original],
    body_of: Callable[[str], bytes],
    archive: ArchiveReader | None,
) -> SavedPage | UnreadableFile:
    """The page that a revisit says was there again; what it says of the page's digest must be true."""
    fields = found.fields
    said = fields.get("warc-payload-digest", "")
    url = fields.get("warc-refers-to-target-uri", fields["warc-target-uri"])
    keys = (fields.get("warc-refers-to", ""), _moment(url, fields.get("warc-refers-to-date")), said)
    original = next((originals[key] for key in keys if key in originals), None)
    try:
        if original is None and archive is not None:
            original = _held(_bare(url), said, archive)
        if original is None:
            return UnreadableFile(found.where, _why_unresolved(fields))
        body = body_of(original.capture_id)
        if said and said not in original.digests and agrees(said, body) is False:
            raise Unreadable("the page that it refers to has not the bytes that its WARC-Payload-Digest says")
        status = status_in(found.block)
        capture = _capture(found, body, original.status if status in (None, 304) else status)
    except (Unreadable, BadClaim) as error:
        return UnreadableFile(found.where, str(error))
    return SavedPage(found.where, body, capture, None if agrees(said) is None else said)


def _held(url: str, said: str, archive: ArchiveReader) -> _Original | None:
    """A capture of a page in the archive whose bytes have this digest; without one nothing proves it."""
    page = identify(url)
    if not said or page.code is None or page.kind is None:
        return None
    for capture in list(archive.find(page.code, page.kind)):
        if capture.failure is not None:
            continue
        with suppress(ArchiveDamaged):
            body = archive.body(capture.capture_id)
            if agrees(said, body) or said in payload_digests(archive, capture.capture_id):
                return _Original(capture.capture_id, capture.http_status, (said,))
    return None


def _why_unresolved(fields: dict[str, str]) -> str:
    said = printable(fields.get("warc-payload-digest", "")[:80])
    names = {"warc-refers-to", "warc-refers-to-date", "warc-payload-digest"}
    if names.isdisjoint(fields):
        return "it says that the page had not changed, but not since when: it names no record before it"
    held = f"the archive does not hold it with its digest {said}" if said else "it states no digest"
    container = printable(fields.get("warc-refers-to-container", "")[:200])
    place = f" (it names {container})" if container else ""
    return f"it refers to a page that is in none of these files, and {held}; import them together{place}"


def _answer(found: Found) -> tuple[int | None, bytes, bytes]:
    """HTTP status, body without chunks and content coding, and body as stored."""
    start = head_end(found.block)
    head = _LATER_HTTP.sub(b"HTTP/1.1", found.block[:start])
    if start is None or not is_http_head(head):
        raise Unreadable("it begins with no head of HTTP")
    payload = body = found.block[start:]
    forms = [payload]
    if "chunked" in header(head, "Transfer-Encoding").lower():
        try:
            body = undo_chunks(body)
        except ValueError as error:
            if not str(error).startswith("no chunk begins at byte 0 "):  # others keep the header alone
                raise Unreadable(f"its chunked body is cut or damaged: {error}") from None
        forms.append(body)
    codings = header(head, "Content-Encoding")
    _must_be_whole(head, payload, is_bare=len(forms) == 1 and not codings)
    body = _decoded(body, codings)
    if agrees(found.fields.get("warc-payload-digest"), *forms, body) is False:
        raise Unreadable(_ANOTHER_PAYLOAD)
    return status_in(head), body, payload


def _must_be_whole(head: bytes, payload: bytes, *, is_bare: bool) -> None:
    """Refuse a body that is shorter than its head announces: not every program says that it was cut.

    One that came in chunks or packed has its own end; its length is that of the packed bytes, which many
    programs no longer have.
    """
    length = header(head, "Content-Length")
    if is_bare and length.isascii() and length.isdigit() and len(length) < 19 and int(length) > len(payload):
        raise Unreadable(f"it is cut: {len(payload):,} of the {int(length):,} bytes that its head announces")


def _decoded(body: bytes, codings: str) -> bytes:
    """The body without its content coding; many programs undo it and keep the header."""
    try:
        return undo_coding(body, codings)
    except ValueError as error:
        if body.lstrip()[:1] == b"<":
            return body
        raise Unreadable(f"its body cannot be unpacked: {error}") from None


def _capture(found: Found, body: bytes, status: int | None) -> ArchivedCapture:
    """The capture, as of the record's time; BadClaim where that or the address cannot stand."""
    url = found.fields["warc-target-uri"]
    if not storable(url):
        raise BadClaim("its address is too long, or more than one line")
    captured_at: dt.datetime = parse_time(found.fields.get("warc-date", ""))
    page = identify(url)
    return ArchivedCapture(
        source="file",
        url=url,
        file_name=found.file_name if storable(found.file_name) else None,
        site=page.site,
        page_kind=page.kind,
        page_code=page.code,
        code_source="url",
        captured_at=captured_at,
        captured_at_source="archive",
        fetched_at=None,
        http_status=status,
        body_sha256=hashlib.sha256(body).hexdigest(),
        size_bytes=len(body),
    )
