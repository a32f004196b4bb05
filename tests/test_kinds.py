"""What kind of page it is: told by what only its kind prints, and by the address where that cannot tell."""

import pytest

from parsers.kinds import is_project, looks_like
from parsers.text import text_lines
from parsers.walk import Walk
from tests.render import PLAIN_BLOCKS, plain_page, reduced_page

TITLE = PLAIN_BLOCKS["title"]


def told(text: str, hinted_kind: str | None = None) -> bool:
    return is_project(Walk(text_lines(text)), hinted_kind)


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
    assert looks_like(Walk(["", line])) == description
    assert looks_like(Walk(["ข้อความ", line])) == description


def test_the_first_line_that_tells_decides():
    assert looks_like(Walk(["Login", "404 Not Found"])) == "a login page"


def test_a_line_of_any_length_is_judged_in_linear_time():
    looks_like(Walk(["Warning:" * 10**6]))
    assert not told("ความคืบหน้าโครงการ ร้อยละก" + "ก" * 10**6)
