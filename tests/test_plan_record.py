"""The planning system's view of a project, one form at a time."""

import datetime as dt
from html import escape

import pytest

import parsers
from tests.kind_template import (
    INDICATOR_CODE,
    PLAN_CELLS,
    PLAN_HEAD,
    PLAN_RECORD,
    PLAN_RECORD_IN_CELLS,
    PROJECT_CODE,
    REDUCED_PLAN_RECORD,
    columns,
    in_thai_digits,
    parse,
    row,
)
from tests.layouts import html5
from tests.template import codes, edit, told

LABELS = dict(
    zip(
        (
            "project_code",
            "fiscal_year_be",
            "name",
            "policy_id",
            "branch_id",
            "indicator_code",
            "budget_received_thb",
            "budget_spent_thb",
            "progress_percent",
            "agency_name",
            "start_date",
            "finish_date",
            "rationale",
        ),
        (label for label, _ in PLAN_CELLS),
        strict=True,
    )
)
SAID = {
    "project_code": PROJECT_CODE,
    "name": "ปรับปรุงทางเดินริมคลอง",
    "fiscal_year_be": 2566,
    "agency_name": "สำนักงานเขตตัวอย่าง",
    "progress_percent": 45.0,
    "budget_received_thb": 1285840.5,
    "budget_spent_thb": 85840.0,
    "start_date": dt.date(2022, 10, 1),
    "finish_date": dt.date(2023, 9, 30),
    "indicator_code": INDICATOR_CODE,
    "policy_id": "P-0302",
    "branch_id": "5",
    "rationale": "ทางเดินเดิมชำรุด จึงจัดทำโครงการ",
}
NOT_SET = "(ไม่ได้ตั้ง)"


def read(text, code=PROJECT_CODE):
    return parse(text, "plan_record", code)


def glued(cells):
    return PLAN_HEAD + "".join(f"{label}{value}\n" for label, value in cells)


def apart(cells):
    return PLAN_HEAD + "".join(f"{label}\n{value}\n" for label, value in cells)


def in_table(cells):
    rows = "".join(f"<tr><th>{escape(label)}</th><td>{escape(value)}</td></tr>" for label, value in cells)
    head = "".join(f"<p>{escape(line)}</p>" for line in PLAN_HEAD.split("\n") if line)
    return html5("", f"{head}<table>{rows}</table>", "utf-8")


LAYOUTS = {"glued": glued, "apart": apart, "in a table": in_table}
every_layout = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)


def with_cell(column, value, layout=glued):
    return read(layout([(label, value if label == LABELS[column] else own) for label, own in PLAN_CELLS]))


def record(page):
    return row(page, "plan_records")


# --- what a page says


@every_layout
def test_a_page_says_all_of_this_without_an_issue(layout):
    page = read(layout(PLAN_CELLS))
    assert (page.kind, page.code, page.outcome) == ("plan_record", PROJECT_CODE, "ok")
    assert columns(page, "plan_records") == [SAID]
    assert (page.issues, page.lines_unparsed) == ([], 0)


def test_each_value_knows_its_line():
    page = read(PLAN_RECORD_IN_CELLS)
    said = {found.column: page.lines[found.line_first - 1] for found in page.records["field_lines"]}
    assert said == {column: dict(PLAN_CELLS)[label] for column, label in LABELS.items()}


@pytest.mark.parametrize("encoding", ["utf-8", "cp874"])
def test_html_is_read_in_either_encoding(encoding):
    page = read(in_table(PLAN_CELLS).encode(encoding))
    assert (page.copy_kind, page.encoding, columns(page, "plan_records"), page.issues) == (
        "html",
        encoding,
        [SAID],
        [],
    )


def test_a_reduced_copy_says_the_same_without_its_head():
    page = read(REDUCED_PLAN_RECORD)
    assert (page.copy_kind, page.code, columns(page, "plan_records"), page.issues) == (
        "reduced_text",
        PROJECT_CODE,
        [SAID],
        [],
    )


def test_of_a_reduced_copy_the_progress_alone_may_be_left():
    page = read("คืบหน้าล่าสุด : ร้อยละ 45\n")
    assert columns(page, "plan_records") == [
        dict.fromkeys(SAID) | {"project_code": PROJECT_CODE, "progress_percent": 45.0}
    ]
    assert (page.copy_kind, page.issues) == ("reduced_text", [])


