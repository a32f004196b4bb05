"""The shape of every table, derived from `parsers.records` and `parsers.columns`.

One layout a table: its columns in order with type, titles and constraints, its key, its parents. The
Arrow schema, the Table Schema (Data Package v2) and the text of ``bma schema`` are written from it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from normaliser import derived, in_thai
from normaliser.errors import UnknownTable
from parsers.columns import Column, column_of
from parsers.records import TABLES, ForeignKey, PageRecord, Table

if TYPE_CHECKING:
    import pyarrow as pa

TABLE_SCHEMA_PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"

TYPE_NAMES: dict[type, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    dt.date: "date",
    dt.datetime: "datetime",
}
"""The Table Schema name of each type that a column may have."""

Order = Literal["capture", "kind", "code"]
"""Pages by capture_id, by page_kind and page_code, or by page_code alone (whatever the column's name)."""

ALL_TABLES = {**TABLES, **derived.DERIVED}
"""Every table by name: those that are read from pages, then those that are made from tables."""
BUILT_TABLES = (*TABLES, "agencies")
"""The tables that every build writes."""

_OF_CAPTURE = ForeignKey(("capture_id",), "captures", ("capture_id",))
_LINES = tuple(field.name for field in dataclasses.fields(PageRecord))


class TableColumn(NamedTuple):
    """A column of a table; ``about`` holds its titles, meaning, unit and constraints."""

    name: str
    type: type
    required: bool
    about: Column

    @property
    def type_name(self) -> str:
        """The type as Table Schema names it."""
        return TYPE_NAMES[self.type]


class Layout(NamedTuple):
    """A table's columns in the order of every output, its key, and the parents that its rows name."""

    table: Table
    columns: tuple[TableColumn, ...]
    foreign_keys: tuple[ForeignKey, ...]

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the primary key's columns; rows are sorted by them."""
        return self.table.key

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def order(self) -> Order:
        """What of a page leads the key, so in which order of pages the table's rows stand sorted."""
        lead = self.key[0]
        return "capture" if lead == "capture_id" else "kind" if lead == "page_kind" else "code"

    @property
    def description(self) -> str:
        """What the table holds: the docstring of its record class, its code in single backticks."""
        return " ".join((self.table.record.__doc__ or "").split()).replace("``", "`")


@cache
def layout(name: str, *, history: bool = False) -> Layout:
    """The layout of the table ``name``, or of the same table in a history; raises UnknownTable.

    A record's own columns come first, in the order of their declaration, then ``capture_id`` (in front of
    all others where it leads the key; an own column of ``captures``), then ``line_first``, ``line_last``.
    A derived table has the columns that it declares.
    """
    if name not in ALL_TABLES:
        raise UnknownTable(f"no table {name!r}; the tables are {', '.join(ALL_TABLES)}")
    if history:
        return _of_all_captures(layout(name))
    table = ALL_TABLES[name]
    if name in derived.DERIVED:
        return Layout(table, _columns(name, typing.get_type_hints(table.record)), table.parents)
    hints = typing.get_type_hints(table.record)
    own = [column for column in hints if column not in _LINES]
    names = [*own, *(line for line in _LINES if line in hints)]
    if "capture_id" not in hints:
        hints["capture_id"] = str
        names.insert(0 if table.key[0] == "capture_id" else len(own), "capture_id")
    return Layout(
        table,
        _columns(name, {column: hints[column] for column in names}),
        table.parents if name == "captures" else (*table.parents, _OF_CAPTURE),
    )


def _of_all_captures(shape: Layout) -> Layout:
    """The layout of a table whose rows are those of all captures: capture_id leads its key.

    A row's parent is of the same capture. A foreign key of columns that may be null is left out: readers of
    data packages take a key that is null in part for one that names nothing.
    """
    if shape.name in ("captures", *derived.DERIVED):
        return shape
    own = (column for column in shape.key if column != "capture_id")
    nullable = {column.name for column in shape.columns if not column.required}
    parents = (
        ForeignKey(("capture_id", *key.columns), key.parent, ("capture_id", *key.parent_columns))
        for key in shape.foreign_keys
        if key != _OF_CAPTURE and not nullable.intersection(key.columns)
    )
    return Layout(shape.table._replace(key=("capture_id", *own)), shape.columns, (*parents, _OF_CAPTURE))


def _columns(name: str, hints: Mapping[str, Any]) -> tuple[TableColumn, ...]:
    return tuple(
        TableColumn(column, *_type_of(hint), derived.column_of(name, column) or column_of(name, column))
        for column, hint in hints.items()
    )


def _type_of(hint: Any) -> tuple[type, bool]:
    """The type that an annotation names, and whether a value is required: ``X | None`` gives (X, False)."""
    if isinstance(hint, types.UnionType):
        (kind,) = (part for part in hint.__args__ if part is not types.NoneType)
        return kind, False
    return hint, True


def arrow_schema(name: str, *, history: bool = False) -> pa.Schema:
    """The Arrow schema of a table (of a history): int64, float64, date32, times in milliseconds UTC.

    The titles, meaning (in both languages) and unit of a column are its field's metadata; those of the
    table, the schema's.
    """
    import pyarrow as pa

    kinds = {
        str: pa.string(),
        int: pa.int64(),
        float: pa.float64(),
        bool: pa.bool_(),
        dt.date: pa.date32(),
        dt.datetime: pa.timestamp("ms", "UTC"),
    }
    shape = layout(name, history=history)
    return pa.schema(
        [
            pa.field(column.name, kinds[column.type], not column.required, _titles(name, column))
            for column in shape.columns
        ],
        {
            "title_th": shape.table.title_th,
            "title_en": shape.table.title_en,
            "description": shape.description,
            "description_th": in_thai.of_table(name),
            "primary_key": " ".join(shape.key),
        },
    )


def _titles(table_name: str, column: TableColumn) -> dict[str, str]:
    about = column.about
    return {
        "title_th": about.title_th,
        "title_en": about.title_en,
        "description": about.description,
        "description_th": in_thai.of_column(table_name, column.name),
        **({} if about.unit is None else {"unit": about.unit}),
    }


def table_schema(name: str, *, suffix: str = "", history: bool = False) -> dict[str, Any]:
    """The Table Schema of a table (of a history).

    ``suffix`` ends the names of the resources that its foreign keys name.
    """
    shape = layout(name, history=history)
    return {
        "$schema": TABLE_SCHEMA_PROFILE,
        "title": shape.table.title_en,
        "title_th": shape.table.title_th,
        "description": shape.description,
        "description_th": in_thai.of_table(name),
        "fields": [_field(name, column, unique=shape.key == (column.name,)) for column in shape.columns],
        "missingValues": [""],
        "primaryKey": list(shape.key),
        "foreignKeys": [
            {
                "fields": list(key.columns),
                "reference": {"resource": key.parent + suffix, "fields": list(key.parent_columns)},
            }
            for key in shape.foreign_keys
        ],
    }


def _field(table_name: str, column: TableColumn, *, unique: bool) -> dict[str, Any]:
    about = column.about
    field: dict[str, Any] = {
        "name": column.name,
        "type": column.type_name,
        "title": about.title_en,
        "title_th": about.title_th,
        "description": about.description,
        "description_th": in_thai.of_column(table_name, column.name),
    }
    if about.unit is not None:
        field["unit"] = about.unit
    rules = {
        "required": column.required or None,
        "unique": unique or None,
        "enum": None if about.enum is None else list(about.enum),
        "pattern": about.pattern,
        "minimum": about.minimum,
        "maximum": about.maximum,
    }
    constraints = {rule: value for rule, value in rules.items() if value is not None}
    if constraints:
        field["constraints"] = constraints
    return field


def constraint_text(about: Column) -> str:
    """A column's constraint in a few signs: ``html | text``, ``1 to 4``, ``at least 0``, a pattern."""
    if about.enum is not None:
        return " | ".join(about.enum)
    if about.minimum is not None:
        return f"at least {about.minimum}" if about.maximum is None else f"{about.minimum} to {about.maximum}"
    return about.pattern or ""


def foreign_key_text(key: ForeignKey) -> str:
    """``page_code, indicator_position → indicators (page_code, position)``; equal names stand once."""
    there = "" if key.columns == key.parent_columns else f" ({', '.join(key.parent_columns)})"
    return f"{', '.join(key.columns)} → {key.parent}{there}"


def describe(name: str | None = None) -> str:
    """A table's columns as text for a terminal; without a name, the list of tables. Raises UnknownTable."""
    if name is None:
        width = max(map(len, ALL_TABLES))
        return "\n".join(f"{table.name:<{width}}  {_both(table)}" for table in ALL_TABLES.values())
    shape = layout(name)
    lines = [
        f"{shape.name}: {_both(shape.table)}",
        shape.description,
        in_thai.of_table(name),
        f"Key: {', '.join(shape.key)}",
        *(f"Parent: {foreign_key_text(key)}" for key in shape.foreign_keys),
        "",
    ]
    width = max(map(len, shape.names))
    for column in shape.columns:
        null = "required" if column.required else ""
        rule = constraint_text(column.about)
        unit = f" [{column.about.unit}]" if column.about.unit else ""
        lines.append(
            f"{column.name:<{width}}  {column.type_name:<8}  {null:<8}  {_both(column.about)}{unit}"
            + (f": {rule}" if rule else "")
        )
    return "\n".join(lines)


def _both(titled: Table | Column) -> str:
    """The title in English and in Thai."""
    return f"{titled.title_en} · {titled.title_th}"
