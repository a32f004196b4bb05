"""What a body turns out to be: a page that is read, one that is not, or half of one; never an exception."""

import html
import random
import re
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

import parsers
from parsers.page import Page
from parsers.records import TABLES_OF_KIND
from tests.account import check_account
from tests.kind_sheets import KindSheet
from tests.kind_template import FULL as FULL_COPIES
from tests.kind_template import REDUCED as REDUCED_COPIES
from tests.render import text_copy
from tests.render_kinds import KIND_PAGES

CODE = "21000000-9001"
TITLE = "ความคืบหน้าโครงการ/กิจกรรม"
CLOSING = "** ผลการประเมินโครงการ (รายไตรมาส) **"
HEAD = f"""\
{TITLE}
Back Home
FusionCharts will render here
โครงการปลูกต้นไม้ริมคลอง (สมมุติ) : {CODE}
สำนักตัวอย่าง : (2563)
45.00
ความคืบหน้าโครงการ ร้อยละ 45.00
นายสมมุติ นามตัวอย่าง โทร. 9999
ดูโครงการแผนปีฯ : พิมพ์ข้อมูล
*** สยป. ประเมินโครงการ : ไตรมาสที่ 1 : 100.0000
"""
BODY = f"""\
หลักการและเหตุผล
ริมคลองมีต้นไม้น้อย จึงควรปลูกเพิ่ม
21020100/21020200
วัตถุประสงค์ของโครงการ
เพื่อเพิ่มร่มเงาริมคลอง
เป้าหมายของโครงการ
ปลูกต้นไม้ 100 ต้น
สนับสนุนยุทธศาสตร์กรุงเทพมหานครฯ
ด้านที่ ๒ - มหานครสีเขียว : Green City
ผลการดำเนินงาน
(1) ความคืบหน้าโครงการฯ ร้อยละ 45.00 (2020-03-23)
45.00
23/3/2563 : ปลูกแล้วสี่สิบห้าต้น
** ปัญหาของโครงการ :ไม่มี
** อุปสรรคของโครงการ :ไม่มี
------------------&&&------------------
แผนการดำเนินงานฯ
ขั้นตอน 1
:เตรียมกล้าไม้
:40%
เริ่มต้น :01/10/2019
สิ้นสุด :31/12/2019
(ทดสอบ) แสดงขั้นตอนการดำเนินงานโครงการ : {CODE}
(คลิก) ขั้นตอนการปฏิบัติงานของโครงการ : {CODE}
สนับสนุนตัวชี้วัดตามแผนฯ
{CLOSING}
"""
PAGE = HEAD + BODY
REDUCED = """\
ความคืบหน้าโครงการ ร้อยละ 45.00
นายสมมุติ นามตัวอย่าง โทร. 9999
ดูโครงการแผนปีฯ : พิมพ์ข้อมูล
*** สยป. ประเมินโครงการ : ไตรมาสที่ 1
ริมคลองมีต้นไม้น้อย จึงควรปลูกเพิ่ม
21020100/21020200
เพื่อเพิ่มร่มเงาริมคลอง
ด้านที่ ๒ - มหานครสีเขียว : Green City
"""


def as_text(text: str) -> str:
    return text


def as_html(text: str) -> str:
    paragraphs = "".join(f"<p>{html.escape(line)}</p>\n" for line in text.splitlines())
    return f"<!DOCTYPE html>\n<html><body>\n{paragraphs}</body></html>\n"


either_form = pytest.mark.parametrize("form", [as_text, as_html])


def parse(text: str, **hints: str) -> Page:
    return parsers.parse(text.encode(), **hints)


def codes(page: Page) -> list[str]:
    return [found.code for found in page.issues]


def message(page: Page, code: str) -> str:
    (found,) = (found for found in page.issues if found.code == code)
    return found.message


# --- a sound page


