"""A page of any known form, in any kind of copy and either encoding, gives back what was printed on it.

Pages are drawn and printed by `tests.render` from what is known of them, never from their parser. The
thorough profile draws 2,000 pages a kind.
"""

import random
from collections.abc import Callable
from html import escape
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

import parsers
from tests import kind_sheets
from tests.kind_sheets import truth
from tests.layouts import LAYOUTS, html5
from tests.reduce import reduced_copy
from tests.render import Columns, Line, Part, Sheet, project_page, rows_of, text_copy
from tests.render_kinds import KIND_PAGES


class Kind(NamedTuple):
    """How pages of a kind are drawn and printed, and how their records are compared with the truth."""

    page: Callable[[random.Random], Sheet]
    rows_of: Callable[[dict[str, list[Any]]], dict[str, list[Columns]]]


KINDS = {
    "project": Kind(project_page, rows_of),
    **{kind: Kind(draw, kind_sheets.rows_of) for kind, draw in KIND_PAGES.items()},
}
COPIES = {
    "text": "text",
    **dict.fromkeys(LAYOUTS, "html"),
    "reduced_text": "reduced_text",
    "reduced_html": "reduced_html",
}
"""Each kind of copy, and what a reading of it calls that."""
NOT_REDUCED = {("it_review", "reduced_html"): "html"}
"""What a copy is called where it lacks nothing that would tell."""
ENCODINGS = ("utf-8", "cp874")
WORTH_KNOWING = ("empty_value", "dates_differ")
"""Issues that a page without a fault may have, beside those of the lines that nobody can read."""


def copied(
    sheet: Sheet, copy: str, chance: random.Random
) -> tuple[str, list[Line], dict[str, list[Columns]]]:
    """The text of a copy, the lines that it has, and what they say."""
    if not copy.startswith("reduced"):
        text = text_copy(sheet.lines)
        return LAYOUTS[copy](text) if copy in LAYOUTS else text, sheet.lines, truth(sheet.lines)
    lines, said = reduced_copy(sheet, chance)
    if copy == "reduced_text":
        return text_copy(lines), lines, said
    return html5("", "\n".join(f"<p>{escape(line.text)}</p>" for line in lines), "utf-8"), lines, said


def parts(line: Line) -> list[Part]:
    return [piece for piece in line.pieces if isinstance(piece, Part)]


def shown(line: Line) -> str:
    """A line as a browser shows it."""
    return " ".join(line.text.split())


@pytest.mark.parametrize("kind", KINDS)
@given(
    chance=st.randoms(use_true_random=False),
    copy=st.sampled_from([*COPIES]),
    encoding=st.sampled_from(ENCODINGS),
)
def test_parsing_gives_back_what_was_printed(
    kind: str, chance: random.Random, copy: str, encoding: str
) -> None:
    draw, found_in = KINDS[kind]
    sheet = draw(chance)
    text, lines, said = copied(sheet, copy, chance)
    try:
        body = text.encode(encoding)
    except UnicodeEncodeError:
        encoding, body = "utf-8", text.encode()
    page = parsers.parse(body, kind=kind, code=sheet.code)

    assert (page.kind, page.code, page.outcome) == (kind, sheet.code, "ok")
    assert (page.copy_kind, page.encoding) == (NOT_REDUCED.get((kind, copy), COPIES[copy]), encoding)
    assert [" ".join(line.split()) for line in page.lines if line] == [*filter(None, map(shown, lines))]
    assert found_in(page.records) == said

    unread = [line.text for line in lines if line.unread]
    assert page.lines_unparsed == len(unread)
    assert page.lines_parsed + page.lines_known + page.lines_unparsed == sum(map(bool, page.lines))
    told = "unassigned_text" if copy.startswith("reduced") else "unparsed_text"
    assert [issue.text for issue in page.issues if issue.code == told] == unread
    assert {issue.code for issue in page.issues} <= {told, *WORTH_KNOWING}
    empty = {" ".join((issue.text or "").split()) for issue in page.issues if issue.code == "empty_value"}
    assert empty <= {shown(line) for line in lines if any(not part.text for part in parts(line))}
