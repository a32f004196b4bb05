"""What of a capture is compared with other captures of its page: rows of facts, and what is not sure.

A fact is a value that the page states: not its place on the page, a printed running number, or what only the
archive or the site's calendar knows. Texts are compared as a reader takes them (`parsers.thai`), numbers as
numbers, so that another way of printing the same is no difference.
"""

from __future__ import annotations

import datetime as dt
import json
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from normaliser.page_check import Columns
from normaliser.schema import layout
from parsers import issues
from parsers.records import TABLES
from parsers.thai import comparison_form
from parsers.walk import WITHHELD

Lines = tuple[int, int]
"""First and last line, as ``bma text`` numbers them."""

_NO_FACTS = {
    *("capture_id", "url", "captured_at", "line_first", "line_last"),
    *("page_kind", "page_code", "project_code", "city_indicator_code", "it_review_code", "agency_code"),
    *("position", "indicator_position", "sequence", "step", "dimension", "evaluation_quarter"),
}
"""Columns that name the page, the capture or a place, and the quarter that the whole site shows that day."""
_NO_FACTS_OF = {"indicator_quarters": {"indicator_code"}}

PARENTS = {"indicator_quarters": "indicators", "agency_indicator_quarters": "agency_indicators"}
"""The tables whose rows belong to rows of another table, by ``indicator_position``."""

_DOUBTS = frozenset(
    kind.code
    for kind in (
        issues.UNPARSED_TEXT,
        issues.MISSING_HEADING,
        issues.MISPLACED_HEADING,
        issues.OPEN_END,
        issues.MISSING_SEPARATOR,
        issues.SECOND_PAGE,
        issues.UNDECODABLE_BYTES,
        issues.TOO_MANY_LINES,
    )
)
"""Issues that say that a row or a value may stand on the page and not be recognised."""
_REDUCED = ("reduced_text", "reduced_html")


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """The capture that says something.

    doubts names what on its page was not recognised. What such a page lacks is lacking for certain only
    beside a capture with the same doubts: whatever it is, it stood there too.
    """

    capture_id: str
    site: str
    captured_at: dt.datetime
    is_full: bool
    doubts: frozenset[Hashable]


@dataclass(slots=True, eq=False)
class Row:
    """One row of a capture.

    values holds all facts, null where the page gives none; number is what is printed in front of the row;
    name is what a person calls it, each once in a table. indicator is the position of the indicator that a
    quarter belongs to, parent the same indicator across captures (set when those are matched).
    """

    values: dict[str, Any]
    position: int
    number: int | None
    indicator: int | None
    lines: Lines
    places: dict[str, Lines]
    name: str = ""
    parent: int | None = None

    def lines_of(self, column: str) -> Lines:
        """Where a value stands: its own lines where they are known, else those of the row."""
        return self.places.get(column, self.lines)


@dataclass(slots=True, eq=False)
class Reading:
    """What one capture says: its rows by table, in page order.

    unsure holds, by ``table.column``, the lines with issues of such values, sorted; 0 is the whole page.
    """

    source: Source
    tables: dict[str, list[Row]]
    unsure: dict[str, list[int]] = field(default_factory=dict)

    def is_unsure(self, table: str, column: str, row: Row) -> bool:
        """Whether an issue says that this value, which is null, may be something else."""
        lines = self.unsure.get(f"{table}.{column}")
        if lines is None:
            return False
        next_one = bisect_left(lines, row.lines[0])
        return lines[0] == 0 or (next_one < len(lines) and lines[next_one] <= row.lines[1])


@cache
def fact_columns(table: str) -> tuple[str, ...]:
    """The columns of a table that are compared, in its order."""
    no_facts = _NO_FACTS | _NO_FACTS_OF.get(table, set())
    return tuple(column for column in layout(table).names if column not in no_facts)


