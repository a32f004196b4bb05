"""What `parsers.thai` reads, what it refuses, and where it goes its own way beside pythainlp."""

import math
import os
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythainlp.util import normalize
from pythainlp.util.date import thai_strptime

from parsers.thai import (
    DIGIT,
    NUMBER,
    comparison_form,
    fiscal_year_be,
    fiscal_year_span,
    parse_baht,
    parse_date,
    parse_integer,
    parse_number,
    parse_percent,
    repair_sara_am,
    tidy_name,
    to_arabic_digits,
)

THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
MIXED_DIGITS = str.maketrans("02468", "๐๒๔๖๘")
NBSP, ZWSP, BOM = "\u00a0", "\u200b", "\ufeff"
AA, AM, NIKHAHIT, EK, THO = "\u0e32", "\u0e33", "\u0e4d", "\u0e48", "\u0e49"

# Text made of what goes wrong: SARA AM and its parts, marks, digits, blanks of every kind, invisible marks.
messy = st.text(st.sampled_from("กนวฤเแะัาำิีืฺุู็่้๊๋์ํๅฯๆ๑7- \t\n\u00a0\u2003\u200b\u200f\u2066\ufeff\u00ad"))


# --- digits and numbers


def test_thai_digits_become_arabic_and_nothing_else_changes():
    assert to_arabic_digits("มิติที่ ๕.๒ - ๐๑๒๓๔๕๖๗๘๙ 0-9 ฯ") == "มิติที่ 5.2 - 0123456789 0-9 ฯ"


def test_digits_of_other_scripts_are_no_digits():
    assert [char for char in map(chr, range(0x110000)) if re.fullmatch(DIGIT, char)] == list(
        "0123456789๐๑๒๓๔๕๖๗๘๙"
    )


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("0", 0),
        ("0.00", 0),
        ("15", 15),
        ("45.00", 45),
        ("100.0000", 100),
        ("๑0.๗", 10.7),
        ("๑๐๐", 100),
        ("1,407.52", 1407.52),
        ("๑,๔0๗.๕2", 1407.52),
        ("12,345,678", 12345678),
        ("-3.5", -3.5),
        ("007", 7),
        (f"{NBSP} 5\n", 5),
    ],
)
def test_a_printed_number_is_read(printed, value):
    assert parse_number(printed) == value


NO_NUMBERS = """1,23|1,2345|12345,678|1,407,52|0,123|,123|1,|1.2.3|1.|.5|.|-|--1|- 1|+1|1-2|5 ครั้ง|ครั้ง 5|1 000
1e5|nan|inf|-inf|Infinity|1_000|0x10|५|１２|٣|²|½|①|1.५""".replace("\n", "|").split("|")


@pytest.mark.parametrize("text", ["", " ", *NO_NUMBERS])
@pytest.mark.parametrize("parse", [parse_number, parse_integer, parse_percent, parse_baht])
def test_what_is_not_wholly_one_number_is_refused(parse, text):
    assert parse(text) is None


def test_more_digits_than_a_float_keeps_are_refused():
    assert parse_number("9" * 15) == 999_999_999_999_999
    assert parse_number("-12345678901234.5") == -12345678901234.5
    for text in ("9" * 16, "9" * 400, "1" + "," + "000," * 5 + "000", "0." + "0" * 400 + "1"):
        assert parse_number(text) is None
    assert parse_integer("9" * 5000) is None  # int() would raise


def test_minus_zero_is_zero():
    assert math.copysign(1, parse_number("-0.00")) == 1


