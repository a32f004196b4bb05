"""Reading a page takes no more work than it did: counted in instructions, which no busy machine changes.

What it takes in time is measured by `make bench`, see `benchmarks/results.md`. What patterns over HTML do
within one instruction is counted in `tests/test_markup.py`.
"""

from collections.abc import Callable

import pytest

import parsers
import parsers.page
from benchmarks.generate import Page, page
from parsers import text, walk
from tests.steps import steps_of

MOST_A_LINE = 450
"""Instructions for a line of a page, half as many again as the 255 (Python 3.13) to 300 (3.11) of today."""
WARM, MEASURED = range(20), range(20, 24)


def steps_a_line(parse: Callable[[Page], parsers.page.Page]) -> float:
    """Instructions for each line of generated pages, once the first ones have filled what is kept."""
    for number in WARM:
        parse(page(number))
    pages, found = [page(number) for number in MEASURED], []
    steps = steps_of(lambda: found.extend(map(parse, pages)))
    assert all(read.outcome == "ok" and read.lines_unparsed == 0 for read in found)
    return steps / sum(len(read.lines) for read in found)


def read(page: Page) -> parsers.page.Page:
    return parsers.parse(page.body, kind="project", code=page.code)


def test_a_page_takes_no_more_instructions_a_line_than_it_did() -> None:
    assert steps_a_line(read) <= MOST_A_LINE


def test_the_guard_sees_a_page_that_is_read_twice() -> None:
    assert steps_a_line(lambda page: (read(page), read(page))[1]) > MOST_A_LINE


def test_the_guard_sees_a_loop_over_the_characters_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    divide = text.html_lines
    monkeypatch.setattr(text, "html_lines", lambda html: divide("".join(letter for letter in html)))
    assert steps_a_line(read) > MOST_A_LINE


def test_the_guard_sees_values_that_are_read_as_often_as_they_are_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is kept of numbers and dates pays: without it a line takes more."""
    kept = steps_a_line(read)
    monkeypatch.setattr(walk, "_read_once", lambda read, text: read(text))
    assert steps_a_line(read) > 1.1 * kept
