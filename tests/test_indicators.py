"""The indicators of a project page and their quarter tables, one form at a time."""

import pytest

from tests.template import INDICATOR, QUARTERS, THAI_DIGITS, codes, edit, read, told

TARGET = "ค่าเป้าหมาย ร้อยละ : 80.0000"
RESULT = "ผลงานที่ทำได้ ร้อยละ : 20.0000"
TYPE = "ประเภทตัวชี้วัด : ตัวชี้วัดเชิงยุทธศาสตร์"
LEVEL = "ตัวชี้วัดระดับผลผลิต (output)"
NAME = "ตัวชี้วัด : ร้อยละของทางเดินที่แล้วเสร็จ"
FIRST_ROW, SECOND_ROW = "\n1\n20.00\n\n100 / 100", "\n2\n0.00\n\n100 / 50"


def indicators(page):
    return page.records["indicators"]


def one(page):
    (indicator,) = indicators(page)
    return indicator


def quarters(page):
    return [
        (row.quarter, row.result_value, row.score, row.criterion_2_1, row.criterion_2_2)
        for row in page.records["indicator_quarters"]
    ]


SOUND = [
    (1, 20.0, None, 100.0, 100.0),
    (2, 0.0, None, 100.0, 50.0),
    (3, 0.0, None, 0.0, 0.0),
    (4, 0.0, None, 0.0, 0.0),
]


def with_part(old, new):
    """The page whose indicator has a part replaced."""
    return read(indicators=edit(INDICATOR, old, new))


def with_unit(unit):
    """The page whose indicator has another unit, in all three places."""
    return read(indicators=INDICATOR.replace(" ร้อยละ : ", f" {unit} : ").replace("(ร้อยละ)", f"({unit})"))


def another(code):
    return INDICATOR.replace("5099-1037", code)


# --- how many


def test_an_indicator_has_all_that_it_prints():
    page = read()
    indicator = one(page)
    assert (indicator.page_code, indicator.project_code, indicator.position) == (page.code, page.code, 1)
    assert (indicator.indicator_code, indicator.name) == ("5099-1037", "ร้อยละของทางเดินที่แล้วเสร็จ")
    assert (indicator.unit, indicator.target_text, indicator.target_value) == ("ร้อยละ", "80.0000", 80.0)
    assert (indicator.result_text, indicator.result_value) == ("20.0000", 20.0)
    assert (indicator.indicator_type, indicator.result_level) == ("ตัวชี้วัดเชิงยุทธศาสตร์", LEVEL)
    assert quarters(page) == SOUND
    rows = page.records["indicator_quarters"]
    assert [(row.page_code, row.indicator_position, row.position) for row in rows] == [
        (page.code, 1, number) for number in (1, 2, 3, 4)
    ]
    assert {row.indicator_code for row in rows} == {"5099-1037"}
    assert [page.lines[row.line_last - 1] for row in rows[:2]] == ["100 / 100", "100 / 50"]


def test_a_project_may_have_no_indicator():
    page = read(indicators="")
    assert (indicators(page), page.records["indicator_quarters"], page.issues) == ([], [], [])


@pytest.mark.parametrize("count", [2, 5])
def test_several_indicators_each_have_their_table(count):
    page = read(indicators="\n".join(another(f"5099-10{number:02}") for number in range(count)))
    assert [(row.position, row.indicator_code) for row in indicators(page)] == [
        (number + 1, f"5099-10{number:02}") for number in range(count)
    ]
    assert quarters(page) == SOUND * count
    assert [row.indicator_position for row in page.records["indicator_quarters"]] == [
        number for number in range(1, count + 1) for _ in range(4)
    ]
    assert page.issues == []


def test_an_indicator_may_stand_on_a_page_twice():
    page = read(indicators=f"{INDICATOR}\n{INDICATOR}")
    assert [row.indicator_code for row in indicators(page)] == ["5099-1037"] * 2
    assert page.outcome == "ok"