@pytest.mark.parametrize(
    ("printed", "value"), [("15", 15), ("๑5", 15), ("1,407", 1407), ("-3", -3), ("5.00", None), ("5.", None)]
)
def test_an_integer_has_no_decimals(printed, value):
    assert parse_integer(printed) == value


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("45.00", 45),
        ("ร้อยละ 45.00", 45),
        ("ร้อยละ๔๕", 45),
        (f"ร้อยละ{NBSP}45", 45),
        ("15%", 15),
        ("15 %", 15),
        ("ร้อยละ 15%", 15),
        ("ร้อยละ 105.5", 105.5),  # nothing is clamped
        ("ร้อยละ -2", -2),
        ("ร้อยละ", None),
        ("%", None),
        ("15 % 15", None),
        ("ลดลงร้อยละ 15", None),
        ("% 15", None),
        ("15 บาท", None),
    ],
)
def test_a_percentage_may_carry_its_unit(printed, value):
    assert parse_percent(printed) == value


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("85,840", 85840),
        ("(บาท)85,840", 85840),
        ("(บาท) 0", 0),
        ("85,840 บาท", 85840),
        ("85,840.25 (บาท)", 85840.25),
        ("๘๕,๘๔๐บาท", 85840),
        ("฿500", 500),
        ("500 ฿", 500),
        ("บาท", None),
        ("(บาท 500", None),
        ("500 ล้านบาท", None),
        ("500 %", None),
    ],
)
def test_an_amount_in_baht_may_carry_its_unit(printed, value):
    assert parse_baht(printed) == value


@given(
    whole=st.integers(-(10**11) + 1, 10**11 - 1),  # with 4 decimals: 15 digits
    decimals=st.text("0123456789", max_size=4),
    commas=st.booleans(),
    thai=st.sets(st.sampled_from("0123456789")),
)
def test_any_number_is_read_back_whichever_of_its_digits_are_thai(whole, decimals, commas, thai):
    arabic = f"{whole:,}" if commas else f"{whole}"
    mixed = {ord(digit): digit.translate(THAI_DIGITS) for digit in thai}
    assert parse_integer(arabic.translate(mixed)) == whole
    arabic += f".{decimals}" if decimals else ""
    printed = arabic.translate(mixed)
    assert re.fullmatch(NUMBER, printed)
    value = float(arabic.replace(",", ""))
    assert parse_number(printed) == parse_percent(printed) == parse_baht(printed) == value


@given(st.text(st.sampled_from("0159๐๕,.- eEnaif_५"), max_size=20))
def test_whatever_is_accepted_is_a_finite_number_in_its_own_digits(text):
    value = parse_number(text)
    if value is not None:
        assert math.isfinite(value)
        assert value == float(to_arabic_digits(text).replace(",", ""))


def test_number_fits_into_larger_patterns_and_captures_nothing():
    entry = re.compile(rf"\((\d+)\) ความคืบหน้าโครงการฯ ร้อยละ ({NUMBER}) ")
    assert entry.match("(1) ความคืบหน้าโครงการฯ ร้อยละ ๑,๒34.๕0 (2020-03-23)").groups() == ("1", "๑,๒34.๕0")


# --- dates

MONTHS = {
    "มกราคม": "ม.ค.",
    "กุมภาพันธ์": "ก.พ.",
    "มีนาคม": "มี.ค.",
    "เมษายน": "เม.ย.",
    "พฤษภาคม": "พ.ค.",
    "มิถุนายน": "มิ.ย.",
    "กรกฎาคม": "ก.ค.",
    "สิงหาคม": "ส.ค.",
    "กันยายน": "ก.ย.",
    "ตุลาคม": "ต.ค.",
    "พฤศจิกายน": "พ.ย.",
    "ธันวาคม": "ธ.ค.",
}
WEEKDAYS = ["จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์"]

# y is Gregorian, b Buddhist, bb its last two digits; abbreviations are abbr `ม.ค.`, first `ม.ค`, last `มค.`,
# bare `มค`, apart `ม. ค.`.
ISO_FORMS = [
    "{y}-{m:02}-{d:02}",
    "{b}-{m:02}-{d:02}",
    "{y}-{m:02}-{d:02} 00:00:00.000",
    "{y}-{m:02}-{d:02}T23:59:59",
]
DMY_FORMS = ["{d}/{m}/{b}", "{d:02}/{m:02}/{y}", "{d:02}-{m:02}-{y}", "{d}.{m}.{b}"]
MDY_FORMS = ["{m}/{d}/{y}", "{m:02}-{d:02}-{b}"]
THAI_FORMS = [
    "{d} {full} {b}",
    "{d:02} {full} {y}",
    "{d}{full}{b}",
    "{d} {full} พ.ศ. {b}",
    "{d} {full} พ.ศ.{b}",
    "{d} {full} พศ {b}",
    "วันที่ {d} {full} {b}",
    "{d} {abbr} {b}",
    "{d}\u00a0{abbr}\u00a0\u00a0{b}",
    "{d}  {abbr}{b}",
    "{d} {abbr} ค.ศ. {y}",
    "{d} {abbr} {bb:02}",
    "{d} {abbr} พ.ศ. {bb:02}",
    "{d} {first} {b}",
    "{d} {last} {bb:02}",
    "{d} {bare} {bb:02}",
    "{d}{bare}{bb:02}",
    "{d} {apart} {b}",
]
FORMS = [*ISO_FORMS, *DMY_FORMS, *MDY_FORMS, *THAI_FORMS]
DAYS = [date(1990, 1, 1) + timedelta(n) for n in range((date(2040, 12, 31) - date(1990, 1, 1)).days + 1)]


