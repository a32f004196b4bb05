"""What is claimed of a saved page: by the user, a sidecar file, or the program that saved it."""

from __future__ import annotations

import codecs
import datetime as dt
import json
import re
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath
from typing import NamedTuple

from scraper.capture import parse_time, storable
from scraper.errors import BadClaim
from scraper.sites import CODE_PATTERNS, Identity, identify

HEAD_BYTES = 4096
"""How much of a page is searched for the mark of the program that saved it."""

_MHTML = frozenset({".mhtml", ".mht"})
_BROWSER = re.compile(r"<!--\s*saved from url=\([0-9]{4,}\)(\S+)\s*-->")
_SINGLE_FILE = re.compile(r"<!--\s*Page saved with SingleFile\s(.*?)-->", re.DOTALL)
_SINGLE_FILE_URL = re.compile(r"^\s*url: (\S+)\s*$", re.MULTILINE)
# As JavaScript writes a date: Sat Mar 21 2020 10:00:00 GMT+0700 (Indochina Time)
_SINGLE_FILE_DATE = re.compile(
    r"^\s*saved date: \w{3} (\w{3}) ([0-9]{2}) ([0-9]{4}) ([0-9:]{8}) GMT([+-][0-9]{4})", re.MULTILINE
)


class Claims(NamedTuple):
    """What one source says of a page; None where it does not say it."""

    url: str | None = None
    kind: str | None = None
    code: str | None = None
    captured_at: dt.datetime | None = None


def checked_url(url: str) -> str:
    """The URL, where it is one that a page can have; else BadClaim."""
    if identify(url).site is None or not storable(url):
        raise BadClaim(f"not the URL of a web page: {url[:200]!r}; it has to begin with http:// or https://")
    return url


def read_sidecar(data: bytes) -> Claims:
    """The claims of a sidecar: a JSON object with any of ``url``, ``kind``, ``code``, ``captured_at``.

    Raises BadClaim for anything else, an unknown key included: nobody would notice that a claim was
    overlooked.
    """
    try:
        claims = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadClaim(f"not JSON in UTF-8 ({error})") from None
    if not isinstance(claims, dict):
        raise BadClaim("not a JSON object")
    for key, value in claims.items():
        if key not in Claims._fields:
            raise BadClaim(f"unknown key {key!r}; known are {', '.join(Claims._fields)}")
        if not isinstance(value, str):
            raise BadClaim(f"the value of {key!r} is not a text")
    kind, time = claims.get("kind"), claims.get("captured_at")
    if kind is not None and kind not in CODE_PATTERNS:
        raise BadClaim(f"unknown kind {kind!r}; known are {', '.join(CODE_PATTERNS)}")
    if "url" in claims:
        checked_url(claims["url"])
    return Claims(claims.get("url"), kind, claims.get("code"), None if time is None else parse_time(time))


def which_page(sidecar: Claims, identity: Identity) -> tuple[str | None, str | None, str | None]:
    """Kind, code and code_source by a sidecar's ``kind`` and ``code`` and by the URL, which must agree.

    BadClaim where they do not, or where a code stands without kind, or is not one of its kind.
    """
    for name, said, by_url in (("kind", sidecar.kind, identity.kind), ("code", sidecar.code, identity.code)):
        if said is not None and by_url is not None and said != by_url:
            raise BadClaim(f"{name} is {said}, but the page's URL says {by_url}")
    kind = sidecar.kind or identity.kind
    if sidecar.code is None:
        return kind, identity.code, None if identity.code is None else "url"
    if kind is None:
        raise BadClaim("code stands without kind, and no URL tells it")
    if not CODE_PATTERNS[kind].fullmatch(sidecar.code):
        raise BadClaim(f"{sidecar.code!r} is not the code of a page of kind {kind}")
    return kind, sidecar.code, "sidecar"


def claims_in_page(file_name: str, body: bytes) -> Claims:
    """URL and time that the program which saved a page left in it, each where it can be relied on.

    Known are the comments of browsers (``saved from url=(0048)http://…``) and of SingleFile, within the
    first `HEAD_BYTES`, and the headers of an .mhtml file. What is not a web address, or a time without a
    zone, is not taken.
    """
    if PurePosixPath(file_name).suffix.lower() in _MHTML:
        return _claims_in_mhtml(body)
    wide = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    head = body[:HEAD_BYTES].decode("utf-16" if wide else "utf-8", "replace")
    if single_file := _SINGLE_FILE.search(head):
        url = _SINGLE_FILE_URL.search(single_file[1])
        date = _SINGLE_FILE_DATE.search(single_file[1])
        written = f"{date[2]} {date[1]} {date[3]} {date[4]} {date[5]}" if date else None
        return Claims(url=_web_address(url and url[1]), captured_at=_mail_date(written))
    browser = _BROWSER.search(head)
    return Claims(url=_web_address(browser and browser[1]))


def _claims_in_mhtml(body: bytes) -> Claims:
    headers = BytesHeaderParser().parsebytes(body[: 16 * HEAD_BYTES])
    url, date = headers["Snapshot-Content-Location"], headers["Date"]
    return Claims(url=_web_address(url and str(url).strip()), captured_at=_mail_date(date and str(date)))


def _web_address(url: str | None) -> str | None:
    """The URL, or None where it is none that a page can have (``about:internet``, ``file:``)."""
    try:
        return checked_url(url) if url else None
    except BadClaim:
        return None


def _mail_date(text: str | None) -> dt.datetime | None:
    """A date as RFC 5322 writes it, in UTC and whole seconds; None where it is none, or has no zone."""
    try:
        time = parsedate_to_datetime(text) if text else None
        if time is None:
            return None
        if time.tzinfo is None:
            if not text or not text.rstrip().endswith("-0000"):
                return None
            time = time.replace(tzinfo=dt.UTC)  # Chrome writes UTC so (RFC 5322, 3.3)
        return time.astimezone(dt.UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None
