"""Names, telephone numbers and the like out of free text, each replaced by a mark that a reader sees.

What is taken for one is said in the patterns below and in `parsers.persons`, and what is missed in
docs/personal-data.md. Redacting twice changes nothing more; a text without any comes back as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from parsers.persons import persons
from parsers.thai import DIGIT

MARKS = {
    "person": "[ชื่อบุคคล]",
    "telephone": "[โทรศัพท์]",
    "email": "[อีเมล]",
    "line": "[ไลน์]",
    "id_number": "[เลขประจำตัว]",
}
"""What stands in the text instead, by kind."""

_UNIT = (
    r"(?!\s?(?:บาท|คน|ราย|เครื่อง|ครั้ง|ชุด|แห่ง|เล่ม|แผ่น|ตัว|ต้น|ตัน|กิโล|เมตร|ตร\.|ไร่|หลัง|ครัวเรือน|ชุมชน|หมายเลข|เลขหมาย|คู่สาย|"
    r"สาย|จุด|เรื่อง|%|ล้าน|แสน|หมื่น|พัน|วัน|เดือน|ปี|ฉบับ|อัน|ใบ|คัน|เที่ยว|หน่วย|กลุ่ม|ข้อความ|สำเนา|นาที|ชั่วโมง))"
)
"""Not before a unit: then it is a count."""
_END = rf"(?!{DIGIT}|\.{DIGIT}|,{DIGIT}{{3}}(?!{DIGIT}))"
_AREA = "[2-9๒-๙]"  # the digit behind the 0 of every Thai number
_GAP = "[ \u00a0–-]?"
_GROUPS = (  # 9 or 10 digits behind a 0, as they are grouped: 0 2222 3333, 02-222-3333, 081 234 5678, …
    rf"[0๐]{_GAP}{_AREA}{DIGIT}{{3}}{_GAP}{DIGIT}{{4,5}}",
    rf"[0๐]{_AREA}{_GAP}{DIGIT}{{3}}{_GAP}{DIGIT}{{4}}",
    rf"[0๐]{_AREA}{_GAP}{DIGIT}{{4}}{_GAP}{DIGIT}{{4}}",
    rf"[0๐]{_AREA}{DIGIT}{_GAP}{DIGIT}{{3}}{_GAP}{DIGIT}{{3,4}}",
    rf"[0๐]{_AREA}{DIGIT}{_GAP}{DIGIT}{{4}}{_GAP}{DIGIT}{{3}}",
    rf"[0๐]{_GAP}{_AREA}{DIGIT}{{3}}{_GAP}{DIGIT}{{2}}{_GAP}{DIGIT}{{2,3}}",
    rf"[0๐]{_AREA}{DIGIT}?\.{DIGIT}{{3}}\.{DIGIT}{{4}}",
    rf"\({_GAP}[0๐]{_AREA}{DIGIT}?{_GAP}\){_GAP}{DIGIT}{{3,4}}{_GAP}{DIGIT}{{3,4}}",
    rf"\+66{_GAP}(?:\([0๐]\){_GAP})?{_AREA}(?:{_GAP}{DIGIT}){{7,8}}",
)
_RANGE = rf"(?: ?[–-] ?{DIGIT}{{1,4}}{_END})?"
_EXTENSION = (
    rf"(?:\s?(?:ต่อ|[Ee]xt\.?)\s?(?:ภายใน|เบอร์)?\s?{DIGIT}{{1,5}}(?:\s?[–,/-]\s?{DIGIT}{{1,5}})*{_END})?"
)
_FULL = rf"(?:{'|'.join(_GROUPS)}){_END}{_RANGE}{_EXTENSION}"
_SHORT = rf"\(?{DIGIT}{{3,8}}{_END}{_UNIT}{_RANGE}{_EXTENSION}\)?"
_MARKER = (
    r"(?:โทร(?:ศัพท์|สาร)?(?:มือถือ|เคลื่อนที่|ภายใน)?|เบอร์(?:โทร(?:ศัพท์)?|ติดต่อ|มือถือ)|มือถือ|[Tt](?:el|EL)|[Pp]hone|[Ff]ax)\s?"
    r"(?:หมายเลข|ที่)?[.:]?\s{0,2}"
)
_NUMBER = rf"(?:{_FULL}|{_SHORT})"
_PERSON = re.escape(MARKS["person"])

_TELEPHONE = re.compile(
    rf"(?P<marker>{_MARKER}){_NUMBER}(?:\s?(?:,|/|หรือ|และ)\s?(?:{_MARKER})?{_NUMBER})*"
    rf"|(?P<behind_name>{_PERSON}\s?[(/]\s?){_NUMBER}"
    rf"|(?<![0-9๐-๙A-Za-z.,/-])(?P<bare>)(?:{_FULL}){_UNIT}"
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_LINE = re.compile(
    r"((?:[Ll](?:ine|INE)|ไลน์)\s?(?:(?:[Ii][Dd]|ไอดี)\s?[:.=]?|[:=])\s?)@?[A-Za-z0-9._-]*[A-Za-z0-9]|((?:[Ll](?:ine|INE)|ไลน์)\s?)@[A-Za-z0-9._-]+"
)
_ID_NUMBER = re.compile(
    rf"(?<![0-9๐-๙.,/-]){DIGIT}([ -]?){DIGIT}{{4}}\1{DIGIT}{{5}}\1{DIGIT}{{2}}\1{DIGIT}{_END}"
)


class Redacted(NamedTuple):
    """A text with marks, and how many of each kind were set."""

    text: str
    counts: Counter[str]


def redact(text: str) -> Redacted:
    """The text with names, telephone numbers, e-mail addresses, Line names and citizens' numbers marked."""
    counts: Counter[str] = Counter()
    text = _without_persons(text, counts)
    if "@" in text:
        text = _replaced("email", _EMAIL, text, counts)
    if any(word in text for word in ("LINE", "Line", "line", "ไลน์")):
        text = _replaced("line", _LINE, text, counts)
    text = _ID_NUMBER.sub(lambda found: _citizen(found, counts), text)
    text = _replaced("telephone", _TELEPHONE, text, counts)
    return Redacted(text, counts)


def _without_persons(text: str, counts: Counter[str]) -> str:
    parts, place = [], 0
    for start, end in persons(text):
        parts += [text[place:start], MARKS["person"]]
        place = end
    if not parts:
        return text
    counts["person"] += len(parts) // 2
    return "".join((*parts, text[place:]))


def _replaced(kind: str, pattern: re.Pattern[str], text: str, counts: Counter[str]) -> str:
    """The text with a mark for each match, behind what its first filled group keeps."""

    def mark(found: re.Match[str]) -> str:
        kept = next((group for group in found.groups() if group is not None), "")
        closing = ")" if kept.rstrip().endswith("(") and found.group().endswith(")") else ""
        counts[kind] += 1
        return kept + MARKS[kind] + closing

    return pattern.sub(mark, text)


def _citizen(found: re.Match[str], counts: Counter[str]) -> str:
    """A mark for 13 digits whose last one checks the others; other numbers of that length stay."""
    digits = [int(digit) for digit in found.group() if digit.isdigit()]
    total = sum(digit * weight for digit, weight in zip(digits, range(13, 1, -1), strict=False))
    if (11 - total % 11) % 10 != digits[-1]:
        return found.group()
    counts["id_number"] += 1
    return MARKS["id_number"]
