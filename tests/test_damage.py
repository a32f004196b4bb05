"""No silent error: a damaged project page gives what it still says, or an issue.

The full number of mutants runs in the thorough profile; `pytest -s` shows the counts by kind of damage.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

import parsers
from parsers.page import Page
from tests import kind_sheets
from tests.conftest import PROFILE
from tests.damage import DAMAGES, UNSEEN, Mutant, printed
from tests.layouts import LAYOUTS
from tests.render import CONTACTS, PLAIN_BLOCKS, Columns, Sheet, plain_page, project_page, rows_of, text_copy
from tests.render_kinds import KIND_PAGES

MUTANTS = 5_000 if PROFILE == "thorough" else 400
COPIES = ("text", *LAYOUTS)


class PageKind(NamedTuple):
    """How two pages of a kind are drawn, and how their records are compared with the truth.

    ``is_told`` says that a reader knows kind and code from the address: no line of these pages prints both.
    """

    draw: Callable[[random.Random], tuple[Sheet, Sheet]]
    rows_of: Callable[[dict[str, list[Any]]], dict[str, list[Columns]]]
    is_told: bool = True


def _two(draw: Callable[[random.Random], Sheet]) -> Callable[[random.Random], tuple[Sheet, Sheet]]:
    return lambda chance: (draw(chance), draw(chance))


KINDS = {
    "project": PageKind(
        lambda chance: (project_page(chance, "2100"), project_page(chance, "5003")), rows_of, is_told=False
    ),
    **{kind: PageKind(_two(draw), kind_sheets.rows_of) for kind, draw in KIND_PAGES.items()},
}


def judge(page_kind: str, number: int, kind: str) -> str:
    """What became of a mutant."""
    chance = random.Random(f"mutant {number}")
    draw, rows_of, is_told = KINDS[page_kind]
    page, other = draw(chance)
    mutant, copy = DAMAGES[kind](page, other, chance), chance.choice(COPIES)
    hints = {"kind": page_kind, "code": page.code} if is_told else {}
    whole = parsers.parse(printed(Mutant(page.lines, {}), copy).encode(), **hints)
    reading = parsers.parse(printed(mutant, copy).encode(), **hints)
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


@pytest.mark.parametrize("page_kind", KINDS)
def test_no_damage_gives_a_wrong_value_without_an_issue(page_kind):
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in DAMAGES}
    silent = []
    for number in range(MUTANTS):
        kind = list(DAMAGES)[number % len(DAMAGES)]
        verdict = judge(page_kind, number, kind)
        counts[kind][verdict] += 1
        if verdict == "SILENT":
            silent.append((number, kind))
    report(page_kind, counts)
    assert silent == []


def report(page_kind: str, counts: dict[str, Counter[str]]) -> None:
    verdicts = ("right", "right, told", "null, told", "odd, told", "SILENT")
    print(f"\n{page_kind:52}" + "".join(f"{verdict:>13}" for verdict in verdicts))
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
