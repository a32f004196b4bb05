"""No silent error: a damaged project page gives what it still says, or an issue.

The full number of mutants runs in the thorough profile; `pytest -s` shows the counts by kind of damage.
"""

import random
import time
from collections import Counter

import pytest

import parsers
from parsers.page import Page
from tests.conftest import PROFILE
from tests.damage import DAMAGES, UNSEEN, Mutant, printed
from tests.layouts import LAYOUTS
from tests.render import CONTACTS, PLAIN_BLOCKS, plain_page, project_page, rows_of, text_copy

MUTANTS = 5_000 if PROFILE == "thorough" else 400
COPIES = ("text", *LAYOUTS)


def judge(number: int, kind: str) -> str:
    """What became of a mutant."""
    chance = random.Random(f"mutant {number}")
    page, other = project_page(chance, "2100"), project_page(chance, "5003")
    mutant, copy = DAMAGES[kind](page, other, chance), chance.choice(COPIES)
    whole = parsers.parse(printed(Mutant(page.lines, {}), copy).encode())
    reading = parsers.parse(printed(mutant, copy).encode())
    assert reading.lines_total == sum(map(bool, reading.lines))
    quoted = "".join(f"{issue.text} {issue.message} " for issue in reading.issues)
    assert not any(contact in quoted for contact in CONTACTS), number
    found = rows_of(reading.records)
    told = issues_of(reading) - issues_of(whole)
    if found == mutant.truth:
        return "right, told" if told else "right"
    if not told:
        return "SILENT"
    return "null, told" if is_less(found, mutant.truth) else "odd, told"


def issues_of(page: Page) -> Counter[tuple[str | None, ...]]:
    """The issues of a page: what those of the undamaged one tell is not the damage."""
    return Counter((issue.code, issue.field, issue.text) for issue in page.issues)


def is_less(found: dict, true: dict) -> bool:
    """Whether a reading lacks rows or values of the truth, and has none that are not in it."""
    return all(
        any(row.items() <= whole.items() for whole in true.get(table, []))
        for table, rows in found.items()
        for row in rows
    )


def test_no_damage_gives_a_wrong_value_without_an_issue():
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in DAMAGES}
    silent = []
    for number in range(MUTANTS):
        kind = list(DAMAGES)[number % len(DAMAGES)]
        verdict = judge(number, kind)
        counts[kind][verdict] += 1
        if verdict == "SILENT":
            silent.append((number, kind))
    report(counts)
    assert silent == []


def report(counts: dict[str, Counter[str]]) -> None:
    verdicts = ("right", "right, told", "null, told", "odd, told", "SILENT")
    print(f"\n{'':52}" + "".join(f"{verdict:>13}" for verdict in verdicts))
    for kind, found in counts.items():
        print(f"{kind:52}" + "".join(f"{found[verdict]:13}" for verdict in verdicts))
    for kind, reason in UNSEEN.items():
        print(f"not seen: {kind} ({reason})")


def test_the_damage_changes_the_page():
    """A kind of damage that leaves every page as it was would prove nothing."""
    for kind, damage in DAMAGES.items():
        chance = random.Random(kind)
        page, other = project_page(chance, "2100"), project_page(chance, "5003")
        whole = text_copy(page.lines)
        assert any(printed(damage(page, other, chance), "text") != whole for _ in range(5)), kind


@pytest.mark.parametrize("filler", [" ", ": ", "(", "0 ", "- ", "ก ", "1/", "*&"])
def test_a_line_of_any_length_costs_time_in_proportion(filler):
    """No pattern looks at a long line again and again: with so many characters that would take minutes."""
    for name, block in PLAIN_BLOCKS.items():
        for line in filter(None, block.split("\n")):
            middle = len(line) // 2
            long = line[:middle] + filler * (100_000 // len(filler)) + line[middle:]
            body = plain_page(**{name: block.replace(line, long)}).encode()
            start = time.process_time()
            parsers.parse(body)
            assert time.process_time() - start < 2, (name, line)
