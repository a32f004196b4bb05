"""Names of persons in Thai text: an honorific, a given name, and a surname where one follows.

Thai is written without blanks between words, and many words begin like an honorific (`นายทะเบียน`,
`นางเลิ้ง`, `คุณภาพ`) or hold one (`ทนาย`, `พัฒนางบ`). So an honorific that a word of the dictionary holds
is none, and a name ends where a word begins that follows names. Lists of given names and surnames settle
what is left open; these and the dictionary are pythainlp's. A name without an honorific is not found.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

_LETTER = "[ก-ฮะ-ฺเ-ๅ็-๎]"
_MARK = "[ะ-ฺๅ็-๎]"  # a vowel or tone mark that no word begins with
_BEGINS = "[ก-ฮเแโใไ]"
_BLANK = "[ \t\u00a0]"

_RANKS = (
    "พล ต อ|พล ต ท|พล ต ต|พล ร อ|พล ร ท|พล ร ต|พล อ อ|พล อ ท|พล อ ต|พล อ|พล ท|พล ต|"
    "พ ต อ|พ ต ท|พ ต ต|พ จ อ|พ จ ท|พ จ ต|พ อ อ|พ อ ท|พ อ ต|พ อ|พ ท|พ ต|ร ต อ|ร ต ท|ร ต ต|ร อ|ร ท|ร ต|"
    "จ ส อ|จ ส ท|จ ส ต|จ อ|จ ท|ส ต อ|ส ต ท|ส ต ต|ส อ|ส ท|ส ต|น อ|น ท|น ต|ด ต|น ส|ด ช|ด ญ|ม ร ว"
)
"""Ranks and titles that are written as letters with a dot behind each, `พ.ต.อ.`."""

_RANK_WORDS = (
    "(?:พล|พัน|ร้อย|สิบ|จ่า)(?:ตำรวจ|สิบ)?(?:เอก|โท|ตรี)(?!สาร|ชน|ลักษณ์|ภาพ)|ดาบตำรวจ|"
    "(?:นาวา|เรือ|พลเรือ|พันจ่า|พันจ่าอากาศ|จ่าอากาศ|นาวาอากาศ|เรืออากาศ|พลอากาศ)(?:เอก|โท|ตรี)"
)

_RANK = "|".join(rank.replace(" ", r"\. ?") + r"\." for rank in _RANKS.split("|")) + "|" + _RANK_WORDS

_PLACES = ("ถนน", "ซอย", "ตรอก", "คลอง", "สะพาน", "วัด", "แขวง", "ตำบล", "ลำราง", "ตลาด", "ปาร์ค", "หอย")
"""Behind these `นาย` and `นาง` are a part of a place's name."""

_NEXT = rf"(?={_BLANK}{{0,2}}{_BEGINS}{_LETTER})"
_PERHAPS_HERE = re.compile(
    r"นาย|นาง|คุณ|ครู|อาจารย์|ดร\.|พล|พั|พ\.|ร้อย|ร\.|สิบ|ส\.|จ่า|จ\.|ด\.|ดาบ|น\.|นาวา|เรือ|ว่าที่|เด็ก|หม่อม|ม\.|ท่านผู้|ผอ\.|ผู้อำ|"
    r"หัวหน้าฝ่าย|แพทย์|ทันต|สัตว|ผศ|รศ|ศ\.|นพ|พญ|ทพ|Mr|Ms|Miss|Dr"
)
"""How an honorific begins: plain letters, which a search skips to."""