@either_form
@pytest.mark.parametrize(
    "hints", [{}, {"kind": "project"}, {"code": CODE}, {"kind": "project", "code": CODE}]
)
def test_a_sound_page_is_ok_and_says_all_without_an_issue(form, hints):
    page = parse(form(PAGE), **hints)
    assert (page.kind, page.code, page.outcome) == ("project", CODE, "ok")
    assert (page.copy_kind, page.encoding) == ("html" if form is as_html else "text", "utf-8")
    assert (page.issues, page.lines_unparsed) == ([], 0)
    assert list(page.records) == list(TABLES_OF_KIND["project"])
    assert {table: len(rows) for table, rows in page.records.items() if table != "field_lines"} == {
        "projects": 1,
        "strategy_links": 1,
        "progress_reports": 1,
        "plan_steps": 1,
        "indicators": 0,
        "indicator_quarters": 0,
    }
    check_account(page)


def test_html_and_text_say_the_same():
    assert parse(as_html(PAGE)).records == parse(PAGE).records


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874", "utf-16"])
@either_form
def test_every_encoding_says_the_same(form, encoding):
    page = parsers.parse(form(PAGE).encode(encoding))
    assert (page.encoding, page.records, page.issues) == (encoding, parse(form(PAGE)).records, [])


# --- strangers

STRANGERS = {
    "portal": (
        "ระบบติดตามแผน (สมมุติ)\nหน้าแรก\nคู่มือ\nแบบรายงานความคืบหน้าโครงการ/กิจกรรม\n",
        "portal",
    ),
    "login": ("เข้าสู่ระบบ\nชื่อผู้ใช้\nรหัสผ่าน\n", "login"),
    "English login": ("Login\nUsername\nPassword\n", "login"),
    "404": ("Not Found\nThe requested URL was not found on this server.\n", "not found"),
    "404 with number": ("404 Not Found\nnginx\n", "not found"),
    "403": ("403 Forbidden\nnginx\n", "forbidden"),
    "503": ("Service Unavailable\nHTTP Error 503.\n", "unavailable"),
    "PHP error": ("Fatal error: Uncaught Error: no database in myproject.php on line 14\n", "PHP"),
    "PHP warning": ("Warning: odbc_connect(): timeout in myproject.php on line 14\n", "PHP"),
    "other site": (
        "ข่าวชุมชน\nชาวบ้านฟังความคืบหน้าโครงการ ร้อยละ 45.00 ของงาน\nหลักการและเหตุผล\nสวนเดิมทรุดโทรม\n",
        "another site",
    ),
    "one word": ("ก\n", "not known here"),
}


@either_form
@pytest.mark.parametrize("hints", [{}, {"kind": "unknown"}, {"code": CODE}])
@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_page_that_is_not_read_has_no_tables_and_an_issue_that_says_what_it_looks_like(
    stranger, hints, form
):
    text, looks_like = STRANGERS[stranger]
    page = parse(form(text), **hints)
    assert (page.kind, page.records) == ("unknown", {})
    assert page.outcome in ("unknown_kind", "not_found", "blocked", "login_redirect", "php_error")
    assert looks_like in message(page, "unknown_page")
    check_account(page)


@pytest.mark.parametrize("stranger", [name for name in STRANGERS if name != "other site"])
def test_a_stranger_under_the_address_of_a_project_is_still_a_stranger(stranger):
    page = parse(STRANGERS[stranger][0], kind="project", code=CODE)
    assert (page.kind, page.records) == ("unknown", {})
    assert page.outcome != "ok"


@pytest.mark.parametrize(
    ("body", "code"), [(b"", "empty_body"), (bytes(100), "binary_body"), (b"<html></html>", "empty_body")]
)
def test_a_body_without_text_has_no_tables(body, code):
    page = parsers.parse(body, kind="project", code=CODE)
    assert (page.kind, page.records, page.lines_total) == ("unknown", {}, 0)
    assert page.outcome == ("soft_not_found" if b"html" in body else "undecodable")
    assert codes(page) == [code]
    check_account(page)


def test_a_body_that_is_no_text_is_undecodable_and_has_no_encoding():
    page = parsers.parse(bytes(100))
    assert (page.outcome, page.encoding, page.copy_kind, page.lines) == ("undecodable", None, None, [])


# --- the form without a project in it


def shell(code: str = "") -> str:
    """What the site answers for an unknown code: labels, and nothing behind them."""
    headings = [line for line in BODY.splitlines() if not re.search(r"[0-9๐-๙]|^[:*-]|ริม|เพื่อ", line)]
    top = [
        TITLE,
        "Back Home",
        "FusionCharts will render here",
        f" : {code}",
        " : ()",
        "ความคืบหน้าโครงการ ร้อยละ",
    ]
    rest = ["ดูโครงการแผนปีฯ : พิมพ์ข้อมูล", "*** สยป. ประเมินโครงการ : ไตรมาสที่ 2", *headings, CLOSING]
    return "".join(f"{line}\n" for line in [*top, *rest])