def compared_columns(table: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The columns of two rows to look at: of a measure its value where both are numbers, else its text."""
    columns = []
    for column in fact_columns(table):
        base, _, part = column.rpartition("_")
        if part in ("text", "value") and f"{base}_text" in new and f"{base}_value" in new:
            value = f"{base}_value"
            are_numbers = old.get(value) is not None and new.get(value) is not None
            if are_numbers != (part == "value"):
                continue
        columns.append(column)
    return columns


def form(value: Any) -> Hashable:
    """A value as it is compared."""
    return _text_form(value) if isinstance(value, str) else value


@lru_cache(maxsize=4096)
def _text_form(text: str) -> str:
    return comparison_form(text)


def signature(values: Mapping[str, Any]) -> frozenset[tuple[str, Hashable]]:
    """All that a row says, to tell whether another says the same."""
    return frozenset((column, form(value)) for column, value in values.items() if value is not None)


def text_of(value: Any) -> str | None:
    """A value as ``old`` and ``new`` print it: as the CSV files do."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, dt.date) else repr(value)


def row_text(values: Mapping[str, Any]) -> str:
    """A whole row as ``old`` and ``new`` print it: its facts, without nulls, as one JSON object."""
    said = {
        column: value.isoformat() if isinstance(value, dt.date) else value
        for column, value in values.items()
        if value is not None
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


# From tables to readings


def reading(tables: Mapping[str, Columns]) -> Reading:
    """The reading of a capture, given its row of ``captures`` and its rows of all other tables.

    Its site, time and code must be known.
    """
    capture = {name: values[0] for name, values in _named("captures", tables["captures"]).items()}
    doubts: set[Hashable] = set()
    unsure: dict[str, list[int]] = defaultdict(list)
    for issue in _records("parse_issues", tables.get("parse_issues")):
        code, field_, text = issue["code"], issue["field"], issue["text"]
        if code in _DOUBTS or (field_ is not None and "." not in field_):
            told = issue["message"] if text is None else text
            doubts.add((code, told, capture["capture_id"] if text == WITHHELD else None))
        elif field_ is not None and code != issues.EMPTY_VALUE.code:  # there, and nothing stands behind it
            unsure[field_].append(issue["line"] or 0)
    return Reading(
        Source(
            capture["capture_id"],
            capture["site"],
            capture["captured_at"],
            capture["copy_kind"] not in _REDUCED,
            frozenset(doubts),
        ),
        _rows(tables, capture["page_code"]),
        {column: sorted(lines) for column, lines in unsure.items()},
    )


def _rows(tables: Mapping[str, Columns], page_code: str) -> dict[str, list[Row]]:
    places: dict[tuple[str, int], dict[str, Lines]] = defaultdict(dict)
    for place in _records("field_lines", tables.get("field_lines")):
        own = places[place["table_name"], place["position"]]
        own[place["column"]] = (place["line_first"], place["line_last"])
    found: dict[str, list[Row]] = {}
    for table in TABLES:  # an indicator before its quarters
        columns = tables.get(table)
        if columns is None or table in ("captures", "parse_issues", "field_lines"):
            continue
        facts = fact_columns(table)
        rows = [
            Row(
                values={column: record[column] for column in facts},
                position=record.get("position", 1),
                number=record.get("sequence", record.get("step")),
                indicator=record.get("indicator_position"),
                lines=(record["line_first"], record["line_last"]),
                places=places.get((table, record.get("position", 1)), {}),
            )
            for record in _records(table, columns)
        ]
        found[table] = rows
        parents = {row.position: row.name for row in found.get(PARENTS.get(table, ""), ())}
        _give_names(rows, _NAMES.get(table, lambda row, parent: page_code), parents)
    return found


def _named(table: str, columns: Columns) -> dict[str, tuple[Any, ...]]:
    return dict(zip(layout(table).names, columns, strict=True))


def _records(table: str, columns: Columns | None) -> list[dict[str, Any]]:
    names = layout(table).names
    return [dict(zip(names, row, strict=True)) for row in zip(*columns or (), strict=True)]


_Name = Callable[[Row, str], str | None]


def _quarter(row: Row, parent: str) -> str | None:
    quarter = row.values["quarter"]
    return f"{parent} quarter {'unknown' if quarter is None else quarter}"


_NAMES: dict[str, _Name] = {
    "strategy_links": lambda row, _: row.values["level"] and f"level {row.values['level']}",
    "progress_reports": lambda row, _: row.values["report_date"] and row.values["report_date"].isoformat(),
    "plan_steps": lambda row, _: None if row.number is None else str(row.number),
    "indicators": lambda row, _: row.values["indicator_code"] or row.values["name"],
    "indicator_quarters": _quarter,
    "agency_indicators": lambda row, _: row.values["name"],
    "agency_indicator_quarters": _quarter,
}
"""What names a row of a table; the one row of any other table is named by its page's code."""


def _give_names(rows: list[Row], name: _Name, parents: Mapping[int, str]) -> None:
    """Name each row; the second of a name gets ``#2`` behind it, and one without a name its position."""
    counts: Counter[str] = Counter()
    for row in rows:
        named = name(row, parents.get(row.indicator or 0, "")) or f"position {row.position}"
        counts[named] += 1
        row.name = named if counts[named] == 1 else f"{named} #{counts[named]}"
