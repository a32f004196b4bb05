"""How alike texts are, and that those which are alike are found among many without comparing all."""

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import audit.similarity
from audit.similarity import (
    KEPT,
    NO_HASH,
    Hashes,
    candidates,
    may_be_alike,
    plain,
    runs_of_words,
    similarity,
    sketches,
)

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


def sketch(text: str) -> Hashes:
    (found,) = sketches([plain(text)])
    return found


def may_both_be_alike(one: str, other: str) -> bool:
    (found,) = may_be_alike(*(np.array([sketch(text)]) for text in (one, other)))
    return bool(found)


def found_among(texts: Sequence[str], spill: Path) -> list[tuple[int, int]]:
    pairs = candidates(sketches(texts), np.arange(len(texts)), spill)
    return [(later, earlier) for later, earlier in pairs.tolist()]


def test_texts_of_any_length_have_a_sketch() -> None:
    for length in (0, 1, 7, 8, 9, 100, 5_000):
        hashes = sketch("ก" * length)
        assert (hashes != NO_HASH).sum() == 1
        assert hashes.dtype == np.uint64


def test_a_sketch_holds_the_smallest_hashes_each_once_also_of_a_text_that_repeats_itself() -> None:
    once = sketch(TEXT)
    assert once.tolist() == sorted(set(once.tolist()))
    of_runs = sketches([plain(TEXT)[place : place + 8] for place in range(len(plain(TEXT)) - 7)])
    assert once.tolist() == sorted(set(of_runs[:, 0].tolist()))[:KEPT]
    thrice = set(sketch(TEXT * 5).tolist())
    assert NO_HASH not in thrice and len(thrice) == KEPT


def test_a_sketch_does_not_depend_on_the_texts_beside_it() -> None:
    chance = random.Random(2)
    texts = ["".join(chance.choices("กขคงจ", k=chance.randrange(400))) for _ in range(500)]
    alone = np.concatenate([sketches([text]) for text in texts])
    assert (sketches(texts) == alone).all()


def test_a_sketch_is_the_same_on_every_machine() -> None:
    assert sketch(TEXT)[:2].tolist() == SKETCH


SKETCH = [57210859363120373, 345363897384067115]


def test_a_small_change_leaves_a_text_a_candidate_and_a_new_text_none() -> None:
    assert may_both_be_alike(TEXT, TEXT.replace("ประสานงาน", "ติดต่อ"))
    assert not may_both_be_alike(TEXT, "ตรวจรับงานก่อสร้างทางเท้าช่วงแรกแล้วเสร็จ อยู่ระหว่างเบิกจ่าย")


def test_hashes_that_short_texts_lack_are_not_in_common() -> None:
    assert not may_both_be_alike("กขค", "งจฉ")
    assert may_both_be_alike("กขค", "กขค")


def test_candidates_are_the_pairs_that_are_alike_the_later_first(tmp_path: Path) -> None:
    chance = random.Random(1)
    letters = "กขคงจฉชซณดตถทธนบปผพภมยรลวสห"
    texts = ["".join(chance.choices(letters, k=200)) for _ in range(300)]
    copies = {17: 250, 40: 41, 0: 299}
    for earlier, later in copies.items():
        texts[later] = texts[earlier][:100] + "ใหม่" + texts[earlier][100:]
    assert found_among(texts, tmp_path) == sorted((later, earlier) for earlier, later in copies.items())


def test_candidates_are_the_same_in_however_many_shares_they_are_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [plain(f"{TEXT} {TEXT[place % 30 :]} เขตที่ {place}") for place in range(100)]
    together = found_among(texts, tmp_path)
    assert together
    for texts_together in (1, 7, 99):
        monkeypatch.setattr(audit.similarity, "_TEXTS_TOGETHER", texts_together)
        assert found_among(texts, tmp_path) == together


def test_no_text_has_no_candidates(tmp_path: Path) -> None:
    assert found_among([], tmp_path) == []


def test_work_grows_with_the_number_of_texts_that_are_all_alike(tmp_path: Path) -> None:
    pairs = found_among([plain(f"{TEXT} {TEXT} เขตที่ {number}") for number in range(200)], tmp_path)
    assert {later for later, _ in pairs} == set(range(1, 200))
    assert len(pairs) < 200 * 10
