"""What the archive knows of an exchange, and the WARC records that keep it."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from ipaddress import ip_address
from typing import Any, NamedTuple

from scraper.capture import FIELDS as CAPTURE_FIELDS
from scraper.capture import LONGEST, ArchivedCapture, storable
from scraper.exchange import Exchange
from scraper.http_message import archived_head, is_http_head, page_bytes
from scraper.sites import identify
from scraper.warc import digest, new_record_id, record, uri, warc_fields

TRUNCATED = {
    "timeout": "time",
    "deadline": "time",
    "reset": "disconnect",
    "short_body": "disconnect",
    "bad_chunk": "disconnect",
    "too_large": "length",
    "too_large_decoded": "length",
    "interrupted": "unspecified",
}
"""What WARC-Truncated says of an answer that was cut, by the failure (WARC 1.1, 5.13)."""

EXTRAS = {
    "interim": "application/octet-stream; part=interim",
    "surplus": "application/octet-stream; part=surplus",
}
"""The content types of records that hold what came beside an answer, by the attribute of `Exchange`."""

ORIGINAL_URL = "original_url"
"""The name of a capture's URL in the metadata of its exchange, where that asked for another: an archive's."""

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_TOKEN = re.compile(r"[^0-9A-Za-z_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedExchange:
    """One exchange as the index has it; the rest is in its records.

    ``url``, ``status``, ``failure``, ``detail``, ``attempt``, ``via`` and ``peer`` as in `Exchange`, its
    times as ISO 8601 in UTC with microseconds. ``page_kind``, ``page_code`` and ``outcome`` are what was
    asked for and how it was read when it was stored. ``received_sha256`` and ``received_bytes`` are of the
    body as received, or of all that was received where that is no HTTP. ``capture_id`` is None for an
    exchange that is no capture; ``same_body_as`` is the first capture of the same page with the same body,
    where there was one before.
    """

    url: str
    page_kind: str | None
    page_code: str | None
    outcome: str | None
    status: int | None
    failure: str | None
    detail: str | None
    started_at: str
    ended_at: str
    attempt: int
    via: str | None
    peer: str | None
    received_sha256: str
    received_bytes: int
    capture_id: str | None
    same_body_as: str | None

    @property
    def host(self) -> str | None:
        """The host of the URL, with its port where that is not the scheme's own."""
        return host_of(self.url)

    def as_values(self) -> tuple[str | int | None, ...]:
        """The values in the order of `FIELDS`: for files and the index."""
        return tuple(getattr(self, name) for name in FIELDS)

    def as_dict(self) -> dict[str, str | int | None]:
        """The values by name: for JSON."""
        return dict(zip(FIELDS, self.as_values(), strict=True))

    @classmethod
    def from_values(cls, values: Sequence[Any]) -> ArchivedExchange:
        """The exchange from `as_values`, numbers also as texts; ValueError where they are none."""
        known: dict[str, Any] = dict(zip(FIELDS, values, strict=True))
        for name, read in _READERS.items():
            if known[name] is not None:
                known[name] = read(known[name])
        if missing := [name for name in _NEEDED if known[name] is None]:
            raise ValueError(f"the metadata lack {', '.join(missing)}")
        return cls(**known)


FIELDS = tuple(field.name for field in fields(ArchivedExchange))
"""The names of an `ArchivedExchange`'s fields, in order."""

_NEEDED = ("url", "started_at", "ended_at", "attempt", "received_sha256", "received_bytes")
_READERS: dict[str, Callable[[Any], Any]] = {"status": int, "attempt": int, "received_bytes": int}


def host_of(url: str) -> str | None:
    """The host of a URL in lower case, with its port where that is not the scheme's own."""
    site = identify(url).site
    return None if site is None else site.partition("/")[0]


def fetched_capture(exchange: Exchange, *, source: str, kind: str, code: str) -> ArchivedCapture:
    """The capture of a page that was asked for; its time is that of the answer, when its last byte came.

    The body is that of the answer with its content coding undone; where there is a failure, it is empty.
    """
    body = b"" if exchange.failure else page_bytes(answer_message(exchange))
    identity = identify(exchange.url)
    time = exchange.ended_at.astimezone(dt.UTC).replace(microsecond=0)
    return ArchivedCapture(
        source=source,
        url=_storable_url(exchange.url),
        file_name=None,
        site=identity.site,
        page_kind=kind,
        page_code=code,
        code_source="url" if identity[1:] == (kind, code) else "user",
        captured_at=time,
        captured_at_source="response",
        fetched_at=time,
        http_status=exchange.status,
        body_sha256=hashlib.sha256(body).hexdigest(),
        size_bytes=len(body),
        failure=exchange.failure,
    )


def archived_exchange(
    exchange: Exchange,
    *,
    page_kind: str | None,
    page_code: str | None,
    outcome: str | None,
    capture_id: str | None,
    same_body_as: str | None,
) -> ArchivedExchange:
    """What the index is to know of an exchange."""
    payload = _payload(exchange)
    return ArchivedExchange(
        url=_storable_url(exchange.url),
        page_kind=page_kind,
        page_code=page_code,
        outcome=outcome,
        status=exchange.status,
        failure=exchange.failure,
        detail=_one_line(exchange.detail),
        started_at=precise_time(exchange.started_at),
        ended_at=precise_time(exchange.ended_at),
        attempt=exchange.attempt,
        via=None if exchange.via is None else _storable_url(exchange.via),
        peer=exchange.peer,
        received_sha256=hashlib.sha256(payload).hexdigest(),
        received_bytes=len(payload),
        capture_id=capture_id,
        same_body_as=same_body_as,
    )


