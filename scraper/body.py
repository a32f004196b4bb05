"""The body of an HTTP answer: where it ends, and its content coding undone while it comes, within limits."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from scraper.errors import Fault
from scraper.http_message import MOST_CODINGS, MOST_MEMBERS, header

LONGEST_LINE = 4 * 1024
"""The most bytes of the line that begins a chunk, and of a trailer's line."""

_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(;[^\r\n]*)?\r?\n")
_MOST_TRAILERS = 100
_CODINGS = frozenset({"gzip", "x-gzip", "deflate"})
_PIECE = 64 * 1024
_GZIP = b"\x1f\x8b"


class Stream(Protocol):
    """The bytes of an answer in the order in which they come; a Fault where they stop coming."""

    def line(self, most: int) -> bytes:
        """The bytes to the next line feed; fewer, without one, where there are ``most`` or no more come."""

    def some(self, most: int) -> bytes:
        """At least one byte and at most ``most``; empty at the end."""

    def put_back(self, data: bytes) -> None:
        """Return bytes that make no sense where they stand."""


class Framing(NamedTuple):
    """How a body ends: by its chunks, after ``length`` bytes, or (None) when the connection closes."""

    chunked: bool
    length: int | None

    @property
    def by_close(self) -> bool:
        """Whether only the end of the connection ends the body."""
        return not self.chunked and self.length is None


def framing(head: bytes, status: int) -> Framing:
    """How the body behind a head ends (RFC 9112, 6.3); Fault where the head contradicts itself."""
    if status in (204, 304):
        return Framing(False, 0)
    if coding := header(head, "Transfer-Encoding").lower():
        if coding == "identity":
            return Framing(False, None)
        if coding != "chunked":
            raise Fault("bad_head", f"Transfer-Encoding is {coding!r}; only chunked is known here")
        return Framing(True, None)
    lengths = set(re.split(r"\s*,\s*", header(head, "Content-Length")))
    if lengths == {""}:
        return Framing(False, None)
    length = lengths.pop()
    if lengths or not (length.isascii() and length.isdigit() and len(length) <= 18):
        raise Fault("bad_head", f"Content-Length is {header(head, 'Content-Length')!r}")
    return Framing(False, int(length))


def parts(stream: Stream, framed: Framing) -> Iterator[bytes]:
    """The body as it comes, without its chunks; Fault where it is cut or its chunks are malformed."""
    if framed.chunked:
        yield from _chunks(stream)
    elif framed.length is None:
        while data := stream.some(_PIECE):
            yield data
    else:
        missing = framed.length
        while missing:
            data = stream.some(min(missing, _PIECE))
            if not data:
                came = framed.length - missing
                raise Fault("short_body", f"{came:,} of the {framed.length:,} bytes announced came")
            missing -= len(data)
            yield data


def _chunks(stream: Stream) -> Iterator[bytes]:
    while size := _chunk_size(stream):
        missing = size
        while missing:
            data = stream.some(min(missing, _PIECE))
            if not data:
                raise Fault("bad_chunk", f"a chunk of {size:,} bytes was cut after {size - missing:,}")
            missing -= len(data)
            yield data
        _expect_line_end(stream)
    for _ in range(_MOST_TRAILERS):
        line = stream.line(LONGEST_LINE)
        if line in (b"\r\n", b"\n"):
            return
        if not line.endswith(b"\n"):
            break
    raise Fault("bad_chunk", "the last chunk is not closed by an empty line")


def _chunk_size(stream: Stream) -> int:
    line = stream.line(LONGEST_LINE)
    found = _CHUNK_SIZE.fullmatch(line)
    if found is None:
        stream.put_back(line)
        what = repr(line[:40]) if line else "the end"
        raise Fault("bad_chunk", f"where a chunk should begin stands {what}")
    return int(found[1], 16)


def _expect_line_end(stream: Stream) -> None:
    line = stream.line(2)
    if line not in (b"\r\n", b"\n"):
        stream.put_back(line)
        raise Fault("bad_chunk", f"a chunk is followed by {line!r} instead of a line's end")


class Unfolder:
    """A body with its content codings undone, piece by piece, up to ``limit`` bytes.

    A bomb is stopped where it passes the limit, not when it has been unfolded. What follows a whole gzip
    member and is none itself is dropped, as browsers do.
    """

    def __init__(self, codings: str, limit: int) -> None:
        self._limit = limit
        self._plain = bytearray()
        self._fault: Fault | None = None
        self._layers: list[_Layer] = []
        names = [name for name in re.split(r"[\s,]+", codings.lower()) if name not in ("", "identity")]
        if len(names) > MOST_CODINGS:
            self._fault = Fault("bad_coding", f"{len(names)} content codings on one another")
        elif strange := [name for name in names if name not in _CODINGS]:
            self._fault = Fault("bad_coding", f"the content coding {strange[0]!r} was not asked for")
        else:
            self._layers = [_Layer(name) for name in reversed(names)]

    def feed(self, data: bytes) -> None:
        """Take the next piece of the body; Fault where it unfolds to too much."""
        if self._fault is None:
            try:
                self._through(data, 0)
            except zlib.error as error:
                self._fault = Fault("bad_coding", f"the content coding is malformed ({error})")

    def finish(self) -> bytes:
        """The whole body; Fault where its coding is not known, malformed, or not at its end."""
        if self._fault is None and not all(layer.whole for layer in self._layers):
            self._fault = Fault("bad_coding", "the body is cut within its content coding")
        if self._fault is not None:
            raise self._fault
        return bytes(self._plain)

    def _through(self, data: bytes, depth: int) -> None:
        if depth == len(self._layers):
            self._plain += data
            if len(self._plain) > self._limit:
                raise Fault("too_large_decoded", f"the body unfolds to more than {self._limit:,} bytes")
            return
        for piece in self._layers[depth].unpack(data):
            self._through(piece, depth + 1)


class _Layer:
    """One content coding."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._unpacker: zlib._Decompress | None = None
        self._members = 0
        self._held = b""  # one byte that cannot be judged without the next

    @property
    def whole(self) -> bool:
        """Whether the coding came to its end; an empty body needs none."""
        return not self._held if self._unpacker is None else self._unpacker.eof

    def unpack(self, data: bytes) -> Iterator[bytes]:
        """The plain bytes, in pieces of at most 64 kB; zlib.error where they are malformed."""
        data, self._held = self._held + data, b""
        plain = b""
        while data or len(plain) == _PIECE:  # a full piece may have left some within the unpacker
            if self._unpacker is None or self._unpacker.eof:
                if len(data) < 2:
                    self._held = data
                    return
                if self._unpacker is not None and (self._name == "deflate" or not data.startswith(_GZIP)):
                    return
                self._members += 1
                if self._members > MOST_MEMBERS:
                    raise zlib.error(f"more than {MOST_MEMBERS} gzip members")
                self._unpacker = self._new_unpacker(data)
            plain = self._unpacker.decompress(data, _PIECE)
            data = self._unpacker.unconsumed_tail or self._unpacker.unused_data
            if plain:
                yield plain

    def _new_unpacker(self, data: bytes) -> zlib._Decompress:
        if self._name != "deflate":
            return zlib.decompressobj(31)
        wrapped = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0  # RFC 1950, 2.2
        return zlib.decompressobj(15 if wrapped else -15)  # bare, as some servers send it
