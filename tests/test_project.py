"""The head of a project page and its prose, one line changed at a time."""

from dataclasses import asdict
from itertools import combinations

import pytest

import parsers
from tests.template import (
    AGENCY,
    BARE,
    CLOSING,
    CODE,
    CODE_LINKS,
    CONTACT,
    EVALUATION,
    GOALS,
    HEADLINE,
    LINKS,
    NAME,
    OBJECTIVES,
    ORG_CODES,
    RATIONALE,
    THAI_DIGITS,
    codes,
    copy,
    project,
    read,
    told,
)

NIKHAHIT_AA = "\u0e4d\u0e32"  # SARA AM in two characters
AM = "\u0e33"


def test_the_template_reads_without_an_issue():
    page = read()
    assert (page.kind, page.code, page.outcome, page.copy_kind) == ("project", CODE, "ok", "text")
    assert (page.lines_unparsed, page.issues) == (0, [])
    assert {table: len(rows) for table, rows in page.records.items() if table != "field_lines"} == {
        "projects": 1,
        "strategy_links": 4,
        "progress_reports": 1,
        "plan_steps": 2,
        "indicators": 1,
        "indicator_quarters": 4,
    }


# --- name and code


@pytest.mark.parametrize(
    "name",
    [
        "โครงการ : ระยะที่ 2",
        "กิจกรรม : ย่อย : ลำดับที่ 3",
        "โครงการ “คลองสวย” ปลอดภัย",
        'โครงการ "คลองสวย" ปลอดภัย',
        "โครงการริมคลอง (ปี 2563)",
        "โครงการริมคลอง (2563)",
        "(ใหม่ ) โครงการริมคลอง",
        "อ.2/2โครงการริมคลอง",
        "2.1โครงการริมคลอง",
        "โครงการริม-คลอง ฯ (ต่อเนื่อง) พ.ศ. 2563",
        "โครงการต่อจาก 50990000-8001",
        "โครงการต่อจาก : 50990000-8001",
    ],
)
def test_a_name_is_what_stands_before_the_last_colon_and_code(name):
    page = read({NAME: f"{name} : {CODE}"})
    assert (project(page).name, page.code, page.issues) == (name, CODE, [])


def test_a_name_keeps_decomposed_sara_am_as_printed():
    name = f"โครงการท{NIKHAHIT_AA}ทาง"
    assert project(read({NAME: f"{name} : {CODE}"})).name == name


@pytest.mark.parametrize("colon", [" : ", ": ", " :", ":"])
def test_colons_stand_with_blanks_or_without(colon):
    page = read(
        {
            NAME: NAME.replace(" : ", colon),
            AGENCY: AGENCY.replace(" : ", colon),
            EVALUATION: EVALUATION.replace(" : ", colon),
            LINKS: LINKS.replace(" : ", colon),
            **{link: link.replace(" : ", colon) for link in CODE_LINKS},
        }
    )
    assert page.issues == []
    row = project(page)
    assert (row.name, row.project_code) == ("โครงการตัวอย่างริมคลอง", CODE)
    assert (row.agency_name, row.fiscal_year_be) == ("สำนักงานเขตตัวอย่าง", 2563)
    assert (row.evaluation_quarter, row.evaluation_score) == (1, 100.0)


def test_codes_are_text_and_may_start_with_0():
    changes = {line: line.replace(CODE, "04110000-0001") for line in (NAME, *CODE_LINKS)}
    row = project(read(changes))
    assert (row.project_code, row.agency_code) == ("04110000-0001", "04110000")


def test_a_code_in_thai_digits_is_stored_in_arabic_ones():
    page = read({NAME: NAME.translate(THAI_DIGITS)})
    assert (page.code, page.issues) == (CODE, [])


def test_without_its_name_line_a_page_has_the_code_of_its_links():
    page = read({NAME: ""})
    assert (page.code, project(page).project_code, project(page).name) == (CODE, CODE, None)
    assert {"missing_label", "code_unreadable"} <= set(codes(page))


