"""What can go wrong in this room; every message says what, where, and what to do."""

# ruff: noqa: N818 (the names say what is the case, as ArchiveBusy)
from __future__ import annotations


class ScraperError(Exception):
    """The base of all errors of this room."""


class ArchiveError(ScraperError):
    """The archive cannot do what it was asked to."""


class ArchiveBusy(ArchiveError):
    """Another process is writing to the archive."""


class ArchiveDamaged(ArchiveError):
    """The bytes at ``offset`` of the WARC file ``file`` are not those that were stored."""

    def __init__(self, file: str, offset: int, reason: str) -> None:
        super().__init__(
            f"{file}, byte {offset}: {reason}; restore the file from a copy, or import the page again"
        )
        self.file = file
        self.offset = offset
        self.reason = reason


class NoPages(ScraperError):
    """A path does not exist, or nothing in it is a saved page."""


class BadClaim(ScraperError):
    """A URL, time, kind or code that a user or a sidecar gives cannot stand."""


class Fault(ScraperError):
    """An exchange failed: ``failure`` is one of `scraper.exchange.FAILURES`, ``detail`` says more."""

    def __init__(self, failure: str, detail: str) -> None:
        super().__init__(f"{failure}: {detail}")
        self.failure = failure
        self.detail = detail


class NotAsked(ScraperError):
    """A page was not asked for; ``for_all`` where the same holds for all of its host's.

    ``asks_to_wait`` (seconds) is set where the host wants to be left alone for longer than we wait.
    """

    def __init__(self, reason: str, *, for_all: bool, asks_to_wait: float | None = None) -> None:
        super().__init__(reason)
        self.for_all = for_all
        self.asks_to_wait = asks_to_wait


class Stopped(ScraperError):
    """The run is to end before the page in hand is settled."""


class SourceFailed(ScraperError):
    """A web archive cannot be asked further in this run; ``refuses``: it refuses us, or asks us to wait."""

    def __init__(self, reason: str, *, refuses: bool = False) -> None:
        super().__init__(reason)
        self.refuses = refuses