def written(form, year, month, day):
    """A date, which need not exist, in a form."""
    full, abbr = list(MONTHS.items())[month - 1]
    bare = abbr.replace(".", "")
    return form.format(
        d=day,
        m=month,
        y=year,
        b=year + 543,
        bb=(year + 543) % 100,
        full=full,
        abbr=abbr,
        first=abbr[:-1],
        last=bare + ".",
        bare=bare,
        apart=abbr.replace(".", ". ").strip(),
    )


def read(form, text):
    return parse_date(text, order="mdy" if form in MDY_FORMS else "dmy")


@pytest.mark.parametrize("form", FORMS)
def test_every_day_of_fifty_years_is_read_back_in_every_form_and_digits(form):
    for day in DAYS:
        text = written(form, day.year, day.month, day.day)
        assert read(form, text) == day, text
        assert read(form, text.translate(THAI_DIGITS)) == day, text
        assert read(form, text.translate(MIXED_DIGITS)) == day, text


def test_every_day_is_read_back_with_its_weekday_and_refused_with_another():
    for day in DAYS:
        thai = written("ที่ {d} {full} {b}", day.year, day.month, day.day)
        assert parse_date(f"วัน{WEEKDAYS[day.weekday()]}{thai}") == day, thai
        assert parse_date(f"วัน{WEEKDAYS[day.weekday() - 1]}{thai}") is None, thai


@pytest.mark.parametrize(
    "text",
    [
        "วันพุธที่ 18 มีนาคม 2563",
        "วันพุธ ที่ ๑๘ มีนาคม พ.ศ. ๒๕๖๓",
        "วันพุธที่18มีนาคม2563",
        "วันพุธ 18 มี.ค. 63",
        "พุธที่ 18 มี.ค. 63",
        f"  18{NBSP}มีนาคม\n2563 ",
        f"18{ZWSP}มีนาคม{ZWSP}2563",
        "18 มีีนาคม 2563",  # a repeated vowel mark
    ],
)
def test_a_thai_date_is_read_with_weekday_blanks_and_stray_marks(text):
    assert parse_date(text) == date(2020, 3, 18)


def test_thursday_has_a_long_and_a_short_name():
    for name in ("พฤหัสบดี", "พฤหัส"):
        assert parse_date(f"วัน{name}ที่ 19 มีนาคม 2563") == date(2020, 3, 19)
        assert parse_date(f"วัน{name}ที่ 18 มีนาคม 2563") is None


IMPOSSIBLE = [(2020, 2, 30), (2020, 2, 31), (2019, 2, 29), (2020, 4, 31), (2020, 11, 31)]


@pytest.mark.parametrize("form", FORMS)
def test_a_day_in_no_calendar_is_refused_and_never_moved(form):
    beyond = [(2020, 1, 0), (2020, 1, 32), (2024, 12, 115)]
    for year, month, day in [*IMPOSSIBLE, *beyond]:
        assert read(form, written(form, year, month, day)) is None, (year, month, day)
    assert read(form, written(form, 2020, 2, 29)) == date(2020, 2, 29)


@pytest.mark.parametrize("text", ["1/13/2563", "1/0/2563", "01/13/2019", "2020-13-01", "2020-00-10"])
def test_a_month_in_no_calendar_is_refused(text):
    assert parse_date(text) is None


