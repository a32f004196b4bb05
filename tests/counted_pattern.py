"""Patterns matched by a matcher of our own, which counts the characters that it looks at.

Python's matcher does not tell how much work it does. This one is for patterns that never step back: whatever
a part has matched, it keeps. A pattern of which that is not true finds other parts here than with `re`, so a
test that compares both proves it. The order of work is that of `re`: one way after the other, from the left.
"""

import re
import re._constants as op
import re._parser  # the only way to a pattern's parts
from collections.abc import Iterable, Sequence
from typing import Any

_Part = tuple[Any, Any]


class CountedPattern:
    """A pattern, and how many characters it has looked at."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.looked_at = 0
        self._parts = re._parser.parse(pattern.pattern, pattern.flags)
        self._ignores_case = bool(pattern.flags & re.IGNORECASE)
        self._text = ""

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where it matches, as `re.Pattern.finditer` has it."""
        self._text, found, place = text, [], 0
        while place <= len(text):
            end = self._sequence(self._parts, place)
            if end is None:
                place += 1
            else:
                found.append((place, end))
                place = end if end > place else place + 1
        return found

    def _sequence(self, parts: Iterable[_Part], place: int) -> int | None:
        for operation, argument in parts:
            end = self._match(operation, argument, place)
            if end is None:
                return None
            place = end
        return place

    def _match(self, operation: Any, argument: Any, place: int) -> int | None:
        """Where a match of one part ends that begins at a place; None where it does not match."""
        if operation is op.SUBPATTERN:
            return self._sequence(argument[3], place)
        if operation is op.ATOMIC_GROUP:
            return self._sequence(argument, place)
        if operation is op.BRANCH:
            ends = (self._sequence(way, place) for way in argument[1])
            return next((end for end in ends if end is not None), None)
        if operation in (op.MAX_REPEAT, op.POSSESSIVE_REPEAT):
            return self._repeat(*argument, place)
        if operation in (op.ASSERT, op.ASSERT_NOT):
            direction, parts = argument
            assert direction == 1, "looking behind is not counted"
            matches = self._sequence(parts, place) is not None
            return place if matches == (operation is op.ASSERT) else None
        if operation is op.FAILURE:
            return None
        self.looked_at += 1
        is_one = place < len(self._text) and self._is_one(operation, argument, self._text[place])
        return place + 1 if is_one else None

    def _repeat(self, least: int, most: int, parts: Iterable[_Part], place: int) -> int | None:
        times = 0
        while times < most:
            end = self._sequence(parts, place)
            if end is None or end == place:
                break
            place, times = end, times + 1
        return place if times >= least else None

    def _is_one(self, operation: Any, argument: Any, character: str) -> bool:
        """Whether one character is what a part of one character asks for."""
        if self._ignores_case:
            character = character.lower()
        if operation is op.LITERAL:
            return ord(character) == argument
        if operation is op.NOT_LITERAL:
            return ord(character) != argument
        if operation is op.ANY:  # `(?s:.)` alone is used
            return True
        assert operation is op.IN, operation
        return self._is_in(argument, character)

    def _is_in(self, members: Sequence[_Part], character: str) -> bool:
        if members[0][0] is op.NEGATE:
            return not self._is_in(members[1:], character)
        for kind, member in members:
            if kind is op.LITERAL:
                found = ord(character) == member
            elif kind is op.RANGE:
                found = member[0] <= ord(character) <= member[1]
            else:
                assert (kind, member) == (op.CATEGORY, op.CATEGORY_NOT_SPACE), member
                found = not character.isspace()
            if found:
                return True
        return False
