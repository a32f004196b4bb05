"""Project pages printed from drawn values, each line knowing which values it carries.

Written from what is known of the pages, not from their parser, so that `truth` tells what a page says, or
still says after damage, without asking the parser.
"""

import datetime as dt
import random
import re
from collections.abc import Callable, Iterable, Iterator
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
    quarter table, which may be blank.
    """

    pieces: tuple[str | Part, ...]
    starts: Row | None = None
    opens_block: bool = False
    is_cell: bool = False

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


# --- what printed text says


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
        return (
            {f"{column}_stated": False} if said in ("ไม่มี", "-") else {f"{column}_stated": True, column: said}
        )

    return read


def measure(column: str) -> Read:
    return lambda printed: {f"{column}_text": printed.strip() or None, f"{column}_value": _number(printed)}


def agency(printed: str) -> Columns:
    return {"agency_name": printed.strip().replace("\u0e4d\u0e32", "\u0e33") or None}


def contact(printed: str) -> Columns:
    if re.match("ฝ่าย|กอง|กลุ่ม|งาน|สำนัก|ส่วน|ศูนย์", printed):
        return {"contact_kind": "unit", "contact_unit": re.split(r"[ (]", printed)[0]}
    return {"contact_kind": "post" if re.match("หัวหน้า|ผู้อำนวยการ", printed) else "person"}


def indicator_code(printed: str) -> Columns:
    return {"indicator_code": printed} if re.fullmatch(r"\d{4}-\d{3,4}", printed) else {}


# --- drawing

_WORDS = re.split(
    r"\s+",
    """จัดประชุม สำรวจพื้นที่ ปรับปรุงทางเท้า ชุมชนริมคลอง ประชาชน เยาวชน ผู้สูงอายุ อบรมให้ความรู้ สวนสาธารณะ งบประมาณ
    ระยะที่ 2 ติดตามผล ร้อยละ 80 จำนวน 25 คน ณ อาคารตัวอย่าง แล้วเสร็จ อยู่ระหว่างดำเนินการ การทำางาน พ.ศ. 2563
    เมื่อวันที่ 18 มีนาคม 2563 (2) 25/3/2563 &&& และ/หรือ “ตัวอย่าง” 1.ทำหนังสือ ฯลฯ Smart <ก> COVID – 19 ก&ข""",
)
_THAI_WORDS = [word for word in _WORDS if not re.search("[A-Za-z]", word)]
_AGENCIES = ("สำนักทดลองงาน", "สํานักตัวอย่าง กีฬาและการละเล่น", "สำนักงานเขตสมมุติ", "สำนักทดสอบและประเมินตน")
CONTACTS = (
    "ฝ่ายโยธา โทร. 9999",
    "กลุ่มงานทดสอบ(0 0000 0000)",
    "กองตัวอย่าง",
    "หัวหน้าฝ่ายทดลอง 9999",
    "นางสาวตัวอย่าง นามสมมุติ โทร 9999 ต่อ 99",
    "สมปองตัวอย่าง",
)
_UNITS = ("ร้อยละ", "ครั้ง", "ร้อยละ (ลดลง)", "เขตละ...เส้นทาง", "ร้อยละ 30", "")
_TYPES = ("ตัวชี้วัดเชิงยุทธศาสตร์", "ตัวชี้วัดงานประจำ", "")
_LEVELS = ("ตัวชี้วัดระดับผลผลิต (output)", "ตัวชี้วัดระดับผลลัพธ์ (outcome)")
_THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_MIXED_DIGITS = str.maketrans("13579", "๑๓๕๗๙")


class Printer:
    """Draws values and prints them, line after line."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.lines: list[Line] = []

    def print(self, *pieces: str | Part, starts: Row | None = None, block: bool = True) -> None:
        self.lines.append(Line(pieces, starts, block))

    def cell(self, *pieces: str | Part, starts: Row | None = None, block: bool = False) -> None:
        self.lines.append(Line(pieces, starts, block, is_cell=True))

    def prose(self, least: int = 4, most: int = 20, *, thai: bool = False) -> str:
        words = self.chance.choices(_THAI_WORDS if thai else _WORDS, k=self.chance.randint(least, most))
        return "ให้" + " ".join(words)

    def colon(self) -> str:
        return self.chance.choice((" : ", " : ", " :", ": ", ":"))

    def figure(self, value: float, decimals: int) -> str:
        printed = f"{value:,.{decimals}f}" if self.chance.random() < 0.3 else f"{value:.{decimals}f}"
        return self.digits(printed)

    def digits(self, printed: str) -> str:
        return self.chance.choice(
            (printed, printed, printed.translate(_THAI_DIGITS), printed.translate(_MIXED_DIGITS))
        )

    def day(self) -> dt.date:
        return dt.date(2019, 10, 1) + dt.timedelta(days=self.chance.randrange(1500))


