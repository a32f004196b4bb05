"""The printer of project pages draws every form that is known, and what it prints is what a page shows."""

import random
import re
from collections import Counter
from collections.abc import Callable

import pytest

from tests.layouts import LAYOUTS
from tests.render import Line, Part, Sheet, project_page, text_copy, truth
from tests.test_layouts import Screen

PAGES = 600

LINES = r"""
ความคืบหน้าโครงการ/กิจกรรม
.+ : \d{8}-\d{4}
.+\S: \d{8}-\d{4}
.+ :\d{8}-\d{4}
.+\S:\d{8}-\d{4}
โครงการ.+
อ\.2/2โครงการ.+
\(ใหม่ \) โครงการ.+
2\.1โครงการ.+
ก\.-โครงการ.+
“ก” โครงการ.+
"ก" โครงการ.+ ?: ?\d{8}-\d{4}
.+ "ทดลอง" ?: ?\d{8}-\d{4}
.+ \(2563\) ?: ?\d{8}-\d{4}
.+ \(ปี 2563\) ?: ?\d{8}-\d{4}
.+ \(๒๕๖๓\) ?: ?\d{8}-\d{4}
.+\(ต่อเนื่อง\) ?: ?\d{8}-\d{4}
.+ : ระยะที่ 2 ?: ?\d{8}-\d{4}
.+ : 2563 ?: ?\d{8}-\d{4}
.+ ?: ?[๐-๙]{8}-[๐-๙]{4}
โครงการ.+(\d{8}-\d{4})
สำนักทดลองงาน
สำนัก\S+ : \(2566\)
สำนัก\S+: \(2562\)
สำนัก\S+ ?: ?\([๐-๙]{4}\)
สํานัก.+
\*\* กองสมมุติ สำนัก\S+
\*\* กองสมมุติ สำนัก\S+ : \(256\d\)
\*\* ศูนย์ทดลอง เขตตัวอย่าง สำนัก.+
\*\* สํานัก.+
ความคืบหน้าโครงการ ร้อยละ 0
ความคืบหน้าโครงการ ร้อยละ 0\.00
ความคืบหน้าโครงการ ร้อยละ 15
ความคืบหน้าโครงการ ร้อยละ 45\.50
ความคืบหน้าโครงการ ร้อยละ 100
ความคืบหน้าโครงการ ร้อยละ 100\.00
ความคืบหน้าโครงการ ร้อยละ [๐-๙.]+
ความคืบหน้าโครงการ ร้อยละ \d*([๐-๙][0-9]|[0-9][๐-๙])[\d.]*
ฝ่ายโยธา
กลุ่มงานทดสอบ\(9999\)
กองตัวอย่างโทร\.9999
หัวหน้าฝ่ายทดลอง 9999
สมปองตัวอย่าง
นาย\S+ \S+ นาง\S+ \S+
น\.ส\.\S+ \S+ และนาย\S+ \S+ .+
.+ โทร 9999
.+ โทร\. 9999
.+ \(โทร\. 9999-8 \)
.+\(0 0000 0000\)
.+ / 0 0000 0000
.+ หรือโทร\. 9999
.+ ต่อ 999
.+ 9999, 9998
.+9999,9998
.+ 09 9999 9999
ดูโครงการแผนปีฯ : พิมพ์ข้อมูล
ดูโครงการแผนปีฯ:พิมพ์ข้อมูล
\*\*\* สยป\. ประเมินโครงการ : ไตรมาสที่ [1-4] : 100\.0000
\*\*\* สยป\. ประเมินโครงการ : ไตรมาสที่ [1-4] 100\.0000
\*\*\* สยป\. ประเมินโครงการ : ไตรมาสที่ [1-4] 100
\*\*\* สยป\. ประเมินโครงการ : ไตรมาสที่ [1-4]
\*\*\* สยป\. ประเมินโครงการ ?: ?ไตรมาสที่ [๑-๔].*
\*\*\* สยป\. ประเมินโครงการ:ไตรมาสที่ \d ?: ?0
\*\*\* สยป\. ประเมินโครงการ .+ ๑๐๐\.๐๐๐๐
หลักการและเหตุผล
([0-9]{8})/\1
[0-9]{8}/[0-9]{8}
[๐-๙]{8}/[๐-๙]{8}
\d*([๐-๙][0-9]|[0-9][๐-๙])\d*/.+
ด้านที่ [๐-๙]+ - .+
ด้านที่ [๐-๙]+ – .+
ด้านที่ [๐-๙]+-.+
ด้านที่ [0-9]+.+
: ด้านที่ .+
:ด้านที่ .+
ด้านที่ .+ : Bangkok .+
ด้านที่ .+\S:Bangkok .+
ด้านที่ [^A-Z]+
มิติที่ [๐-๙]+\.[๐-๙]+ - .+
เป้าหมายที่ [๐-๙]+(\.[๐-๙]+){2} .+%
เป้าหมายที่ .+ %
เป้าประสงค์ที่ [๐-๙]+(\.[๐-๙]+){3} .+
\(1\) ความคืบหน้าโครงการฯ ร้อยละ \d+ \([0-9-]{10}\)
\(1\) ความคืบหน้าโครงการฯ ร้อยละ \d+\.\d\d \([0-9-]{10}\)
\(40\) ความคืบหน้าโครงการฯ .+
\([๐-๙]+\) ความคืบหน้าโครงการฯ .+
\(\d+\) ความคืบหน้าโครงการฯ ร้อยละ \d*[๐-๙].+
\(\d+\) ความคืบหน้าโครงการฯ ร้อยละ .+ \([๐-๙]{4}-[๐-๙]{2}-[๐-๙]{2}\)
\(\d+\) ความคืบหน้าโครงการฯ ร้อยละ .+ \(\d*([๐-๙][0-9]|[0-9][๐-๙]).+
[0-9]{1,2}/[0-9]{1,2}/25[0-9]{2} : .+
[0-9]{1,2}/[0-9]{1,2}/25[0-9]{2}:.+
[๐-๙]{1,2}/[๐-๙]{1,2}/[๐-๙]{4} ?: ?.+
\d+/\d+/\d{4} ?: ?\S.*&&&.*
\d+/\d+/\d{4} ?: ?\S.*-&&&-.*
\d+/\d+/\d{4} ?: ?\S.*ผลการดำเนินงาน.*
\d+/\d+/\d{4} ?: ?ผลการดำเนินงาน .+
\d+/\d+/\d{4} ?: ?แผนการดำเนินงานฯ .+
\d+/\d+/\d{4} ?: ?\(2\) .+
\d+/\d+/\d{4} ?: ?25/3/2563 : .+
\d+/\d+/\d{4} ?: ?1/31/2021 : .+
\d+/\d+/\d{4} ?: ?.+18 มีนาคม 2563.+
\d+/\d+/\d{4} ?: ?.*ความคืบหน้าโครงการฯ ร้อยละ 50\.00 \(2020-03-23\).*
\d+/\d+/\d{4} ?: ?.*\*\* ปัญหาของโครงการ :ไม่มี.*
\*\* ปัญหาของโครงการ :ไม่มี
\*\* ปัญหาของโครงการ : ไม่มี
\*\* ปัญหาของโครงการ:ไม่มี
\*\* ปัญหาของโครงการ: -
\*\* ปัญหาของโครงการ :
\*\* ปัญหาของโครงการ :ให้.+
\*\* อุปสรรคของโครงการ :ไม่มี
\*\* อุปสรรคของโครงการ ?: ?ให้.+
-{18}&&&-{20}
-&&&-{3}
-{40}&&&-
ขั้นตอน 1
ขั้นตอน 30
ขั้นตอน [๐-๙]+
ขั้นตอน ([๐-๙][0-9]|[0-9][๐-๙])
:ให้.+
: ให้.+
:5%
: 5%
:7\.5%
:12\.50%
:[๐-๙]+%
:\d*([๐-๙][0-9]|[0-9][๐-๙]).*%
เริ่มต้น :[0-9]{2}/[0-9]{2}/20[0-9]{2}
เริ่มต้น : [0-9]{2}/.+
เริ่มต้น:[0-9]{2}/.+
เริ่มต้น: [0-9]{2}/.+
เริ่มต้น ?: ?[๐-๙]{2}/[๐-๙]{2}/[๐-๙]{4}
เริ่มต้น :
สิ้นสุด :
สิ้นสุด ?: ?.+/20[๐-๙0-9]{2}
\(ทดสอบ\) แสดงขั้นตอนการดำเนินงานโครงการ : \d{8}-\d{4}
\(คลิก\) ขั้นตอนการปฏิบัติงานของโครงการ:[๐-๙]{8}-[๐-๙]{4}
รายละเอียดเกี่ยวกับตัวชี้วัด : \d{4}-\d{3}
รายละเอียดเกี่ยวกับตัวชี้วัด : \d{4}-\d{4}
รายละเอียดเกี่ยวกับตัวชี้วัด ?: ?[๐-๙]{4}-[๐-๙]{3,4}
ตัวชี้วัด : 7\. .+
ตัวชี้วัด ?: ?5\.1 .+
ตัวชี้วัด ?: ?\(10\) .+
ตัวชี้วัด ?: ?๑\. .+
ตัวชี้วัด ?: ?-.+
ตัวชี้วัด:ปี 2564 ๒\. .+
ค่าเป้าหมาย ร้อยละ : 80
ค่าเป้าหมาย ร้อยละ : 80\.00
ค่าเป้าหมาย ร้อยละ ?: ?80\.0000
ค่าเป้าหมาย ร้อยละ : 0
ค่าเป้าหมาย ร้อยละ:\d.+
ค่าเป้าหมาย ร้อยละ ?: ?[๐-๙].*
ค่าเป้าหมาย .+1,407\.52
ค่าเป้าหมาย .+[๐-๙],[๐-๙]{3}.*
ค่าเป้าหมาย ร้อยละ \(ลดลง\) ?: ?\d.*
ค่าเป้าหมาย เขตละ\.\.\.เส้นทาง ?: ?\d.*
ค่าเป้าหมาย ร้อยละ 30 ?: ?\d.*
ค่าเป้าหมาย ระดับ : 1 - 5 : \d.*
ค่าเป้าหมาย \S{40,} ?: ?\d.*
ค่าเป้าหมาย  ?: ?\d.*
ค่าเป้าหมาย 80 ?: ?ร้อยละ
ค่าเป้าหมาย ≥1 ?: ?แห่ง
ค่าเป้าหมาย ร้อยละ 2 ?: ?ร้อยละ 2
ผลงานที่ทำได้ .+1,407\.52
ผลงานที่ทำได้ ร้อยละ ?: ?[๐-๙].*
ประเภทตัวชี้วัด : ตัวชี้วัดเชิงยุทธศาสตร์
ประเภทตัวชี้วัด:ตัวชี้วัดงานประจำ
ประเภทตัวชี้วัด ?: ?
ตัวชี้วัดระดับผลผลิต \(output\)
\(ตัวชี้วัดระดับผลผลิต \(output\)\)
ตัวชี้วัดระดับผลลัพธ์ \(outcome\)
\(ตัวชี้วัดระดับผลลัพธ์ \(outcome\)\)
[1-4]
[๑-๔]
1,407\.52
[๐-๙.]+
87\.5 / 100
๐ / ๐
\d+\.0000
\*\* ผลการประเมินโครงการ \(รายไตรมาส\) \*\*
"""
"""A form a line, each that of some whole line on some page."""

