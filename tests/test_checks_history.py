"""Checks of what changed after publication: from changes as ``bma build --history`` writes them."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

from audit.run import Checked
from normaliser.derived import Change
from normaliser.schema import layout
from normaliser.writers import TableWriter
from tests.auditing import (
    CODE,
    Printed,
    assert_found,
    assert_not_checked,
    assert_passed,
    audited,
    build_tables,
    project,
    reduced,
    report,
)

SITE, SECOND_SITE = "monitor.bangkok.go.th/mobile", "dp.bangkok.go.th/mobile"
BEFORE = project(report(1, "45.00", "2023-03-23"), captured="2023-04-01")
AFTER = project(report(1, "45.00", "2023-03-23", "จัดประชุมอีกครั้ง"), captured="2023-05-01")
ELSEWHERE = project(report(1, "40.00", "2023-03-23"), captured="2023-04-01T20:00:00Z", site=SECOND_SITE)
LATER_ELSEWHERE = project(report(1, "40.00", "2023-03-23"), captured="2023-04-03T02:00:01Z", site=SECOND_SITE)


class Told(NamedTuple):
    """Pages, and what the history says of them: columns of one change."""

    pages: Sequence[Printed]
    change: dict[str, Any] | None


class Shown(NamedTuple):
    """What shows a check: as `tests.auditing.Case`, of a history."""

    found: Told
    shows: dict[str, Any]
    passed: Told
    not_checked: Told
    reason: str


EDITED = {"kind": "changed", "table": "progress_reports", "row_key": "2023-03-23"}
PERCENT = {**EDITED, "column": "progress_percent", "old": "45.0"}
ONE = Told([BEFORE], None)

CASES = {
    "report_edited": Shown(
        found=Told([BEFORE, AFTER], {**EDITED, "column": "narrative", "old": "จัดประชุมแล้ว", "new": "จัดแล้ว"}),
        shows={
            "message_th": (
                "รายงาน 23 มีนาคม 2566 ถูกแก้ไขในคอลัมน์ narrative ระหว่างวันที่ 1 เมษายน 2566 ถึง 1 พฤษภาคม 2566"
            ),
            "table_name": "progress_reports",
            "column": "narrative",
            "value": "จัดแล้ว",
            "expected": "จัดประชุมแล้ว",
            "line_first": 60,
            "message_en": "between 2023-04-01 and 2023-05-01 (narrative): from “จัดประชุมแล้ว” to “จัดแล้ว”.",
        },
        passed=Told([BEFORE, AFTER], {**EDITED, "column": "problems_stated", "old": "false", "new": "true"}),
        not_checked=ONE,
        reason="one_full_capture",
    ),
    "report_removed": Shown(
        found=Told([BEFORE, AFTER], {**EDITED, "kind": "removed", "old": "{}"}),
        shows={
            "value": "2023-03-23",
            "message_en": "2023-03-23 stood on the page on 2023-04-01 (lines 50-59), and does not on",
        },
        passed=Told([BEFORE, AFTER], {**EDITED, "kind": "added", "new": "{}"}),
        not_checked=ONE,
        reason="one_full_capture",
    ),
    "report_redated": Shown(
        found=Told(
            [BEFORE, AFTER], {**EDITED, "column": "report_date", "old": "2023-03-23", "new": "2023-03-24"}
        ),
        shows={
            "value": "2023-03-24",
            "expected": "2023-03-23",
            "message_th": "วันที่ของรายงานเปลี่ยนจาก 23 มีนาคม 2566 เป็น 24 มีนาคม 2566",
        },
        passed=Told(
            [BEFORE, AFTER], {**EDITED, "column": "narrative_date", "old": "2023-03-23", "new": "2023-03-24"}
        ),
        not_checked=ONE,
        reason="one_full_capture",
    ),
    "percent_taken_back": Shown(
        found=Told([BEFORE, AFTER], {**PERCENT, "new": "44.9"}),
        shows={"value": "44.9", "expected": "45", "message_en": "fell from 45 (captured 2023-04-01) to 44.9"},
        passed=Told([BEFORE, AFTER], {**PERCENT, "new": "45.1"}),
        not_checked=ONE,
        reason="one_capture",
    ),
    "sites_disagree": Shown(
        found=Told(
            [BEFORE, ELSEWHERE], {**PERCENT, "kind": "sites_differ", "new": "40.0", "site": SECOND_SITE}
        ),
        shows={
            "value": "40.0",
            "expected": "45.0",
            "message_en": f"{SITE} says “45.0”, {SECOND_SITE} says “40.0” (2023-04-01 and 2023-04-02).",
        },
        passed=Told([BEFORE, ELSEWHERE], None),
        not_checked=Told([BEFORE, LATER_ELSEWHERE], None),
        reason="one_site",
    ),
}


def write_history(clean: Path, change: dict[str, Any] | None) -> None:
    """A history of the same captures with this change, from the older capture to the newer."""
    history = clean / "history"
    history.mkdir()
    for form in ("csv", "parquet"):
        shutil.copy(clean / f"captures.{form}", history)
    captures = pd.read_parquet(clean / "captures.parquet").sort_values("captured_at")
    with TableWriter("changes", history) as writer:
        if change is not None:
            old, new = captures.iloc[0], captures.iloc[-1]
            row = Change(
                **{
                    "page_kind": "project",
                    "page_code": CODE,
                    "position": 1,
                    "site": SITE,
                    "old_captured_at": old["captured_at"].to_pydatetime(),
                    "new_captured_at": new["captured_at"].to_pydatetime(),
                    "old_capture_id": old["capture_id"],
                    "new_capture_id": new["capture_id"],
                    "old_line_first": 50,
                    "old_line_last": 59,
                    **({} if change["kind"] == "removed" else {"new_line_first": 60, "new_line_last": 69}),
                    **change,
                }
            )
            writer.add([[getattr(row, name)] for name in layout("changes").names])


def look(folder: Path, name: str, told: Told) -> Checked:
    clean = build_tables(folder, told.pages)
    write_history(clean, told.change)
    return audited(clean, name)


@pytest.mark.parametrize("name", CASES)
def test_a_change_triggers_it(tmp_path: Path, name: str) -> None:
    checked = look(tmp_path, name, CASES[name].found)
    assert_found(checked, CASES[name].shows)
    captures = pd.read_parquet(tmp_path / "clean" / "captures.parquet").sort_values("captured_at")
    finding = checked.findings.iloc[0]
    assert [finding["capture_id_before"], finding["capture_id"]] == captures["capture_id"].tolist()


@pytest.mark.parametrize("name", CASES)
def test_another_change_does_not(tmp_path: Path, name: str) -> None:
    assert_passed(look(tmp_path, name, CASES[name].passed))


@pytest.mark.parametrize("name", CASES)
def test_a_page_without_two_captures_to_compare_is_not_checked(tmp_path: Path, name: str) -> None:
    assert_not_checked(look(tmp_path, name, CASES[name].not_checked), CASES[name].reason)


@pytest.mark.parametrize("name", CASES)
def test_without_a_history_nothing_passes(tmp_path: Path, name: str) -> None:
    clean = build_tables(tmp_path, [BEFORE, AFTER])
    assert_not_checked(audited(clean, name), "no_history")


@pytest.mark.parametrize("name", CASES)
def test_a_history_of_other_captures_proves_nothing_of_these(tmp_path: Path, name: str) -> None:
    older = build_tables(tmp_path / "older", [BEFORE])
    write_history(older, None)
    clean = build_tables(tmp_path / "newer", [BEFORE, AFTER])
    shutil.copytree(older / "history", clean / "history")
    assert_not_checked(audited(clean, name), "history_of_others")


@pytest.mark.parametrize("name", CASES)
def test_captures_dated_only_by_their_file_are_none_to_compare(tmp_path: Path, name: str) -> None:
    undated = [page._replace(captured=None) for page in (BEFORE, AFTER, ELSEWHERE)]
    assert_not_checked(look(tmp_path, name, Told(undated, None)), CASES[name].reason)


@pytest.mark.parametrize("name", ["report_edited", "report_removed", "report_redated"])
def test_a_reduced_copy_which_has_lost_the_reports_is_none_to_compare_them_with(
    tmp_path: Path, name: str
) -> None:
    later = reduced()._replace(captured="2023-05-01")
    assert_not_checked(look(tmp_path, name, Told([BEFORE, later], None)), "one_full_capture")


def test_sites_that_disagree_are_no_edit(tmp_path: Path) -> None:
    told = CASES["sites_disagree"].found
    clean = build_tables(tmp_path, told.pages)
    write_history(clean, told.change)
    for name in CASES.keys() - {"sites_disagree"}:
        assert_not_checked(audited(clean, name), CASES[name].reason)


def test_days_are_those_of_bangkok(tmp_path: Path) -> None:
    late = project(report(1, "45.00", "2023-03-23"), captured="2023-04-30T20:00:00Z")
    checked = look(tmp_path, "percent_taken_back", Told([BEFORE, late], {**PERCENT, "new": "40.0"}))
    assert_found(checked, {"message_en": "to 40 (captured 2023-05-01)"})
