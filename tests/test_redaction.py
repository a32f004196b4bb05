"""Names and numbers leave the text, words that look like them stay; how many of each is measured."""

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.persons import persons
from parsers.redaction import MARKS, redact

FIXTURES = Path(__file__).parent / "fixtures"
_MARKED = re.compile(r"\{(\w+):([^}]*)\}")


def sentences() -> list[tuple[str, str]]:
    with (FIXTURES / "redaction.csv").open(encoding="utf-8", newline="") as file:
        return [(row["what"], row["sentence"]) for row in csv.DictReader(file)]


def plain(sentence: str) -> str:
    """The sentence as a page prints it."""
    return _MARKED.sub(r"\2", sentence)


def expected(sentence: str) -> str:
    """The sentence as it comes out; what is marked `missed` is known to stay."""
    return _MARKED.sub(lambda found: MARKS.get(found[1], found[2]), sentence)


@pytest.mark.parametrize(("what", "sentence"), sentences())
def test_each_sentence_comes_out_as_written_down(what: str, sentence: str) -> None:
    found = redact(plain(sentence))
    assert found.text == expected(sentence), what
    assert found.counts == Counter(kind for kind, _ in _MARKED.findall(sentence) if kind in MARKS)


def test_recall_and_precision_over_all_sentences_are_those_that_the_guide_names() -> None:
    wanted = [kind for _, sentence in sentences() for kind, _ in _MARKED.findall(sentence)]
    right = sum(sum(redact(plain(s)).counts.values()) for _, s in sentences())
    assert len(sentences()) >= 200
    assert right == len(wanted) - wanted.count("missed")
    guide = (FIXTURES.parents[1] / "docs" / "personal-data.md").read_text(encoding="utf-8")
    assert f"{right} of {len(wanted)}" in guide
    assert f"{len(sentences())} invented sentences" in guide


# Rules


def fixture_texts() -> set[str]:
    texts: set[str] = set()

    def walk(value: object) -> None:
        if isinstance(value, str):
            texts.add(value)
        elif isinstance(value, dict):
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    for path in FIXTURES.glob("*.json"):
        walk(json.loads(path.read_text(encoding="utf-8")))
    return texts


def test_no_text_of_the_sample_pages_changes() -> None:
    """They name nobody: their contact lines are no part of the tables."""
    texts = fixture_texts()
    assert len(texts) > 500
    assert {text for text in texts if redact(text).counts} == set()


def test_no_word_of_the_dictionary_is_a_person() -> None:
    from pythainlp.corpus import thai_words

    assert {word for word in thai_words() if any(persons(word))} == set()


def thai_names() -> tuple[list[str], list[str]]:
    from pythainlp.corpus import thai_family_names, thai_female_names, thai_male_names

    given_names = sorted(thai_male_names() | thai_female_names())
    return given_names, sorted(thai_family_names())


GIVEN, FAMILY = thai_names()
HONORIFICS = ["นาย", "นางสาว", "น.ส.", "ดร.", "ร.ต.อ.", "เด็กชาย"]


@given(st.sampled_from(HONORIFICS), st.sampled_from(GIVEN), st.sampled_from(FAMILY))
def test_every_listed_name_behind_an_honorific_is_found(honorific: str, name: str, family: str) -> None:
    text = f"โดย{honorific}{name} {family} ผู้อำนวยการเขต"
    assert redact(text).text == f"โดย{MARKS['person']} ผู้อำนวยการเขต"


@given(st.integers(2, 9), st.text("0123456789", min_size=7, max_size=8), st.sampled_from(["-", " ", ""]))
def test_every_grouping_of_a_number_is_found(area: int, rest: str, gap: str) -> None:
    digits = f"0{area}{rest}"
    groups = [(1, 4), (2, 3)] if len(digits) == 9 else [(3, 3), (2, 4)]
    for first, second in groups:
        number = gap.join((digits[:first], digits[first : first + second], digits[first + second :]))
        for written in (number, number.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))):
            assert redact(f"สอบถาม {written} ได้").text == f"สอบถาม {MARKS['telephone']} ได้"


PIECES = st.sampled_from(
    [
        *(
            "นาย",
            "นาง",
            "นางสาว",
            "คุณ",
            "ดร.",
            "พ.ต.อ.",
            "สมชาย",
            "ใจดี",
            "ก",
            "กรัฐมนตรี",
            " ",
            "  ",
            "\n",
            "(",
            ")",
            ",",
        ),
        *(
            "โทร. ",
            "ต่อ ",
            "0 2222 3333",
            "081-234-5678",
            "1234",
            "-5",
            "๐",
            "บาท",
            "LINE ID: ",
            "a@b.co",
            "และ",
            "พัฒนา",
        ),
        *MARKS.values(),
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = redact(text)
    assert redact(once.text) == (once.text, Counter())


@given(st.text(max_size=200))
def test_any_text_is_taken_and_one_without_counts_is_untouched(text: str) -> None:
    found = redact(text)
    assert bool(found.counts) == (found.text != text)


def test_a_long_text_takes_time_in_proportion() -> None:
    for text in (
        "นาย" * 20_000,
        "0 2222 333" * 20_000,
        "โทร. 1234, " * 20_000,
        "ณ " * 20_000,
        "a.b-" * 20_000,
    ):
        assert len(redact(text).text) <= 2 * len(text)
