"""Captures of a page and what they say, for tests of what changed between them."""

import datetime as dt
import hashlib
from collections.abc import Iterable

import parsers
from normaliser.changes import changes_of_page
from normaliser.compared import Reading, reading
from normaliser.derived import Change
from normaliser.page_check import record_columns
from normaliser.rows import page_rows
from scraper.capture import ArchivedCapture
from tests.template import CODE

SITE, OTHER_SITE = "monitor.bangkok.go.th/mobile", "dp1.bangkok.go.th/mobile"
FIRST_DAY = dt.datetime(2020, 4, 1, 3, tzinfo=dt.UTC)


def read_capture(
    body: str | bytes,
    hours: float = 0,
    *,
    site: str = SITE,
    kind: str = "project",
    code: str = CODE,
) -> Reading:
    """What a page says that was captured so many hours after the first day's morning."""
    body = body.encode() if isinstance(body, str) else body
    capture = ArchivedCapture(
        source="file",
        url=f"http://{site}/page.php?pid={code}",
        file_name=None,
        site=site,
        page_kind=kind,
        page_code=code,
        code_source="url",
        captured_at=FIRST_DAY + dt.timedelta(hours=hours),
        captured_at_source="sidecar",
        fetched_at=None,
        http_status=None,
        body_sha256=hashlib.sha256(body).hexdigest(),
        size_bytes=len(body),
    )
    found = page_rows(capture, parsers.parse(body, kind=kind, code=code))
    assert found.sound
    assert found.capture.outcome == "ok"
    tables = {"captures": record_columns("captures", [found.capture], capture.capture_id)}
    if found.issues:
        tables["parse_issues"] = record_columns("parse_issues", found.issues, capture.capture_id)
    return reading(tables | found.tables)


def changes_of(readings: Iterable[Reading], kind: str = "project", code: str = CODE) -> list[Change]:
    return changes_of_page(kind, code, readings).changes


def changes(*bodies: str | bytes, kind: str = "project", code: str = CODE) -> list[Change]:
    """The changes between captures of a page on one site, a week apart."""
    return changes_of(
        (read_capture(body, 168 * week, kind=kind, code=code) for week, body in enumerate(bodies)), kind, code
    )


Told = tuple[str, str, str, str | None, str | None, str | None]


def told(found: Iterable[Change]) -> list[Told]:
    """Kind, table, row, column, old and new of each change."""
    return [(c.kind, c.table, c.row_key, c.column, c.old, c.new) for c in found]
