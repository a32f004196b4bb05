"""The quarter table, in cells and in rows joined by ` | `, one form at a time."""

import pytest

from parsers.quarters import parse_quarter, read_joined_quarters, read_quarters
from parsers.records import IndicatorQuarter
from parsers.walk import Walk
from tests.template import THAI_DIGITS, edit

HEADER = ["ไตรมาสที่", "(1 - 4)", "*ผลงาน*", "(ร้อยละ)", "*ผลประเมินตัวชี้วัด*", "(* 2.1 / 2.2 *)"]
ROWS = [
    ["1", "15.00", "100.0000", "100 / 100"],
    ["2", "1,407.52", "", "87.5 / 50"],
    ["3", "0.00", "75", "0 / 0"],
    ["4", "0.00", "100.0000", "0 / 0"],
]
SOUND = [
    (1, 15.0, 100.0, 100.0, 100.0),
    (2, 1407.52, None, 87.5, 50.0),
    (3, 0.0, 75.0, 0.0, 0.0),
    (4, 0.0, 100.0, 0.0, 0.0),
]
TABLE = "\n".join([*HEADER, *(cell for row in ROWS for cell in row)])
JOINED = "\n".join(
    [
        "ไตรมาสที่ (1 - 4) | *ผลงาน* (ร้อยละ) | *ผลประเมินตัวชี้วัด* (* 2.1 / 2.2 *)",
        *(" | ".join(row) for row in ROWS),
    ]
)
JOINED_HEADER = JOINED.partition("\n")[0]


def empty_row(position, line_first, line_last):
    return IndicatorQuarter(
        page_code="5099-1037",
        indicator_position=1,
        position=position,
        line_first=line_first,
        line_last=line_last,
    )


def read(text, unit="ร้อยละ", joined=False):
    """The rows, the issues, and the lines that nobody has read."""
    walk = Walk(text.split("\n"))
    if joined:
        rows = read_joined_quarters(walk, walk.filled, unit, "indicator_quarters", empty_row)
    else:
        rows = read_quarters(walk, 1, len(walk.lines) - 1, unit, "indicator_quarters", empty_row)
    said = [(row.quarter, row.result_value, row.score, row.criterion_2_1, row.criterion_2_2) for row in rows]
    unread = [walk.lines[number] for number in walk.unread(walk.filled)]
    return said, [issue.code for issue in walk.issues], unread


def read_joined(text, unit="ร้อยละ"):
    return read(text, unit, joined=True)


both = pytest.mark.parametrize(
    ("table", "reads"), [(TABLE, read), (JOINED, read_joined)], ids=["cells", "joined"]
)


# --- either form


@both
def test_a_row_is_quarter_result_score_and_pair(table, reads):
    assert reads(table) == (SOUND, [], [])


@both
def test_a_table_in_thai_digits_says_the_same(table, reads):
    assert reads(table.translate(THAI_DIGITS)) == (SOUND, [], [])


@both
def test_a_number_may_mix_thai_and_arabic_digits(table, reads):
    assert reads(edit(edit(table, "15.00", "๑5.0๐"), "1,407.52", "1,๔0๗.52")) == (SOUND, [], [])


@both
def test_all_scores_may_be_blank(table, reads):
    said, issues, unread = reads(edit(table.replace("100.0000", ""), "75", ""))
    assert ([row[2] for row in said], issues, unread) == ([None] * 4, [], [])


@both
def test_the_header_repeats_the_unit(table, reads):
    for unit in ("ร้อยละ (ลดลง)", "ระดับ : 1-5", "", "ร้อยละ ๓๐"):
        assert reads(edit(table, "(ร้อยละ)", f"({unit})"), unit) == (SOUND, [], [])
    assert reads(edit(table, "(ร้อยละ)", "(ครั้ง)")) == (SOUND, ["values_disagree"], [])
    assert reads(edit(table, "(ร้อยละ)", "(ครั้ง)"), None) == (SOUND, [], [])


@both
@pytest.mark.parametrize("pair", ["100/100", "100 /100", "100.00 / 100.0000"])
def test_forms_of_the_pair(table, reads, pair):
    assert reads(edit(table, "100 / 100", pair)) == (SOUND, [], [])


@both
def test_a_result_that_is_no_number_is_null_and_told_and_its_score_is_not_believed(table, reads):
    said, issues, _ = reads(edit(table, "15.00", "มาก"))
    assert (said[0], said[1:]) == ((1, None, None, 100.0, 100.0), SOUND[1:])
    assert issues == ["unreadable_value"]


