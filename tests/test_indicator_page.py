"""The indicator page, full and reduced, one form at a time."""

import pytest

from tests.kind_template import (
    INDICATOR,
    INDICATOR_CODE,
    QUARTERS,
    REDUCED_INDICATOR,
    cells,
    columns,
    in_thai_digits,
    parse,
    row,
)
from tests.template import codes, edit, told

NAME = "5.1 ร้อยละของทางเดินที่แล้วเสร็จ"
EVALUATION = "*** สยป. ตรวจประเมินตัวชี้วัด : ไตรมาสที่ 3: 85"
SUMMARY, DEFINITION = "ก่อสร้างทางเดินได้ 500 เมตร", "ทางเดินที่แล้วเสร็จ หมายถึง ทางเดินที่ตรวจรับแล้ว"
REPORTS = ["สำรวจพื้นที่ 6 แห่ง", "ก่อสร้างแล้วร้อยละ 40", "ก่อสร้างแล้วร้อยละ 62.50", None]
HEADINGS = [
    "ผลงานเทียบกับเป้าหมายรายไตรมาส",
    *(f"รายงานผลฯ ไตรมาสที่ {quarter}" for quarter in (1, 2, 3, 4)),
    "** สรุปผลการดำเนินงาน **",
    "นิยาม หรือความหมายของตัวชี้วัด",
]


def read(text, code=INDICATOR_CODE):
    return parse(text, "indicator", code)


def with_part(old, new, text=INDICATOR):
    return read(edit(text, old, new))


def indicator(page):
    return row(page, "indicators")


def reports(page):
    return [found.report for found in page.records["indicator_quarters"]]


def table(page):
    return [
        (found.quarter, found.result_value, found.score, found.criterion_2_1, found.criterion_2_2)
        for found in page.records["indicator_quarters"]
    ]


# --- what a page says


def test_a_full_page_says_all_of_this_without_an_issue():
    page = read(INDICATOR)
    assert (page.kind, page.code, page.outcome, page.copy_kind) == (
        "indicator",
        INDICATOR_CODE,
        "ok",
        "text",
    )
    assert columns(page, "indicators") == [
        {
            "page_code": INDICATOR_CODE,
            "position": 1,
            "project_code": None,
            "indicator_code": INDICATOR_CODE,
            "name": NAME,
            "unit": "ร้อยละ",
            "target_text": "80.0000",
            "target_value": 80.0,
            "result_text": "62.5000",
            "result_value": 62.5,
            "indicator_type": "ตัวชี้วัดเชิงยุทธศาสตร์",
            "result_level": "ตัวชี้วัดระดับผลผลิต (output)",
            "evaluation_quarter": 3,
            "evaluation_score": 85.0,
            "summary": SUMMARY,
            "definition": DEFINITION,
        }
    ]
    assert table(page) == [
        (1, 15.0, 100.0, 100.0, 100.0),
        (2, 40.0, 75.0, 100.0, 50.0),
        (3, 62.5, None, 0.0, 0.0),
        (4, 0.0, 100.0, 0.0, 0.0),
    ]
    assert reports(page) == REPORTS
    assert {found.indicator_code for found in page.records["indicator_quarters"]} == {INDICATOR_CODE}
    assert (page.issues, page.lines_unparsed) == ([], 0)


def test_each_value_knows_its_line():
    page = read(INDICATOR)
    said = {
        (found.table_name, found.position, found.column): page.lines[found.line_first - 1 : found.line_last]
        for found in page.records["field_lines"]
    }
    assert said["indicators", 1, "name"] == [f"{NAME} : {INDICATOR_CODE}"]
    assert said["indicators", 1, "evaluation_score"] == [EVALUATION]
    assert said["indicators", 1, "definition"] == [DEFINITION]
    assert said["indicator_quarters", 2, "report"] == [REPORTS[1]]
    assert ("indicator_quarters", 4, "report") not in said


def test_a_reduced_copy_has_what_stands_behind_labels_and_guesses_nothing():
    page = read(REDUCED_INDICATOR)
    found = indicator(page)
    assert (page.outcome, page.copy_kind, page.code) == ("ok", "reduced_text", INDICATOR_CODE)
    assert (found.indicator_code, found.target_value, found.result_value) == (INDICATOR_CODE, 80.0, 62.5)
    assert (found.evaluation_quarter, found.evaluation_score) == (3, None)
    assert (found.name, found.summary, found.definition) == (None, None, None)
    assert page.records["indicator_quarters"] == []
    assert codes(page) == ["unassigned_text"] * 2


# --- name and code