def project_page(chance: random.Random, agency_digits: str = "2100") -> Sheet:
    """A full project page of the agency whose code begins so; no value on it is missing or contradicted."""
    out = Printer(chance)
    code = f"{agency_digits}0000-{chance.randrange(10_000):04d}"
    project = Row("projects")
    out.print("ความคืบหน้าโครงการ/กิจกรรม", starts=project)
    out.print("Back Home")
    out.print("FusionCharts will render here", block=False)
    _head(out, project, code)
    _texts(out, project)
    out.print("สนับสนุนยุทธศาสตร์กรุงเทพมหานครฯ")
    _strategy(out)
    out.print("ผลการดำเนินงาน")
    for sequence in range(1, chance.choice((0, 1, 1, 2, 3, 5)) + 1):
        _entry(out, sequence)
    out.print("แผนการดำเนินงานฯ")
    for step in range(1, chance.choice((0, 1, 2, 3, 4)) + 1):
        _step(out, step)
    for link in ("(ทดสอบ) แสดงขั้นตอนการดำเนินงานโครงการ", "(คลิก) ขั้นตอนการปฏิบัติงานของโครงการ"):
        out.print(link, " : ", Part(project, code, exactly(code, project_code=code)))
    out.print("สนับสนุนตัวชี้วัดตามแผนฯ")
    for _ in range(chance.choice((0, 1, 1, 2))):
        _indicator(out, agency_digits)
    out.print("** ผลการประเมินโครงการ (รายไตรมาส) **")
    return Sheet(code, out.lines)


def _head(out: Printer, project: Row, code: str) -> None:
    chance = out.chance
    name = chance.choice(("", "อ.2/2", "(ใหม่ ) ", "ข้อ 1 : ", "“ก” ")) + f"โครงการ{out.prose(2, 8)}"
    name += chance.choice(("", " (2563)", " พ.ศ. 2564", " : ระยะที่ 2"))
    out.print(
        Part(project, name, text("name")),
        out.colon(),
        Part(project, code, exactly(code, project_code=code)),
        starts=project,
    )
    office, year = chance.choice(_AGENCIES), chance.randint(2562, 2566)
    pieces: list[str | Part] = [Part(project, office, agency)]
    if chance.random() < 0.25:
        pieces = [
            "** ",
            Part(project, "กองสมมุติ", text("subagency_name")),
            " ",
            Part(project, "สำนักปลัดจำลอง", agency),
        ]
    if chance.random() < 0.75:
        printed = out.digits(f"{year}")
        pieces += [out.colon(), "(", Part(project, printed, exactly(printed, fiscal_year_be=year)), ")"]
    out.print(*pieces)
    percent, decimals = chance.choice((0, 15, 100, 45.5, chance.randint(0, 100))), chance.choice((0, 2, 2))
    printed = out.digits(f"{int(percent) if decimals == 0 else percent:.{decimals}f}")
    out.print(printed)
    out.print("ความคืบหน้าโครงการ", " ", "ร้อยละ", " ", Part(project, printed, number("progress_percent")))
    out.print(Part(project, chance.choice(CONTACTS), contact))
    out.print("ดูโครงการแผนปีฯ : พิมพ์ข้อมูล")
    quarter = Part(project, str(chance.randint(1, 4)), whole("evaluation_quarter"))
    score = Part(project, f"{chance.choice((0, 50, 100)):.{decimals * 2}f}", number("evaluation_score"))
    scored = chance.choice(((), (" : ", score), (" ", score)))
    out.print("*** สยป. ประเมินโครงการ", out.colon(), "ไตรมาสที่", " ", quarter, *scored)


