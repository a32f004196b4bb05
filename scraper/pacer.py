"""How long to wait before a host is asked again: the pace, what robots.txt and the host itself ask for."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime


@dataclass(slots=True)
class _Pace:
    interval: float
    free_at: float = 0.0


@dataclass
class Pacer:
    """The pace of each host: at least ``interval`` seconds between an answer's end and the next request.

    Counted so, no two requests can reach a host closer than that, however long each was on its way. ``sleep``
    waits so many seconds and says whether it did; it does not where the run is to end.
    """

    interval: float
    sleep: Callable[[float], bool]
    clock: Callable[[], float] = time.monotonic
    _hosts: dict[str, _Pace] = field(default_factory=dict)

    def wait(self, host: str) -> bool:
        """Return True when the host may be asked; False where the run is to end before that."""
        pace = self._pace(host)
        while (left := pace.free_at - self.clock()) > 0:
            if not self.sleep(left):
                return False
        return self.sleep(0)

    def answered(self, host: str) -> None:
        """Note that an exchange with the host has just ended, well or not."""
        pace = self._pace(host)
        pace.free_at = max(pace.free_at, self.clock() + pace.interval)

    def slow_down(self, host: str, interval: float) -> None:
        """Keep a longer interval with this host from now on; a shorter one changes nothing."""
        pace = self._pace(host)
        pace.free_at += max(interval - pace.interval, 0.0)
        pace.interval = max(pace.interval, interval)

    def freeze(self, host: str, seconds: float) -> None:
        """Do not ask the host for so long, whatever its pace."""
        pace = self._pace(host)
        pace.free_at = max(pace.free_at, self.clock() + seconds)

    def _pace(self, host: str) -> _Pace:
        return self._hosts.setdefault(host, _Pace(self.interval))


def retry_after(value: str, now: dt.datetime) -> float | None:
    """The seconds that a Retry-After asks for, as a number or as a date; None where it is neither.

    A date in the past is 0 seconds. Of several values the first counts.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:12])
    number = value.partition(",")[0].strip()
    if number.isascii() and number.isdigit():
        return float(number[:12])
    try:
        time = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if time.tzinfo is None:
        time = time.replace(tzinfo=dt.UTC)
    return max((time - now).total_seconds(), 0.0)


def growing_wait(attempt: int, first: float, longest: float, chance: random.Random) -> float:
    """Seconds to wait after the ``attempt``-th failure in a row: twice as long each time, more or less.

    The chance (a quarter in either direction) keeps several runs from coming back together.
    """
    return min(first * 2.0 ** min(attempt - 1, 30), longest) * chance.uniform(0.75, 1.25)
