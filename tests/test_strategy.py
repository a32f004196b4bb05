"""The lines of the BMA strategy, one form at a time."""

import pytest

import parsers
from tests.render import reduced_page
from tests.template import STRATEGY, THAI_DIGITS, edit, read, told

FIRST, SECOND, THIRD, FOURTH = STRATEGY.split("\n")
NIKHAHIT_AA = "\u0e4d\u0e32"  # SARA AM in two characters
AM_AA = "\u0e33\u0e32"  # SARA AM and one SARA AA too many


def links(page):
    return page.records["strategy_links"]


def with_line(old, new):
    """The page of which one strategy line is replaced."""
    return read(strategy=edit(STRATEGY, old, new))


def test_four_lines_are_four_levels():
    page = read()
    assert [
        (link.position, link.level, link.level_name, link.number, link.title, link.title_en)
        for link in links(page)
    ] == [
        (1, 1, "ด้าน", "3", "มหานครตัวอย่าง", "Example City"),
        (2, 2, "มิติ", "3.1", "เมืองตัวอย่าง", None),
        (3, 3, "เป้าหมาย", "3.1.2", "ประชาชนเดินทางสะดวก", None),
        (4, 4, "เป้าประสงค์", "3.1.2.4", "พัฒนาทางเดินริมคลอง", None),
    ]
    assert {(link.page_kind, link.page_code, link.project_code) for link in links(page)} == {
        ("project", "50990000-9001", "50990000-9001")
    }
    assert [page.lines[link.line_first - 1] for link in links(page)] == [FIRST, SECOND, THIRD, FOURTH]


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_project_may_name_fewer_levels(count):
    page = read(strategy="\n".join(STRATEGY.split("\n")[:count]))
    assert [link.level for link in links(page)] == list(range(1, count + 1))
    assert page.issues == []


@pytest.mark.parametrize(
    "line",
    [
        "ด้านที่ ๓ - มหานครตัวอย่าง : Example City",
        "ด้านที่ ๓ – มหานครตัวอย่าง : Example City",
        "ด้านที่ ๓-มหานครตัวอย่าง:Example City",
        "ด้านที่ ๓ -มหานครตัวอย่าง :Example City",
        "ด้านที่๓ - มหานครตัวอย่าง: Example City",
        "ด้านที่ 3 - มหานครตัวอย่าง : Example City",
        ": ด้านที่ ๓ - มหานครตัวอย่าง : Example City",
        ":ด้านที่ ๓ - มหานครตัวอย่าง : Example City",
    ],
)
def test_forms_of_the_first_line(line):
    page = with_line(FIRST, line)
    link = links(page)[0]
    assert (link.number, link.title, link.title_en) == ("3", "มหานครตัวอย่าง", "Example City")
    assert page.issues == []


def test_a_line_may_lack_its_english_part():
    page = with_line(" : Example City", "")
    assert (links(page)[0].title, links(page)[0].title_en, page.issues) == ("มหานครตัวอย่าง", None, [])


def test_a_line_without_its_dash_is_read_and_told():
    """A dash may have taken a sign of the title along."""
    page = with_line("ด้านที่ ๓ - ", "ด้านที่ ๓ ")
    assert (links(page)[0].title, links(page)[0].title_en) == ("มหานครตัวอย่าง", "Example City")
    assert told(page) == [("missing_mark", "strategy_links.title")]


def test_lines_of_the_lower_levels_have_no_dash():
    assert [link.title for link in links(read())[2:]] == ["ประชาชนเดินทางสะดวก", "พัฒนาทางเดินริมคลอง"]
    page = with_line("๓.๑.๒.๔ ", "๓.๑.๒.๔ - ")
    assert (links(page)[3].title, page.issues) == ("พัฒนาทางเดินริมคลอง", [])


@pytest.mark.parametrize(
    ("title", "english"),
    [
        ("เมือง (ตัวอย่าง) : Sample (Model) City", "Sample (Model) City"),
        ("เมือง-ตัวอย่าง : Sample-City", "Sample-City"),
        ("เมือง “ตัวอย่าง” : Sample City", "Sample City"),
        ("เมือง : ตัวอย่าง : Sample City", "Sample City"),
    ],
)
def test_the_english_part_follows_the_colon_behind_the_thai_one(title, english):
    page = with_line("มหานครตัวอย่าง : Example City", title)
    link = links(page)[0]
    assert (link.title, link.title_en) == (title.removesuffix(f" : {english}"), english)


