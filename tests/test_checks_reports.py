"""Checks of percents and problems in reports, each triggered, just under, and without its inputs."""

from pathlib import Path

import pytest

from tests.auditing import (
    Case,
    assert_found,
    assert_not_checked,
    assert_passed,
    audited,
    build_tables,
    look,
    messages,
    plan_record,
    project,
    reduced,
    report,
    statuses,
)

RISING = report(2, "30.00", "2023-02-01"), report(3, "10.00", "2023-01-01")

CASES = {
    "headline_unlike_newest_report": Case(
        found=[project(report(1, "45.00", "2023-03-23"), *RISING, headline="46.00")],
        shows={
            "table_name": "projects",
            "column": "progress_percent",
            "line_first": 12,
            "value": "46",
            "expected": "45",
            "message_en": "The head of the page says 46 %, the newest report (2023-03-23) 45 %.",
            "message_th": "23 มีนาคม 2566",
        },
        passed=[project(report(1, "45.00", "2023-03-23"), *RISING)],
        not_checked=[project()],
        reason="no_reports",
    ),
    "percent_out_of_range": Case(
        found=[project(report(1, "100.5", "2023-03-23"), headline="100")],
        shows={"table_name": "progress_reports", "position": 1, "value": "100.5", "expected": "0 to 100"},
        passed=[project(report(1, "100", "2023-03-23"), report(2, "0", "2023-03-01"), headline="0")],
        not_checked=[project(report(1, "x", "2023-03-23"))],
        reason="no_percent",
    ),
    "progress_falls": Case(
        found=[project(report(1, "29.99", "2023-03-23"), *RISING)],
        shows={
            "position": 1,
            "value": "29.99",
            "expected": "30",
            "message_en": "The report of 2023-03-23 says 29.99 %, 0.01 points less than the report before it "
            "(2023-02-01, 30 %).",
            "message_th": "วันที่ 1 กุมภาพันธ์ 2566 ร้อยละ 30",
        },
        passed=[project(report(1, "30.00", "2023-03-23"), *RISING)],
        not_checked=[reduced()],
        reason="reduced_copy",
    ),
    "done_with_problem": Case(
        found=[project(report(1, "100", "2023-03-23", problem="ฝนตกหนัก"), *RISING)],
        shows={"position": 1, "value": "100", "message_en": "says 100 %, and states a problem"},
        passed=[project(report(1, "100", "2023-03-23"), report(2, "99.99", "2023-02-01", problem="ฝนตกหนัก"))],
        not_checked=[project(report(1, "100", "2023-03-23", problem=None))],
        reason="no_problem_line",
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


def test_the_percent_of_a_plan_record_counts_too(tmp_path: Path) -> None:
    assert_found(look(tmp_path, "percent_out_of_range", [plan_record("100", "1", "101")]), {"value": "101"})


def test_a_fall_is_one_in_order_of_dates_not_of_print(tmp_path: Path) -> None:
    page = project(report(1, "30.00", "2023-02-01"), report(2, "45.00", "2023-03-23"))
    assert_passed(look(tmp_path, "progress_falls", [page]))


def test_a_threshold_allows_for_falls_up_to_it(tmp_path: Path) -> None:
    clean = build_tables(tmp_path, [project(report(1, "25.00", "2023-03-23"), *RISING)])
    assert_passed(audited(clean, "progress_falls", progress_falls=5.0))
    assert_found(audited(clean, "progress_falls", progress_falls=4.99), {"value": "25"})


def test_a_page_with_a_finding_and_a_report_that_cannot_be_judged_says_both(tmp_path: Path) -> None:
    page = project(report(1, "x", "2023-04-01"), report(2, "29.00", "2023-03-23"), *RISING)
    checked = look(tmp_path, "progress_falls", [page])
    assert_found(checked, {"position": 2})
    assert checked.results["reason_en"].tolist() == ["a percent is missing or could not be read"]


def test_each_page_is_judged_for_itself(tmp_path: Path) -> None:
    falls = project(report(1, "29.00", "2023-03-23"), *RISING)
    other = project(report(1, "45.00", "2023-03-23"), *RISING, code="50040000-0002")
    checked = look(tmp_path, "progress_falls", [other, falls])
    assert statuses(checked) == {"50030000-0001": "found", "50040000-0002": "passed"}
    assert len(messages(checked)) == 1
