"""From one capture, and what its page says, to its rows in every table."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, NamedTuple, cast

from normaliser.page_check import Columns, PageFault, checked_columns
from normaliser.schema import layout
from parsers import issues
from parsers.page import Page
from parsers.records import TABLES_OF_KIND, Capture, ParseIssue, Project
from scraper.capture import ArchivedCapture, iso_time

_UNQUOTABLE = re.compile(r"[^ -~]+|0x[0-9a-f]+|[0-9][0-9 -]{3,}")
_REASON_LIMIT = 200


class PageRows(NamedTuple):
    """What one capture adds to the tables.

    capture
        Its row of ``captures``; ``is_latest`` is False until all captures are known.
    issues
        Its rows of ``parse_issues``, numbered from 1: those of the archive and the build, then the page's.
    tables
        Its rows elsewhere, as columns, sorted by key; a table without rows is absent.
    sound
        Whether the rows can stand in the tables. Those of a page with a fault are dropped.
    """

    capture: Capture
    issues: list[ParseIssue]
    tables: dict[str, Columns]
    sound: bool


def capture_row(capture: ArchivedCapture, page: Page) -> Capture:
    """The ``captures`` row of a capture that reads as ``page``; ``is_latest`` is False."""
    return Capture(
        capture_id=capture.capture_id,
        site=capture.site,
        page_kind=page.kind,
        page_code=page.code,
        url=capture.url,
        file_name=capture.file_name,
        source=capture.source,
        captured_at=capture.captured_at,
        captured_at_source=capture.captured_at_source,
        fetched_at=capture.fetched_at,
        http_status=capture.http_status,
        outcome=page.outcome,
        encoding=page.encoding,
        copy_kind=page.copy_kind,
        body_sha256=capture.body_sha256,
        size_bytes=capture.size_bytes,
        lines_total=page.lines_total,
        lines_parsed=page.lines_parsed,
        lines_known=page.lines_known,
        lines_unparsed=page.lines_unparsed,
        digest_check=capture.digest_check,
        archive_location=capture.archive_location,
        is_latest=False,
    )


def page_rows(capture: ArchivedCapture, page: Page) -> PageRows:
    """What a capture that reads as ``page`` adds to the tables.

    Fills in what only the archive knows: a project's ``url`` and ``captured_at``, the number, kind and
    code of each issue, and the issue on a file's own time. A page without a code has no rows; one with a
    fault in its keys or values (see `checked_columns`) has none either, and an error issue.
    """
    row = capture_row(capture, page)
    for project in cast("list[Project]", page.records.get("projects", [])):
        project.url, project.captured_at = row.url, row.captured_at
    added: list[ParseIssue] = []
    if capture.captured_at_source == "file_time":
        added.append(issues.issue(issues.FILE_TIME))
    tables: dict[str, Columns] = {}
    sound = True
    if page.code is not None:
        try:
            tables = checked_columns(page, row.capture_id)
        except PageFault as fault:
            added.append(issues.issue(issues.KEY_FAULT, reason=fault))
            sound = False
    elif page.kind != "unknown" and issues.PAGE_CODE_UNKNOWN.code not in {i.code for i in page.issues}:
        added.append(issues.issue(issues.PAGE_CODE_UNKNOWN))
    found = [*added, *page.issues]
    for number, issue in enumerate(found, 1):
        issue.issue_number, issue.page_kind, issue.page_code = number, page.kind, page.code
    return PageRows(row, found, tables, sound)


def failed_page(capture: ArchivedCapture, issue: ParseIssue, outcome: str = "undecodable") -> Page:
    """The page of a capture that could not be read: without lines or rows, with an issue."""
    return Page(
        kind=capture.page_kind or "unknown",
        code=capture.page_code,
        outcome=outcome,
        copy_kind=None,
        encoding=None,
        lines=[],
        issues=[issue],
    )


def reason_of(error: Exception) -> str:
    """An error as the reason in an issue: its type and text.

    What may be text of the page (a name), a telephone number or an address in memory is left out, so that
    the same page gives the same issue and nothing personal is quoted.
    """
    return _UNQUOTABLE.sub("…", f"{type(error).__name__}: {error}")[:_REASON_LIMIT]


def page_as_json(capture: ArchivedCapture, page: Page) -> dict[str, Any]:
    """One page as ``bma parse`` prints it: kind, code, capture, tables and issues, ready for `json.dump`.

    Rows stand in page order and have their table's columns without ``capture_id``; every table that the
    kind can fill is present. ``is_latest`` is null: one page alone cannot tell.
    """
    found = page_rows(capture, page)
    return {
        "kind": page.kind,
        "code": page.code,
        "capture": {**_as_json("captures", found.capture), "is_latest": None},
        "tables": {
            name: [_as_json(name, record) for record in page.records.get(name, ()) if name in found.tables]
            for name in TABLES_OF_KIND.get(page.kind, ())
        },
        "issues": [_as_json("parse_issues", issue) for issue in found.issues],
    }


def _as_json(name: str, record: object) -> dict[str, Any]:
    own = (column for column in layout(name).names if name == "captures" or column != "capture_id")
    return {column: _iso(getattr(record, column)) for column in own}


def _iso(value: object) -> object:
    if isinstance(value, dt.datetime):
        return iso_time(value)
    return value.isoformat() if isinstance(value, dt.date) else value
