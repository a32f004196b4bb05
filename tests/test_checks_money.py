"""Checks of plan records, each triggered, just under, and without its inputs."""

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
    plan_record,
)

CASES = {
    "spent_over_received": Case(
        found=[plan_record("85,840.00", "85,840.01", "45")],
        shows={
            "page_kind": "plan_record",
            "column": "budget_spent_thb",
            "value": "85840.01",
            "expected": "85840",
            "message_en": "85,840.01 baht are spent of 85,840 baht received, 0.01 baht too many.",
        },
        passed=[plan_record("85,840.00", "85,840.00", "45")],
        not_checked=[plan_record("ไม่ทราบ", "85,840", "45")],
        reason="no_money",
    ),
    "progress_without_spending": Case(
        found=[plan_record("85,840", "0", "50.01")],
        shows={
            "column": "budget_spent_thb",
            "value": "0",
            "message_en": "50.01 % are done, and nothing of the 85,840",
        },
        passed=[plan_record("85,840", "0", "50")],
        not_checked=[plan_record("85,840", "ไม่ทราบ", "60")],
        reason="no_money",
    ),
    "spending_without_progress": Case(
        found=[plan_record("10,000", "1,001", "0")],
        shows={
            "column": "progress_percent",
            "value": "0",
            "message_en": "1,001 baht are spent (10.01 % of 10,000",
        },
        passed=[plan_record("10,000", "1,000", "0")],
        not_checked=[plan_record("10,000", "1,001", "x")],
        reason="no_percent",
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


def test_a_project_without_money_owes_no_spending(tmp_path: Path) -> None:
    clean = build_tables(tmp_path, [plan_record("0", "0", "100")])
    for name in CASES:
        assert_passed(audited(clean, name))
