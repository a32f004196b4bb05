"""The rows of one page: read off its records, sorted by key, checked, and turned into columns.

Within a page: keys are unique and name this page, the parents that rows name are there, values have the
types of their columns. What holds within every page holds in the tables, but for keys that two pages
share: those are met when the tables are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import attrgetter, itemgetter
from types import NoneType
from typing import Any, NamedTuple

from normaliser.schema import TableColumn, layout
from parsers.page import Page
from parsers.records import ForeignKey

Row = tuple[Any, ...]
"""A record's values in the order of the table's columns, without ``capture_id``."""
Columns = list[tuple[Any, ...]]
"""Rows of one table, turned: one tuple of values for each column of its layout, in that order."""

_LARGEST = 10**18
_COUNTED = frozenset({"line_first", "line_last", "position", "indicator_position"})
"""Whole numbers that the parser counts, so that they need no check of their size."""


class PageFault(Exception):  # noqa: N818, it is the page's fault
    """The rows of a page cannot stand in the tables; the message says why and on which lines."""


class _Parent(NamedTuple):
    """A foreign key to a table of the same page: how to read it off a child's row and off a parent's."""

    key: ForeignKey
    of_child: Callable[[Row], Row]
    of_parent: Callable[[Row], Row]


class _Plan(NamedTuple):
    """How the rows of a table are read and checked; places are those in a `Row`.

    capture_id
        Where it stands among the columns of the table.
    texts, printed_integers
        Places of the columns of text, and of the whole numbers that a page prints.
    good_kinds
        The types of whole rows that were found good, so that each combination is looked at once.
    read, key, page
        From a record to its row; from a row to its key, and to the part of it that names the page.
    """

    columns: tuple[TableColumn, ...]
    capture_id: int
    texts: tuple[int, ...]
    printed_integers: tuple[int, ...]
    good_kinds: set[tuple[type, ...]]
    read: Callable[[object], Row]
    key: Callable[[Row], Row]
    page: Callable[[Row], Row]
    parents: tuple[_Parent, ...]


def record_columns(name: str, records: Iterable[object], capture_id: str) -> Columns:
    """Records of one table (at least one) as its columns, as they stand; ``capture_id`` is that of all."""
    plan = _plan(name)
    columns = list(zip(*map(plan.read, records), strict=True))
    if name != "captures":
        columns.insert(plan.capture_id, (capture_id,) * len(columns[0]))
    return columns


def checked_columns(page: Page, capture_id: str) -> dict[str, Columns]:
    """The columns of every table that the page has rows for, rows sorted by key; raises PageFault."""
    rows: dict[str, list[Row]] = {}
    columns: dict[str, Columns] = {}
    for name, records in page.records.items():
        if records:
            plan = _plan(name)
            rows[name] = found = list(map(plan.read, records))
            _check_types(name, plan, found)
            found.sort(key=plan.key)
            _check_keys(name, plan, found, page)
            columns[name] = turned = list(zip(*found, strict=True))
            _check_values(name, plan, found, turned)
            turned.insert(plan.capture_id, (capture_id,) * len(found))
    for name, found in rows.items():
        for parent in _plan(name).parents:
            _check_parents(name, parent, found, rows.get(parent.key.parent, []))
    return columns


def _check_types(name: str, plan: _Plan, rows: list[Row]) -> None:
    kinds = {tuple(map(type, row)) for row in rows}
    if kinds <= plan.good_kinds:
        return
    for row in rows:
        for column, value in zip(plan.columns, row, strict=True):
            if type(value) not in _allowed(column):
                fault = "missing" if value is None else f"of type {type(value).__name__}"
                raise PageFault(f"{name}.{column.name} on {_lines(row)} is {fault}")
    plan.good_kinds.update(kinds)


def _check_keys(name: str, plan: _Plan, rows: list[Row], page: Page) -> None:
    keys = list(map(plan.key, rows))
    if len(set(keys)) < len(keys):
        place = next(place for place, key in enumerate(keys) if key == keys[place + 1])
        raise PageFault(
            f"two rows of {name} have the key {_text(keys[place])}, "
            f"on {_lines(rows[place])} and {_lines(rows[place + 1])}"
        )
    if page.outcome != "ok":  # a wrong page's rows are its own, whatever was asked for
        return
    this_page = {"capture": (), "code": (page.code,), "kind": (page.kind, page.code)}[layout(name).order]
    for row in (rows[0], rows[-1]):  # sorted by what is compared, so those between are no different
        if plan.page(row) != this_page:
            raise PageFault(f"a row of {name} on {_lines(row)} is of the page {_text(plan.page(row))}")


def _check_values(name: str, plan: _Plan, rows: list[Row], columns: Columns) -> None:
    for place in plan.texts:
        if "" in columns[place]:
            row = rows[columns[place].index("")]
            raise PageFault(f"{name}.{plan.columns[place].name} on {_lines(row)} is empty, not null")
    for place in plan.printed_integers:
        if max(filter(None, columns[place]), default=0) >= _LARGEST:
            row = max(rows, key=lambda row: row[place] or 0)
            raise PageFault(f"{name}.{plan.columns[place].name} on {_lines(row)} has more than 18 digits")


def _check_parents(name: str, parent: _Parent, rows: list[Row], parents: list[Row]) -> None:
    orphans = set(map(parent.of_child, rows)).difference(map(parent.of_parent, parents))
    for row in rows if orphans else ():
        named = parent.of_child(row)
        if named in orphans and None not in named:
            raise PageFault(
                f"a row of {name} on {_lines(row)} names {_text(named)}, which is not in {parent.key.parent}"
            )


def _text(key: Iterable[object]) -> str:
    return ", ".join(map(str, key))


def _lines(row: Row) -> str:
    """``line 3`` or ``lines 3-7``; line_first and line_last end every row that is read from a page."""
    return f"line {row[-2]}" if row[-2] == row[-1] else f"lines {row[-2]}-{row[-1]}"


@cache
def _plan(name: str) -> _Plan:
    shape = layout(name)
    columns = _row_columns(name)
    key = [column for column in shape.key if column != "capture_id"]
    printed = [column.type is int and column.name not in _COUNTED for column in columns]
    return _Plan(
        columns,
        shape.names.index("capture_id"),
        tuple(place for place, column in enumerate(columns) if column.type is str),
        tuple(place for place, is_printed in enumerate(printed) if is_printed),
        set(),
        attrgetter(*(column.name for column in columns)),
        _getter(name, key),
        _getter(name, key[: {"capture": 0, "code": 1, "kind": 2}[shape.order]]),
        tuple(
            _Parent(foreign, _getter(name, foreign.columns), _getter(foreign.parent, foreign.parent_columns))
            for foreign in shape.table.parents
        ),
    )


def _row_columns(name: str) -> tuple[TableColumn, ...]:
    return tuple(
        column for column in layout(name).columns if column.name != "capture_id" or name == "captures"
    )


def _allowed(column: TableColumn) -> set[type]:
    """The types that a value may have; a whole number stands for a float as everywhere in Python."""
    return {column.type, *([int] if column.type is float else []), *([] if column.required else [NoneType])}


def _getter(name: str, wanted: Sequence[str]) -> Callable[[Row], Row]:
    """A function from a row to the tuple of its values in these columns."""
    names = [column.name for column in _row_columns(name)]
    places = [names.index(column) for column in wanted]
    if len(places) > 1:
        return itemgetter(*places)
    first = places[0] if places else 0
    return itemgetter(slice(first, first + len(places)))
