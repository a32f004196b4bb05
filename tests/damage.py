"""Damaged pages, each with what it still says: the truth comes from the lines that were printed.

`DAMAGES` are the kinds of damage that a reader of the page can see, and that the parser must therefore
either see through or report. `UNSEEN` are those that nobody could see.
"""

import random
import re
from collections.abc import Callable
from typing import NamedTuple

from tests.kind_sheets import KindSheet, truth
from tests.layouts import LAYOUTS, blocks
from tests.render import Columns, Line, Part, Sheet, text_copy

UNSEEN = {
    "a digit changed into another": "46.00 is as good a percent as 45.00, unless the value is printed twice",
    "a letter changed within a value": "a misprint in a name or a narrative is what the page says",
    "a number or a text cut short": "what is left is a number or a text, and the truth is what is left",
    "an optional line lost": "a page without a contact, problem or obstacle line is a page like others",
    "a whole step or entry lost at the end": "a page with one less is a page like others",
    "result and score swapped in a row": "both are numbers of any size; only their order tells them apart",
    "a line of a long text lost or moved": "nothing tells where the lines of a paragraph belong",
    "a report moved across a heading to where none stands": "quarters without a report are usual",
    "a city indicator's fourth heading lost below an empty section": "its text is as good as that section's",
    "a splice of two pages of one code": "every line that names a page names the same",
    "a splice below the last line with a code": "nothing that follows names the project it belongs to",
}
"""Kinds of damage that are no mutants here, each with the reason."""


class Mutant(NamedTuple):
    """Damaged lines and the rows that they still say; ``removed`` is a line whose cell is to be taken out."""

    lines: list[Line]
    truth: dict[str, list[Columns]]
    removed: int | None = None


Damage = Callable[[Sheet, Sheet, random.Random], Mutant]
DAMAGES: dict[str, Damage] = {}
"""Each takes a page, another page (of another agency) and a source of chance."""


def damage(kind: str) -> Callable[[Damage], Damage]:
    def register(function: Damage) -> Damage:
        DAMAGES[kind] = function
        return function

    return register


def _mutant(lines: list[Line]) -> Mutant:
    return Mutant(lines, truth(lines))


@damage("a line dropped")
def dropped(page: Sheet, other: Sheet, chance: random.Random) -> Mutant:
    at = chance.randrange(len(page.lines))
    if _divides_from_nothing(page, at):
        return _mutant(page.lines)  # see UNSEEN
    return _mutant(page.lines[:at] + page.lines[at + 1 :])


@damage("a line doubled")
def doubled(page: Sheet, other: Sheet, chance: random.Random) -> Mutant:
    at = chance.randrange(len(page.lines))
    return _mutant(page.lines[: at + 1] + page.lines[at:])


@damage("two neighbours swapped")
def swapped(page: Sheet, other: Sheet, chance: random.Random) -> Mutant:
    at = chance.randrange(len(page.lines) - 1)
    first, second = page.lines[at : at + 2]
    if _columns(first) == {"result_value"} and _columns(second) == {"score"} and second.text:
        return _mutant(page.lines)  # see UNSEEN
    above, below = (
        page.lines[at - 1] if at else None,
        page.lines[at + 2] if at + 2 < len(page.lines) else None,
    )
    if (_is_report(second) and not _is_report(above)) or (_is_report(first) and not _is_report(below)):
        return _mutant(page.lines)  # see UNSEEN
    return _mutant([*page.lines[:at], second, first, *page.lines[at + 2 :]])


@damage("a line cut")
def cut(page: Sheet, other: Sheet, chance: random.Random) -> Mutant:
    at = _place(page, chance, lambda line: len(line.text) > 1)
    line = _cut(page.lines[at], chance.randrange(1, len(page.lines[at].text)))
    return _mutant([*page.lines[:at], line, *page.lines[at + 1 :]])


@damage("a letter of a label changed")
def label_letter(page: Sheet, other: Sheet, chance: random.Random) -> Mutant:
    return _changed(page, chance, str.isalpha, "ฬฮขxQ")


@damage("a separator changed")
def separator(page: Sheet, other: Sheet, chance: random.Random) -> Mutant:
    return _changed(page, chance, ":-–/%()&*.".__contains__, ";x ฬ!")


@damage("a table cell removed")
def cell(page: Sheet, other: Sheet, chance: random.Random) -> Mutant:
    tables = {"plan_steps", "indicator_quarters", "agency_indicator_quarters", "plan_records"}
    cells = [
        at for at, line in enumerate(page.lines) if any(part.row.table in tables for part in _parts(line))
    ]
    if not cells:
        return dropped(page, other, chance)
    at = chance.choice(cells)
    if _divides_from_nothing(page, at):
        return _mutant(page.lines)  # see UNSEEN
    return Mutant(page.lines, truth(page.lines[:at] + page.lines[at + 1 :]), at)


@damage("the page cut")
def page_cut(page: Sheet, other: Sheet, chance: random.Random) -> Mutant:
    at = _place(page, chance, lambda line: len(line.text) > 1)
    return _mutant([*page.lines[:at], _cut(page.lines[at], chance.randrange(1, len(page.lines[at].text)))])


@damage("two pages glued")
def glued(page: Sheet, other: Sheet, chance: random.Random) -> Mutant:
    return Mutant(page.lines + other.lines, truth(page.lines))