PARAGRAPHS = ("หลักการและเหตุผล", "วัตถุประสงค์ของโครงการ", "เป้าหมายของโครงการ")
SECTIONS = ("ผลการดำเนินงาน", "แผนการดำเนินงานฯ", "สนับสนุนตัวชี้วัดตามแผนฯ", "สนับสนุนยุทธศาสตร์กรุงเทพมหานครฯ")
NEIGHBOURS = [
    r"หลักการและเหตุผล\n.+\nวัตถุประสงค์ของโครงการ",  # no organisation codes
    *(
        rf"{heading}\n{start}.+"
        for heading in PARAGRAPHS
        for start in (r"\(2\) ", r"เป้าหมายที่ 1 ", "ผลการดำเนินงาน ")
    ),
    r"ผลการดำเนินงาน\nแผนการดำเนินงานฯ",  # no entries
    r"\d+/\d+/\d+ ?:.+\n\*\* อุปสรรค.+",
    r"\d+/\d+/\d+ ?:.+\n-+&&&-+",  # neither problem nor obstacle line
    r"\*\* ปัญหา.+\n-+&&&-+",
    r"แผนการดำเนินงานฯ\n\(ทดสอบ\) .+",  # no steps
    r"เริ่มต้น ?:\nสิ้นสุด ?:",
    r"สนับสนุนยุทธศาสตร์กรุงเทพมหานครฯ\nผลการดำเนินงาน",
    *(rf"{start}.+\nผลการดำเนินงาน" for start in (r"ด้านที่ ", r"มิติที่ ", r"เป้าหมายที่ ", r"เป้าประสงค์ที่ ")),
    r"สนับสนุนตัวชี้วัดตามแผนฯ\n\*\* ผลการประเมินโครงการ \(รายไตรมาส\) \*\*",  # no indicators
    r"\d / \d\nรายละเอียดเกี่ยวกับตัวชี้วัด.+",  # several
    r"\*\* ผลการประเมินโครงการ \(รายไตรมาส\) \*\*\n.+\n.+\n.+",  # text after the last heading
    r"\*\* ผลการประเมินโครงการ \(รายไตรมาส\) \*\*\n100\.00",
]
"""The same, of lines that follow one another."""


