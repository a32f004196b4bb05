"""Target and result with their unit, type and level, line by line."""

import re

import pytest

from parsers.measures import MEASURE_LINES, read_measure, read_measures
from parsers.records import CityIndicator, Indicator
from parsers.sections import labelled
from parsers.walk import Walk
from tests.template import THAI_DIGITS

TYPE, LEVEL = "ประเภทตัวชี้วัด : ตัวชี้วัดงานประจำ", "(ตัวชี้วัดระดับผลผลิต (output))"


def read(*lines):
    walk = Walk(list(lines))
    indicator = Indicator(page_code="5099-1037", position=1, line_first=1, line_last=1)
    read_measures(walk, indicator, labelled(walk, walk.filled, re.compile(MEASURE_LINES)))
    return indicator, [(issue.code, issue.field) for issue in walk.issues], walk.unread(walk.filled)


def measured(unit, value, colon=" : "):
    indicator, issues, unread = read(f"ค่าเป้าหมาย {unit}{colon}{value}", f"ผลงานที่ทำได้ {unit}{colon}{value}")
    assert (unread, indicator.result_text) == ([], indicator.target_text)
    return indicator.unit, indicator.target_text, indicator.target_value, issues


@pytest.mark.parametrize(
    "unit",
    [
        "ร้อยละ",
        "ค่าเปอร์เซ็นไทล์",
        "ครั้ง",
        "ระดับ",
        "นาที",
        "ลดลงร้อยละ",
        "ร้อยละ 30",
        "ร้อยละ (ลดลง)",
        "เขตละ...เส้นทาง",
        "ระดับ : 1-5",
        "ระดับ 1:5",
        "ระดับ :1-5",
        "ร้อยละของประชาชนในพื้นที่เขตตัวอย่างที่ได้รับบริกา",
    ],
)
def test_a_unit_is_any_text_before_the_last_colon_with_blanks_around_it(unit):
    assert measured(unit, "80.0000") == (unit, "80.0000", 80.0, [])


@pytest.mark.parametrize("value", ["1:5", "08:30", "80: ขั้นต่ำ", "80 :ขั้นต่ำ"])
def test_a_colon_with_a_blank_on_one_side_or_none_belongs_to_the_value(value):
    assert measured("สัดส่วน", value) == ("สัดส่วน", value, None, [])


@pytest.mark.parametrize("colon", [" : ", " :", ": ", ":"])
@pytest.mark.parametrize("unit", ["ร้อยละ", "ร้อยละ 30", "ร้อยละ (ลดลง)"])
def test_the_only_colon_divides_however_it_stands(unit, colon):
    assert measured(unit, "80", colon) == (unit, "80", 80.0, [])


@pytest.mark.parametrize("colon", [" : ", " :", ": ", ":"])
def test_a_blank_unit_is_null(colon):
    assert measured("", "80", colon) == (None, "80", 80.0, [])


@pytest.mark.parametrize("unit", ["ร้อยละ", "", "ระดับ : 1-5"])
@pytest.mark.parametrize("colon", [" : ", " :"])
def test_a_blank_value_is_null_and_told(unit, colon):
    fields = [("empty_value", f"indicators.{column}_text") for column in ("target", "result")]
    assert measured(unit, "", colon) == (unit or None, None, None, fields)


@pytest.mark.parametrize(
    ("unit", "value"),
    [
        ("≥1", "แห่ง"),
        ("80", "ร้อยละ"),
        ("ร้อยละ 2", "ร้อยละ 2"),
        ("ไม่น้อยกว่า", "1.05 (48 แห่ง)"),
        ("ร้อยละ", "20 ของประชาชน"),
    ],
)
def test_unit_and_value_swapped_or_repeated_stay_as_printed(unit, value):
    assert measured(unit, value) == (unit, value, None, [])


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("0", 0.0),
        ("0.0000", 0.0),
        ("80.5", 80.5),
        ("1,407.52", 1407.52),
        ("104.1500", 104.15),
        ("๑0.๗", 10.7),
    ],
)
@pytest.mark.parametrize("digits", [{}, THAI_DIGITS])
def test_a_text_that_is_one_number_has_a_value(printed, value, digits):
    printed = printed.translate(digits)
    assert measured("ร้อยละ", printed) == ("ร้อยละ", printed, value, [])