def test_all_in_thai_digits_says_the_same():
    page = read(in_thai_digits(PLAN_RECORD))
    said = SAID | {"policy_id": "P-๐๓๐๒", "branch_id": "๕"}
    assert (columns(page, "plan_records"), page.code, page.issues) == ([said], PROJECT_CODE, [])


@pytest.mark.parametrize("colon", [" : ", " :", ": ", ":"])
def test_colons_stand_with_blanks_or_without(colon):
    text = edit(PLAN_RECORD, "กิจกรรม: ", f"กิจกรรม{colon}")
    page = read(edit(text, "คืบหน้าล่าสุด : ", f"คืบหน้าล่าสุด{colon}"))
    assert (columns(page, "plan_records"), page.issues) == ([SAID], [])


# --- empty and unset cells


@every_layout
@pytest.mark.parametrize(
    "column", [column for column in LABELS if column not in ("project_code", "progress_percent")]
)
def test_what_is_not_set_is_null(layout, column):
    page = with_cell(column, NOT_SET, layout)
    assert (columns(page, "plan_records"), page.issues) == ([SAID | {column: None}], [])


@every_layout
@pytest.mark.parametrize("column", ["policy_id", "branch_id"])
def test_an_id_may_be_blank(layout, column):
    page = with_cell(column, "", layout)
    assert (columns(page, "plan_records"), page.issues) == ([SAID | {column: None}], [])


@every_layout
@pytest.mark.parametrize(
    "column",
    [
        column
        for column in LABELS
        if column not in ("policy_id", "branch_id", "project_code", "progress_percent")
    ],
)
def test_another_cell_that_is_blank_is_null_and_told(layout, column):
    page = with_cell(column, "", layout)
    assert columns(page, "plan_records") == [SAID | {column: None}]
    assert told(page) == [("empty_value", f"plan_records.{column}")]


@pytest.mark.parametrize(
    "column", [column for column in LABELS if column not in ("project_code", "progress_percent")]
)
def test_a_row_that_is_lost_is_null_and_told(column):
    cells = [(label, value) for label, value in PLAN_CELLS if label != LABELS[column]]
    page = read(in_table(cells))
    assert columns(page, "plan_records") == [SAID | {column: None}]
    assert told(page) == [("missing_label", f"plan_records.{column}")]


# --- names and texts


@every_layout
@pytest.mark.parametrize(
    "name",
    [
        "ปี 2565 ปรับปรุงทางเดิน",
        "ปี2565 ปรับปรุงทางเดิน",
        "หน่วยงานตัวอย่าง : ปรับปรุงทางเดิน",
        "หน่วยงานต้นแบบ",
        "รหัสโครงการ 5",
        "คืบหน้าล่าสุด",
        "หลักการและเหตุผลของทางเดิน",
        "ชื่อโครงการเดิม",
        "Policy ID 5",
        "งบฯ ที่ได้รับ (บาท) 500",
        "(ใหม่) อ.2/2โครงการ-ทางเดิน",
        "-",
    ],
)
def test_a_name_may_begin_like_a_label(layout, name):
    page = with_cell("name", name, layout)
    assert (columns(page, "plan_records"), page.issues) == ([SAID | {"name": name}], [])


@every_layout
@pytest.mark.parametrize("rationale", ["ปี 2565 มีน้ำท่วม", "หน่วยงานขอรับการสนับสนุน : 5 แห่ง", "1. ชำรุด 2. แคบ"])
def test_a_rationale_may_begin_like_a_label(layout, rationale):
    page = with_cell("rationale", rationale, layout)
    assert (columns(page, "plan_records"), page.issues) == ([SAID | {"rationale": rationale}], [])


@every_layout
@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("ส\u0e4d\u0e32นักงานเขตตัวอย่าง", "สำนักงานเขตตัวอย่าง"),
        ("หน่วยงานตรวจสอบ", "หน่วยงานตรวจสอบ"),
        ("สำนักวัฒนธรรม กีฬา", "สำนักวัฒนธรรม กีฬา"),
    ],
)
def test_the_name_of_an_agency_is_tidied_so_that_it_joins(layout, printed, kept):
    page = with_cell("agency_name", printed, layout)
    assert (record(page).agency_name, page.issues) == (kept, [])


