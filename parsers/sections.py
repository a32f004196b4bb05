"""Dividing a page by the lines that say what follows: into sections, records and labelled values."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from parsers import issues
from parsers.walk import Walk


class Section(NamedTuple):
    """A section: the number of its heading's line (None where it is missing) and its non-blank lines."""

    heading: int | None
    lines: Sequence[int]


class Labelled(NamedTuple):
    """What stands behind a label: first and last line, and the text, which may go on below the first."""

    line: int
    last: int
    text: str


def divide(walk: Walk, numbers: Sequence[int], headings: Mapping[str, str]) -> dict[str, Section]:
    """Divide non-blank lines into the sections that start at ``headings`` (section name by `label_key`).

    The mapping stands in page order. Prose may hold a heading's words on a line of its own, and a damaged
    page has headings twice or out of order: the longest run of headings in page order counts, the others
    are issues. Lines before the first heading are the section ``""``.
    """
    ranks = {key: rank for rank, key in enumerate(headings)}
    names = list(headings.values())
    places = [place for place, number in enumerate(numbers) if walk.keys[number] in ranks]
    found = [ranks[walk.keys[numbers[place]]] for place in places]
    walk.known(*(numbers[place] for place in places))
    chosen = _longest_rise(found)
    misplaced = {numbers[place] for index, place in enumerate(places) if index not in chosen}
    for number in sorted(misplaced):
        walk.issue(issues.MISPLACED_HEADING, number, label=walk.lines[number])
    starts = [("", -1), *((names[found[index]], places[index]) for index in chosen)]
    sections: dict[str, Section] = {}
    for (name, start), (_, end) in zip(starts, [*starts[1:], ("", len(numbers))], strict=True):
        lines = numbers[start + 1 : end]
        if misplaced:
            lines = [number for number in lines if number not in misplaced]
        sections[name] = Section(numbers[start] if start >= 0 else None, lines)
    return sections


def blocks(
    walk: Walk, numbers: Sequence[int], heading: re.Pattern[str]
) -> Iterator[tuple[re.Match[str], Sequence[int]]]:
    """The records of a section: each begins with a line that matches ``heading``, which comes with the match.

    Lines before the first stay unread.
    """
    lines, fullmatch = walk.lines, heading.fullmatch
    starts = [(place, match) for place, number in enumerate(numbers) if (match := fullmatch(lines[number]))]
    ends = [*(place for place, _ in starts), len(numbers)]
    for (start, match), end in zip(starts, ends[1:], strict=True):
        yield match, numbers[start:end]


def labelled(
    walk: Walk,
    numbers: Sequence[int],
    labels: re.Pattern[str],
    *,
    running: Container[str] = (),
    last: str | None = None,
) -> dict[str, Labelled]:
    """The labelled lines of a record, in any order: what stands behind the first of each label.

    ``labels`` is an alternation; the group that matches names the label and holds the text; the group
    ``damaged`` is for what only looks like one. Prose below a label of ``running`` goes on its text, down to
    a line that is no prose. A label that comes again is prose there, or stays unread. ``last`` is the label
    that ends the record.
    """
    found: dict[str, Labelled] = {}
    below: dict[str, list[int]] = {}
    read: list[int] = []
    above = ""
    for number in numbers:
        line = walk.lines[number]
        match = labels.fullmatch(line)
        label = match.lastgroup if match else None
        if match and label and label not in found and label != "damaged":
            found[label] = Labelled(number, number, match[label].strip())
            read.append(number)
            if label == last:
                break
            above = label
        elif above not in running or label == "damaged" or not walk.is_prose(number):
            above = ""
        else:
            below.setdefault(above, []).append(number)
            read.append(number)
    for label, following in below.items():
        start, _, text = found[label]
        texts = [text, *(walk.lines[number] for number in following)]
        found[label] = Labelled(start, following[-1], "\n".join(texts).lstrip("\n"))
    walk.parsed(*read)
    return found


def note_missing(walk: Walk, found: Container[str], labels: Mapping[str, str], table: str, line: int) -> None:
    """Raise an issue for each column of ``labels`` that was not found in the record that begins on a line."""
    for column, label in labels.items():
        if column not in found:
            walk.issue(issues.MISSING_LABEL, line, f"{table}.{column}", label=label)


def check_numbering(walk: Walk, printed: Iterable[tuple[int, int | None]], field: str) -> None:
    """Raise one issue where printed numbers, given as (line, number), do not count up from 1.

    Only the first: those after it are off by as much. A number that could not be read has its own issue.
    """
    for expected, (line, number) in enumerate(printed, 1):
        if number is not None and number != expected:
            walk.issue(issues.NUMBERING, line, field, expected=expected, found=number)
            return


def _longest_rise(ranks: list[int]) -> list[int]:
    """Indexes of the longest strictly rising run within ``ranks``; of equally long ones the first to end."""
    if ranks == sorted(set(ranks)):  # as on any sound page
        return list(range(len(ranks)))
    best: dict[int, list[int]] = {}  # the longest run that ends with each rank
    for index, rank in enumerate(ranks):
        before = _longest(best[last] for last in best if last < rank)
        if len(before) + 1 > len(best.get(rank, ())):
            best[rank] = [*before, index]
    return _longest(best.values())


def _longest(runs: Iterable[list[int]]) -> list[int]:
    return max(runs, key=lambda run: (len(run), -run[-1]), default=[])
