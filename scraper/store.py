"""What a crawl needs of others: of the archive, and of whoever reads pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Protocol

from scraper.exchange import Exchange


class Stored(Protocol):
    """What the archive says of an exchange that it has just stored."""

    @property
    def capture_id(self) -> str | None:
        """The capture that it is; None where it settled nothing."""

    @property
    def same_body_as(self) -> str | None:
        """An earlier capture of the same page with the same body."""


class Last(Protocol):
    """How the newest capture of a page from one site reads."""

    @property
    def outcome(self) -> str:
        """The outcome."""

    @property
    def time(self) -> dt.datetime:
        """When it was made, in UTC."""


class Store(Protocol):
    """What a crawl needs of `scraper.archive.Archive`."""

    def store(
        self,
        exchange: Exchange,
        *,
        source: str,
        page_kind: str | None,
        page_code: str | None,
        outcome: str | None,
    ) -> Stored:
        """Keep an exchange; it is durable when this returns. ``outcome`` is None where it settles nothing."""

    def latest_good(self, page_kind: str, page_code: str) -> dt.datetime | None:
        """When the newest capture of the page with outcome ok was made, from whichever site."""

    def last_outcomes(self, page_kind: str, page_code: str) -> Mapping[str, Last]:
        """How the newest capture of the page reads, by the site (``host/application``) that was asked."""

    def last_asked(self) -> dt.datetime | None:
        """When the exchange ended that was stored last; None where there is none."""


class Classify(Protocol):
    """`parsers.classify`: what the bytes of a page are."""

    def __call__(self, body: bytes, *, kind: str, code: str, status: int) -> str:
        """The outcome."""
