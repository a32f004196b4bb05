"""One HTTP request and what came back, as it went over the wire: what the fetcher hands to the archive."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

FAILURES = {
    "refused_address": "the name stands for an address that may not be asked",
    "not_found_host": "the name of the host is not known",
    "no_connection": "no connection could be made",
    "tls": "the host's certificate or its TLS could not be verified",
    "timeout": "no byte came for too long",
    "deadline": "the page took longer than it may in all",
    "reset": "the connection was closed or reset before the answer was whole",
    "short_body": "the body ended before its announced length",
    "bad_chunk": "the chunked body is malformed or cut",
    "bad_head": "what came back is no HTTP",
    "too_large": "the body is larger than allowed, on the wire",
    "too_large_decoded": "the body is larger than allowed when its content coding is undone",
    "bad_coding": "the content coding cannot be undone: cut or malformed",
    "interrupted": "the user stopped the run",
}
"""What can be wrong with an exchange; an HTTP status of any number is no failure."""

SHORT = frozenset({"short_body", "bad_chunk", "bad_coding"})
"""The failures that prove that a body was cut."""


def outcome_of(failure: str) -> str:
    """How a page reads whose last exchange failed: one that is provably cut is ``truncated``."""
    return "truncated" if failure in SHORT else "transport_error"


def is_redirect(status: int | None) -> bool:
    """Whether an answer's status sends elsewhere; such an answer is no page, whatever its body says."""
    return status is not None and 300 <= status < 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    r"""One request, and the answer as far as it came.

    url
        What was asked for, without a fragment.
    request_head
        Request line and headers as sent, to the empty line (``\r\n\r\n`` included).
    started_at, ended_at
        UTC: just before connecting, and when the last byte, or the failure, came.
    response_head
        Status line and headers as received, byte by byte, the empty line included; empty where none came.
    body
        As received, without the chunks of ``Transfer-Encoding: chunked``; its content coding is kept. What
        came of it where there is a failure.
    status
        None where no status line came.
    failure, detail
        One of `FAILURES`, and what the system or the library says of it; both None where all is well.
    peer
        Address and port that answered, such as ``127.0.0.1:8080``; None where none did.
    tls
        Version, cipher and SHA-256 of the certificate, where the connection had them.
    interim
        Heads of answers such as ``103 Early Hints`` that came before the one that counts, as received.
    surplus
        Bytes that came and belong to no body: behind its end, or behind the place where its chunks stop
        making sense.
    attempt
        1 for the first request for this URL in a run, 2 for the first repetition.
    via
        The URL whose redirect led here; None for what was asked for itself.
    """

    url: str
    request_head: bytes
    started_at: dt.datetime
    ended_at: dt.datetime
    response_head: bytes = b""
    body: bytes = b""
    status: int | None = None
    failure: str | None = None
    detail: str | None = None
    peer: str | None = None
    tls: dict[str, str] = field(default_factory=dict)
    interim: bytes = b""
    surplus: bytes = b""
    attempt: int = 1
    via: str | None = None

    def __post_init__(self) -> None:
        if self.failure is not None and self.failure not in FAILURES:
            raise ValueError(f"no such failure: {self.failure}")
