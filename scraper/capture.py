"""What the archive knows of one capture before anyone reads its bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from scraper.errors import BadClaim
from scraper.exchange import FAILURES
from scraper.sites import CODE_PATTERNS, code_in_name

STATED = frozenset({"url", "sidecar", "user"})
"""The code sources that say which page it is without a reading of its bytes; they are never read over."""

DIGEST_CHECKS = ("match", "mismatch", "not_comparable")
"""Whether the bytes that a web archive gave have the digest that its index says."""

LONGEST = 2048
"""The most characters that a URL or a file name may have."""

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedCapture:
    """One capture: where the bytes came from, who says what page they are, and when.

    Of ``url`` and ``file_name`` at least one is set. ``code_source`` tells who gave ``page_code``: the
    ``url``, a ``sidecar``, the ``user``, the ``page`` itself or the file's ``name``; it is None where the
    code is. Times are UTC in whole seconds. ``fetched_at`` and ``http_status`` are None for files.
    ``failure`` is one of `scraper.exchange.FAILURES` where the page could not be fetched whole; its body is
    empty then. Of a page from a web archive, ``archive_digest`` is what that archive's index gives as digest,
    ``digest_check`` whether these are bytes of that digest (one of `DIGEST_CHECKS`), and ``archive_location``
    where the archive itself keeps it: file, offset and length, blank-separated.
    Nothing here holds a control character, so that each value is one line wherever it is written.
    """

    source: str
    url: str | None
    file_name: str | None
    site: str | None
    page_kind: str | None
    page_code: str | None
    code_source: str | None
    captured_at: dt.datetime
    captured_at_source: str
    fetched_at: dt.datetime | None
    http_status: int | None
    body_sha256: str
    size_bytes: int
    failure: str | None = None
    archive_digest: str | None = None
    digest_check: str | None = None
    archive_location: str | None = None

    def __post_init__(self) -> None:
        of_page = (self.url, self.file_name, self.site, self.page_code)
        texts = (*of_page, self.archive_digest, self.archive_location)
        if self.url is None and self.file_name is None:
            raise ValueError("a capture needs a URL or a file name")
        if not all(storable(text) for text in texts if text is not None) or "/" in (self.file_name or ""):
            raise ValueError("a folder, a control character or too much text in a capture")
        if self.page_kind is not None and self.page_kind not in CODE_PATTERNS:
            raise ValueError(f"no such kind of page: {self.page_kind}")
        if (self.page_code is None) != (self.code_source is None) or (
            self.page_code is not None and self.page_kind is None
        ):
            raise ValueError("a code goes with its kind and its source")
        if self.failure is not None and (self.failure not in FAILURES or self.size_bytes):
            raise ValueError(f"no such failure, or one with a body: {self.failure}")
        if self.digest_check not in (None, *DIGEST_CHECKS):
            raise ValueError(f"no such result of a comparison: {self.digest_check}")
        for time in (self.captured_at, self.fetched_at):
            if time is not None and (time.utcoffset() != dt.timedelta(0) or time.microsecond):
                raise ValueError(f"not a UTC time in whole seconds: {time!r}")

    @property
    def capture_id(self) -> str:
        r"""The capture's identity: the first 16 hex digits of a SHA-256.

        Hashed are source, URL (or file name where there is none), captured_at as `iso_time` writes it
        (empty where it is only a file's time) and body_sha256, joined by ``\n``, in UTF-8. No part can
        hold a line feed, and a file name no slash, so that different captures never hash the same text.
        """
        time = "" if self.captured_at_source == "file_time" else iso_time(self.captured_at)
        parts = (self.source, self.url or self.file_name or "", time, self.body_sha256)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def as_read(self, kind: str | None, code: str | None) -> ArchivedCapture:
        """The capture after a reading of its bytes that found ``kind`` and ``code`` (None: did not).

        A code that is `STATED` stands. Else the page's own code counts, then the one in the file's name,
        unless the name means another kind of page than was read.
        """
        if self.code_source in STATED:
            return self
        if code is not None:
            return replace(self, page_kind=kind, page_code=code, code_source="page")
        kind = kind or (self.page_kind if self.code_source is None else None)
        named = code_in_name(self.file_name) if self.file_name else None
        # A bare project code may as well be that of the project's plan record.
        if named and (kind in (None, named[0]) or (kind, named[0]) == ("plan_record", "project")):
            return replace(self, page_kind=kind or named[0], page_code=named[1], code_source="name")
        return replace(self, page_kind=kind, page_code=None, code_source=None)

    def as_values(self) -> tuple[str | int | None, ...]:
        """The values in the order of `FIELDS`, times as `iso_time` writes them: for files and the index."""
        values = (getattr(self, name) for name in FIELDS)
        return tuple(iso_time(value) if isinstance(value, dt.datetime) else value for value in values)

    @classmethod
    def from_values(cls, values: Sequence[Any]) -> ArchivedCapture:
        """The capture from `as_values`, numbers also as texts; ValueError where they are none."""
        known: dict[str, Any] = dict(zip(FIELDS, values, strict=True))
        for name, read in _READERS.items():
            if known[name] is not None:
                known[name] = read(known[name])
        return cls(**known)


FIELDS = tuple(field.name for field in fields(ArchivedCapture))
"""The names of an `ArchivedCapture`'s fields, in order."""

_READERS: dict[str, Callable[[Any], Any]] = {
    "captured_at": dt.datetime.fromisoformat,
    "fetched_at": dt.datetime.fromisoformat,
    "http_status": int,
    "size_bytes": int,
}


def storable(text: str) -> bool:
    """Whether a URL or name may be part of a capture: one line, no control characters, not too long."""
    return len(text) <= LONGEST and not _UNSAFE.search(text)


def iso_time(time: dt.datetime) -> str:
    """A UTC time as ``2020-03-23T02:00:00Z``."""
    return time.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def parse_time(text: str) -> dt.datetime:
    """An ISO 8601 time with an offset or Z, as UTC in whole seconds (a fraction is dropped).

    Raises BadClaim for anything else: a time without a zone may be seven hours off in either direction,
    and a Buddhist-era year is not taken for one five centuries ahead.
    """
    advice = "write it with its zone, such as 2020-03-23T09:00:00+07:00 or 2020-03-23T02:00:00Z"
    try:
        time = dt.datetime.fromisoformat(text)
    except ValueError:
        raise BadClaim(f"not an ISO 8601 time: {text!r}; {advice}") from None
    if time.tzinfo is None:
        raise BadClaim(f"the time {text!r} has no zone; {advice}")
    if not 1990 <= time.year < 2400:
        raise BadClaim(f"the year of {text!r} cannot be; years are Gregorian (2020, not 2563): {advice}")
    return time.astimezone(dt.UTC).replace(microsecond=0)
