"""The steps of a project's plan, one form at a time."""

from datetime import date, timedelta

import pytest

from tests.template import PLAN, THAI_DIGITS, edit, read, told

FIRST, LAST = date(2019, 10, 1), date(2019, 10, 31)


def steps(page):
    return page.records["plan_steps"]


def with_part(old, new):
    """The page whose plan has a part replaced."""
    return read(plan=edit(PLAN, old, new))


def printed(day):
    return f"{day:%d/%m/%Y}"


def plan(*numbers, weight="5"):
    return "\n".join(
        f"ขั้นตอน {number}\n:งานที่ {number}\n:{weight}%\nเริ่มต้น :{printed(FIRST + timedelta(days=i))}"
        f"\nสิ้นสุด :{printed(LAST + timedelta(days=2 * i))}"
        for i, number in enumerate(numbers)
    )


def test_a_step_has_all_that_it_prints():
    page = read()
    step = steps(page)[0]
    assert (step.position, step.step, step.description) == (1, 1, "ขออนุมัติโครงการ")
    assert (step.weight_percent, step.start_date, step.end_date) == (40.0, FIRST, LAST)
    lines = page.lines[step.line_first - 1 : step.line_last]
    assert (lines[0], lines[-1], len(lines)) == ("ขั้นตอน 1", "สิ้นสุด :31/10/2019", 5)


def test_a_project_without_a_plan_has_no_steps_and_no_issue():
    page = read(plan="")
    assert (steps(page), page.issues, page.outcome) == ([], [], "ok")


def test_thirty_steps_keep_the_order_of_the_page():
    page = read(plan=plan(*range(1, 31)))
    assert [(step.position, step.step) for step in steps(page)] == [(n, n) for n in range(1, 31)]
    assert page.issues == []


# --- weights


@pytest.mark.parametrize(
    ("printed", "value"),
    [("5", 5.0), ("12.5", 12.5), ("33.33", 33.33), ("0", 0.0), ("100", 100.0), ("๔๐", 40.0), ("๓๓.3", 33.3)],
)
def test_weights_are_integers_or_decimals_in_any_digits(printed, value):
    page = with_part(":40%", f":{printed}%")
    assert (steps(page)[0].weight_percent, page.issues) == (value, [])


@pytest.mark.parametrize("weight", ["1", "30", "50.5"])
def test_weights_need_not_sum_to_100(weight):
    page = read(plan=plan(1, 2, 3, weight=weight))
    assert [step.weight_percent for step in steps(page)] == [float(weight)] * 3
    assert page.issues == []


@pytest.mark.parametrize("weight", ["140", "-5"])
def test_a_weight_outside_0_to_100_is_kept_and_told(weight):
    page = with_part(":40%", f":{weight}%")
    assert steps(page)[0].weight_percent == float(weight)
    assert told(page) == [("percent_out_of_range", "plan_steps.weight_percent")]


def test_a_weight_with_nothing_before_its_sign_is_null():
    page = with_part(":40%", ":%")
    assert steps(page)[0].weight_percent is None
    assert told(page) == [("empty_value", "plan_steps.weight_percent")]


@pytest.mark.parametrize("weight", ["1,2", "4.0.0"])
def test_a_weight_that_is_no_number_is_null_and_quoted(weight):
    page = with_part(":40%", f":{weight}%")
    assert steps(page)[0].weight_percent is None
    assert told(page) == [("unreadable_value", "plan_steps.weight_percent")]
    assert page.issues[0].text == f":{weight}%"


# --- descriptions


@pytest.mark.parametrize(
    "description",
    [
        "สำรวจพื้นที่\nและออกแบบ",
        "สำรวจพื้นที่\n- เขตเหนือ\n- เขตใต้",
        "จัดประชุม : ครั้งที่ 1",
        "ลดขยะลง 50% ในชุมชน",
        "ขั้นตอน 1 และ 2 ตามคู่มือ",
        "เริ่มต้น ณ จุดรวมพล",
        "ดำเนินการให้แล้วเสร็จร้อยละ 80",
    ],
)
def test_a_description_is_all_that_stands_before_the_next_label(description):
    page = with_part("ขออนุมัติโครงการ", description)
    step = steps(page)[0]
    assert (step.description, step.weight_percent, step.start_date) == (description, 40.0, FIRST)
    assert page.issues == []