@pytest.mark.parametrize(
    "name",
    [
        "7. จำนวนชุมชน",
        "(10) จำนวนชุมชน",
        "๑. จำนวนชุมชน",
        "ปี 2564 ๒. จำนวนชุมชน",
        "-จำนวนชุมชน",
        "-",
        "มิติที่ 3 (3.2) จำนวนชุมชน",
        "จำนวนชุมชน : ระยะที่ 2",
        "จำนวนชุมชน “ตัวอย่าง” และ \"สมมุติ\" 'อื่น'",
        "1. จำนวนชุมชน 2. จำนวนตลาด : ริมคลอง 3. จำนวนสวน",
        "ร้อยละ 80 : 2100-820",
        "ค่าเป้าหมายของชุมชน",
    ],
)
def test_a_name_is_all_before_the_last_colon(name):
    page = with_part(NAME, name)
    assert (indicator(page).name, page.code, page.issues) == (name, INDICATOR_CODE, [])


@pytest.mark.parametrize("colon", [" : ", " :", ": ", ":"])
def test_colons_stand_with_blanks_or_without(colon):
    assert columns(read(INDICATOR.replace(" : ", colon)), "indicators") == columns(
        read(INDICATOR), "indicators"
    )
    assert read(INDICATOR.replace(" : ", colon)).issues == []


@pytest.mark.parametrize("code", ["2100-820", "0411-1037"])
@pytest.mark.parametrize("digits", [str, in_thai_digits])
def test_a_code_has_three_or_four_digits_behind_its_hyphen(code, digits):
    page = read(INDICATOR.replace(INDICATOR_CODE, digits(code)), None)
    assert (page.code, indicator(page).indicator_code, page.issues) == (code, code, [])


def test_where_the_name_line_is_lost_the_address_gives_the_code_and_the_name_is_null():
    page = with_part(f"{NAME} : {INDICATOR_CODE}\n", "")
    assert (page.code, indicator(page).page_code, indicator(page).name) == (
        INDICATOR_CODE,
        INDICATOR_CODE,
        None,
    )
    assert set(told(page)) == {
        ("missing_label", "indicators.name"),
        ("code_unreadable", "indicators.indicator_code"),
    }


@pytest.mark.parametrize("damaged", [f"{NAME} : ", NAME, f"{NAME} : 5099-10x7", f"{NAME} : 50991037"])
def test_a_name_line_without_a_code_that_can_be_read_stays_unread(damaged):
    page = with_part(f"{NAME} : {INDICATOR_CODE}", damaged)
    assert (page.code, indicator(page).name) == (INDICATOR_CODE, None)
    assert [issue.text for issue in page.issues if issue.code == "unparsed_text"] == [damaged.strip()]


def test_without_any_code_a_page_has_no_rows():
    page = read(edit(INDICATOR, f" : {INDICATOR_CODE}", ""), None)
    assert (page.code, page.records) == (None, {})
    assert "page_code_unknown" in codes(page)


def test_a_page_of_another_code_than_the_address_is_the_wrong_page():
    assert read(INDICATOR, "5099-1038").outcome == "wrong_page"


def test_a_page_without_its_title_is_told():
    page = with_part("รายละเอียดตัวชี้วัด\n\n", "")
    assert (indicator(page).name, codes(page)) == (NAME, ["missing_heading"])


# --- the parts that other modules read


def test_the_evaluation_line_may_have_no_score():
    page = with_part(EVALUATION, EVALUATION.removesuffix(" 85"))
    assert (indicator(page).evaluation_quarter, indicator(page).evaluation_score) == (3, None)
    assert page.issues == []


def test_a_page_without_its_evaluation_line_is_told():
    page = with_part(f"{EVALUATION}\n", "")
    assert told(page) == [("missing_label", "indicators.evaluation_quarter")]


def test_a_type_may_be_empty_and_a_level_without_parentheses():
    page = with_part("ตัวชี้วัดเชิงยุทธศาสตร์\n(ตัวชี้วัดระดับผลผลิต (output))", "\nตัวชี้วัดระดับผลลัพธ์ (outcome)")
    assert (indicator(page).indicator_type, indicator(page).result_level) == (
        None,
        "ตัวชี้วัดระดับผลลัพธ์ (outcome)",
    )
    assert page.issues == []


def test_all_scores_may_be_blank():
    page = read(INDICATOR.replace("100.0000", "").replace("75.0000", ""))
    assert ([found[2] for found in table(page)], page.issues) == ([None] * 4, [])


