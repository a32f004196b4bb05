"""Pages of the kinds beside projects, printed from drawn values as `tests.render` prints project pages.

Not every page prints its own code, and none prints all of it: a reader of these pages is told kind and code,
as the URL tells them. So the code is among the values that a row has before any line is read.
"""

import datetime as dt
import random
import re
from collections.abc import Callable

from tests.kind_sheets import KindSheet, line_of
from tests.render import (
    Columns,
    Part,
    Printer,
    Read,
    Row,
    agency,
    exactly,
    indicator_code,
    measure,
    number,
    text,
    whole,
)

_NUMBERINGS = (
    "", "7. ", "5.1 ", "3.2 ", "(10) ", "(5.2) ", "๑. ", "ปี 2564 ๒. ", "-", "มิติที่ 3 (3.2) ", "ข้อ 1 : ",
)  # fmt: skip
_UNITS = (
    "ร้อยละ", "ค่าเปอร์เซ็นไทล์", "ครั้ง", "ระดับ", "นาที", "ลดลงร้อยละ", "ร้อยละ 30", "ร้อยละ (ลดลง)",
    "เขตละ...เส้นทาง", "ระดับ : 1 - 5", "",
    "ร้อยละของประชาชนในพื้นที่เขตตัวอย่างที่ได้รับบริกา",  # prose, cut at 50 characters
)  # fmt: skip
_SWAPPED = (("80", "ร้อยละ"), ("≥1", "แห่ง"))
_REPEATED = (("ร้อยละ 2", "ร้อยละ 2"), ("ร้อยละ 30", "ร้อยละ 30"))
_CITY_TARGETS = (
    *_SWAPPED, *_REPEATED, ("ร้อยละ", "20 ของประชาชนในพื้นที่"), ("ไม่น้อยกว่า", "1.05 (48 แห่ง)"),
    ("ตร.ม.", "12.25 ตร.ม."), ("แห่ง", "48"), ("ร้อยละ", "80.50"), ("ตร.ม.", "1,250"), ("", "5"),
)  # fmt: skip
_TYPES = ("ตัวชี้วัดเชิงยุทธศาสตร์", "ตัวชี้วัดงานประจำ", "")
_LEVELS = ("ตัวชี้วัดระดับผลผลิต (output)", "ตัวชี้วัดระดับผลลัพธ์ (outcome)")
_DATA_KINDS = ("ตัวชี้วัดเป้าประสงค์", "ข้อมูลเชิงปริมาณ", "ข้อมูลทุติยภูมิ : รายปี", "")
_AGENCIES = ("สำนักทดลองงาน", "สํานักตัวอย่าง กีฬาและการละเล่น", "สำนักงานเขตสมมุติ")
_STARTS = ("", "", "- ", "1. ", "28/10/2563 : ", "1/31/2021 : ", "ไตรมาสที่ 1 : ", "งานตัวอย่าง : ", "“ตัวอย่าง” ")
_TRAPS = (
    "รายงานผลฯ ไตรมาสที่ 2", "ค่าเป้าหมาย ร้อยละ : 80", "นิยาม หรือความหมายของตัวชี้วัด", "หน่วยนับ :ครั้ง",
    "มิติที่ 3 (3.2)", "| 25 | 0 / 0 |", "** สรุปผลการดำเนินงาน **", "(3) [มิติที่ 1 : ก]", "Kpi ID",
    "2.วิธีการคำนวณ หรือ เกณฑ์การประเมิน", "หลักการและเหตุผล",
)  # fmt: skip
_ROUTINE = "**** ภารกิจงานประจำของหน่วยงาน ****"
_DIMENSIONS = ("ประสิทธิผลตามแผนปฏิบัติราชการ", "ประสิทธิภาพของการปฏิบัติราชการ", "คุณภาพการให้บริการ")
NOT_SET = "(ไม่ได้ตั้ง)"