def test_leap_days_follow_the_gregorian_year_not_the_buddhist():
    assert parse_date("29 ก.พ. 2543") == date(2000, 2, 29)
    assert parse_date("29/2/2563") == date(2020, 2, 29)
    assert parse_date("29/2/2564") is None  # 2564 can be divided by four, 2021 cannot
    assert parse_date("29 ก.พ. 2643") is None  # 2100


@pytest.mark.parametrize("form", ["{}-01-31", "31/1/{}", "31 มกราคม {}", "31 ม.ค. {}"])
def test_four_digits_tell_the_era_by_range_and_no_other_year_is_taken(form):
    years = {1900: 1900, 2199: 2199, 2400: 1857, 2699: 2156}
    assert {year: parse_date(form.format(year)) for year in years} == {
        year: date(gregorian, 1, 31) for year, gregorian in years.items()
    }
    for year in ("1899", "2200", "2399", "2700", "0000", "9999", "256", "25630", "3"):
        assert parse_date(form.format(year)) is None, year


@pytest.mark.parametrize("year", ["พ.ศ. 2019", "ค.ศ. 2562", "ค.ศ. 62", "ร.ศ. 112", "พ.ศ.", "พ.ค. 2562"])
def test_a_stated_era_must_agree_with_the_year(year):
    assert parse_date(f"1 ต.ค. {year}") is None


def test_two_digits_are_a_buddhist_year_after_a_month_name_only():
    assert parse_date("21 มค. 63") == date(2020, 1, 21)
    assert parse_date("21 ม.ค. 00") == date(1957, 1, 21)
    for text in ("21/1/63", "21-01-63", "63-01-21", "21.1.63"):
        assert parse_date(text) is None


def test_the_order_of_a_numeric_date_is_stated_and_never_found_out():
    assert parse_date("1/2/2021") == date(2021, 2, 1)
    assert parse_date("1/2/2021", order="mdy") == date(2021, 1, 2)
    assert parse_date("1/31/2021", order="mdy") == date(2021, 1, 31)
    assert parse_date("1/31/2021") is None
    assert parse_date("31/1/2021", order="mdy") is None
    assert parse_date("2021-01-31", order="mdy") == parse_date("31 ม.ค. 64", order="mdy") == date(2021, 1, 31)
    with pytest.raises(KeyError):
        parse_date("1/2/2021", order="ymd")


@pytest.mark.parametrize("time", [" 00:00:00.000", "T00:00:00", " 09:30", "  23:59:59", "T๒๓:59:5๙.9"])
def test_a_valid_time_of_day_is_dropped(time):
    assert parse_date(f"2022-10-01{time}") == date(2022, 10, 1)


BAD_TIMES = [" 24:00:00", " 00:60", " 00:00:60", " 0:00", " 00", " 00:00.5", "T", " 09.30", "T00:00:00Z"]


@pytest.mark.parametrize("time", [*BAD_TIMES, "T00:00:00+07:00", "00:00:00", " 00:00:00 น."])
def test_a_time_which_is_none_or_has_a_zone_is_refused(time):
    assert parse_date(f"2022-10-01{time}") is None


NO_DATES = """-|ไม่มี|2563|มีนาคม 2563|18 มีนาคม|18 มีนาคม 2563 เวลา 09.30 น.|เมื่อวันพุธที่ 18 มีนาคม 2563|(2020-03-23)
23/3/2563 :|23/3-2563|23//3/2563|2020/03/23|2020-3-23|20200323|2020-03-23-01|023/3/2563|23/003/2563|/3/2563
18 ม.น. 2563|18 มกรา 2563|18 มีนาคม มีนาคม 2563|ที่ 18 มีนาคม 2563|วันพระที่ 18 มีนาคม 2563|18 March 2020
१८/०३/2020|１８/０３/2020|+1/1/2563|-1/1/2563|1 /1/2563""".replace("\n", "|").split("|")


@pytest.mark.parametrize("text", ["", " ", *NO_DATES])
def test_what_is_not_wholly_one_date_is_refused(text):
    assert parse_date(text) is None