@pytest.mark.parametrize("link", CODE_LINKS)
def test_a_link_that_names_another_code_is_told(link):
    page = read({link: link.replace(CODE, "50990000-9002")})
    assert page.code == CODE
    assert codes(page) == ["code_mismatch"]
    assert page.issues[0].text is not None
    assert "50990000-9002" in page.issues[0].text


def test_the_address_says_nothing_where_the_page_prints_another_code():
    page = parsers.parse(copy().encode(), kind="project", code="50990000-9002")
    assert page.outcome == "wrong_page"
    assert "wrong_page" in codes(page)


# --- agency and year


@pytest.mark.parametrize(
    ("line", "agency", "subagency", "year"),
    [
        ("สำนักงานเขตตัวอย่าง : (2566)", "สำนักงานเขตตัวอย่าง", None, 2566),
        ("สำนักงานเขตตัวอย่าง : (๒๕๖๓)", "สำนักงานเขตตัวอย่าง", None, 2563),
        ("สำนักงานเขตตัวอย่าง : ( 2563 )", "สำนักงานเขตตัวอย่าง", None, 2563),
        ("สำนักงานเขตตัวอย่าง", "สำนักงานเขตตัวอย่าง", None, None),
        ("สำนักงาน  เขตตัวอย่าง : (2563)", "สำนักงาน เขตตัวอย่าง", None, 2563),
        ("** โรงพยาบาลตัวอย่าง สำนักตัวอย่าง : (2564)", "สำนักตัวอย่าง", "โรงพยาบาลตัวอย่าง", 2564),
        ("** ศูนย์ ก ข สำนักตัวอย่าง : (2564)", "สำนักตัวอย่าง", "ศูนย์ ก ข", 2564),
        ("** โรงพยาบาลตัวอย่าง สำนักตัวอย่าง", "สำนักตัวอย่าง", "โรงพยาบาลตัวอย่าง", None),
        ("** ศูนย์ ก สำนักตัวอย่าง กีฬาและดนตรี : (2564)", "สำนักตัวอย่าง กีฬาและดนตรี", "ศูนย์ ก", 2564),
        ("** สำนักงานตัวอย่าง สำนักตัวอย่าง : (2564)", "สำนักตัวอย่าง", "สำนักงานตัวอย่าง", 2564),
        ("**โรงพยาบาลตัวอย่าง สำนักตัวอย่าง : (2564)", "สำนักตัวอย่าง", "โรงพยาบาลตัวอย่าง", 2564),
    ],
)
def test_agency_subagency_and_fiscal_year(line, agency, subagency, year):
    page = read({AGENCY: line})
    row = project(page)
    assert (row.agency_name, row.subagency_name, row.fiscal_year_be) == (agency, subagency, year)
    assert page.issues == []


def test_an_agencys_name_has_composed_sara_am():
    row = project(read({AGENCY: f"ส{NIKHAHIT_AA}นักงานเขตตัวอย่าง : (2563)"}))
    assert row.agency_name == f"ส{AM}นักงานเขตตัวอย่าง"


@pytest.mark.parametrize(
    "line", ["** โรงพยาบาลตัวอย่าง", "** ศูนย์ ก เขต", "** สำนักตัวอย่าง", "** ศูนย์ ก เขต : (2564)"]
)
def test_behind_stars_only_the_beginning_of_an_agencys_name_tells_the_two_names_apart(line):
    page = read({AGENCY: line})
    assert (project(page).agency_name, project(page).subagency_name) == (None, None)
    assert ("unreadable_value", "projects.agency_name") in told(page)


@pytest.mark.parametrize("year", ["(63)", "(2020)", "(25x3)", "(2563", "(12563)"])
def test_a_year_in_parentheses_that_is_no_fiscal_year_is_told(year):
    page = read({AGENCY: f"สำนักงานเขตตัวอย่าง : {year}"})
    assert (project(page).agency_name, project(page).fiscal_year_be) == ("สำนักงานเขตตัวอย่าง", None)
    assert told(page) == [("unreadable_value", "projects.fiscal_year_be")]


