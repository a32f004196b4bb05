"""The paragraph that reports on each quarter."""

import pytest

from parsers.quarter_reports import REPORT_KEYS, read_quarter_reports
from parsers.records import IndicatorQuarter
from parsers.sections import divide
from parsers.walk import Walk
from tests.template import THAI_DIGITS

HEADINGS = [f"รายงานผลฯ ไตรมาสที่ {quarter}" for quarter in (1, 2, 3, 4)]
TEXTS = ["สำรวจ", "ออกแบบ", "ก่อสร้าง", "ตรวจรับ"]


def page(texts=TEXTS, headings=HEADINGS):
    return [line for pair in zip(headings, texts, strict=True) for line in pair]


def read(lines, quarters=(1, 2, 3, 4), last_ends=True):
    """The report of each row, the lines where they stand, the issues, and the lines that nobody has read."""
    walk = Walk(list(lines))
    rows = [
        IndicatorQuarter(
            page_code="1", indicator_position=1, position=n, quarter=quarter, line_first=1, line_last=1
        )
        for n, quarter in enumerate(quarters, 1)
    ]
    sections = divide(walk, walk.filled, REPORT_KEYS)
    places = read_quarter_reports(walk, sections, rows, "indicator_quarters", last_ends=last_ends)
    unread = [walk.lines[number] for number in walk.unread(walk.filled)]
    assert [row.report is not None for row in rows] == [bool(place) for place in places]
    return [row.report for row in rows], [issue.code for issue in walk.issues], unread


def test_each_row_has_the_paragraph_of_its_quarter():
    assert read(page()) == (TEXTS, [], [])


@pytest.mark.parametrize(
    "headings", [[h.translate(THAI_DIGITS) for h in HEADINGS], [f"{h} :" for h in HEADINGS]]
)
def test_headings_have_digits_of_either_kind_and_may_end_with_a_colon(headings):
    assert read(page(headings=headings)) == (TEXTS, [], [])


@pytest.mark.parametrize("none", ["", "-", "–"])
def test_an_empty_report_or_a_dash_is_null_without_an_issue(none):
    assert read(page(["สำรวจ", none, none, none])) == (["สำรวจ", None, None, None], [], [])


@pytest.mark.parametrize(
    "text", ["- สำรวจ", "28/10/2563 : สำรวจ", "1/31/2021 : สำรวจ", "ไตรมาสที่ 1 : สำรวจ", "1. สำรวจ 2. ออกแบบ"]
)
def test_a_report_is_kept_as_printed(text):
    assert read(page([text, *TEXTS[1:]])) == ([text, *TEXTS[1:]], [], [])


def test_a_report_of_several_lines_is_one_text_and_told():
    lines = page()
    lines[2:2] = ["", "วัดระยะ", "ทำแผนที่"]
    assert read(lines) == (["สำรวจ\nวัดระยะ\nทำแผนที่", *TEXTS[1:]], ["several_paragraphs"], [])


def test_where_nothing_shows_the_end_of_the_last_report_several_lines_are_none():
    lines = [*page(), "อย่างอื่น"]
    assert read(lines, last_ends=False) == (
        [*TEXTS[:3], None],
        ["open_end"],
        ["ตรวจรับ", "อย่างอื่น"],
    )
    assert read(page(), last_ends=False) == (TEXTS, [], [])


def test_rows_out_of_order_have_the_reports_of_their_quarters():
    assert read(page(), quarters=(4, 2, 1, 3))[0] == ["ตรวจรับ", "ออกแบบ", "สำรวจ", "ก่อสร้าง"]


def test_a_report_of_a_quarter_with_two_rows_or_none_stays_unread():
    assert read(page(), quarters=(1, 1, 3, None)) == (
        [None, None, "ก่อสร้าง", None],
        [],
        ["สำรวจ", "ออกแบบ", "ตรวจรับ"],
    )


def test_a_number_is_no_report_and_stays_unread():
    assert read(page(["25.00", *TEXTS[1:]])) == ([None, *TEXTS[1:]], [], ["25.00"])
