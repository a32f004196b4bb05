"""The lines of a page, and what became of each: read into a record, known, or not read.

Every parser of a section marks the lines that it understands; what nobody has marked at the end is an
issue. So no line can disappear.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from parsers import issues
from parsers.issues import IssueType
from parsers.records import ParseIssue
from parsers.thai import INVISIBLE, parse_percent, repair_sara_am

_Value = TypeVar("_Value")

_UNREAD, _KNOWN, _PARSED = 0, 1, 2
_LONGEST_LABEL = 80
"""Lines of more characters are no constant label."""
_SHORTEST_REPEATED = 20
"""Shorter lines (numbers, `ไม่มี`) may well stand twice in a row."""
_MAY_NAME_A_PERSON = re.compile(
    r"โทร|ต่อ\s*[0-9๐-๙]"
    r"|(?<![0-9๐-๙/.,-])[0๐](?:[\s-]*[0-9๐-๙]){7,}"
    r"|^\W*(?:นาย(?!ก|ทะเบียน)|นาง(?!เลิ้ง)|น\.\s*ส\.|ว่าที่)"
)
WITHHELD = "(not quoted: it may name a person)"


class Walk:
    """A page's lines with their state.

    lines
        Printed lines; ``lines[n]`` is line n, ``lines[0]`` is a blank that nobody reads.
    keys
        The short ones in the form in which constant labels are compared (`label_key`), else blank. Values
        are read from ``lines``.
    filled
        Numbers of the non-blank lines.
    """

    __slots__ = ("_explained", "_private", "_state", "filled", "issues", "keys", "lines")

    def __init__(self, lines: list[str], found: Iterable[ParseIssue] = ()) -> None:
        self.lines = ["", *lines]
        self.filled = [number for number, line in enumerate(self.lines) if line]
        self.keys = _label_keys(self.lines)
        self.issues = list(found)
        self._state = bytearray(len(self.lines))
        self._private: set[int] = set()
        self._explained: set[int] = set()

    def parsed(self, *numbers: int) -> None:
        """These lines went into a record."""
        for number in numbers:
            self._state[number] = _PARSED

    def known(self, *numbers: int) -> None:
        """These lines are labels, rules, links or constants."""
        for number in numbers:
            self._state[number] = _KNOWN

    def is_unread(self, number: int) -> bool:
        """Whether nobody has marked the line yet."""
        return self._state[number] == _UNREAD

    def private(self, numbers: Iterable[int]) -> None:
        """These lines may be a contact's: no issue quotes them."""
        self._private.update(numbers)

    def issue(
        self, kind: IssueType, line: int | None = None, field: str | None = None, **details: object
    ) -> None:
        """Note an issue; it quotes its line, unless that may hold personal data."""
        text = self._quotable(line) if line else None
        self.issues.append(issues.issue(kind, line=line, field=field, text=text, **details))

    def unassigned(self, number: int) -> None:
        """The line is a paragraph of which a reduced copy does not tell what it is; it stays unread."""
        self._explained.add(number)
        self.issue(issues.UNASSIGNED_TEXT, number)

    def value(
        self, read: Callable[[str], _Value | None], text: str, line: int, field: str, expected: str
    ) -> _Value | None:
        """What ``read`` makes of a printed text; None with an issue where it is blank or cannot be read."""
        if not text or text.isspace():
            self.issue(issues.EMPTY_VALUE, line, field, label=field)
            return None
        value = read(text)
        if value is None:
            self.issue(issues.UNREADABLE_VALUE, line, field, expected=expected, value=text.strip())
        return value

    def percent(self, text: str, line: int, field: str) -> float | None:
        """A percent as printed; one outside 0-100 is kept and raises an issue."""
        value = self.value(parse_percent, text, line, field, "a percent")
        if value is not None and not 0 <= value <= 100:
            self.issue(issues.PERCENT_OUT_OF_RANGE, line, field, value=value)
        return value

    def text(self, numbers: Iterable[int]) -> str | None:
        """These lines as one value, marked as parsed; None where there are none."""
        numbers = list(numbers)
        self.parsed(*numbers)
        return "\n".join(self.lines[number] for number in numbers) or None

    def close(self) -> tuple[int, int, int]:
        """Raise what is left to raise, number the issues, and count the lines parsed, known and unparsed."""
        previous = 0
        for number in self.filled:
            if self._state[number] == _UNREAD and number not in self._explained:
                self.issue(issues.UNPARSED_TEXT, number)
            line = self.lines[number]
            if line == self.lines[previous] and len(line) >= _SHORTEST_REPEATED:
                self.issue(issues.REPEATED_LINE, number)
            previous = number
        self.issues.sort(key=lambda found: found.line or 0)
        for position, found in enumerate(self.issues, 1):
            found.issue_number = position
        states = [self._state[number] for number in self.filled]
        return states.count(_PARSED), states.count(_KNOWN), states.count(_UNREAD)

    def _quotable(self, number: int) -> str:
        text = self.lines[number]
        return WITHHELD if number in self._private or _MAY_NAME_A_PERSON.search(text) else text


def label_key(text: str) -> str:
    """The form in which constant labels are compared: composed SARA AM, no blanks, no colon at the end."""
    return "".join(INVISIBLE.sub("", repair_sara_am(text)).split()).rstrip(":")


def _label_keys(lines: list[str]) -> list[str]:
    """`label_key` of each line that may be a label; the long way only on a page with odd characters."""
    page = " ".join(lines)
    if page.isprintable() and repair_sara_am(page) == page:
        return [line.replace(" ", "").rstrip(":") if len(line) <= _LONGEST_LABEL else "" for line in lines]
    return [label_key(line) if len(line) <= _LONGEST_LABEL else "" for line in lines]
