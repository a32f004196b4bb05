"""From the bytes of a BMA page to records with line numbers. No network, no files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parsers.page import Page

VERSION = "3"
"""Changes when the same bytes may give other records."""


def parse(body: bytes, *, kind: str | None = None, code: str | None = None) -> Page:
    """Read one page into records, lines and issues; kind and code are hints, as its URL gives them.

    Never raises for what the bytes hold: see `Page.outcome` and `Page.issues`.
    """
    from parsers.reading import read_page  # pythainlp, not needed to describe the tables

    return read_page(body, kind=kind, code=code)


def classify(body: bytes, *, kind: str | None, code: str | None, status: int | None = None) -> str:
    """What the answer of a server is, one of `parsers.columns.OUTCOMES`: see `parsers.outcomes.classify`."""
    from parsers.outcomes import classify

    return classify(body, kind=kind, code=code, status=status)
