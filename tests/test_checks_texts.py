"""Checks of narratives that were copied and of texts that the site cut."""

from pathlib import Path

import pytest

from tests.auditing import (
    OTHER,
    Case,
    Printed,
    assert_found,
    assert_not_checked,
    assert_passed,
    audited,
    build_tables,
    indicators,
    look,
    project,
    reduced,
    report,
)

WORDS = (
    "สำนักงานเขตได้จัดประชุมคณะทำงานเพื่อเตรียมความพร้อมในการจัดกิจกรรมของโครงการ และประสานงานกับชุมชนในพื้นที่"
    "เพื่อประชาสัมพันธ์ให้ประชาชนเข้าร่วมกิจกรรม พร้อมทั้งสำรวจความต้องการของประชาชนและจัดทำรายงานเสนอผู้บริหาร"
)
MORE = WORDS + " ขณะนี้อยู่ระหว่างการจัดซื้อวัสดุอุปกรณ์สำหรับใช้ในการฝึกอบรมและติดตั้งป้ายประชาสัมพันธ์"
"""The same and a further sentence: another text by more than a tenth."""
ELSEWHERE = "ตรวจรับงานก่อสร้างทางเท้าช่วงแรกแล้วเสร็จ อยู่ระหว่างเบิกจ่ายเงินให้ผู้รับจ้างตามสัญญา"
GOAL = "ก" * 82


def strategy(title: str) -> str:
    return f"ด้านที่ ๕ - มหานครสมมุติ\nมิติที่ ๕.๒ - ตัวอย่าง\nเป้าหมายที่ ๕.๒.๑ {title}%"


def two_reports(newer: str, older: str, percents: tuple[str, str] = ("45.00", "30.00")) -> Printed:
    return project(report(1, percents[0], "2023-03-23", newer), report(2, percents[1], "2023-02-01", older))


CASES = {
    "narrative_repeats_report_before": Case(
        found=[two_reports(WORDS, f"  {WORDS.replace('ชุมชน', 'ชุมชน ')}")],
        shows={
            "position": 1,
            "column": "narrative",
            "value": "1",
            "expected": "0.9",
            "message_en": "has a similarity of 1 with that of the report before it (2023-02-01), while the "
            "percent rises from 30 to 45.",
        },
        passed=[two_reports(MORE, WORDS)],
        not_checked=[project(report(1, "45.00", "2023-03-23", WORDS), report(2, "30.00", "2023-02-01", ""))],
        reason="no_narrative",
    ),
    "narrative_like_other_project": Case(
        found=[
            two_reports(WORDS, ELSEWHERE),
            project(report(1, "45.00", "2023-03-22", WORDS), code=OTHER),
        ],
        shows={
            "page_code": "50030000-0001",
            "position": 1,
            "value": "1",
            "expected": OTHER,
            "message_en": "a similarity of 1 with that of project 50040000-0002 (2023-03-22)",
        },
        passed=[
            two_reports(MORE, ELSEWHERE),
            project(report(1, "45.00", "2023-03-22", WORDS), code=OTHER),
        ],
        not_checked=[reduced()],
        reason="reduced_copy",
    ),
    "text_cut_by_site": Case(
        found=[project(report(1, "45.00", "2023-03-23"), strategy=strategy(GOAL))],
        shows={"table_name": "strategy_links", "position": 3, "column": "title", "value": "100"},
        passed=[project(report(1, "45.00", "2023-03-23"), strategy=strategy(GOAL[2:]))],
        not_checked=[project(strategy=None)],
        reason="no_strategy_text",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_page_triggers_it(tmp_path: Path, name: str) -> None:
    assert_found(look(tmp_path, name, CASES[name].found), CASES[name].shows)


@pytest.mark.parametrize("name", CASES)
def test_a_page_just_under_it_passes(tmp_path: Path, name: str) -> None:
    assert_passed(look(tmp_path, name, CASES[name].passed))


@pytest.mark.parametrize("name", CASES)
def test_a_page_without_its_inputs_is_not_checked(tmp_path: Path, name: str) -> None:
    assert_not_checked(look(tmp_path, name, CASES[name].not_checked), CASES[name].reason)


def test_a_repeated_narrative_is_none_of_our_business_while_the_percent_stands(tmp_path: Path) -> None:
    clean = build_tables(tmp_path, [two_reports(WORDS, WORDS, ("30.00", "30.00"))])
    assert_passed(audited(clean, "narrative_repeats_report_before"))


def test_the_similarity_is_stated_and_compared_with_the_threshold(tmp_path: Path) -> None:
    clean = build_tables(tmp_path, [two_reports(MORE, WORDS)])
    checked = audited(clean, "narrative_repeats_report_before", narrative_repeats_report_before=0.6)
    assert_found(checked, {"expected": "0.6"})
    assert 0.6 <= float(checked.findings.iloc[0]["value"]) < 0.9


def test_a_narrative_with_one_word_changed_is_like_that_of_another_project(tmp_path: Path) -> None:
    changed = WORDS.replace("ประชาสัมพันธ์", "แจ้ง")
    pages = [
        two_reports(changed, ELSEWHERE),
        project(report(1, "45.00", "2023-03-22", WORDS), code=OTHER),
    ]
    clean = build_tables(tmp_path, pages)
    checked = audited(clean, "narrative_like_other_project", narrative_like_other_project=0.8)
    assert_found(checked, {"expected": OTHER})
    assert 0.8 <= float(checked.findings.iloc[0]["value"]) < 1


def test_the_first_of_two_alike_is_not_the_copy(tmp_path: Path) -> None:
    later = project(
        report(1, "45.00", "2023-03-24", WORDS), report(2, "1", "2023-01-02", "เริ่มงาน"), code=OTHER
    )
    checked = look(tmp_path, "narrative_like_other_project", [two_reports(WORDS, ELSEWHERE), later])
    assert_found(checked, {"page_code": OTHER, "expected": "50030000-0001"})


def test_short_formulas_are_no_copies_of_other_projects(tmp_path: Path) -> None:
    pages = [
        two_reports("อยู่ระหว่างดำเนินการ", ELSEWHERE),
        project(report(1, "45.00", "2023-03-22", "อยู่ระหว่างดำเนินการ"), code=OTHER),
    ]
    assert_passed(look(tmp_path, "narrative_like_other_project", pages))


def test_among_many_that_are_alike_each_later_one_is_found(tmp_path: Path) -> None:
    pages = [
        project(
            report(1, "45.00", f"2023-03-{day:02d}", f"{WORDS} เขตที่ {day}"),
            report(2, "1", "2023-01-02", f"เริ่มงาน {day}"),
            code=f"50030000-{day:04d}",
        )
        for day in range(1, 26)
    ]
    checked = look(tmp_path, "narrative_like_other_project", pages)
    assert len(checked.findings) == 24


def test_a_unit_of_fifty_characters_is_cut(tmp_path: Path) -> None:
    page = indicators(("เป้าหมาย ร้อยละ", f"เป้าหมาย {'ก' * 50}"), ("ที่ทำได้ ร้อยละ", f"ที่ทำได้ {'ก' * 50}"))
    assert_found(look(tmp_path, "text_cut_by_site", [page]), {"column": "unit", "value": "50"})