def _texts(out: Printer, project: Row) -> None:
    for heading, column in (
        ("หลักการและเหตุผล", "rationale"),
        ("วัตถุประสงค์ของโครงการ", "objectives"),
        ("เป้าหมายของโครงการ", "goals"),
    ):
        out.print(heading)
        out.print(Part(project, out.prose(), text(column)))
        if column == "rationale" and out.chance.random() < 0.7:
            first, second = (f"{out.chance.randrange(10**8):08d}" for _ in range(2))
            out.print(
                Part(project, first, exactly(first, org_code_first=first)),
                "/",
                Part(project, second, exactly(second, org_code_second=second)),
            )


def _strategy(out: Printer) -> None:
    chance = out.chance
    numbers = [str(chance.randint(1, 12)) for _ in range(4)]
    front = chance.choice(("", "", ":", ": "))
    dash = chance.choice((" - ", " – ", "-"))
    for level, name in enumerate(("ด้าน", "มิติ", "เป้าหมาย", "เป้าประสงค์")[: chance.choice((0, 3, 4, 4))], 1):
        printed = ".".join(numbers[:level])
        row = Row("strategy_links", {"level": level, "level_name": name})
        shown = Part(
            row, printed.translate(_THAI_DIGITS), lambda found: {"number": _arabic(found).rstrip(".") or None}
        )
        pieces: list[str | Part] = [f"{front}{name}ที่ ", shown, dash if level < 3 else " "]
        pieces.append(Part(row, "มหานคร" + out.prose(1, 3, thai=True), text("title")))
        if level == 1 and chance.random() < 0.7:
            pieces += [out.colon(), Part(row, "Bangkok as an Invented City", text("title_en"))]
        if level == 3:
            pieces.append("%")
        out.print(*pieces, starts=row, block=level == 1)


def _arabic(printed: str) -> str:
    return "".join(str(int(char)) if char.isdecimal() else char for char in printed)


def _entry(out: Printer, sequence: int) -> None:
    chance = out.chance
    row = Row("progress_reports")
    day = out.day()
    percent = out.digits(f"{chance.randint(0, 100):.{chance.choice((0, 2, 2))}f}")
    printed = Part(row, percent, number("progress_percent"))
    report_day = Part(row, str(day), exactly(str(day), report_date=day))
    opening = ("(", Part(row, out.digits(f"{sequence}"), whole("sequence")), ") ")
    out.print(*opening, "ความคืบหน้าโครงการฯ", " ", "ร้อยละ", " ", printed, " (", report_day, ")", starts=row)
    out.print(percent)
    buddhist = f"{day.day}/{day.month}/{day.year + 543}"
    narrative_day = Part(row, buddhist, exactly(buddhist, narrative_date=day))
    out.print(narrative_day, out.colon(), Part(row, out.prose(), text("narrative")))
    for column, label in (("problems", "** ปัญหาของโครงการ"), ("obstacles", "** อุปสรรคของโครงการ")):
        if chance.random() < 0.9:
            said = chance.choice(("ไม่มี", "-", out.prose(1, 9)))
            out.print(label, out.colon(), Part(row, said, stated(column)))
    dashes = "-" * chance.choice((3, 16, 18, 24))
    out.print(f"{dashes}&&&{dashes}--")


