"""Where each value of a record stands, for records whose values lie scattered over their page."""

from __future__ import annotations

from collections.abc import Mapping

from parsers.records import FieldLines, PageRecord

Places = dict[str, tuple[int, int]]
"""First and last line of each column's value."""


def span(record: PageRecord, places: Places) -> None:
    """Let a record reach from the first to the last line that one of its values stands on."""
    if places:
        record.line_first = min(first for first, _ in places.values())
        record.line_last = max(last for _, last in places.values())


def field_lines(rows: Mapping[tuple[str, int], Places]) -> list[FieldLines]:
    """The lines of each value, given the places of rows by (table, 1-based row of it on the page)."""
    return [
        FieldLines(table_name=table, position=position, column=column, line_first=first, line_last=last)
        for (table, position), places in rows.items()
        for column, (first, last) in sorted(places.items(), key=lambda place: place[1])
    ]
