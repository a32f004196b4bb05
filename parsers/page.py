"""What one page says: its records, its lines and how each was accounted for, its issues."""

from __future__ import annotations

from dataclasses import dataclass, field

from parsers import issues
from parsers.records import PageRecord, ParseIssue
from parsers.walk import Walk


@dataclass(slots=True, kw_only=True)
class Page:
    """The reading of one page.

    kind, code
        Which page it is (see ``page_kind``, ``page_code`` in the tables); code is None where neither the
        page nor a hint tells.
    outcome
        One of `parsers.columns.OUTCOMES`.
    copy_kind, encoding
        How the bytes were made and decoded; None where they could not be read as text.
    lines
        The page's lines, blank ones included; line n of ``bma text`` is ``lines[n - 1]``.
    records
        Rows by table name, in page order; every table that the kind can fill is present.
    issues
        In the order of the lines they speak of, those of the whole page first.
    lines_parsed, lines_known, lines_unparsed
        Counts of non-blank lines; their sum is the number of non-blank lines.
    private_lines
        Numbers of the lines that are a contact, or may be one on a damaged page: shown to nobody else.
    """

    kind: str
    code: str | None
    outcome: str
    copy_kind: str | None
    encoding: str | None
    lines: list[str]
    records: dict[str, list[PageRecord]] = field(default_factory=dict)
    issues: list[ParseIssue] = field(default_factory=list)
    lines_parsed: int = 0
    lines_known: int = 0
    lines_unparsed: int = 0
    private_lines: frozenset[int] = frozenset()

    @property
    def lines_total(self) -> int:
        """Number of non-blank lines."""
        return self.lines_parsed + self.lines_known + self.lines_unparsed


@dataclass(slots=True)
class Reading:
    """What the parser of one kind made of a page's lines.

    code
        The printed one; None where the page does not print it.
    reduced
        Whether it is a reduced copy.
    is_empty
        Whether the page has the labels of its kind and nothing behind them.
    cut
        Why the page is known not to be whole; None where it may be.
    records
        The rows by table; a table without rows may be absent.
    """

    code: str | None
    reduced: bool
    is_empty: bool
    cut: str | None
    records: dict[str, list[PageRecord]] = field(default_factory=dict)


def settle_code(walk: Walk, printed: str | None, hinted: str | None, field: str, *, reduced: bool) -> str:
    """The code that keys a page's rows: the printed one, else the address's; blank where neither is known.

    A full page prints its code, so that it is an issue of ``field`` where that could not be read.
    """
    if hinted and not (printed or reduced):
        walk.issue(issues.CODE_UNREADABLE, None, field, code=hinted)
    return printed or hinted or ""
