"""Reading a PNG of eight bits a channel, by the letter of its specification: for comparing pictures."""

import struct
import zlib
from typing import NamedTuple

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}


class Picture(NamedTuple):
    """A picture: its size, and its pixels from top left, each as bytes of its channels."""

    width: int
    height: int
    channels: int
    pixels: bytes

    def darkness(self) -> list[int]:
        """How dark each pixel is before a white ground, 0 to 255; of pictures with an alpha channel."""
        assert self.channels == 4
        every = self.pixels
        return [(255 - every[at]) * every[at + 3] // 255 for at in range(0, len(every), 4)]


def read_png(data: bytes) -> Picture:
    """Decode a PNG that is not interlaced."""
    assert data.startswith(SIGNATURE)
    packed, at, header = b"", len(SIGNATURE), b""
    while at < len(data):
        (size,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        assert zlib.crc32(kind + body) == struct.unpack_from(">I", data, at + 8 + size)[0]
        header = body if kind == b"IHDR" else header
        packed += body if kind == b"IDAT" else b""
        at += 12 + size
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    assert (depth, interlaced) == (8, 0)
    return Picture(
        width, height, _CHANNELS[colour], _unfiltered(zlib.decompress(packed), width, _CHANNELS[colour])
    )


def _unfiltered(data: bytes, width: int, step: int) -> bytes:
    stride = width * step
    above, out = bytearray(stride), bytearray()
    for start in range(0, len(data), stride + 1):
        method, row = data[start], bytearray(data[start + 1 : start + 1 + stride])
        for i in range(stride):
            left, up = row[i - step] if i >= step else 0, above[i]
            corner = above[i - step] if i >= step else 0
            row[i] = (row[i] + (0, left, up, (left + up) // 2, _paeth(left, up, corner))[method]) & 255
        out += row
        above = row
    return bytes(out)


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda each: abs(guess - each))