@either_form
@pytest.mark.parametrize(
    ("printed", "outcome"), [("", "soft_not_found"), (CODE, "empty_record")], ids=["no code", "code"]
)
def test_labels_without_values_are_no_project(form, printed, outcome):
    page = parse(form(shell(printed)), kind="project", code=CODE)
    assert (page.kind, page.code, page.outcome, page.records) == ("unknown", CODE, outcome, {})
    assert "empty_record" in codes(page)
    check_account(page)


EMPTY = {
    "indicator": "รายละเอียดตัวชี้วัด\n : \nค่าเป้าหมาย  : \nผลงานที่ทำได้  : \n** สรุปผลการดำเนินงาน **\n",
    "city_indicator": "โครงการจัดทำฐานข้อมูลตัวชี้วัดการพัฒนาเมือง (2562-2563)\n : \nลักษณะข้อมูล : \n",
    "agency_summary": "ผลการปฏิบัติราชการประจำปี : ของหน่วยงาน : \nHome Home SED\nมิติที่ 1 ด้าน\n",
    "it_review": "ผลการพิจารณาโครงการ :\n",
    "plan_record": "รายละเอียดโครงการ/กิจกรรม: \nคืบหน้าล่าสุด : ร้อยละ \nรหัสโครงการ\nปี\nชื่อโครงการ\n",
}

EMPTY_BUT_FOR_ZEROS = {
    "indicator": EMPTY["indicator"].replace("ค่าเป้าหมาย  : ", "ค่าเป้าหมาย  : 0.0000"),
    "city_indicator": EMPTY["city_indicator"] + "3.แหล่งข้อมูล/เจ้าของข้อมูล\n4.หมายเหตุ\n",
    "plan_record": "รายละเอียดโครงการ/กิจกรรม: \nคืบหน้าล่าสุด : ร้อยละ 0\nPolicy ID(ไม่ได้ตั้ง)\nBranch ID(not set)\n",
}


@pytest.mark.parametrize("kind", EMPTY_BUT_FOR_ZEROS)
def test_what_the_system_fills_in_by_itself_is_no_value(kind):
    page = parse(EMPTY_BUT_FOR_ZEROS[kind], kind=kind, code=CODES[kind])
    assert (page.kind, page.outcome, page.records) == ("unknown", "soft_not_found", {})


def test_a_reduced_copy_with_one_heading_left_is_still_one():
    page = parse(REDUCED.replace("เพื่อเพิ่ม", "วัตถุประสงค์ของโครงการ\nเพื่อเพิ่ม"), kind="project", code=CODE)
    assert (page.kind, page.outcome, page.copy_kind) == ("project", "ok", "reduced_text")
    assert page.records["projects"][0].progress_percent == 45
    check_account(page)


def test_a_reduced_indicator_copy_without_its_own_marks_is_known_by_its_address():
    text = "ค่าเป้าหมาย ร้อยละ : 80\nผลงานที่ทำได้ ร้อยละ : 20\nประเภทตัวชี้วัด : ตัวชี้วัดงานประจำ\n"
    page = parse(text, kind="indicator", code="2100-901")
    assert (page.kind, page.records["indicators"][0].target_value) == ("indicator", 80)
    assert parse(text).kind == "unknown"


@either_form
@pytest.mark.parametrize("kind", EMPTY)
def test_labels_without_values_are_a_page_of_no_kind(form, kind):
    page = parse(form(EMPTY[kind]), kind=kind, code=CODES[kind])
    assert (page.kind, page.code, page.outcome, page.records) == (
        "unknown",
        CODES[kind],
        "soft_not_found",
        {},
    )
    assert kind in message(page, "empty_record")
    check_account(page)


# --- the other kinds

CODES = {
    "indicator": "2100-901",
    "city_indicator": "901",
    "agency_summary": "21000000-1",
    "it_review": "901",
    "plan_record": CODE,
}


