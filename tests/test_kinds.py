"""What kind of page it is: told by what only its kind prints, and by the address where that cannot tell."""

import pytest

from parsers.kinds import KINDS, recognise, stranger
from parsers.text import text_lines
from parsers.walk import Walk
from tests.render import PLAIN_BLOCKS, plain_page, reduced_page

TITLE = PLAIN_BLOCKS["title"]


def kind_of(text: str, hinted_kind: str | None = None) -> str | None:
    found = recognise(Walk(text_lines(text)), hinted_kind)
    return found and found.name


def told(text: str, hinted_kind: str | None = None) -> bool:
    return kind_of(text, hinted_kind) == "project"


@pytest.mark.parametrize("hint", [None, "project", "unknown", "indicator"])
def test_a_page_full_or_reduced_is_a_project_whatever_its_address(hint):
    assert told(plain_page(), hint)
    assert told(reduced_page(), hint)


@pytest.mark.parametrize(
    "line",
    [
        PLAIN_BLOCKS["headline"],
        "ความคืบหน้าโครงการ ร้อยละ ๔๕",
        "ความคืบหน้าโครงการร้อยละ",
        PLAIN_BLOCKS["evaluation"],
        "*** สยป. ประเมินโครงการ:ไตรมาสที่ 1",
        "(2) ความคืบหน้าโครงการฯ ร้อยละ 45.00 (2023-03-23)",
    ],
)
def test_one_line_that_only_a_project_page_prints_is_enough(line):
    assert told(f"ข้อความ\n{line}\nข้อความ")


OWN = ["title", "link", "plan_heading", "indicators_heading", "closing"]
COMMON = ["rationale_heading", "objectives_heading", "goals_heading", "strategy_heading", "reports_heading"]


@pytest.mark.parametrize("own", OWN)
def test_a_label_of_the_system_needs_another_label_or_the_address(own):
    label = PLAIN_BLOCKS[own]
    assert not told(f"{label}\nข้อความ")
    assert not told(f"{label}\nข้อความ\n{label}")
    assert not told(f"{label}\nข้อความ", "indicator")
    assert told(f"{label}\nข้อความ", "project")
    assert all(told(f"{label}\n{PLAIN_BLOCKS[other]}") for other in (*OWN, *COMMON) if other != own)


def test_headings_of_any_project_description_are_not_enough():
    text = "\n".join(PLAIN_BLOCKS[name] for name in COMMON)
    assert not told(text)
    assert not told(text, "project")


@pytest.mark.parametrize(
    "block",
    [name for name, text in PLAIN_BLOCKS.items() if "\n" not in text and name not in ("number", "contact")],
)
def test_the_second_half_of_a_page_is_a_project_wherever_it_begins(block):
    names = list(PLAIN_BLOCKS)
    rest = dict.fromkeys(names[: names.index(block)])
    assert told(plain_page(**rest), "project")


@pytest.mark.parametrize(
    ("line", "description"),
    [
        ("รายละเอียดตัวชี้วัด", "an indicator page"),
        ("โครงการจัดทำฐานข้อมูลตัวชี้วัดการพัฒนาเมือง (2562-2563)", "a city indicator page"),
        ("ผลการปฏิบัติราชการประจำปี : ของหน่วยงาน : 50030000", "an agency summary page"),
        ("ผลการพิจารณาโครงการ :เห็นชอบ", "an IT review page"),
        ("รายละเอียดโครงการ/กิจกรรม: 50030000-0001", "a plan record page"),
        ("ระบบติดตามประเมินผลแผน", "a portal of the system"),
        ("404 Not Found", "an error page: not found"),
        ("Not Found", "an error page: not found"),
        ("Object not found!", "an error page: not found"),
        ("403 Forbidden", "an error page: forbidden"),
        ("Service Unavailable", "an error page: service unavailable"),
        ("Internal Server Error", "an error page: internal server error"),
        ("Access Denied", "an error page: access denied"),
        ("เข้าสู่ระบบ", "a login page"),
        ("Login", "a login page"),
        ("Sign in", "a login page"),
        ("Warning: mysql_connect(): no server in /x/y.php on line 12", "a PHP error"),
        ("PHP Fatal error:  Uncaught Error in y.php on line 3", "a PHP error"),
        ("ข่าวประชาสัมพันธ์", "a page of another site, or of a form not known here"),
        ("Warning: flood on Monday", "a page of another site, or of a form not known here"),
    ],
)
def test_a_stranger_looks_like_something(line, description):
    assert stranger(Walk(["", line])).looks_like == description
    assert stranger(Walk(["ข้อความ", line])).looks_like == description


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("404 Not Found", "not_found"),
        ("403 Forbidden", "blocked"),
        ("เข้าสู่ระบบ", "login_redirect"),
        ("Warning: mysql_connect(): no server in /x/y.php on line 12", "php_error"),
        ("Service Unavailable", "unknown_kind"),
        ("ระบบติดตามประเมินผลแผน", "unknown_kind"),
        ("ข่าวประชาสัมพันธ์", "unknown_kind"),
    ],
)
def test_what_a_stranger_looks_like_is_its_outcome(line, outcome):
    assert stranger(Walk([line])).outcome == outcome


