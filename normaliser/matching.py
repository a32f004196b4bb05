"""Which row of a capture is which row of an earlier one.

Rows have no lasting number: printed ones shift as entries are added. So a row is known by what it says,
the surest likeness first; what is left after all rules has come or gone.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Protocol

from normaliser.compared import PARENTS, form, signature

_NAMED_BY = {
    "progress_reports": ("report_date", "narrative"),
    "plan_steps": ("description",),
    "indicators": ("indicator_code", "name"),
    "agency_indicators": ("name",),
}
"""Of the rows of these tables, the columns of which at least one must be known to tell a row from others."""
_REPORT_FACTS = ("report_date", "progress_percent", "narrative_date", "narrative")


class Said(Protocol):
    """What is looked at of a row: its facts, its printed number, and the indicator that it belongs to."""

    @property
    def values(self) -> Mapping[str, Any]:
        """Facts by column."""

    @property
    def number(self) -> int | None:
        """The printed number."""

    @property
    def parent(self) -> int | None:
        """The indicator, the same across captures."""


Found = list[int | None]
"""For each new row the place of the old row that it is; None where there is none (yet)."""
_Rule = Callable[[Sequence[Said], Sequence[Said], Found], None]
_Key = Callable[[Said], Hashable | None]


def match(table: str, old: Sequence[Said], new: Sequence[Said]) -> Found:
    """For each new row the place of the old row that it is, or None; no old row is taken twice."""
    found: Found = [None] * len(new)
    for rule in (_same(_all_facts), *_RULES.get(table, (_first,))):
        if None not in found or len(found) - found.count(None) == len(old):
            break
        rule(old, new, found)
    return found


def is_one_of_its_own(table: str, row: Said) -> bool:
    """Whether a row says enough to know that it is none of the others, though it matches none."""
    if table in PARENTS:
        return row.parent is not None
    columns = _NAMED_BY.get(table)
    return columns is None or any(row.values[column] is not None for column in columns)


# Rules


def _first(old: Sequence[Said], new: Sequence[Said], found: Found) -> None:
    """Tables of one row a page: it is always the same row."""
    if old and new:
        found[0] = 0


def _same(key: _Key) -> _Rule:
    """Rows with the same key are the same; several of one key are taken in order. None is no key."""

    def pair(old: Sequence[Said], new: Sequence[Said], found: Found) -> None:
        waiting: dict[Hashable, deque[int]] = defaultdict(deque)
        taken = set(found)
        for place, row in enumerate(old):
            if place not in taken and (wanted := key(row)) is not None:
                waiting[wanted].append(place)
        for place, row in enumerate(new):
            if found[place] is None and (wanted := key(row)) is not None and waiting.get(wanted):
                found[place] = waiting[wanted].popleft()

    return pair


def _between(same_neighbours: _Rule) -> _Rule:
    """A rule for rows that are left between the same two matched rows (or ends of the page) in both."""

    def pair(old: Sequence[Said], new: Sequence[Said], found: Found) -> None:
        taken = set(found)
        gaps = _gaps([place if place in taken else None for place in range(len(old))], len(old))
        left, come = defaultdict(list), defaultdict(list)
        for place, gap in enumerate(gaps):
            if place not in taken:
                left[gap].append(place)
        for place, gap in enumerate(_gaps(found, len(old))):
            if found[place] is None and gap in left:
                come[gap].append(place)
        for gap, places in come.items():
            here: Found = [None] * len(places)
            same_neighbours([old[place] for place in left[gap]], [new[place] for place in places], here)
            for place, which in zip(places, here, strict=True):
                found[place] = None if which is None else left[gap][which]

    return pair


def _gaps(matches: Sequence[int | None], end: int) -> list[tuple[int, int]]:
    """For each row the nearest matched rows before and behind it, as places in the old list."""
    before, last = [], -1
    for which in matches:
        before.append(last)
        last = last if which is None else which
    behind, last = [], end
    for which in reversed(matches):
        behind.append(last)
        last = last if which is None else which
    return list(zip(before, reversed(behind), strict=True))


def _in_order(may_be: Callable[[Said, Said], bool]) -> _Rule:
    """As many rows have come as are left: they are the same in order, where nothing speaks against it."""

    def pair(old: Sequence[Said], new: Sequence[Said], found: Found) -> None:
        if len(old) == len(new) and all(map(may_be, old, new)):
            found[:] = range(len(old))

    return pair


def _one_for_one(*columns: str) -> _Rule:
    """Rows are the same that share a value with each other, and with no other row."""

    def by_value(rows: Sequence[Said]) -> dict[Hashable, list[int]]:
        places: dict[Hashable, list[int]] = defaultdict(list)
        for place, row in enumerate(rows):
            for value in values(row):
                places[value].append(place)
        return places

    def values(row: Said) -> list[Hashable]:
        return [(each, form(row.values[each])) for each in columns if row.values.get(each) is not None]

    def only(row: Said, others: Mapping[Hashable, list[int]]) -> int | None:
        places = {place for value in values(row) for place in others.get(value, ())[:2]}
        return places.pop() if len(places) == 1 else None

    def pair(old: Sequence[Said], new: Sequence[Said], found: Found) -> None:
        of_old, of_new = by_value(old), by_value(new)
        for place, row in enumerate(old):
            which = only(row, of_new)
            if which is not None and found[which] is None and only(new[which], of_old) == place:
                found[which] = place

    return pair


def _values(*columns: str) -> _Key:
    """The facts in these columns as a key; no key where one of them is not known."""

    def key(row: Said) -> Hashable | None:
        values = tuple(form(row.values.get(column)) for column in columns)
        return None if None in values else values

    return key


def _all_facts(row: Said) -> Hashable:
    """Also of a row that lacks everything that the other rules look for."""
    return row.parent, signature(row.values)


def _shares_a_fact(old: Said, new: Said) -> bool:
    return any(
        old.values.get(column) is not None and form(old.values[column]) == form(new.values[column])
        for column in _REPORT_FACTS
    )


def _no_other_code(old: Said, new: Said) -> bool:
    """Two codes that differ are two indicators; one that is not known may be the other."""
    return old.values.get("indicator_code") is None or new.values["indicator_code"] is None


def _no_other_name(old: Said, new: Said) -> bool:
    return old.values.get("name") is None or new.values["name"] is None


def _number(row: Said) -> Hashable | None:
    return row.number


def _quarter(row: Said) -> Hashable | None:
    return row.parent, row.values.get("quarter")


_RULES: dict[str, tuple[_Rule, ...]] = {
    "progress_reports": (
        _same(_values("report_date", "narrative")),
        _same(_values("report_date", "progress_percent")),
        _same(_values("report_date")),
        _same(_values("narrative", "progress_percent")),  # a moved date
        _between(_in_order(_shares_a_fact)),
        _between(_one_for_one(*_REPORT_FACTS)),
    ),
    "plan_steps": (
        _same(_values("description")),
        _between(_same(_values("weight_percent", "start_date", "end_date"))),
        _between(_same(_number)),
    ),
    "indicators": (
        _same(_values("indicator_code")),
        _same(_values("name")),
        _between(_in_order(_no_other_code)),
    ),
    "indicator_quarters": (_same(_quarter),),
    "agency_indicators": (
        _same(_values("name")),
        _same(_number),
        _between(_in_order(_no_other_name)),
    ),
    "agency_indicator_quarters": (_same(_quarter),),
    "strategy_links": (_same(lambda row: (row.values.get("level"),)),),
}
"""The rules of each table, in the order in which they are tried, after that of rows with the same facts."""
