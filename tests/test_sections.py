"""Dividing a page by its headings, records by their first lines, lines by their labels."""

import itertools
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.sections import (
    Section,
    blocks,
    check_numbering,
    divide,
    first_page,
    heading_keys,
    labelled,
    note_missing,
    note_missing_headings,
    paragraph,
)
from parsers.walk import Walk

HEADINGS = {"หนึ่ง": "one", "สอง": "two", "สาม": "three", "สี่": "four"}


def sections(*lines: str) -> tuple[dict[str, tuple[int | None, list[int]]], list[tuple[str, int | None]]]:
    walk = Walk(list(lines))
    found = {
        name: (heading, list(own)) for name, (heading, own) in divide(walk, walk.filled, HEADINGS).items()
    }
    return found, [(issue.code, issue.line) for issue in walk.issues]


def test_a_section_goes_from_its_heading_to_the_next():
    assert sections("ก", "หนึ่ง", "ข", "", "ค", "สาม", "สี่ :", "ง") == (
        {"": (None, [1]), "one": (2, [3, 5]), "three": (6, []), "four": (7, [8])},
        [],
    )


def test_without_headings_all_is_one_section():
    assert sections("ก", "ข") == ({"": (None, [1, 2])}, [])
    assert sections() == ({"": (None, [])}, [])


def test_a_heading_within_a_line_of_prose_is_no_heading():
    assert sections("หนึ่ง", "ข้อหนึ่ง และ สอง")[0] == {"": (None, []), "one": (1, [2])}


@pytest.mark.parametrize(
    ("lines", "expected", "misplaced"),
    [
        ("หนึ่ง ก หนึ่ง ข สอง ค", {"": [], "one": [2, 4], "two": [6]}, [3]),
        ("หนึ่ง ก สอง ข หนึ่ง ค สาม ง", {"": [], "one": [2], "two": [4, 6], "three": [8]}, [5]),
        ("สี่ ก หนึ่ง ข สอง ค", {"": [2], "one": [4], "two": [6]}, [1]),
        ("หนึ่ง สาม ก สอง ข สาม ค", {"": [], "one": [3], "two": [5], "three": [7]}, [2]),
        ("สอง ก หนึ่ง ข", {"": [], "two": [2, 4]}, [3]),
    ],
)
def test_of_headings_doubled_or_out_of_order_the_longest_rise_counts(lines, expected, misplaced):
    found, issues = sections(*lines.split())
    assert {name: own for name, (_, own) in found.items()} == expected
    assert issues == [("misplaced_heading", line) for line in misplaced]


def test_a_heading_with_digits_of_either_kind_is_the_same():
    keys = heading_keys({"first": "ไตรมาสที่ 1", "second": "ไตรมาสที่ 2"})
    walk = Walk(["ไตรมาสที่ ๑", "ก", "ไตรมาสที่ 1", "ข", "ไตรมาสที่ 2 :", "ค"])
    found = divide(walk, walk.filled, keys)
    assert {name: list(own) for name, (_, own) in found.items()} == {"": [], "first": [2, 4], "second": [6]}
    assert [(issue.code, issue.line) for issue in walk.issues] == [("misplaced_heading", 3)]


def test_no_line_is_lost_or_doubled_whatever_the_order():
    chance = random.Random(7)
    for _ in range(500):
        lines = chance.choices([*HEADINGS, "ก", "ข", ""], k=chance.randint(0, 14))
        walk = Walk(lines)
        found = divide(walk, walk.filled, HEADINGS)
        own = [number for _, numbers in found.values() for number in numbers]
        headings = [number for number in walk.filled if lines[number - 1] in HEADINGS]
        assert sorted([*own, *headings]) == walk.filled
        assert walk.unread(headings) == []
        assert list(found) == sorted(found, key=["", *HEADINGS.values()].index)
        assert len(found) - 1 == longest_rise([list(HEADINGS).index(lines[n - 1]) for n in headings])


def longest_rise(ranks: list[int]) -> int:
    """By trying all."""
    choices = (pick for size in range(len(ranks) + 1) for pick in itertools.combinations(ranks, size))
    return max(len(pick) for pick in choices if all(a < b for a, b in itertools.pairwise(pick)))


# --- the first page


def page_of(*lines: str) -> tuple[list[str], list[tuple[str, int | None]], list[str]]:
    """The lines of the first page, the issues, and the lines that nobody has marked."""
    walk = Walk(list(lines))
    numbers = first_page(
        walk, lambda number: walk.lines[number] == "ชื่อหน้า", lambda number: walk.lines[number] == "ค่า"
    )
    issues = [(issue.code, issue.line) for issue in walk.issues]
    return [walk.lines[n] for n in numbers], issues, [walk.lines[n] for n in walk.unread(walk.filled)]


def test_a_page_begins_with_its_title_and_what_stands_above_stays_unread():
    assert page_of("เมนู", "สายด่วน : 1555", "ชื่อหน้า", "", "ก") == (
        ["ชื่อหน้า", "ก"],
        [],
        ["เมนู", "สายด่วน : 1555", "ชื่อหน้า", "ก"],
    )


