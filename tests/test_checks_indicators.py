"""Checks of indicators, each triggered, just under, and without its inputs."""

from pathlib import Path

import pandas as pd
import pytest

from tests.auditing import (
    Case,
    agency_summary,
    assert_found,
    assert_not_checked,
    assert_passed,
    audited,
    build_tables,
    indicator_page,
    indicators,
    look,
    project,
    reduced,
    report,
)

RESULT, SECOND, TARGET = "ที่ทำได้ ร้อยละ : 20.0000", "2\n0.00\n\n0 / 0", "เป้าหมาย ร้อยละ : 80.0000"
AFTER_YEAR = "2023-10-01"

CASES = {
    "result_unlike_latest_quarter": Case(
        found=[indicators((RESULT, "ที่ทำได้ ร้อยละ : 20.0051"))],
        shows={
            "table_name": "indicators",
            "column": "result_value",
            "value": "20.0051",
            "expected": "20",
            "message_en": "quarter 1, the latest reported, has 20.",
        },
        passed=[indicators((RESULT, "ที่ทำได้ ร้อยละ : 20.0049"))],
        not_checked=[indicators(("1\n20.00\n\n100 / 100", "1\n20.00\n\n0 / 0"))],
        reason="no_reported_quarter",
    ),
    "indicator_falls": Case(
        found=[indicators((SECOND, "2\n19.99\n\n0 / 100"))],
        shows={
            "table_name": "indicator_quarters",
            "position": 2,
            "value": "19.99",
            "expected": "20",
            "message_en": "The result of indicator 1 falls from 20 (quarter 1) to 19.99 (quarter 2).",
        },
        passed=[indicators((SECOND, "2\n20.00\n\n0 / 100"))],
        not_checked=[indicators((SECOND, "2\n0.00\n\nx / 0"))],
        reason="unread_quarter",
    ),
    "target_missed": Case(
        found=[indicators((RESULT, "ที่ทำได้ ร้อยละ : 79.9999"), captured=AFTER_YEAR)],
        shows={"table_name": "indicators", "value": "79.9999", "expected": "80"},
        passed=[indicators((RESULT, "ที่ทำได้ ร้อยละ : 80.0000"), captured=AFTER_YEAR)],
        not_checked=[indicators(captured="2023-09-30")],
        reason="year_not_over",
    ),
    "score_without_report": Case(
        found=[project()],
        shows={
            "table_name": "projects",
            "column": "evaluation_score",
            "value": "100",
            "message_en": "The project has the score 100, and its page has no progress report.",
        },
        passed=[project(evaluation="*** สยป. ประเมินโครงการ : ไตรมาสที่ 2 : 0.0000")],
        not_checked=[reduced()],
        reason="reduced_copy",
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


def test_a_quarter_of_0_0_is_not_reported_whatever_its_result(tmp_path: Path) -> None:
    clean = build_tables(tmp_path, [indicators((SECOND, "2\n5.00\n\n0 / 0"))])
    assert_passed(audited(clean, "indicator_falls"))
    assert_passed(audited(clean, "result_unlike_latest_quarter"))


def test_the_page_of_an_indicator_and_that_of_an_agency_are_judged_too(tmp_path: Path) -> None:
    clean = build_tables(tmp_path, [indicator_page(), agency_summary()])
    checked = audited(clean, "result_unlike_latest_quarter")
    assert sorted(checked.findings["table_name"]) == ["agency_indicators", "indicators"]
    assert set(checked.findings["value"]) == {"62.5"}
    assert set(checked.findings["expected"]) == {"40"}


def test_the_finding_leads_to_the_line_of_the_result(tmp_path: Path) -> None:
    finding = look(tmp_path, "result_unlike_latest_quarter", [indicator_page()]).findings.iloc[0]
    assert (finding["line_first"], finding["line_last"]) == (9, 9)
    assert pd.isna(finding["project_code"])


@pytest.mark.parametrize("unit", ["ร้อยละ (ลดลง)", "นาที"])
def test_where_less_may_be_better_no_target_is_judged(tmp_path: Path, unit: str) -> None:
    edits = ((TARGET, f"เป้าหมาย {unit} : 80"), (RESULT, f"ที่ทำได้ {unit} : 20"))
    page = indicators(*edits, captured=AFTER_YEAR)
    assert_not_checked(look(tmp_path, "target_missed", [page]), "unclear_direction")


def test_an_indicator_page_does_not_say_its_year_so_no_target_is_judged(tmp_path: Path) -> None:
    assert_not_checked(look(tmp_path, "target_missed", [indicator_page()]), "no_fiscal_year")


def test_a_target_in_words_cannot_be_judged(tmp_path: Path) -> None:
    page = indicators((TARGET, "เป้าหมาย ร้อยละ : มากกว่าเดิม"), captured=AFTER_YEAR)
    assert_not_checked(look(tmp_path, "target_missed", [page]), "no_target")


def test_a_page_without_indicators_is_not_judged(tmp_path: Path) -> None:
    page = project(report(1, "45.00", "2023-03-23"), indicators=None)
    assert_not_checked(look(tmp_path, "indicator_falls", [page]), "no_indicators")


def test_a_score_beside_a_quarter_of_0_0_is_found(tmp_path: Path) -> None:
    page = indicators((SECOND, "2\n0.00\n100.0000\n0 / 0"))
    says = "Quarter 2 of indicator 1 has the score 100 beside the pair 0 / 0."
    assert_found(look(tmp_path, "score_without_report", [page]), {"position": 2, "message_en": says})


def test_the_score_of_an_indicator_without_any_reported_quarter_is_found(tmp_path: Path) -> None:
    page = indicator_page(("100 / 100", "0 / 0"), ("100 / 50", "0 / 0"))
    says = "The indicator has the score 85, and all its quarters have the pair 0 / 0."
    found = look(tmp_path, "score_without_report", [page]).findings
    assert says in found["message_en"].tolist()