_HONORIFIC = re.compile(
    "|".join(
        (
            rf"(?P<miss>นางสาว)(?={_BLANK}?{_BEGINS})",
            rf"(?P<mister>นาย(?!แพทย์|สัตวแพทย์))(?={_BLANK}?{_BEGINS})",
            rf"(?P<missis>นาง)(?={_BLANK}?{_BEGINS})",
            rf"(?P<rank>(?:{_RANK}|ว่าที่{_BLANK}*(?:{_RANK}))(?:{_BLANK}*(?:หญิง|พิเศษ))?){_NEXT}",
            r"(?P<title>เด็กชาย|เด็กหญิง|หม่อมราชวงศ์|หม่อมหลวง|คุณหญิง|ท่านผู้หญิง|"
            rf"(?:ผศ|รศ|นพ|พญ|ทพ|ทพญ)\.(?:{_BLANK}?ดร\.)?|ดร\.){_NEXT}",
            r"(?P<perhaps>คุณ|ครู|อาจารย์|ผอ\.|ม\.ล\.|ศ\.|นายแพทย์|แพทย์หญิง|ทันตแพทย์|ทันตแพทย์หญิง|สัตวแพทย์|"
            rf"สัตวแพทย์หญิง|นายสัตวแพทย์|ผู้อำนวยการ|หัวหน้าฝ่าย){_NEXT}",
            r"(?P<english>(?:Mr|Mrs|Ms|Miss|Dr)(?:\. ?| )[A-Z][a-z]+(?: [A-Z][a-z]+)?)",
        )
    )
)
"""An honorific where a name can follow; the group says how sure it is (see `_is_name`)."""

_PLAIN = {
    "miss": re.compile("ไทย"),
    "mister": re.compile("ทะเบียน|ช่าง|อำเภอ|จ้าง|หมู่|ทหาร|ตำรวจ|ร้อย|สิบ|สถานี|ไปรษณีย์|เวร|เลิศ|ป้อม"),
    "missis": re.compile("เลิ้ง|ลิ้นจี่|นวล(?!จันทร์|อนงค์|ศรี|น้อย|พรรณ|ละออ)|รอง|นอง|แอ่น|นพมาศ|สาว|โชว์|ละคร|หงส์|โลม"),
    "rank": re.compile("พิเศษ"),
    "perhaps": re.compile("นาย|นาง|หญิง"),
}
"""What follows an honorific in words that are none, where the dictionary lacks them (`นาง|เลิ้ง`)."""

_OFFICE = re.compile("ก(?:รัฐมนตรี|เทศมนตรี|เมือง|สมาคม|องค์|สภา|อบ[ตจ]|สโมสร|เหล่า|กิตติ|ส่วน|ฯ|็|$)")
"""What follows `นาย` in นายก, the head of a government, a town or an association."""

_FOLLOWS = re.compile(
    "เป็น|ได้|ผู้|หัวหน้า|ตำแหน่ง|และ|พร้อม|ร่วม|มอบ|ซึ่ง|กล่าว|เข้า|ประธาน|รอง|ปลัด|เจ้าหน้าที่|เจ้าพนักงาน|เจ้าพนัก|นักวิชาการ|"
    "นักพัฒนา|นักวิเคราะห์|นักจัดการ|นักทรัพยากร|พยาบาล|เลขา|ลงพื้นที่|ลงนาม|จัด|ดำเนิน|โทร|เบอร์|หมายเลข|ให้|เพื่อ|โดย|จาก|อายุ|แจ้ง|"
    "รับ|ตรวจ|ประชุม|เปิด|ติดต่อ|ประสานงาน|ที่|ทำ|พบ|เมื่อ|แทน|กับ|ว่า|ไป|ในฐานะ|ในการ|ในวัน|ในนาม|ในพื้นที่|นาย|นางสาว|กรรมการ|สมาชิก|"
    "วิทยากร|คณะ|นำ|เดินทาง|เยี่ยม|ชี้แจง|รายงาน|บรรยาย|ควบคุม|ดูแล|ขอ|จึง|ยัง|แต่|หรือ|คือ|"
    "มี(?!นา|บุญ|สุข|ทอง|ศรี|ชัย|ทรัพย์|แสง|ลาภ|โชค|เดช|พร)|อยู่|ไม่|ต้อง|จะ|ถูก|ยื่น|เสนอ|สั่ง|อนุมัติ|เห็นชอบ|ผอ"
)
"""Words that come after a name and are no part of it (of one that is not listed, from its third letter)."""

