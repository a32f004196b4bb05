"""Checks of plans, and of reports against them, each triggered, just under, and without its inputs."""

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
    project,
    reduced,
    report,
    step,
)

FIRST_HALF, SECOND_HALF = step(1, "40", "2022-10-01", "2023-01-31"), step(2, "60", "2023-02-01", "2023-09-30")
TEN_DAYS = step(1, "100", "2023-03-01", "2023-03-10")
"""A plan of one step, of which ten points are due each day."""

CASES = {
    "weights_do_not_sum_to_100": Case(
        found=[project(steps=[FIRST_HALF, step(2, "60.6", "2023-02-01", "2023-09-30")])],
        shows={
            "table_name": "plan_steps",
            "value": "100.6",
            "expected": "100",
            "message_en": "The weights of the 2 steps sum to 100.6, not to 100.",
        },
        passed=[project(steps=[FIRST_HALF, step(2, "60.5", "2023-02-01", "2023-09-30")])],
        not_checked=[project(steps=[FIRST_HALF, step(2, "x", "2023-02-01", "2023-09-30")])],
        reason="no_weight",
    ),
    "step_ends_before_start": Case(
        found=[project(steps=[FIRST_HALF, step(2, "60", "2023-02-02", "2023-02-01")])],
        shows={
            "position": 2,
            "column": "end_date",
            "value": "2023-02-01",
            "expected": "2023-02-02",
            "message_th": "เริ่มต้นวันที่ 2 กุมภาพันธ์ 2566 แต่สิ้นสุดวันที่ 1 กุมภาพันธ์ 2566",
        },
        passed=[project(steps=[FIRST_HALF, step(2, "60", "2023-02-01", "2023-02-01")])],
        not_checked=[project(steps=[step(1, "100", "2023-02-01", "")])],
        reason="no_step_date",
    ),
    "step_outside_year": Case(
        found=[project(steps=[FIRST_HALF, step(2, "60", "2023-02-01", "2023-10-01")])],
        shows={"position": 2, "column": "end_date", "value": "2023-10-01", "expected": "2023-09-30"},
        passed=[project(steps=[FIRST_HALF, SECOND_HALF])],
        not_checked=[project(agency="สำนักงานเขตสมมุติ")],
        reason="no_fiscal_year",
    ),
    "ahead_of_plan": Case(
        found=[project(report(1, "60.01", "2023-03-05"), steps=[TEN_DAYS])],
        shows={
            "position": 1,
            "value": "60.01",
            "expected": "50",
            "message_en": "says 60.01 %; the plan for that day is 50 %, so the report is 10.01 points ahead.",
            "message_th": "แผนของวันนั้นคือร้อยละ 50 รายงานจึงเร็วกว่าแผน 10.01 จุด",
        },
        passed=[project(report(1, "60.00", "2023-03-05"), steps=[TEN_DAYS])],
        not_checked=[project(report(1, "60.01", "2023-03-05"), steps=None)],
        reason="no_plan",
    ),
    "behind_plan": Case(
        found=[project(report(1, "39.99", "2023-03-05", problem="ฝนตกหนัก"), steps=[TEN_DAYS])],
        shows={
            "position": 1,
            "value": "39.99",
            "expected": "50",
            "message_en": "10.01 points behind, while the same report states a problem or an obstacle.",
            "message_th": "ทั้งที่รายงานเดียวกันระบุปัญหาหรืออุปสรรค",
        },
        passed=[project(report(1, "40.00", "2023-03-05"), steps=[TEN_DAYS])],
        not_checked=[
            project(report(1, "0.00", "2023-03-05"), steps=[step(1, "99.4", "2023-03-01", "2023-03-10")])
        ],
        reason="weights_not_100",
    ),
    "jump_without_finished_step": Case(
        found=[
            project(
                report(1, "40.01", "2023-03-23"),
                report(2, "20.00", "2023-01-31"),
                steps=[FIRST_HALF, SECOND_HALF],
            )
        ],
        shows={"position": 1, "value": "40.01", "expected": "20", "message_en": "rises by 20.01 points"},
        passed=[
            project(
                report(1, "80.00", "2023-03-23"),
                report(2, "60.00", "2023-03-01"),
                report(3, "10.00", "2023-01-30"),
                steps=[FIRST_HALF, SECOND_HALF],
            )
        ],
        not_checked=[project(report(1, "40.01", "2023-03-23"), report(2, "20.00", "2023-02-01"), steps=None)],
        reason="no_plan",
    ),
    "done_before_steps_begin": Case(
        found=[project(report(1, "100", "2023-01-31"), steps=[FIRST_HALF, SECOND_HALF])],
        shows={
            "position": 1,
            "value": "100",
            "message_en": "and 1 of 2 steps of the plan begin later, first of them step 2 on 2023-02-01.",
        },
        passed=[project(report(1, "100", "2023-02-01"), steps=[FIRST_HALF, SECOND_HALF])],
        not_checked=[project(report(1, "100", "2023-02-01"), steps=[FIRST_HALF, step(2, "60", "", "")])],
        reason="no_step_date",
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


def test_the_lines_of_a_sum_are_those_of_all_steps(tmp_path: Path) -> None:
    checked = look(tmp_path, "weights_do_not_sum_to_100", CASES["weights_do_not_sum_to_100"].found)
    finding = checked.findings.iloc[0]
    assert finding["line_last"] - finding["line_first"] == 9


def test_a_step_may_lie_outside_the_year_at_both_ends(tmp_path: Path) -> None:
    page = project(steps=[step(1, "100", "2022-09-30", "2023-10-01")])
    assert len(look(tmp_path, "step_outside_year", [page]).findings) == 2


def test_a_jump_is_allowed_where_a_step_ends_on_the_day_of_the_later_report(tmp_path: Path) -> None:
    page = project(
        report(1, "60.00", "2023-01-31"), report(2, "10.00", "2023-01-30"), steps=[FIRST_HALF, SECOND_HALF]
    )
    assert_passed(look(tmp_path, "jump_without_finished_step", [page]))


def test_a_page_without_jump_or_done_report_needs_no_plan(tmp_path: Path) -> None:
    clean = build_tables(tmp_path, [project(report(1, "10.00", "2023-01-31"), steps=None)])
    for name in ("jump_without_finished_step", "done_before_steps_begin"):
        assert_passed(audited(clean, name))


@pytest.mark.parametrize("name", CASES)
def test_a_reduced_copy_is_never_judged(tmp_path: Path, name: str) -> None:
    assert_not_checked(look(tmp_path, name, [reduced()]), "reduced_copy")


def test_every_report_is_compared_with_the_plan(tmp_path: Path) -> None:
    page = project(
        report(1, "80.00", "2023-03-04"), report(2, "40.00", "2023-03-03"), report(3, "31", "2023-03-02"),
        steps=[TEN_DAYS],
    )  # fmt: skip
    checked = look(tmp_path, "ahead_of_plan", [page])
    assert [message.split(";")[0] for message in messages(checked)] == [
        "The report of 2023-03-02 says 31 %",
        "The report of 2023-03-04 says 80 %",
    ]
