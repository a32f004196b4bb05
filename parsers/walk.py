"""The lines of a page, and what became of each: read into a record, known, or not read.

Every parser of a section marks the lines that it understands; what nobody has marked at the end is an
issue. So no line can disappear.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import compress
from operator import eq
from typing import TypeVar

from parsers import issues
from parsers.issues import IssueType
from parsers.records import ParseIssue
from parsers.thai import DIGIT, INVISIBLE, parse_percent, repair_sara_am

_Value = TypeVar("_Value")

_UNREAD, _KNOWN, _PARSED = 0, 1, 2
_LONGEST_CACHED = 20
"""Longer texts are read anew each time; pages print the same few numbers and dates over and over."""
_LONGEST_LABEL = 80
"""Lines of more characters are no constant label."""
PHP_ERROR = re.compile(
    r"(?:PHP )?(?:Fatal error|Parse error|Warning|Notice|Deprecated)\s*:.* on line [0-9]+", re.IGNORECASE
)
"""What PHP prints into a page; at most so many characters of a line are searched for it."""
LONGEST_ERROR = 1_000
# Two letters, or `-` and the like. A bare number, a pair of codes, a rule of dashes, a label `** …` are none,
# nor is what PHP prints: `Notice: Undefined index … on line 14`.
_PROSE = re.compile(
    r"(?!---|\*\*|(?:PHP )?(?:Fatal error|Parse error|Warning|Notice|Deprecated)\s*:)"
    r"(?:[\W\d_]*[^\W\d_]){2}|\D{1,3}\Z"
)
_FIGURE = re.compile(r"(?!---|\*\*)[\W\d_]+")
# A telephone number has eight digits or more after its 0; codes (`08000000-9120`) and dates too.
_NO_TELEPHONE = rf"{DIGIT}{{8}}(?:-{DIGIT}{{4}}|/)|{DIGIT}{{4}}-{DIGIT}{{2}}-"
_TELEPHONE = rf"(?<![0-9๐-๙/.,-])(?!{_NO_TELEPHONE})[0๐](?:[\s-]*{DIGIT}){{7}}"
_MAY_NAME_A_PERSON = re.compile(
    rf"โทร(?!ทัศน์|คมนาคม|เลข|มาตร)|ต่อ\s*{DIGIT}|{_TELEPHONE}"
    r"|\ufffd"  # what it says is not known
    r"|^\W*(?:นาย(?!ก|ทะเบียน)|นาง(?!เลิ้ง)|น\.\s*ส\.|ว่าที่)"
)
_QUOTING = frozenset({"value", "first", "second"})
"""Details of a message that are text of the line."""
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

    def unread(self, numbers: Iterable[int]) -> list[int]:
        """Those of these lines that nobody has marked yet."""
        return [number for number in numbers if self._state[number] == _UNREAD]

    def private(self, numbers: Iterable[int]) -> None:
        """These lines may be a contact's: no issue quotes them."""
        self._private.update(numbers)

    def unread_private(self) -> list[int]:
        """Those of the private lines that nobody has read as something else."""
        return self.unread(sorted(self._private))

    def issue(
        self, kind: IssueType, line: int | None = None, field: str | None = None, **details: object
    ) -> None:
        """Note an issue; it quotes its line, unless that may hold personal data."""
        text = self.lines[line] if line else None
        if line and text and (line in self._private or _MAY_NAME_A_PERSON.search(text)):
            details = {
                name: WITHHELD if name in _QUOTING and isinstance(detail, str) else detail
                for name, detail in details.items()
            }
            text = WITHHELD
        self.issues.append(issues.issue(kind, line=line, field=field, text=text, **details))

    def unassigned(self, numbers: Iterable[int]) -> None:
        """What nobody has read of these lines has lost its label, as in a reduced copy; it stays unread."""
        for number in self.unread(numbers):
            self._explained.add(number)
            self.issue(issues.UNASSIGNED_TEXT, number)

    def value(
        self, read: Callable[[str], _Value | None], text: str, line: int, field: str, expected: str
    ) -> _Value | None:
        """What ``read`` makes of a printed text; None with an issue where it is blank or cannot be read."""
        value = _read_once(read, text) if len(text) <= _LONGEST_CACHED else read(text)
        if value is None and self.given(text.strip(), line, field):
            self.issue(issues.UNREADABLE_VALUE, line, field, expected=expected, value=text.strip())
        return value

    def given(self, text: str, line: int, field: str) -> str | None:
        """A printed text; None with an issue where nothing is printed."""
        if not text:
            self.issue(issues.EMPTY_VALUE, line, field)
        return text or None

    def percent(self, text: str, line: int, field: str) -> float | None:
        """A percent as printed; one outside 0-100 is kept and raises an issue."""
        value = self.value(parse_percent, text, line, field, "a percent")
        if value is not None and not 0 <= value <= 100:
            self.issue(issues.PERCENT_OUT_OF_RANGE, line, field, value=value)
        return value

    def is_prose(self, number: int) -> bool:
        """Whether the line may be running text, rather than a figure, code, rule or label that strayed."""
        return _PROSE.match(self.lines[number]) is not None

    def is_figure(self, number: int) -> bool:
        """Whether the line holds no letter, as `1.` or `500,000`, and is no rule or label."""
        return _FIGURE.fullmatch(self.lines[number]) is not None

    def text(self, numbers: Sequence[int]) -> str:
        """The prose among these lines as one text, marked as parsed; blank where there is none.

        Figures between two lines of prose are part of it; around it they have strayed there, and stay unread.
        """
        prose = [number for number in numbers if self.is_prose(number)]
        if len(prose) > 1:
            first, last = prose[0], prose[-1]
            prose = [n for n in numbers if first <= n <= last and (self.is_prose(n) or self.is_figure(n))]
        self.parsed(*prose)
        return "\n".join([self.lines[number] for number in prose])

    def close(self) -> tuple[int, int, int]:
        """Raise what is left to raise, number the issues, and count the lines parsed, known and unparsed."""
        states = bytes(map(self._state.__getitem__, self.filled))
        if _UNREAD in states:
            for number in self.unread(self.filled):
                if number not in self._explained:
                    self.issue(issues.UNPARSED_TEXT, number)
        printed = list(filter(None, self.lines))
        repeats = compress(self.filled[1:], map(eq, printed, printed[1:]))
        for number in repeats:
            if self._state[number] == _PARSED and self.is_prose(number):
                self.issue(issues.REPEATED_LINE, number)
        self.issues.sort(key=lambda found: found.line or 0)
        for position, found in enumerate(self.issues, 1):
            found.issue_number = position
        return states.count(_PARSED), states.count(_KNOWN), states.count(_UNREAD)


@lru_cache(maxsize=16_384)
def _read_once(read: Callable[[str], _Value | None], text: str) -> _Value | None:
    return read(text)


def label_key(text: str) -> str:
    """The form in which constant labels are compared: composed SARA AM, no blanks, no colon at the end."""
    return "".join(INVISIBLE.sub("", repair_sara_am(text)).split()).rstrip(":")


def _label_keys(lines: list[str]) -> list[str]:
    """`label_key` of each line that may be a label; the long way only for lines with odd characters."""
    short = [line if len(line) <= _LONGEST_LABEL else "" for line in lines]
    if not "".join(short).isprintable():
        return [label_key(line) for line in short]
    keys = repair_sara_am("\n".join(short)).replace(" ", "").split("\n")  # a line holds no line end
    return [key.rstrip(":") for key in keys]
