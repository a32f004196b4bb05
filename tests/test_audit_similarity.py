"""How alike texts are, and that those which are alike are found among many without comparing all."""

import random

import numpy as np

from audit.similarity import candidates, may_be_alike, plain, runs_of_words, similarity, sketch

TEXT = "สำนักงานเขตได้จัดประชุมคณะทำงานเพื่อเตรียมความพร้อมในการจัดกิจกรรมของโครงการ และประสานงานกับชุมชนในพื้นที่"


def alike(one: str, other: str) -> float:
    return similarity(runs_of_words(one), runs_of_words(other))


def test_the_same_text_has_a_similarity_of_1_and_another_of_0() -> None:
    assert alike(TEXT, TEXT) == 1
    assert alike(TEXT, "ตรวจรับงานก่อสร้างทางเท้าช่วงแรกแล้วเสร็จ") == 0


def test_similarity_is_the_share_of_runs_of_three_words_that_both_have() -> None:
    # four words make the runs 123 and 234, five the runs 123, 234 and 345
    assert alike("หนึ่ง สอง สาม สี่", "หนึ่ง สอง สาม สี่ ห้า") == 2 / 3


def test_blanks_typing_and_kinds_of_digits_make_no_difference() -> None:
    assert plain("ท\u0e4d\u0e32งาน  ๑๒ ครั้ง") == plain("ทำงาน 12ครั้ง")
    assert alike("ท\u0e4d\u0e32งาน ๑๒ ครั้ง", "ทำงาน 12 ครั้ง") == 1


def test_texts_of_any_length_have_a_sketch() -> None:
    for length in (0, 1, 7, 8, 9, 100, 5_000):
        hashes = sketch("ก" * length)
        assert len(hashes) >= 1
        assert hashes.dtype == np.uint64


def test_a_sketch_is_the_same_on_every_machine() -> None:
    assert sketch(plain(TEXT))[:2].tolist() == SKETCH


SKETCH = [57210859363120373, 345363897384067115]


def test_a_small_change_leaves_a_text_a_candidate_and_a_new_text_none() -> None:
    changed = sketch(plain(TEXT.replace("ประสานงาน", "ติดต่อ")))
    assert may_be_alike(sketch(plain(TEXT)), changed)
    assert not may_be_alike(
        sketch(plain(TEXT)), sketch(plain("ตรวจรับงานก่อสร้างทางเท้าช่วงแรกแล้วเสร็จ อยู่ระหว่างเบิกจ่าย"))
    )


def test_candidates_are_the_pairs_that_are_alike_the_later_first() -> None:
    chance = random.Random(1)
    letters = "กขคงจฉชซณดตถทธนบปผพภมยรลวสห"
    texts = ["".join(chance.choices(letters, k=200)) for _ in range(300)]
    copies = {17: 250, 40: 41, 0: 299}
    for earlier, later in copies.items():
        texts[later] = texts[earlier][:100] + "ใหม่" + texts[earlier][100:]
    found = candidates([sketch(text) for text in texts])
    assert found == sorted((later, earlier) for earlier, later in copies.items())


def test_no_text_has_no_candidates() -> None:
    assert candidates([]) == []


def test_work_grows_with_the_number_of_texts_that_are_all_alike() -> None:
    pairs = candidates([sketch(plain(f"{TEXT} {TEXT} เขตที่ {number}")) for number in range(200)])
    assert {later for later, _ in pairs} == set(range(1, 200))
    assert len(pairs) < 200 * 10
