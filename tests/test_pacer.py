"""The pace of each host, Retry-After, waits that grow, and a Ctrl-C that ends a wait at once."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import threading
import time

import pytest

from scraper.pacer import Pacer, growing_wait, retry_after
from scraper.stop import Stop

NOW = dt.datetime(2023, 6, 7, 8, 9, 10, tzinfo=dt.UTC)


class Time:
    """A clock that goes on only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> bool:
        if seconds:
            self.slept.append(seconds)
            self.now += seconds
        return True


@pytest.fixture
def clock() -> Time:
    return Time()


def paced(clock: Time, interval: float = 1.0) -> Pacer:
    return Pacer(interval, clock.sleep, clock.clock)


def test_a_host_is_asked_again_when_the_interval_has_passed_since_its_answer(clock: Time) -> None:
    pacer = paced(clock)
    for took in (0.0, 0.3, 5.0):
        assert pacer.wait("a.example")
        clock.now += took
        pacer.answered("a.example")
    assert pacer.wait("a.example")
    assert clock.slept == [1.0, 1.0, 1.0]


def test_each_host_has_a_pace_of_its_own(clock: Time) -> None:
    pacer = paced(clock)
    for host in ("a.example", "b.example"):
        pacer.wait(host)
        pacer.answered(host)
    assert clock.slept == []


def test_time_that_has_passed_anyway_is_not_waited_for_again(clock: Time) -> None:
    pacer = paced(clock)
    pacer.answered("a.example")
    clock.now += 0.75
    pacer.wait("a.example")
    assert clock.slept == [0.25]


def test_the_longer_of_two_intervals_counts(clock: Time) -> None:
    pacer = paced(clock)
    pacer.slow_down("a.example", 3.0)
    pacer.slow_down("a.example", 0.5)
    pacer.answered("a.example")
    pacer.wait("a.example")
    assert clock.slept == [3.0]


def test_an_interval_that_is_learnt_after_an_answer_counts_from_that_answer(clock: Time) -> None:
    pacer = paced(clock)
    pacer.answered("a.example")
    pacer.slow_down("a.example", 3.0)
    pacer.wait("a.example")
    assert clock.slept == [3.0]


def test_a_freeze_holds_the_whole_host_and_no_other(clock: Time) -> None:
    pacer = paced(clock)
    pacer.freeze("a.example", 60.0)
    pacer.freeze("a.example", 10.0)
    pacer.answered("a.example")
    pacer.wait("b.example")
    assert clock.slept == []
    pacer.wait("a.example")
    assert clock.slept == [60.0]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("120, 30", 120),
        ("Wed, 07 Jun 2023 08:10:10 GMT", 60),
        ("Wednesday, 07-Jun-23 08:10:10 GMT", 60),
        ("Wed Jun  7 08:10:10 2023", 60),
        ("Wed, 07 Jun 2023 15:10:10 +0700", 60),
        ("Wed, 07 Jun 2023 08:00:00 GMT", 0),
        ("9" * 400, 999_999_999_999),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("๑๒", None),
        ("soon", None),
        ("Wed, 99 Jun 2023 08:10:10 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_its_forms(value: str, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


def test_waits_grow_to_a_maximum_and_are_never_twice_the_same() -> None:
    chance = random.Random(1)
    waits = [growing_wait(attempt, 2.0, 60.0, chance) for attempt in range(1, 10)]
    for wait, middle in zip(waits, [2, 4, 8, 16, 32, 60, 60, 60, 60], strict=True):
        assert 0.75 * middle <= wait <= 1.25 * middle
    assert len(set(waits)) == len(waits)
    assert growing_wait(10_000, 2.0, 60.0, chance) <= 75


def test_whoever_sleeps_wakes_when_the_run_is_to_end() -> None:
    with Stop() as stop:
        pacer = Pacer(30.0, stop.sleep)
        assert pacer.wait("a.example")
        pacer.answered("a.example")
        threading.Timer(0.1, stop.ask).start()
        begin = time.monotonic()
        assert not pacer.wait("a.example")
        assert not pacer.wait("b.example")
        assert time.monotonic() - begin < 5
        assert stop.asked


def test_the_first_ctrl_c_ends_a_sleep_and_the_second_ends_the_program() -> None:
    script = (
        "import time\n"
        "from scraper.stop import Stop\n"
        "with Stop() as stop:\n"
        "    print('ready', flush=True)\n"
        "    try:\n"
        "        print('slept' if stop.sleep(60) else 'woken', flush=True)\n"
        "        time.sleep(60)\n"
        "    except KeyboardInterrupt:\n"
        "        print('ended', flush=True)\n"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "."}
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.send_signal(signal.SIGINT)
        assert child.stdout.readline() == "woken\n"
        child.send_signal(signal.SIGINT)
        assert child.stdout.readline() == "ended\n"


def test_within_a_shield_the_second_ctrl_c_waits_until_what_is_done_there_is_done() -> None:
    done, said = [], []
    with Stop(lambda: said.append("stopping")) as stop:
        with pytest.raises(KeyboardInterrupt):
            with stop.shield():
                for _ in range(3):
                    signal.raise_signal(signal.SIGINT)
                done.append("whole")
            done.append("too much")
        assert stop.asked
        with stop.shield():
            done.append("again")
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert (done, said) == (["whole", "again"], ["stopping"])


def test_signals_are_given_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Stop():
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before