def test_the_first_line_that_tells_decides_but_a_login_may_stand_in_any_menu():
    assert stranger(Walk(["403 Forbidden", "404 Not Found"])).looks_like == "an error page: forbidden"
    assert stranger(Walk(["Home", "Login", "Not Found (#404)"])).outcome == "not_found"
    assert stranger(Walk(["Home", "Login"])).outcome == "login_redirect"


def test_a_line_of_any_length_is_judged_in_linear_time():
    stranger(Walk(["Warning:" * 10**6]))
    assert not told("ความคืบหน้าโครงการ ร้อยละก" + "ก" * 10**6)


# --- the other kinds

PAGES = {
    "indicator": "รายละเอียดตัวชี้วัด\nBack Home\nจำนวนต้นไม้ : 2100-901\nค่าเป้าหมาย ต้น : 100\nผลงานที่ทำได้ ต้น : 45",
    "city_indicator": (
        "โครงการจัดทำฐานข้อมูลตัวชี้วัดการพัฒนาเมือง (2562-2563)\nต้นไม้ : 901\nค่าเป้าหมาย ต้น : 100\nลักษณะข้อมูล : รายปี"
    ),
    "agency_summary": "ผลการปฏิบัติราชการประจำปี : ของหน่วยงาน : 21000000\nHome Home SED\nมิติที่ 1 ด้านประสิทธิผล",
    "it_review": "ผลการพิจารณาโครงการ :เห็นชอบ\nเครื่องเดิมมีอายุเกิน 7 ปี",
    "plan_record": "รายละเอียดโครงการ/กิจกรรม: 21000000-9001\nคืบหน้าล่าสุด : ร้อยละ 45",
}
"""The beginning of a full page of each kind beside projects."""

REDUCED = {
    "indicator": "ค่าเป้าหมาย ต้น : 100\nผลงานที่ทำได้ ต้น : 45\n*** สยป. ตรวจประเมินตัวชี้วัด : ไตรมาสที่ 1:",
    "city_indicator": "ค่าเป้าหมาย ต้น : 100\nลักษณะข้อมูล : รายปี\n:ด้านที่ ๑ - มหานครสีเขียว",
    "agency_summary": "[มิติที่ 3 : คุณภาพ]\nหน่วยนับ :ร้อยละ\nเป้าหมาย :85.00",
    "it_review": "ผลการพิจารณาโครงการ :เห็นชอบ\nเครื่องเดิมมีอายุเกิน 7 ปี",
    "plan_record": "คืบหน้าล่าสุด : ร้อยละ 45\nปี2566\nPolicy ID12",
}
"""The beginning of a reduced copy of each."""


@pytest.mark.parametrize("hint", [None, "unknown", "project", *PAGES])
@pytest.mark.parametrize("copies", [PAGES, REDUCED], ids=["full", "reduced"])
@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_of_its_kind_whatever_its_address(kind, copies, hint):
    assert kind_of(copies[kind], hint) == kind


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("indicator", "*** สยป. ตรวจประเมินตัวชี้วัด : ไตรมาสที่ 2: 85"),
        ("plan_record", "รายละเอียดโครงการ/กิจกรรม: 21000000-9001"),
    ],
)
def test_one_line_that_only_its_kind_prints_is_enough(kind, line):
    assert kind_of(f"ข้อความ\n{line}\nข้อความ") == kind


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("indicator", "รายละเอียดตัวชี้วัด"),
        ("indicator", "** สรุปผลการดำเนินงาน **"),
        ("city_indicator", "ลักษณะข้อมูล : รายปี"),
        ("city_indicator", "2.วิธีการคำนวณ หรือ เกณฑ์การประเมิน"),
        ("agency_summary", "[มิติที่ 3 : คุณภาพ]"),
        ("agency_summary", "หน่วยนับ :ร้อยละ"),
        ("it_review", "ผลการพิจารณาโครงการ :เห็นชอบ"),
        ("plan_record", "คืบหน้าล่าสุด : ร้อยละ 45"),
        ("plan_record", "Kpi ID2100-901"),
    ],
)
def test_one_label_among_other_text_needs_the_address(kind, line):
    text = f"ข้อความ\n{line}\nข้อความ\n{line}"
    assert kind_of(text) is None
    assert kind_of(text, kind) == kind
    assert kind_of(text, "project") is None


def test_what_several_kinds_print_proves_none_but_an_indicator_with_its_address():
    shared = "ค่าเป้าหมาย ต้น : 100\nผลงานที่ทำได้ ต้น : 45\nรายงานผลฯ ไตรมาสที่ 1\nสนับสนุนยุทธศาสตร์กรุงเทพมหานครฯ"
    assert kind_of(shared) is None
    assert [kind.name for kind in KINDS if kind_of(shared, kind.name)] == ["indicator"]
    assert kind_of("ค่าเป้าหมาย ต้น : 100\nผลงานที่ทำได้ ต้น : 45", "indicator") is None


@pytest.mark.parametrize("second", PAGES)
@pytest.mark.parametrize("first", PAGES)
def test_of_two_pages_in_one_file_the_first_tells_the_kind(first, second):
    assert kind_of(f"{PAGES[first]}\n{PAGES[second]}\n{plain_page()}") == first