def test_no_agency_is_guessed_where_its_line_is_missing():
    page = read({AGENCY: ""})
    assert project(page).agency_name is None
    assert ("missing_label", "projects.agency_name") in told(page)


# --- headline


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("0", 0.0),
        ("0.00", 0.0),
        ("15", 15.0),
        ("45.00", 45.0),
        ("100", 100.0),
        ("100.00", 100.0),
        ("๔๕.๐๐", 45.0),
        ("๑0.๗", 10.7),
    ],
)
def test_the_headline_and_the_number_above_it(printed, value):
    page = read({BARE: printed, HEADLINE: f"ความคืบหน้าโครงการ ร้อยละ {printed}"})
    assert (project(page).progress_percent, page.issues) == (value, [])


@pytest.mark.parametrize(("bare", "headline"), [("45", "45.00"), ("45.00", "๔๕"), ("๔5.0", "45.00")])
def test_the_same_number_in_two_forms_agrees(bare, headline):
    page = read({BARE: bare, HEADLINE: f"ความคืบหน้าโครงการ ร้อยละ {headline}"})
    assert (project(page).progress_percent, page.issues) == (45.0, [])


def test_of_two_numbers_that_disagree_neither_is_believed():
    page = read({BARE: "54.00"})
    assert project(page).progress_percent is None
    assert told(page) == [("values_disagree", "projects.progress_percent")]
    assert ("45.00" in page.issues[0].message, "54.00" in page.issues[0].message) == (True, True)


def test_a_percent_beyond_100_is_kept_and_told():
    page = read({BARE: "145.00", HEADLINE: "ความคืบหน้าโครงการ ร้อยละ 145.00"})
    assert project(page).progress_percent == 145.0
    assert told(page) == [("percent_out_of_range", "projects.progress_percent")]


def test_a_headline_that_is_no_number_is_told():
    page = read({BARE: "", HEADLINE: "ความคืบหน้าโครงการ ร้อยละ 4,5"})
    assert project(page).progress_percent is None
    assert ("unreadable_value", "projects.progress_percent") in told(page)
    assert "4,5" in page.issues[0].message


def test_a_headline_with_nothing_behind_it_has_no_value():
    page = read({HEADLINE: "ความคืบหน้าโครงการ ร้อยละ", BARE: ""})
    assert project(page).progress_percent is None
    assert told(page) == [("empty_value", "projects.progress_percent")]


# --- evaluation


@pytest.mark.parametrize(
    ("behind", "quarter", "score"),
    [
        (" 1 : 100.0000", 1, 100.0),
        (" 2 100.0000", 2, 100.0),
        (" 3 100", 3, 100.0),
        (" 4 : 87.5000", 4, 87.5),
        (" 4 : 0", 4, 0.0),
        (" ๒ : ๑๐๐.๐๐๐๐", 2, 100.0),
        (" 3", 3, None),
        (" 3 :", 3, None),
        ("3:100", 3, 100.0),
    ],
)
def test_forms_of_the_evaluation(behind, quarter, score):
    page = read({EVALUATION: f"*** สยป. ประเมินโครงการ : ไตรมาสที่{behind}"})
    row = project(page)
    assert (row.evaluation_quarter, row.evaluation_score, page.issues) == (quarter, score, [])


@pytest.mark.parametrize(
    ("behind", "field"),
    [
        (" 5 : 100.0000", "projects.evaluation_quarter"),
        (" หนึ่ง : 100.0000", "projects.evaluation_quarter"),
        (" 1 : ดีมาก", "projects.evaluation_score"),
    ],
)
def test_an_evaluation_that_cannot_be_read_is_told(behind, field):
    page = read({EVALUATION: f"*** สยป. ประเมินโครงการ : ไตรมาสที่{behind}"})
    assert told(page) == [("unreadable_value", field)]
    assert getattr(project(page), field.partition(".")[2]) is None


def test_an_evaluation_line_that_is_missing_is_told():
    page = read({EVALUATION: ""})
    assert (project(page).evaluation_quarter, project(page).evaluation_score) == (None, None)
    assert told(page) == [("missing_label", "projects.evaluation_quarter")]


