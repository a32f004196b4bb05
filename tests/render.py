"""Project pages printed from drawn values, in every form that is known."""

import random
from collections.abc import Sequence

from tests.plain import PLAIN_BLOCKS, plain_page, reduced_page
from tests.printing import (
    Columns,
    Line,
    Part,
    Printer,
    Read,
    Row,
    Sheet,
    agency,
    arabic,
    contact,
    exactly,
    indicator_code,
    measure,
    number,
    rows_of,
    stated,
    text,
    text_copy,
    truth,
    whole,
)

# All that a test of printed pages needs comes from here.
__all__ = [
    "CONTACTS",
    "PLAIN_BLOCKS",
    "Columns",
    "Line",
    "Part",
    "Printer",
    "Read",
    "Row",
    "Sheet",
    "agency",
    "exactly",
    "measure",
    "number",
    "plain_page",
    "project_page",
    "reduced_page",
    "rows_of",
    "text",
    "text_copy",
    "truth",
    "whole",
]

_NAME_STARTS = ("", "อ.2/2", "(ใหม่ ) ", "ข้อ 1 : ", "“ก” ", '"ก" ', "2.1", "ก.-")
_NAME_ENDS = (
    "", " (2563)", " (๒๕๖๓)", " (ปี 2563)", " พ.ศ. 2564", " : ระยะที่ 2", ' "ทดลอง"', "(ต่อเนื่อง)", " - 2",
    " : 2563",
)  # fmt: skip
_AGENCIES = ("สำนักทดลองงาน", "ส\u0e4d\u0e32นักตัวอย่าง กีฬาและการละเล่น", "สำนักงานเขตสมมุติ", "สำนักทดสอบและประเมินตน")
_SUBAGENCIES = ("กองสมมุติ", "ศูนย์ทดลอง เขตตัวอย่าง", "ส\u0e4d\u0e32นักงานจำลอง")
_CONTACT_NAMES = (
    "ฝ่ายโยธา", "กลุ่มงานทดสอบ", "กองตัวอย่าง", "หัวหน้าฝ่ายทดลอง", "นางสาวตัวอย่าง นามสมมุติ", "สมปองตัวอย่าง",
    "นายตัวอย่าง นามสมมุติ นางสมมุติ นามแฝง", "น.ส.ตัวอย่าง นามสมมุติ และนายสมมุติ นามแฝง",
)  # fmt: skip
_TELEPHONES = (
    "", " โทร 9999", " โทร. 9999", " โทร.9999", "โทร.9999", " (โทร. 9999-8 )", "(9999)", "(0 0000 0000)",
    " 9999", " / 0 0000 0000", "/9999", " 0 0000 0000", " โทร. 0 0000 0000 หรือโทร. 9999", " โทร 9999 ต่อ 99",
    " ต่อ 999", " 9999-8", " 9999, 9998", " โทร. 9999,9998", " โทร 09 9999 9999", " 099-999-9999",
)  # fmt: skip
CONTACTS = tuple(name + telephone for name in _CONTACT_NAMES for telephone in _TELEPHONES)
_UNITS = (
    "ร้อยละ", "ครั้ง", "ร้อยละ (ลดลง)", "เขตละ...เส้นทาง", "ร้อยละ 30", "ระดับ : 1 - 5", "",
    "ร้อยละของประชาชนในพื้นที่เขตตัวอย่างที่ได้รับบริกา",  # prose, cut at 50 characters
)  # fmt: skip
_ODD_MEASURES = (("80", "ร้อยละ"), ("≥1", "แห่ง"), ("ร้อยละ 2", "ร้อยละ 2"))
"""Unit and target swapped or repeated."""
_TYPES = ("ตัวชี้วัดเชิงยุทธศาสตร์", "ตัวชี้วัดงานประจำ", "")
_STARTS = (
    "", "", "", "- ", "1. ", "(2) ", "&&& ", "25/3/2563 : ", "1/31/2021 : ", "ผลการดำเนินงาน ",
    "หลักการและเหตุผล : ", "แผนการดำเนินงานฯ ", "เป้าหมายที่ 1 ", "ขั้นตอน 1 ", "ไตรมาสที่ 1 : ",
    "“ก” ", '"ก" ', "เริ่มต้น :",
)  # fmt: skip
_LEVELS = ("ตัวชี้วัดระดับผลผลิต (output)", "ตัวชี้วัดระดับผลลัพธ์ (outcome)")
_AFTER_THE_END = ("ไตรมาสที่ 1 : 100.0000", "100.00", "-", "1 100 / 100", "25/3/2563 : ไม่มี", "รวม ร้อยละ 45.00")


