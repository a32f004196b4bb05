"""Every word of a report that is not a page's, in Thai and in English."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from audit.words import Text

Language = Literal["th", "en"]
LANGUAGES: tuple[Language, ...] = ("th", "en")

BANGKOK = dt.timezone(dt.timedelta(hours=7))

_TH = ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."]
_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

PLANNED = Text("ตามแผน", "Planned")
REPORTED = Text("ตามรายงาน", "Reported")
WITH_PROBLEMS = Text("รายงานที่ระบุปัญหาหรืออุปสรรค", "Report that states problems or obstacles")
CAPTURED = Text("หน้าเว็บเมื่อ", "Page as of")
FILE_SAVED = Text("ไฟล์ที่บันทึกไว้เมื่อ", "Saved file of")
STEPS = Text("ขั้นตอนตามแผน", "Steps of the plan")

PAGE_KINDS = {
    "project": Text("โครงการ", "Project"),
    "indicator": Text("ตัวชี้วัด", "Indicator"),
    "city_indicator": Text("ตัวชี้วัดการพัฒนาเมือง", "City indicator"),
    "agency_summary": Text("ผลการปฏิบัติราชการของหน่วยงาน", "Agency summary"),
    "it_review": Text("ผลการพิจารณาโครงการเทคโนโลยีสารสนเทศ", "IT review"),
    "plan_record": Text("ข้อมูลโครงการในระบบแผน", "Plan record"),
}


def month(day: dt.date) -> Text:
    """The month of a day as a chart names it, in Thai with the Buddhist year: `ต.ค. 62`, `Oct 19`."""
    return Text(
        f"{_TH[day.month - 1]} {(day.year + 543) % 100:02}", f"{_EN[day.month - 1]} {day.year % 100:02}"
    )


def date(day: dt.date) -> Text:
    """A day in full: `23 มี.ค. 2563`, `23 Mar 2020`."""
    return Text(
        f"{day.day} {_TH[day.month - 1]} {day.year + 543}", f"{day.day} {_EN[day.month - 1]} {day.year}"
    )


def in_language(text: Text, language: Language) -> str:
    """A text in one of the languages."""
    return text.th if language == "th" else text.en