@pytest.mark.parametrize("printed", ["12.25 ตร.ม.", "1,40", "80-90", "≥ 80", "80 %", "ร้อยละ 80", "-"])
def test_a_text_that_is_more_than_a_number_has_no_value_and_no_issue(printed):
    assert measured("ร้อยละ", printed) == ("ร้อยละ", printed, None, [])


def test_of_two_units_neither_is_believed():
    indicator, issues, _ = read("ค่าเป้าหมาย ร้อยละ : 80", "ผลงานที่ทำได้ ครั้ง : 5")
    assert (indicator.unit, indicator.target_value, indicator.result_value) == (None, 80.0, 5.0)
    assert issues == [("values_disagree", "indicators.unit")]


@pytest.mark.parametrize("am", ["\u0e33", "\u0e4d\u0e32", "\u0e33\u0e32"])
def test_the_label_of_the_result_has_sara_am_in_three_forms(am):
    indicator, issues, unread = read(f"ผลงานที่ท{am}ได้ ร้อยละ : 5")
    assert (indicator.result_value, issues, unread) == (5.0, [], [])


@pytest.mark.parametrize("line", ["ค่าเป้าหมาย ร้อยละ 80", "ผลงานที่ทำได้", "ประเภทตัวชี้วัด"])
def test_a_label_without_a_colon_is_none(line):
    assert read(line)[1:] == ([], [1])


@pytest.mark.parametrize("type_", ["ตัวชี้วัดเชิงยุทธศาสตร์", "ตัวชี้วัดงานประจำ"])
@pytest.mark.parametrize("colon", [" : ", " :", ": ", ":"])
def test_a_type_is_one_of_two(type_, colon):
    indicator, issues, unread = read(f"ประเภทตัวชี้วัด{colon}{type_}")
    assert (indicator.indicator_type, issues, unread) == (type_, [], [])


def test_a_blank_type_is_null_and_usual():
    indicator, issues, unread = read("ประเภทตัวชี้วัด :", LEVEL)
    assert (indicator.indicator_type, issues, unread) == (None, [], [])


@pytest.mark.parametrize(
    ("line", "column"),
    [("ประเภทตัวชี้วัด : ตัวชี้วัดใหม่", "indicator_type"), ("(ตัวชี้วัดระดับใหม่ (new))", "result_level")],
)
def test_an_unknown_word_is_kept_and_told(line, column):
    indicator, issues, unread = read(line)
    assert getattr(indicator, column) in line
    assert (issues, unread) == ([("unknown_word", f"indicators.{column}")], [])


@pytest.mark.parametrize("level", ["ตัวชี้วัดระดับผลผลิต (output)", "ตัวชี้วัดระดับผลลัพธ์ (outcome)"])
@pytest.mark.parametrize("form", ["({})", "{}", "( {} )"])
def test_a_level_stands_with_outer_parentheses_or_without(level, form):
    indicator, issues, unread = read(form.format(level))
    assert (indicator.result_level, issues, unread) == (level, [], [])


def test_a_line_that_comes_again_stays_unread():
    assert read(TYPE, LEVEL, TYPE, LEVEL)[2] == [3, 4]


def test_a_city_indicator_has_a_target_read_alike():
    walk = Walk(["ค่าเป้าหมาย ไม่น้อยกว่า : 1.05 (48 แห่ง)"])
    record = CityIndicator(city_indicator_code="1", line_first=1, line_last=1)
    said = labelled(walk, walk.filled, re.compile(MEASURE_LINES))["target_text"]
    assert read_measure(walk, record, "city_indicators", "target", said) == "ไม่น้อยกว่า"
    assert (record.target_text, record.target_value) == ("1.05 (48 แห่ง)", None)
