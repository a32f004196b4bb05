"""An invented page of each kind beside projects, full and reduced, for tests to change."""

from html import escape
from typing import Any

import parsers
from parsers.page import Page
from tests.layouts import html5
from tests.template import THAI_DIGITS

INDICATOR_CODE, CITY_CODE, AGENCY_CODE, REVIEW_CODE = "5099-1037", "905", "50990000-2", "771"
PROJECT_CODE = "50990000-8301"

QUARTERS = """\
ไตรมาสที่
(1 - 4)
*ผลงาน*
(ร้อยละ)
*ผลประเมินตัวชี้วัด*
(* 2.1 / 2.2 *)
1
15.00
100.0000
100 / 100
2
40.00
75.0000
100 / 50
3
62.50

0 / 0
4
0.00
100.0000
0 / 0"""

INDICATOR = f"""\
รายละเอียดตัวชี้วัด

Back Home

5.1 ร้อยละของทางเดินที่แล้วเสร็จ : {INDICATOR_CODE}

ค่าเป้าหมาย ร้อยละ : 80.0000

ผลงานที่ทำได้ ร้อยละ : 62.5000

ประเภทตัวชี้วัด : ตัวชี้วัดเชิงยุทธศาสตร์
(ตัวชี้วัดระดับผลผลิต (output))

0

รายละเอียดตัวชี้วัดฯ : พิมพ์ข้อมูล

*** สยป. ตรวจประเมินตัวชี้วัด : ไตรมาสที่ 3: 85

ผลงานเทียบกับเป้าหมายรายไตรมาส

{QUARTERS}

รายงานผลฯ ไตรมาสที่ 1

สำรวจพื้นที่ 6 แห่ง

รายงานผลฯ ไตรมาสที่ 2

ก่อสร้างแล้วร้อยละ 40

รายงานผลฯ ไตรมาสที่ 3

ก่อสร้างแล้วร้อยละ 62.50

รายงานผลฯ ไตรมาสที่ 4

-

** สรุปผลการดำเนินงาน **

ก่อสร้างทางเดินได้ 500 เมตร

นิยาม หรือความหมายของตัวชี้วัด

ทางเดินที่แล้วเสร็จ หมายถึง ทางเดินที่ตรวจรับแล้ว
"""

REDUCED_INDICATOR = """\
ค่าเป้าหมาย ร้อยละ : 80.0000
ผลงานที่ทำได้ ร้อยละ : 62.5000
ประเภทตัวชี้วัด : ตัวชี้วัดเชิงยุทธศาสตร์
(ตัวชี้วัดระดับผลผลิต (output))
รายละเอียดตัวชี้วัดฯ : พิมพ์ข้อมูล
*** สยป. ตรวจประเมินตัวชี้วัด : ไตรมาสที่ 3:
สำรวจพื้นที่ 6 แห่ง
ก่อสร้างทางเดินได้ 500 เมตร
"""

CITY_INDICATOR = f"""\
โครงการจัดทำฐานข้อมูลตัวชี้วัดการพัฒนาเมือง (2562-2563)

Back Home

2. ทางจักรยานที่ปลอดภัย : {CITY_CODE}

ค่าเป้าหมาย แห่ง : 48

ลักษณะข้อมูล : ข้อมูลเชิงปริมาณ

สนับสนุนยุทธศาสตร์กรุงเทพมหานครฯ

:ด้านที่ ๔ - มหานครกระชับ
:มิติที่ ๔.๒ - เดินทางเชื่อมต่อ
:เป้าหมายที่ ๔.๒.๑ คนเมืองเดินทางด้วยจักรยาน%

1.นิยาม หรือความหมายของตัวชี้วัด

ทางจักรยาน หมายถึง ทางที่มีเครื่องหมาย

2.วิธีการคำนวณ หรือ เกณฑ์การประเมิน

นับจำนวนทางจักรยาน

3.แหล่งข้อมูล/เจ้าของข้อมูล

สำนักงานเขตที่เกี่ยวข้อง
"""

REDUCED_CITY_INDICATOR = """\
ค่าเป้าหมาย แห่ง : 48
ลักษณะข้อมูล : ข้อมูลเชิงปริมาณ
:ด้านที่ ๔ - มหานครกระชับ
:มิติที่ ๔.๒ - เดินทางเชื่อมต่อ
:เป้าหมายที่ ๔.๒.๑ คนเมืองเดินทางด้วยจักรยาน%
ทางจักรยาน หมายถึง ทางที่มีเครื่องหมาย
นับจำนวนทางจักรยาน
"""

AGENCY_TABLE = QUARTERS.replace("100.0000\n", "\n").replace("75.0000\n", "\n")
ROUTINE = "**** ภารกิจงานประจำของหน่วยงาน ****"
STRATEGY = "ด้านที่ ๓ - มหานครสำหรับทุกคน เป้าหมายที่ ๓.๒.๑ ประชาชนบริโภคอาหารที่ปลอดภัย%"


def agency_indicator(sequence: int = 1, name: str = "ร้อยละของร้านที่ได้รับป้าย", strategy: str = STRATEGY) -> str:
    """The lines of one indicator of an agency's summary."""
    return f"""\
({sequence}) {name}

[มิติที่ 2 : ด้านประสิทธิภาพ]

{strategy}

{name}

หน่วยนับ :ร้อยละ

เป้าหมาย :90.00

ผลงาน :62.50

{AGENCY_TABLE}

รายงานผลฯ ไตรมาสที่ 1

ตรวจแล้ว 45 แห่ง

รายงานผลฯ ไตรมาสที่ 2

ตรวจแล้ว 96 แห่ง

รายงานผลฯ ไตรมาสที่ 3

-

รายงานผลฯ ไตรมาสที่ 4

"""


