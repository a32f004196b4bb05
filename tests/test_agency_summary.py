"""An agency's summary page, full and reduced, one form at a time."""

import pytest

from tests.kind_template import (
    AGENCY_CODE,
    AGENCY_HEAD,
    AGENCY_SUMMARY,
    AGENCY_TABLE,
    REDUCED_AGENCY_SUMMARY,
    ROUTINE,
    STRATEGY,
    agency_indicator,
    cells,
    columns,
    in_thai_digits,
    parse,
    row,
)
from tests.template import codes, edit, told

TITLE = "ผลการปฏิบัติราชการประจำปี : ของหน่วยงาน : 50990000"
DIMENSION_HEADING = "มิติที่ 2 ด้านประสิทธิภาพของการปฏิบัติราชการ"
DIMENSION = "[มิติที่ 2 : ด้านประสิทธิภาพ]"
NAME = "ร้อยละของร้านที่ได้รับป้าย"
REPORTS = ["ตรวจแล้ว 45 แห่ง", "ตรวจแล้ว 96 แห่ง", None, None]
ROWS = [
    (1, 15.0, None, 100.0, 100.0),
    (2, 40.0, None, 100.0, 50.0),
    (3, 62.5, None, 0.0, 0.0),
    (4, 0.0, None, 0.0, 0.0),
]


def read(text, code=AGENCY_CODE):
    return parse(text, "agency_summary", code)


def with_part(old, new, text=AGENCY_SUMMARY):
    return read(edit(text, old, new))


def one(page):
    return row(page, "agency_indicators")


def table(page):
    return [
        (found.quarter, found.result_value, found.score, found.criterion_2_1, found.criterion_2_2)
        for found in page.records["agency_indicator_quarters"]
    ]


def reports(page):
    return [found.report for found in page.records["agency_indicator_quarters"]]


def several(count):
    return AGENCY_HEAD + "\n".join(agency_indicator(n, f"ตัวชี้วัดที่ {n}") for n in range(1, count + 1))


# --- what a page says


def test_a_full_page_says_all_of_this_without_an_issue():
    page = read(AGENCY_SUMMARY)
    assert (page.kind, page.code, page.outcome, page.copy_kind) == (
        "agency_summary",
        AGENCY_CODE,
        "ok",
        "text",
    )
    assert columns(page, "agency_indicators") == [
        {
            "page_code": AGENCY_CODE,
            "position": 1,
            "agency_code": "50990000",
            "dimension": 2,
            "fiscal_year_be": None,
            "sequence": 1,
            "name": NAME,
            "dimension_name": "ด้านประสิทธิภาพ",
            "negotiated": None,
            "strategy_text": STRATEGY,
            "unit": "ร้อยละ",
            "target_value": 90.0,
            "result_value": 62.5,
        }
    ]
    assert (table(page), reports(page)) == (ROWS, REPORTS)
    assert (page.issues, page.lines_unparsed) == ([], 0)
    said = {
        (found.table_name, found.position, found.column): page.lines[found.line_first - 1]
        for found in page.records["field_lines"]
    }
    assert said == {("agency_indicator_quarters", n, "report"): REPORTS[n - 1] for n in (1, 2)}


@pytest.mark.parametrize("count", [1, 2, 5, 12])
def test_each_indicator_has_its_own_table_and_reports(count):
    page = read(several(count))
    assert [(found.position, found.sequence, found.name) for found in page.records["agency_indicators"]] == [
        (n, n, f"ตัวชี้วัดที่ {n}") for n in range(1, count + 1)
    ]
    assert (table(page), reports(page)) == (ROWS * count, REPORTS * count)
    assert [
        (found.indicator_position, found.position) for found in page.records["agency_indicator_quarters"]
    ] == [(indicator, n) for indicator in range(1, count + 1) for n in (1, 2, 3, 4)]
    assert (page.issues, page.lines_unparsed) == ([], 0)


def test_a_page_without_indicators_is_an_empty_record():
    page = read(AGENCY_HEAD)
    assert (page.kind, page.outcome, page.records) == ("unknown", "empty_record", {})


def test_a_page_whose_indicator_cannot_be_found_is_not_taken_for_an_empty_one():
    page = read(edit(edit(AGENCY_SUMMARY, f"(1) {NAME}\n", ""), f"{DIMENSION}\n", ""))
    assert (page.kind, page.outcome, page.records["agency_indicators"]) == ("agency_summary", "ok", [])
    assert {"หน่วยนับ :ร้อยละ", "15.00"} <= {issue.text for issue in page.issues}


