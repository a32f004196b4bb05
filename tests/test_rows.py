"""From one capture and its page to rows: what is filled in, what is checked, and the JSON of one page."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from normaliser.rows import capture_row, failed_page, page_as_json, page_rows, reason_of
from normaliser.schema import layout
from parsers import issues
from parsers.page import Page
from parsers.records import (
    TABLES_OF_KIND,
    FieldLines,
    Indicator,
    IndicatorQuarter,
    PlanStep,
    Project,
    StrategyLink,
)
from scraper.capture import ArchivedCapture

CODE = "21000000-3137"
BODY = b"a page"


def archived(**changes: Any) -> ArchivedCapture:
    values: dict[str, Any] = {
        "source": "file",
        "url": "http://monitor.bangkok.go.th/mobile/myproject.php?pid=" + CODE,
        "file_name": "page.html",
        "site": "monitor.bangkok.go.th/mobile",
        "page_kind": "project",
        "page_code": CODE,
        "code_source": "url",
        "captured_at": dt.datetime(2020, 3, 23, 2, tzinfo=dt.UTC),
        "captured_at_source": "sidecar",
        "fetched_at": None,
        "http_status": None,
        "body_sha256": hashlib.sha256(BODY).hexdigest(),
        "size_bytes": len(BODY),
    }
    return ArchivedCapture(**values | changes)


def step(position: int, line: int, **values: Any) -> PlanStep:
    return PlanStep(project_code=CODE, position=position, line_first=line, line_last=line + 4, **values)


def quarter(position: int, line: int, of: int = 1) -> IndicatorQuarter:
    return IndicatorQuarter(
        page_code=CODE, indicator_position=of, position=position, line_first=line, line_last=line
    )


def project_page(**changes: Any) -> Page:
    """A small page that is right in every respect; steps and field lines do not stand in order of key."""
    values: dict[str, Any] = {
        "kind": "project",
        "code": CODE,
        "outcome": "ok",
        "copy_kind": "html",
        "encoding": "utf-8",
        "lines": [],
        "records": {
            "projects": [Project(project_code=CODE, name="โครงการ", line_first=3, line_last=20)],
            "strategy_links": [
                StrategyLink(
                    page_kind="project",
                    page_code=CODE,
                    position=1,
                    project_code=CODE,
                    line_first=18,
                    line_last=18,
                )
            ],
            "progress_reports": [],
            "plan_steps": [
                step(2, 35, start_date=dt.date(2020, 2, 17)),
                step(1, 30, weight_percent=5.0),
            ],
            "indicators": [
                Indicator(page_code=CODE, position=1, project_code=CODE, line_first=40, line_last=50)
            ],
            "indicator_quarters": [quarter(1, 46), quarter(2, 47)],
            "field_lines": [
                FieldLines(table_name="projects", position=1, column="name", line_first=3, line_last=3),
                FieldLines(table_name="projects", position=1, column="goals", line_first=9, line_last=9),
            ],
        },
        "issues": [issues.issue(issues.NUMBERING, line=35, expected=1, found=2)],
        "lines_parsed": 20,
        "lines_known": 10,
        "lines_unparsed": 1,
    }
    return Page(**values | changes)


def column(table: str, name: str, capture: ArchivedCapture, page: Page) -> tuple[Any, ...]:
    return page_rows(capture, page).tables[table][layout(table).names.index(name)]


# The captures row


def test_a_captures_row_says_what_the_archive_knows_and_how_the_page_read() -> None:
    capture = archived()
    row = capture_row(capture, project_page())
    assert (row.capture_id, row.site, row.url) == (capture.capture_id, capture.site, capture.url)
    assert (row.captured_at, row.captured_at_source) == (capture.captured_at, "sidecar")
    assert (row.page_kind, row.page_code, row.outcome) == ("project", CODE, "ok")
    assert (row.copy_kind, row.encoding, row.size_bytes) == ("html", "utf-8", len(BODY))
    assert (row.lines_total, row.lines_parsed, row.lines_known, row.lines_unparsed) == (31, 20, 10, 1)
    assert row.is_latest is False


def test_the_page_says_which_page_it_is_not_the_archive() -> None:
    row = capture_row(archived(page_code=None, code_source=None, page_kind=None), project_page())
    assert (row.page_kind, row.page_code) == ("project", CODE)


# What is filled in


def test_projects_get_the_address_and_time_of_their_capture() -> None:
    capture = archived()
    assert column("projects", "url", capture, project_page()) == (capture.url,)
    assert column("projects", "captured_at", capture, project_page()) == (capture.captured_at,)


def test_every_row_names_its_capture() -> None:
    capture = archived()
    for name, columns in page_rows(capture, project_page()).tables.items():
        assert set(columns[layout(name).names.index("capture_id")]) == {capture.capture_id}
        assert len(columns) == len(layout(name).names)


def test_rows_are_sorted_by_key_and_tables_without_rows_are_absent() -> None:
    assert column("plan_steps", "position", archived(), project_page()) == (1, 2)
    assert column("field_lines", "column", archived(), project_page()) == ("goals", "name")
    assert "progress_reports" not in page_rows(archived(), project_page()).tables


def test_a_files_own_time_is_an_issue_that_comes_first() -> None:
    found = page_rows(archived(captured_at_source="file_time"), project_page()).issues
    assert [(issue.issue_number, issue.code) for issue in found] == [(1, "file_time"), (2, "numbering")]
    assert {(issue.page_kind, issue.page_code) for issue in found} == {("project", CODE)}


def test_a_page_without_a_code_has_no_rows_and_one_error_issue() -> None:
    page = project_page(code=None)
    found = page_rows(archived(page_code=None, code_source=None), page)
    assert found.tables == {}
    assert [issue.code for issue in found.issues] == ["page_code_unknown", "numbering"]
    again = page_rows(
        archived(page_code=None, code_source=None), project_page(code=None, issues=found.issues)
    )
    assert [issue.code for issue in again.issues] == ["page_code_unknown", "numbering"]


def test_a_stranger_is_no_page_without_a_code() -> None:
    page = Page(
        kind="unknown", code=None, outcome="unknown_kind", copy_kind="html", encoding="utf-8", lines=[]
    )
    assert page_rows(archived(), page).issues == []


# What is checked

Records = dict[str, list[Any]]


def second_step_like_the_first(records: Records) -> None:
    records["plan_steps"][0].position = 1


def quarter_of_no_indicator(records: Records) -> None:
    records["indicator_quarters"].append(quarter(1, 60, of=2))


def step_of_another_project(records: Records) -> None:
    for each in records["plan_steps"]:
        each.project_code = "21000000-3138"


def project_of_another_page(records: Records) -> None:
    records["projects"][0].project_code = "21000000-3138"


def strategy_of_another_kind(records: Records) -> None:
    records["strategy_links"][0].page_kind = "city_indicator"


def key_missing(records: Records) -> None:
    records["plan_steps"][0].position = None


def text_for_a_number(records: Records) -> None:
    records["plan_steps"][0].weight_percent = "5"


def truth_for_a_number(records: Records) -> None:
    records["plan_steps"][0].step = True


def empty_text(records: Records) -> None:
    records["projects"][0].goals = ""


def number_of_twenty_digits(records: Records) -> None:
    records["plan_steps"][1].step = 10**19


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (
            second_step_like_the_first,
            "two rows of plan_steps have the key .+, 1, on lines 35-39 and lines 30-34",
        ),
        (quarter_of_no_indicator, "indicator_quarters on line 60 names .+, 2, which is not in indicators"),
        (step_of_another_project, "plan_steps on lines 30-34 is of the page 21000000-3138"),
        (project_of_another_page, "projects on lines 3-20 is of the page 21000000-3138"),
        (strategy_of_another_kind, "strategy_links on line 18 is of the page city_indicator, 21000000-3137"),
        (key_missing, "plan_steps.position on lines 35-39 is missing"),
        (text_for_a_number, "plan_steps.weight_percent on lines 35-39 is of type str"),
        (truth_for_a_number, "plan_steps.step on lines 35-39 is of type bool"),
        (empty_text, "projects.goals on lines 3-20 is empty, not null"),
        (number_of_twenty_digits, "plan_steps.step on lines 30-34 has more than 18 digits"),
    ],
    ids=lambda each: each.__name__ if callable(each) else "",
)
def test_a_faulty_page_loses_its_rows_and_says_why(fault: Callable[[Records], None], reason: str) -> None:
    page = project_page()
    fault(page.records)
    found = page_rows(archived(), page)
    assert (found.tables, found.sound) == ({}, False)
    dropped, kept = found.issues
    assert (dropped.code, dropped.severity, kept.code) == ("key_fault", "error", "numbering")
    assert re.search(reason, dropped.message)


def test_a_null_names_no_parent() -> None:
    page = project_page()
    page.records["indicators"][0].project_code = None
    assert page_rows(archived(), page).sound


def test_a_whole_number_may_stand_for_a_float() -> None:
    page = project_page()
    page.records["projects"][0].progress_percent = 45
    assert page_rows(archived(), page).sound


def test_rows_of_a_wrong_page_keep_the_code_that_it_prints() -> None:
    page = project_page(code="21000000-9999", outcome="wrong_page")
    assert page_rows(archived(), page).sound


# A page that could not be read


def test_a_failure_is_a_page_that_names_it() -> None:
    page = failed_page(archived(), issues.issue(issues.READER_FAILED, reason="KeyError: 'x'"))
    found = page_rows(archived(), page)
    assert (found.capture.outcome, found.capture.page_code, found.capture.lines_total) == (
        "undecodable",
        CODE,
        0,
    )
    assert [issue.message for issue in found.issues] == ["the page could not be read: KeyError: 'x'"]
    assert (
        failed_page(archived(page_kind=None, page_code=None, code_source=None), found.issues[0]).kind
        == "unknown"
    )


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError("bad number: 12,5"), "ValueError: bad number: 12,5"),
        (ValueError("not a date: 'นายสมมติ โทร. 0 2222 3333'"), "ValueError: not a date: '…"),
        (TypeError("<object at 0x7f3a2b>"), "TypeError: <object at …>"),
        (ValueError("x" * 500), "ValueError: xxx"),
    ],
)
def test_the_reason_quotes_neither_a_person_nor_memory(error: Exception, reason: str) -> None:
    found = reason_of(error)
    assert found.startswith(reason)
    assert len(found) <= 200
    assert found.isascii() or "…" in found
    assert "2222" not in found


# One page as JSON


def test_a_page_as_json_has_the_tables_of_its_kind_in_page_order() -> None:
    found = page_as_json(archived(), project_page())
    assert list(found) == ["kind", "code", "capture", "tables", "issues"]
    assert tuple(found["tables"]) == TABLES_OF_KIND["project"]
    assert [row["position"] for row in found["tables"]["plan_steps"]] == [2, 1]
    assert found["tables"]["progress_reports"] == []


def test_its_rows_have_all_columns_but_the_capture_id() -> None:
    found = page_as_json(archived(), project_page())
    for name, rows in found["tables"].items():
        for row in rows:
            assert tuple(row) == tuple(each for each in layout(name).names if each != "capture_id")
    assert tuple(found["issues"][0]) == tuple(
        each for each in layout("parse_issues").names if each != "capture_id"
    )
    assert tuple(found["capture"]) == layout("captures").names
    assert found["capture"]["is_latest"] is None


def test_its_dates_are_iso_strings_and_nulls_are_there() -> None:
    found = page_as_json(archived(), project_page())
    assert found["capture"]["captured_at"] == "2020-03-23T02:00:00Z"
    assert found["tables"]["projects"][0]["captured_at"] == "2020-03-23T02:00:00Z"
    assert found["tables"]["plan_steps"][0]["start_date"] == "2020-02-17"
    assert found["tables"]["plan_steps"][0]["end_date"] is None
    assert json.loads(json.dumps(found)) == found


def test_a_stranger_has_no_tables_and_a_faulty_page_no_rows() -> None:
    stranger = Page(
        kind="unknown", code=None, outcome="unknown_kind", copy_kind="html", encoding="utf-8", lines=[]
    )
    assert page_as_json(archived(), stranger)["tables"] == {}
    faulty = project_page()
    second_step_like_the_first(faulty.records)
    found = page_as_json(archived(), faulty)
    assert {table: len(rows) for table, rows in found["tables"].items()} == dict.fromkeys(
        TABLES_OF_KIND["project"], 0
    )
    assert found["issues"][0]["code"] == "key_fault"
