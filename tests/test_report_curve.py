"""The curve of a project: what is drawn, where, and that it is valid Vega-Lite and well-formed SVG."""

import datetime as dt
import itertools
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import altair
import pytest

from audit.chart import Heading, description, spec, svg
from audit.curve import Curve, Progress, month_starts, progress_of
from audit.facts import projects
from audit.overview import CHARTS
from tests.auditing import Printed, build_tables, project, report, step
from tests.reporting import HOSTILE, level, odd

CODE, OTHER = "50030000-0001", "50040000-0002"
SVG = "{http://www.w3.org/2000/svg}"
REAL_STEPS = [
    step(1, "5", "2019-10-01", "2019-10-31"),
    step(2, "5", "2019-11-01", "2019-11-29"),
    step(3, "10", "2019-12-16", "2020-01-14"),
    step(4, "20", "2020-01-15", "2020-05-15"),
    step(5, "10", "2020-05-15", "2020-06-30"),
    step(6, "10", "2020-02-17", "2020-06-30"),
    step(7, "5", "2020-06-30", "2020-07-15"),
    step(8, "25", "2020-07-01", "2020-07-31"),
    step(9, "5", "2020-08-01", "2020-08-31"),
    step(10, "5", "2020-09-01", "2020-09-30"),
]
"""The plan of project 21000000-3137, of which 33.98 % were due on 23 March 2020."""


def progress(folder: Path, *pages: Printed) -> list[Progress]:
    return progress_of(list(projects(build_tables(folder, pages))))


def curve(folder: Path, page: Printed) -> Curve:
    (found,) = progress(folder, page)
    assert found.curve
    return found.curve


# What is drawn


def test_a_curve_spans_the_fiscal_year(tmp_path: Path) -> None:
    drawn = curve(tmp_path, odd(CODE))
    assert (drawn.first, drawn.last) == (dt.date(2022, 10, 1), dt.date(2023, 9, 30))
    assert [(point.day, point.percent, point.has_problem) for point in drawn.reports] == [
        (dt.date(2023, 2, 23), 20.0, False),
        (dt.date(2023, 3, 23), 45.0, True),
    ]
    assert [step["weight_percent"] for step in drawn.steps] == [40, 60]
    assert drawn.left_out == 0


def test_the_planned_percents_are_those_of_the_checks(tmp_path: Path) -> None:
    page = project(report(1, "45.00", "2020-03-23"), steps=REAL_STEPS, agency="สำนักงานเขตสมมุติ : (2563)")
    (found,) = progress(tmp_path, page)
    assert found.planned == {1: pytest.approx(20 + 20 * 69 / 122 + 10 * 36 / 135)}
    assert found.curve
    planned = dict(found.curve.planned)
    assert planned[dt.date(2020, 3, 23)] == found.planned[1]
    assert planned[dt.date(2019, 10, 1)] == pytest.approx(5 / 31)
    assert planned[dt.date(2020, 9, 30)] == pytest.approx(100)


def test_the_line_is_straight_between_its_points(tmp_path: Path) -> None:
    from audit.plan import planned_percent
    from audit.stored import StoredTable

    page = project(report(1, "45.00", "2020-03-23"), steps=REAL_STEPS, agency="สำนักงานเขตสมมุติ : (2563)")
    planned = curve(tmp_path, page).planned
    steps = StoredTable(tmp_path / "clean", "plan_steps").read().to_pandas(date_as_object=False)
    for (day, percent), (later, more) in itertools.pairwise(planned):
        middle = day + (later - day) // 2
        between = percent + (more - percent) * (middle - day).days / (later - day).days
        assert planned_percent(steps, middle) == pytest.approx(between)


def test_projects_that_are_computed_together_do_not_mix(tmp_path: Path) -> None:
    pages = [odd(CODE), level(OTHER)]
    together = progress(tmp_path / "together", *pages)
    alone = [progress(tmp_path / page.code, page)[0] for page in pages]
    assert [(each.planned, each.curve and each.curve.planned) for each in together] == [
        (each.planned, each.curve and each.curve.planned) for each in alone
    ]


def test_dates_near_the_year_are_drawn_and_those_far_away_are_counted(tmp_path: Path) -> None:
    drawn = curve(
        tmp_path,
        project(
            report(1, "45.00", "2023-11-23"), report(2, "20.00", "2053-02-23"), report(3, "1", "2023-01-02")
        ),
    )
    assert (drawn.first, drawn.last) == (dt.date(2022, 10, 1), dt.date(2023, 11, 30))
    assert [point.percent for point in drawn.reports] == [1, 45]
    assert drawn.left_out == 1


def test_without_a_fiscal_year_the_dates_tell_the_span(tmp_path: Path) -> None:
    page = project(report(1, "45.00", "2023-03-23"), steps=None, agency="สำนักงานเขตสมมุติ")
    drawn = curve(tmp_path, page)
    assert (drawn.first, drawn.last) == (dt.date(2023, 3, 1), dt.date(2023, 3, 31))


