"""The one real page that is known whole, as a text copy and marked up in four ways."""

from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest

import parsers
from tests.layouts import LAYOUTS

COPY = Path(__file__).parents[2] / "shared" / "pages" / "21000000-3137.txt"
CODE = "21000000-3137"

pytestmark = pytest.mark.skipif(not COPY.exists(), reason="the real page is not kept in this repository")

LAYOUT_NAMES = ("text", *LAYOUTS)


@pytest.fixture(scope="module", params=LAYOUT_NAMES)
def layout(request):
    return request.param


@pytest.fixture(scope="module", params=["utf-8", "cp874"])
def encoding(request):
    return request.param


def parse(layout, encoding):
    text = COPY.read_text(encoding="utf-8")
    if layout != "text":
        text = LAYOUTS[layout](text, charset="utf-8" if encoding == "utf-8" else "windows-874")
    return parsers.parse(text.encode(encoding), kind="project", code=CODE)


@pytest.fixture(scope="module")
def page(layout, encoding):
    return parse(layout, encoding)


def columns(page, table, *names):
    return [tuple(getattr(row, name) for name in names) for row in page.records[table]]


def test_the_page_is_whole_and_every_line_is_read(page, layout, encoding):
    assert (page.kind, page.code, page.outcome, page.encoding) == ("project", CODE, "ok", encoding)
    assert page.copy_kind == ("text" if layout == "text" else "html")
    assert page.lines_unparsed == 0
    assert page.lines_total == page.lines_parsed + page.lines_known == sum(map(bool, page.lines))
    assert page.issues == []


def test_the_project(page):
    (project,) = page.records["projects"]
    assert (project.project_code, project.agency_code) == (CODE, "21000000")
    assert project.agency_name == "สำนักยุทธศาสตร์และประเมินผล"
    assert (project.subagency_name, project.fiscal_year_be) == (None, 2563)
    assert project.progress_percent == 45.0
    assert (project.evaluation_quarter, project.evaluation_score) == (1, 100.0)
    assert (project.contact_kind, project.contact_unit) == ("person", None)
    assert (project.org_code_first, project.org_code_second) == ("21020100", "21020100")
    assert all((project.name, project.rationale, project.objectives, project.goals))


def test_the_strategy(page):
    assert columns(page, "strategy_links", "position", "level", "level_name", "number") == [
        (1, 1, "ด้าน", "5"),
        (2, 2, "มิติ", "5.2"),
        (3, 3, "เป้าหมาย", "5.2.1"),
        (4, 4, "เป้าประสงค์", "5.2.1.1"),
    ]
    first, *others = columns(page, "strategy_links", "title", "title_en")
    assert first == ("มหานครประชาธิปไตย", "Bangkok as a Democratic City")
    assert [english for _, english in others] == [None] * 3
    assert not others[1][0].endswith("%")


def test_the_progress_reports(page):
    assert columns(
        page,
        "progress_reports",
        *("position", "sequence", "report_date", "narrative_date", "progress_percent"),
        *("problems_stated", "obstacles_stated"),
    ) == [
        (1, 1, date(2020, 3, 23), date(2020, 3, 23), 45.0, True, False),
        (2, 2, date(2020, 2, 24), date(2020, 2, 24), 40.0, False, False),
        (3, 3, date(2019, 12, 26), date(2019, 12, 26), 15.0, True, False),
        (4, 4, date(2019, 11, 25), date(2019, 11, 25), 10.0, True, False),
        (5, 5, date(2019, 10, 22), date(2019, 10, 22), 5.0, False, False),
    ]
    for narrative, stated, problems, obstacles in columns(
        page, "progress_reports", "narrative", "problems_stated", "problems", "obstacles"
    ):
        assert narrative
        assert (bool(problems), obstacles) == (stated, None)


def test_the_plan(page):
    weights = (5, 5, 10, 20, 10, 10, 5, 25, 5, 5)
    assert columns(page, "plan_steps", "position", "step", "weight_percent") == [
        (number, number, float(weight)) for number, weight in enumerate(weights, 1)
    ]
    sixth = page.records["plan_steps"][5]
    assert (sixth.start_date, sixth.end_date) == (date(2020, 2, 17), date(2020, 6, 30))
    assert all(description for (description,) in columns(page, "plan_steps", "description"))


def test_the_indicator(page):
    (indicator,) = page.records["indicators"]
    assert (indicator.page_code, indicator.project_code, indicator.position) == (CODE, CODE, 1)
    assert (indicator.indicator_code, indicator.unit) == ("2100-1037", "ร้อยละ")
    assert (indicator.target_text, indicator.target_value) == ("80.0000", 80.0)
    assert (indicator.result_text, indicator.result_value) == ("0.0000", 0.0)
    assert indicator.indicator_type == "ตัวชี้วัดเชิงยุทธศาสตร์"
    assert indicator.result_level == "ตัวชี้วัดระดับผลผลิต (output)"
    assert columns(
        page, "indicator_quarters", "quarter", "result_value", "score", "criterion_2_1", "criterion_2_2"
    ) == [
        (1, 20.0, None, 100.0, 100.0),
        (2, 0.0, None, 100.0, 100.0),
        (3, 0.0, None, 0.0, 0.0),
        (4, 0.0, None, 0.0, 0.0),
    ]


def values(page):
    """All records without the numbers of their lines, by table."""
    return {
        table: [
            {name: value for name, value in asdict(row).items() if name not in ("line_first", "line_last")}
            for row in rows
        ]
        for table, rows in page.records.items()
    }


def test_the_records_do_not_depend_on_layout_or_encoding(page):
    assert values(page) == values(parse("text", "utf-8"))


def test_values_stand_on_the_lines_that_the_records_name(page):
    for report in page.records["progress_reports"]:
        assert report.narrative in "\n".join(page.lines[report.line_first - 1 : report.line_last])
    for place in page.records["field_lines"]:
        assert page.lines[place.line_first - 1]