def _step(out: Printer, step: int) -> None:
    row = Row("plan_steps")
    start, end = sorted((out.day(), out.day()))
    out.print("ขั้นตอน ", Part(row, str(step), whole("step")), starts=row, block=step == 1)
    out.print(":", Part(row, out.prose(1, 9), text("description")), block=False)
    weight = out.digits(out.chance.choice(("5", "7.5", "12.50", "100")))
    out.print(":", Part(row, weight, number("weight_percent")), "%", block=False)
    for label, column, day in (("เริ่มต้น", "start_date", start), ("สิ้นสุด", "end_date", end)):
        printed = f"{day:%d/%m/%Y}"
        out.print(label, out.colon(), Part(row, printed, exactly(printed, **{column: day})), block=False)


def _indicator(out: Printer, agency_digits: str) -> None:
    chance = out.chance
    row = Row("indicators")
    code = f"{agency_digits}-{chance.randrange(10_000):04d}"[: chance.choice((8, 9))]
    unit, scored = chance.choice(_UNITS), chance.random() < 0.3
    out.print("รายละเอียดเกี่ยวกับตัวชี้วัด", out.colon(), Part(row, code, indicator_code), starts=row)
    name = chance.choice(("", "7. ", "5.1 ", "(10) ", "๑. ", "-", "ปี 2564 ๒. ")) + out.prose(1, 9)
    out.print("ตัวชี้วัด", out.colon(), Part(row, name, text("name")))
    for label, column in (("ค่าเป้าหมาย ", "target"), ("ผลงานที่ทำได้ ", "result")):
        value = out.figure(chance.choice((0, 80, 1407.52, chance.randint(0, 9999))), chance.choice((0, 2, 4)))
        out.print(label, Part(row, unit, text("unit")), out.colon(), Part(row, value, measure(column)))
    out.print("ประเภทตัวชี้วัด", out.colon(), Part(row, chance.choice(_TYPES), text("indicator_type")))
    level = chance.choice(_LEVELS)
    out.print(Part(row, level, text("result_level")), block=False)
    for place, cell in enumerate(
        ("ไตรมาสที่", "(1 - 4)", "*ผลงาน*", f"({unit})", "*ผลประเมินตัวชี้วัด*", "(* 2.1 / 2.2 *)")
    ):
        out.cell(cell, block=place == 0)
    for quarter in range(1, 5):
        _quarter(out, Row("indicator_quarters", parent=row), quarter, scored=scored)


def _quarter(out: Printer, row: Row, quarter: int, *, scored: bool) -> None:
    chance = out.chance
    result = out.figure(chance.choice((0, 20, 1407.52)), 2)
    score = out.digits(f"{chance.randint(0, 100)}.0000") if scored and chance.random() < 0.8 else ""
    first, second = chance.choice((("100", "100"), ("0", "0"), ("87.5", "100")))
    out.cell(Part(row, str(quarter), whole("quarter")), starts=row)
    out.cell(Part(row, result, number("result_value")))
    out.cell(Part(row, score, number("score")))
    out.cell(Part(row, first, number("criterion_2_1")), " / ", Part(row, second, number("criterion_2_2")))


def rows_of(records: dict[str, list[Any]]) -> dict[str, list[Columns]]:
    """Parsed records in the form of `truth`: without keys, lines and nulls; tables without rows left out."""
    skipped = {
        "line_first",
        "line_last",
        "page_kind",
        "page_code",
        "position",
        "agency_code",
        "url",
        "captured_at",
    }
    found: dict[str, list[Columns]] = {}
    for table, rows in records.items():
        if table != "field_lines" and rows:
            names = (
                set(rows[0].__dataclass_fields__)
                - skipped
                - ({"project_code"} if table != "projects" else set())
            )
            names -= {"indicator_code"} if table == "indicator_quarters" else set()
            found[table] = [
                {name: value for name in names if (value := getattr(row, name)) is not None} for row in rows
            ]
    return found


def sheets(count: int, seed: int = 0) -> Iterator[Sheet]:
    return (project_page(random.Random(f"{seed}-{n}"), f"{21 + n % 40}00") for n in range(count))


# --- a page without chance, for tests of one form at a time

