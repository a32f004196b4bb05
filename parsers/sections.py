"""Dividing a page by the lines that say what follows: into sections, records and labelled values."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress, count
from typing import NamedTuple

from parsers import issues
from parsers.places import Places
from parsers.walk import Walk, label_key

NAVIGATION_KEYS = frozenset(
    map(label_key, ("Back Home", "Back", "Home", "Home Home SED", "SED", "FusionCharts will render here"))
)
"""`label_key` of what the pages print above their content."""
_FOOT = re.compile(r"©|\(c\)|copyright\b|powered by\b|สงวนลิขสิทธิ์|(?:จำนวน)?ผู้เข้าชม|พัฒนาโดย", re.IGNORECASE)
"""How a line at the foot of a site begins."""


_LONGEST_CACHED = 40
"""Longer lines are looked at anew each time; pages print the same short ones over and over."""
_FullMatch = Callable[[str], re.Match[str] | None]


class Section(NamedTuple):
    """A section: the number of its heading's line (None where it is missing) and its non-blank lines."""

    heading: int | None
    lines: Sequence[int]


@dataclass(slots=True)
class Labelled:
    """What stands behind a label: first and last line, and the text, which may go on below the first."""

    line: int
    last: int
    text: str


def first_page(
    walk: Walk, is_title: Callable[[int], bool], has_begun: Callable[[int], bool]
) -> Sequence[int]:
    """The non-blank lines of the page proper: from its title, if it has one, to the foot of the site.

    Navigation and foot are marked as known; other lines around the page stay unread. Where two pages were
    saved into one file, only the first is meant: a page has begun with a line of which ``has_begun`` is true,
    and a title below that is a second page's. Above it a title may stand twice, as when a menu has its words.
    """
    numbers = walk.filled[: _second_page(walk, is_title, has_begun)]
    feet = [number for number in numbers if _FOOT.match(walk.lines[number])]
    walk.known(*feet, *(number for number in numbers if walk.keys[number] in NAVIGATION_KEYS))
    title = max(filter(is_title, numbers), default=numbers[0])
    foot = next((number for number in feet if number > title), numbers[-1] + 1)
    return [number for number in numbers if title <= number < foot]


def _second_page(walk: Walk, is_title: Callable[[int], bool], has_begun: Callable[[int], bool]) -> int | None:
    """The place among the non-blank lines where a second page begins; None where there is none."""
    begun = False
    for place, number in enumerate(walk.filled):
        if begun and is_title(number):
            walk.issue(issues.SECOND_PAGE, number)
            walk.private(walk.filled[place:])
            return place
        begun = begun or has_begun(number)
    return None