def test_a_page_without_its_table_is_told():
    page = with_part(QUARTERS, "")
    assert page.records["indicator_quarters"] == []
    assert ("missing_label", "indicator_quarters") in told(page)
    assert [issue.text for issue in page.issues if issue.code == "unparsed_text"] == [*REPORTS[:3], "-"]


def test_a_table_whose_heading_is_lost_is_still_read():
    page = with_part(HEADINGS[0], "")
    assert (table(page), codes(page)) == (table(read(INDICATOR)), ["missing_heading"])


def test_the_bare_zero_may_be_a_thai_one_or_absent_and_another_number_is_told():
    assert with_part("\n0\n", "\n๐\n").issues == []
    assert with_part("\n0\n", "\n").issues == []
    assert codes(with_part("\n0\n", "\n5\n")) == ["unparsed_text"]


# --- summary and definition


@pytest.mark.parametrize(("text", "column"), [(SUMMARY, "summary"), (DEFINITION, "definition")])
def test_a_text_that_is_not_there_is_null_and_told(text, column):
    page = with_part(text, "")
    assert getattr(indicator(page), column) is None
    assert told(page) == [("empty_value", f"indicators.{column}")]


def test_a_summary_of_two_lines_is_one_text():
    page = with_part(SUMMARY, f"{SUMMARY}\n\nยังไม่แล้วเสร็จ 300 เมตร")
    assert (indicator(page).summary, codes(page)) == (
        f"{SUMMARY}\nยังไม่แล้วเสร็จ 300 เมตร",
        ["several_paragraphs"],
    )


def test_with_text_below_the_last_section_the_definition_is_null():
    page = with_part(DEFINITION, f"{DEFINITION}\n\nสูตรคำนวณ")
    assert indicator(page).definition is None
    assert codes(page) == ["open_end", "unparsed_text", "unparsed_text"]


# --- headings


@pytest.mark.parametrize("heading", HEADINGS[:-1])
def test_a_heading_that_is_lost_is_told_and_no_text_comes_under_another(heading):
    page = read(edit(INDICATOR, f"\n{heading}\n", "\n"))
    sound = read(INDICATOR)
    assert "missing_heading" in codes(page)
    for ours, theirs in zip(reports(page), reports(sound), strict=True):
        assert ours is None or theirs in ours
    for column in ("summary", "definition"):
        assert getattr(indicator(page), column) in (getattr(indicator(sound), column), None)


def test_without_its_last_heading_a_text_copy_is_truncated():
    page = read(INDICATOR.partition(HEADINGS[-1])[0])
    assert page.outcome == "truncated"


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_heading_that_stands_twice_is_told(heading):
    page = with_part(f"\n{heading}\n", f"\n{heading}\n\n{heading}\n")
    assert codes(page) == ["misplaced_heading"]
    assert columns(page, "indicators") == columns(read(INDICATOR), "indicators")
    assert columns(page, "indicator_quarters") == columns(read(INDICATOR), "indicator_quarters")


def test_a_heading_out_of_order_is_told():
    text = edit(INDICATOR, HEADINGS[-2], "@").replace(HEADINGS[-1], HEADINGS[-2]).replace("@", HEADINGS[-1])
    page = read(text)
    assert "misplaced_heading" in codes(page)
    assert SUMMARY not in (indicator(page).definition or "")
    assert indicator(page).summary != DEFINITION


# --- copies


@pytest.mark.parametrize("encoding", ["utf-8", "cp874"])
def test_html_says_the_same(encoding):
    page = read(
        cells(INDICATOR.replace("\n\n", "\n").replace("62.50\n0 / 0", "62.50\n\n0 / 0")).encode(encoding)
    )
    assert (page.copy_kind, page.encoding, page.issues) == ("html", encoding, [])
    for name in ("indicators", "indicator_quarters"):
        assert columns(page, name) == columns(read(INDICATOR), name)


def test_all_in_thai_digits_says_the_same_numbers():
    page = read(in_thai_digits(INDICATOR))
    assert table(page) == table(read(INDICATOR))
    found = indicator(page)
    assert (found.indicator_code, found.target_value, found.result_value) == (INDICATOR_CODE, 80.0, 62.5)
    assert (found.evaluation_quarter, found.evaluation_score) == (3, 85.0)
    assert [report is None for report in reports(page)] == [False, False, False, True]
    assert page.issues == []


def test_of_two_pages_in_one_file_the_second_is_told():
    page = read(INDICATOR + "\n" + INDICATOR.replace(INDICATOR_CODE, "5099-1038"))
    assert columns(page, "indicators") == columns(read(INDICATOR), "indicators")
    assert "second_page" in codes(page)
