"""From a page's bytes to its records."""

from __future__ import annotations

from parsers import issues
from parsers.kinds import Kind, recognise, stranger
from parsers.page import Page
from parsers.project_head import contact_lines
from parsers.records import TABLES_OF_KIND, FieldLines
from parsers.text import Text, read_text
from parsers.walk import Walk

MOST_LINES = 50_000
"""Non-blank lines of a page that is read; so many bound what its records and issues take of the memory."""


def read_page(body: bytes, *, kind: str | None = None, code: str | None = None) -> Page:
    """Read one page; kind and code are what its URL says, if one is known.

    Whatever the bytes are, a `Page` comes back: what could not be read is in its outcome and issues.
    """
    text = read_text(body)
    filled = sum(map(bool, text.lines))
    walk = Walk(text.lines if filled <= MOST_LINES else [], text.issues)
    page = Page(
        kind="unknown",
        code=code,
        outcome=_outcome_of_nothing(text),
        copy_kind=("html" if text.is_html else "text") if text.encoding else None,
        encoding=text.encoding,
        lines=text.lines,
    )
    if filled > MOST_LINES:
        walk.issue(issues.TOO_MANY_LINES, count=filled, most=MOST_LINES)
    elif walk.filled:
        found = recognise(walk, kind)
        if found:
            _read_as(page, found, walk, text, kind, code)
        else:
            looks_like, page.outcome = stranger(walk)
            walk.issue(issues.UNKNOWN_PAGE, looks_like=looks_like)
    if walk.unread(walk.filled):
        walk.private(contact_lines(walk))
    page.private_lines = frozenset(walk.unread_private()) | _contact(page)
    page.lines_parsed, page.lines_known, page.lines_unparsed = walk.close()
    if filled > MOST_LINES:
        page.lines_unparsed = filled
    page.issues = walk.issues
    for issue in page.issues:
        issue.page_kind, issue.page_code = page.kind, page.code
    return page


def _contact(page: Page) -> frozenset[int]:
    """The lines that were read as the contact."""
    return frozenset(
        number
        for place in page.records.get("field_lines", ())
        if isinstance(place, FieldLines) and place.column == "contact_kind"
        for number in range(place.line_first, place.line_last + 1)
    )


def _outcome_of_nothing(text: Text) -> str:
    """The outcome of a page on which no line says what it is; HTML that shows nothing is an empty shell."""
    if text.encoding is None:
        return "undecodable"
    return "soft_not_found" if text.is_html and not any(text.lines) else "unknown_kind"


def _read_as(page: Page, found: Kind, walk: Walk, text: Text, kind: str | None, code: str | None) -> None:
    """Read lines as a page of the kind found, and judge what it is worth; kind and code were asked for."""
    other_kind = kind if kind not in (found.name, "unknown") else None
    reading = found.read(walk, text, None if other_kind else code)
    if reading.is_empty:  # a page of no kind: nothing on it says more than that it is empty
        walk.issue(issues.EMPTY_RECORD, empty=found.name)
        page.outcome = "empty_record" if reading.code else "soft_not_found"
        return
    page.kind = found.name
    page.code = reading.code if other_kind else code or reading.code
    page.outcome = "ok"
    page.records = {table: reading.records.get(table, []) for table in TABLES_OF_KIND[found.name]}
    if reading.reduced:
        page.copy_kind = f"reduced_{page.copy_kind}"
    cut = reading.cut or ("its end cannot be read" if text.cut else None)
    if other_kind or not _is_page(reading.code, code):
        printed, expected = f"{found.name} {reading.code or ''}", f"{other_kind or found.name} {code or ''}"
        walk.issue(issues.WRONG_PAGE, printed=printed.strip(), expected=expected.strip())
        page.outcome = "wrong_page"
    elif cut:
        walk.issue(issues.TRUNCATED, reason=cut)
        page.outcome = "truncated"
    if page.code is None:
        walk.issue(issues.PAGE_CODE_UNKNOWN)
        page.records = {}


def _is_page(printed: str | None, expected: str | None) -> bool:
    """Whether the code that a page prints may be the one that was asked for; a year may be added to that."""
    return not (printed and expected) or expected == printed or expected.startswith(f"{printed}-")
