"""The HTML within a page that a browser saved as one file (``.mhtml``, RFC 2557).

The standard library's parser of messages is not used: odd boundaries, and parts within parts by the
thousand, make it raise.
"""

from __future__ import annotations

import re
from binascii import a2b_base64, a2b_qp

_SAVED = re.compile(rb"\s*(?:[A-Za-z-]+:[^\n]*\n(?:[ \t]+[^\n]*\n)*)*MIME-Version:", re.IGNORECASE)
_SAVED_WITHIN = 4_096
_HEAD_END = re.compile(rb"(?:\A|\n)\r?\n")
_LONGEST_HEAD = 65_536
_FOLD = re.compile(rb"\r?\n[ \t]+")
_TYPE = re.compile(rb"^Content-Type:[ \t]*([^\s;]*)([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_BOUNDARY = re.compile(rb";\s*boundary\s*=\s*(?:\"([^\"]+)\"|([^\s;\"]+))", re.IGNORECASE)
_ENCODING = re.compile(rb"^Content-Transfer-Encoding:[ \t]*([^\s;]*)", re.IGNORECASE | re.MULTILINE)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_MOST_PARTS = 20
"""Parts in which the HTML is looked for, those that hold others too: it is in the first, or close behind."""


def html_of_mime(body: bytes) -> bytes:
    """The first HTML part of a page saved as one file; any other body as it is."""
    if not _SAVED.match(body[:_SAVED_WITHIN]):
        return body
    waiting = [body]
    for _ in range(_MOST_PARTS):
        if not waiting:
            break
        part = waiting.pop(0)
        end = _HEAD_END.search(part, 0, _LONGEST_HEAD)
        if end is None:
            continue
        head, content = _FOLD.sub(b" ", part[: end.start()]), part[end.end() :]
        kind = _TYPE.search(head)
        if kind and kind[1].lower() == b"text/html":
            return _decoded(head, content)
        if kind and (boundary := _BOUNDARY.search(kind[2])):
            line = rb"^--" + re.escape(boundary[1] or boundary[2]) + rb"(?:--)?[ \t]*\r?\n"
            waiting[:0] = re.split(line, content, maxsplit=_MOST_PARTS, flags=re.MULTILINE)[1:]
    return body


def _decoded(head: bytes, content: bytes) -> bytes:
    """A part's content as its head says that it was encoded; damage in it damages what it says, no more."""
    encoding = _ENCODING.search(head)
    match encoding[1].lower() if encoding else b"":
        case b"quoted-printable":
            return a2b_qp(content)
        case b"base64":
            sound = _NOT_BASE64.sub(b"", content)
            whole = sound[:-1] if len(sound) % 4 == 1 else sound
            return a2b_base64(whole + b"=" * (-len(whole) % 4))
        case _:
            return content
