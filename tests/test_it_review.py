"""The page of an IT review, one form at a time."""

import pytest

from tests.kind_template import IT_REVIEW, REDUCED_IT_REVIEW, REVIEW_CODE, columns, paragraphs, parse, row
from tests.template import codes, edit, told

DECISION, HEADING = "ผลการพิจารณาโครงการ :เห็นชอบ", "หลักการและเหตุผล"
RATIONALE = "เครื่องคอมพิวเตอร์มีอายุเกิน 7 ปี จึงเสนอจัดหาทดแทน"


def read(text, code=REVIEW_CODE):
    return parse(text, "it_review", code)


def review(page):
    return row(page, "it_reviews")


def test_a_full_page_says_all_of_this_without_an_issue():
    page = read(IT_REVIEW)
    assert (page.kind, page.code, page.outcome, page.copy_kind) == ("it_review", REVIEW_CODE, "ok", "text")
    assert columns(page, "it_reviews") == [
        {"it_review_code": REVIEW_CODE, "decision": "เห็นชอบ", "rationale": RATIONALE}
    ]
    assert (page.issues, page.lines_unparsed) == ([], 0)
    said = {found.column: page.lines[found.line_first - 1] for found in page.records["field_lines"]}
    assert said == {"decision": DECISION, "rationale": RATIONALE}


def test_the_rationale_needs_no_heading():
    page = read(edit(IT_REVIEW, f"{HEADING}\n\n", ""))
    assert (columns(page, "it_reviews"), page.copy_kind, page.issues) == (
        columns(read(IT_REVIEW), "it_reviews"),
        "text",
        [],
    )


def test_a_text_copy_without_empty_lines_is_a_reduced_one():
    page = read(REDUCED_IT_REVIEW)
    assert (columns(page, "it_reviews"), page.copy_kind, page.issues) == (
        columns(read(IT_REVIEW), "it_reviews"),
        "reduced_text",
        [],
    )


@pytest.mark.parametrize("colon", [" : ", " :", ": ", ":"])
@pytest.mark.parametrize("decision", ["ไม่เห็นชอบ", "เห็นชอบในหลักการ (ให้ปรับลด)", "เห็นชอบ : ตามมติที่ 2/2563"])
def test_a_decision_is_all_behind_the_first_colon(decision, colon):
    page = read(edit(IT_REVIEW, " :เห็นชอบ", f"{colon}{decision}"))
    assert (review(page).decision, page.issues) == (decision, [])


def test_an_empty_decision_is_null_and_told():
    page = read(edit(IT_REVIEW, ":เห็นชอบ", ":"))
    assert (review(page).decision, review(page).rationale) == (None, RATIONALE)
    assert told(page) == [("empty_value", "it_reviews.decision")]


@pytest.mark.parametrize("heading", [f"{HEADING}\n\n", ""])
@pytest.mark.parametrize("below", ["มติที่ 2 : ให้รายงานผล", "กองตัวอย่าง โทร 9999", "จำนวนหน้าที่เปิด 99"])
def test_of_several_paragraphs_nothing_shows_where_the_rationale_ends(heading, below):
    page = read(f"{DECISION}\n\n{heading}{RATIONALE}\n\n{below}\n")
    assert (review(page).decision, review(page).rationale) == ("เห็นชอบ", None)
    assert codes(page) == ["open_end", "unparsed_text", "unparsed_text"]


def test_what_php_prints_is_no_rationale():
    page = read(f"{IT_REVIEW}\nNotice: Undefined index: pid in C:\\www\\x.php on line 4\n")
    assert (review(page).rationale, codes(page)) == (RATIONALE, ["unparsed_text"])


def test_a_rationale_that_is_not_there_is_null_and_told():
    page = read(edit(IT_REVIEW, RATIONALE, ""))
    assert (review(page).decision, review(page).rationale) == ("เห็นชอบ", None)
    assert told(page) == [("empty_value", "it_reviews.rationale")]


def test_what_stands_above_the_heading_is_no_rationale():
    page = read(edit(IT_REVIEW, HEADING, f"ตามบันทึกของคณะทำงาน\n\n{HEADING}"))
    assert review(page).rationale == RATIONALE
    assert [issue.text for issue in page.issues] == ["ตามบันทึกของคณะทำงาน"]


def test_a_heading_that_stands_twice_is_told():
    page = read(edit(IT_REVIEW, HEADING, f"{HEADING}\n\n{HEADING}"))
    assert (review(page).rationale, codes(page)) == (RATIONALE, ["misplaced_heading"])


@pytest.mark.parametrize("heading", ["หลักการและเหตุ", "หลักการและเหตุผฬ"])
def test_a_heading_that_is_damaged_is_told_and_no_part_of_the_rationale(heading):
    page = read(edit(IT_REVIEW, HEADING, heading))
    assert (review(page).rationale, codes(page)) == (RATIONALE, ["missing_heading", "unparsed_text"])


def test_a_number_that_strayed_into_the_rationale_is_told():
    page = read(f"{IT_REVIEW}\n2563\n")
    assert (review(page).rationale, codes(page)) == (RATIONALE, ["unparsed_text"])


def test_a_page_without_its_decision_is_none_of_ours():
    page = read(edit(IT_REVIEW, f"{DECISION}\n", ""))
    assert (page.kind, page.records) == ("unknown", {})


def test_without_an_address_a_review_has_no_code_and_no_rows():
    page = parse(IT_REVIEW)
    assert (page.kind, page.code, page.records, codes(page)) == ("it_review", None, {}, ["page_code_unknown"])


@pytest.mark.parametrize("encoding", ["utf-8", "cp874"])
def test_html_says_the_same(encoding):
    page = read(paragraphs(IT_REVIEW).encode(encoding))
    assert (page.copy_kind, page.encoding, page.issues) == ("html", encoding, [])
    assert columns(page, "it_reviews") == columns(read(IT_REVIEW), "it_reviews")


def test_of_two_pages_in_one_file_the_second_is_told():
    page = read(f"{IT_REVIEW}\nผลการพิจารณาโครงการ :ไม่เห็นชอบ\n")
    assert (review(page).decision, review(page).rationale) == ("เห็นชอบ", RATIONALE)
    assert "second_page" in codes(page)
