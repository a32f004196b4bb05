"""What changed between captures of one page: readings in, `Change` records out; no files.

Each site has a state of its own (`normaliser.state`), so that two hosts which hold different states of a page
do not look like a rewriting of it; where they differ at the same time, that is told as such.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from normaliser.compared import Reading, Source
from normaliser.derived import Change
from normaliser.state import State

SAME_TIME = dt.timedelta(hours=24)
"""Captures on two sites that lie at most so far apart show what the sites say at the same time."""


class PageChanges(NamedTuple):
    """The changes of a page, numbered, and how many rows are missing without proof that they are gone."""

    changes: list[Change]
    rows_not_proven: int


def changes_of_page(page_kind: str, page_code: str, readings: Iterable[Reading]) -> PageChanges:
    """What changed on one page; its readings come by captured_at, site and capture_id."""
    states: dict[str, State] = defaultdict(lambda: State(page_kind, page_code))
    sites = _Sites()
    found: list[Change] = []
    for reading in readings:
        found += states[reading.source.site].take(reading)
        for older, newer in sites.pairs(reading):
            found += _differences(page_kind, page_code, older, newer)
    for older, newer in sites.last_pairs():
        found += _differences(page_kind, page_code, older, newer)
    found.sort(  # stable, so that the changes of two captures stay by table, row and column
        key=lambda change: (
            change.new_captured_at,
            change.old_captured_at,
            change.site,
            change.new_capture_id,
            change.old_capture_id,
        )
    )
    for position, change in enumerate(found, 1):
        change.position = position
    return PageChanges(found, sum(state.rows_not_proven() for state in states.values()))


def _differences(page_kind: str, page_code: str, older: Reading, newer: Reading) -> list[Change]:
    """What two sites say differently: the changes from one to the other, as far as both can tell."""
    state = State(page_kind, page_code)
    state.take(older)
    return [dataclasses.replace(change, kind="sites_differ") for change in state.take(newer)]


class _Sites:
    """Pairs each capture with the one of each other site that is nearest in time, each pair once.

    Held are the captures of two days, since the nearest may come later.
    """

    def __init__(self) -> None:
        self._held: deque[Reading] = deque()
        self._done = 0
        self._paired: set[tuple[str, str]] = set()

    def pairs(self, reading: Reading) -> Iterator[tuple[Reading, Reading]]:
        """The pairs (older, newer) of all captures for which none that is nearer can come any more."""
        now = reading.source.captured_at
        while self._done < len(self._held) and self._held[self._done].source.captured_at + SAME_TIME < now:
            yield from self._next()
        while self._done and self._held[0].source.captured_at + 2 * SAME_TIME < now:
            self._held.popleft()
            self._done -= 1
        self._held.append(reading)

    def last_pairs(self) -> Iterator[tuple[Reading, Reading]]:
        """The pairs of those that are left when all have come."""
        while self._done < len(self._held):
            yield from self._next()

    def _next(self) -> Iterator[tuple[Reading, Reading]]:
        one = self._held[self._done]
        self._done += 1
        nearest: dict[str, tuple[dt.timedelta, Reading]] = {}
        for other in self._held:
            apart = abs(other.source.captured_at - one.source.captured_at)
            site = other.source.site
            if site == one.source.site or apart > SAME_TIME:
                continue
            if site not in nearest or apart < nearest[site][0]:  # of two as near, the older
                nearest[site] = (apart, other)
        for site in sorted(nearest):
            pair = sorted((one, nearest[site][1]), key=lambda each: _order(each.source))
            ids = (pair[0].source.capture_id, pair[1].source.capture_id)
            if ids not in self._paired:
                self._paired.add(ids)
                yield pair[0], pair[1]


def _order(source: Source) -> tuple[dt.datetime, str]:
    return source.captured_at, source.capture_id
