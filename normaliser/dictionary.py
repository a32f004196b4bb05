"""``docs/data-dictionary.md``: every table and column, from the same declarations as the tables.

``python -m normaliser.dictionary`` writes it.
"""

from __future__ import annotations

from pathlib import Path

from normaliser.schema import ALL_TABLES, Layout, TableColumn, constraint_text, foreign_key_text, layout
from parsers.columns import Column

PATH = Path(__file__).parent.parent / "docs" / "data-dictionary.md"

_HEAD = """\
# Data dictionary

Generated from `parsers/records.py`, `parsers/columns.py` and `normaliser/derived.py`;
`python -m normaliser.dictionary` writes it.

Every table is a CSV and a Parquet file of its name, sorted by its key. A value that is not on the page is
null (an empty cell in CSV); so is one that cannot be read, with a row in [parse_issues](#parse_issues).
Dates are Gregorian, times are UTC, percents are 0-100, money is baht, text is as printed. In CSV a text cell
that begins with `=`, `+`, `-`, `@`, `'`, a tab or a carriage return has one `'` in front (not with
`--plain-csv`): take one `'` off every text cell that begins with it, and it is as in Parquet.

The folder `history` (`bma build --history`) holds the same tables for all sound captures, their keys led by
`capture_id`, and [changes](#changes): see [history.md](history.md).

"""


def dictionary() -> str:
    """The text of the data dictionary."""
    contents = "".join(f"- [{t.name}](#{t.name}): {t.title_en}, {t.title_th}\n" for t in ALL_TABLES.values())
    return _HEAD + contents + "".join(_table(layout(name)) for name in ALL_TABLES)


def _table(shape: Layout) -> str:
    return (
        f"\n## {shape.name}\n\n"
        f"{shape.table.title_en}, {shape.table.title_th}. {shape.description}\n\n"
        f"- Key: {', '.join(f'`{column}`' for column in shape.key)}\n"
        + "".join(f"- Parent: {foreign_key_text(key)}\n" for key in shape.foreign_keys)
        + "\n| column | type | unit | null | constraint | title | meaning |\n|---|---|---|---|---|---|---|\n"
        + "".join(_row(column) for column in shape.columns)
    )


def _row(column: TableColumn) -> str:
    about = column.about
    cells = (
        f"`{column.name}`",
        column.type_name,
        about.unit or "",
        "no" if column.required else "yes",
        _constraint(about),
        f"{about.title_th}, {about.title_en}",
        about.description,
    )
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |\n"


def _constraint(about: Column) -> str:
    if about.enum is not None:
        return ", ".join(f"`{value}`" for value in about.enum)
    text = constraint_text(about)
    return text if about.pattern is None else f"`{text}`"


def main() -> None:
    """Write the dictionary to its place in the repository."""
    PATH.write_text(dictionary(), encoding="utf-8")


if __name__ == "__main__":
    main()
