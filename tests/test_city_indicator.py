"""The page of a city-development indicator, full and reduced, one form at a time."""

import pytest

from tests.kind_template import (
    CITY_CODE,
    CITY_INDICATOR,
    REDUCED_CITY_INDICATOR,
    columns,
    in_thai_digits,
    paragraphs,
    parse,
    row,
)
from tests.template import codes, edit, told

TITLE = "โครงการจัดทำฐานข้อมูลตัวชี้วัดการพัฒนาเมือง (2562-2563)"
NAME = "2. ทางจักรยานที่ปลอดภัย"
TARGET = "ค่าเป้าหมาย แห่ง : 48"
DATA_KIND = "ลักษณะข้อมูล : ข้อมูลเชิงปริมาณ"
GOAL = ":เป้าหมายที่ ๔.๒.๑ คนเมืองเดินทางด้วยจักรยาน%"
TEXTS = {
    "definition": "ทางจักรยาน หมายถึง ทางที่มีเครื่องหมาย",
    "method": "นับจำนวนทางจักรยาน",
    "data_source": "สำนักงานเขตที่เกี่ยวข้อง",
}
HEADINGS = {
    "definition": "1.นิยาม หรือความหมายของตัวชี้วัด",
    "method": "2.วิธีการคำนวณ หรือ เกณฑ์การประเมิน",
    "data_source": "3.แหล่งข้อมูล/เจ้าของข้อมูล",
}
STRATEGY_HEADING = "สนับสนุนยุทธศาสตร์กรุงเทพมหานครฯ"


def read(text, code=CITY_CODE):
    return parse(text, "city_indicator", code)


def with_part(old, new, text=CITY_INDICATOR):
    return read(edit(text, old, new))


def one(page):
    return row(page, "city_indicators")


def goals(page):
    return [(link.level, link.number, link.title) for link in page.records["strategy_links"]]


# --- what a page says


def test_a_full_page_says_all_of_this_without_an_issue():
    page = read(CITY_INDICATOR)
    assert (page.kind, page.code, page.outcome, page.copy_kind) == (
        "city_indicator",
        CITY_CODE,
        "ok",
        "text",
    )
    assert columns(page, "city_indicators") == [
        {
            "city_indicator_code": CITY_CODE,
            "name": NAME,
            "target_text": "48",
            "target_value": 48.0,
            "unit": "แห่ง",
            "data_kind": "ข้อมูลเชิงปริมาณ",
            **TEXTS,
            "further_text": None,
        }
    ]
    assert goals(page) == [
        (1, "4", "มหานครกระชับ"),
        (2, "4.2", "เดินทางเชื่อมต่อ"),
        (3, "4.2.1", "คนเมืองเดินทางด้วยจักรยาน"),
    ]
    links = page.records["strategy_links"]
    assert {(link.page_kind, link.page_code, link.project_code) for link in links} == {
        ("city_indicator", CITY_CODE, None)
    }
    assert (page.issues, page.lines_unparsed) == ([], 0)


def test_each_value_knows_its_line():
    page = read(CITY_INDICATOR)
    said = {found.column: page.lines[found.line_first - 1] for found in page.records["field_lines"]}
    assert said == {
        "name": f"{NAME} : {CITY_CODE}",
        "city_indicator_code": f"{NAME} : {CITY_CODE}",
        "target_text": TARGET,
        "data_kind": DATA_KIND,
        **TEXTS,
    }


def test_a_reduced_copy_has_what_stands_behind_labels_and_guesses_nothing():
    page = read(REDUCED_CITY_INDICATOR)
    found = one(page)
    assert (page.outcome, page.copy_kind, page.code) == ("ok", "reduced_text", CITY_CODE)
    assert (found.city_indicator_code, found.target_value, found.data_kind) == (
        CITY_CODE,
        48.0,
        "ข้อมูลเชิงปริมาณ",
    )
    assert (found.name, found.definition, found.method) == (None, None, None)
    assert goals(page) == goals(read(CITY_INDICATOR))
    assert codes(page) == ["unassigned_text"] * 2


# --- name and code


@pytest.mark.parametrize(
    "name",
    [
        "7. สวน",
        "(10) สวน",
        "๑. สวน",
        "-สวน",
        "สวน : เขตชั้นใน",
        "ร้อยละของ “สวน” (ใหม่)",
        "1. สวน 2. ตลาด : 5",
        "สวน 2563",
    ],
)
def test_a_name_is_all_before_the_last_colon(name):
    page = with_part(NAME, name)
    assert (one(page).name, page.code, page.issues) == (name, CITY_CODE, [])


@pytest.mark.parametrize("colon", [" : ", " :", ": ", ":"])
def test_colons_stand_with_blanks_or_without(colon):
    page = read(CITY_INDICATOR.replace(" : ", colon))
    assert (columns(page, "city_indicators"), page.issues) == (
        columns(read(CITY_INDICATOR), "city_indicators"),
        [],
    )