AGENCY_HEAD = """\
ผลการปฏิบัติราชการประจำปี : ของหน่วยงาน : 50990000

Home Home SED

มิติที่ 2 ด้านประสิทธิภาพของการปฏิบัติราชการ

"""
AGENCY_SUMMARY = AGENCY_HEAD + agency_indicator()

REDUCED_AGENCY_SUMMARY = f"""\
(1) ร้อยละของร้านที่ได้รับป้าย
[มิติที่ 2 : ด้านประสิทธิภาพ]
{STRATEGY}
ร้อยละของร้านที่ได้รับป้าย
หน่วยนับ :ร้อยละ
เป้าหมาย :90.00
ผลงาน :62.50
ไตรมาสที่ (1 - 4) | *ผลงาน* (ร้อยละ) | *ผลประเมินตัวชี้วัด* (* 2.1 / 2.2 *)
1 | 15.00 | | 100 / 100
2 | 40.00 | | 100 / 50
3 | 62.50 | | 0 / 0
4 | 0.00 | | 0 / 0
ตรวจแล้ว 45 แห่ง
"""

IT_REVIEW = """\
ผลการพิจารณาโครงการ :เห็นชอบ

หลักการและเหตุผล

เครื่องคอมพิวเตอร์มีอายุเกิน 7 ปี จึงเสนอจัดหาทดแทน
"""

REDUCED_IT_REVIEW = IT_REVIEW.replace("หลักการและเหตุผล\n", "").replace("\n\n", "\n").replace("\n\n", "\n")

PLAN_CELLS = (
    ("รหัสโครงการ", PROJECT_CODE),
    ("ปี", "2566"),
    ("ชื่อโครงการ", "ปรับปรุงทางเดินริมคลอง"),
    ("Policy ID", "P-0302"),
    ("Branch ID", "5"),
    ("Kpi ID", INDICATOR_CODE),
    ("งบฯ ที่ได้รับ (บาท)", "1,285,840.50"),
    ("งบฯ ที่ใช้ไป (บาท)", "85,840"),
    ("คืบหน้าล่าสุด", "45"),
    ("หน่วยงาน", "สำนักงานเขตตัวอย่าง"),
    ("Start Date", "2022-10-01 00:00:00.000"),
    ("Finish Date", "2023-09-30 00:00:00.000"),
    ("หลักการและเหตุผล", "ทางเดินเดิมชำรุด จึงจัดทำโครงการ"),
)
PLAN_HEAD = f"""\
รายละเอียดโครงการ/กิจกรรม: {PROJECT_CODE}

คืบหน้าล่าสุด : ร้อยละ 45

ข้อมูลโครงการ/กิจกรรม พิมพ์ PDF

"""
PLAN_RECORD = PLAN_HEAD + "".join(f"{label}{value}\n" for label, value in PLAN_CELLS)
PLAN_RECORD_IN_CELLS = PLAN_HEAD + "".join(f"{label}\n{value}\n" for label, value in PLAN_CELLS)
REDUCED_PLAN_RECORD = PLAN_RECORD.replace(PLAN_HEAD, "คืบหน้าล่าสุด : ร้อยละ 45\n")

FULL = {
    "indicator": (INDICATOR, INDICATOR_CODE),
    "city_indicator": (CITY_INDICATOR, CITY_CODE),
    "agency_summary": (AGENCY_SUMMARY, AGENCY_CODE),
    "it_review": (IT_REVIEW, REVIEW_CODE),
    "plan_record": (PLAN_RECORD, PROJECT_CODE),
}
REDUCED = {
    "indicator": (REDUCED_INDICATOR, INDICATOR_CODE),
    "city_indicator": (REDUCED_CITY_INDICATOR, CITY_CODE),
    "agency_summary": (REDUCED_AGENCY_SUMMARY, AGENCY_CODE),
    "it_review": (REDUCED_IT_REVIEW, REVIEW_CODE),
    "plan_record": (REDUCED_PLAN_RECORD, PROJECT_CODE),
}
"""A copy of each kind, and the code that its address gives."""


def parse(body: str | bytes, kind: str | None = None, code: str | None = None) -> Page:
    """Read a page, and see that each of its lines is accounted for."""
    page = parsers.parse(body if isinstance(body, bytes) else body.encode(), kind=kind, code=code)
    assert page.lines_total == sum(map(bool, page.lines))
    told = [issue.line for issue in page.issues if issue.code in ("unparsed_text", "unassigned_text")]
    assert len(told) == len(set(told)) == page.lines_unparsed
    return page


def paragraphs(text: str) -> str:
    """A text copy as HTML: a paragraph for each of its lines, none for the blank ones."""
    return html5("", "\n".join(f"<p>{escape(line)}</p>" for line in text.split("\n") if line), "utf-8")


def cells(text: str) -> str:
    """A text copy as HTML: a table cell for each of its lines, and for each blank one an empty cell."""
    return html5("", "\n".join(f"<tr><td>{escape(line)}</td></tr>" for line in text.split("\n")), "utf-8")


def in_thai_digits(text: str) -> str:
    return text.translate(THAI_DIGITS)


def row(page: Page, table: str) -> Any:
    """The one row of a table."""
    (found,) = page.records[table]
    return found


def columns(page: Page, table: str) -> list[dict[str, Any]]:
    """The rows of a table: what they say, without where it stands."""
    where = ("line_first", "line_last")
    return [
        {name: getattr(found, name) for name in found.__dataclass_fields__ if name not in where}
        for found in page.records[table]
    ]
