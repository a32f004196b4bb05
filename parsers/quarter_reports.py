"""The paragraph that reports on each quarter of an indicator, under `รายงานผลฯ ไตรมาสที่ 1` to `4`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from parsers.places import Places
from parsers.records import AgencyIndicatorQuarter, IndicatorQuarter
from parsers.sections import Section, heading_keys, paragraph
from parsers.walk import Walk

REPORT_HEADINGS = {f"report_{quarter}": f"รายงานผลฯ ไตรมาสที่ {quarter}" for quarter in range(1, 5)}
"""The headings by name of their section, in page order."""
REPORT_KEYS = heading_keys(REPORT_HEADINGS)

_NONE_REPORTED = frozenset({"-", "–"})


def read_quarter_reports(
    walk: Walk,
    sections: Mapping[str, Section],
    rows: Sequence[IndicatorQuarter | AgencyIndicatorQuarter],
    table: str,
    *,
    last_ends: bool,
) -> list[Places]:
    """Put each quarter's paragraph into the row of that quarter; where each row's stands, row by row.

    A paragraph whose quarter has no row, or several, stays unread. ``last_ends`` tells that something
    shows where the last report ends. A `-` or an empty paragraph is null.
    """
    all_places: list[Places] = [{} for _ in rows]
    ends = [*(name in sections for name in list(REPORT_HEADINGS)[1:]), last_ends]
    for (quarter, name), is_ended in zip(enumerate(REPORT_HEADINGS, 1), ends, strict=True):
        own = [place for place, row in enumerate(rows) if row.quarter == quarter]
        if len(own) == 1:
            row, places = rows[own[0]], all_places[own[0]]
            text = paragraph(walk, sections.get(name), f"{table}.report", places, ends=is_ended)
            if text in _NONE_REPORTED:
                places.clear()
            else:
                row.report = text
    return all_places