@pytest.mark.parametrize("code", ["5099-820", "5099-1037", "๕๐๙๙-๑๐๓๗"])
def test_a_code_has_three_or_four_digits_behind_its_hyphen(code):
    page = read(indicators=another(code))
    assert (len(one(page).indicator_code), page.issues) == (len(code), [])
    assert one(page).indicator_code.isascii()


@pytest.mark.parametrize("code", ["5099", "50991037", "5099-10a7", "5099-10370"])
def test_a_code_of_another_form_is_null_and_quoted(code):
    page = read(indicators=another(code))
    assert one(page).indicator_code is None
    assert told(page) == [("unreadable_value", "indicators.indicator_code")]
    assert code in page.issues[0].text


def test_an_indicator_of_another_agency_is_kept_and_told():
    page = read(indicators=another("2100-1037"))
    assert one(page).indicator_code == "2100-1037"
    assert told(page) == [("other_agency", "indicators.indicator_code")]


# --- name, unit, target and result


@pytest.mark.parametrize(
    "name", ["7. จำนวนชุมชน", "(10) จำนวนชุมชน", "๑. จำนวน : ชุมชน", "ปี 2564 ๒. จำนวนชุมชน", "-จำนวนชุมชน", "-"]
)
def test_a_name_is_what_stands_behind_its_label(name):
    page = with_part(NAME, f"ตัวชี้วัด : {name}")
    assert (one(page).name, page.issues) == (name, [])


@pytest.mark.parametrize(
    "unit",
    [
        "ครั้ง",
        "ค่าเปอร์เซ็นไทล์",
        "ลดลงร้อยละ",
        "ร้อยละ 30",
        "ร้อยละ (ลดลง)",
        "เขตละ...เส้นทาง",
        "สัดส่วน : คน",
        "ระดับ : 1-5",
        "ร้อยละของชุมชนที่ได้รับการพัฒนาและมีทางเดินปลอดภ",
    ],
)
def test_a_unit_is_free_text_before_the_last_colon(unit):
    page = with_unit(unit)
    assert (one(page).unit, one(page).target_value, one(page).result_value) == (unit, 80.0, 20.0)
    assert page.issues == []


def test_an_empty_unit_is_null():
    page = read(indicators=INDICATOR.replace(" ร้อยละ : ", " : ").replace("(ร้อยละ)", "()"))
    assert (one(page).unit, one(page).target_value, page.issues) == (None, 80.0, [])


def test_of_units_that_disagree_neither_is_believed():
    page = with_part(RESULT, "ผลงานที่ทำได้ ครั้ง : 20.0000")
    assert (one(page).unit, one(page).result_value) == (None, 20.0)
    assert "values_disagree" in codes(page)


@pytest.mark.parametrize("colon", [" : ", " :", ": ", ":"])
def test_colons_stand_with_blanks_or_without(colon):
    page = read(indicators=INDICATOR.replace(" : ", colon))
    indicator = one(page)
    assert (indicator.unit, indicator.target_value, indicator.result_value) == ("ร้อยละ", 80.0, 20.0)
    assert (indicator.indicator_code, indicator.indicator_type) == ("5099-1037", "ตัวชี้วัดเชิงยุทธศาสตร์")
    assert page.issues == []


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("80", 80.0),
        ("80.0", 80.0),
        ("0.0000", 0.0),
        ("1,407.52", 1407.52),
        ("1,250,000", 1250000.0),
        ("150.00", 150.0),
        ("๘๐.๐๐", 80.0),
        ("-5", -5.0),
    ],
)
@pytest.mark.parametrize(("line", "column"), [(TARGET, "target"), (RESULT, "result")])
def test_a_target_or_result_that_is_a_number_has_a_value(line, column, printed, value):
    page = with_part(line, f"{line.rpartition(' : ')[0]} : {printed}")
    assert (getattr(one(page), f"{column}_text"), getattr(one(page), f"{column}_value")) == (printed, value)
    assert page.issues == []


