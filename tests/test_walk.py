"""No line disappears: each is parsed, known or unparsed, and the unparsed ones are issues."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers import issues
from parsers.thai import parse_integer, parse_number
from parsers.walk import WITHHELD, Walk, label_key


def found(walk: Walk) -> list[tuple[str, int | None]]:
    return [(issue.code, issue.line) for issue in walk.issues]


def test_every_line_that_is_not_blank_ends_in_exactly_one_state():
    walk = Walk(["ก", "", "ข", "ค", "", "ง"])
    walk.parsed(1)
    walk.known(3)
    assert walk.filled == [1, 3, 4, 6]
    assert walk.unread(walk.filled) == [4, 6]
    assert walk.close() == (1, 1, 2)
    assert found(walk) == [("unparsed_text", 4), ("unparsed_text", 6)]


def test_the_last_mark_of_a_line_counts():
    walk = Walk(["ก"])
    walk.parsed(1)
    walk.known(1)
    assert walk.close() == (0, 1, 0)


def test_a_paragraph_without_a_label_is_unparsed_and_explained_once():
    walk = Walk(["ก", "ข"])
    walk.unassigned([1])
    assert walk.close() == (0, 0, 2)
    assert found(walk) == [("unassigned_text", 1), ("unparsed_text", 2)]


def test_issues_are_numbered_in_the_order_of_lines_those_of_the_whole_page_first():
    walk = Walk(["ก", "ข"], [issues.issue(issues.FILE_TIME)])
    walk.issue(issues.NUMBERING, 2, expected=1, found=2)
    walk.issue(issues.UNKNOWN_WORD, 1, value="ก")
    walk.issue(issues.EMPTY_RECORD)
    walk.parsed(1, 2)
    walk.close()
    assert found(walk) == [("file_time", None), ("empty_record", None), ("unknown_word", 1), ("numbering", 2)]
    assert [issue.issue_number for issue in walk.issues] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("lines", "repeated"),
    [
        (["ข้อความ", "ข้อความ"], [2]),
        (["ข้อความ", "", "", "ข้อความ"], [4]),
        (["ข้อความ", "ก", "ข้อความ"], []),
        (["ข้อความ"] * 3, [2, 3]),
        (["45.00", "45.00"], []),
        (["100 / 100", "100 / 100"], []),
        (["-", "-"], [2]),
    ],
)
def test_prose_that_stands_twice_in_a_row_is_an_issue_and_figures_are_not(lines, repeated):
    walk = Walk(lines)
    walk.parsed(*walk.filled)
    walk.close()
    assert found(walk) == [("repeated_line", line) for line in repeated]


def test_a_repeated_label_is_no_issue():
    walk = Walk(["Back Home", "Back Home"])
    walk.known(1, 2)
    walk.close()
    assert walk.issues == []


@pytest.mark.parametrize(
    ("line", "is_prose"),
    [
        ("ข้อความ", True),
        ("500 คน", True),
        ("2.1 เพื่อ", True),
        ("-", True),
        ("…", True),
        ("ก", True),
        ("x" * 5_000, True),
        ("45.00", False),
        ("๔๕.๐๐", False),
        ("0", False),
        ("45,00 %", False),
        ("21020100/21020100", False),
        ("21020100x21020100", False),
        ("100 / 100", False),
        ("23/3/2563", False),
        ("------&&&------", False),
        ("------x&&------", False),
        ("---- ข้อความ", False),
        ("** ปัญหาของโครงการ :", False),
    ],
)
def test_figures_rules_and_starred_labels_are_no_prose(line, is_prose):
    walk = Walk([line])
    assert walk.is_prose(1) is is_prose
    assert walk.text([1]) == (line if is_prose else "")
    assert walk.unread([1]) == ([] if is_prose else [1])


def test_prose_is_told_in_linear_time():
    for line in ("1" * 10**6, "ก" + " " * 10**6, "1 " * 10**6 + "ก", "*" * 10**6):
        Walk([line]).is_prose(1)


# --- values


def test_a_value_is_read_or_an_issue_quotes_what_is_printed():
    walk = Walk(["ค่า : ๔๕", "ค่า :", "ค่า : มาก"])
    assert walk.value(parse_number, " ๔๕", 1, "a.b", "a number") == 45
    assert walk.value(parse_number, " ", 2, "a.b", "a number") is None
    assert walk.value(parse_number, " มาก ", 3, "a.b", "a number") is None
    assert [(issue.code, issue.severity, issue.line, issue.field) for issue in walk.issues] == [
        ("empty_value", "info", 2, "a.b"),
        ("unreadable_value", "warning", 3, "a.b"),
    ]
    assert [issue.message for issue in walk.issues] == ["a.b has no value", "cannot be read as a number: มาก"]
    assert walk.issues[1].text == "ค่า : มาก"


@pytest.mark.parametrize(
    ("printed", "value", "codes"),
    [
        ("45.00", 45, []),
        ("0", 0, []),
        ("100", 100, []),
        ("100.01", 100.01, ["percent_out_of_range"]),
        ("-5", -5, ["percent_out_of_range"]),
        ("4x", None, ["unreadable_value"]),
        ("", None, ["empty_value"]),
    ],
)
def test_a_percent_outside_0_to_100_is_kept_with_an_issue(printed, value, codes):
    walk = Walk(["ร้อยละ"])
    assert walk.percent(printed, 1, "a.b") == value
    assert [issue.code for issue in walk.issues] == codes


# --- personal data


def test_a_private_line_is_quoted_neither_as_text_nor_in_a_message():
    walk = Walk(["สมปอง 45"])
    walk.private([1])
    walk.value(parse_number, "สมปอง 45", 1, "a.b", "a number")
    walk.close()
    assert [(issue.code, issue.text) for issue in walk.issues] == [
        ("unreadable_value", WITHHELD),
        ("unparsed_text", WITHHELD),
    ]
    assert walk.issues[0].message == f"cannot be read as a number: {WITHHELD}"


@pytest.mark.parametrize(
    "line",
    [
        "นายสมมุติ นามตัวอย่าง",
        "นางสมมุติ",
        "นางสาวสมมุติ",
        "น.ส.สมมุติ",
        "น. ส. สมมุติ",
        "ว่าที่ ร.ต.สมมุติ",
        " (นายสมมุติ)",
        "ติดต่อ โทร 9999",
        "ติดต่อ โทร.9999",
        "ต่อ 123",
        "ประสานงาน 0 0000 0000",
        "ประสานงาน 02-000-0000",
        "ประสานงาน 0800000000",
        "ประสานงาน ๐๒ ๒๒๒ ๓๓๓๓",
    ],
)
def test_a_line_that_may_name_a_person_or_a_telephone_is_never_quoted(line):
    walk = Walk([line])
    walk.close()
    assert [issue.text for issue in walk.issues] == [WITHHELD]


@pytest.mark.parametrize(
    "line",
    [
        "นายทะเบียนท้องถิ่นเขต",
        "นายกรัฐมนตรี",
        "นางเลิ้ง",
        "งบประมาณ 10,000,000.00 บาท",
        "รหัส 50030000-0001",
        "ปี 2563-2565",
        "21020100/21020100",
    ],
)
def test_a_line_that_names_nobody_is_quoted(line):
    walk = Walk([line])
    walk.close()
    assert [issue.text for issue in walk.issues] == [line]


# --- the form in which labels are compared


@pytest.mark.parametrize(
    "printed",
    [
        "ผลงานที่ทำได้ ร้อยละ",
        "ผลงานที่ท\u0e4d\u0e32ได้ร้อยละ",
        "ผลงานที่ทำาได้ ร้อยละ :",
        " ผลงานที่ทำได้\u00a0ร้อยละ:",
        "\ufeffผลงานที่ทำได้\u200bร้อยละ",
    ],
)
def test_labels_are_compared_without_blanks_final_colon_and_forms_of_sara_am(printed):
    assert label_key(printed) == "ผลงานที่ทำได้ร้อยละ"
    assert Walk([printed, "ก"]).keys[1] == "ผลงานที่ทำได้ร้อยละ"


def test_keys_of_a_page_are_the_keys_of_its_lines():
    plain = ["ก ข :", "", "ค" * 81, "ง:ง"]
    odd = [*plain, "\u200bจ", "ก\u0e4d\u0e32"]
    for lines in (plain, odd):
        assert Walk(lines).keys == ["", *(label_key(line) if len(line) <= 80 else "" for line in lines)]


# --- further rules


@given(st.lists(st.tuples(st.sampled_from(["", "ก", "สำรวจแล้ว", "5"]), st.sampled_from("pknu")), max_size=12))
def test_the_counts_are_the_non_blank_lines_and_each_unread_one_has_one_issue(page):
    walk = Walk([line for line, _ in page])
    unread = []
    for number, (line, mark) in enumerate(page, 1):
        if mark == "p":
            walk.parsed(number)
        elif mark == "k":
            walk.known(number)
        elif line:
            unread.append(number)
            if mark == "u":
                walk.unassigned([number])
    parsed, known, unparsed = walk.close()
    assert parsed + known + unparsed == sum(bool(line) for line, _ in page)
    assert unparsed == len(unread)
    assert [line for code, line in found(walk) if code in ("unparsed_text", "unassigned_text")] == unread
    assert [issue.issue_number for issue in walk.issues] == list(range(1, len(walk.issues) + 1))


def test_a_long_line_is_quoted_in_part():
    walk = Walk(["ก" * 5_000])
    walk.close()
    assert walk.issues[0].text == "ก" * issues.QUOTE_LIMIT + "…"


@pytest.mark.parametrize("line", ["โครงการของสำนัก : 08000000-9120", "08000000/08010000", "ดูโทรทัศน์ชุมชน"])
def test_codes_that_begin_with_zero_and_words_that_begin_like_telephone_are_quoted(line):
    walk = Walk([line])
    walk.close()
    assert walk.issues[0].text == line


def test_a_line_that_decoding_damaged_is_not_quoted():
    walk = Walk(["\ufffd\ufffd\ufffd \ufffd. 9999"])
    walk.close()
    assert walk.issues[0].text == WITHHELD


def test_a_value_printed_again_is_judged_by_its_own_reader():
    walk = Walk(["5.00", "5.00"])
    for _ in range(2):
        assert walk.value(parse_number, "5.00", 1, "a.b", "a number") == 5.0
        assert walk.value(parse_integer, "5.00", 2, "a.c", "a whole number") is None
    assert found(walk) == [("unreadable_value", 2)] * 2


def test_a_value_with_braces_is_quoted_as_it_is():
    walk = Walk(["{0} {line} %s"])
    walk.value(parse_number, walk.lines[1], 1, "a.b", "a number")
    assert "{0} {line} %s" in walk.issues[0].message