@pytest.fixture(scope="module")
def sheets() -> list[Sheet]:
    return [project_page(random.Random(f"project {number}")) for number in range(PAGES)]


def test_every_known_form_is_drawn(sheets: list[Sheet]) -> None:
    lines = "\n".join({line.text.rstrip() for sheet in sheets for line in sheet.lines})
    pages = "\n\n".join("\n".join(line.text for line in sheet.lines if line.text) for sheet in sheets)
    undrawn = [form for form in LINES.split("\n") if form and not re.search(f"(?m)^{form}$", lines)]
    assert undrawn == []
    assert [form for form in NEIGHBOURS if not re.search(f"(?m)^{form} ?$", pages)] == []


def test_a_page_has_from_none_to_forty_entries_and_from_none_to_thirty_steps(sheets: list[Sheet]) -> None:
    tables = [truth(sheet.lines) for sheet in sheets]
    assert {0, 1, 40} < {len(rows.get("progress_reports", [])) for rows in tables}
    assert {0, 1, 30} < {len(rows.get("plan_steps", [])) for rows in tables}
    assert {0, 1, 2} == {len(rows.get("indicators", [])) for rows in tables}


def test_scores_are_blank_in_no_row_in_one_or_in_all(sheets: list[Sheet]) -> None:
    blank = {
        sum("score" not in row for row in rows[:4])
        for sheet in sheets
        if (rows := truth(sheet.lines).get("indicator_quarters"))
    }
    assert blank == {0, 1, 4}


def test_the_days_of_an_entry_and_of_its_narrative_may_differ(sheets: list[Sheet]) -> None:
    days = Counter(
        row["report_date"] == row["narrative_date"]
        for sheet in sheets
        for row in truth(sheet.lines).get("progress_reports", [])
    )
    assert set(days) == {True, False}


def test_the_decimals_of_headline_and_score_go_together(sheets: list[Sheet]) -> None:
    def decimals(lines: list[Line], column: str) -> int:
        printed = next(
            part.text
            for line in lines
            for part in line.pieces
            if isinstance(part, Part) and column in part.read(part.text)
        )
        return len(printed.partition(".")[2])

    scored = [sheet.lines for sheet in sheets if "evaluation_score" in truth(sheet.lines)["projects"][0]]
    pairs = {(decimals(lines, "progress_percent"), decimals(lines, "evaluation_score")) for lines in scored}
    assert pairs == {(0, 0), (2, 4)}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_layout_shows_every_line_of_a_page(layout: Callable[[str], str], sheets: list[Sheet]) -> None:
    for sheet in sheets[:20]:
        text = text_copy(sheet.lines)
        assert Screen(layout(text)).lines() == [" ".join(line.split()) for line in text.split("\n") if line]
