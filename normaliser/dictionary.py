"""``docs/data-dictionary.md`` and its Thai twin ``data-dictionary.th.md``: every table and column.

Both come from the same declarations as the tables; ``python -m normaliser.dictionary`` writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from normaliser import in_thai
from normaliser.schema import ALL_TABLES, Layout, TableColumn, constraint_text, foreign_key_text, layout
from parsers.columns import Column

PATH = Path(__file__).parent.parent / "docs" / "data-dictionary.md"
PATH_TH = PATH.with_name("data-dictionary.th.md")

_HEAD = """\
# Data dictionary

**ภาษาไทย**: [data-dictionary.th.md](data-dictionary.th.md)

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
_HEAD_TH = """\
# พจนานุกรมข้อมูล

English: [data-dictionary.md](data-dictionary.md)

สร้างจากการประกาศชุดเดียวกับตาราง และจาก `normaliser/descriptions_th.toml`
ด้วยคำสั่ง `python -m normaliser.dictionary`

แต่ละตารางเป็นไฟล์ CSV และ Parquet ตามชื่อตาราง เรียงตามคีย์ ค่าที่ไม่มีบนหน้าเว็บเว้นว่างไว้ (null) ค่าที่อ่านไม่ได้ก็เว้นว่างเช่นกัน
พร้อมข้อสังเกตในตาราง [parse_issues](#parse_issues) ช่องว่างจึงไม่ใช่ศูนย์ วันที่เป็นคริสต์ศักราช เวลาเป็นเวลาสากล (UTC)
ปีงบประมาณเป็นพุทธศักราช ร้อยละอยู่ระหว่าง 0 ถึง 100 เงินเป็นบาท ข้อความเป็นไปตามที่พิมพ์
ข้อความใน CSV ที่ขึ้นต้นด้วย `=`, `+`, `-`, `@`, `'` แท็บ หรืออักขระขึ้นบรรทัดใหม่ (CR) จะมี `'` นำหน้าหนึ่งตัว (เว้นแต่ใช้
`--plain-csv`) เอา `'` ออกหนึ่งตัวจากข้อความทุกช่องที่ขึ้นต้นด้วย `'` ก็จะได้ข้อความเดิมตามไฟล์ Parquet

โฟลเดอร์ `history` (`bma build --history`) มีตารางเดียวกันของทุกฉบับที่จัดเก็บซึ่งใช้ได้ โดยมี `capture_id` นำหน้าคีย์ และตาราง
[changes](#changes) ดู [history.md](history.md)

"""
_UNITS_TH = {"UTC": "เวลาสากล", "Buddhist era": "พ.ศ.", "percent": "ร้อยละ", "baht": "บาท", "bytes": "ไบต์"}
_TYPES_TH = {
    "string": "ข้อความ",
    "integer": "จำนวนเต็ม",
    "number": "จำนวน",
    "boolean": "จริง/เท็จ",
    "date": "วันที่",
    "datetime": "วันที่และเวลา",
}


class _Words(NamedTuple):
    """What a dictionary in one language is made of."""

    head: str
    title: str
    """Of a table, with the fields of `parsers.records.Table`."""
    key: str
    parent: str
    columns: str
    """Headings of the columns, each between bars."""
    nullable: Mapping[bool, str]
    """By whether a value is required."""


_ENGLISH = _Words(
    _HEAD,
    "{0.title_en}, {0.title_th}",
    "Key",
    "Parent",
    "| column | type | unit | null | constraint | title | meaning |",
    {True: "no", False: "yes"},
)
_THAI = _Words(
    _HEAD_TH,
    "{0.title_th}",
    "คีย์",
    "ตารางแม่",
    "| คอลัมน์ | ชนิด | หน่วย | ว่างได้ | ข้อกำหนด | ชื่อ | ความหมาย |",
    {True: "ไม่", False: "ได้"},
)


def dictionary(*, thai: bool = False) -> str:
    """The text of the data dictionary."""
    words = _THAI if thai else _ENGLISH
    contents = "".join(
        f"- [{table.name}](#{table.name}): {words.title.format(table)}\n" for table in ALL_TABLES.values()
    )
    return words.head + contents + "".join(_table(layout(name), words) for name in ALL_TABLES)


def _table(shape: Layout, words: _Words) -> str:
    title = words.title.format(shape.table)
    meaning = (
        f"{title}: {in_thai.of_table(shape.name)}" if words is _THAI else f"{title}. {shape.description}"
    )
    return (
        f"\n## {shape.name}\n\n{meaning}\n\n"
        f"- {words.key}: {', '.join(f'`{column}`' for column in shape.key)}\n"
        + "".join(f"- {words.parent}: {foreign_key_text(key)}\n" for key in shape.foreign_keys)
        + f"\n{words.columns}\n{'|---' * (words.columns.count('|') - 1)}|\n"
        + "".join(_row(shape.name, column, words) for column in shape.columns)
    )


def _row(table_name: str, column: TableColumn, words: _Words) -> str:
    about = column.about
    unit = about.unit or ""
    if words is _THAI:
        told = (_TYPES_TH[column.type_name], _UNITS_TH[unit] if unit else "")
        meaning = (about.title_th, in_thai.of_column(table_name, column.name))
    else:
        told = (column.type_name, unit)
        meaning = (f"{about.title_th}, {about.title_en}", about.description)
    cells = (f"`{column.name}`", *told, words.nullable[column.required], _constraint(about, words), *meaning)
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |\n"


def _constraint(about: Column, words: _Words) -> str:
    if about.enum is not None:
        return ", ".join(f"`{value}`" for value in about.enum)
    text = constraint_text(about)
    if about.pattern is not None:
        return f"`{text}`"
    return text.replace("at least", "ไม่น้อยกว่า").replace("to", "ถึง") if words is _THAI else text


def main() -> None:
    """Write the dictionaries to their places in the repository."""
    PATH.write_text(dictionary(), encoding="utf-8")
    PATH_TH.write_text(dictionary(thai=True), encoding="utf-8")


if __name__ == "__main__":
    main()