def divide(walk: Walk, numbers: Sequence[int], headings: Mapping[str, str]) -> dict[str, Section]:
    """Divide non-blank lines into the sections that start at ``headings`` (section name by `label_key`).

    The mapping stands in page order. Prose may hold a heading's words on a line of its own, and a damaged
    page has headings twice or out of order: the longest run of headings in page order counts, the others
    are issues. Lines before the first heading are the section ``""``.
    """
    names = list(dict.fromkeys(headings.values()))
    keys = walk.keys
    places = list(compress(count(), map(headings.__contains__, map(keys.__getitem__, numbers))))
    found = [names.index(headings[keys[numbers[place]]]) for place in places]
    walk.known(*(numbers[place] for place in places))
    chosen = longest_rise(found)
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
    matches = map(heading.fullmatch, map(walk.lines.__getitem__, numbers))
    starts = [(place, match) for place, match in enumerate(matches) if match]
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
    ``damaged`` is for what only looks like one. Prose below a label of ``running`` goes on its text, with the
    figures between, down to a line that is neither. Where prose stands below that, the text has a hole, and
    is not believed. A label that comes again is prose there, or stays unread. ``last`` is the label that ends
    the record.
    """
    found: dict[str, Labelled] = {}
    below: dict[str, list[int]] = {}
    read: list[int] = []
    figures: list[int] = []
    above = ended = ""
    lines, fullmatch = walk.lines, labels.fullmatch
    for number in numbers:
        line = lines[number]
        label, text = (_label_once if len(line) <= _LONGEST_CACHED else _label)(fullmatch, line)
        if label and label not in found and label != "damaged":
            found[label] = Labelled(number, number, text)
            read.append(number)
            if label == last:
                break
            above, ended = label, ""
            figures.clear()
        elif above in running and label != "damaged" and walk.is_prose(number):
            following = [*figures, number]
            below.setdefault(above, []).extend(following)
            read += following
            figures.clear()
        elif above in running and label != "damaged" and walk.is_figure(number):
            figures.append(number)
        elif ended and label != "damaged" and walk.is_prose(number):
            holed = [found.pop(ended).line, *below.pop(ended, [])]
            read = [line for line in read if line not in holed]
            walk.issue(issues.OPEN_END, holed[0], label=f"`{ended}`")  # never the line: it may name a person
            ended = ""
        else:
            above, ended = "", above if above in running else ended
    for label, following in below.items():
        said = found[label]
        said.last = following[-1]
        said.text = "\n".join([said.text, *(lines[number] for number in following)]).lstrip("\n")
    walk.parsed(*read)
    return found


def _label(fullmatch: _FullMatch, line: str) -> tuple[str | None, str]:
    """The label of a line, None where it has none, and the text behind it."""
    match = fullmatch(line)
    if match is None or match.lastgroup is None:
        return None, ""
    return match.lastgroup, match[match.lastgroup].strip()


_label_once = lru_cache(maxsize=16_384)(_label)


def heading_keys(headings: Mapping[str, str]) -> dict[str, str]:
    """Names of sections by `label_key` of their headings, given by name; with digits of either kind."""
    keys = {label_key(heading): name for name, heading in headings.items()}
    in_thai = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
    return {form: name for key, name in keys.items() for form in (key, key.translate(in_thai))}


def note_missing_headings(
    walk: Walk,
    sections: Container[str],
    headings: Mapping[str, str],
    *,
    missing_title: str | None = None,
    is_cut: bool = False,
) -> None:
    """Raise an issue for each heading (printed form by section name) that a full page lacks.

    Of a page that is cut, only for those above its last one.
    """
    names = list(headings)
    last = max((names.index(name) for name in names if name in sections), default=-1)
    expected = names[: last + 1] if is_cut else names
    missing = [headings[name] for name in expected if name not in sections]
    for label in [missing_title, *missing] if missing_title else missing:
        walk.issue(issues.MISSING_HEADING, label=f"`{label}`")


def paragraph(walk: Walk, section: Section | None, field: str, places: Places, *, ends: bool) -> str | None:
    """The one paragraph under a heading, its lines noted in ``places``; None where there is none.

    ``field`` is ``table.column``. Several lines are one text, with an issue, since every known page has
    one there; where nothing shows the section's end (``ends`` is False), the later ones may be something
    else, and none is read.
    """
    if section is None or section.heading is None or not section.lines:
        return None
    heading, lines = section.heading, section.lines
    if len(lines) > 1:
        if not ends:
            walk.issue(issues.OPEN_END, heading, field, label=walk.lines[heading])
            return None
        walk.issue(issues.SEVERAL_PARAGRAPHS, heading, field, count=len(lines), label=walk.lines[heading])
    text = walk.text(lines) or None
    if text:
        places[field.partition(".")[2]] = (lines[0], lines[-1])
    return text


def headed_text(walk: Walk, section: Section | None, field: str, places: Places, *, ends: bool) -> str | None:
    """As `paragraph`, with an issue where the heading stands above nothing."""
    if section and section.heading and not section.lines:
        walk.issue(issues.EMPTY_VALUE, section.heading, field)
    return paragraph(walk, section, field, places, ends=ends)


def note_missing(walk: Walk, found: Container[str], labels: Mapping[str, str], table: str, line: int) -> None:
    """Raise an issue for each column of ``labels`` that was not found in the record that begins on a line."""
    for column, label in labels.items():
        if column not in found:
            walk.issue(issues.MISSING_LABEL, line, f"{table}.{column}", label=label)


def check_numbering(
    walk: Walk, printed: Iterable[tuple[int, int | None]], field: str, *, first: int = 1
) -> None:
    """Raise one issue where printed numbers, given as (line, number), do not count up from the first.

    Only the first: those after it are off by as much. A number that could not be read has its own issue.
    """
    for expected, (line, number) in enumerate(printed, first):
        if number is not None and number != expected:
            walk.issue(issues.NUMBERING, line, field, expected=expected, found=number)
            return


def longest_rise(ranks: list[int]) -> list[int]:
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