# --- organisation codes and prose


@pytest.mark.parametrize(
    ("line", "first", "second", "issues"),
    [
        ("50990100/50990100", "50990100", "50990100", []),
        ("50990100/50990200", "50990100", "50990200", []),
        ("50990100 / 50990200", "50990100", "50990200", []),
        ("๕๐๙๙๐๑๐๐/๕๐๙๙๐๒๐๐", "50990100", "50990200", []),
        ("", None, None, []),
        ("50990100/5099020", "50990100", None, [("unreadable_value", "projects.org_code_second")]),
        ("509901/50990200", None, "50990200", [("unreadable_value", "projects.org_code_first")]),
        ("50990100/", "50990100", None, [("empty_value", "projects.org_code_second")]),
        ("50990100", "50990100", None, [("empty_value", "projects.org_code_second")]),
    ],
)
def test_organisation_codes(line, first, second, issues):
    page = read({ORG_CODES: line})
    row = project(page)
    assert (row.org_code_first, row.org_code_second, told(page)) == (first, second, issues)
    assert row.rationale == RATIONALE


@pytest.mark.parametrize(
    ("line", "column"), [(RATIONALE, "rationale"), (OBJECTIVES, "objectives"), (GOALS, "goals")]
)
@pytest.mark.parametrize(
    "text",
    ["ย่อหน้าแรก\nย่อหน้าที่สอง", "1. ข้อแรก\n2. ข้อสอง\n- ข้อย่อย", "มีสัดส่วน 5/6 และ 12/2563\nตามแผน"],
)
def test_prose_may_have_several_lines(line, column, text):
    page = read({line: text})
    assert (getattr(project(page), column), page.issues) == (text, [])


def test_lines_of_prose_broken_in_html_stay_lines():
    page = copy({RATIONALE: "ย่อหน้าแรก<br>ย่อหน้าที่สอง<br/>ย่อหน้าที่สาม"}).rstrip("\n")
    document = "<html><body>" + page.replace("\n", "<br>\n") + "</body></html>"
    row = project(parsers.parse(document.encode()))
    assert row.rationale == "ย่อหน้าแรก\nย่อหน้าที่สอง\nย่อหน้าที่สาม"
    assert (row.objectives, row.org_code_first) == (OBJECTIVES, "50990100")


@pytest.mark.parametrize("above", ["", f"{GOALS}\n"])
def test_goals_that_may_hold_the_strategy_are_null_and_told(above):
    line = "ด้านที่ ๓ - มหานครตัวอย่าง : Example City"
    page = read({GOALS: f"{above}{line}"}, strategy="")
    assert (project(page).goals, page.records["strategy_links"]) == (None, [])
    assert ("open_end", "projects.goals") in told(page)
    page = read({GOALS: f"{above}{line}"})
    assert (project(page).goals, page.issues) == (f"{above}{line}", [])


@pytest.mark.parametrize(
    ("line", "column"), [(RATIONALE, "rationale"), (OBJECTIVES, "objectives"), (GOALS, "goals")]
)
def test_prose_that_is_empty_is_null(line, column):
    page = read({line: ""})
    assert getattr(project(page), column) is None
    assert told(page) == [("empty_value", f"projects.{column}")]


# --- headings


HEADINGS = (
    "หลักการและเหตุผล",
    "วัตถุประสงค์ของโครงการ",
    "เป้าหมายของโครงการ",
    "สนับสนุนยุทธศาสตร์กรุงเทพมหานครฯ",
    "ผลการดำเนินงาน",
    "แผนการดำเนินงานฯ",
    "สนับสนุนตัวชี้วัดตามแผนฯ",
)


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_missing_heading_is_told(heading):
    page = read({heading: ""})
    assert page.outcome == "ok"
    missing = [issue for issue in page.issues if issue.code == "missing_heading"]
    assert [heading in issue.message for issue in missing] == [True]