@pytest.mark.parametrize("digits", [str, in_thai_digits])
@pytest.mark.parametrize("code", ["1", "12", "905"])
def test_a_code_is_a_small_number(code, digits):
    page = read(edit(CITY_INDICATOR, f" : {CITY_CODE}", f" : {digits(code)}"), None)
    assert (page.code, one(page).city_indicator_code, page.issues) == (code, code, [])


def test_where_the_name_line_is_lost_the_address_gives_the_code_and_the_name_is_null():
    page = with_part(f"{NAME} : {CITY_CODE}\n", "")
    assert (page.code, one(page).city_indicator_code, one(page).name) == (CITY_CODE, CITY_CODE, None)
    assert set(told(page)) == {
        ("missing_label", "city_indicators.name"),
        ("code_unreadable", "city_indicators.city_indicator_code"),
    }


def test_a_line_of_that_form_above_the_title_is_not_the_name():
    for hint in (CITY_CODE, None):
        page = read(f"สายด่วน : 1555\n\n{CITY_INDICATOR}", hint)
        assert (page.code, page.outcome, one(page).name) == (CITY_CODE, "ok", NAME)
        assert codes(page) == ["unparsed_text"]


def test_a_page_of_another_code_than_the_address_is_the_wrong_page():
    assert read(CITY_INDICATOR, "906").outcome == "wrong_page"


@pytest.mark.parametrize("title", [TITLE.partition(" (")[0], f"{TITLE} ฉบับปรับปรุง", TITLE.replace(" (", "(")])
def test_the_title_may_go_on(title):
    assert with_part(TITLE, title).issues == []


def test_a_page_without_its_title_is_told():
    page = with_part(f"{TITLE}\n", "")
    assert (one(page).name, codes(page)) == (NAME, ["missing_heading"])


# --- target and kind of data


@pytest.mark.parametrize(
    ("printed", "unit", "text", "value"),
    [
        ("ร้อยละ : 20 ของประชาชนในพื้นที่", "ร้อยละ", "20 ของประชาชนในพื้นที่", None),
        ("ร้อยละ 2 : ร้อยละ 2", "ร้อยละ 2", "ร้อยละ 2", None),
        ("ไม่น้อยกว่า : 1.05 (48 แห่ง)", "ไม่น้อยกว่า", "1.05 (48 แห่ง)", None),
        ("≥1 : แห่ง", "≥1", "แห่ง", None),
        ("ตร.ม. : 12.25 ตร.ม.", "ตร.ม.", "12.25 ตร.ม.", None),
        ("ตร.ม. : 1,250.50", "ตร.ม.", "1,250.50", 1250.5),
        ("ร้อยละ : ๘๐", "ร้อยละ", "๘๐", 80.0),
        (": 5", None, "5", 5.0),
    ],
)
def test_a_target_is_kept_as_printed(printed, unit, text, value):
    page = with_part(TARGET, f"ค่าเป้าหมาย {printed}")
    found = one(page)
    assert (found.unit, found.target_text, found.target_value, page.issues) == (unit, text, value, [])


def test_a_target_that_is_not_there_is_null_and_told():
    page = with_part("แห่ง : 48", "แห่ง : ")
    assert (one(page).unit, one(page).target_text) == ("แห่ง", None)
    assert told(page) == [("empty_value", "city_indicators.target_text")]


@pytest.mark.parametrize(
    ("kind", "kept", "issues"), [("ข้อมูล : รายปี", "ข้อมูล : รายปี", []), ("", None, ["empty_value"])]
)
def test_a_kind_of_data_is_what_stands_behind_its_label(kind, kept, issues):
    page = with_part(DATA_KIND, f"ลักษณะข้อมูล : {kind}")
    assert (one(page).data_kind, codes(page)) == (kept, issues)


@pytest.mark.parametrize(("line", "column"), [(TARGET, "target_text"), (DATA_KIND, "data_kind")])
def test_a_line_that_is_lost_is_null_and_told(line, column):
    page = with_part(f"{line}\n", "")
    assert getattr(one(page), column) is None
    assert told(page) == [("missing_label", f"city_indicators.{column}")]


# --- strategy


@pytest.mark.parametrize("front", [":", ": ", ""])
def test_the_lines_of_the_strategy_begin_with_a_colon_or_none(front):
    page = read(CITY_INDICATOR.replace("\n:", f"\n{front}"))
    assert (goals(page), page.issues) == (goals(read(CITY_INDICATOR)), [])


@pytest.mark.parametrize("end", ["%", " %"])
def test_the_percent_sign_ends_the_line_of_the_goal_and_is_no_part_of_it(end):
    page = with_part(GOAL, GOAL.removesuffix("%") + " ร้อยละ 5" + end)
    assert (goals(page)[2][2], page.issues) == ("คนเมืองเดินทางด้วยจักรยาน ร้อยละ 5", [])


def test_a_page_without_the_heading_of_the_strategy_is_told_and_its_lines_are_read():
    page = with_part(f"{STRATEGY_HEADING}\n", "")
    assert (goals(page), codes(page)) == (goals(read(CITY_INDICATOR)), ["missing_heading"])


