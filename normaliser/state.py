"""What a page says on one site, as far as its captures told, and what the next capture changes of that.

A state holds for each fact the value that was last said, and the capture that said it. A capture changes what
it can tell and leaves the rest: a reduced copy cannot tell that something is not there. So a change is one
between two captures that both speak of the fact, however many lie between them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from normaliser.compared import (
    PARENTS,
    Lines,
    Reading,
    Row,
    Source,
    compared_columns,
    form,
    row_text,
    signature,
    text_of,
)
from normaliser.derived import Change
from normaliser.matching import is_one_of_its_own, match
from parsers.records import TABLES


@dataclass(slots=True, eq=False)
class _Known:
    """A row as it was last said, by ``source`` as ``row``. What no capture could tell is not in ``values``.

    sources and lines are those of each value; earlier holds the other values that a column has shown, said
    all facts that the row has shown at one time.
    """

    row_id: int
    row: Row
    source: Source
    values: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    lines: dict[str, Lines] = field(default_factory=dict)
    earlier: dict[str, set[Hashable]] = field(default_factory=dict)
    said: set[Hashable] = field(default_factory=set)
    parent: int | None = None

    @property
    def number(self) -> int | None:
        """The number that was last printed."""
        return self.row.number


class State:
    """What a page says on one site: its rows by table, in page order.

    Rows that are gone are found by their table, indicator and all facts that they have shown at one time.
    ``_full`` holds the captures that told which rows there are, the last one first: of those with the same
    doubts, or more, only that.
    """

    def __init__(self, page_kind: str, page_code: str) -> None:
        self._page_kind, self._page_code = page_kind, page_code
        self._rows: dict[str, list[_Known]] = defaultdict(list)
        self._gone: dict[tuple[str, int | None, Hashable], list[_Known]] = defaultdict(list)
        self._full: list[Source] = []
        self._ids = count()

    def take(self, reading: Reading) -> list[Change]:
        """Learn what a later capture says, and return what that changes, by table, row and column."""
        found: list[Change] = []
        for table in TABLES:
            rows = reading.tables.get(table, [])
            if rows or self._rows[table]:
                self._set_parents(table, rows, reading.source)
                found += self._take_rows(table, rows, reading)
        source = reading.source
        if source.is_full:
            self._full = [source, *(full for full in self._full if not source.doubts <= full.doubts)]
        return found

    def rows_not_proven(self) -> int:
        """How many rows the last full capture lacks, without telling that they are gone."""
        if not self._full:
            return 0
        last = self._full[0]
        return sum(
            known.source is not last and known.source.captured_at <= last.captured_at
            for rows in self._rows.values()
            for known in rows
        )

    def _set_parents(self, table: str, rows: list[Row], source: Source) -> None:
        """Tell each quarter which of the indicators it belongs to; those have been taken before."""
        parents = self._rows.get(PARENTS.get(table, ""), [])
        ids = {known.row.position: known.row_id for known in parents if known.source is source}
        for row in rows:
            row.parent = ids.get(row.indicator or 0)

    def _take_rows(self, table: str, rows: list[Row], reading: Reading) -> list[Change]:
        old, found, new = self._rows[table], list[Change](), list[_Known]()
        places = match(table, old, rows)
        for row, place in zip(rows, places, strict=True):
            if place is None and not (reading.source.is_full or is_one_of_its_own(table, row)):
                continue
            known, changes = (
                self._come(table, row, reading)
                if place is None
                else (old[place], self._take_row(table, old[place], row, reading))
            )
            known.row, known.source = row, reading.source
            new.append(known)
            found += changes
        self._rows[table] = self._with_others(table, old, new, reading.source, found)
        return found

    def _with_others(
        self, table: str, old: list[_Known], new: list[_Known], source: Source, found: list[Change]
    ) -> list[_Known]:
        """The rows of a capture, and those that it does not show and cannot tell to be gone, in their places.

        A row that is gone is added to what was ``found``.
        """
        place_of = {known.row_id: place for place, known in enumerate(new)}
        kept: dict[int, list[_Known]] = defaultdict(list)
        place = -1
        for known in old:
            if known.row_id in place_of:
                place = place_of[known.row_id]
            elif _lacks(source, known.source):
                found.append(self._row_went(table, known, source))
                known.said.add(signature(known.values))
                for said in known.said:
                    self._gone[table, known.parent, said].append(known)
            else:
                kept[place].append(known)
        rows = kept[-1]
        for place, known in enumerate(new):
            rows += [known, *kept.get(place, ())]
        return rows

    def _come(self, table: str, row: Row, reading: Reading) -> tuple[_Known, list[Change]]:
        """A row that the state does not have: new, back again, or one that nobody could have known of."""
        gone = self._gone.get((table, row.parent, signature(row.values)))
        back = gone[-1] if gone else None
        if back is not None:
            for said in back.said:
                self._gone[table, back.parent, said].remove(back)
        known = back or _Known(next(self._ids), row, reading.source, parent=row.parent)
        for column in row.values:
            self._learn(table, known, row, column, reading)
        before = next((full for full in self._full if _lacks(full, reading.source)), None)
        if before is None:
            return known, []
        return known, [self._row_came(table, "reverted" if back else "added", row, reading.source, before)]

    def _take_row(self, table: str, known: _Known, row: Row, reading: Reading) -> list[Change]:
        found: list[Change] = []
        if known.values != row.values:
            known.said.add(signature(known.values))
            for column in compared_columns(table, known.values, row.values):
                if column in known.values and (kind := self._kind(table, known, row, column, reading)):
                    found.append(self._value_changed(table, kind, known, row, column, reading.source))
        for column in row.values:
            self._learn(table, known, row, column, reading)
        return found

    def _kind(self, table: str, known: _Known, row: Row, column: str, reading: Reading) -> str | None:
        """What kind of change a value makes; None where it makes none, or nothing proves it."""
        old, new = known.values[column], row.values[column]
        if old == new or form(old) == form(new):
            return None
        if new is None:
            return "removed" if self._tells_null(table, known, row, column, reading) else None
        if _was_shown(known, row, column):
            return "reverted"
        if old is None:  # unless it stood there before, not recognised
            return "added" if known.sources[column].doubts <= reading.source.doubts else None
        return "changed"

    def _learn(self, table: str, known: _Known, row: Row, column: str, reading: Reading) -> None:
        """Note what the capture says of a value; nothing where it cannot tell."""
        value = row.values[column]
        if value is None and not self._tells_null(table, known, row, column, reading):
            return
        old = known.values.get(column)
        if old is not None and old != value:
            known.earlier.setdefault(column, set()).add(form(old))
        known.values[column] = value
        known.sources[column], known.lines[column] = reading.source, row.lines_of(column)

    @staticmethod
    def _tells_null(table: str, known: _Known, row: Row, column: str, reading: Reading) -> bool:
        """Whether a null says that the page does not give the value; a number's, where its text is given."""
        if column.endswith("_value") and row.values.get(f"{column.removesuffix('_value')}_text") is not None:
            return True
        if not reading.source.is_full or reading.is_unsure(table, column, row):
            return False
        return column not in known.values or _lacks(reading.source, known.sources[column])

    # Change records

    def _value_changed(
        self, table: str, kind: str, known: _Known, row: Row, column: str, source: Source
    ) -> Change:
        change = self._change(table, kind, row, known.sources[column], source)
        change.column = column
        change.old, change.new = text_of(known.values[column]), text_of(row.values[column])
        if change.old is not None:
            change.old_line_first, change.old_line_last = known.lines[column]
        if change.new is not None:
            change.new_line_first, change.new_line_last = row.lines_of(column)
        return change

    def _row_came(self, table: str, kind: str, row: Row, source: Source, before: Source) -> Change:
        change = self._change(table, kind, row, before, source)
        change.new = row_text(row.values)
        change.new_line_first, change.new_line_last = row.lines
        return change

    def _row_went(self, table: str, known: _Known, source: Source) -> Change:
        change = self._change(table, "removed", known.row, known.source, source)
        change.old = row_text(known.values)
        change.old_line_first, change.old_line_last = known.row.lines
        return change

    def _change(self, table: str, kind: str, row: Row, old: Source, new: Source) -> Change:
        return Change(
            page_kind=self._page_kind,
            page_code=self._page_code,
            position=0,  # known when all changes of the page are
            site=new.site,
            kind=kind,
            table=table,
            row_key=row.name,
            old_captured_at=old.captured_at,
            new_captured_at=new.captured_at,
            old_capture_id=old.capture_id,
            new_capture_id=new.capture_id,
        )


def _was_shown(known: _Known, row: Row, column: str) -> bool:
    """Whether the row has shown this value before; a measure whose text is compared, the same number."""
    number = f"{column.removesuffix('_text')}_value"
    columns = (column, number) if row.values.get(number) is not None else (column,)
    return any(form(row.values[each]) in known.earlier.get(each, ()) for each in columns)


def _lacks(source: Source, other: Source) -> bool:
    """Whether what ``other`` shows and ``source`` does not is certainly not on the page of ``source``."""
    return source.is_full and source.doubts <= other.doubts
