"""What a printed page is made of, what its text says, and the drawing of values that any page prints.

Written from what is known of the pages, not from their parsers, so that `truth` tells what a page says, or
still says after damage, without asking a parser.
"""

import datetime as dt
import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Columns = dict[str, Any]
Read = Callable[[str], Columns]


@dataclass(eq=False)
class Row:
    """A row of a table; ``fixed`` are the values that its label alone tells, ``parent`` its indicator."""

    table: str
    fixed: Columns = field(default_factory=dict)
    parent: "Row | None" = None


class Part(NamedTuple):
    """A printed value; ``read`` gives the columns that it, or what damage left of it, says."""

    row: Row
    text: str
    read: Read


class Line(NamedTuple):
    """A printed line: labels and values. A row exists where the line that ``starts`` it does.

    ``opens_block`` tells that a text copy has an empty line before it, ``is_cell`` that it is a cell of a
    quarter table, which may be blank, ``unread`` that nothing on the page tells what it is.
    """

    pieces: tuple[str | Part, ...]
    starts: Row | None = None
    opens_block: bool = False
    is_cell: bool = False
    unread: bool = False

    @property
    def text(self) -> str:
        return "".join(piece if isinstance(piece, str) else piece.text for piece in self.pieces)


@dataclass
class Sheet:
    """A page as printed."""

    code: str
    lines: list[Line]


def text_copy(lines: Iterable[Line]) -> str:
    """Lines as a full text copy: an empty line before each block."""
    return "\n".join(f"\n{line.text}" if line.opens_block else line.text for line in lines).removeprefix("\n")


def truth(lines: Iterable[Line]) -> dict[str, list[Columns]]:
    """The rows that these lines say, by table, in page order, without columns that are null."""
    rows: dict[Row, Columns] = {}
    for line in lines:
        if line.starts is not None:
            rows.setdefault(line.starts, dict(line.starts.fixed))
        for part in line.pieces:
            if isinstance(part, Part) and part.row in rows:
                for column, value in part.read(part.text).items():
                    if value is not None:
                        rows[part.row].setdefault(column, value)
    tables: dict[str, list[Columns]] = {}
    for row, columns in rows.items():
        if row.parent is not None:
            if row.parent not in rows:
                continue
            siblings = [other for other in rows if other.table == row.parent.table]
            columns = {"indicator_position": siblings.index(row.parent) + 1, **columns}
        tables.setdefault(row.table, []).append(columns)
    return tables


_NOT_COMPARED = {
    "line_first",
    "line_last",
    "page_kind",
    "page_code",
    "position",
    "agency_code",
    "url",
    "captured_at",
}


def rows_of(records: dict[str, list[Any]]) -> dict[str, list[Columns]]:
    """Parsed records in the form of `truth`: without keys, lines and nulls; tables without rows left out."""
    found: dict[str, list[Columns]] = {}
    for table, rows in records.items():
        if table == "field_lines" or not rows:
            continue
        names = set(rows[0].__dataclass_fields__) - _NOT_COMPARED
        names -= {"project_code"} if table != "projects" else set()
        names -= {"indicator_code"} if table == "indicator_quarters" else set()
        found[table] = [
            {name: value for name in names if (value := getattr(row, name)) is not None} for row in rows
        ]
    return found


# --- what printed text says


def arabic(printed: str) -> str:
    """Any digits as 0-9."""
    return "".join(str(int(char)) if char.isdecimal() else char for char in printed)


def _number(printed: str) -> float | None:
    plain = printed.strip()
    if not re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d+)?", plain):
        return None
    return float(plain.replace(",", ""))


def text(column: str) -> Read:
    return lambda printed: {column: printed.strip() or None}


def number(column: str) -> Read:
    return lambda printed: {column: _number(printed)}


def whole(column: str) -> Read:
    return lambda printed: {column: int(printed) if printed.strip().isdecimal() else None}


def exactly(printed: str, **columns: Any) -> Read:
    """These values where the whole text is still there."""
    return lambda found: columns if found == printed else {}


def stated(column: str) -> Read:
    def read(printed: str) -> Columns:
        said = printed.strip()
        if not said:
            return {}
        if said in ("ไม่มี", "-"):
            return {f"{column}_stated": False}
        return {f"{column}_stated": True, column: said}

    return read


def measure(column: str) -> Read:
    return lambda printed: {f"{column}_text": printed.strip() or None, f"{column}_value": _number(printed)}


