"""Which columns hold free text, and a filter for it: what people wrote may name people.

Codes, addresses, dates, the names of agencies, units and strategies, and words of ours are `FIXED`. A test
holds the two lists together with the tables, so that a new column of text belongs to one of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parsers.redaction import Redacted

FREE = frozenset(
    (
        *("name", "rationale", "objectives", "goals", "contact_unit", "file_name"),
        *("narrative", "problems", "obstacles", "description"),
        *("target_text", "result_text", "summary", "definition", "report"),
        *("data_kind", "method", "data_source", "further_text", "negotiated", "strategy_text", "decision"),
        *("text", "message", "row_key", "old", "new", "value", "expected", "message_th", "message_en"),
        *("reason_th", "reason_en"),
    )
)
"""Names of columns in which a page, or who saved it, can say anything."""

FIXED = frozenset(
    (
        *("capture_id", "site", "page_kind", "page_code", "url", "source", "captured_at_source", "outcome"),
        *("encoding", "copy_kind", "body_sha256", "project_code", "agency_code", "agency_name"),
        *("subagency_name", "contact_kind", "org_code_first", "org_code_second", "level_name", "number"),
        *("title", "title_en", "indicator_code", "unit", "indicator_type", "result_level"),
        *("city_indicator_code", "dimension_name", "it_review_code", "policy_id", "branch_id"),
        *("table_name", "column", "code", "severity", "field", "kind", "table", "old_capture_id"),
        *("new_capture_id", "finding_id", "check", "capture_id_before", "status"),
        *("digest_check", "archive_location", "agency_kind", "district_code"),
    )
)
"""Names of the other columns of text."""

_NAMES_OF_AGENCIES = ("agencies", "name")

TextFilter = Callable[[str], "Redacted"]
"""From a text to what stays of it, and counts: `parsers.redaction.redact`."""


def is_free(table: str, column: str) -> bool:
    """Whether a column of text may hold anything."""
    return column in FREE and (table, column) != _NAMES_OF_AGENCIES


class CountingFilter:
    """A filter over columns that adds up what was taken out; without one inside, texts pass as they are.

    ``values`` counts the texts that were changed, ``counts`` the marks set in them, by kind.
    """

    def __init__(self, inner: TextFilter | None) -> None:
        self.inner = inner
        self.values = 0
        self.counts: Counter[str] = Counter()

    def include(self, other: CountingFilter) -> None:
        """Add what another has counted."""
        self.values += other.values
        self.counts += other.counts

    def places(self, table: str, columns: Sequence[str]) -> list[int]:
        """Which of a table's columns go through the filter."""
        return [
            place for place, column in enumerate(columns) if self.inner is not None and is_free(table, column)
        ]

    def texts(self, texts: Sequence[Any]) -> list[str | None]:
        """Texts as they may be shown; null stays null."""
        return [None if text is None else self._shown(text) for text in texts]

    def _shown(self, text: str) -> str:
        if self.inner is None:
            return text
        found = self.inner(text)
        if found.counts:
            self.values += 1
            self.counts += found.counts
        return found.text