def paragraph(out: Printer) -> str:
    """Running text that may begin with a date or a number, and speak of what other lines are about."""
    trap = f" {out.chance.choice(_TRAPS)} {out.prose(1, 3)}" if out.chance.random() < 0.3 else ""
    return out.chance.choice(_STARTS) + out.prose() + trap


def name(out: Printer) -> str:
    if out.chance.random() < 0.1:
        return f"1. {out.prose(2, 5)} 2. {out.prose(2, 5)}"
    end = out.chance.choice(("", "", " (2564)", " : ระยะที่ 2"))
    return f"{out.chance.choice(_NUMBERINGS)}{out.prose(1, 9)}{end}"


def value(out: Printer) -> str:
    amount = out.chance.choice((0, 80, 1407.52, 104.15, out.chance.randint(0, 9999)))
    return out.figure(amount, out.chance.choice((0, 1, 2, 3, 4)))


def _titled(out: Printer, row: Row, title: str, column: str) -> None:
    """The lines above an indicator's target. Its row is there as soon as any of them is."""
    out.print(title, starts=row)
    out.print("Back Home", starts=row)
    out.print(Part(row, name(out), text("name")), out.colon(), _code(row, column), starts=row)


def _code(row: Row, column: str) -> Part:
    code: str = row.fixed[column]
    return Part(row, code, exactly(code, **{column: code}))


def _measured(out: Printer, row: Row, label: str, column: str, unit: str, printed: str) -> None:
    colon = " : " if ":" in unit else out.colon()
    count = Part(row, printed, measure(column))
    out.print(f"{label} ", Part(row, unit, text("unit")), colon, count, starts=row)


def indicator_page(chance: random.Random) -> KindSheet:
    out = Printer(chance)
    code = f"{chance.randrange(10_000):04d}-{chance.randrange(10_000):04d}"[: chance.choice((8, 9))]
    row = Row("indicators", {"indicator_code": code})
    _titled(out, row, "รายละเอียดตัวชี้วัด", "indicator_code")
    unit, target = chance.choice(_UNITS), value(out)
    if chance.random() < 0.15:
        unit, target = chance.choice(_SWAPPED + _REPEATED)
    _measured(out, row, "ค่าเป้าหมาย", "target", unit, target)
    _measured(out, row, "ผลงานที่ทำได้", "result", unit, value(out))
    out.print("ประเภทตัวชี้วัด", out.colon(), Part(row, chance.choice(_TYPES), text("indicator_type")))
    level = Part(row, chance.choice(_LEVELS), text("result_level"))
    out.print(*chance.choice((("(", level, ")"),) * 3 + ((level,),)), block=False)
    out.print("0")
    out.print("รายละเอียดตัวชี้วัดฯ : พิมพ์ข้อมูล")
    score = out.digits(chance.choice(("85", "85", "100", "0.0000", "0.0000", "62.5000")))
    scored = (out.colon(), Part(row, score, number("evaluation_score")))
    quarter = Part(row, out.digits(f"{chance.randint(1, 4)}"), whole("evaluation_quarter"))
    end = chance.choice((scored, scored, (":",)))
    out.print("*** สยป. ตรวจประเมินตัวชี้วัด", out.colon(), "ไตรมาสที่ ", quarter, *end)
    out.print("ผลงานเทียบกับเป้าหมายรายไตรมาส")
    blank = chance.choice(((), (), (1, 2, 3, 4), (chance.randint(1, 4),)))
    reports(out, quarter_table(out, row, unit, {"indicator_code": code}, blank))
    _section(out, row, "** สรุปผลการดำเนินงาน **", "summary")
    _section(out, row, "นิยาม หรือความหมายของตัวชี้วัด", "definition")
    return KindSheet(code, out.lines, "indicator")


def _section(out: Printer, row: Row, heading: str, column: str) -> None:
    if out.chance.random() < 0.85:
        out.print(heading)
        out.print(Part(row, paragraph(out), text(column)))
    else:
        out.print(heading, Part(row, "", text(column)))