# --- numbered headings


@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_what_stands_from_the_fourth_heading_on_is_one_text(count):
    further = [f"{number}.หัวข้ออื่น\nข้อความที่ {number}" for number in range(4, 4 + count)]
    page = read(CITY_INDICATOR + "".join(f"\n{text}\n" for text in further))
    assert one(page).further_text == ("\n".join(further) or None)
    assert {name: getattr(one(page), name) for name in TEXTS} == TEXTS
    assert (page.issues, page.lines_unparsed) == ([], 0)


def test_a_fourth_heading_above_nothing_is_kept_and_told():
    page = read(f"{CITY_INDICATOR}\n4.หมายเหตุ\n\n5.อื่น ๆ\n\nข้อมูล : ปี 2562\n")
    assert one(page).further_text == "4.หมายเหตุ\n5.อื่น ๆ\nข้อมูล : ปี 2562"
    assert told(page) == [("empty_value", "city_indicators.further_text")]


def test_a_fourth_heading_above_the_third_is_told_and_no_text_of_its_neighbour():
    page = with_part(TEXTS["method"], "4.หมายเหตุ")
    assert (one(page).method, one(page).data_source) == (None, TEXTS["data_source"])
    assert set(codes(page)) == {"misplaced_heading", "empty_value"}


def test_headings_may_be_numbered_in_thai_digits():
    text = CITY_INDICATOR
    for heading in HEADINGS.values():
        text = edit(text, heading, in_thai_digits(heading))
    page = read(f"{text}\n๔.หมายเหตุ\n\n๑๐.อื่น ๆ\n")
    assert {name: getattr(one(page), name) for name in TEXTS} == TEXTS
    assert one(page).further_text == "๔.หมายเหตุ\n๑๐.อื่น ๆ"


@pytest.mark.parametrize("column", TEXTS)
@pytest.mark.parametrize(
    "text", ["1. นับ 2. หาร 100", "- นับ", "4.5 ตารางเมตรต่อคน", "ค่าเป้าหมาย ร้อยละ : 80", "แหล่ง : เขต"]
)
def test_a_text_is_kept_as_printed(column, text):
    page = with_part(TEXTS[column], text)
    assert (getattr(one(page), column), page.issues) == (text, [])


@pytest.mark.parametrize("column", TEXTS)
def test_a_text_that_is_not_there_is_null_and_told(column):
    page = with_part(f"{TEXTS[column]}\n", "")
    assert getattr(one(page), column) is None
    assert told(page) == [("empty_value", f"city_indicators.{column}")]


@pytest.mark.parametrize("column", ["definition", "method"])
def test_a_text_of_two_lines_is_one_text_and_told(column):
    page = with_part(TEXTS[column], f"{TEXTS[column]}\n\nและอื่น ๆ")
    assert (getattr(one(page), column), codes(page)) == (
        f"{TEXTS[column]}\nและอื่น ๆ",
        ["several_paragraphs"],
    )


def test_with_other_text_below_the_last_section_its_text_is_null():
    page = read(CITY_INDICATOR + "\nข้อความอื่น\n")
    assert one(page).data_source is None
    assert codes(page) == ["open_end", "unparsed_text", "unparsed_text"]


@pytest.mark.parametrize("column", ["definition", "method"])
def test_a_heading_that_is_lost_is_told_and_its_text_is_nobody_elses(column):
    page = with_part(f"{HEADINGS[column]}\n", "")
    assert "missing_heading" in codes(page)
    found = one(page)
    assert getattr(found, column) is None
    others = [getattr(found, name) for name in TEXTS if name != column]
    assert TEXTS[column] not in others


def test_without_its_third_heading_a_text_copy_is_truncated():
    assert read(CITY_INDICATOR.partition(HEADINGS["data_source"])[0]).outcome == "truncated"


@pytest.mark.parametrize("heading", [STRATEGY_HEADING, *HEADINGS.values()])
def test_a_heading_that_stands_twice_is_told(heading):
    page = with_part(f"{heading}\n", f"{heading}\n\n{heading}\n")
    assert codes(page) == ["misplaced_heading"]
    assert columns(page, "city_indicators") == columns(read(CITY_INDICATOR), "city_indicators")


# --- copies


@pytest.mark.parametrize("encoding", ["utf-8", "cp874"])
def test_html_says_the_same(encoding):
    page = read(paragraphs(CITY_INDICATOR).encode(encoding))
    assert (page.copy_kind, page.encoding, page.issues) == ("html", encoding, [])
    assert columns(page, "city_indicators") == columns(read(CITY_INDICATOR), "city_indicators")


def test_of_two_pages_in_one_file_the_second_is_told():
    page = read(CITY_INDICATOR + "\n" + edit(CITY_INDICATOR, f" : {CITY_CODE}", " : 906"))
    assert columns(page, "city_indicators") == columns(read(CITY_INDICATOR), "city_indicators")
    assert "second_page" in codes(page)
