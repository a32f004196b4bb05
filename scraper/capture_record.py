"""The WARC records that keep a page which was saved by others."""

from __future__ import annotations

import datetime as dt
from pathlib import PurePosixPath
from urllib.parse import quote

from scraper.capture import FIELDS, ArchivedCapture, iso_time
from scraper.warc import digest, new_record_id, record, uri, warc_fields

CONTENT_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".txt": "text/plain",
    ".mhtml": "message/rfc822",  # the file is a whole message, of which multipart/related is the content
    ".mht": "message/rfc822",
}


def capture_members(
    capture: ArchivedCapture,
    body: bytes,
    info_id: str,
    *,
    outcome: str | None = None,
    payload_digest: str | None = None,
) -> tuple[bytes, bytes]:
    """The two members of a capture: the resource (WARC 1.1, 6.4), and its metadata (6.6).

    Both have the time of the import as WARC-Date, as the records of one event must (5.4). The metadata are
    the fields of `ArchivedCapture` that are not None, the outcome (how it was read then), and the digest by
    which records of other programs refer to it, as ``application/warc-fields``.
    """
    name = capture.file_name or ""
    target = "file:///" + quote(name, safe="") if capture.url is None else uri(capture.url)
    common = (
        ("WARC-Date", iso_time(dt.datetime.now(dt.UTC))),
        ("WARC-Target-URI", target),
        ("WARC-Warcinfo-ID", info_id),
    )
    resource_id = new_record_id()
    content_type = CONTENT_TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")
    resource = (
        ("WARC-Record-ID", resource_id),
        *common,
        ("WARC-Payload-Digest", digest(body)),
        ("Content-Type", content_type),
    )
    metadata = _metadata_head(common, resource_id)
    readings = (("outcome", outcome), ("payload_digest", payload_digest))
    claims = warc_fields((*zip(FIELDS, capture.as_values(), strict=True), *readings))
    return record("resource", body, resource), record("metadata", claims, metadata)


def member_metadata(capture: ArchivedCapture, record_id: str, outcome: str | None, info_id: str) -> bytes:
    """The metadata of a capture that is a record of another archive, with this WARC-Record-ID."""
    common = (
        ("WARC-Date", iso_time(capture.fetched_at or capture.captured_at)),
        ("WARC-Target-URI", uri(capture.url or "")),
        ("WARC-Warcinfo-ID", info_id),
    )
    claims = (*zip(FIELDS, capture.as_values(), strict=True), ("outcome", outcome))
    return record("metadata", warc_fields(claims), _metadata_head(common, record_id))


def _metadata_head(common: tuple[tuple[str, str], ...], described: str) -> tuple[tuple[str, str], ...]:
    """The head of the metadata of the record with this WARC-Record-ID."""
    return (
        ("WARC-Record-ID", new_record_id()),
        *common,
        ("WARC-Refers-To", described),
        ("WARC-Concurrent-To", described),
        ("Content-Type", "application/warc-fields"),
    )