@pytest.mark.parametrize(
    "printed", ["ไม่น้อยกว่า 80", "80 คน", "80-90", "≥ 80", "ร้อยละแปดสิบ", "1,23", "20 ของประชาชน", "1/2"]
)
@pytest.mark.parametrize(("line", "column"), [(TARGET, "target"), (RESULT, "result")])
def test_a_target_or_result_that_is_prose_has_a_text_and_no_issue(line, column, printed):
    page = with_part(line, f"{line.rpartition(' : ')[0]} : {printed}")
    assert (getattr(one(page), f"{column}_text"), getattr(one(page), f"{column}_value")) == (printed, None)
    assert page.issues == []


def test_a_target_that_is_not_there_is_null():
    page = with_part(TARGET, "ค่าเป้าหมาย ร้อยละ : ")
    assert (one(page).target_text, one(page).target_value, one(page).unit) == (None, None, "ร้อยละ")
    assert told(page) == [("empty_value", "indicators.target_text")]


@pytest.mark.parametrize(
    "am", ["\u0e33", "\u0e4d\u0e32", "\u0e33\u0e32"], ids=["composed", "decomposed", "doubled"]
)
def test_the_label_of_the_result_is_read_in_each_form_of_sara_am(am):
    page = with_part(RESULT, f"ผลงานที่ท{am}ได้ ร้อยละ : 20.0000")
    assert (one(page).result_value, page.issues) == (20.0, [])


# --- type and level


@pytest.mark.parametrize(
    ("said", "kept"),
    [("ตัวชี้วัดเชิงยุทธศาสตร์", "ตัวชี้วัดเชิงยุทธศาสตร์"), ("ตัวชี้วัดงานประจำ", "ตัวชี้วัดงานประจำ"), ("", None)],
)
def test_a_type_is_one_of_two_or_empty(said, kept):
    page = with_part(TYPE, f"ประเภทตัวชี้วัด : {said}")
    assert (one(page).indicator_type, one(page).result_level, page.issues) == (kept, LEVEL, [])


def test_a_type_of_another_word_is_kept_and_told():
    page = with_part(TYPE, "ประเภทตัวชี้วัด : ตัวชี้วัดอื่น")
    assert one(page).indicator_type == "ตัวชี้วัดอื่น"
    assert told(page) == [("unknown_word", "indicators.indicator_type")]


@pytest.mark.parametrize("level", ["ตัวชี้วัดระดับผลผลิต (output)", "ตัวชี้วัดระดับผลลัพธ์ (outcome)"])
@pytest.mark.parametrize("form", ["{}", "({})"])
def test_a_level_stands_with_or_without_parentheses(form, level):
    page = with_part(f"\n{LEVEL}\n", f"\n{form.format(level)}\n")
    assert (one(page).result_level, page.issues) == (level, [])


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (NAME, "name"),
        (TARGET, "target_text"),
        (RESULT, "result_text"),
        (TYPE, "indicator_type"),
        (LEVEL, "result_level"),
    ],
)
def test_a_line_that_is_missing_is_null_and_told(line, column):
    page = with_part(f"{line}\n", "")
    assert getattr(one(page), column) is None
    assert told(page) == [("missing_label", f"indicators.{column}")]
    assert quarters(page) == SOUND


# --- the quarter table


@pytest.mark.parametrize(
    ("cells", "scores"),
    [
        (("", "", "", ""), (None, None, None, None)),
        (("100.0000", "75.0000", "0", "50"), (100.0, 75.0, 0.0, 50.0)),
        (("100.0000", "", "", ""), (100.0, None, None, None)),
        (("", "75", "", "100.0000"), (None, 75.0, None, 100.0)),
        (("๑๐๐", "", "", "1,000.5"), (100.0, None, None, 1000.5)),
    ],
)
def test_the_cell_of_the_score_may_be_empty(cells, scores):
    rows = "\n".join(f"{quarter}\n10.00\n{cell}\n100 / 0" for quarter, cell in enumerate(cells, 1))
    page = read(indicators=edit(INDICATOR, QUARTERS.partition("\n1\n")[2], "").removesuffix("1\n") + rows)
    assert quarters(page) == [(quarter, 10.0, score, 100.0, 0.0) for quarter, score in enumerate(scores, 1)]
    assert page.issues == []