def quarter_table(
    out: Printer, parent: Row, unit: str, fixed: Columns, blank: tuple[int, ...] = (1, 2, 3, 4)
) -> list[Row]:
    """Print a quarter table, without scores in the rows that are to be ``blank``, and return its rows."""
    chance = out.chance
    header = ("ไตรมาสที่", "(1 - 4)", "*ผลงาน*", f"({unit})", "*ผลประเมินตัวชี้วัด*", "(* 2.1 / 2.2 *)")
    for place, cell in enumerate(header):
        out.cell(cell, block=place == 0)
    rows = [Row(parent.table.removesuffix("s") + "_quarters", dict(fixed), parent) for _ in range(4)]
    scores = [out.digits(chance.choice(("100.0000", "0.0000", "100", "0", "87.5000"))) for _ in rows]
    pairs = [chance.choice((("100", "100"), ("0", "0"), ("87.5", "100"), ("0", "100"))) for _ in rows]
    if chance.random() < 0.2:
        scores[3], pairs[3] = scores[0], ("0", "0")
    for quarter, (row, score, pair) in enumerate(zip(rows, scores, pairs, strict=True), 1):
        result = out.figure(chance.choice((0, 20, 56.66, 1407.52)), 2)
        out.cell(Part(row, out.digits(f"{quarter}"), whole("quarter")), starts=row)
        out.cell(Part(row, result, number("result_value")))
        out.cell(Part(row, "" if quarter in blank else score, number("score")))
        first, second = (Part(row, n, number(f"criterion_2_{k}")) for k, n in enumerate(pair, 1))
        out.cell(first, " / ", second)
    return rows


def reports(out: Printer, quarters: list[Row]) -> None:
    for quarter, row in enumerate(quarters, 1):
        out.print(f"รายงานผลฯ ไตรมาสที่ {quarter}")
        report = out.chance.choice((None, "", "-", *(paragraph(out) for _ in range(5))))
        if report is not None:
            out.print(Part(row, report, _report))


def _report(printed: str) -> Columns:
    return {"report": None if printed == "-" else printed.strip() or None}


def city_indicator_page(chance: random.Random) -> KindSheet:
    out = Printer(chance)
    code = f"{chance.randint(1, 400)}"
    row = Row("city_indicators", {"city_indicator_code": code})
    _titled(out, row, "โครงการจัดทำฐานข้อมูลตัวชี้วัดการพัฒนาเมือง (2562-2563)", "city_indicator_code")
    _measured(out, row, "ค่าเป้าหมาย", "target", *chance.choice(_CITY_TARGETS))
    out.print("ลักษณะข้อมูล", out.colon(), Part(row, chance.choice(_DATA_KINDS), text("data_kind")), starts=row)
    out.print("สนับสนุนยุทธศาสตร์กรุงเทพมหานครฯ")
    _strategy(out)
    _section(out, row, "1.นิยาม หรือความหมายของตัวชี้วัด", "definition")
    _section(out, row, "2.วิธีการคำนวณ หรือ เกณฑ์การประเมิน", "method")
    _section(out, row, "3.แหล่งข้อมูล/เจ้าของข้อมูล", "data_source")
    headings = (chance.choice(("4.ผู้จัดเก็บข้อมูล", "4.หมายเหตุ", "4.ความถี่")), "5.อื่น ๆ")
    further = [printed for heading in headings for printed in (heading, paragraph(out))]
    count = chance.choice((0, 1, 2, 2, 4))
    nothing = [Part(row, "", lambda printed: {})] if count == 1 else []  # what the lone heading stands above
    for place, printed in enumerate(further[:count]):
        out.print(Part(row, printed, line_of("further_text", place)), *nothing)
    return KindSheet(code, out.lines, "city_indicator")