_NO_SURNAME = re.compile(
    "โครงการ|กิจกรรม|สำนัก|กอง|ฝ่าย|กลุ่ม|งาน|งบ|ชุมชน|โรงเรียน|เขต|แขวง|ประเภท|จำนวน|ระดับ|ปี|วัน|เดือน|เวลา|ราคา|บ้าน|เลขที่|ชาว|"
    "พนักงาน|ข้าราชการ|ลูกจ้าง|อาจารย์|แพทย์|นักเรียน|นัก|นาง|ครู|ส่วน|ศูนย์|ใน|ณ(?!"
    + _LETTER
    + f")|มา(?!{_LETTER})|อีก|ทั้ง|แล้ว|เช่น|ฯ|สถานที่|ผล|ครั้ง|คน|ท่าน|ราย|สาขา|หน่วย|บริษัท|มหาวิทยาลัย|กรุงเทพมหานคร|กทม|"
    "ตาม|ต่อ|ตั้งแต่|ถึง|ระหว่าง|สามารถ|อย่าง"
)
"""Words that stand after a given name and a blank and are no surname, beside those of `_FOLLOWS`."""

_WORD = re.compile(f"{_LETTER}+")
_SURNAME = re.compile(f"{_BLANK}{{1,3}}(ณ{_BLANK}{_LETTER}+|{_LETTER}+)")
_OF_PLACE = re.compile(f"(?:{_BLANK}ณ{_BLANK}{_LETTER}+)?")
_LONGEST_SURNAME = 22


def persons(text: str) -> Iterator[tuple[int, int]]:
    """Where names of persons stand with their honorifics: (start, end), in order, none within another."""
    place = 0
    while begins := _PERHAPS_HERE.search(text, place):
        place = begins.start() + 1
        found = _HONORIFIC.match(text, begins.start())
        end = _end_of_name(text, found) if found else None
        if found and end is not None:
            yield found.start(), end
            place = end


def _end_of_name(text: str, found: re.Match[str]) -> int | None:
    """Where the name behind an honorific ends; None where it is no name."""
    kind = str(found.lastgroup)
    if kind == "english":
        return None if text[: found.start()][-1:].isalnum() else found.end()
    word = _word_at(text, found.end())
    known = _longest(word.group(), _given_names())
    if not _is_name(text, found, kind, word, known):
        return None
    end = word.start() + _length(word.group(), known)
    return end if end < word.end() else _end_of_surname(text, end)


def _is_name(text: str, found: re.Match[str], kind: str, word: re.Match[str], known: int) -> bool:
    """Whether the word behind an honorific is a name; its first ``known`` letters are a listed one."""
    given = word.group()
    if len(given) < 4 and text.startswith(".", word.end()):
        return False  # an abbreviation, as ดร. behind รศ.
    if kind in ("rank", "title") and (
        text.endswith(".", 0, found.start()) or (not known and _FOLLOWS.match(given))
    ):
        return False  # the end of another one, as in อ.ส.ท. และ
    if kind in ("mister", "missis") and text.endswith(_PLACES, 0, found.start()):
        return False
    listed = known == len(given) and _surname_follows(text, word.end())
    if kind == "mister" and given[0] == "ก" and (_OFFICE.match(given) or not re.match(_MARK, given[1:])):
        return listed or (known > 2 and not _OFFICE.match(given))
    plain = _PLAIN[kind].match(given) if kind in _PLAIN else None
    length = plain.end() if plain and not re.match(_MARK, given[plain.end() :]) else 0
    length = max(length, _plain_length(text, found))
    if length and known <= length:
        return _surname_follows(text, word.end())
    if kind == "perhaps" or _ends_a_word(text, found):
        return _surely(text, word.start(), given, known)
    return True