@pytest.mark.parametrize("pair", ["100 / 100", "100/100", "100 /100", "๑๐๐ / ๑๐๐", "100.00 / 100.00"])
def test_forms_of_the_pair(pair):
    page = with_part("100 / 100", pair)
    assert (quarters(page), page.issues) == (SOUND, [])


def test_a_table_in_thai_digits_reads_as_in_arabic_ones():
    head, _, rows = INDICATOR.partition("(* 2.1 / 2.2 *)")
    page = read(indicators=f"{head}(* 2.1 / 2.2 *){rows.translate(THAI_DIGITS)}")
    assert (quarters(page), page.issues) == (SOUND, [])


@pytest.mark.parametrize(
    ("row", "damaged"),
    [
        (SECOND_ROW, "\n2\n0.00\n100 / 50"),  # no empty cell
        (SECOND_ROW, "\n2\n\n100 / 50"),  # no result
        (SECOND_ROW, "\n0.00\n\n100 / 50"),  # no quarter
        (FIRST_ROW, "\n1\n20.00\n100 / 100"),
    ],
)
def test_a_row_that_lacks_a_cell_is_told_and_its_numbers_are_null(row, damaged):
    page = with_part(row, damaged)
    assert "quarter_cells" in codes(page)
    number = 1 if row == FIRST_ROW else 2
    rows = quarters(page)
    assert len(rows) == 4
    assert (rows[number - 1][1:3], rows[number - 1][3:]) == ((None, None), SOUND[number - 1][3:])
    assert [row for n, row in enumerate(rows, 1) if n != number] == [
        row for n, row in enumerate(SOUND, 1) if n != number
    ]


def test_a_row_without_its_pair_is_told():
    page = with_part("\n100 / 50", "")
    assert page.issues != []
    assert [row[0] for row in quarters(page)] == [1, 3, 4]


@pytest.mark.parametrize("numbers", [(1, 1, 3, 4), (1, 2, 3, 3), (2, 1, 3, 4)])
def test_quarters_that_repeat_or_stand_out_of_order_are_kept_and_told(numbers):
    table = QUARTERS
    for quarter, number in enumerate(numbers, 1):
        table = edit(
            table, f"\n{quarter}\n{SOUND[quarter - 1][1]:.2f}", f"\n#{number}\n{SOUND[quarter - 1][1]:.2f}"
        )
    page = read(indicators=edit(INDICATOR, QUARTERS, table.replace("\n#", "\n")))
    assert [row[0] for row in quarters(page)] == list(numbers)
    assert told(page) == [("numbering", "indicator_quarters.quarter")]


@pytest.mark.parametrize("cell", ["5", "0", "1.5"])
def test_a_quarter_that_does_not_exist_is_null_and_told(cell):
    page = with_part("\n1\n20.00", f"\n{cell}\n20.00")
    assert quarters(page)[0][0] is None
    assert page.issues != []
    assert quarters(page)[1:] == SOUND[1:]


def test_a_header_of_another_unit_is_told():
    page = with_part("(ร้อยละ)", "(ครั้ง)")
    assert (one(page).unit, quarters(page)) == ("ร้อยละ", SOUND)
    assert told(page) == [("values_disagree", "indicator_quarters.unit")]


@pytest.mark.parametrize("cell", ["(1 - 4)", "*ผลงาน*", "(ร้อยละ)", "*ผลประเมินตัวชี้วัด*", "(* 2.1 / 2.2 *)"])
def test_a_header_that_lacks_a_cell_is_told_and_the_rows_read(cell):
    page = with_part(f"{cell}\n", "")
    assert ("quarter_header", "indicator_quarters") in told(page)
    assert quarters(page) == SOUND


def test_an_indicator_without_a_quarter_table_is_told():
    page = with_part(f"\n{QUARTERS}", "")
    assert quarters(page) == []
    assert told(page) == [("missing_label", "indicator_quarters")]


def test_a_table_of_three_rows_is_told():
    page = read(indicators=INDICATOR.removesuffix("\n4\n0.00\n\n0 / 0"))
    assert quarters(page) == SOUND[:3]
    assert told(page) == [("missing_label", "indicator_quarters")]