def project_page(chance: random.Random, agency_digits: str = "2100") -> Sheet:
    """A full project page of the agency whose code begins so; no two of its values contradict each other."""
    out = Printer(chance)
    code = f"{agency_digits}0000-{chance.randrange(10_000):04d}"
    project = Row("projects")
    out.print("ความคืบหน้าโครงการ/กิจกรรม", starts=project)
    out.print("Back Home")
    out.print("FusionCharts will render here", block=False)
    _name(out, project, code)
    _agency(out, project)
    _progress(out, project)
    _texts(out, project)
    out.print("สนับสนุนยุทธศาสตร์กรุงเทพมหานครฯ")
    _strategy(out)
    out.print("ผลการดำเนินงาน")
    for sequence in range(1, _count(out, (1, 0, 1, 2, 3, 5), rare=40) + 1):
        _entry(out, sequence)
    out.print("แผนการดำเนินงานฯ")
    for step in range(1, _count(out, (1, 0, 2, 3, 4), rare=30) + 1):
        _step(out, step)
    for link in ("(ทดสอบ) แสดงขั้นตอนการดำเนินงานโครงการ", "(คลิก) ขั้นตอนการปฏิบัติงานของโครงการ"):
        out.print(link, out.colon(), _code(out, project, code))
    out.print("สนับสนุนตัวชี้วัดตามแผนฯ")
    for _ in range(chance.choice((1, 0, 1, 2))):
        _indicator(out, agency_digits)
    out.print("** ผลการประเมินโครงการ (รายไตรมาส) **")
    for _ in range(chance.choice((0, 0, 0, 0, 0, 1, 3))):
        out.print(chance.choice((*_AFTER_THE_END, out.prose())), unread=True)
    return Sheet(code, out.lines)


def _count(out: Printer, usual: Sequence[int], rare: int) -> int:
    return rare if out.once_in(60) else out.chance.choice(usual)


def _code(out: Printer, project: Row, code: str) -> Part:
    printed = out.digits(code)
    return Part(project, printed, exactly(printed, project_code=code))


def _name(out: Printer, project: Row, code: str) -> None:
    name = f"{out.chance.choice(_NAME_STARTS)}โครงการ{out.prose(2, 8)}{out.chance.choice(_NAME_ENDS)}"
    out.print(Part(project, name, text("name")), out.colon(), _code(out, project, code), starts=project)


def _agency(out: Printer, project: Row) -> None:
    chance = out.chance
    pieces: list[str | Part] = [Part(project, chance.choice(_AGENCIES), agency)]
    if out.once_in(4):
        subagency = Part(project, chance.choice(_SUBAGENCIES), _subagency)
        pieces = ["** ", subagency, " ", *pieces]
    if not out.once_in(4):
        year = chance.randint(2562, 2566)
        printed = out.digits(f"{year}")
        pieces += [out.colon(), "(", Part(project, printed, exactly(printed, fiscal_year_be=year)), ")"]
    out.print(*pieces)


def _subagency(printed: str) -> Columns:
    return {"subagency_name": agency(printed)["agency_name"]}