def test_a_page_without_a_title_begins_with_its_first_line():
    assert page_of("ก", "ค่า", "ข")[:2] == (["ก", "ค่า", "ข"], [])


def test_navigation_is_known_wherever_it_stands():
    assert page_of("Home", "ชื่อหน้า", "Back Home", "ก", "SED")[2] == ["ชื่อหน้า", "ก"]


@pytest.mark.parametrize(
    "foot", ["© กรุงเทพมหานคร 2566", "Copyright 2566", "(c) BMA", "Powered by Yii Framework", "สงวนลิขสิทธิ์ 2566"]
)
def test_a_page_ends_at_the_foot_of_the_site(foot):
    assert page_of("ชื่อหน้า", "ก", foot, "Powered by X", "ข") == (["ชื่อหน้า", "ก"], [], ["ชื่อหน้า", "ก", "ข"])


def test_a_foot_above_the_title_ends_nothing():
    assert page_of("© 2566", "ชื่อหน้า", "ก")[0] == ["ชื่อหน้า", "ก"]


def test_a_title_below_the_beginning_of_a_page_is_a_second_pages():
    assert page_of("ค่า", "ก", "© 2566", "ชื่อหน้า", "ข") == (
        ["ค่า", "ก"],
        [("second_page", 4)],
        ["ค่า", "ก", "ชื่อหน้า", "ข"],
    )


def test_of_two_titles_above_the_beginning_the_first_is_a_menus():
    assert page_of("ชื่อหน้า", "ก", "ชื่อหน้า", "ค่า", "ข") == (
        ["ชื่อหน้า", "ค่า", "ข"],
        [],
        ["ชื่อหน้า", "ก", "ชื่อหน้า", "ค่า", "ข"],
    )


# --- missing headings


@pytest.mark.parametrize(
    ("there", "is_cut", "missing"),
    [
        ("one two three four", False, ""),
        ("one four", False, "สอง สาม"),
        ("one three", True, "สอง"),
        ("", False, "หนึ่ง สอง สาม สี่"),
        ("", True, ""),
    ],
)
def test_a_heading_that_a_full_page_lacks_is_told_and_of_a_cut_page_those_above_its_last(
    there, is_cut, missing
):
    walk = Walk(["ก"])
    printed = {name: heading for heading, name in HEADINGS.items()}
    note_missing_headings(walk, there.split(), printed, is_cut=is_cut)
    assert [issue.message for issue in walk.issues] == [
        f"the heading `{heading}` is missing" for heading in missing.split()
    ]


def test_a_missing_title_is_told_first():
    walk = Walk(["ก"])
    note_missing_headings(walk, ["one"], {"one": "หนึ่ง", "two": "สอง"}, missing_title="ชื่อหน้า")
    assert ["ชื่อหน้า" in issue.message for issue in walk.issues] == [True, False]


# --- paragraphs


def read_paragraph(*lines: str, ends: bool = True, heading: int | None = 1):
    walk, places = Walk(["หัวข้อ", *lines]), {}
    section = Section(heading, walk.filled[1:])
    text = paragraph(walk, section, "table.column", places, ends=ends)
    return text, places, [issue.code for issue in walk.issues], walk.unread(walk.filled[1:])


@pytest.mark.parametrize("ends", [True, False])
def test_a_paragraph_is_the_line_below_a_heading(ends):
    assert read_paragraph("", "ข้อความ", ends=ends) == ("ข้อความ", {"column": (3, 3)}, [], [])


def test_several_lines_are_one_paragraph_where_its_end_is_shown():
    assert read_paragraph("กข", "", "คง") == ("กข\nคง", {"column": (2, 4)}, ["several_paragraphs"], [])


def test_several_lines_are_none_where_nothing_shows_their_end():
    assert read_paragraph("กข", "คง", ends=False) == (None, {}, ["open_end"], [2, 3])


def test_without_lines_or_a_heading_there_is_no_paragraph():
    assert read_paragraph() == (None, {}, [], [])
    assert read_paragraph("กข", heading=None) == (None, {}, [], [2])
    assert paragraph(Walk(["ก"]), None, "table.column", {}, ends=True) is None


def test_a_figure_is_no_paragraph():
    assert read_paragraph("25.00") == (None, {}, [], [2])


# --- records


def test_a_record_begins_with_a_line_that_matches_wholly():
    walk = Walk(["ก", "ข้อ 1", "ข", "ตามข้อ 2", "ข้อ 3 ก", "", "ข้อ 4"])
    found = [
        (match[1], list(numbers)) for match, numbers in blocks(walk, walk.filled, re.compile(r"ข้อ (\d)"))
    ]
    assert found == [("1", [2, 3, 4, 5]), ("4", [7])]
    assert list(blocks(walk, [], re.compile("ข้อ"))) == []


# --- labelled lines

