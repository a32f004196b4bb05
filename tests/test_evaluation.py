"""The line on which the strategy office scores a project or an indicator."""

import pytest

from parsers.evaluation import read_evaluation
from parsers.records import Indicator, Project
from parsers.walk import Walk
from tests.template import THAI_DIGITS

STARS = {"projects": "*** สยป. ประเมินโครงการ : ไตรมาสที่ ", "indicators": "*** สยป. ตรวจประเมินตัวชี้วัด : ไตรมาสที่ "}
of_both = pytest.mark.parametrize("table", STARS)


def read(table, line):
    walk, places = Walk([line]), {}
    record = (
        Project(project_code="50990000-9001", line_first=1, line_last=1)
        if table == "projects"
        else Indicator(page_code="5099-1037", position=1, line_first=1, line_last=1)
    )
    read_evaluation(walk, 1 if line else None, record, table, places)
    issues = [(issue.code, issue.field) for issue in walk.issues]
    return record.evaluation_quarter, record.evaluation_score, issues, sorted(places)


@of_both
@pytest.mark.parametrize(
    ("end", "score"),
    [
        ("1: 85", 85.0),
        ("1 : 0.0000", 0.0),
        ("1 : 100.0000", 100.0),
        ("1 100.0000", 100.0),
        ("1 100", 100.0),
        ("1:62.5000", 62.5),
        ("1 :100", 100.0),
    ],
)
@pytest.mark.parametrize("digits", [{}, THAI_DIGITS])
def test_quarter_and_score_stand_with_a_colon_between_them_or_without(table, end, score, digits):
    line = STARS[table] + end.translate(digits)
    assert read(table, line) == (1, score, [], ["evaluation_quarter", "evaluation_score"])


@of_both
@pytest.mark.parametrize("end", ["2", "2:", "2 :", "2 : ", "๒:"])
def test_a_score_may_be_missing(table, end):
    assert read(table, STARS[table] + end) == (2, None, [], ["evaluation_quarter"])


@of_both
@pytest.mark.parametrize("quarter", ["0", "5", "11", "ก", "1/2563"])
def test_a_quarter_that_does_not_exist_is_null_and_told(table, quarter):
    found = read(table, f"{STARS[table]}{quarter}: 85")
    assert found[:3] == (None, 85.0, [("unreadable_value", f"{table}.evaluation_quarter")])


@of_both
def test_a_quarter_that_is_not_there_is_null_and_told(table):
    found = read(table, f"{STARS[table]}: 85")
    assert found[:3] == (None, 85.0, [("empty_value", f"{table}.evaluation_quarter")])


@of_both
@pytest.mark.parametrize("score", ["ผ่าน", "85 คะแนน", "8 5", "1,23"])
def test_a_score_that_is_no_number_is_null_and_told(table, score):
    found = read(table, f"{STARS[table]}3: {score}")
    assert found[:3] == (3, None, [("unreadable_value", f"{table}.evaluation_score")])


@of_both
@pytest.mark.parametrize("colon", [" : ", " :", ": ", ":"])
def test_the_colon_before_the_quarter_stands_with_blanks_or_without(table, colon):
    assert read(table, STARS[table].replace(" : ", colon) + "4: 85")[:3] == (4, 85.0, [])


@of_both
def test_a_page_without_the_line_is_told(table):
    assert read(table, "") == (None, None, [("missing_label", f"{table}.evaluation_quarter")], [])


@of_both
def test_the_line_of_the_other_kind_is_not_read(table):
    (other,) = set(STARS) - {table}
    assert read(table, STARS[other] + "1: 85")[:2] == (None, None)
