"""What holds of the reading of any page, whatever its bytes were."""

from parsers.columns import COPY_KINDS, OUTCOMES
from parsers.page import Page
from parsers.records import TABLES_OF_KIND


def check_account(page: Page) -> None:
    """No line has disappeared, and what is said of lines is said of lines that there are."""
    assert page.outcome in OUTCOMES
    assert page.copy_kind is None or page.copy_kind in COPY_KINDS
    filled = sum(bool(line) for line in page.lines)
    assert page.lines_parsed + page.lines_known + page.lines_unparsed == page.lines_total == filled
    assert [found.issue_number for found in page.issues] == list(range(1, len(page.issues) + 1))
    assert {(found.page_kind, found.page_code) for found in page.issues} <= {(page.kind, page.code)}
    assert all(found.line is None or 1 <= found.line <= len(page.lines) for found in page.issues)
    assert set(page.records) in (set(), set(TABLES_OF_KIND.get(page.kind, ())))
    rows = [row for table in page.records.values() for row in table]
    assert all(1 <= row.line_first <= row.line_last <= len(page.lines) for row in rows)