# --- the percent sign of the goal line


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("ประชาชนเดินทางสะดวก%", "ประชาชนเดินทางสะดวก"),
        ("ประชาชนเดินทางสะดวก %", "ประชาชนเดินทางสะดวก"),
        ("ประชาชนเดินทางสะดวกร้อยละ 80%", "ประชาชนเดินทางสะดวกร้อยละ 80"),
        ("ประชาชน 80% เดินทางสะดวก%", "ประชาชน 80% เดินทางสะดวก"),
        ("ประชาชนเดินทางสะดวก 80%%", "ประชาชนเดินทางสะดวก 80%"),
        ("ประชาชนเดินทางสะดวกโดยการใช้ระบบข%", "ประชาชนเดินทางสะดวกโดยการใช้ระบบข"),
    ],
)
def test_one_sign_at_the_end_of_the_goal_line_is_no_percent(title, kept):
    page = with_line("ประชาชนเดินทางสะดวก%", title)
    assert (links(page)[2].title, page.issues) == (kept, [])


@pytest.mark.parametrize(
    ("line", "position"), [(SECOND, 1), (FOURTH, 3), ("ด้านที่ ๓ - มหานครตัวอย่าง : Example City", 0)]
)
def test_on_other_lines_a_percent_sign_is_part_of_the_text(line, position):
    page = with_line(line, f"{line} 80%")
    link = links(page)[position]
    assert (link.title_en or link.title).endswith(" 80%")
    assert page.issues == []


def test_a_goal_line_without_its_sign_is_read_and_told():
    page = with_line("สะดวก%", "สะดวก")
    assert links(page)[2].title == "ประชาชนเดินทางสะดวก"
    assert told(page) == [("missing_mark", "strategy_links.title")]


# --- text and numbers


@pytest.mark.parametrize("am", [NIKHAHIT_AA, AM_AA])
def test_a_title_is_kept_as_printed(am):
    title = f"การท{am}งานเพื่อประชาชน"
    page = with_line("เมืองตัวอย่าง", title)
    assert (links(page)[1].title, page.issues) == (title, [])


def test_numbers_are_in_arabic_digits_however_printed():
    expected = ["3", "3.1", "3.1.2", "3.1.2.4"]
    arabic = STRATEGY.translate({thai: arabic for arabic, thai in THAI_DIGITS.items()})
    for text in (STRATEGY, arabic, STRATEGY.replace("๓", "3")):
        page = read(strategy=text)
        assert ([link.number for link in links(page)], page.issues) == (expected, [])


def test_numbers_of_two_digits():
    page = read(strategy=STRATEGY.replace("๓.๑.๒", "๓.๑.๑๒"))
    assert [link.number for link in links(page)] == ["3", "3.1", "3.1.12", "3.1.12.4"]
    assert page.issues == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ที่ ๓.๑ ", "ที่ ๓ "),
        ("ที่ ๓.๑.๒.๔", "ที่ ๓.๑.๒"),
        ("ที่ ๓.๑.๒.๔", "ที่ ๓.๑.๓.๔"),
        ("ที่ ๓.๑.๒.๔", "ที่ ๔.๑.๒.๔"),
        ("ที่ ๓ ", "ที่ ๓.๑ "),
        ("มิติที่ ๓.๑ ", "ด้านที่ ๓.๑ "),
        (f"{SECOND}\n", ""),
        (f"{FIRST}\n", ""),
    ],
)
def test_a_number_that_does_not_fit_its_level_or_the_line_above_is_told(old, new):
    page = with_line(old, new)
    assert "strategy_order" in [code for code, _ in told(page)]
    assert {field for code, field in told(page)} <= {"strategy_links.number"}


def test_a_line_that_is_no_strategy_line_is_told():
    page = read(strategy=f"{STRATEGY}\nข้อความอื่น")
    assert len(links(page)) == 4
    assert [(issue.code, issue.text) for issue in page.issues] == [("unparsed_text", "ข้อความอื่น")]


def test_in_a_reduced_copy_a_goal_is_no_line_of_the_strategy():
    goals = "เป้าหมายที่ 1 ปลูกต้นไม้ 80 ต้น\nเป้าหมายที่ 2 ดูแลอีก 1 ปี"
    page = parsers.parse(reduced_page(goals=goals, strategy=STRATEGY).encode(), code="50030000-0001")
    assert [link.number for link in links(page)] == ["3", "3.1", "3.1.2", "3.1.2.4"]
    unassigned = [issue.text for issue in page.issues if issue.code == "unassigned_text"]
    assert unassigned[-2:] == goals.split("\n")
    assert {issue.severity for issue in page.issues} == {"info"}


def test_a_title_that_is_not_there_is_null():
    page = with_line(FOURTH, "เป้าประสงค์ที่ ๓.๑.๒.๔")
    assert (links(page)[3].number, links(page)[3].title) == ("3.1.2.4", None)
    assert told(page) == [("empty_value", "strategy_links.title")]
