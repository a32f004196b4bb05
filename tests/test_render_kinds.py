"""The printers of pages draw every form that is known, and what they print is what they say is printed."""

import random
import re
from collections.abc import Callable

import pytest

from scraper.sites import identify
from tests.kind_sheets import KindSheet, truth
from tests.layouts import LAYOUTS
from tests.reduce import reduced_copy
from tests.render import Sheet, project_page, text_copy
from tests.render_kinds import KIND_PAGES
from tests.test_layouts import Screen

PAGES = 300
ANY_KIND: dict[str, Callable[[random.Random], Sheet]] = {"project": project_page, **KIND_PAGES}

QUARTERS = r"""
ไตรมาสที่
\(1 - 4\)
\*ผลงาน\*
\(.+\)
\*ผลประเมินตัวชี้วัด\*
\(\* 2\.1 / 2\.2 \*\)
[1-4]
[๑-๔]
1,407\.52
\d+\.\d\d
87\.5 / 100
0 / 0
รายงานผลฯ ไตรมาสที่ 4
-
28/10/2563 : .+
1/31/2021 : .+
"""
FORMS = {
    "indicator": QUARTERS
    + r"""
รายละเอียดตัวชี้วัด
Back Home
.+ : \d{4}-\d{3}
.+ : \d{4}-\d{4}
7\. .+
5\.1 .+
\(10\) .+
๑\. .+
ปี 2564 ๒\. .+
-ให้.+
1\. ให้.+ 2\. ให้.+
.+ : .+ : \d{4}-.+
.+\(2564\) : .+
ค่าเป้าหมาย .*\S : \d[\d.]*
ค่าเป้าหมาย .*\S:\d[\d.]*
ค่าเป้าหมาย .*\S :\d[\d.]*
ค่าเป้าหมาย .*\S: \d[\d.]*
ผลงานที่ทำได้ ค่าเปอร์เซ็นไทล์.+
ค่าเป้าหมาย ลดลงร้อยละ.+
ค่าเป้าหมาย ร้อยละ 30.+
ค่าเป้าหมาย ร้อยละ \(ลดลง\).+
ค่าเป้าหมาย เขตละ\.\.\.เส้นทาง.+
ค่าเป้าหมาย \S{40,} ?: ?\d.+
ค่าเป้าหมาย 80 ?: ?ร้อยละ
ค่าเป้าหมาย ร้อยละ 2 ?: ?ร้อยละ 2
ค่าเป้าหมาย ระดับ : 1 - 5 : \d.*
ผลงานที่ทำได้ .*[0-9],[0-9]{3}.*
ผลงานที่ทำได้ .*[๐-๙]
ค่าเป้าหมาย .*: ?0
ค่าเป้าหมาย .*:.*\d\.\d{1}
ค่าเป้าหมาย .*:.*\d\.\d{2}
ค่าเป้าหมาย .*:.*\d\.\d{3}
ค่าเป้าหมาย .*:.*\d\.\d{4}
ประเภทตัวชี้วัด : ตัวชี้วัดเชิงยุทธศาสตร์
ประเภทตัวชี้วัด : ตัวชี้วัดงานประจำ
ประเภทตัวชี้วัด ?: ?
\(ตัวชี้วัดระดับผลผลิต \(output\)\)
\(ตัวชี้วัดระดับผลลัพธ์ \(outcome\)\)
ตัวชี้วัดระดับผลผลิต \(output\)
0
รายละเอียดตัวชี้วัดฯ : พิมพ์ข้อมูล
.+ ไตรมาสที่ \d: 85
.+ ไตรมาสที่ \d : 0\.0000
\*\*\* สยป\. ตรวจประเมินตัวชี้วัด : ไตรมาสที่ [1-4]:
ผลงานเทียบกับเป้าหมายรายไตรมาส
100\.0000
\*\* สรุปผลการดำเนินงาน \*\*
นิยาม หรือความหมายของตัวชี้วัด
""",
    "city_indicator": r"""
โครงการจัดทำฐานข้อมูลตัวชี้วัดการพัฒนาเมือง \(2562-2563\)
Back Home
.+ : \d{1,3}
ค่าเป้าหมาย ร้อยละ : 20 ของประชาชน.+
ค่าเป้าหมาย ร้อยละ 2 : ร้อยละ 2
ค่าเป้าหมาย ไม่น้อยกว่า : 1\.05 \(48 แห่ง\)
ค่าเป้าหมาย ≥1 : แห่ง
ค่าเป้าหมาย ตร\.ม\. : 12\.25 ตร\.ม\.
ค่าเป้าหมาย แห่ง : 48
ลักษณะข้อมูล : .+
ลักษณะข้อมูล ?: ?
:ด้านที่ [๐-๙]+ - .+
:ด้านที่ [๐-๙]+ – .+
: ด้านที่.+
:มิติที่ [๐-๙]+\.[๐-๙]+.+
:เป้าหมายที่ .+%
:เป้าหมายที่ .+ %
1\.นิยาม หรือความหมายของตัวชี้วัด
1\. .+
2\.วิธีการคำนวณ หรือ เกณฑ์การประเมิน
3\.แหล่งข้อมูล/เจ้าของข้อมูล
4\.\S.*
5\.\S.*
""",
    "agency_summary": QUARTERS
    + r"""
ผลการปฏิบัติราชการประจำปี : ของหน่วยงาน : \d{8}
Home Home SED
มิติที่ 1 ด้าน.+
มิติที่ 2 ด้าน.+
มิติที่ 3 ด้าน.+
\(1\) .+
\(5\) .+
\(๒\) .+
\[มิติที่ \d : .+\]
\*{4} ภารกิจงานประจำของหน่วยงาน \*{4}
(\*{4} ภารกิจงานประจำของหน่วยงาน \*{4} ?){2}
ด้านที่ .+เป้าหมายที่ .+
หน่วยนับ :\S.+
หน่วยนับ ?: ?
เป้าหมาย :\d+\.\d\d
ผลงาน ?: ?1,407\.52
""",
    "it_review": r"""
ผลการพิจารณาโครงการ :เห็นชอบ
ผลการพิจารณาโครงการ ?: ?
.+ : ตามมติที่.+
หลักการและเหตุผล
ให้.+
""",
    "plan_record": r"""
รายละเอียดโครงการ/กิจกรรม: \d{8}-\d{4}
คืบหน้าล่าสุด : ร้อยละ [\d.]+
ข้อมูลโครงการ/กิจกรรม พิมพ์ PDF
รหัสโครงการ\d{8}-\d{4}
ปี25\d\d
ชื่อโครงการโครงการ.+
Policy ID12
Branch ID0401
Kpi ID\d{4}-\d{3,4}
Kpi ID\(ไม่ได้ตั้ง\)
Policy ID
งบฯ ที่ได้รับ \(บาท\)85,840
งบฯ ที่ใช้ไป \(บาท\)0
คืบหน้าล่าสุด\d+
หน่วยงานสํานัก.+
Start Date20\d\d-\d\d-\d\d 00:00:00\.000
Finish Date20.+
หลักการและเหตุผล.+
รหัสโครงการ
ชื่อโครงการ
Kpi ID
\(ไม่ได้ตั้ง\)
85,840
Start Date
20\d\d-\d\d-\d\d 00:00:00\.000
""",
}
"""A form a line, each that of some whole line on some page of the kind."""