@pytest.mark.parametrize("joined", [False, True])
def test_a_reduced_copy_has_rows_joined_and_guesses_no_report(joined):
    text = REDUCED_AGENCY_SUMMARY
    page = read(text.replace("| |", "|  |") if joined else text)
    found = one(page)
    assert (page.outcome, page.copy_kind, page.code) == ("ok", "reduced_text", AGENCY_CODE)
    assert (found.agency_code, found.dimension, found.sequence, found.name) == ("50990000", 2, 1, NAME)
    assert (found.strategy_text, found.unit, found.target_value) == (STRATEGY, "ร้อยละ", 90.0)
    assert (table(page), reports(page)) == (ROWS, [None] * 4)
    assert codes(page) == ["unassigned_text"]


def test_a_reduced_copy_that_has_lost_its_numbers_does_not_tell_name_from_strategy():
    page = read(REDUCED_AGENCY_SUMMARY.partition("\n")[2])
    found = one(page)
    assert (found.sequence, found.name, found.strategy_text) == (None, None, None)
    assert (found.dimension_name, found.unit, found.result_value, table(page)) == (
        "ด้านประสิทธิภาพ",
        "ร้อยละ",
        62.5,
        ROWS,
    )
    unread = [issue.text for issue in page.issues if issue.code == "unassigned_text"]
    assert unread == [STRATEGY, NAME, "ตรวจแล้ว 45 แห่ง"]


@pytest.mark.parametrize("edge", [" |", "|"])
def test_rows_of_a_reduced_copy_may_end_with_a_line(edge):
    lines = REDUCED_AGENCY_SUMMARY.splitlines()
    page = read("\n".join(line + edge if "|" in line else line for line in lines))
    assert (table(page), codes(page)) == (ROWS, ["unassigned_text"])


def test_a_reduced_copy_that_has_kept_its_reports_gives_them():
    text = edit(
        REDUCED_AGENCY_SUMMARY,
        "ตรวจแล้ว 45 แห่ง",
        "รายงานผลฯ ไตรมาสที่ 1\nตรวจแล้ว 45 แห่ง\nรายงานผลฯ ไตรมาสที่ 2\n-",
    )
    page = read(text)
    assert (reports(page), page.issues) == (["ตรวจแล้ว 45 แห่ง", None, None, None], [])


def test_several_indicators_of_a_reduced_copy_are_divided_with_or_without_their_numbers():
    second = REDUCED_AGENCY_SUMMARY.replace("(1)", "(2)").replace(NAME, "จำนวนร้าน")
    for text in (
        REDUCED_AGENCY_SUMMARY + second,
        REDUCED_AGENCY_SUMMARY.partition("\n")[2] + second.partition("\n")[2],
    ):
        page = read(text)
        assert (len(page.records["agency_indicators"]), table(page)) == (2, ROWS * 2)
        assert set(codes(page)) == {"unassigned_text"}


# --- head


@pytest.mark.parametrize("code", ["50990000-2", None])
def test_agency_and_dimension_are_printed(code):
    page = read(AGENCY_SUMMARY, code)
    assert (page.code, one(page).page_code, one(page).agency_code, one(page).dimension) == (
        "50990000-2",
        "50990000-2",
        "50990000",
        2,
    )


def test_the_year_is_in_the_address_alone():
    page = read(AGENCY_SUMMARY, "50990000-2-2564")
    assert (page.code, one(page).page_code, one(page).fiscal_year_be, page.outcome) == (
        "50990000-2-2564",
        "50990000-2-2564",
        2564,
        "ok",
    )


@pytest.mark.parametrize("code", ["50990000-1", "50980000-2"])
def test_another_agency_or_dimension_than_in_the_address_is_the_wrong_page(code):
    assert read(AGENCY_SUMMARY, code).outcome == "wrong_page"


@pytest.mark.parametrize("colon", [" : ", " :", ": ", ":"])
def test_colons_stand_with_blanks_or_without(colon):
    page = read(AGENCY_SUMMARY.replace(" : ", colon).replace(" :", colon))
    assert (one(page).dimension_name, one(page).unit, one(page).target_value) == (
        "ด้านประสิทธิภาพ",
        "ร้อยละ",
        90.0,
    )
    assert page.issues == []


@pytest.mark.parametrize("line", [TITLE, DIMENSION_HEADING])
def test_a_head_that_lacks_a_line_is_told_and_the_address_gives_what_it_said(line):
    page = with_part(f"{line}\n", "")
    assert (one(page).agency_code, one(page).dimension) == ("50990000", 2)
    assert "missing_heading" in codes(page)


@pytest.mark.parametrize("am", ["\u0e4d\u0e32", "\u0e33\u0e32"])
def test_the_title_is_read_in_each_form_of_sara_am(am):
    page = read(edit(AGENCY_SUMMARY, TITLE, TITLE.replace("\u0e33", am)), None)
    assert (page.code, page.issues) == (AGENCY_CODE, [])


