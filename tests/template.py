"""A full text copy of an invented project page, of which a test changes what it is about."""

from collections.abc import Mapping
from itertools import chain

import parsers
from parsers.page import Page
from parsers.records import Project

CODE = "50990000-9001"
NAME = f"โครงการตัวอย่างริมคลอง : {CODE}"
AGENCY = "สำนักงานเขตตัวอย่าง : (2563)"
BARE = "45.00"
HEADLINE = "ความคืบหน้าโครงการ ร้อยละ 45.00"
CONTACT = "นางสาวตัวอย่าง นามสมมุติ โทร 9999"
LINKS = "ดูโครงการแผนปีฯ : พิมพ์ข้อมูล"
EVALUATION = "*** สยป. ประเมินโครงการ : ไตรมาสที่ 1 : 100.0000"
RATIONALE = "ชุมชนริมคลองขาดทางเดินที่ปลอดภัย"
ORG_CODES = "50990100/50990200"
OBJECTIVES = "เพื่อให้มีทางเดินที่ปลอดภัย"
GOALS = "ทางเดินยาว 500 เมตร"
CODE_LINKS = (
    f"(ทดสอบ) แสดงขั้นตอนการดำเนินงานโครงการ : {CODE}",
    f"(คลิก) ขั้นตอนการปฏิบัติงานของโครงการ : {CODE}",
)
CLOSING = "** ผลการประเมินโครงการ (รายไตรมาส) **"

STRATEGY = """\
ด้านที่ ๓ - มหานครตัวอย่าง : Example City
มิติที่ ๓.๑ - เมืองตัวอย่าง
เป้าหมายที่ ๓.๑.๒ ประชาชนเดินทางสะดวก%
เป้าประสงค์ที่ ๓.๑.๒.๔ พัฒนาทางเดินริมคลอง"""

RULE = "------------------&&&--------------------"
REPORTS = f"""\
(1) ความคืบหน้าโครงการฯ ร้อยละ 45.00 (2020-03-23)
45.00
23/3/2563 : ก่อสร้างทางเดินช่วงแรกแล้วเสร็จ
** ปัญหาของโครงการ :ฝนตกหนัก
** อุปสรรคของโครงการ :ไม่มี
{RULE}"""

PLAN = """\
ขั้นตอน 1
:ขออนุมัติโครงการ
:40%
เริ่มต้น :01/10/2019
สิ้นสุด :31/10/2019
ขั้นตอน 2
:ก่อสร้างทางเดิน
:60%
เริ่มต้น :01/11/2019
สิ้นสุด :30/09/2020"""

QUARTERS = """\
ไตรมาสที่
(1 - 4)
*ผลงาน*
(ร้อยละ)
*ผลประเมินตัวชี้วัด*
(* 2.1 / 2.2 *)
1
20.00

100 / 100
2
0.00

100 / 50
3
0.00

0 / 0
4
0.00

0 / 0"""
INDICATOR = f"""\
รายละเอียดเกี่ยวกับตัวชี้วัด : 5099-1037
ตัวชี้วัด : ร้อยละของทางเดินที่แล้วเสร็จ
ค่าเป้าหมาย ร้อยละ : 80.0000
ผลงานที่ทำได้ ร้อยละ : 20.0000
ประเภทตัวชี้วัด : ตัวชี้วัดเชิงยุทธศาสตร์
ตัวชี้วัดระดับผลผลิต (output)
{QUARTERS}"""

THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def copy(
    changes: Mapping[str, str] | None = None,
    *,
    strategy: str = STRATEGY,
    reports: str = REPORTS,
    plan: str = PLAN,
    indicators: str = INDICATOR,
    end: str = "",
) -> str:
    """Return the page with these sections, and lines replaced (by none where the new text is empty).

    A line that is to be changed stands once: otherwise the test would not be about what it says.
    """
    lines = list(
        chain(
            ["ความคืบหน้าโครงการ/กิจกรรม", "Back Home", "FusionCharts will render here"],
            [NAME, AGENCY, BARE, HEADLINE, CONTACT, LINKS, EVALUATION],
            ["หลักการและเหตุผล", RATIONALE, ORG_CODES],
            ["วัตถุประสงค์ของโครงการ", OBJECTIVES, "เป้าหมายของโครงการ", GOALS],
            ["สนับสนุนยุทธศาสตร์กรุงเทพมหานครฯ", strategy, "ผลการดำเนินงาน", "", reports],
            ["แผนการดำเนินงานฯ", "", plan, *CODE_LINKS],
            ["สนับสนุนตัวชี้วัดตามแผนฯ", "", indicators, CLOSING, end],
        )
    )
    for old, new in (changes or {}).items():
        # The bare number is looked for in the head alone: an entry may print the same one.
        assert lines.count(old) == 1, old
        lines[lines.index(old)] = new
    return "\n".join(lines) + "\n"


def read(changes: Mapping[str, str] | None = None, **sections: str) -> Page:
    return parsers.parse(copy(changes, **sections).encode())


def project(page: Page) -> Project:
    (row,) = page.records["projects"]
    assert isinstance(row, Project)
    return row


def codes(page: Page) -> list[str]:
    return [issue.code for issue in page.issues]


def told(page: Page) -> list[tuple[str, str | None]]:
    """Code and field of each issue."""
    return [(issue.code, issue.field) for issue in page.issues]


def edit(text: str, old: str, new: str) -> str:
    """The text with one part replaced, which it holds once."""
    assert text.count(old) == 1, (old, text.count(old))
    return text.replace(old, new)