def agency(printed: str) -> Columns:
    return {"agency_name": printed.strip().replace("\u0e4d\u0e32", "\u0e33") or None}


def contact(printed: str) -> Columns:
    """A unit's name has no blank here, so it ends where a telephone number begins.

    One figure or two behind it, all that is left of such a number, may as well be a unit's number.
    """
    if re.match("ฝ่าย|กอง|กลุ่ม|งาน|สำนัก|ส่วน|ศูนย์", printed):
        unit = re.match(r"(?:(?!โทร)[^ (,/])+(?: (?:0|[1-9]\d?)$)?", printed)
        return {"contact_kind": "unit", "contact_unit": unit and unit[0]}
    return {"contact_kind": "post" if re.match("หัวหน้า|ผู้อำนวยการ", printed) else "person"}


def indicator_code(printed: str) -> Columns:
    return {"indicator_code": arabic(printed)} if re.fullmatch(r"\d{4}-\d{3,4}", printed) else {}


# --- drawing

# Running text is words that stand together here: dates, other lines' labels, misprints, marks of every kind.
_WORDS = re.split(
    r"\s+",
    """จัดประชุม สำรวจพื้นที่ ปรับปรุงทางเท้า ชุมชนริมคลอง ประชาชน เยาวชน ผู้สูงอายุ อบรมให้ความรู้ สวนสาธารณะ งบประมาณ
    ระยะที่ 2 ติดตามผล ร้อยละ 80 จำนวน 25 คน ณ อาคารตัวอย่าง แล้วเสร็จ อยู่ระหว่างดำเนินการ การทำางาน พ.ศ. 2563
    เมื่อวันที่ 18 มีนาคม 2563 (2) 25/3/2563 : &&& และ/หรือ “ตัวอย่าง” 1.ทำหนังสือ ฯลฯ Smart <ก> COVID – 19 ก&ข
    "ทดลอง" 29 ม.ค. 2563 ถึง 21 มค. 63 หรือ 1/31/2021 น\u0e33\u0e49ใส ที่่ การท\u0e4d\u0e32งาน ๑0.๗ เท่า
    1,250 บาท ----&&&---- (๓) ความคืบหน้าโครงการฯ ร้อยละ 50.00 (2020-03-23) ตาม หลักการและเหตุผล และ ผลการดำเนินงาน
    กับ แผนการดำเนินงานฯ ** ปัญหาของโครงการ :ไม่มี ใน ขั้นตอน 3 :5% เริ่มต้น :01/10/2019 และ ตัวชี้วัด : 7.
    ค่าเป้าหมาย ร้อยละ : 80 ของ ไตรมาสที่ 1 100 / 100 จาก 50030100/50030200 (1 - 4) อ.2/2 มอบ สมควร""",
)
_THAI_WORDS = [word for word in _WORDS if not re.search("[A-Za-z:%]", word)]
_THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_MIXED_DIGITS = str.maketrans("13579", "๑๓๕๗๙")


class Printer:
    """Draws values and prints them, line after line.

    Few calls of ``chance`` a value, the plain choice first: hypothesis may be what drives it.
    """

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.lines: list[Line] = []

    def print(
        self, *pieces: str | Part, starts: Row | None = None, block: bool = True, unread: bool = False
    ) -> None:
        self.lines.append(Line(pieces, starts, block, unread=unread))

    def cell(self, *pieces: str | Part, starts: Row | None = None, block: bool = False) -> None:
        self.lines.append(Line(pieces, starts, block, is_cell=True))

    def once_in(self, times: int) -> bool:
        return (
            self.chance.randrange(times) == times // 2
        )  # a draw of hypothesis is too often the first or last

    def prose(self, least: int = 4, most: int = 20, *, thai: bool = False) -> str:
        words = _THAI_WORDS if thai else _WORDS
        start, length = self.chance.randrange(len(words)), self.chance.randint(least, most)
        return "ให้" + " ".join((words + words)[start : start + length])

    def colon(self) -> str:
        return self.chance.choice((" : ", " : ", " :", ": ", ":"))

    def figure(self, value: float, decimals: int) -> str:
        printed = f"{value:,.{decimals}f}" if self.once_in(3) else f"{value:.{decimals}f}"
        return self.digits(printed)

    def digits(self, printed: str) -> str:
        return self.chance.choice(
            (printed, printed, printed.translate(_THAI_DIGITS), printed.translate(_MIXED_DIGITS))
        )

    def day(self) -> dt.date:
        return dt.date(2019, 10, 1) + dt.timedelta(days=self.chance.randrange(1500))
