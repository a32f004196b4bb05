"""Thai text to values: numbers, dates and names as these pages print them.

Pure functions: nothing is read or written, and a text which is not wholly the value is refused with
None, never guessed at. Rules marked "pages" were read off stored copies of the pages. Thai stays as
escapes where a mark alone would be drawn over the letter beside it.
"""

import os
import re
import sys
from datetime import date
from typing import Literal

# Without this, importing pythainlp makes a data folder in the user's home.
os.environ.setdefault("PYTHAINLP_READ_ONLY", "1")

from pythainlp.util.date import thai_abbr_months, thai_full_months, thai_full_weekdays

# --- digits and numbers ---------------------------------------------------------------------------

DIGIT = "[0-9๐-๙]"
"""Regex source of one digit, Thai or Arabic (`\\d` would take those of every script)."""

# `1,407` is one thousand and more; `1,23` and `0,123` may be a list or a decimal comma: neither is a number.
_WHOLE = rf"-?(?:[1-9๑-๙]{DIGIT}{{0,2}}(?:,{DIGIT}{{3}})+|{DIGIT}+)"

NUMBER = rf"(?:{_WHOLE}(?:\.{DIGIT}+)?)"
"""Regex source of one printed number: `45.00`, `1,407.52`, `๑0.๗` (pages), `-3`.

Holds no capturing group and no boundary: in `1,23` it would find the `1`, so the pattern around it says
what may stand before and after.
"""

_BAHT = r"(?:บาท|\(บาท\)|฿)"
_PRINTED_INTEGER = re.compile(f"({_WHOLE})")
_PRINTED_NUMBER = re.compile(f"({NUMBER})")
_PRINTED_PERCENT = re.compile(rf"(?:ร้อยละ\s*)?({NUMBER})(?:\s*%)?")
_PRINTED_BAHT = re.compile(rf"(?:{_BAHT}\s*)?({NUMBER})(?:\s*{_BAHT})?")

_DIGIT_PAIRS = tuple(zip("๐๑๒๓๔๕๖๗๘๙", "0123456789", strict=True))


def to_arabic_digits(text: str) -> str:
    """The text with its Thai digits as 0-9, all else as it was.

    Ten replacements which find nothing cost less than one `str.translate`, which visits every letter.
    """
    if text.isascii():
        return text
    for thai, arabic in _DIGIT_PAIRS:
        text = text.replace(thai, arabic)
    return text


def parse_number(text: str) -> float | None:
    """The one number which the whole text is, blanks around it aside; else None.

    Forms are those of `NUMBER`. More than 15 digits are refused: a float does not keep them.
    """
    return _to_float(_printed_digits(_PRINTED_NUMBER, text))


def parse_integer(text: str) -> int | None:
    """The one whole number which the text is, as `parse_number` but without decimals: `5.00` is refused."""
    printed = _printed_digits(_PRINTED_INTEGER, text)
    return None if printed is None else int(printed)  # int() and float() read Thai digits


def parse_percent(text: str) -> float | None:
    """A percentage in percent, not as a fraction: `45.00`, `ร้อยละ 45.00`, `45%` (pages); else None.

    Nothing is clamped: an indicator's result may pass 100 and a change may be negative.
    """
    return _to_float(_printed_digits(_PRINTED_PERCENT, text))


def parse_baht(text: str) -> float | None:
    """An amount in baht: `85,840`, `(บาท)85,840` as on plan records, `85,840 บาท`, `฿500`; else None."""
    return _to_float(_printed_digits(_PRINTED_BAHT, text))


def _printed_digits(pattern: re.Pattern[str], text: str) -> str | None:
    """Group 1, without commas, of a pattern which matches the whole text."""
    match = pattern.fullmatch(text.strip())
    if match is None:
        return None
    printed = match[1].replace(",", "")
    too_long = len(printed.lstrip("-").replace(".", "")) > sys.float_info.dig
    return None if too_long else printed


def _to_float(printed: str | None) -> float | None:
    return None if printed is None else float(printed) + 0.0  # `-0.00` is zero, not negative zero


# --- dates ----------------------------------------------------------------------------------------

# The ranges do not meet, so a year of four digits tells its era: (years, years ahead of the Gregorian).
_BUDDHIST_YEARS = range(2400, 2700)
_ERAS = {"พ": (_BUDDHIST_YEARS, 543), "ค": (range(1900, 2200), 0)}  # พ.ศ. and ค.ศ.