@pytest.mark.parametrize("heading", ["ผลการดำเนินงาน", "แผนการดำเนินงานฯ", "สนับสนุนตัวชี้วัดตามแผนฯ"])
def test_sections_that_show_what_they_are_are_read_without_their_heading(heading):
    page, whole = read({heading: ""}), read()
    assert codes(page) == ["missing_heading"]
    assert page.records == whole.records


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_doubled_heading_is_told_and_nothing_lost(heading):
    page = read({heading: f"{heading}\n{heading}"})
    assert codes(page) == ["misplaced_heading"]
    assert (page.issues[0].text, page.lines_unparsed) == (heading, 0)
    assert project(page).rationale == RATIONALE
    counts = {table: len(rows) for table, rows in page.records.items()}
    assert counts == {table: len(rows) for table, rows in read().records.items()}


def test_a_text_copy_without_its_last_heading_is_cut():
    page = read({CLOSING: ""})
    assert (page.outcome, codes(page)) == ("truncated", ["truncated"])


@pytest.mark.parametrize("count", [1, 3])
def test_text_after_the_last_heading_is_told_line_by_line(count):
    lines = [f"ข้อความท้ายหน้า {number}" for number in range(count)]
    page = read(end="\n".join(lines))
    assert [(issue.code, issue.text) for issue in page.issues] == [("unparsed_text", line) for line in lines]
    assert page.lines_unparsed == count


# --- lines


def test_field_lines_point_to_the_lines_that_hold_the_values():
    page = read({RATIONALE: "ย่อหน้าแรก\nย่อหน้าที่สอง", AGENCY: "** ศูนย์ตัวอย่าง สำนักตัวอย่าง : (2563)"})
    places = {place.column: place for place in page.records["field_lines"]}
    expected = {
        "project_code": NAME,
        "agency_code": NAME,
        "name": NAME,
        "agency_name": "** ศูนย์ตัวอย่าง สำนักตัวอย่าง : (2563)",
        "subagency_name": "** ศูนย์ตัวอย่าง สำนักตัวอย่าง : (2563)",
        "fiscal_year_be": "** ศูนย์ตัวอย่าง สำนักตัวอย่าง : (2563)",
        "progress_percent": HEADLINE,
        "contact_kind": CONTACT,
        "evaluation_quarter": EVALUATION,
        "evaluation_score": EVALUATION,
        "rationale": "ย่อหน้าแรก\nย่อหน้าที่สอง",
        "org_code_first": ORG_CODES,
        "org_code_second": ORG_CODES,
        "objectives": OBJECTIVES,
        "goals": GOALS,
    }
    found = {
        column: "\n".join(page.lines[place.line_first - 1 : place.line_last])
        for column, place in places.items()
    }
    assert found == expected


def test_every_value_of_the_head_has_its_line_and_no_null_has_one():
    for changes in ({}, {AGENCY: "สำนักงานเขตตัวอย่าง"}, {ORG_CODES: ""}, {GOALS: ""}, {CONTACT: ""}):
        page = read(changes)
        row = asdict(project(page))
        given = {column for column, value in row.items() if value is not None} - {"line_first", "line_last"}
        assert {place.column for place in page.records["field_lines"]} == given, changes


def test_line_numbers_count_the_blank_lines_of_a_text_copy():
    page = parsers.parse(copy().replace("\n", "\n\n").encode())
    places = {place.column: place.line_first for place in page.records["field_lines"]}
    assert page.lines[places["progress_percent"] - 1] == HEADLINE


# --- the contact line


HEAD = (NAME, AGENCY, BARE, HEADLINE, CONTACT, LINKS, EVALUATION)


@pytest.mark.parametrize(
    ("line", "kind", "unit"),
    [
        (CONTACT, "person", None),
        ("ฝ่ายโยธา โทร. 9999", "unit", "ฝ่ายโยธา"),
        ("หัวหน้าฝ่ายโยธา โทร 9999", "post", None),
        ("", None, None),
    ],
)
def test_of_the_contact_only_its_kind_and_a_unit_are_kept(line, kind, unit):
    page = read({CONTACT: line})
    assert (project(page).contact_kind, project(page).contact_unit, page.issues) == (kind, unit, [])