def sheet_of(kind: str, number: int = 1) -> KindSheet:
    return KIND_PAGES[kind](random.Random(f"{kind} {number}"))


@either_form
@pytest.mark.parametrize("kind", CODES)
def test_a_page_of_another_kind_is_read_as_what_it_is(form, kind):
    sheet = sheet_of(kind)
    page = parse(form(text_copy(sheet.lines)), kind=kind, code=sheet.code)
    assert (page.kind, page.code, page.outcome) == (kind, sheet.code, "ok")
    assert list(page.records) == list(TABLES_OF_KIND[kind])
    check_account(page)


@pytest.mark.parametrize("kind", [kind for kind in CODES if kind != "it_review"])
def test_a_page_that_prints_its_code_needs_no_address(kind):
    sheet = sheet_of(kind)
    page = parse(text_copy(sheet.lines))
    printed = sheet.code[:10] if kind == "agency_summary" else sheet.code  # the year is only in the address
    assert (page.kind, page.code, page.outcome) == (kind, printed, "ok")


@pytest.mark.parametrize("kind", CODES)
def test_a_page_of_another_kind_under_the_address_of_a_project_is_the_wrong_page(kind):
    page = parse(text_copy(sheet_of(kind).lines), kind="project", code=CODE)
    assert (page.kind, page.outcome) == (kind, "wrong_page")
    assert "project" in message(page, "wrong_page")


@pytest.mark.parametrize("kind", [kind for kind in CODES if kind != "it_review"])
def test_a_page_of_another_code_of_any_kind_is_the_wrong_page(kind):
    other = {"indicator": "9999-999", "city_indicator": "999999", "agency_summary": "99999999-1"}.get(
        kind, "99999999-9999"
    )
    page = parse(text_copy(sheet_of(kind).lines), kind=kind, code=other)
    assert (page.kind, page.code, page.outcome) == (kind, other, "wrong_page")
    assert other in message(page, "wrong_page")


def test_the_year_that_an_address_adds_to_the_code_of_an_agency_is_believed():
    sheet = sheet_of("agency_summary")
    code = f"{sheet.code[:10]}-2565"
    page = parse(text_copy(sheet.lines), kind="agency_summary", code=code)
    assert (page.code, page.outcome) == (code, "ok")
    assert {row.fiscal_year_be for row in page.records["agency_indicators"]} == {2565}
    assert {row.page_code for row in page.records["agency_indicators"]} == {code}