class Members(NamedTuple):
    """The members of an exchange, one behind the other, and where the record that has its bytes lies therein.

    That is the answer; the request where none came, the metadata where nothing was sent.
    """

    data: bytes
    offset: int
    length: int
    block_bytes: int


def exchange_members(
    exchange: Exchange, archived: ArchivedExchange, capture: ArchivedCapture | None, info_id: str
) -> Members:
    """The records of an exchange: request, answer and metadata; a message that never was has none.

    Before the metadata stand, each as a resource of its own, bytes that came beside the answer (see
    `EXTRAS`). All have the time of its beginning as WARC-Date (WARC 1.1, 5.4). Each names those before it as
    concurrent, the request last, and the metadata refer to the answer, or else to the request.
    """
    common = [("WARC-Date", archived.started_at), ("WARC-Target-URI", uri(exchange.url))]
    if (address := _ip_address(exchange.peer)) is not None:
        common.append(("WARC-IP-Address", address))
    common.append(("WARC-Warcinfo-ID", info_id))
    records: list[tuple[str, bytes, list[tuple[str, str]]]] = []
    if exchange.request_head:
        records.append(
            ("request", exchange.request_head, [_content_type("application/http;msgtype=request")])
        )
    if exchange.response_head or exchange.body:
        records.append(_answer(exchange))
    described = max(len(records) - 1, 0)
    records += [
        ("resource", extra, [_content_type(content_type)])
        for name, content_type in EXTRAS.items()
        if (extra := getattr(exchange, name))
    ]
    metadata = _metadata(exchange, archived, capture)
    records.append(("metadata", metadata, [_content_type("application/warc-fields")]))
    members: list[bytes] = []
    ids: list[str] = []
    for kind, block, own in records:
        relation = [("WARC-Concurrent-To", other) for other in reversed(ids)]
        if kind == "metadata" and ids:
            relation.insert(0, ("WARC-Refers-To", ids[described]))
        ids.append(new_record_id())
        members.append(record(kind, block, [("WARC-Record-ID", ids[-1]), *common, *relation, *own]))
    offset = sum(map(len, members[:described]))
    return Members(b"".join(members), offset, len(members[described]), len(records[described][1]))


def _content_type(value: str) -> tuple[str, str]:
    return ("Content-Type", value)


def _answer(exchange: Exchange) -> tuple[str, bytes, list[tuple[str, str]]]:
    """Type, block and fields of the record of an answer.

    What is no HTTP is a resource, whose block other programs do not try to read as HTTP.
    """
    kind, content_type = "resource", "application/octet-stream"
    if is_http_head(exchange.response_head):
        kind, content_type = "response", "application/http;msgtype=response"
    fields = [("WARC-Payload-Digest", digest(_payload(exchange))), _content_type(content_type)]
    if exchange.failure in TRUNCATED:
        fields.append(("WARC-Truncated", TRUNCATED[exchange.failure]))
    return kind, answer_message(exchange), fields


def answer_message(exchange: Exchange) -> bytes:
    """An answer as it is stored: without its chunks, and its head fitting that."""
    head, body = exchange.response_head, exchange.body
    return archived_head(head, len(body)) + body if is_http_head(head) else head + body


def _payload(exchange: Exchange) -> bytes:
    """The body of an answer; all of it, where it is no HTTP."""
    head = exchange.response_head
    return exchange.body if is_http_head(head) else head + exchange.body


def _metadata(exchange: Exchange, archived: ArchivedExchange, capture: ArchivedCapture | None) -> bytes:
    """The block of the metadata record: the capture, the exchange, and its TLS facts."""
    known: dict[str, object] = {}
    if capture is not None:
        known.update(zip(CAPTURE_FIELDS, capture.as_values(), strict=True))
        if capture.url != archived.url:
            known[ORIGINAL_URL] = capture.url
    known.update(zip(FIELDS, archived.as_values(), strict=True))
    known["fetchTimeMs"] = round((exchange.ended_at - exchange.started_at).total_seconds() * 1_000)
    known.update(_tls(exchange.tls))
    return warc_fields(known.items())


def _tls(facts: Mapping[str, str]) -> dict[str, str | None]:
    return {f"tls_{_TOKEN.sub('_', name)}": _one_line(value) for name, value in facts.items()}


def _storable_url(url: str) -> str:
    """A URL as one line that is not too long, whatever a host redirected to."""
    return url if storable(url) else uri(url)[:LONGEST]


def _one_line(text: str | None) -> str | None:
    """A text of the system or a library, as a value that is one line."""
    return None if text is None else _UNPRINTABLE.sub(" ", text).strip()[:1_000] or None


def precise_time(time: dt.datetime) -> str:
    """A UTC time as ``2020-03-23T02:00:00.000000Z``, which WARC 1.1 allows."""
    return time.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _ip_address(peer: str | None) -> str | None:
    """The address without the port; None where there is none."""
    if peer is None:
        return None
    try:
        return str(ip_address(peer.rpartition(":")[0].strip("[]")))
    except ValueError:
        return None
