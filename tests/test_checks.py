"""All checks together: each is declared whole and shown by cases, and the real page's findings are right."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from audit.all_checks import CHECKS
from audit.reasons import REASONS
from audit.run import run_checks
from audit.thresholds import thresholds
from normaliser.build import build
from parsers import parse
from parsers.columns import PAGE_KINDS, SEVERITIES
from scraper.archive import Archive
from scraper.saved import SavedPage, saved_pages
from tests import (
    test_checks_dates,
    test_checks_history,
    test_checks_indicators,
    test_checks_money,
    test_checks_plans,
    test_checks_reports,
    test_checks_texts,
)
from tests.auditing import Printed, build_tables, plan_record, project, report, step, whole

REAL_PAGE = Path(__file__).parents[2] / "shared" / "pages" / "21000000-3137.txt"
SAMPLES = Path(__file__).parents[1] / "bma" / "sample_pages"
SHOWN: dict[str, Any] = {
    name: case
    for module in (
        test_checks_dates,
        test_checks_history,
        test_checks_indicators,
        test_checks_money,
        test_checks_plans,
        test_checks_reports,
        test_checks_texts,
    )
    for name, case in module.CASES.items()
}


def findings(folder: Path) -> pd.DataFrame:
    checked = run_checks(whole(folder), CHECKS.values(), thresholds())
    return pd.concat([each.findings for each in checked], ignore_index=True)


def test_every_check_has_a_page_that_triggers_it_one_just_under_and_one_that_it_cannot_judge() -> None:
    assert SHOWN.keys() == CHECKS.keys()
    for name, case in SHOWN.items():
        assert all((case.found, case.shows, case.passed, case.not_checked)), name
        assert case.reason in CHECKS[name].reasons, name


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_a_check_says_what_it_means_and_does_not_prove_in_both_languages(name: str) -> None:
    check = CHECKS[name]
    assert check.severity in SEVERITIES
    assert set(check.kinds) <= set(PAGE_KINDS)
    for text in (check.title, check.meaning, check.not_proof):
        assert any("\u0e00" <= letter <= "\u0e7f" for letter in text.th)
        assert text.en and not any("\u0e00" <= letter <= "\u0e7f" for letter in text.en)
    if check.threshold:
        assert 0 <= check.threshold.default <= check.threshold.most
        assert check.threshold.unit.th and check.threshold.unit.en


def test_every_reason_is_one_of_some_check() -> None:
    used = {reason for check in CHECKS.values() for reason in check.reasons}
    assert REASONS.keys() == used | {"no_capture"}


def test_tables_of_other_pages_alone_are_audited_without_a_fault(tmp_path: Path) -> None:
    with Archive(tmp_path / "raw", writable=True) as archive:
        for page in saved_pages([SAMPLES / "it-review-772.txt"]):
            assert isinstance(page, SavedPage)
            archive.add(page.capture, page.body)
    with Archive(tmp_path / "raw") as archive:
        build(archive, tmp_path / "clean", parse=parse)
    assert findings(tmp_path / "clean").empty


def pages() -> list[Printed]:
    return [
        project(
            report(1, "100.5", "2023-06-01", problem="ฝนตกหนัก"),
            report(3, "60.00", "2023-03-01"),
            report(4, "70.00", "2023-03-01"),
            steps=[step(1, "90", "2023-02-01", "2023-01-01"), step(2, "5", "2023-08-01", "2023-12-31")],
            code=code,
        )
        for code in ("50030000-0001", "50040000-0002")
    ] + [plan_record("10", "11", "45")]


def test_ids_are_unique_and_the_same_whatever_the_order_of_import(tmp_path: Path) -> None:
    first = findings(build_tables(tmp_path / "a", pages()))
    again = findings(build_tables(tmp_path / "b", pages()[::-1]))
    assert len(first) > 15
    assert first["finding_id"].is_unique
    pd.testing.assert_frame_equal(
        *(each.sort_values("finding_id", ignore_index=True) for each in (first, again))
    )


def test_ids_do_not_change_with_other_pages(tmp_path: Path) -> None:
    alone = findings(build_tables(tmp_path / "a", pages()[:1]))
    among = findings(build_tables(tmp_path / "b", pages()))
    of_page = among[
        (among["page_code"] == "50030000-0001") & (among["check"] != "narrative_like_other_project")
    ]
    assert set(of_page["finding_id"]) == set(alone["finding_id"])


@pytest.mark.skipif(not REAL_PAGE.exists(), reason="the real page is not kept in this repository")
def test_the_findings_of_the_real_page_are_those_that_were_reviewed_by_hand(tmp_path: Path) -> None:
    real = Printed(REAL_PAGE.read_text(encoding="utf-8"), "21000000-3137", captured="2020-04-01")
    found = findings(build_tables(tmp_path, [real]))
    columns = ["check", "table_name", "position", "line_first", "line_last", "value", "expected"]
    told = sorted(
        found[columns].astype(object).where(found[columns].notna(), None).itertuples(index=False, name=None)
    )
    assert told == [
        ("ahead_of_plan", "progress_reports", 1, 43, 53, "45", "33.9781"),
        ("ahead_of_plan", "progress_reports", 2, 55, 65, "40", "27.3139"),
        ("indicator_falls", "indicator_quarters", 2, 183, 186, "0", "20"),
        ("text_cut_by_site", "strategy_links", 3, 38, 38, "100", None),
    ]
    messages = found.set_index(["check", "position"])["message_en"]
    assert messages["ahead_of_plan", 1] == (
        "The report of 2020-03-23 says 45 %; the plan for that day is 33.98 %, so the report is 11.02 points "
        "ahead, while the same report states a problem or an obstacle."
    )
    assert "a problem" not in messages["ahead_of_plan", 2]