@both
def test_a_score_that_is_no_number_is_null_and_told(table, reads):
    said, issues, _ = reads(edit(table, "75", "ผ่าน"))
    assert (said[2][:3], issues) == ((3, 0.0, None), ["unreadable_value"])


# --- cells


@pytest.mark.parametrize("cell", HEADER[1:])
def test_a_header_that_lacks_a_cell_is_told(cell):
    said, issues, _ = read(edit(TABLE, f"{cell}\n", ""))
    assert said == SOUND
    assert "quarter_header" in issues


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_rows_that_are_not_there_are_told(count):
    said, issues, unread = read("\n".join([*HEADER, *(cell for row in ROWS[:count] for cell in row)]))
    assert (said, issues, unread) == (SOUND[:count], ["missing_label"], [])


def test_a_row_that_lacks_a_cell_keeps_its_pair_alone():
    said, issues, unread = read(edit(TABLE, "\n100.0000\n100 / 100", "\n100 / 100"))
    assert (said[0][1:], said[1:]) == ((None, None, 100.0, 100.0), SOUND[1:])
    assert "quarter_cells" in issues
    assert unread == ["15.00"]


def test_prose_below_the_fourth_row_is_no_row():
    assert read(f"{TABLE}\nค่าเฉลี่ย\n5\n1.00\n\n0 / 0") == (SOUND, [], ["ค่าเฉลี่ย", "5", "1.00", "0 / 0"])


# --- rows joined


@pytest.mark.parametrize("edge", ["", " |", "|"])
def test_a_row_may_end_with_a_line(edge):
    assert read_joined("\n".join(line + edge for line in JOINED.split("\n"))) == (SOUND, [], [])


@pytest.mark.parametrize(
    "header",
    [" | ".join(HEADER), JOINED_HEADER, JOINED_HEADER.replace(" | ", "|"), f"{JOINED_HEADER} |"],
    ids=["six", "three", "no blanks", "closed"],
)
def test_a_header_has_six_cells_or_three(header):
    assert read_joined(edit(JOINED, JOINED_HEADER, header)) == (SOUND, [], [])


@pytest.mark.parametrize("blank", ["| |", "|  |", "||"])
def test_an_empty_cell_is_one_blank_two_or_none(blank):
    assert read_joined(edit(JOINED, "|  |", blank)) == (SOUND, [], [])


@pytest.mark.parametrize(
    "row", ["2 | 1,407.52 | 87.5 / 50", "1,407.52 |  | 87.5 / 50", "2 | 1,407.52 |  | 9 | 87.5 / 50"]
)
def test_a_row_of_other_cells_keeps_its_pair_alone(row):
    said, issues, _ = read_joined(edit(JOINED, "2 | 1,407.52 |  | 87.5 / 50", row))
    assert (said[1], said[2:]) == ((None, None, None, 87.5, 50.0), SOUND[2:])
    assert issues == ["quarter_cells"]


def test_a_line_without_a_pair_stays_unread_and_a_fifth_row_too():
    said, issues, unread = read_joined(f"{JOINED}\n5 | 1.00 | | 0 / 0\nผลงาน | 25.00\nตรวจแล้ว")
    assert (said, issues) == (SOUND, [])
    assert unread == ["5 | 1.00 | | 0 / 0", "ผลงาน | 25.00", "ตรวจแล้ว"]


def test_a_joined_table_that_lacks_a_row_is_told():
    assert read_joined(JOINED.rpartition("\n")[0]) == (SOUND[:3], ["missing_label"], [])


# --- numbers of quarters


@pytest.mark.parametrize(
    ("printed", "quarter"),
    [("1", 1), ("๔", 4), (" 2 ", 2), ("0", None), ("5", None), ("1.0", None), ("", None), ("ก", None)],
)
def test_a_quarter_is_1_to_4(printed, quarter):
    assert parse_quarter(printed) == quarter


def test_under_a_header_in_another_order_nothing_tells_the_result_from_the_score():
    header = [*HEADER[:2], *HEADER[4:], *HEADER[2:4]]
    rows, told, _ = read(TABLE.replace("\n".join(HEADER), "\n".join(header)))
    assert [row[:3] for row in rows] == [(quarter, None, None) for quarter in (1, 2, 3, 4)]
    assert [row[3:] for row in rows] == [row[3:] for row in SOUND]
    assert "quarter_header" in told