@damage("the second half of another page behind it")
def appended(page: Sheet, other: Sheet, chance: random.Random) -> Mutant:
    last = _last_seen(other)
    if last < 1:
        return _mutant(page.lines)  # see UNSEEN
    return Mutant(page.lines + other.lines[chance.randrange(1, last + 1) :], truth(page.lines))


@damage("the second half of another page instead of its own")
def spliced(page: Sheet, other: Sheet, chance: random.Random) -> Mutant:
    """The first half has the page's code, and the second half one too: else see UNSEEN."""
    columns = _CODES_OF_KIND[_kind(page)]
    codes = [at for at, line in enumerate(other.lines) if _columns(line) & columns]
    own = [at for at, line in enumerate(page.lines) if _columns(line) & columns]
    if not codes or codes[-1] < 1:
        return _mutant(page.lines)
    first = page.lines[: chance.randrange(own[0] + 1, len(page.lines))]
    return Mutant(first + other.lines[chance.randrange(1, codes[-1] + 1) :], truth(first))


_CODES_OF_KIND = {
    "project": {"project_code", "indicator_code"},
    "indicator": {"indicator_code"},
    "city_indicator": {"city_indicator_code"},
    "agency_summary": {"agency_code"},
    "it_review": set[str](),
    "plan_record": {"project_code"},
}
"""The columns of a page's lines that name the page."""
_LAST_HEADING = {
    "indicator": "นิยาม หรือความหมายของตัวชี้วัด",
    "city_indicator": "3.แหล่งข้อมูล",
    "agency_summary": "รายงานผลฯ ไตรมาสที่ 4",
}
"""How the last line begins that shows where a page lies, of pages that nothing closes."""


def _kind(page: Sheet) -> str:
    return page.kind if isinstance(page, KindSheet) else "project"


def _last_seen(page: Sheet) -> int:
    """The last line of a page that can be told from a line of the page above it."""
    kind = _kind(page)
    if kind == "it_review":
        return 0
    heading = _LAST_HEADING.get(kind, "")
    return max(at for at, line in enumerate(page.lines) if line.text.startswith(heading))


def _is_report(line: Line | None) -> bool:
    """Whether a line is the paragraph of a quarter, and not an empty one."""
    return line is not None and "report" in _columns(line) and bool(line.text.strip())


def _divides_from_nothing(page: Sheet, at: int) -> bool:
    """Whether a line is a city indicator's fourth heading, and the section above it is empty."""
    return page.lines[at].text.startswith("4.") and page.lines[at - 1].text.startswith("3.แหล่งข้อมูล")


def _parts(line: Line) -> list[Part]:
    return [piece for piece in line.pieces if isinstance(piece, Part)]


def _columns(line: Line) -> set[str]:
    return {column for part in _parts(line) for column in part.read(part.text)}


def _place(page: Sheet, chance: random.Random, fits: Callable[[Line], bool]) -> int:
    return chance.choice([at for at, line in enumerate(page.lines) if fits(line)])


def _cut(line: Line, length: int) -> Line:
    """The first characters of a line; a value that they end within says what is left of it."""
    pieces: list[str | Part] = []
    for piece in line.pieces:
        if length <= 0:
            break
        text = piece if isinstance(piece, str) else piece.text
        pieces.append(text[:length] if isinstance(piece, str) else piece._replace(text=text[:length]))
        length -= len(text)
    return line._replace(pieces=tuple(pieces))


def _changed(page: Sheet, chance: random.Random, concerns: Callable[[str], bool], others: str) -> Mutant:
    """One character of a label, of those that the damage concerns, changed into another."""
    at = _place(
        page, chance, lambda line: any(isinstance(p, str) and any(map(concerns, p)) for p in line.pieces)
    )
    pieces = list(page.lines[at].pieces)
    where = [
        (n, k)
        for n, piece in enumerate(pieces)
        if isinstance(piece, str)
        for k, char in enumerate(piece)
        if concerns(char)
    ]
    n, k = chance.choice(where)
    label = str(pieces[n])
    pieces[n] = label[:k] + chance.choice([char for char in others if char != label[k]]) + label[k + 1 :]
    line = page.lines[at]._replace(pieces=tuple(pieces))
    return _mutant([*page.lines[:at], line, *page.lines[at + 1 :]])


_MARK = "\u2063"
"""Stands in a cell that is to be taken out of the HTML."""
_INSIDE = r"(?:(?!</?(?:td|div|li)\b).)*"
_MARKED_CELL = re.compile(
    rf"<(td|div|li)\b[^>]*>{_INSIDE}{_MARK}{_INSIDE}(?:</\1>)?", re.DOTALL | re.IGNORECASE
)


def printed(mutant: Mutant, layout: str) -> str:
    """The damaged page in a layout, or as a text copy where the layout would do damage of its own.

    The layouts lay out whole quarter tables only: of others they lose the empty cells.
    """
    lines, at = mutant.lines, mutant.removed
    if at is not None:
        marked = lines[at]._replace(pieces=(*lines[at].pieces, _MARK))
        html = _laid_out([*lines[:at], marked, *lines[at + 1 :]], layout)
        if html and _MARKED_CELL.search(html):
            return _MARKED_CELL.sub("", html)
        lines = lines[:at] + lines[at + 1 :]
    return _laid_out(lines, layout) or text_copy(lines)


def _laid_out(lines: list[Line], layout: str) -> str | None:
    text = text_copy(lines)
    empty_cells = sum(block.lines.count("") for block in blocks(text))
    if layout not in LAYOUTS or empty_cells != sum(line.is_cell and not line.text for line in lines):
        return None
    return LAYOUTS[layout](text)