def _strategy(out: Printer) -> None:
    chance = out.chance
    front, dash = chance.choice((":", ":", ": ")), chance.choice((" - ", " – ", "-"))
    numbers = [str(chance.randint(1, 12)) for _ in range(3)]
    for level, word in enumerate(("ด้าน", "มิติ", "เป้าหมาย"), 1):
        row = Row("strategy_links", {"level": level, "level_name": word})
        printed = ".".join(numbers[:level])
        thai = "".join("๐๑๒๓๔๕๖๗๘๙"[int(char)] if char.isdecimal() else char for char in printed)
        shown = Part(row, chance.choice((thai, thai, printed)), _strategy_number)
        title = Part(row, "มหานคร" + out.prose(1, 3, thai=True), text("title"))
        end = (" ", title, chance.choice(("%", "%", " %"))) if level == 3 else (dash, title)
        out.print(f"{front}{word}ที่ ", shown, *end, starts=row, block=level == 1)


def _strategy_number(printed: str) -> Columns:
    found = re.match(r"[\d.]+", printed)
    digits = "".join(str(int(char)) if char.isdecimal() else char for char in found[0]) if found else ""
    return {"number": digits.rstrip(".") or None}


def agency_summary_page(chance: random.Random) -> KindSheet:
    out = Printer(chance)
    agency_code, dimension = f"{chance.randrange(10_000):04d}0000", chance.randint(1, 3)
    year = chance.choice((None, None, 2562, 2564, 2566))
    fixed = {"agency_code": agency_code, "dimension": dimension} | ({"fiscal_year_be": year} if year else {})
    out.print("ผลการปฏิบัติราชการประจำปี : ของหน่วยงาน", out.colon(), _code(Row("agency", fixed), "agency_code"))
    out.print("Home Home SED")
    out.print(f"มิติที่ {dimension} ด้าน{_DIMENSIONS[dimension - 1]}")
    for sequence in range(1, chance.choice((1, 1, 2, 3, 5)) + 1):
        _agency_indicator(out, Row("agency_indicators", dict(fixed)), sequence, dimension)
    code = f"{agency_code}-{dimension}" + (f"-{year}" if year else "")
    return KindSheet(code, out.lines, "agency_summary")


def _agency_indicator(out: Printer, row: Row, sequence: int, dimension: int) -> None:
    chance = out.chance
    called, unit = name(out), chance.choice([unit for unit in _UNITS if ":" not in unit])
    place = Part(row, out.digits(f"{sequence}"), whole("sequence"))
    out.print("(", place, ") ", Part(row, called, text("name")), starts=row)
    title = chance.choice((f"ด้าน{_DIMENSIONS[dimension - 1]}", "ตัวชี้วัดเจรจาตกลง", out.prose(1, 3, thai=True)))
    out.print(f"[มิติที่ {dimension}", out.colon(), Part(row, title, _dimension), "]")
    if chance.random() < 0.4:
        for line in chance.choice(((_ROUTINE, _ROUTINE), (f"{_ROUTINE} {_ROUTINE}",))):
            out.print(line)
    else:
        goal = f"ด้านที่ ๑ - มหานคร{out.prose(1, 2)}{out.colon()}เป้าหมายที่ ๑.๒.๑ {out.prose(1, 3)}"
        out.print(Part(row, goal + chance.choice(("", "%")), text("strategy_text")))
    out.print(Part(row, called, text("name")))
    out.print("หน่วยนับ", out.colon(), Part(row, unit, text("unit")))
    for label, column in (("เป้าหมาย", "target_value"), ("ผลงาน", "result_value")):
        figure = out.figure(chance.choice((0, 80, 1407.52)), 2)
        out.print(label, out.colon(), Part(row, figure, number(column)))
    reports(out, quarter_table(out, row, unit, {}))


def _dimension(printed: str) -> Columns:
    said = [word for word in printed.split() if "เจรจา" in word]
    return {"dimension_name": printed.strip() or None, "negotiated": said[0] if said else None}


