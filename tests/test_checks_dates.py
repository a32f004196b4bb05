"""Checks of the dates and numbers of reports, each triggered, just under, and without its inputs."""

from pathlib import Path

import pytest

from tests.auditing import (
    Case,
    assert_found,
    assert_not_checked,
    assert_passed,
    look,
    messages,
    project,
    reduced,
    report,
)

NEW, OLD = report(1, "45.00", "2023-03-23"), report(2, "30.00", "2023-02-01")

CASES = {
    "dates_differ": Case(
        found=[project(report(1, "45.00", "2023-03-23", narrative_day="2023-03-22"), OLD)],
        shows={
            "position": 1,
            "column": "narrative_date",
            "value": "2023-03-22",
            "expected": "2023-03-23",
            "message_th": "22 มีนาคม 2566",
        },
        passed=[project(NEW, OLD)],
        not_checked=[project(report(1, "45.00", "ไม่ระบุ"))],
        reason="no_report_date",
    ),
    "date_after_capture": Case(
        found=[project(report(1, "45.00", "2023-04-03"), OLD, captured="2023-04-01T18:00:00Z")],
        shows={
            "position": 1,
            "column": "report_date",
            "value": "2023-04-03",
            "expected": "2023-04-02",
            "message_en": "the date 2023-04-03, which is after the day of the capture (2023-04-02)",
        },
        passed=[project(report(1, "45.00", "2023-04-02"), OLD, captured="2023-04-01T18:00:00Z")],
        not_checked=[project(NEW, captured=None)],
        reason="no_capture_day",
    ),
    "date_outside_year": Case(
        found=[project(NEW, report(2, "10.00", "2022-09-30"))],
        shows={
            "position": 2,
            "value": "2022-09-30",
            "expected": "2022-10-01 to 2023-09-30",
            "message_th": "นอกปีงบประมาณ 2566 (1 ตุลาคม 2565 ถึง 30 กันยายน 2566)",
        },
        passed=[project(report(1, "45.00", "2023-09-30"), report(2, "10.00", "2022-10-01"))],
        not_checked=[project(NEW, agency="สำนักงานเขตสมมุติ")],
        reason="no_fiscal_year",
    ),
    "report_numbers_with_gaps": Case(
        found=[project(NEW, report(3, "30.00", "2023-02-01"), report(4, "10.00", "2023-01-01"))],
        shows={"position": 2, "column": "sequence", "value": "3", "expected": "2"},
        passed=[project(NEW, OLD, report(3, "10.00", "2023-01-01"))],
        not_checked=[project()],
        reason="no_reports",
    ),
    "reports_out_of_order": Case(
        found=[project(report(1, "45.00", "2023-03-23"), report(2, "30.00", "2023-03-24"))],
        shows={"position": 2, "value": "2023-03-24", "expected": "2023-03-23"},
        passed=[project(report(1, "45.00", "2023-03-23"), report(2, "30.00", "2023-03-23"))],
        not_checked=[reduced()],
        reason="reduced_copy",
    ),
    "several_reports_on_one_day": Case(
        found=[project(NEW, report(2, "30.50", "2023-03-23"), report(3, "30.00", "2023-03-23"))],
        shows={
            "position": 1,
            "value": "3",
            "expected": "1",
            "message_en": "3 reports have the date 2023-03-23 (percents 45, 30.5, 30).",
        },
        passed=[project(NEW, report(2, "30.00", "2023-03-22"))],
        not_checked=[project(report(1, "45.00", "ไม่ระบุ"))],
        reason="no_report_date",
    ),
    "no_report_for_long": Case(
        found=[project(report(1, "45.00", "2022-12-31"), captured="2023-04-01")],
        shows={
            "table_name": "progress_reports",
            "position": 1,
            "value": "91",
            "expected": "90",
            "message_en": "The newest report is of 2022-12-31, 91 days before 2023-04-01 (threshold 90",
        },
        passed=[project(report(1, "45.00", "2023-01-01"), captured="2023-04-01")],
        not_checked=[project(report(1, "45.00", "2022-12-31"), captured=None)],
        reason="no_capture_day",
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


def test_a_narrative_of_another_day_is_judged_beside_its_report(tmp_path: Path) -> None:
    page = project(report(1, "45.00", "2023-03-23", narrative_day="2022-03-23"))
    assert_found(look(tmp_path, "date_outside_year", [page]), {"column": "narrative_date", "position": 1})


def test_numbers_out_of_order_are_found_where_they_break(tmp_path: Path) -> None:
    page = project(report(2, "45.00", "2023-03-23"), report(1, "30.00", "2023-02-01"))
    checked = look(tmp_path, "report_numbers_with_gaps", [page])
    assert messages(checked) == [
        "The report with the printed number (1) stands where (3) should.",
        "The report with the printed number (2) stands where (1) should.",
    ]


def test_days_without_a_report_end_with_the_fiscal_year(tmp_path: Path) -> None:
    page = project(report(1, "45.00", "2023-07-02"), captured="2024-03-01")
    assert_passed(look(tmp_path, "no_report_for_long", [page]))


def test_a_project_without_any_report_counts_from_the_first_day_of_its_year(tmp_path: Path) -> None:
    checked = look(tmp_path, "no_report_for_long", [project(headline="0.00")])
    says = "There is no report from 2022-10-01 to 2023-04-01, 182 days"
    assert_found(checked, {"table_name": "projects", "value": "182", "message_en": says})


def test_a_project_that_is_done_owes_no_report(tmp_path: Path) -> None:
    page = project(report(1, "100.00", "2022-11-01"), headline="100.00")
    assert_passed(look(tmp_path, "no_report_for_long", [page]))


def test_a_reduced_copy_does_not_prove_that_there_is_no_report(tmp_path: Path) -> None:
    assert_not_checked(look(tmp_path, "no_report_for_long", [reduced()]), "reduced_copy")