def _plain_length(text: str, found: re.Match[str]) -> int:
    """How many letters behind an honorific belong to a word of the dictionary that holds it, or 0."""
    start, end = found.span()
    lengths = (
        start - offset + len(word) - end
        for offset, word in _words_with(found.group())
        if text.startswith(word, start - offset)
        and not re.match(_MARK, text[start - offset + len(word) :][:1])
    )
    return max(lengths, default=0)


def _ends_a_word(text: str, found: re.Match[str]) -> bool:
    """Whether a word of the dictionary ends with the honorific (ท|นาย), or with its นา (พัฒนา and งบ)."""
    start, end = found.span()
    ends = (end, start + 2) if text.startswith("นา", start) else (end,)
    return any(text[place:last] in _words() for last in ends for place in range(max(start - 12, 0), start))


def _surname_follows(text: str, place: int) -> bool:
    found = _SURNAME.match(text, place)
    return found is not None and found.group(1) in _surnames()


def _word_at(text: str, place: int) -> re.Match[str]:
    """The Thai letters that follow an honorific, after a blank or two."""
    found = _WORD.search(text, place)
    assert found is not None  # the honorific's pattern has looked ahead
    return found


def _surely(text: str, start: int, given: str, known: int) -> bool:
    """Whether what follows `คุณ` and the like is a name: one of the list, and no plain word besides."""
    if known < 4 or (known < len(given) and not _FOLLOWS.match(given, known)):
        return False
    if given[:known] not in _words() or (known == len(given) and text.endswith("คุณ", 0, start)):
        return True
    return _surname_follows(text, start + known)


def _length(given: str, known: int) -> int:
    """How much of the letters behind an honorific is the name, given the length of the known one in front."""
    if known == len(given):
        return known
    follows = _FOLLOWS.search(given, max(known, 2))
    while follows and re.match(_MARK, given[follows.end() :]):
        follows = _FOLLOWS.search(given, follows.start() + 1)
    return follows.start() if follows else len(given)


def _end_of_surname(text: str, end: int) -> int:
    """Where the surname ends that follows a given name; ``end`` itself where none does."""
    found = _SURNAME.match(text, end)
    if found is None:
        return end
    surname = found.group(1)
    known = _longest(surname, _surnames())
    length = len(surname)
    if known < length and not surname.startswith(("ณ ", "ณ\t", "ณ\u00a0")):
        first = _FOLLOWS.match(surname) or _NO_SURNAME.match(surname)
        if first and known <= first.end():
            return end
        length = _length(surname, known)
        if length > _LONGEST_SURNAME and known < 4:
            return end
    end = found.start(1) + length
    of_place = _OF_PLACE.match(text, end)
    return of_place.end() if of_place else end


def _longest(text: str, names: frozenset[str]) -> int:
    """Length of the longest of the names that the text begins with and after which a word can begin; or 0."""
    for length in range(min(len(text), 24), 1, -1):
        if text[:length] in names and not re.match(_MARK, text[length:]):
            return length
    return 0


@cache
def _given_names() -> frozenset[str]:
    corpus = _corpus()
    names: frozenset[str] = corpus.thai_male_names() | corpus.thai_female_names()
    return names


@cache
def _surnames() -> frozenset[str]:
    names: frozenset[str] = _corpus().thai_family_names()
    return names


@cache
def _words() -> frozenset[str]:
    words: frozenset[str] = _corpus().thai_words()
    return words


@cache
def _words_with(honorific: str) -> tuple[tuple[int, str], ...]:
    """The dictionary's words that hold an honorific and more, each with the place of it in the word."""
    longer = (word for word in sorted(_words()) if len(word) > len(honorific) and "." not in word)
    return tuple(
        (word.index(honorific), word)
        for word in longer
        if honorific in word and not word.startswith("นางสาว")
    )


def _corpus() -> Any:
    os.environ.setdefault("PYTHAINLP_READ_ONLY", "1")  # else it makes a folder in the user's home
    from pythainlp import corpus

    return corpus
