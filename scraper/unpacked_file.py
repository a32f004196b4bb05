"""A file that may be packed with gzip, as a stream of plain bytes, as far as these can be relied on."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from scraper.walk import next_member

_CHUNK = 64 * 1024
_PROVEN = 64 * 1024 * 1024
"""A member of up to so many plain bytes is unpacked and proven by its checksum before it is handed out."""


class UnpackedFile:
    """The plain bytes of a file, packed in one gzip member, in many, or not at all; a context manager.

    A member whose checksum is wrong is left out, and reading goes on with the next one that begins a WARC
    record; of a member that is cut, what is there is handed out. ``faults`` names both. ``end`` is the last
    four bytes that were handed out. Where ``most`` is set, so many bytes are handed out and no more: then
    comes a ValueError.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.faults: list[str] = []
        self.end = b""
        self.most: int | None = None
        self._file = file
        self._size = file.seek(0, os.SEEK_END)
        file.seek(0)
        is_gzip = self._file.read(2) == b"\x1f\x8b"
        self._file.seek(0)
        self._parts = self._unpacked() if is_gzip else self._as_it_is()
        self._waiting = b""
        self._told = 0

    def __enter__(self) -> UnpackedFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes; none at the end."""
        while not self._waiting:
            part = next(self._parts, None)
            if part is None:
                return b""
            self._waiting = part
        data, self._waiting = self._waiting[:size], self._waiting[size:]
        self._told += len(data)
        if self.most is not None:
            self.most -= len(data)
            if self.most < 0:
                raise ValueError("too many bytes were asked for")
        self.end = (self.end + data)[-4:]
        return data

    def tell(self) -> int:
        """How many bytes were handed out."""
        return self._told

    def _as_it_is(self) -> Iterator[bytes]:
        while chunk := self._file.read(_CHUNK):
            yield chunk

    def _unpacked(self) -> Iterator[bytes]:
        offset = 0
        while offset < self._size:
            self._file.seek(offset)
            unpacker = zlib.decompressobj(31)
            plain = bytearray()
            total = 0
            reason = "it is cut"
            try:
                while not unpacker.eof:
                    packed = unpacker.unconsumed_tail or self._file.read(_CHUNK)
                    part = unpacker.decompress(packed, _CHUNK)
                    if not packed and not part:
                        break
                    plain += part
                    total += len(part)
                    if total > _PROVEN:
                        yield bytes(plain)
                        plain.clear()
            except zlib.error as error:
                reason = f"not a whole gzip member: {error}"
                plain.clear()
            if unpacker.eof:
                yield bytes(plain)
                offset = self._file.tell() - len(unpacker.unused_data)
                continue
            following = next_member(self._file, offset + 1, self._size)
            self.faults.append(f"bytes {offset} to {following} are damaged ({reason})")
            if following == self._size:
                yield bytes(plain)  # of a cut member what is there
            elif total > _PROVEN:
                return  # what follows would not go with what was handed out
            offset = following
