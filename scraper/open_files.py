"""Reading here and there in many files of one folder, with few of them open."""

from __future__ import annotations

import os
from pathlib import Path

MOST_OPEN = 64


class OpenFiles:
    """The files in ``folder``, opened when they are first read; raises OSError where that fails."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._descriptors: dict[str, int] = {}

    def read(self, name: str, length: int, offset: int) -> bytes:
        """Up to ``length`` bytes of a file from ``offset`` on."""
        descriptor = self._descriptors.get(name)
        if descriptor is None:
            if len(self._descriptors) >= MOST_OPEN:
                os.close(self._descriptors.pop(next(iter(self._descriptors))))
            descriptor = self._descriptors[name] = os.open(self.folder / name, os.O_RDONLY)
        return os.pread(descriptor, length, offset)

    def close(self) -> None:
        """Close all; reading opens them again."""
        for descriptor in self._descriptors.values():
            os.close(descriptor)
        self._descriptors.clear()