def sheets(kind: str, count: int = PAGES) -> list[KindSheet]:
    return [KIND_PAGES[kind](random.Random(f"{kind} {number}")) for number in range(count)]


@pytest.mark.parametrize("kind", KIND_PAGES)
def test_every_known_form_is_drawn(kind: str) -> None:
    lines = {line.text for sheet in sheets(kind) for line in sheet.lines}
    forms = FORMS[kind].split("\n")
    assert [form for form in forms if form and not any(re.fullmatch(form, line) for line in lines)] == []


def test_scores_are_blank_in_no_row_in_one_or_in_all_and_the_fourth_may_repeat_the_first() -> None:
    tables = [
        [(row.get("score"), row["criterion_2_1"], row["criterion_2_2"]) for row in rows]
        for sheet in sheets("indicator")
        if (rows := truth(sheet.lines)["indicator_quarters"])
    ]
    assert {sum(score is None for score, *_ in rows) for rows in tables} == {0, 1, 4}
    assert any(rows[3] == (rows[0][0], 0, 0) and rows[0][0] and rows[0][1] for rows in tables)


@pytest.mark.parametrize("kind", KIND_PAGES)
def test_the_url_of_a_page_tells_its_kind_and_code(kind: str) -> None:
    for sheet in sheets(kind, 50):
        assert identify(sheet.url)[1:] == (kind, sheet.code)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("kind", KIND_PAGES)
def test_a_layout_shows_every_line_of_a_page(kind: str, layout: Callable[[str], str]) -> None:
    for sheet in sheets(kind, 10):
        text = text_copy(sheet.lines)
        assert Screen(layout(text)).lines() == [" ".join(line.split()) for line in text.split("\n") if line]


@pytest.mark.parametrize("kind", ANY_KIND)
def test_a_reduced_copy_says_part_of_what_the_page_says(kind: str) -> None:
    start = {"project": "ความคืบหน้าโครงการ ร้อยละ", "indicator": "ค่าเป้าหมาย", "city_indicator": "ค่าเป้าหมาย"}
    for number in range(PAGES):
        chance = random.Random(f"{kind} {number}")
        sheet = ANY_KIND[kind](chance)
        lines, said = reduced_copy(sheet, chance)
        whole = truth(sheet.lines)
        assert not any(line.opens_block or line.is_cell or not line.text.strip() for line in lines)
        assert not any(sheet.code in line.text for line in lines if kind in ("project", "indicator"))
        assert not lines or lines[0].text.startswith(start.get(kind, ""))
        for table, rows in said.items():
            assert len(rows) == len(whole[table])
            assert all(row.items() <= full.items() for row, full in zip(rows, whole[table], strict=True))


def test_a_reduced_indicator_page_has_no_quarters_and_assigns_no_paragraph() -> None:
    for number, sheet in enumerate(sheets("indicator")):
        _, said = reduced_copy(sheet, random.Random(number))
        assert list(said) == ["indicators"]
        assert not {"name", "summary", "definition", "evaluation_score"} & set(said["indicators"][0])


def test_a_text_over_several_lines_is_one_value() -> None:
    further = [
        truth(sheet.lines)["city_indicators"][0].get("further_text") for sheet in sheets("city_indicator")
    ]
    assert {text.count("\n") + 1 if text else 0 for text in further} == {0, 1, 2, 4}
    assert all(text.startswith("4.") for text in further if text)