@pytest.mark.parametrize("code", ["5099000", "509900000", ""])
def test_a_code_of_another_length_is_no_agency(code):
    page = with_part(TITLE, f"ผลการปฏิบัติราชการประจำปี : ของหน่วยงาน : {code}")
    assert one(page).agency_code == "50990000"
    assert {issue.code for issue in page.issues} & {"unreadable_value", "empty_value"}


# --- number, name, dimension, strategy


@pytest.mark.parametrize(
    "name",
    [
        "7. จำนวนร้าน",
        "5.1 จำนวนร้าน",
        "(5.2) จำนวนร้าน",
        "๑. จำนวนร้าน",
        "-จำนวนร้าน",
        "จำนวนร้าน : ริมคลอง",
        "ปี 2564 ๒. จำนวนร้าน",
        "จำนวน “ร้าน” (ใหม่)",
    ],
)
def test_a_name_stands_behind_its_number_and_again_below(name):
    page = read(AGENCY_HEAD + agency_indicator(1, name))
    assert (one(page).sequence, one(page).name, page.issues) == (1, name, [])


@pytest.mark.parametrize("number", ["(๑)", "( 1 )", "(1)"])
def test_a_number_may_be_thai_or_have_blanks(number):
    page = with_part(f"(1) {NAME}", f"{number} {NAME}")
    assert (one(page).sequence, one(page).name, page.issues) == (1, NAME, [])


@pytest.mark.parametrize("numbers", [(1, 1), (1, 3), (2, 3), (2, 1)])
def test_numbers_that_repeat_or_leave_a_gap_are_kept_and_told(numbers):
    first, second = numbers
    page = read(AGENCY_HEAD + agency_indicator(first) + agency_indicator(second, "จำนวนร้าน"))
    assert [found.sequence for found in page.records["agency_indicators"]] == [first, second]
    assert told(page) == [("numbering", "agency_indicators.sequence")]


def test_a_page_cut_in_the_line_of_its_next_indicator_is_truncated_and_that_line_no_report():
    page = read(f"{AGENCY_SUMMARY}(2) จำนว")
    assert (page.outcome, reports(page)) == ("truncated", REPORTS)
    assert page.records["agency_indicators"][1].name == "จำนว"


def test_a_full_page_that_lacks_the_numbered_line_is_told():
    page = with_part(f"(1) {NAME}\n", "")
    assert (one(page).sequence, one(page).name) == (None, None)
    assert ("missing_label", "agency_indicators.name") in told(page)


@pytest.mark.parametrize(
    ("said", "negotiated"),
    [
        ("ด้านประสิทธิภาพ ตัวชี้วัดเจรจาตกลง", "ตัวชี้วัดเจรจาตกลง"),
        ("เจรจา", "เจรจา"),
        ("ด้านประสิทธิภาพ : (เจรจาต่อรอง)", "(เจรจาต่อรอง)"),
        ("ด้านประสิทธิภาพ", None),
    ],
)
def test_the_dimension_says_whether_the_indicator_was_negotiated(said, negotiated):
    page = with_part(DIMENSION, f"[มิติที่ 2 : {said}]")
    assert (one(page).dimension_name, one(page).negotiated, page.issues) == (said, negotiated, [])


def test_an_indicator_of_another_dimension_than_the_page_is_told():
    page = with_part(DIMENSION, "[มิติที่ 3 : ด้านประสิทธิภาพ]")
    assert told(page) == [("values_disagree", "agency_indicators.dimension")]


@pytest.mark.parametrize(
    "lines", [f"{ROUTINE}\n\n{ROUTINE}", f"{ROUTINE}\n{ROUTINE}", f"{ROUTINE} {ROUTINE}", ROUTINE]
)
def test_routine_work_has_no_strategy_and_says_so_in_one_line_or_two(lines):
    page = with_part(STRATEGY, lines)
    assert (one(page).strategy_text, page.issues, page.lines_unparsed) == (None, [], 0)


def test_an_indicator_with_neither_is_told():
    page = with_part(f"{STRATEGY}\n", "")
    assert told(page) == [("missing_label", "agency_indicators.strategy_text")]


def test_of_two_strategies_or_strategy_and_routine_nothing_is_believed():
    for other in (STRATEGY.replace("๓.๒.๑", "๓.๒.๒"), ROUTINE):
        page = with_part(STRATEGY, f"{STRATEGY}\n\n{other}")
        assert one(page).strategy_text is None
        assert "unparsed_text" in codes(page)


# --- unit, target and result


@pytest.mark.parametrize("unit", ["ครั้ง", "ร้อยละ (ลดลง)", "เขตละ...เส้นทาง", "ระดับ : 1-5", "ร้อยละ 30"])
def test_a_unit_is_all_behind_its_label(unit):
    text = edit(AGENCY_SUMMARY, "หน่วยนับ :ร้อยละ", f"หน่วยนับ :{unit}")
    page = read(edit(text, "(ร้อยละ)", f"({unit})"))
    assert (one(page).unit, table(page), page.issues) == (unit, ROWS, [])


