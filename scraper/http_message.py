"""An HTTP answer as bytes: its head as the archive keeps it, its chunks and its content coding undone."""

from __future__ import annotations

import re
import zlib
from contextlib import suppress

LARGEST_BODY = 256 * 1024 * 1024
"""A body that unfolds to more bytes than this is taken for none: no page has a thousandth of it."""

KEPT_PREFIX = b"X-Archive-Orig-"
"""Stands before the name of a header that no longer fits the body as it is stored."""

_HTTP = re.compile(rb"HTTP/1\.[01][ \r\n]")
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-9][0-9]{2})[ \r\n]")
_HEAD_END = re.compile(rb"\n\r?\n")
_BLANK_LINE = re.compile(rb"\n[^\S\n]*[^\S\r\n][^\S\n]*\n")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(;[^\n]*?)?\r?\n")
_TRAILER_END = re.compile(rb"(?:[^\r\n]+\r?\n)*\r?\n")
MOST_CODINGS = 2
"""Content codings on one another: no server needs more than one."""

MOST_MEMBERS = 100
"""Members of one gzip body: servers send one, and empty ones without end would cost time and give nothing."""


def head_end(message: bytes) -> int | None:
    """Where the body of a message begins, behind the first empty line; None where there is no such line."""
    found = _HEAD_END.search(message)
    return found.end() if found else None


def is_http_head(head: bytes) -> bool:
    """Whether it is the whole head of an HTTP/1 answer, and nothing more: others can read it as such.

    A line of nothing but blanks ends a head for some readers and not for others, so that it may not have one.
    """
    return bool(_HTTP.match(head)) and head_end(head) == len(head) and not _BLANK_LINE.search(head)


def header(head: bytes, name: str) -> str:
    """The values of all headers of this name, joined by commas; empty where there is none."""
    wanted = name.lower().encode()
    values = [value for found, value in _headers(head) if found.strip().lower() == wanted]
    return ", ".join(b" ".join(value.split()).decode("latin-1") for value in values)


def status_of(head: bytes) -> int | None:
    """The status of an answer by its first line; None where that has none."""
    found = _STATUS.match(head)
    return int(found[1]) if found else None


def _headers(head: bytes) -> list[tuple[bytes, bytes]]:
    """Names and values, as they stand; a line that begins with a blank goes on with the one before."""
    found: list[tuple[bytes, bytes]] = []
    for line in head.split(b"\n")[1:]:
        if line[:1] in (b" ", b"\t") and found:
            found[-1] = (found[-1][0], found[-1][1] + line)
        elif b":" in line:
            name, _, value = line.partition(b":")
            found.append((name, value))
    return found


def archived_head(head: bytes, body_bytes: int) -> bytes:
    """The head for a body without chunks that has ``body_bytes``; all else stays, byte by byte.

    Transfer-Encoding is kept under `KEPT_PREFIX`, and Content-Length where it differs; the right one then
    stands at the end.
    """
    lines = re.findall(rb"[^\n]*\n", head)
    lengths = [value.strip() for name, value in _headers(head) if name.strip().lower() == b"content-length"]
    right = b"%d" % body_bytes
    misfits = {b"transfer-encoding"}
    if any(length != right for length in lengths):
        misfits.add(b"content-length")
    names = [line.partition(b":")[0].strip().lower() for line in lines]
    if misfits.isdisjoint(names):
        return head
    kept = [KEPT_PREFIX + line if name in misfits else line for name, line in zip(names, lines, strict=True)]
    if b"content-length" in misfits or not lengths:
        kept.insert(-1, b"Content-Length: " + right + b"\r\n")
    return b"".join(kept)


def page_bytes(message: bytes) -> bytes:
    """The bytes of the page in an answer: its body with the content coding undone.

    They are as they came where that cannot be done, and all that came where there is no end of a head. Chunks
    are undone too, where the head announces them and they are there: our own records have none, but those of
    other archives may.
    """
    start = head_end(message) or 0
    head, body = message[:start], message[start:]
    if "chunked" in header(head, "Transfer-Encoding").lower():
        with suppress(ValueError):
            body = undo_chunks(body)
    try:
        return undo_coding(body, header(head, "Content-Encoding"))
    except ValueError:
        return body


def undo_coding(body: bytes, codings: str) -> bytes:
    """The body without its content codings, a list as Content-Encoding has it.

    What follows a whole gzip member and is none itself is dropped, as browsers do. ValueError where a coding
    is not known, or the body is cut or malformed in it, or unfolds beyond `LARGEST_BODY`.
    """
    names = [name for name in re.split(r"[\s,]+", codings.lower()) if name not in ("", "identity")]
    if len(names) > MOST_CODINGS:
        raise ValueError(f"{len(names)} content codings on one another")
    for name in reversed(names):
        if name in ("gzip", "x-gzip"):
            body = _gunzip(body)
        elif name == "deflate":
            body = _inflate(body)
        else:
            raise ValueError(f"the content coding {name!r} is not known here")
    return body


def _gunzip(body: bytes) -> bytes:
    parts: list[bytes] = []
    rest = body
    while rest and (not parts or rest.startswith(b"\x1f\x8b")):
        if len(parts) >= MOST_MEMBERS:
            raise ValueError(f"more than {MOST_MEMBERS} gzip members")
        plain, rest = _unpack(rest, 31)
        parts.append(plain)
        if sum(map(len, parts)) > LARGEST_BODY:
            raise ValueError("the body unfolds to more bytes than any page has")
    return b"".join(parts)


def _inflate(body: bytes) -> bytes:
    """With the zlib wrapper that the standard means, or bare, as some servers send it."""
    try:
        return _unpack(body, 15)[0]
    except ValueError:
        return _unpack(body, -15)[0]


def _unpack(body: bytes, window: int) -> tuple[bytes, bytes]:
    """The plain bytes, and what lies behind the packed ones."""
    unpacker = zlib.decompressobj(window)
    try:
        plain = unpacker.decompress(body, LARGEST_BODY + 1)
    except zlib.error as error:
        raise ValueError(f"the content coding is malformed ({error})") from None
    if len(plain) > LARGEST_BODY:
        raise ValueError("the body unfolds to more bytes than any page has")
    if body and not unpacker.eof:
        raise ValueError("the content coding is cut")
    return plain, unpacker.unused_data


def undo_chunks(body: bytes) -> bytes:
    """The body without the chunks of ``Transfer-Encoding: chunked``; ValueError where it has none."""
    parts: list[bytes] = []
    place = 0
    while True:
        found = _CHUNK_SIZE.match(body, place)
        if found is None:
            raise ValueError(f"no chunk begins at byte {place} of the body")
        size, place = int(found[1], 16), found.end()
        if size == 0:
            if not _TRAILER_END.match(body, place):
                raise ValueError("the last chunk is not closed")
            return b"".join(parts)
        end = place + size
        line_end = b"\r\n" if body[end : end + 2] == b"\r\n" else b"\n"
        if not body.startswith(line_end, end):
            raise ValueError(f"the chunk at byte {place} of the body is cut")
        parts.append(body[place:end])
        place = end + len(line_end)