def quoted(page):
    """Everything that leaves the parser but the page's own lines."""
    rows = [asdict(row) for rows in page.records.values() for row in rows]
    return str(rows + [asdict(issue) for issue in page.issues])


FORMS = {
    "honorific and telephone": CONTACT,
    "first name": "สมมุตินาม",
    "name and number": "สมมุตินาม นามสมมุติ (9999)",
    "first name and number": "สมมุตินาม 9999",
    "unit, name and number": "ฝ่ายโยธา สมมุตินาม 9999",
    "office, name and number": "สำนักงานเลขานุการ สมมุตินาม 9999",
}
forms = pytest.mark.parametrize("contact", FORMS.values(), ids=FORMS)


def leaks(lines):
    page = parsers.parse("\n".join(lines).encode(), kind="project", code=CODE)
    return [word for word in ("นามสมมุติ", "สมมุตินาม", "9999") if word in quoted(page)]


@forms
@pytest.mark.parametrize("count", [1, 2, 3])
def test_no_contact_is_told_where_lines_around_it_are_dropped(contact, count):
    whole = copy({CONTACT: contact}).split("\n")
    others = [line for line in HEAD if line != CONTACT]
    leaking = [
        dropped
        for dropped in combinations(others, count)
        if leaks(line for line in whole if line not in dropped)
    ]
    assert leaking == []


@forms
def test_no_contact_is_told_where_two_lines_around_it_are_swapped(contact):
    whole = copy({CONTACT: contact}).split("\n")
    head = [contact if line == CONTACT else line for line in HEAD]
    leaking = []
    for one, two in combinations(head, 2):
        swapped = list(whole)
        first, second = whole.index(one), whole.index(two)
        swapped[first], swapped[second] = two, one
        if leaks(swapped):
            leaking.append((one, two))
    assert leaking == []


@pytest.mark.parametrize("contact", [CONTACT, "สมมุตินาม", "ฝ่ายโยธา สมมุตินาม 9999"])
def test_no_contact_of_several_lines_is_told(contact):
    page = read({CONTACT: f"{contact}\nนามสมมุติ 9999"})
    assert [word for word in ("นามสมมุติ", "สมมุตินาม", "9999") if word in quoted(page)] == []
    assert codes(page) == ["several_contact_lines"]


def test_a_contact_glued_to_the_headline_is_not_quoted():
    page = read({HEADLINE: f"{HEADLINE} {CONTACT}", CONTACT: ""})
    assert "นามสมมุติ" not in quoted(page)
    assert "9999" not in quoted(page)
    assert page.issues


# --- lines that look like others


def test_the_name_is_the_last_line_of_its_form_above_the_headline():
    page = read({NAME: f"โครงการก่อนหน้า : 50990000-0001\n{NAME}"})
    assert (page.code, project(page).name) == (CODE, "โครงการตัวอย่างริมคลอง")
    assert project(page).agency_name == "สำนักงานเขตตัวอย่าง"
    assert codes(page) == ["unparsed_text"]


def test_where_the_headline_has_no_percent_the_bare_number_above_it_has():
    page = read({HEADLINE: "ความคืบหน้าโครงการ ร้อยละ"})
    assert project(page).progress_percent == 45.0
    assert told(page) == [("empty_value", "projects.progress_percent")]


def test_figures_within_a_text_are_part_of_it_and_around_it_are_told():
    page = read({OBJECTIVES: "เพื่อซื้อ\n500,000\nต้น\n7"})
    assert (project(page).objectives, codes(page)) == ("เพื่อซื้อ\n500,000\nต้น", ["unparsed_text"])


def test_a_text_that_is_a_dash_is_none():
    page = read({RATIONALE: "-"})
    assert (project(page).rationale, told(page)) == (None, [("empty_value", "projects.rationale")])


def test_what_php_prints_into_a_text_is_no_part_of_it():
    page = read({RATIONALE: f"{RATIONALE}\nNotice: Undefined index: a in x.php on line 5"})
    assert (project(page).rationale, codes(page)) == (RATIONALE, ["unparsed_text"])