LABELS = re.compile(
    r"ชื่อ:(?P<name>.*)|เรื่อง:(?P<story>.*)|(?P<number>[0-9]+)|(?P<rule>---)|(?P<damaged>.*เรื่อง.*)"
)


def read(*lines: str, **options: object) -> tuple[dict[str, str], list[int]]:
    walk = Walk(list(lines))
    found = labelled(walk, walk.filled, LABELS, running=("story",), **options)
    return {label: said.text for label, said in found.items()}, walk.unread(walk.filled)


@pytest.mark.parametrize("lines", [("ชื่อ: ก", "เรื่อง:ข", "5"), ("5", "เรื่อง:ข", "ชื่อ: ก")])
def test_labelled_lines_are_read_in_any_order(lines):
    assert read(*lines) == ({"name": "ก", "story": "ข", "number": "5"}, [])


def test_prose_goes_on_the_running_text_above_it_and_no_other():
    assert read("ชื่อ:ก", "ต่อ", "เรื่อง:ข", "และ", "ต่อไป") == (
        {"name": "ก", "story": "ข\nและ\nต่อไป"},
        [2],
    )
    assert read("เรื่อง:", "เริ่มที่นี่") == ({"story": "เริ่มที่นี่"}, [])


def test_a_running_text_ends_at_another_label_and_has_the_figures_within_it():
    assert read("เรื่อง:ข", "5", "ต่อ") == ({"story": "ข", "number": "5"}, [3])
    assert read("5", "เรื่อง:ข", "6", "ต่อ", "7") == ({"number": "5", "story": "ข\n6\nต่อ"}, [5])


def test_a_text_that_goes_on_below_what_is_no_part_of_it_is_not_believed():
    assert read("เรื่อง:ข", "xเรื่อง:", "ต่อ") == ({}, [1, 2, 3])
    assert read("เรื่อง:ข", "และ", "** ค", "ต่อ", "ชื่อ:ก") == ({"name": "ก"}, [1, 2, 3, 4])
    assert read("เรื่อง:ข", "** ค", "ชื่อ:ก") == ({"story": "ข", "name": "ก"}, [2])


def test_a_label_that_comes_again_stays_unread_unless_it_goes_on_a_text():
    assert read("ชื่อ:ก", "ชื่อ:ข") == ({"name": "ก"}, [2])
    assert read("เรื่อง:ก", "เรื่อง:ข") == ({"story": "ก\nเรื่อง:ข"}, [])


def test_the_last_label_ends_the_record():
    assert read("ชื่อ:ก", "---", "เรื่อง:ข", last="rule") == ({"name": "ก", "rule": "---"}, [3])


def test_a_labelled_text_knows_its_lines():
    walk = Walk(["ชื่อ:ก", "", "เรื่อง:ข", "", "ต่อ"])
    found = labelled(walk, walk.filled, LABELS, running=("story",))
    assert (found["name"].line, found["name"].last) == (1, 1)
    assert (found["story"].line, found["story"].last) == (3, 5)


def test_missing_labels_are_issues_of_the_line_that_begins_the_record():
    walk = Walk(["ก"])
    note_missing(walk, {"name"}, {"name": "`ชื่อ:`", "story": "`เรื่อง:`"}, "table", 1)
    (issue,) = walk.issues
    assert (issue.code, issue.line, issue.field, issue.message) == (
        "missing_label",
        1,
        "table.story",
        "the line `เรื่อง:` is missing",
    )


# --- printed numbers


@pytest.mark.parametrize(
    ("printed", "line"),
    [
        ([], None),
        ([1, 2, 3], None),
        ([1, 3, 4], 2),
        ([2, 3], 1),
        ([1, 1, 2], 2),
        ([1, None, 3], None),
        ([2, 1], 1),
    ],
)
def test_numbers_that_do_not_count_up_from_1_are_one_issue(printed, line):
    walk = Walk(["ก"] * 4)
    check_numbering(walk, enumerate(printed, 1), "table.column")
    assert [issue.line for issue in walk.issues] == ([line] if line else [])


@given(st.lists(st.sampled_from([*HEADINGS, "ก"]), max_size=10))
def test_the_longest_run_of_headings_in_page_order_counts(lines):
    names = list(HEADINGS.values())
    walk = Walk(lines)
    divided = divide(walk, walk.filled, HEADINGS)
    chosen = [name for name in divided if name]
    ranks = [names.index(HEADINGS[line]) for line in lines if line in HEADINGS]
    runs = (run for size in range(len(ranks) + 1) for run in itertools.combinations(ranks, size))
    rising = (run for run in runs if all(a < b for a, b in itertools.pairwise(run)))
    assert len(chosen) == max(map(len, rising))
    assert chosen == sorted(chosen, key=names.index)
    assert len(walk.issues) == len(ranks) - len(chosen)
    headings = [section.heading for section in divided.values() if section.heading]
    held = [number for section in divided.values() for number in section.lines]
    assert held == sorted(held)
    assert sorted([*headings, *held, *(issue.line for issue in walk.issues)]) == walk.filled