@pytest.mark.parametrize("kind", ["indicator", "city_indicator", "agency_summary"])
def test_a_text_copy_of_another_kind_that_lacks_its_end_is_truncated(kind):
    lines = text_copy(sheet_of(kind).lines).splitlines()
    page = parse("\n".join(lines[: len(lines) // 2]), kind=kind, code=sheet_of(kind).code)
    assert (page.kind, page.outcome) == (kind, "truncated")
    check_account(page)


@pytest.mark.parametrize("kind", CODES)
def test_two_pages_of_another_kind_in_one_file_are_told(kind):
    first, second = sheet_of(kind, 1), sheet_of(kind, 2)
    page = parse(text_copy(first.lines) + "\n" + text_copy(second.lines), kind=kind, code=first.code)
    alone = parse(text_copy(first.lines), kind=kind, code=first.code)
    assert page.records == alone.records
    assert "second_page" in codes(page)
    check_account(page)


# --- a page of another kind, saved with the site around it

MENU = "หน้าแรก\nระบบงาน\nสายด่วน : 1555\nปี 2566\nหน่วยงาน\nมิติที่ 3 ด้านคุณภาพ\nหลักการและเหตุผล\n"
FOOT = "© กรุงเทพมหานคร 2566\nPowered by Yii Framework\n"
TEMPLATES = {kind: {"full": full, "reduced": REDUCED_COPIES[kind]} for kind, full in FULL_COPIES.items()}


def as_blocks(text: str) -> str:
    """As `as_html`, with an empty cell for each blank line of a quarter table."""
    lines = re.sub(r"\n\n(?=[0-9]+ / )", "\n@\n", text).splitlines()
    cells = "".join(f"<tr><td>{html.escape(line).replace('@', '')}</td></tr>\n" for line in lines if line)
    return f"<html><body><table>\n{cells}</table></body></html>\n"


@pytest.mark.parametrize("encoding", ["utf-8", "cp874"])
@pytest.mark.parametrize("form", [as_text, as_blocks])
@pytest.mark.parametrize("copy", ["full", "reduced"])
@pytest.mark.parametrize("kind", FULL_COPIES)
def test_every_copy_of_a_kind_says_the_same_in_every_form(kind, copy, form, encoding):
    text, code = TEMPLATES[kind][copy]
    page = parsers.parse(form(text).encode(encoding), kind=kind, code=code)
    expected = parse(text, kind=kind, code=code)
    assert (page.kind, page.code, page.outcome) == (kind, code, "ok")
    assert values(page) == values(expected)
    assert codes(page) == codes(expected)
    assert {*codes(page)} <= ({"unassigned_text"} if copy == "reduced" else set())
    check_account(page)


@pytest.mark.parametrize("form", [as_text, as_blocks])
@pytest.mark.parametrize("kind", FULL_COPIES)
def test_a_menu_above_a_page_is_told_and_changes_no_value(kind, form):
    text, code = FULL_COPIES[kind]
    page = parse(form(f"{MENU}\n{text}"), kind=kind, code=code)
    assert (page.kind, page.code, page.outcome) == (kind, code, "ok")
    assert values(page) == values(parse(form(text), kind=kind, code=code))
    assert [issue.text for issue in page.issues if issue.code == "unparsed_text"] == MENU.splitlines()
    check_account(page)


@pytest.mark.parametrize("form", [as_text, as_blocks])
@pytest.mark.parametrize("copy", ["full", "reduced"])
@pytest.mark.parametrize("kind", FULL_COPIES)
def test_a_foot_below_a_page_is_known_and_changes_no_value(kind, copy, form):
    text, code = TEMPLATES[kind][copy]
    page, alone = (parse(form(body), kind=kind, code=code) for body in (f"{text}\n{FOOT}", text))
    assert (page.kind, page.code, page.outcome) == (kind, code, "ok")
    assert (values(page), codes(page)) == (values(alone), codes(alone))
    assert page.lines_known == alone.lines_known + 2
    check_account(page)


@pytest.mark.parametrize(
    "kind", ["indicator", "city_indicator", "agency_summary", "it_review", "plan_record"]
)
def test_a_foot_is_not_the_text_that_a_page_lacks(kind):
    text, code = FULL_COPIES[kind]
    without_its_end = text.rstrip("\n").rpartition("\n")[0] if kind != "agency_summary" else text
    page = parse(f"{without_its_end}\n{FOOT}", kind=kind, code=code)
    assert "Yii" not in str(page.records)
    check_account(page)


def values(page: Page) -> list[dict[str, object]]:
    """What the rows say: without where it stands."""
    return [
        {name: getattr(row, name) for name in row.__dataclass_fields__ if not name.startswith("line_")}
        for table, rows in page.records.items()
        for row in rows
        if table != "field_lines"
    ]


# --- another page than was asked for


@either_form
def test_a_page_of_another_code_is_the_wrong_page(form):
    page = parse(form(PAGE), kind="project", code="21000000-9002")
    assert page.outcome == "wrong_page"
    told = message(page, "wrong_page")
    assert CODE in told
    assert "21000000-9002" in told


@pytest.mark.parametrize(
    "kind", ["indicator", "city_indicator", "agency_summary", "it_review", "plan_record"]
)
def test_a_project_page_under_the_address_of_another_kind_is_the_wrong_page(kind):
    page = parse(PAGE, kind=kind, code="901")
    assert (page.kind, page.outcome) == ("project", "wrong_page")
    assert kind in message(page, "wrong_page")


# --- pages that lack their end

ENDS = range(3, len(BODY.splitlines()) - 1)


@pytest.mark.parametrize("end", ENDS)
def test_a_text_copy_that_ends_before_its_last_heading_is_truncated(end):
    page = parse(HEAD + "\n".join(BODY.splitlines()[:end]))
    assert page.outcome == "truncated"
    assert "truncated" in codes(page)
    assert len(page.records["projects"]) == 1
    check_account(page)


@pytest.mark.parametrize("part", [0.5, 0.7, 0.9, 0.95])
def test_html_that_ends_in_the_middle_is_truncated(part):
    whole = as_html(PAGE).encode()
    page = parsers.parse(whole[: int(len(whole) * part)])
    assert (page.kind, page.copy_kind, page.outcome) == ("project", "html", "truncated")
    check_account(page)


def test_every_cut_of_a_page_is_told():
    """Wherever the bytes end: no cut page is `ok` unless nothing that says anything is lost."""
    for form in (as_text, as_html):
        whole = form(PAGE).encode()
        sound = parsers.parse(whole)
        for end in range(len(whole) // 3, len(whole), 23):
            page = parsers.parse(whole[:end])
            if page.outcome == "ok":
                assert page.records == sound.records
            check_account(page)


def test_html_without_its_closing_tags_but_with_its_last_heading_is_ok():
    page = parse(as_html(PAGE).replace("</body></html>", ""))
    assert (page.outcome, page.issues) == ("ok", [])


def test_closed_html_without_its_last_heading_is_ok_and_says_that_the_heading_is_missing():
    page = parse(as_html(PAGE.replace(CLOSING, "")))
    assert page.outcome == "ok"
    assert CLOSING in message(page, "missing_heading")


def test_html_is_read_however_deep_it_is_nested():
    page = parse(as_html(PAGE).replace("<body>", "<body>" + "<div><font>" * 50_000))
    assert (page.outcome, page.issues) == ("ok", [])


# --- two pages in one file


@either_form
@pytest.mark.parametrize("second", [PAGE, PAGE.replace(CODE, "50030000-9003").replace("45.00", "60.00")])
def test_of_two_pages_in_one_file_only_the_first_is_read_and_the_second_is_an_issue(form, second):
    page = parse(form(PAGE) + form(second))
    assert page.records == parse(form(PAGE)).records
    (found,) = (found for found in page.issues if found.code == "second_page")
    assert page.lines[found.line - 1] == TITLE
    assert found.severity == "error"
    check_account(page)
    assert_no_contact(page)


def test_two_reduced_copies_in_one_file_are_told_as_well():
    page = parse(REDUCED + REDUCED.replace("45.00", "60.00"), code=CODE)
    assert "second_page" in codes(page)
    assert [row.progress_percent for row in page.records["projects"]] == [45]
    assert_no_contact(page)


# --- reduced copies


@either_form
def test_a_reduced_copy_takes_its_code_from_the_hint_and_guesses_nothing(form):
    page = parse(form(REDUCED), kind="project", code=CODE)
    assert (page.kind, page.code, page.outcome) == ("project", CODE, "ok")
    assert page.copy_kind == ("reduced_html" if form is as_html else "reduced_text")
    (project,) = page.records["projects"]
    assert (project.project_code, project.agency_code) == (CODE, CODE[:8])
    assert (project.progress_percent, project.evaluation_quarter) == (45, 1)
    assert project.rationale == "ริมคลองมีต้นไม้น้อย จึงควรปลูกเพิ่ม"
    missing = (project.name, project.agency_name, project.fiscal_year_be, project.evaluation_score)
    assert (*missing, project.objectives, project.goals) == (None,) * 6
    assert [row.number for row in page.records["strategy_links"]] == ["2"]
    assert [(found.code, found.severity) for found in page.issues] == [("unassigned_text", "info")]
    assert page.lines_unparsed == 1
    check_account(page)


def test_a_page_without_a_code_has_no_records_and_says_so():
    page = parse(REDUCED)
    assert (page.kind, page.code, page.outcome, page.records) == ("project", None, "ok", {})
    assert "page_code_unknown" in codes(page)
    check_account(page)


def test_a_full_page_that_has_lost_its_codes_has_no_records_without_a_hint():
    codeless = re.sub(rf".*{CODE}\n", "", PAGE)
    assert parse(codeless).records == {}
    assert "page_code_unknown" in codes(parse(codeless))
    page = parse(codeless, code=CODE)
    assert [row.project_code for row in page.records["projects"]] == [CODE]
    assert "code_unreadable" in codes(page)


# --- whatever the bytes are

SAMPLES = {
    entry.name: entry.read_bytes()
    for entry in sorted(resources.files("bma.sample_pages").iterdir(), key=lambda entry: entry.name)
    if entry.name.endswith((".html", ".txt"))
}
_NAME = re.compile(r"(?:นางสาว|นาย)(\S+ \S+)")
_TELEPHONE = re.compile(r"[0-9][0-9 -]{2,}[0-9]")


def secrets(lines: list[str]) -> set[str]:
    """Names and telephone numbers in the line below the headline; the samples' are all invented."""
    filled = [line for line in lines if line]
    headlines = (
        at for at, line in enumerate(filled) if re.fullmatch(r"ความคืบหน้าโครงการ ร้อยละ [0-9.]+", line)
    )
    headline = next(headlines, None)
    if headline is None:  # a page of another kind names nobody
        return set()
    contact = filled[headline + 1]
    return {*_NAME.findall(contact), *_TELEPHONE.findall(contact)}


SECRETS = set().union(*(secrets(parsers.parse(body).lines) for body in (*SAMPLES.values(), PAGE.encode())))


def assert_no_contact(page: Page) -> None:
    """No issue quotes a name or a number."""
    for found in page.issues:
        for secret in SECRETS:
            assert secret not in (found.text or ""), (found.code, found.line)
            assert secret not in found.message, (found.code, found.line)


def test_the_sample_pages_name_somebody():
    assert {"9999", "0 0000 0000"} < SECRETS
    assert sum("นามสมมุติ" in secret or "ตัวอย่างดี" in secret for secret in SECRETS) >= 2


@pytest.mark.parametrize("name", SAMPLES)
def test_no_sample_page_shows_its_contact(name):
    for hints in ({}, {"kind": "project"}, {"code": CODE}, {"kind": "indicator", "code": "2100-901"}):
        page = parsers.parse(SAMPLES[name], **hints)
        assert_no_contact(page)
        check_account(page)
        rows = [str(row) for table in page.records.values() for row in table]
        assert not any(secret in row for row in rows for secret in SECRETS)


def test_no_page_that_another_is_pasted_to_in_another_encoding_shows_a_contact():
    for encodings in (("utf-8", "cp874"), ("cp874", "utf-8"), ("utf-8-sig", "cp874")):
        page = parsers.parse(b"".join(PAGE.encode(encoding) for encoding in encodings))
        check_account(page)
        assert_no_contact(page)


place = st.floats(0, 1)


@given(st.sampled_from([*SAMPLES]), st.sampled_from([*SAMPLES]), place, place, place, st.booleans())
def test_pages_spliced_at_any_lines_are_accounted_for_and_name_nobody(first, second, end, start, cut, hint):
    above, below = SAMPLES[first].splitlines(keepends=True), SAMPLES[second].splitlines(keepends=True)
    lines = above[: round(end * len(above))] + below[round(start * len(below)) :]
    body = b"".join(lines)
    for damaged in (body, body[: round(cut * len(body))]):
        page = parsers.parse(damaged, **({"kind": "project", "code": CODE} if hint else {}))
        check_account(page)
        assert_no_contact(page)


@given(st.sampled_from([*SAMPLES]), st.randoms(use_true_random=False))
def test_pages_with_their_lines_in_any_order_are_accounted_for(name, chance):
    lines = SAMPLES[name].splitlines(keepends=True)
    for _ in range(chance.randrange(1, 6)):
        lines.insert(chance.randrange(len(lines)), lines.pop(chance.randrange(len(lines))))
    page = parsers.parse(b"".join(lines), code=CODE)
    check_account(page)
    assert_no_contact(page)


@given(st.binary(max_size=400), st.sampled_from([*SAMPLES, ""]), place)
def test_random_bytes_alone_or_within_a_page_are_accounted_for(noise, name, at):
    body = SAMPLES.get(name, b"")
    middle = round(at * len(body))
    check_account(parsers.parse(body[:middle] + noise + body[middle:]))


@given(
    st.lists(
        st.sampled_from([*PAGE.splitlines(), "", ":", "/", "()", "(1)", "0", "ก" * 50, "<td>"]), max_size=60
    )
)
def test_the_lines_of_a_page_in_any_order_and_number_are_accounted_for(lines):
    page = parse("\n".join(lines))
    check_account(page)


def test_hints_of_any_form_are_taken():
    for kind in ("project", "unknown", "indicator", "", "no such kind"):
        for code in ("", "x", CODE, "ก"):
            check_account(parse(PAGE, kind=kind, code=code))