_D, _M, _Y = rf"(?P<d>{DIGIT}{{1,2}})", rf"(?P<m>{DIGIT}{{1,2}})", rf"(?P<y>{DIGIT}{{4}})"
_NUMERIC = {
    "dmy": re.compile(rf"{_D}(?P<sep>[-/.]){_M}(?P=sep){_Y}"),
    "mdy": re.compile(rf"{_M}(?P<sep>[-/.]){_D}(?P=sep){_Y}"),
}
_TIME = rf"(?:[01๐๑]{DIGIT}|[2๒][0-3๐-๓]):[0-5๐-๕]{DIGIT}(?::[0-5๐-๕]{DIGIT}(?:\.{DIGIT}+)?)?"
_ISO = re.compile(rf"{_Y}-(?P<m>{DIGIT}{{2}})-(?P<d>{DIGIT}{{2}})(?:(?:T|\s+){_TIME})?")

# `ม.ค.` is also printed `มค.`, `ม.ค`, `มค` and `ม. ค.`: keys without dots, patterns with optional ones.
_MONTH_NAMES = (*thai_full_months, *thai_abbr_months)
_MONTH_NUMBERS = {name.replace(".", ""): number % 12 + 1 for number, name in enumerate(_MONTH_NAMES)}
_WEEKDAYS = {name.removeprefix("วัน"): number for number, name in enumerate(thai_full_weekdays)}
_WEEKDAYS["พฤหัส"] = _WEEKDAYS["พฤหัสบดี"]  # as it is spoken, and often written
_MONTH = "|".join(name.replace(".", r"\.? ?") for name in _MONTH_NAMES)
_THAI = re.compile(  # over comparison_form(): digits are Arabic, blanks are single
    rf"(?:(?:วัน)?({'|'.join(_WEEKDAYS)}) ?(?:ที่ ?)?|วันที่ ?)?"
    r"([0-9]{1,2}) ?"
    rf"({_MONTH}) ?"
    r"(?:([พค])\.? ?ศ\.? ?)?"
    r"([0-9]{4}|[0-9]{2})"
)


def parse_date(text: str, *, order: Literal["dmy", "mdy"] = "dmy") -> date | None:
    """The one date which the whole text is, blanks around it aside; else None.

    Forms, with digits Thai, Arabic or mixed:

    - ISO `2020-03-23` (pages: progress entries), also with a valid time of day, which is dropped:
      `2022-10-01 00:00:00.000` (pages: plan records), `2022-10-01T00:00:00`. A time zone is refused, since
      the day may be another one here.
    - Numeric `23/3/2563`, `01/10/2019` (pages: narratives, plan steps), also with `-` or `.`, in the stated
      order. The order is never found out from the values: `1/31/2021` (pages) needs "mdy".
    - Thai `18 มีนาคม 2563`, `29 ม.ค. 2563`, `21 มค. 63` (pages), blanks or none between the parts, dots
      or none, `พ.ศ.` or `ค.ศ.` before the year, `วันที่` or a weekday before the day
      (`วันพุธที่ 18 มีนาคม 2563`, pages). A weekday which is not that day's is refused.

    Years 2400-2699 are Buddhist and 1900-2199 Gregorian, in every form; a stated era must agree. Two digits
    are a Buddhist year 25yy, after the name of a month only. Any other year is refused, and so is a day
    which is in no calendar (31 February, `115 ธ.ค. 2567`).
    """
    text = text.strip()
    if match := _NUMERIC[order].fullmatch(text) or _ISO.fullmatch(text):
        day, month, year = match.group("d", "m", "y")
        return _date(int(day), int(month), int(year))
    if match := _THAI.fullmatch(comparison_form(text)):
        return _thai_date(*match.groups())
    return None


def _thai_date(weekday: str | None, day: str, name: str, era: str | None, year: str) -> date | None:
    month = _MONTH_NUMBERS[name.replace(".", "").replace(" ", "")]
    found = _date(int(day), month, int(year) if len(year) == 4 else 2500 + int(year), era)
    contradicted = found and weekday and found.weekday() != _WEEKDAYS[weekday]
    return None if contradicted else found


def _date(day: int, month: int, year: int, stated: str | None = None) -> date | None:
    for era, (years, ahead) in _ERAS.items():
        if year in years and stated in (None, era):
            try:
                return date(year - ahead, month, day)
            except ValueError:
                return None
    return None


