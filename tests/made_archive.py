"""An archive whose captures are made as they are asked for, so that it takes no memory of its own."""

from collections.abc import Iterator

from scraper.capture import ArchivedCapture
from scraper.index import HeldRow, Place


class MadeArchive:
    """What a build needs of an archive (`normaliser.shares.Captures`); every page has the same bytes."""

    def __init__(self, body: bytes = b"") -> None:
        self.body = body

    def captures(self) -> Iterator[ArchivedCapture]:
        """All captures."""
        raise NotImplementedError

    def count(self) -> int:
        return sum(1 for _ in self.captures())

    def share(self, prefix: str) -> list[HeldRow]:
        found = (capture for capture in self.captures() if capture.capture_id.startswith(prefix))
        place = ("", 0, 0, 0, 0, 0, "", False, None)
        return [
            (capture.capture_id, None, *place, *capture.as_values())
            for capture in sorted(found, key=lambda capture: capture.capture_id)
        ]

    def file_marks(self) -> dict[str, tuple[int, int]]:
        return {}

    @property
    def bodies(self) -> "MadeArchive":
        return self

    def read(self, capture_id: str, place: Place) -> bytes:
        return self.body

    def close(self) -> None:
        pass