def test_lines_below_the_rationale_make_it_doubtful():
    page = read(PLAN_RECORD + "อีกย่อหน้า\n")
    assert record(page).rationale is None
    assert "open_end" in codes(page)


def test_a_line_within_the_table_that_is_no_label_is_told():
    page = read(edit(PLAN_RECORD, "Policy ID", "บรรทัดอื่น\nPolicy ID"))
    assert columns(page, "plan_records") == [SAID]
    assert [issue.text for issue in page.issues] == ["บรรทัดอื่น"]


# --- numbers, dates and codes


@every_layout
@pytest.mark.parametrize("column", ["budget_received_thb", "budget_spent_thb"])
@pytest.mark.parametrize(
    ("printed", "baht"),
    [
        ("0", 0.0),
        ("0.00", 0.0),
        ("85,840", 85840.0),
        ("85840", 85840.0),
        ("1,285,840.50", 1285840.5),
        ("๘๕,๘๔๐", 85840.0),
        ("85,840 บาท", 85840.0),
        ("-500", -500.0),
    ],
)
def test_an_amount_is_in_baht(layout, column, printed, baht):
    page = with_cell(column, printed, layout)
    assert (getattr(record(page), column), page.issues) == (baht, [])


@every_layout
@pytest.mark.parametrize(
    "printed", ["2022-11-05 00:00:00.000", "2022-11-05 08:30:15.000", "2022-11-05", "๒๐๒๒-๑๑-๐๕ 00:00:00.000"]
)
@pytest.mark.parametrize("column", ["start_date", "finish_date"])
def test_of_a_date_the_time_is_dropped(layout, column, printed):
    page = with_cell(column, printed, layout)
    assert (getattr(record(page), column), page.issues) == (dt.date(2022, 11, 5), [])


@pytest.mark.parametrize(
    ("column", "printed"),
    [
        ("fiscal_year_be", "2023"),
        ("fiscal_year_be", "66"),
        ("fiscal_year_be", "2566/2567"),
        ("indicator_code", "5099"),
        ("indicator_code", "K-1"),
        ("budget_received_thb", "1,23"),
        ("budget_received_thb", "-"),
        ("budget_spent_thb", "ไม่ใช้งบ"),
        ("start_date", "2022-13-01 00:00:00.000"),
        ("start_date", "2022-10-01 25:00:00"),
        ("finish_date", "-"),
    ],
)
@every_layout
def test_what_cannot_be_read_is_null_and_quoted(layout, column, printed):
    page = with_cell(column, printed, layout)
    assert columns(page, "plan_records") == [SAID | {column: None}]
    assert told(page) == [("unreadable_value", f"plan_records.{column}")]
    assert printed in page.issues[0].text


# --- progress, which stands above the table and within


@pytest.mark.parametrize("printed", ["0", "0.00", "45.00", "100", "๔๕", "45%"])
def test_both_say_the_same(printed):
    page = read(with_progress(printed, printed))
    assert record(page).progress_percent == float(in_arabic(printed))
    assert page.issues == []


def with_progress(above, within):
    text = edit(PLAN_RECORD, "ล่าสุด : ร้อยละ 45", f"ล่าสุด : ร้อยละ {above}")
    return edit(text, "ล่าสุด45", f"ล่าสุด{within}")


def in_arabic(printed):
    return printed.rstrip("%").replace("๔", "4").replace("๕", "5")


def test_one_percent_may_have_decimals_and_the_other_none():
    page = read(with_progress("45", "45.00"))
    assert (record(page).progress_percent, page.issues) == (45.0, [])


def test_of_two_percents_that_differ_neither_is_believed():
    page = read(with_progress("45", "60"))
    assert record(page).progress_percent is None
    assert told(page) == [("values_disagree", "plan_records.progress_percent")]


@pytest.mark.parametrize(
    ("above", "within"), [("45", NOT_SET), ("45", ""), ("", "45"), ("มาก", "45"), ("45", "มาก")]
)
def test_where_one_says_nothing_the_other_is_believed(above, within):
    page = read(with_progress(above, within))
    assert record(page).progress_percent == 45.0
    assert len(page.issues) == (within != NOT_SET)


def test_a_percent_beyond_100_is_kept_and_told():
    page = read(with_progress("450", "450"))
    assert record(page).progress_percent == 450.0
    assert "percent_out_of_range" in codes(page)