def fiscal_year_be(day: date) -> int:
    """The Thai fiscal year, Buddhist era, of a day: 2563 is 1 October 2019 to 30 September 2020."""
    return day.year + 543 + (day.month >= 10)


def fiscal_year_span(year_be: int) -> tuple[date, date]:
    """First and last day of a fiscal year given in the Buddhist era; ValueError outside 2400-2699."""
    if year_be not in _BUDDHIST_YEARS:
        raise ValueError(f"not a Buddhist year: {year_be}")  # fiscal_year_span(2020) would be in 1476
    return date(year_be - 544, 10, 1), date(year_be - 543, 9, 30)


# --- text and names -------------------------------------------------------------------------------

# SARA AM, as in `สำนัก`, is one character: U+0E33. The pages also hold it in two, NIKHAHIT U+0E4D and
# SARA AA U+0E32 (names of some agencies), and followed by a second SARA AA (`การทำางาน`); tone marks
# (U+0E48-0E4B) stand on the wrong side of it. NFC leaves all that, and NFKC takes the good ones apart.
SARA_AM = "(?:\u0e33\u0e32?|\u0e4d\u0e32)"
"""Regex source of SARA AM in the forms that pages print."""
_ODD_SARA_AM = re.compile(r"\u0e33[\u0e32\u0e33\u0e48-\u0e4b]")
_AROUND_SARA_AM = r"[\u0e32\u0e33\u0e48-\u0e4b\u0e4d]"
_SARA_AM_RUN = re.compile(rf"\u0e4d{_AROUND_SARA_AM}*|\u0e33{_AROUND_SARA_AM}+")

# What may follow a consonant, in the order in which it is typed: vowels above and below, tone marks and other
# signs, then the vowels behind it (AM, AA, the long AA of `ฤๅ`, A as in `เกาะ`).
_TYPING_ORDER = "".join(
    map(chr, [0x0E31, *range(0x0E34, 0x0E3B), *range(0x0E47, 0x0E4F), 0x0E33, 0x0E32, 0x0E45, 0x0E30])
)
_MARKS_RUN = re.compile(f"[{_TYPING_ORDER}]{{2,}}")

INVISIBLE = re.compile(r"[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
"""Marks that nobody sees: soft hyphen, zero-width and bidirectional marks, byte-order mark."""


def repair_sara_am(text: str) -> str:
    """The text with every SARA AM as its one character, and tone marks before it, as it is typed.

    Mends NIKHAHIT and SARA AA (pages), SARA AM and SARA AA (pages), and a tone mark behind or within either.
    All else stays as printed, also a NIKHAHIT of its own. Clean text costs two searches.
    """
    if "\u0e4d" not in text and not _ODD_SARA_AM.search(text):
        return text
    return _SARA_AM_RUN.sub(_mend_sara_am, text)


def _mend_sara_am(run: re.Match[str]) -> str:
    marks = run[0]
    if "\u0e33" not in marks and "\u0e32" not in marks:
        return marks  # Pali, as in `สํโฆ`: a NIKHAHIT without SARA AA is none of ours
    return "".join(mark for mark in marks if "\u0e48" <= mark <= "\u0e4b") + "\u0e33"


def comparison_form(text: str) -> str:
    """A form for joining and comparing, never for display: equal for texts which a reader takes as the same.

    SARA AM is repaired, marks over one letter stand once each and in typing order, SARA E twice is SARA AE,
    invisible marks are gone, blanks of any kind are single and none is around, digits are Arabic.
    Two different tone marks over one letter both stay: which one was meant is not known. Idempotent.

    `pythainlp.util.normalize` does not do: it leaves `ทำางาน` and no-break blanks, joins marks across blanks,
    keeps the last of two tone marks, and takes some nine times as long.
    """
    text = INVISIBLE.sub("", to_arabic_digits(text)).replace("\u0e40\u0e40", "\u0e41")
    return " ".join(_MARKS_RUN.sub(_in_typing_order, text).split())


def _in_typing_order(run: re.Match[str]) -> str:
    marks = set(run[0])
    if "\u0e33" in marks or marks >= {"\u0e4d", "\u0e32"}:  # repair_sara_am(), wherever the tone marks stand
        marks = marks - {"\u0e4d", "\u0e32"} | {"\u0e33"}
    return "".join(sorted(marks, key=_TYPING_ORDER.index))


def tidy_name(text: str) -> str:
    """A name as printed, but with SARA AM as one character and single blanks, stripped: for `agency_name`."""
    return " ".join(repair_sara_am(text).split())