def test_a_plan_that_cannot_be_judged_has_bars_and_no_line(tmp_path: Path) -> None:
    steps = [step(1, "40", "2022-10-01", "2023-03-31"), step(2, "50", "2023-04-01", "")]
    (found,) = progress(tmp_path, project(report(1, "45.00", "2023-03-23"), steps=steps))
    assert found.curve
    assert (list(found.curve.planned), len(found.curve.steps), found.curve.left_out) == ([], 1, 1)
    assert found.unjudged and found.unjudged.en and found.unjudged.th
    assert found.planned == {}


def test_a_project_with_nothing_to_draw_has_no_curve(tmp_path: Path) -> None:
    (found,) = progress(tmp_path, project(steps=None))
    assert found.curve is None
    assert found.unjudged


def test_a_month_has_its_first_day() -> None:
    assert month_starts(dt.date(2022, 11, 3), dt.date(2023, 1, 31)) == [
        dt.date(2022, 11, 1), dt.date(2022, 12, 1), dt.date(2023, 1, 1),
    ]  # fmt: skip


# How it is drawn

HEADING = Heading(["โครงการ <ตัวอย่าง> & อื่น ๆ"], '"ใต้"', "Sarabun")


def pages() -> Sequence[Printed]:
    year = "สำนักงานเขตสมมุติ : (2563)"
    return [
        odd(CODE),
        project(report(1, "45.00", "2020-03-23"), steps=REAL_STEPS, agency=year),
        project(report(1, "45.00", "2023-03-23"), steps=None),
        project(steps=REAL_STEPS, agency=year),
    ]


@pytest.mark.parametrize("page", pages(), ids=["two steps", "ten steps", "no plan", "no report"])
@pytest.mark.parametrize("heading", [None, HEADING], ids=["on a page", "alone"])
def test_a_curve_is_valid_vega_lite(tmp_path: Path, page: Printed, heading: Heading | None) -> None:
    languages = ("th", "en") if heading is None else ("en",)
    altair.Chart.from_dict(spec(curve(tmp_path, page), languages, heading), validate=True)


@pytest.mark.parametrize("name", CHARTS)
def test_the_overview_s_charts_are_valid_vega_lite(name: str) -> None:
    altair.Chart.from_dict({**CHARTS[name], "data": {"values": []}}, validate=True)


def marks(picture: ElementTree.Element, name: str) -> int:
    """How many marks a layer has."""
    found = [group for group in picture.iter(f"{SVG}g") if f"{name}_marks" in group.get("class", "").split()]
    return sum(len(list(group)) for group in found)


def test_every_report_step_and_problem_has_its_mark(tmp_path: Path) -> None:
    picture = ElementTree.fromstring(svg(curve(tmp_path, odd(CODE))))
    shown = {name: marks(picture, name) for name in ("report", "problem", "step", "planned", "reported")}
    assert shown == {"report": 1, "problem": 1, "step": 2, "planned": 1, "reported": 1}


def test_both_languages_stand_in_groups_of_their_own(tmp_path: Path) -> None:
    picture = ElementTree.fromstring(svg(curve(tmp_path, odd(CODE))))
    texts = {
        language: {
            text.text
            for group in picture.iter(f"{SVG}g")
            if language in group.get("class", "").split()
            for text in group.iter(f"{SVG}text")
        }
        for language in ("th", "en")
    }
    assert {"ตามแผน", "ตามรายงาน", "ต.ค. 65"} <= texts["th"]
    assert {"Planned", "Reported", "Oct 22"} <= texts["en"]
    assert not texts["th"] & texts["en"]


def test_the_same_curve_gives_the_same_bytes(tmp_path: Path) -> None:
    drawn = curve(tmp_path, odd(CODE))
    assert svg(drawn) == svg(drawn)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_heading_is_text_in_the_picture(tmp_path: Path, text: str) -> None:
    drawn = svg(curve(tmp_path, odd(CODE)), ["en"], Heading([text], text, "Sarabun"))
    picture = ElementTree.fromstring(drawn)
    assert picture.findtext(f"{SVG}title") == f"{text} {text}"
    assert [each.text for each in picture.iter(f"{SVG}text")].count(text) == 2
    assert {str(each.tag).removeprefix(SVG) for each in picture.iter()} <= {
        "svg", "title", "desc", "g", "path", "text", "line", "rect", "defs", "clipPath",
    }  # fmt: skip


def test_a_picture_alone_says_in_words_what_it_shows(tmp_path: Path) -> None:
    drawn = curve(tmp_path, odd(CODE))
    assert description(drawn, "en") == (
        "23 Feb 2023: Reported 20 %; 23 Mar 2023: Reported 45 % (Report that states problems or obstacles)"
    )
    picture = ElementTree.fromstring(svg(drawn, ["th"], HEADING))
    assert (picture.get("role"), picture.get("lang")) == ("img", "th")
    assert picture.findtext(f"{SVG}desc") == description(drawn, "th")