def it_review_page(chance: random.Random) -> KindSheet:
    out = Printer(chance)
    code = f"{chance.randint(1, 999)}"
    row = Row("it_reviews", {"it_review_code": code})
    decision = chance.choice(("เห็นชอบ", "ไม่เห็นชอบ", "เห็นชอบในหลักการ (ปรับลด)", "เห็นชอบ : ตามมติที่ 2/2563", ""))
    out.print("ผลการพิจารณาโครงการ", out.colon(), Part(row, decision, text("decision")), starts=row)
    if chance.random() < 0.3:
        out.print("หลักการและเหตุผล")
    out.print(Part(row, paragraph(out), text("rationale")))  # of several nothing shows the end
    return KindSheet(code, out.lines, "it_review")


def plan_record_page(chance: random.Random) -> KindSheet:
    out = Printer(chance)
    code = f"{chance.randrange(10_000):04d}0000-{chance.randrange(10_000):04d}"
    row = Row("plan_records", {"project_code": code})
    progress = out.digits(chance.choice(("0", "0.00", "15", "45.00", "100")))
    percent = Part(row, progress, number("progress_percent"))
    out.print("รายละเอียดโครงการ/กิจกรรม", out.colon(), _code(row, "project_code"), starts=row)
    out.print("คืบหน้าล่าสุด", out.colon(), "ร้อยละ ", percent, starts=row)
    out.print("ข้อมูลโครงการ/กิจกรรม พิมพ์ PDF", starts=row)
    year, start = chance.randint(2562, 2568), out.day()
    printed_year = out.digits(f"{year}")
    kpi = chance.choice((NOT_SET, f"{code[:4]}-{chance.randrange(1000):03d}", f"{code[:4]}-1037"))
    apart = chance.random() < 0.4
    for label, printed, read in (
        ("รหัสโครงการ", code, exactly(code, project_code=code)),
        ("ปี", printed_year, exactly(printed_year, fiscal_year_be=year)),
        ("ชื่อโครงการ", f"โครงการ{out.prose(1, 9)}", text("name")),
        ("Policy ID", chance.choice(("12", "P-0301", NOT_SET, "")), _set("policy_id")),
        ("Branch ID", chance.choice(("5", "0401", NOT_SET, "")), _set("branch_id")),
        ("Kpi ID", kpi, indicator_code),
        ("งบฯ ที่ได้รับ (บาท)", _money(out), number("budget_received_thb")),
        ("งบฯ ที่ใช้ไป (บาท)", _money(out), number("budget_spent_thb")),
        ("คืบหน้าล่าสุด", progress, percent.read),
        ("หน่วยงาน", chance.choice(_AGENCIES), agency),
        ("Start Date", _moment(out, start), _day("start_date")),
        ("Finish Date", _moment(out, max(start, out.day())), _day("finish_date")),
        ("หลักการและเหตุผล", paragraph(out), text("rationale")),
    ):
        cell = Part(row, printed, read)
        out.print(*([label] if apart else [label, cell]), starts=row, block=apart or chance.random() < 0.3)
        if apart:
            out.print(cell, block=False)
    return KindSheet(code, out.lines, "plan_record")


def _money(out: Printer) -> str:
    baht = out.chance.choice((0, 85840, 1250000.5, out.chance.randrange(10**8)))
    grouped = f"{baht:,.0f}"
    return out.chance.choice((grouped, grouped, f"{baht:,.2f}", f"{baht:.2f}", out.digits(grouped), NOT_SET))


def _moment(out: Printer, day: dt.date) -> str:
    return out.chance.choice((f"{day} 00:00:00.000",) * 4 + (f"{day} 08:30:15.000", NOT_SET))


def _day(column: str) -> Read:
    def read(printed: str) -> Columns:
        found = re.match(r"(\d{4}-\d\d-\d\d)(?!\S)", printed)
        return {column: dt.date.fromisoformat(found[1]) if found else None}

    return read


def _set(column: str) -> Read:
    return lambda printed: {column: None if printed == NOT_SET else printed.strip() or None}


KIND_PAGES: dict[str, Callable[[random.Random], KindSheet]] = {
    "indicator": indicator_page,
    "city_indicator": city_indicator_page,
    "agency_summary": agency_summary_page,
    "it_review": it_review_page,
    "plan_record": plan_record_page,
}