def _progress(out: Printer, project: Row) -> None:
    """The percent, twice, the contact, and the evaluation, whose decimals go with those of the percent."""
    chance = out.chance
    decimals = chance.choice((2, 2, 0))
    printed = out.digits(_percent(out, decimals))
    out.print(printed)
    out.print("ความคืบหน้าโครงการ", " ", "ร้อยละ", " ", Part(project, printed, number("progress_percent")))
    telephone = chance.choice(_TELEPHONES)
    out.print(Part(project, chance.choice(_CONTACT_NAMES) + telephone, contact))
    out.print("ดูโครงการแผนปีฯ", out.colon(), "พิมพ์ข้อมูล")
    quarter = Part(project, out.digits(f"{chance.randint(1, 4)}"), whole("evaluation_quarter"))
    figure = out.digits(f"{chance.choice((100, 0, 50)):.{decimals * 2}f}")
    score = Part(project, figure, number("evaluation_score"))
    scored = chance.choice(((), (out.colon(), score), (" ", score)))
    out.print("*** สยป. ประเมินโครงการ", out.colon(), "ไตรมาสที่", " ", quarter, *scored)


def _percent(out: Printer, decimals: int) -> str:
    percent = out.chance.choice((45.5 if decimals else 45, 0, 15, 100, out.chance.randint(0, 100)))
    return f"{percent:.{decimals}f}"


def _texts(out: Printer, project: Row) -> None:
    for heading, column in (
        ("หลักการและเหตุผล", "rationale"),
        ("วัตถุประสงค์ของโครงการ", "objectives"),
        ("เป้าหมายของโครงการ", "goals"),
    ):
        out.print(heading)
        out.print(Part(project, _paragraph(out), text(column)))
        if column == "rationale" and not out.once_in(4):
            _organisation_codes(out, project)


def _paragraph(out: Printer) -> str:
    """Running text that may begin as other lines do."""
    return out.chance.choice(_STARTS) + out.prose()


def _organisation_codes(out: Printer, project: Row) -> None:
    first = f"{out.chance.randrange(10**8):08d}"
    second = f"{out.chance.randrange(10**8):08d}" if out.once_in(2) else first
    printed = out.digits(first), out.digits(second)
    out.print(
        Part(project, printed[0], exactly(printed[0], org_code_first=first)),
        "/",
        Part(project, printed[1], exactly(printed[1], org_code_second=second)),
    )


def _strategy(out: Printer) -> None:
    chance = out.chance
    numbers = [str(chance.randint(1, 12)) for _ in range(4)]
    front = chance.choice(("", "", ":", ": "))
    dash = chance.choice((" - ", " – ", "-"))
    for level, name in enumerate(
        ("ด้าน", "มิติ", "เป้าหมาย", "เป้าประสงค์")[: chance.choice((4, 0, 1, 2, 3, 4))], 1
    ):
        row = Row("strategy_links", {"level": level, "level_name": name})
        shown = Part(row, out.digits(".".join(numbers[:level])), _strategy_number)
        pieces: list[str | Part] = [f"{front}{name}ที่ ", shown, dash if level < 3 else " "]
        pieces.append(Part(row, "มหานคร" + out.prose(1, 3, thai=True), text("title")))
        if level == 1 and not out.once_in(3):
            pieces += [out.colon(), Part(row, "Bangkok as an Invented City", text("title_en"))]
        if level == 3:
            pieces.append(chance.choice(("%", "%", " %")))
        out.print(*pieces, starts=row, block=level == 1)


def _strategy_number(printed: str) -> Columns:
    return {"number": arabic(printed).rstrip(".") or None}


def _entry(out: Printer, sequence: int) -> None:
    chance = out.chance
    row = Row("progress_reports")
    day = out.day()
    told = out.day() if out.once_in(8) else day
    percent = out.digits(_percent(out, chance.choice((2, 2, 0))))
    report_day = out.digits(str(day))
    out.print(
        *("(", Part(row, out.digits(f"{sequence}"), whole("sequence")), ") "),
        *("ความคืบหน้าโครงการฯ", " ", "ร้อยละ", " ", Part(row, percent, number("progress_percent"))),
        *(" (", Part(row, report_day, exactly(report_day, report_date=day)), ")"),
        starts=row,
    )
    out.print(percent)
    buddhist = out.digits(f"{told.day}/{told.month}/{told.year + 543}")
    narrative_day = Part(row, buddhist, exactly(buddhist, narrative_date=told))
    out.print(narrative_day, out.colon(), Part(row, _paragraph(out), text("narrative")))
    for column, label in (("problems", "** ปัญหาของโครงการ"), ("obstacles", "** อุปสรรคของโครงการ")):
        if not out.once_in(8):
            described = out.prose(1, 9)
            said = chance.choice(("ไม่มี", "ไม่มี", "-", described, described, ""))
            out.print(label, out.colon(), Part(row, said, stated(column)))
    first, second = (chance.choice((18, 20, 1, 3, 40)) for _ in range(2))
    out.print(f"{'-' * first}&&&{'-' * second}")


