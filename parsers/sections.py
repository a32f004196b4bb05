"""Dividing a page into sections by headings on lines of their own, and sections into records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from parsers import issues
from parsers.walk import Walk


class Section(NamedTuple):
    """A section: the number of its heading's line (None where it is missing) and its non-blank lines."""

    heading: int | None
    lines: list[int]


def divide(walk: Walk, numbers: Sequence[int], headings: Mapping[str, str]) -> dict[str, Section]:
    """Divide non-blank lines into the sections that start at ``headings`` (section name by `label_key`).

    The mapping stands in page order. Prose may hold a heading's words on a line of its own, and a damaged
    page has headings twice or out of order: the longest run of headings in page order counts, the others
    are issues. Lines before the first heading are the section ``""``.
    """
    ranks = {key: rank for rank, key in enumerate(headings)}
    found = [
        (place, ranks[walk.keys[number]])
        for place, number in enumerate(numbers)
        if walk.keys[number] in ranks
    ]
    chosen = _longest_rise([rank for _, rank in found])
    names = list(headings.values())
    starts = [("", -1)]
    for index, (place, rank) in enumerate(found):
        walk.known(numbers[place])
        if index in chosen:
            starts.append((names[rank], place))
        else:
            walk.issue(issues.MISPLACED_HEADING, numbers[place], label=walk.lines[numbers[place]])
    sections: dict[str, Section] = {}
    for (name, start), (_, end) in zip(starts, [*starts[1:], ("", len(numbers))], strict=True):
        lines = [number for number in numbers[start + 1 : end] if walk.keys[number] not in ranks]
        sections[name] = Section(numbers[start] if start >= 0 else None, lines)
    return sections


def blocks(
    walk: Walk, numbers: Sequence[int], heading: re.Pattern[str]
) -> Iterator[tuple[re.Match[str], Sequence[int]]]:
    """The records of a section: each begins with a line that matches ``heading``, which comes with the match.

    Lines before the first stay unread.
    """
    starts = [
        (place, match)
        for place, number in enumerate(numbers)
        if (match := heading.fullmatch(walk.lines[number]))
    ]
    ends = [*(place for place, _ in starts), len(numbers)]
    for (start, match), end in zip(starts, ends[1:], strict=True):
        yield match, numbers[start:end]


def check_numbering(walk: Walk, printed: Iterable[tuple[int, int | None]], field: str) -> None:
    """Raise one issue where printed numbers, given as (line, number), do not count up from 1.

    Only the first: those after it are off by as much. A number that could not be read has its own issue.
    """
    for expected, (line, number) in enumerate(printed, 1):
        if number is not None and number != expected:
            walk.issue(issues.NUMBERING, line, field, expected=expected, found=number)
            return


def _longest_rise(ranks: Sequence[int]) -> set[int]:
    """Indexes of the longest strictly rising run within ``ranks``; of equal ones the first."""
    best: dict[
        int, tuple[int, int]
    ] = {}  # rank -> length of the longest run that ends with it, its last index
    before: list[int | None] = []
    for index, rank in enumerate(ranks):
        length, last = max(
            ((length, last) for lower, (length, last) in best.items() if lower < rank),
            key=lambda run: (run[0], -run[1]),
            default=(0, -1),
        )
        before.append(last if length else None)
        if length + 1 > best.get(rank, (0, -1))[0]:
            best[rank] = (length + 1, index)
    run: set[int] = set()
    index_or_none = max(best.values(), key=lambda end: (end[0], -end[1]))[1] if best else None
    while index_or_none is not None:
        run.add(index_or_none)
        index_or_none = before[index_or_none]
    return run