def test_a_page_without_the_line_above_the_table_is_told():
    page = read(edit(PLAN_RECORD, "คืบหน้าล่าสุด : ร้อยละ 45\n", ""))
    assert record(page).progress_percent == 45.0
    assert told(page) == [("missing_label", "plan_records.progress_percent")]


# --- the code, which stands in the title and in the table


@pytest.mark.parametrize("part", ["กิจกรรม: ", "รหัสโครงการ"])
def test_one_of_the_two_is_enough(part):
    page = read(edit(PLAN_RECORD, f"{part}{PROJECT_CODE}", part), None)
    assert (page.code, record(page).project_code, page.outcome) == (PROJECT_CODE, PROJECT_CODE, "ok")


def test_where_neither_is_printed_the_address_gives_the_code_and_that_is_told():
    page = read(PLAN_RECORD.replace(PROJECT_CODE, ""))
    assert (page.code, record(page).project_code) == (PROJECT_CODE, PROJECT_CODE)
    assert set(codes(page)) == {"empty_value", "code_unreadable"}


def test_two_codes_that_differ_are_told():
    page = read(edit(PLAN_RECORD, f"รหัสโครงการ{PROJECT_CODE}", "รหัสโครงการ50990000-8302"))
    assert (page.code, record(page).project_code) == (PROJECT_CODE, PROJECT_CODE)
    assert told(page) == [("code_mismatch", "plan_records.project_code")]


def test_a_page_of_another_code_than_the_address_is_the_wrong_page():
    assert read(PLAN_RECORD, "50990000-8302").outcome == "wrong_page"


def test_a_page_without_its_title_is_told():
    page = read(edit(PLAN_RECORD, f"รายละเอียดโครงการ/กิจกรรม: {PROJECT_CODE}\n", ""))
    assert (columns(page, "plan_records"), codes(page)) == ([SAID], ["missing_heading"])


def test_a_text_copy_without_its_last_label_is_truncated():
    page = read(PLAN_RECORD.partition("หลักการ")[0])
    assert (page.outcome, record(page).rationale) == ("truncated", None)


def test_labels_without_values_are_no_page():
    page = read(apart([(label, "") for label, _ in PLAN_CELLS]).replace("ร้อยละ 45", "ร้อยละ "))
    assert (page.kind, page.outcome, page.records) == ("unknown", "empty_record", {})


def test_of_two_pages_in_one_file_the_second_is_told():
    page = read(PLAN_RECORD + "\n" + PLAN_RECORD.replace(PROJECT_CODE, "50990000-8302"))
    assert columns(page, "plan_records") == [SAID]
    assert "second_page" in codes(page)


def test_where_one_label_has_its_value_behind_it_a_label_alone_has_none():
    rows = ["รหัสโครงการ50300000-8302", "ปี2565", "ชื่อโครงการก", "Policy ID", "Branch ID5", "Kpi ID"]
    rows += ["งบฯ ที่ได้รับ (บาท)", "งบฯ ที่ใช้ไป (บาท)", "คืบหน้าล่าสุด", "หน่วยงาน", "Start Date", "Finish Date"]
    head = "รายละเอียดโครงการ/กิจกรรม: 50300000-8302\nคืบหน้าล่าสุด : ร้อยละ 5\n"
    page = parsers.parse((head + "\n".join([*rows, "หลักการและเหตุผล"])).encode())
    (row,) = page.records["plan_records"]
    assert (row.policy_id, row.branch_id, row.name, row.fiscal_year_be) == (None, "5", "ก", 2565)
    assert (row.finish_date, row.rationale, row.progress_percent) == (None, None, 5)


@pytest.mark.parametrize("colon", [" : ", ": ", " :", ":"])
def test_a_colon_behind_a_label_is_no_part_of_the_value(colon):
    head = "รายละเอียดโครงการ/กิจกรรม: 50300000-8302\nคืบหน้าล่าสุด : ร้อยละ 5\n"
    rows = {"ปี": "2565", "ชื่อโครงการ": "ก : ข", "Policy ID": "12", "หน่วยงาน": "สำนักตัวอย่าง"}
    text = head + "\n".join(f"{label}{colon}{value}" for label, value in rows.items())
    (row,) = parsers.parse(text.encode()).records["plan_records"]
    found = (row.fiscal_year_be, row.name, row.policy_id, row.agency_name)
    assert found == (2565, "ก : ข", "12", "สำนักตัวอย่าง")