PLAIN_BLOCKS = {
    "title": "ความคืบหน้าโครงการ/กิจกรรม",
    "constants": "Back Home\nFusionCharts will render here",
    "name": "โครงการตัวอย่าง : 50030000-0001",
    "agency": "สำนักงานเขตสมมุติ : (2566)",
    "number": "45.00",
    "headline": "ความคืบหน้าโครงการ ร้อยละ 45.00",
    "contact": "ฝ่ายโยธา",
    "link": "ดูโครงการแผนปีฯ : พิมพ์ข้อมูล",
    "evaluation": "*** สยป. ประเมินโครงการ : ไตรมาสที่ 2 : 100.0000",
    "rationale_heading": "หลักการและเหตุผล",
    "rationale": "ด้วยเหตุที่ต้องมีตัวอย่าง",
    "org_codes": "50030100/50030200",
    "objectives_heading": "วัตถุประสงค์ของโครงการ",
    "objectives": "เพื่อทดสอบการอ่าน",
    "goals_heading": "เป้าหมายของโครงการ",
    "goals": "อ่านได้ครบทุกบรรทัด",
    "strategy_heading": "สนับสนุนยุทธศาสตร์กรุงเทพมหานครฯ",
    "strategy": "ด้านที่ ๑ - มหานครสมมุติ : Invented City\nมิติที่ ๑.๒ - ตัวอย่างที่ดี",
    "reports_heading": "ผลการดำเนินงาน",
    "reports": (
        "(1) ความคืบหน้าโครงการฯ ร้อยละ 45.00 (2023-03-23)\n\n45.00\n\n23/3/2566 : จัดประชุมแล้ว\n\n"
        "** ปัญหาของโครงการ :ไม่มี\n\n** อุปสรรคของโครงการ :ไม่มี\n\n---------&&&---------"
    ),
    "plan_heading": "แผนการดำเนินงานฯ",
    "plan": "ขั้นตอน 1\n:เตรียมงาน\n:100%\nเริ่มต้น :01/10/2022\nสิ้นสุด :30/09/2023",
    "code_links": (
        "(ทดสอบ) แสดงขั้นตอนการดำเนินงานโครงการ : 50030000-0001\n\n"
        "(คลิก) ขั้นตอนการปฏิบัติงานของโครงการ : 50030000-0001"
    ),
    "indicators_heading": "สนับสนุนตัวชี้วัดตามแผนฯ",
    "indicators": (
        "รายละเอียดเกี่ยวกับตัวชี้วัด : 5003-0001\n\nตัวชี้วัด : ร้อยละของตัวอย่าง\n\nค่าเป้าหมาย ร้อยละ : 80.0000\n\n"
        "ผลงานที่ทำได้ ร้อยละ : 20.0000\n\nประเภทตัวชี้วัด : ตัวชี้วัดงานประจำ\nตัวชี้วัดระดับผลผลิต (output)\n\n"
        "ไตรมาสที่\n(1 - 4)\n*ผลงาน*\n(ร้อยละ)\n*ผลประเมินตัวชี้วัด*\n(* 2.1 / 2.2 *)\n"
        "1\n20.00\n\n100 / 100\n2\n0.00\n\n0 / 0\n3\n0.00\n\n0 / 0\n4\n0.00\n\n0 / 0"
    ),
    "closing": "** ผลการประเมินโครงการ (รายไตรมาส) **",
}
"""The blocks of a full text copy, by name, in page order."""

_KEPT_IN_REDUCED = (
    "headline",
    "contact",
    "link",
    "evaluation",
    "rationale",
    "org_codes",
    "objectives",
    "goals",
    "strategy",
)


def plain_page(**changes: str | None) -> str:
    """A full text copy with these blocks changed; None leaves one out."""
    return "\n\n".join(block for block in {**PLAIN_BLOCKS, **changes}.values() if block is not None) + "\n"


def reduced_page(**changes: str | None) -> str:
    """A reduced text copy of the same page: no headings, codes or tables, and no empty lines."""
    blocks = {name: PLAIN_BLOCKS[name] for name in _KEPT_IN_REDUCED} | changes
    return "\n".join(block for block in blocks.values() if block is not None) + "\n"