@pytest.mark.parametrize(
    ("label", "column"), [("เป้าหมาย :90.00", "target_value"), ("ผลงาน :62.50", "result_value")]
)
@pytest.mark.parametrize(
    ("printed", "value"), [("0.00", 0.0), ("1,407.52", 1407.52), ("5", 5.0), ("๙๐.๐๐", 90.0), ("๑0.๗", 10.7)]
)
def test_target_and_result_are_numbers(label, column, printed, value):
    page = with_part(f"\n{label}", f"\n{label.partition(':')[0]}:{printed}")
    assert (getattr(one(page), column), page.issues) == (value, [])


@pytest.mark.parametrize(
    ("label", "column"), [("เป้าหมาย :90.00", "target_value"), ("ผลงาน :62.50", "result_value")]
)
@pytest.mark.parametrize(
    ("printed", "code"), [("ร้อยละ 80", "unreadable_value"), ("", "empty_value"), ("1,40", "unreadable_value")]
)
def test_what_is_no_number_is_null_and_told(label, column, printed, code):
    page = with_part(f"\n{label}", f"\n{label.partition(':')[0]}:{printed}")
    assert getattr(one(page), column) is None
    assert told(page) == [(code, f"agency_indicators.{column}")]


@pytest.mark.parametrize(
    ("line", "column"),
    [("หน่วยนับ :ร้อยละ", "unit"), ("เป้าหมาย :90.00", "target_value"), ("ผลงาน :62.50", "result_value")],
)
def test_a_line_that_is_lost_is_null_and_told(line, column):
    page = with_part(f"\n{line}\n", "\n")
    assert getattr(one(page), column) is None
    assert told(page) == [("missing_label", f"agency_indicators.{column}")]


# --- table and reports


def test_an_indicator_without_its_table_is_told():
    page = with_part(AGENCY_TABLE, "")
    assert page.records["agency_indicator_quarters"] == []
    assert ("missing_label", "agency_indicator_quarters") in told(page)


@pytest.mark.parametrize("quarter", [1, 2, 3, 4])
def test_a_heading_of_a_report_that_is_lost_is_told(quarter):
    first = edit(AGENCY_SUMMARY, f"รายงานผลฯ ไตรมาสที่ {quarter}\n", "")
    page = read(first + agency_indicator(2, "จำนวนร้าน"))
    assert "missing_heading" in codes(page)
    assert reports(page)[4:] == REPORTS


def test_a_report_of_two_lines_is_one_text_unless_it_is_the_pages_last():
    two = "ตรวจครบ\n\nมอบป้ายแล้ว\n"
    first = AGENCY_HEAD + agency_indicator() + two + "\n" + agency_indicator(2, "จำนวนร้าน")
    assert reports(read(first))[3] == "ตรวจครบ\nมอบป้ายแล้ว"
    assert codes(read(first)) == ["several_paragraphs"]
    last = read(AGENCY_SUMMARY + two)
    assert (reports(last)[3], codes(last)) == (None, ["open_end", "unparsed_text", "unparsed_text"])


def test_a_text_copy_that_ends_above_its_last_heading_is_truncated():
    assert read(AGENCY_SUMMARY.rpartition("รายงานผลฯ")[0]).outcome == "truncated"


# --- copies


def test_html_says_the_same():
    text = (
        AGENCY_SUMMARY.replace("\n\n", "\n").replace("00\n100 /", "00\n\n100 /").replace("0\n0 /", "0\n\n0 /")
    )
    for encoding in ("utf-8", "cp874"):
        page = read(cells(text).encode(encoding))
        assert (page.copy_kind, page.encoding, page.issues) == ("html", encoding, [])
        for name in ("agency_indicators", "agency_indicator_quarters"):
            assert columns(page, name) == columns(read(AGENCY_SUMMARY), name)


def test_all_in_thai_digits_says_the_same_numbers():
    page = read(in_thai_digits(AGENCY_SUMMARY))
    found = one(page)
    assert (found.agency_code, found.dimension, found.sequence) == ("50990000", 2, 1)
    assert (found.target_value, found.result_value, table(page)) == (90.0, 62.5, ROWS)
    assert page.issues == []


def test_of_two_pages_in_one_file_the_second_is_told():
    page = read(AGENCY_SUMMARY + "\n" + AGENCY_SUMMARY.replace("50990000", "50980000"))
    assert columns(page, "agency_indicators") == columns(read(AGENCY_SUMMARY), "agency_indicators")
    assert "second_page" in codes(page)