@pytest.mark.parametrize("line", [":  ขออนุมัติโครงการ", ": ขออนุมัติโครงการ "])
def test_blanks_around_a_description_go(line):
    assert steps(with_part(":ขออนุมัติโครงการ", line))[0].description == "ขออนุมัติโครงการ"


def test_an_empty_description_is_null():
    page = with_part(":ขออนุมัติโครงการ", ":")
    assert steps(page)[0].description is None
    assert told(page) == [("empty_value", "plan_steps.description")]


# --- dates


@pytest.mark.parametrize(
    "start", ["01/10/2019", "1/10/2019", "01/10/2562", "1/10/2562", "๐๑/๑๐/๒๐๑๙", "๐๑/๑๐/๒๕๖๒", " 01/10/2019"]
)
def test_the_year_tells_its_era(start):
    page = with_part("01/10/2019", start)
    assert (steps(page)[0].start_date, page.issues) == (FIRST, [])


@pytest.mark.parametrize("colon", [":", " :", ": ", " : "])
def test_colons_stand_with_blanks_or_without(colon):
    text = PLAN.replace("เริ่มต้น :", f"เริ่มต้น{colon}").replace("สิ้นสุด :", f"สิ้นสุด{colon}")
    page = read(plan=text)
    assert ([step.start_date for step in steps(page)], page.issues) == ([FIRST, date(2019, 11, 1)], [])


def test_a_plan_in_thai_digits_reads_as_in_arabic_ones():
    def values(page):
        return [(step.step, step.weight_percent, step.start_date, step.end_date) for step in steps(page)]

    thai = read(plan=PLAN.translate(THAI_DIGITS))
    assert (values(thai), thai.issues) == (values(read()), [])


def test_steps_may_overlap_and_end_before_they_start():
    page = with_part("31/10/2019", "30/09/2019")
    assert (steps(page)[0].end_date, page.issues) == (date(2019, 9, 30), [])


@pytest.mark.parametrize(
    ("label", "value", "column"),
    [("เริ่มต้น :", "01/10/2019", "start_date"), ("สิ้นสุด :", "31/10/2019", "end_date")],
)
def test_a_date_of_which_only_the_label_is_printed_is_null(label, value, column):
    page = with_part(f"{label}{value}", label)
    assert getattr(steps(page)[0], column) is None
    assert told(page) == [("empty_value", f"plan_steps.{column}")]
    assert page.issues[0].severity == "info"


@pytest.mark.parametrize("value", ["31/02/2020", "10/31/2019", "00/00/0000", "01/10/62", "ตุลาคม"])
def test_a_date_in_no_calendar_is_null_and_its_line_quoted(value):
    page = with_part("01/10/2019", value)
    assert (steps(page)[0].start_date, steps(page)[0].end_date) == (None, LAST)
    assert told(page) == [("unreadable_value", "plan_steps.start_date")]
    assert page.issues[0].text == f"เริ่มต้น :{value}"


# --- lines and numbers


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (":ขออนุมัติโครงการ\n", "description"),
        (":40%\n", "weight_percent"),
        ("เริ่มต้น :01/10/2019\n", "start_date"),
        ("สิ้นสุด :31/10/2019\n", "end_date"),
    ],
)
def test_a_line_that_is_missing_is_null_and_told(line, column):
    page = with_part(line, "")
    found = {name: getattr(steps(page)[0], name) for name in ("weight_percent", "start_date", "end_date")}
    whole = {"weight_percent": 40.0, "start_date": FIRST, "end_date": LAST, column: None}
    assert found == {name: whole[name] for name in found}
    assert told(page) == [("missing_label", f"plan_steps.{column}")]
    assert page.lines[page.issues[0].line - 1] == "ขั้นตอน 1"


@pytest.mark.parametrize("numbers", [(1, 1), (1, 2, 2), (1, 3), (2, 3), (2, 1)])
def test_numbers_that_repeat_or_are_missing_are_kept_and_told_once(numbers):
    page = read(plan=plan(*numbers))
    assert [step.step for step in steps(page)] == list(numbers)
    assert [step.position for step in steps(page)] == list(range(1, len(numbers) + 1))
    assert told(page) == [("numbering", "plan_steps.step")]
