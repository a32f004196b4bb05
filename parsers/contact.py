"""What the contact line of a project page proves without naming anybody.

The line is personal data: a person, two persons, a first name only, a post or a unit, mostly with a
telephone number. Only its kind and a unit's name leave this module.
"""

from __future__ import annotations

import re

_UNIT = re.compile(r"(?:กลุ่มงาน|กลุ่ม|ฝ่าย|กอง|งาน|สำนักงาน|สำนัก|ส่วน|ศูนย์|โรงพยาบาล|โรงเรียน|สถาบัน)")
_POST = re.compile(
    r"(?:หัวหน้า|ผู้อำนวยการ|ผู้ช่วย|ผอ\.|รองผู้|เจ้าหน้าที่|เจ้าพนักงาน|นักวิชาการ|นักวิเคราะห์|นายช่าง|วิศวกร|สถาปนิก|พยาบาล|เลขานุการ)"
)
# A telephone number in any of its thirty forms begins with one of these.
_TELEPHONE = re.compile(r"[(/,]|โทร|ต่อ\s*[0-9๐-๙]|[0-9๐-๙]{3}|[0๐]\s*[0-9๐-๙]|[0-9๐-๙]+-[0-9๐-๙]")
# Honorifics attach without a blank; `นายทะเบียน` and `นางเลิ้ง` are none.
_HONORIFIC = re.compile(
    r"นาย(?!ก|ทะเบียน|ตรวจ|แพทย์)|นางสาว|นาง(?!เลิ้ง|นอง)|น\.\s*ส\.|ว่าที่|ด\.\s*[ชญ]\.|ดร\.|[พรสจ]\.\s*[ตทอส]\.|คุณ(?!ภาพ|ธรรม|วุฒิ)"
)


def contact_of(line: str) -> tuple[str, str | None]:
    """Kind of a contact line (``unit``, ``post`` or ``person``) and the unit's name, if it names one.

    ``unit`` and ``post`` only where the text begins with a unit's or a post's word. Of a unit, the words
    that begin like units are kept (`ฝ่ายโยธา สำนักงานเขต…`): a word that does not may be a name.
    """
    if _POST.match(line):
        return "post", None
    if not _UNIT.match(line):
        return "person", None
    for end in (_TELEPHONE, _HONORIFIC):
        line = end.split(line, maxsplit=1)[0]
    words = line.split()
    kept = words[:1]
    for word in words[1:]:
        if not (_UNIT.match(word) or word.isdecimal() or word == "และ"):
            break
        kept.append(word)
    return "unit", " ".join(kept).removesuffix(" และ") or None