@given(st.one_of(messy, st.text()))
def test_no_text_makes_the_parsers_raise(text):
    for parse in (parse_date, parse_number, parse_integer, parse_percent, parse_baht):
        parse(text)


@pytest.mark.parametrize(
    ("text", "fmt", "theirs", "ours"),
    [
        # Only months 1-9 are in pythainlp's table as digits, and "1" is found in "10", "11" and "12".
        ("15-10-2567", "%d-%B-%Y", "2024-01-15", "2024-10-15"),
        ("15-11-2567", "%d-%B-%Y", "2024-01-15", "2024-11-15"),
        ("15-12-2567", "%d-%B-%Y", "2024-01-15", "2024-12-15"),
        # The era is an argument, so a Gregorian year is made nearly 543 years older.
        ("15 ก.ค. 2024", "%d %B %Y", "1481-07-15", "2024-07-15"),
        # The text is searched, not matched whole.
        ("115 ธ.ค. 2567", "%d %B %Y", "2024-12-15", "None"),
        ("15 ธ.ค. 25671", "%d %B %Y", "2024-12-15", "None"),
        # Thai digits, abbreviations without dots and slashes are errors, each of its own kind.
        ("๑๕ ธ.ค. ๒๕๖๗", "%d %B %Y", "IndexError", "2024-12-15"),
        ("21 มค. 63", "%d %B %Y", "IndexError", "2020-01-21"),
        ("15/12/2567", "%d/%B/%Y", "KeyError", "2024-12-15"),
    ],
)
def test_thai_strptime_is_not_used_because_it_misreads(text, fmt, theirs, ours):
    try:
        read_by_pythainlp = str(thai_strptime(text, fmt).date())
    except (IndexError, KeyError) as error:
        read_by_pythainlp = type(error).__name__
    assert (read_by_pythainlp, str(parse_date(text))) == (theirs, ours)


def test_a_fiscal_year_is_october_to_september_and_named_by_its_end():
    assert fiscal_year_span(2563) == (date(2019, 10, 1), date(2020, 9, 30))
    assert fiscal_year_be(date(2019, 9, 30)) == 2562
    assert fiscal_year_be(date(2019, 10, 1)) == fiscal_year_be(date(2020, 9, 30)) == 2563


def test_every_day_is_in_the_span_of_its_fiscal_year():
    for day in DAYS:
        first, last = fiscal_year_span(fiscal_year_be(day))
        assert first <= day <= last


@pytest.mark.parametrize("year", [2020, 63, 2399, 2700])
def test_a_fiscal_year_of_another_era_has_no_span(year):
    with pytest.raises(ValueError, match="not a Buddhist year"):
        fiscal_year_span(year)


# --- text and names


@pytest.mark.parametrize(
    ("printed", "mended"),
    [
        (f"ส{NIKHAHIT}{AA}นัก", f"ส{AM}นัก"),  # decomposed, as in the names of some agencies
        (f"การท{AM}{AA}งาน", f"การท{AM}งาน"),
        (f"น{AM}{THO}", f"น{THO}{AM}"),
        (f"น{NIKHAHIT}{THO}{AA}", f"น{THO}{AM}"),
        (f"น{THO}{NIKHAHIT}{AA}", f"น{THO}{AM}"),
        (f"น{AM}{AA}{THO}", f"น{THO}{AM}"),
        (f"น{NIKHAHIT}{AA}{THO}", f"น{THO}{AM}"),
        (f"ส{NIKHAHIT}โฆ", f"ส{NIKHAHIT}โฆ"),  # Pali: a NIKHAHIT of its own
        (f"ค{EK}{AA} ท{AM}อะไร ด{AM}น{THO}{AM}", f"ค{EK}{AA} ท{AM}อะไร ด{AM}น{THO}{AM}"),
        ("ค่่า  ก ", "ค่่า  ก "),  # no other typing error is touched
    ],
)
def test_sara_am_becomes_one_character_with_its_tone_mark_before(printed, mended):
    assert repair_sara_am(printed) == mended


def test_clean_text_is_returned_as_it_is():
    text = "สำนักยุทธศาสตร์และประเมินผล น้ำ ๒๕๖๓"
    assert repair_sara_am(text) is text


