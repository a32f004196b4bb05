"""What may go wrong when tables are built."""

from __future__ import annotations


class BuildError(Exception):
    """The tables could not be built; the message says why, and an earlier build's files are untouched."""


class UnknownTable(LookupError):  # noqa: N818, the name says what it is
    """There is no table of that name; the message lists those that there are."""


class ExportError(Exception):
    """The tables could not be written in another format; the message says why, and no file was changed."""
