"""From a page's bytes to its records."""

from __future__ import annotations

from parsers import issues
from parsers.kinds import is_project, looks_like
from parsers.page import Page
from parsers.project import read_project
from parsers.project_head import contact_lines
from parsers.records import TABLES_OF_KIND
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
        outcome="undecodable" if text.encoding is None else "unknown_kind",
        copy_kind=("html" if text.is_html else "text") if text.encoding else None,
        encoding=text.encoding,
        lines=text.lines,
    )
    if filled > MOST_LINES:
        walk.issue(issues.TOO_MANY_LINES, count=filled, most=MOST_LINES)
    elif walk.filled:
        if is_project(walk, kind):
            _read_project(page, walk, text, kind, code)
        else:
            walk.issue(issues.UNKNOWN_PAGE, looks_like=looks_like(walk))
    if walk.unread(walk.filled):
        walk.private(contact_lines(walk))
    page.lines_parsed, page.lines_known, page.lines_unparsed = walk.close()
    if filled > MOST_LINES:
        page.lines_unparsed = filled
    page.issues = walk.issues
    for found in page.issues:
        found.page_kind, found.page_code = page.kind, page.code
    return page


def _read_project(page: Page, walk: Walk, text: Text, kind: str | None, code: str | None) -> None:
    """Read a project page's lines into the page, and judge what it is worth; kind and code were asked for."""
    other_kind = kind if kind not in ("project", "unknown") else None
    reading = read_project(walk, None if other_kind else code, closed=text.closed)
    page.kind = "project"
    page.code = reading.code if other_kind else code or reading.code
    page.outcome = "ok"
    if reading.reduced:
        page.copy_kind = f"reduced_{page.copy_kind}"
    page.records = {table: reading.records[table] for table in TABLES_OF_KIND["project"]}
    cut = reading.cut or ("its end cannot be read" if text.cut else None)
    if reading.is_empty:
        walk.issue(issues.EMPTY_RECORD)
        page.outcome = "empty_record" if reading.code else "soft_not_found"
        page.records = {}
    elif other_kind or (code and reading.code and reading.code != code):
        printed, expected = f"project {reading.code or ''}", f"{other_kind or 'project'} {code or ''}"
        walk.issue(issues.WRONG_PAGE, printed=printed.strip(), expected=expected.strip())
        page.outcome = "wrong_page"
    elif cut:
        walk.issue(issues.TRUNCATED, reason=cut)
        page.outcome = "truncated"
    if page.code is None:
        walk.issue(issues.PAGE_CODE_UNKNOWN)
        page.records = {}
