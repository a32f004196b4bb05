"""What is kept of a contact line: its kind and a unit's name, never a person's name or a number."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.contact import contact_of
from tests.template import THAI_DIGITS

TELEPHONES = (
    "",
    " โทร 9999",
    " โทร. 9999",
    " โทร.9999",
    "โทร 9999",
    "โทร.9999",
    " โทร : 9999",
    " โทรศัพท์ 9999",
    " โทรศัพท์ 0 2999 9999",
    " (โทร. 9999-8 )",
    " (โทร 9999)",
    "(โทร.9999)",
    " (9999)",
    "(9999)",
    "(0 2999 9999)",
    " (0 2999 9999 ต่อ 9999)",
    " 9999",
    " 9999-8",
    " 9999 - 8",
    " 0 2999 9999",
    " 0-2999-9999",
    " 02-999-9999",
    " 029999999",
    " 02 999 9999",
    " / 0 2999 9999",
    "/9999",
    " / โทร. 9999",
    " โทร. 0 2999 9999 หรือโทร. 9999",
    " โทร. 0 2999 9999 หรือ 9999",
    " โทร. 0 2999 9999-8",
    " โทร. 0 2999 9999 ต่อ 9999",
    " ต่อ 999",
    " ต่อ999",
    " โทร. 9999, 9998",
    " โทร. 9999,9998",
    " , 9999",
    ", 9999",
    " โทร 099 999 9999",
    " 099-999-9999",
    " 0999999999",
    " มือถือ 099 999 9999",
)
PERSONS = (
    "นายตัวอย่าง นามสมมุติ",
    "นางตัวอย่าง นามสมมุติ",
    "นางสาวตัวอย่าง นามสมมุติ",
    "น.ส.ตัวอย่าง นามสมมุติ",
    "น.ส. ตัวอย่าง นามสมมุติ",
    "ว่าที่ ร.ต.ตัวอย่าง นามสมมุติ",
    "ดร.ตัวอย่าง นามสมมุติ",
    "คุณตัวอย่าง",
    "ตัวอย่าง นามสมมุติ",
    "ตัวอย่าง",
    "นายตัวอย่าง นามสมมุติ นางสาวสมมุติ นามตัวอย่าง",
    "นายตัวอย่าง นามสมมุติ และนางสาวสมมุติ นามตัวอย่าง",
    "นายตัวอย่าง นามสมมุติ และ นางสาวสมมุติ นามตัวอย่าง",
)
POSTS = (
    "หัวหน้าฝ่ายโยธา",
    "หัวหน้ากลุ่มงานแผน",
    "ผู้อำนวยการกองยุทธศาสตร์",
    "ผอ.กองยุทธศาสตร์",
    "หัวหน้าฝ่ายโยธา นายตัวอย่าง นามสมมุติ",
    "เจ้าหน้าที่วิเคราะห์ นางสาวตัวอย่าง นามสมมุติ",
    "นักวิชาการ ตัวอย่าง",
)
UNITS = (
    "ฝ่ายโยธา",
    "ฝ่ายทะเบียน",
    "ฝ่ายพัฒนาชุมชนและสวัสดิการสังคม",
    "กองยุทธศาสตร์บริหารจัดการ",
    "กลุ่มงานแผน",
    "กลุ่มงานแผน กองยุทธศาสตร์",
    "งานทะเบียน ฝ่ายทะเบียน",
    "สำนักงานเลขานุการ",
    "ส่วนระบบ",
    "ศูนย์บริการสาธารณสุข 99",
    "โรงเรียนตัวอย่างวิทยา",
    "ฝ่ายนายทะเบียน",
    "งานนายทะเบียน ฝ่ายทะเบียน",
    "ศูนย์เยาวชนนางเลิ้ง",
    "โรงเรียนวัดนางเลิ้ง",
    "ฝ่ายพัฒนาคุณภาพ",
)


def test_there_are_about_thirty_forms_of_telephone_numbers():
    assert len(set(TELEPHONES)) >= 30


@pytest.mark.parametrize("person", PERSONS)
def test_a_person_is_a_person_with_any_telephone(person):
    assert {contact_of(person + telephone) for telephone in TELEPHONES} == {("person", None)}


@pytest.mark.parametrize("post", POSTS)
def test_a_post_is_a_post_and_nothing_of_it_is_kept(post):
    assert {contact_of(post + telephone) for telephone in TELEPHONES} == {("post", None)}


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_is_kept_without_its_telephone(unit):
    found = {telephone: contact_of(unit + telephone) for telephone in TELEPHONES}
    assert found == dict.fromkeys(TELEPHONES, ("unit", unit))


@pytest.mark.parametrize("unit", ["ฝ่ายโยธา", "กองยุทธศาสตร์บริหารจัดการ", "กลุ่มงานแผน กองยุทธศาสตร์"])
@pytest.mark.parametrize("blank", ["", " "])
@pytest.mark.parametrize(
    "person", [person for person in PERSONS if re.match(r"นา[ยง]|น\.|ว่าที่|ดร\.|คุณ", person)]
)
def test_a_units_name_stops_before_an_honorific(unit, blank, person):
    assert contact_of(f"{unit}{blank}{person} โทร 9999") == ("unit", unit)


@pytest.mark.parametrize("person", ["ตัวอย่าง นามสมมุติ", "ตัวอย่าง"])
def test_a_name_without_an_honorific_behind_a_unit_is_not_kept(person):
    assert contact_of(f"ฝ่ายโยธา {person} โทร 9999") == ("unit", "ฝ่ายโยธา")


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("ฝ่ายโยธา และฝ่ายทะเบียน โทร 9999", "ฝ่ายโยธา"),
        ("ฝ่ายโยธา และ ฝ่ายทะเบียน โทร 9999", "ฝ่ายโยธา และ ฝ่ายทะเบียน"),
        ("ฝ่ายโยธา และ นายตัวอย่าง โทร 9999", "ฝ่ายโยธา"),
        ("ฝ่ายโยธา สำนักงานเขตตัวอย่าง โทร 9999", "ฝ่ายโยธา สำนักงานเขตตัวอย่าง"),
        ("ฝ่ายโยธา (นายตัวอย่าง นามสมมุติ)", "ฝ่ายโยธา"),
    ],
)
def test_of_several_words_those_that_begin_like_units_are_kept(line, unit):
    assert contact_of(line) == ("unit", unit)


@pytest.mark.parametrize("word", ["นายทะเบียน", "นางเลิ้ง", "นายก", "นายตรวจ"])
def test_words_that_begin_like_honorifics_are_none_within_a_unit(word):
    assert contact_of(f"ฝ่าย{word} โทร 9999") == ("unit", f"ฝ่าย{word}")


@pytest.mark.parametrize("line", ["นายทะเบียน โทร 9999", "นางเลิ้ง โทร 9999", "9999", "โทร 9999", "-"])
def test_what_proves_no_unit_and_no_post_counts_as_a_person(line):
    assert contact_of(line) == ("person", None)


NAMES = ("ตัวอย่าง", "นามสมมุติ", "สมมุตินาม")
HONORIFICS = ("นาย", "นาง", "นางสาว", "น.ส.", "น.ส. ", "ว่าที่ ร.ต.", "ดร.", "คุณ")
PLAIN_UNITS = ("ฝ่ายโยธา", "กองยุทธศาสตร์บริหารจัดการ", "กลุ่มงานแผน", "ศูนย์บริการสาธารณสุข 7", "งานทะเบียน")
persons = st.builds(
    "{}{} {}".format, st.sampled_from(HONORIFICS), st.sampled_from(NAMES), st.sampled_from(NAMES)
)
telephones = st.sampled_from(TELEPHONES)


@given(
    st.one_of(
        st.tuples(persons, telephones),
        st.tuples(persons, st.sampled_from([" ", " และ", " และ ", ", ", " / "]), persons, telephones),
        st.tuples(st.sampled_from(POSTS), st.sampled_from([" ", ""]), persons, telephones),
        st.tuples(
            st.sampled_from(PLAIN_UNITS), st.sampled_from(["", " ", " / ", " (", " : "]), persons, telephones
        ),
        st.tuples(st.sampled_from(PLAIN_UNITS), st.just(" "), st.sampled_from(NAMES), telephones),
        st.tuples(st.sampled_from(PLAIN_UNITS), telephones, st.sampled_from([" ", ""]), persons),
        st.tuples(st.sampled_from(PLAIN_UNITS), telephones, telephones),
    ),
    st.booleans(),
)
def test_nothing_of_a_name_or_a_number_is_ever_kept(parts, in_thai_digits):
    line = "".join(parts)
    kind, unit = contact_of(line.translate(THAI_DIGITS) if in_thai_digits else line)
    kept = unit or ""
    assert kind in ("person", "unit", "post")
    assert [name for name in NAMES if name in kept] == []
    assert re.search("[89๘๙]|โทร|ต่อ|[(/,]", kept) is None
    assert (unit is not None) <= (kind == "unit")
