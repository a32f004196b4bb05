"""The text of a generated project page: words that mean nothing, figures like those of real pages."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

_WEIGHTS = (5, 5, 10, 20, 10, 10, 5, 25, 5, 5)
_UNITS = ("ร้อยละ", "ครั้ง", "ระดับ", "ร้อยละ (ลดลง)", "แห่ง")
_CONTACTS = ("ฝ่ายโยธา โทร. 9999", "หัวหน้าฝ่ายปกครอง", "กลุ่มงานสมมุติ (โทร. 9998-9 )")
_THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")

_CONSONANTS = "กขคจชดตทนบปพมยรลวสหอ"
_VOWELS = ["{}า{}", "เ{}{}", "แ{}{}", "โ{}{}", "{}ี{}", "{}ั{}น", "{}อ{}", "{}ิ{}", "{}ู{}", "ไ{}", "{}ำ", "{}ะ"]
_TONES = ("", "", "", "\u0e48", "\u0e49")
_FINALS = ("", "", *"นงมกบย")
_BETWEEN = (
    "29 ม.ค. 2563",
    "วันพุธที่ 18 มีนาคม 2563",
    "2.1",
    "(Pilot Project)",
    "“เมืองสมมุติ”",
    "และ/หรือ",
    "COVID – 19",
    "12 ครั้ง",
)


def full_text(code: str, agency: str, chance: random.Random) -> str:
    """The full text copy of a project page; the more entries and indicators, the shorter their prose."""
    year_be = chance.randint(2562, 2566)
    entries = chance.choice((5, 5, 5, 6, 7, 8, 10, 12))
    indicators = chance.choice((1, 1, 2))
    percent = min(100, 5 * entries + chance.randint(0, 50))
    head = [
        "ความคืบหน้าโครงการ/กิจกรรม",
        "Back Home\nFusionCharts will render here",
        f"โครงการ{_prose(chance, 90)} : {code}",
        f"{agency} : ({year_be})",
        f"{percent:.2f}",
        f"ความคืบหน้าโครงการ ร้อยละ {percent:.2f}",
        chance.choice(_CONTACTS),
        "ดูโครงการแผนปีฯ : พิมพ์ข้อมูล",
        f"*** สยป. ประเมินโครงการ : ไตรมาสที่ {chance.randint(1, 4)} : 100.0000",
        "หลักการและเหตุผล",
        _prose(chance, 1_500),
        f"{code[:4]}0100/{code[:4]}0100",
        "วัตถุประสงค์ของโครงการ",
        _prose(chance, 350),
        "เป้าหมายของโครงการ",
        _prose(chance, 500),
        "สนับสนุนยุทธศาสตร์กรุงเทพมหานครฯ",
        _strategy(chance),
        "ผลการดำเนินงาน",
    ]
    tail = [
        "แผนการดำเนินงานฯ",
        _plan(year_be, chance),
        f"(ทดสอบ) แสดงขั้นตอนการดำเนินงานโครงการ : {code}",
        f"(คลิก) ขั้นตอนการปฏิบัติงานของโครงการ : {code}",
        "สนับสนุนตัวชี้วัดตามแผนฯ",
        *(part for _ in range(indicators) for part in _indicator(code, chance)),
        "** ผลการประเมินโครงการ (รายไตรมาส) **",
    ]
    narratives = chance.randint(5_600, 5_950) - 380 * entries - 300 * indicators
    return "\n\n".join([*head, *_entries(entries, percent, year_be, narratives, chance), *tail])


def _strategy(chance: random.Random) -> str:
    number = ".".join(str(chance.randint(1, 7)) for _ in range(4)).translate(_THAI_DIGITS)
    return "\n".join(
        [
            f"ด้านที่ {number[0]} - มหานครสมมุติ : Bangkok as an Invented City",
            f"มิติที่ {number[:3]} - {_prose(chance, 30)}",
            f"เป้าหมายที่ {number[:5]} {_prose(chance, 80)}%",
            f"เป้าประสงค์ที่ {number} {_prose(chance, 60)}",
        ]
    )


def _entries(count: int, percent: int, year_be: int, characters: int, chance: random.Random) -> Iterator[str]:
    """The progress entries, newest first; the newer ones have more to tell."""
    shares = [chance.uniform(0.3, 1) * (count - place) for place in range(count)]
    for place, share in enumerate(shares):
        day = dt.date(year_be - 543, 9, 1) - dt.timedelta(days=27 * place + chance.randint(0, 20))
        done = percent * (count - place) / count
        narrative = _prose(chance, int(characters * share / sum(shares)))
        problem = _prose(chance, chance.randint(60, 180)) if chance.random() < 0.4 else "ไม่มี"
        yield f"({place + 1}) ความคืบหน้าโครงการฯ ร้อยละ {done:.2f} ({day})"
        yield f"{done:.2f}"
        yield f"{day.day}/{day.month}/{day.year + 543} : {narrative}"
        yield f"** ปัญหาของโครงการ :{problem}"
        yield f"** อุปสรรคของโครงการ :{chance.choice(('ไม่มี', 'ไม่มี', '-'))}"
        yield "------------------&&&--------------------"


def _plan(year_be: int, chance: random.Random) -> str:
    lines = []
    for step, weight in enumerate(_WEIGHTS, 1):
        start = dt.date(year_be - 544, 10, 1) + dt.timedelta(days=30 * step + chance.randint(0, 20))
        end = start + dt.timedelta(days=chance.randint(14, 60))
        lines += [f"ขั้นตอน {step}", f":{_prose(chance, chance.randint(40, 160))}", f":{weight}%"]
        lines += [f"เริ่มต้น :{start:%d/%m/%Y}", f"สิ้นสุด :{end:%d/%m/%Y}"]
    return "\n".join(lines)


def _indicator(code: str, chance: random.Random) -> Iterator[str]:
    unit = chance.choice(_UNITS)
    target, result = chance.randint(1, 100), chance.randint(0, 100)
    yield f"รายละเอียดเกี่ยวกับตัวชี้วัด : {code[:4]}-{chance.randint(1, 9999):04d}"
    yield f"ตัวชี้วัด : {_prose(chance, 110)}"
    yield f"ค่าเป้าหมาย {unit} : {target:.4f}"
    yield f"ผลงานที่ทำได้ {unit} : {result:.4f}"
    yield "ประเภทตัวชี้วัด : ตัวชี้วัดเชิงยุทธศาสตร์\nตัวชี้วัดระดับผลผลิต (output)"
    cells = ["ไตรมาสที่", "(1 - 4)", "*ผลงาน*", f"({unit})", "*ผลประเมินตัวชี้วัด*", "(* 2.1 / 2.2 *)"]
    for quarter in range(1, 5):
        pair = chance.choice(("100 / 100", "0 / 0", "87.5 / 100"))
        cells += [str(quarter), f"{result * quarter / 4:.2f}", "", pair]
    yield "\n".join(cells)


@cache
def _phrases() -> list[str]:
    """Invented phrases; words are glued as in Thai, and few of them frequent, so pages pack as real ones."""
    chance = random.Random(2563)

    def syllable() -> str:
        consonant = chance.choice(_CONSONANTS) + chance.choice(_TONES)
        return chance.choice(_VOWELS).format(consonant, chance.choice(_FINALS))

    words = ["".join(syllable() for _ in range(chance.randint(1, 3))) for _ in range(900)]
    weights = list(accumulate(1 / rank for rank in range(2, len(words) + 2)))
    lengths = [chance.randint(3, 12) for _ in range(3_000)]
    phrases = ["".join(chance.choices(words, cum_weights=weights, k=length)) for length in lengths]
    return [*phrases, *_BETWEEN * 50]


def _prose(chance: random.Random, characters: int) -> str:
    """A paragraph of about so many characters, of one phrase at least."""
    first, *phrases = chance.choices(_phrases(), k=2 + max(0, characters) // 20)
    taken, length = [first], len(first)
    for phrase in phrases:
        length += 1 + len(phrase)
        if length > characters:
            break
        taken.append(phrase)
    return " ".join(taken)