def _step(out: Printer, step: int) -> None:
    chance = out.chance
    row = Row("plan_steps")
    out.print("ขั้นตอน ", Part(row, out.digits(f"{step}"), whole("step")), starts=row, block=step == 1)
    front = chance.choice((":", ": "))
    out.print(front, Part(row, out.prose(1, 9), text("description")), block=False)
    weight = out.digits(chance.choice(("5", "7.5", "12.50", "100", "0")))
    out.print(front, Part(row, weight, number("weight_percent")), "%", block=False)
    dated = chance.choice((2, 2, 2, 2, 1, 0))
    for place, (label, column) in enumerate((("เริ่มต้น", "start_date"), ("สิ้นสุด", "end_date"))):
        day = out.day() if place < dated else None
        printed = out.digits(f"{day:%d/%m/%Y}") if day else ""
        out.print(label, out.colon(), Part(row, printed, exactly(printed, **{column: day})), block=False)


def _indicator(out: Printer, agency_digits: str) -> None:
    chance = out.chance
    row = Row("indicators")
    code = out.digits(f"{agency_digits}-{chance.randrange(10_000):04d}"[: chance.choice((9, 8))])
    out.print("รายละเอียดเกี่ยวกับตัวชี้วัด", out.colon(), Part(row, code, indicator_code), starts=row)
    name = chance.choice(("", "7. ", "5.1 ", "(10) ", "๑. ", "-", "ปี 2564 ๒. ")) + out.prose(1, 9)
    out.print("ตัวชี้วัด", out.colon(), Part(row, name, text("name")))
    unit, target = chance.choice(_UNITS), _amount(out)
    if out.once_in(8):
        unit, target = chance.choice(_ODD_MEASURES)
    for label, column, printed in (("ค่าเป้าหมาย ", "target", target), ("ผลงานที่ทำได้ ", "result", _amount(out))):
        colon = " : " if ":" in unit else out.colon()
        out.print(label, Part(row, unit, text("unit")), colon, Part(row, printed, measure(column)))
    out.print("ประเภทตัวชี้วัด", out.colon(), Part(row, chance.choice(_TYPES), text("indicator_type")))
    level = Part(row, chance.choice(_LEVELS), text("result_level"))
    out.print(*chance.choice(((level,), ("(", level, ")"))), block=False)
    _quarters(out, row, unit)


def _amount(out: Printer) -> str:
    amount = out.chance.choice((0, 80, 1407.52, out.chance.randint(0, 9999)))
    return out.figure(amount, out.chance.choice((0, 2, 4)))


def _quarters(out: Printer, indicator: Row, unit: str) -> None:
    chance = out.chance
    header = ("ไตรมาสที่", "(1 - 4)", "*ผลงาน*", f"({unit})", "*ผลประเมินตัวชี้วัด*", "(* 2.1 / 2.2 *)")
    for place, cell in enumerate(header):
        out.cell(cell, block=place == 0)
    blank = chance.choice(((1, 2, 3, 4), (1, 2, 3, 4), (), (chance.randint(1, 4),)))
    for quarter in range(1, 5):
        row = Row("indicator_quarters", parent=indicator)
        result = out.figure(chance.choice((0, 20, 1407.52)), 2)
        score = "" if quarter in blank else out.digits(f"{chance.randint(0, 100)}.0000")
        pair = chance.choice((("100", "100"), ("0", "0"), ("87.5", "100")))
        first, second = (Part(row, out.digits(n), number(f"criterion_2_{k}")) for k, n in enumerate(pair, 1))
        out.cell(Part(row, out.digits(f"{quarter}"), whole("quarter")), starts=row)
        out.cell(Part(row, result, number("result_value")))
        out.cell(Part(row, score, number("score")))
        out.cell(first, " / ", second)