@given(messy)
def test_repair_is_idempotent_and_does_not_depend_on_what_else_the_text_holds(text):
    mended = repair_sara_am(text)
    assert repair_sara_am(mended) == mended
    assert repair_sara_am(f"{text} ก{NIKHAHIT}{AA}") == f"{mended} ก{AM}"


@pytest.mark.parametrize(
    ("printed", "form"),
    [
        (f"ส{NIKHAHIT}{AA}นัก", f"ส{AM}นัก"),
        (f"การท{AM}{AA}งาน", f"การท{AM}งาน"),
        ("ค่่า ดีี ก็็ นานาาา", "ค่า ดี ก็ นานา"),
        (f"ท{EK}ี", f"ที{EK}"),  # the tone mark typed before the vowel looks the same
        ("เเผน", "แผน"),
        ("ค่้า", "ค่้า"),  # two tone marks: which one was meant is not known
        (f" ก{NBSP}{NBSP}ข\t\n ค ", "ก ข ค"),
        (f"{BOM}ก{ZWSP}ข\u200e\u202aค\u2066ง\u00adจ", "กขคงจ"),
        (f"ส{NIKHAHIT}{ZWSP}{AA}นัก", f"ส{AM}นัก"),
        ("มิติที่ ๕.๒", "มิติที่ 5.2"),
        ("เกาะ ฤๅ รอบ ๆ ศิลป์ สํโฆ", "เกาะ ฤๅ รอบ ๆ ศิลป์ สํโฆ"),
        ("กา าา", "กา า"),  # nothing is joined across a blank
        ("", ""),
    ],
)
def test_comparison_form_is_the_same_for_what_reads_the_same(printed, form):
    assert comparison_form(printed) == form


@given(st.one_of(messy, st.text()))
def test_comparison_form_is_idempotent_and_blind_to_repairs_and_tidying(text):
    form = comparison_form(text)
    assert comparison_form(form) == form
    assert comparison_form(repair_sara_am(text)) == form
    assert comparison_form(tidy_name(text)) == form


@pytest.mark.parametrize("name", [*MONTHS, *MONTHS.values(), *WEEKDAYS, "วันที่", "พ.ศ.", "ค.ศ."])
def test_the_words_of_dates_are_their_own_comparison_form(name):
    assert comparison_form(name) == name


@pytest.mark.parametrize(
    ("printed", "theirs"),
    [
        (f"ท{AM}{AA}งาน", f"ท{AM}{AA}งาน"),  # left, though a page prints it
        (f"ก{NBSP}ข", f"ก{NBSP}ข"),
        (f"{BOM}ก", f"{BOM}ก"),
        ("กา าา", "กา"),  # a letter lost across a blank
        ("ค่้า", "ค้า"),  # a guess
    ],
)
def test_pythainlp_normalize_is_not_used_because_it_leaves_and_guesses(printed, theirs):
    assert normalize(printed) == theirs != comparison_form(printed)


def test_a_tidy_name_is_as_printed_but_for_sara_am_and_blanks():
    assert tidy_name(f" ** ส{NIKHAHIT}{AA}นัก{NBSP} ๒  ค่่า\n") == f"** ส{AM}นัก ๒ ค่่า"


@given(messy)
def test_tidying_a_name_is_idempotent(text):
    assert tidy_name(tidy_name(text)) == tidy_name(text)


# --- the import


def import_in_an_empty_home(home, code):
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHAINLP")}
    env |= {"HOME": str(home), "USERPROFILE": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_importing_writes_nothing_into_the_home_and_loads_nothing_heavy(tmp_path):
    code = "import sys, parsers.thai; print(*sys.modules)"
    loaded = import_in_an_empty_home(tmp_path, code)
    assert "parsers.thai" in loaded
    assert not {"pandas", "numpy", "pyarrow", "requests", "bs4", "dateutil", "nltk"} & set(loaded)
    assert list(tmp_path.iterdir()) == []


def test_pythainlp_alone_would_make_a_folder(tmp_path):
    import_in_an_empty_home(tmp_path, "import pythainlp")
    assert [folder.name for folder in tmp_path.iterdir()] == ["pythainlp-data"]
