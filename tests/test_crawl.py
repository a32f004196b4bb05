"""A batch against real servers: what is asked, how often, how fast, and what is kept of it."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import socket
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from email.utils import format_datetime
from typing import Any, NamedTuple

import pytest

from parsers.outcomes import with_status
from scraper.asking import Policy
from scraper.codes import Wanted
from scraper.crawl import Crawl, Ended, Notice, Result
from scraper.exchange import Exchange
from scraper.pacer import Pacer
from scraper.redirects import refusal
from scraper.session import Limits, Session, user_agent
from scraper.sites import base_on, identify
from scraper.stop import Stop
from tests.servers import (
    SHELL,
    Act,
    Request,
    Server,
    always,
    answer,
    project_html,
    raw_server,
    reset,
    site_server,
)

QUICK = Policy(first_wait=0.01, longest_wait=0.02, first_freeze=0.01, longest_freeze=5.0)
LIMITS = Limits(idle=2.0, total=4.0, wire_bytes=200_000, decoded_bytes=400_000)
DAY = dt.timedelta(days=1)


class Kept(NamedTuple):
    exchange: Exchange
    kind: str | None
    code: str | None
    outcome: str | None


class Stored(NamedTuple):
    capture_id: str | None
    same_body_as: str | None


class Last(NamedTuple):
    outcome: str
    time: dt.datetime


class ListStore:
    """An archive that is a list."""

    def __init__(self) -> None:
        self.kept: list[Kept] = []

    def store(
        self,
        exchange: Exchange,
        *,
        source: str,
        page_kind: str | None,
        page_code: str | None,
        outcome: str | None,
    ) -> Stored:
        assert source == "live"
        same = [
            str(number)
            for number, kept in enumerate(self._captures(page_kind, page_code))
            if kept.exchange.body == exchange.body
        ]
        self.kept.append(Kept(exchange, page_kind, page_code, outcome))
        if outcome is None:
            return Stored(None, None)
        return Stored(str(len(self.kept)), same[0] if same else None)

    def latest_good(self, page_kind: str, page_code: str) -> dt.datetime | None:
        times = [
            kept.exchange.ended_at for kept in self._captures(page_kind, page_code) if kept.outcome == "ok"
        ]
        return max(times, default=None)

    def last_asked(self) -> dt.datetime | None:
        return self.kept[-1].exchange.ended_at if self.kept else None

    def last_outcomes(self, page_kind: str, page_code: str) -> Mapping[str, Last]:
        return {
            str(identify(kept.exchange.url).site): Last(str(kept.outcome), kept.exchange.ended_at)
            for kept in self._captures(page_kind, page_code)
        }

    def _captures(self, kind: str | None, code: str | None) -> list[Kept]:
        return [kept for kept in self.kept if kept[1:3] == (kind, code) and kept.outcome is not None]

    def outcomes(self) -> list[str | None]:
        return [kept.outcome for kept in self.kept]


def classify(body: bytes, *, kind: str, code: str, status: int) -> str:
    """What `parsers.classify` does for real."""
    if code.encode() in body:
        return with_status("ok", status)
    stranger = "php_error" if b"Fatal error" in body else "wrong_page"
    return with_status("soft_not_found" if body == SHELL else stranger, status)


class Bench:
    """Runs of a crawl over servers, with one archive."""

    def __init__(self, stack: ExitStack) -> None:
        self.store = ListStore()
        self.stop = stack.enter_context(Stop())
        self._stack = stack
        self.ended: Ended | None = None
        self.notices: list[str] = []

    def crawl(
        self,
        servers: Iterable[Server | str],
        *,
        interval: float = 0.0,
        policy: Policy = QUICK,
        max_age: dt.timedelta = DAY,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        **options: Any,
    ) -> Crawl:
        agent = user_agent("1", "mailto:someone@research.example")
        session = self._stack.enter_context(Session(agent, named_hosts={"127.0.0.1"}, limits=LIMITS))
        urls = [server if isinstance(server, str) else server.base for server in servers]
        bases = {kind: [base_on(url, kind) for url in urls] for kind in ("project", "plan_record")}
        pacer = Pacer(interval, self.stop.sleep)
        return Crawl(
            self.store, session, classify, bases, pacer=pacer, stop=self.stop, max_age=max_age, policy=policy,
            now=now, **options,
        )  # fmt: skip

    def run(self, pages: Iterable[Wanted], *servers: Server | str, **options: Any) -> list[Result]:
        crawl = self.crawl(servers, **options)
        results = []
        self.notices = []
        for event in crawl.run(pages):
            if isinstance(event, Notice):
                self.notices.append(event.text)
            else:
                results.append(event)
        self.ended = crawl.ended
        return results


@pytest.fixture
def bench() -> Iterator[Bench]:
    with ExitStack() as stack:
        yield Bench(stack)


def pages(count: int, first: int = 1) -> list[Wanted]:
    return [Wanted("project", f"50030000-{number:04}") for number in range(first, first + count)]


ONE = pages(1)[0]


def path(page: Wanted) -> str:
    return f"/mobile/myproject.php?pid={page.code}"


def known(kind: str, code: str) -> bytes | None:
    """A site that knows the codes below 100."""
    return project_html(code) if int(code[-4:]) < 100 else None


def states(results: Iterable[Result]) -> Counter[str]:
    return Counter(result.state for result in results)


def scripted(*acts: Act | bytes) -> Act:
    """A server without robots.txt that does one thing after the other, and the last for ever."""
    count = 0

    def act(sock: socket.socket, request: Request, server: Server) -> Any:
        nonlocal count
        if request.path == "/robots.txt":
            sock.sendall(answer(b"", "404 Not Found", "Connection: close"))
            return False
        now = acts[min(count, len(acts) - 1)]
        count += 1
        if isinstance(now, bytes):
            sock.sendall(now)
            return False
        return now(sock, request, server)

    return act


GOOD = answer(project_html(ONE.code), "200 OK", "Connection: close")


# A batch


def test_each_page_is_asked_for_once_and_kept_with_its_outcome(bench: Bench) -> None:
    batch = [*pages(4), *pages(2, first=500)]
    with site_server(known) as server:
        results = bench.run(batch, server)
    assert states(results) == {"saved": 4, "not_found": 2}
    assert server.paths == ["/robots.txt", *map(path, batch)]
    assert bench.store.outcomes() == [None, "ok", "ok", "ok", "ok", "soft_not_found", "soft_not_found"]
    assert [kept.exchange.body for kept in bench.store.kept[1:5]] == [
        project_html(page.code) for page in batch[:4]
    ]
    assert (bench.ended, bench.notices) == (Ended.DONE, [])
    assert results[0] == Result(ONE, "saved", "ok", f"127.0.0.1:{server.port}/mobile", None, "2")


def test_a_host_that_does_not_know_a_code_is_no_error_and_the_next_one_is_asked(bench: Bench) -> None:
    with site_server(lambda kind, code: None) as first, site_server(known) as second:
        (found, nowhere) = bench.run([ONE, *pages(1, first=500)], first, second)
    assert (found.state, found.site) == ("saved", f"127.0.0.1:{second.port}/mobile")
    assert (nowhere.state, nowhere.outcome) == ("not_found", "soft_not_found")
    assert len(first.paths) == len(second.paths) == 3


def test_a_page_that_one_host_has_is_not_asked_of_the_next(bench: Bench) -> None:
    with site_server(known) as first, site_server(known) as second:
        bench.run(pages(3), first, second)
    assert second.paths == []


def test_other_kinds_have_their_own_paths(bench: Bench) -> None:
    page = Wanted("plan_record", "50030000-0001")
    with site_server(lambda kind, code: code.encode() if kind == "plan_record" else None) as server:
        (result,) = bench.run([page], server)
    assert (result.state, result.site) == ("saved", f"127.0.0.1:{server.port}/dp/frontend/web")


# What the archive holds is the state


def test_what_is_held_is_not_asked_for_again(bench: Bench) -> None:
    with site_server(known) as server:
        bench.run([*pages(3), *pages(2, first=500)], server)
        server.requests.clear()
        assert states(bench.run([*pages(3), *pages(2, first=500)], server)) == {"skipped": 5}
    assert server.paths == []


def test_what_is_too_old_is_asked_for_again_and_counts_as_unchanged_where_it_is(bench: Bench) -> None:
    versions = {"50030000-0001": b"50030000-0001 old"}
    with site_server(lambda kind, code: versions.get(code, code.encode())) as server:
        bench.run(pages(2), server)
        versions["50030000-0001"] = b"50030000-0001 new"
        tomorrow = dt.datetime.now(dt.UTC) + DAY
        results = bench.run(pages(2), server, now=lambda: tomorrow)
    assert [result.state for result in results] == ["saved", "unchanged"]
    assert bench.store.outcomes().count("ok") == 4


def test_an_interrupted_run_goes_on_where_it_was(bench: Bench) -> None:
    batch = [*pages(5), *pages(5, first=500)]
    with site_server(known) as first, site_server(known) as second:
        done = []
        crawl = bench.crawl([first, second])
        for event in crawl.run(batch):
            done.append(event)
            if len(done) == 7:
                bench.stop.ask()
        assert crawl.ended is Ended.STOPPED
        with Stop() as fresh:
            bench.stop = fresh
            results = bench.run(batch, first, second)
    assert states(results) == {"skipped": 7, "not_found": 3}
    assert bench.ended is Ended.DONE
    asked = Counter(request.path for request in first.requests + second.requests if "pid" in request.path)
    assert all(asked[path(page)] == 1 for page in batch[:5])
    assert all(asked[path(page)] == 2 for page in batch[5:])


def test_a_capture_of_a_day_to_come_is_not_taken_for_a_fresh_one_for_ever(bench: Bench) -> None:
    with site_server(known) as server:
        bench.run([ONE], server)
        long_ago = dt.datetime.now(dt.UTC) - 3 * DAY
        assert bench.run([ONE], server, now=lambda: long_ago)[0].state == "unchanged"


def test_only_the_host_that_failed_is_asked_again(bench: Bench) -> None:
    page = pages(1, first=500)[0]
    with site_server(known) as first, raw_server(scripted(*[b""] * 3, answer(SHELL))) as second:
        assert bench.run([page], first, second)[0].state == "failed"
        assert bench.run([page], first, second)[0].state == "not_found"
    assert first.paths == ["/robots.txt", path(page)]
    assert second.paths.count(path(page)) == 4


def test_an_estimate_asks_nothing_and_leaves_out_what_is_held(bench: Bench) -> None:
    with site_server(known) as server, site_server(known) as other:
        bench.run(pages(3), server)
        server.requests.clear()
        crawl = bench.crawl([server, other])
        assert crawl.estimate(pages(10)) == {f"127.0.0.1:{server.port}": 7}
    assert server.paths == other.paths == []


def test_memory_is_flat_over_a_hundred_thousand_pages(bench: Bench) -> None:
    now = dt.datetime.now(dt.UTC)
    bench.store.latest_good = lambda page_kind, page_code: now  # type: ignore[method-assign]  # all are held
    crawl = bench.crawl(["http://127.0.0.1:9"])
    tracemalloc.start()
    count = sum(
        1
        for _ in crawl.run(Wanted("project", f"5003{n // 10_000:04}-{n % 10_000:04}") for n in range(100_000))
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 100_000
    assert peak < 300_000


# Faults


def reset_midway(sock: socket.socket, request: Request, server: Server) -> None:
    sock.sendall(GOOD[:-100])
    reset(sock)


@pytest.mark.parametrize(
    "fault",
    [
        b"",
        GOOD[:-10],
        reset_midway,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        answer(b"\x1f\x8b\x08", "200 OK", "Content-Encoding: gzip"),
        answer(b"", "408 Request Timeout"),
        answer(b"", "500 Internal Server Error"),
        answer(b"", "502 Bad Gateway"),
        answer(b"", "429 Too Many Requests"),
        answer(b"", "503 Service Unavailable", "Retry-After: 0"),
    ],
    ids=["no answer", "short", "reset", "chunk", "gzip", "408", "500", "502", "429", "503"],
)
def test_what_may_pass_is_tried_again_and_every_attempt_kept(bench: Bench, fault: Act | bytes) -> None:
    with raw_server(scripted(fault, fault, GOOD)) as server:
        (result,) = bench.run([ONE], server)
    assert result.state == "saved"
    assert [kept.exchange.attempt for kept in bench.store.kept[1:]] == [1, 2, 3]
    assert bench.store.outcomes()[1:] == [None, None, "ok"]
    assert all(kept[1:3] == ONE for kept in bench.store.kept[1:])


def test_a_kept_connection_that_was_closed_is_no_failed_attempt_and_keeps_the_pace(bench: Bench) -> None:
    def closing(sock: socket.socket, request: Request, server: Server) -> bool:
        if len(server.requests) in (3, 5):
            reset(sock)
            return False
        sock.sendall(answer(project_html(request.path[-13:])))
        return True

    once = Policy(attempts=1)
    with raw_server(scripted(closing)) as server:
        assert states(bench.run(pages(3), server, policy=once, interval=0.1)) == {"saved": 3}
    assert min(server.gaps()) >= 0.1
    assert [kept.exchange.attempt for kept in bench.store.kept[1:]] == [1] * 5
    assert [kept.outcome for kept in bench.store.kept[1:]] == ["ok", None, "ok", None, "ok"]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (b"", "transport_error"),
        (GOOD[:-10], "truncated"),
        (answer(b"", "503 Service Unavailable"), "transport_error"),
        (answer(b"<b>Fatal error</b>", "500 Internal Server Error"), "php_error"),
        (answer(b"", "429 Too Many Requests"), "blocked"),
    ],
)
def test_what_does_not_pass_is_given_up_after_three_attempts(
    bench: Bench, fault: bytes, outcome: str
) -> None:
    with raw_server(scripted(fault)) as server:
        (result,) = bench.run([ONE], server)
    assert (result.state, result.outcome) == ("failed", outcome)
    assert bench.store.outcomes()[1:] == [None, None, outcome]


@pytest.mark.parametrize(
    ("fault", "state", "outcome"),
    [
        (answer(b"no", "404 Not Found"), "not_found", "not_found"),
        (answer(b"no", "403 Forbidden"), "failed", "blocked"),
        (answer(b"<b>Fatal error</b>"), "failed", "php_error"),
        (b"SSH-2.0-x\r\n", "failed", "transport_error"),
        (answer(b"x" * 300_000), "failed", "transport_error"),
        (answer(b"x", "200 OK", "Transfer-Encoding: gzip"), "failed", "transport_error"),
    ],
)
def test_what_will_not_pass_is_asked_once(bench: Bench, fault: bytes, state: str, outcome: str) -> None:
    with raw_server(scripted(fault)) as server:
        (result,) = bench.run([ONE], server)
    assert (result.state, result.outcome) == (state, outcome)
    assert server.paths == ["/robots.txt", path(ONE)]


def test_a_host_that_keeps_failing_is_given_up_and_the_others_go_on(bench: Bench) -> None:
    with raw_server(scripted(b"")) as broken, site_server(known) as server:
        results = bench.run(pages(12), broken, server)
    assert states(results) == {"saved": 12}
    assert broken.paths.count(path(pages(6)[5])) == 0
    assert bench.notices == [
        f"127.0.0.1:{broken.port} is given up for this run: 5 pages in a row had no whole answer"
    ]
    assert bench.ended is Ended.DONE


def test_one_answer_among_failures_is_enough_to_go_on(bench: Bench) -> None:
    once = Policy(attempts=1, failures_in_a_row=3, first_wait=0.01)
    with raw_server(scripted(*[b"", b"", answer(SHELL)] * 3)) as server:
        results = bench.run(pages(9), server, policy=once)
    assert states(results) == {"failed": 6, "not_found": 3}
    assert bench.notices == []


def test_the_run_ends_when_no_host_is_left(bench: Bench) -> None:
    with raw_server(scripted(b"")) as server:
        results = bench.run(pages(50), server)
    assert states(results) == {"failed": 5}
    assert bench.ended is Ended.NO_HOSTS


def test_a_host_that_refuses_page_after_page_ends_the_run(bench: Bench) -> None:
    with raw_server(scripted(answer(b"", "403 Forbidden"))) as server:
        results = bench.run(pages(50), server)
    assert [result.outcome for result in results] == ["blocked"] * 3
    assert bench.ended is Ended.BLOCKED
    assert bench.notices == [f"127.0.0.1:{server.port} has refused 3 pages in a row"]


def test_a_host_that_wants_to_be_left_alone_for_long_ends_the_run_at_once(bench: Bench) -> None:
    with raw_server(scripted(answer(b"", "503 Service Unavailable", "Retry-After: 86400"))) as server:
        (result,) = bench.run(pages(50), server)
    assert (result.state, bench.ended) == ("failed", Ended.BLOCKED)
    assert len(server.paths) == 2
    assert bench.notices == [f"127.0.0.1:{server.port} asks us to wait for 86,400 seconds"]


def test_a_host_that_says_so_when_it_is_asked_for_robots_txt_ends_the_run_too(bench: Bench) -> None:
    wait = answer(b"", "503 Service Unavailable", "Retry-After: 86400")
    with raw_server(always(wait)) as server:
        (result,) = bench.run(pages(50), server)
    assert (result.state, bench.ended) == ("failed", Ended.BLOCKED)
    assert server.paths == ["/robots.txt"]
    assert bench.notices == [f"127.0.0.1:{server.port} asks us to wait for 86,400 seconds"]
    assert bench.store.outcomes() == [None]


# Pace, measured at the server


def test_the_pace_is_never_exceeded(bench: Bench) -> None:
    def slow_now_and_then(sock: socket.socket, request: Request, server: Server) -> bool:
        server.stopping.wait(random.Random(request.path).choice([0, 0, 0.04]))
        sock.sendall(answer(project_html(request.path[-13:])) if "pid" in request.path else answer(b""))
        return random.Random(request.path).random() < 0.7

    with raw_server(slow_now_and_then) as server:
        assert states(bench.run(pages(20), server, interval=0.05)) == {"saved": 20}
    assert len(server.gaps()) == 20
    assert min(server.gaps()) >= 0.05


def test_a_run_that_follows_on_another_keeps_the_pace_from_its_first_request_on(bench: Bench) -> None:
    with site_server(known) as server:
        for batch in (pages(1), pages(1, first=2), pages(1, first=3)):
            bench.run(batch, server, interval=0.2)
        assert len(server.gaps()) == 5
        assert min(server.gaps()) >= 0.2
        began = time.monotonic()
        bench.store.kept.clear()
        bench.run(pages(1), server, interval=5.0, heed_robots=False)
        assert time.monotonic() - began < 5.0


def test_repetitions_and_redirects_keep_the_pace_too(bench: Bench) -> None:
    hop = answer(b"", "302 Found", "Location: /mobile/myproject.php?again")
    with raw_server(scripted(b"", hop, GOOD)) as server:
        assert bench.run([ONE], server, interval=0.1)[0].state == "saved"
    assert len(server.gaps()) == 3
    assert min(server.gaps()) >= 0.1


def test_a_longer_crawl_delay_is_kept(bench: Bench) -> None:
    with site_server(known, robots=b"User-agent: *\nCrawl-delay: 0.15\n") as server:
        bench.run(pages(4), server, interval=0.01)
    assert min(server.gaps()) >= 0.15


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_freezes_the_whole_host(bench: Bench, status: str, form: str) -> None:
    def wait(sock: socket.socket, request: Request, server: Server) -> None:
        date = format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=2), usegmt=True)
        sock.sendall(answer(b"", status, f"Retry-After: {1 if form == 'seconds' else date}"))

    once = Policy(attempts=1, longest_freeze=5)
    with raw_server(scripted(wait, answer(SHELL))) as server, site_server(lambda kind, code: None) as other:
        bench.run(pages(2), server, other, policy=once)
    assert server.gaps()[1] >= 1.0
    assert other.requests[1].time - server.requests[1].time < 1.0


# robots.txt


def test_a_page_that_robots_txt_forbids_is_not_asked_for(bench: Bench) -> None:
    with site_server(known, robots=b"User-agent: *\nDisallow: /mobile/\n") as server:
        (result,) = bench.run([ONE], server)
    assert (result.state, result.outcome) == ("failed", None)
    assert result.detail == f"127.0.0.1:{server.port}: forbidden by robots.txt"
    assert server.paths == ["/robots.txt"]
    assert bench.store.outcomes() == [None]


def test_a_host_whose_robots_txt_cannot_be_had_is_not_asked_now(bench: Bench) -> None:
    with raw_server(always(answer(b"", "500 Internal Server Error"))) as broken, site_server(known) as server:
        assert states(bench.run(pages(3), broken, server)) == {"saved": 3}
    assert broken.paths == ["/robots.txt"] * 3
    assert bench.notices == [f"127.0.0.1:{broken.port} is given up for this run: robots.txt could not be had"]


def test_a_host_that_wants_an_hour_between_pages_is_not_asked(bench: Bench) -> None:
    with site_server(known, robots=b"User-agent: *\nCrawl-delay: 3600\n") as server:
        assert states(bench.run(pages(3), server)) == {"failed": 1}
    assert bench.notices[0].endswith("robots.txt wants 3,600 seconds between two requests")


def test_robots_txt_can_be_ignored_and_that_is_said(bench: Bench) -> None:
    with site_server(known, robots=b"User-agent: *\nDisallow: /\n") as server:
        assert states(bench.run(pages(2), server, heed_robots=False)) == {"saved": 2}
    assert "/robots.txt" not in server.paths
    assert bench.notices == ["robots.txt is not heeded in this run"]


# Redirects


def redirecting(locations: Mapping[str, str]) -> Act:
    """A server that redirects these paths, and shows the page at all others."""

    def act(sock: socket.socket, request: Request, server: Server) -> bool:
        to = locations.get(request.path)
        sock.sendall(
            answer(project_html(ONE.code)) if to is None else answer(b"moved", "302 Found", f"Location: {to}")
        )
        return True

    return act


def test_redirects_are_followed_by_hand_and_each_hop_is_kept(bench: Bench) -> None:
    with raw_server(redirecting({path(ONE): "../a?x=1#part", "/a?x=1": "/ข้อมูล"})) as server:
        (result,) = bench.run([ONE], server)
    assert result.state == "saved"
    kept = bench.store.kept[1:]
    urls = [
        server.base + path(ONE),
        server.base + "/a?x=1",
        server.base + "/%E0%B8%82%E0%B9%89%E0%B8%AD%E0%B8%A1%E0%B8%B9%E0%B8%A5",
    ]
    assert [one.exchange.url for one in kept] == urls
    assert [one.exchange.via for one in kept] == [None, *urls[:2]]
    assert [(one.exchange.status, one.outcome) for one in kept] == [(302, None), (302, None), (200, "ok")]


@pytest.mark.parametrize(
    ("to", "outcome", "said"),
    [
        ("http://elsewhere.example/", "wrong_page", "to another host"),
        ("//127.0.0.1:1/mobile/", "wrong_page", "to another host"),
        ("http://169.254.169.254/latest/meta-data/", "wrong_page", "to another host"),
        ("http://[::1]/", "wrong_page", "to another host"),
        ("file:///etc/passwd", "wrong_page", "no web address"),
        ("http://[::1", "wrong_page", "no web address"),
        ("http://elsewhere.example\\@127.0.0.1/", "wrong_page", "no web address"),
        ("http://someone:secret@127.0.0.1/", "wrong_page", "with a user or password"),
        (path(ONE), "wrong_page", "in a circle"),
        ("/index.php?r=site%2Flogin", "login_redirect", "login page"),
        ("/Login.aspx", "login_redirect", "login page"),
    ],
)
def test_a_redirect_that_leads_away_is_not_followed(bench: Bench, to: str, outcome: str, said: str) -> None:
    with raw_server(redirecting({path(ONE): to})) as server:
        (result,) = bench.run([ONE], server)
    assert (result.state, result.outcome) == ("failed", outcome)
    assert said in str(result.detail)
    assert server.paths == ["/robots.txt", path(ONE)]
    assert [kept.exchange.status for kept in bench.store.kept if kept.outcome] == [302]


def test_a_word_that_holds_another_is_no_login_page(bench: Bench) -> None:
    with raw_server(redirecting({path(ONE): "/catalogindex.php?designing=1"})) as server:
        assert bench.run([ONE], server)[0].state == "saved"


def test_a_circle_of_several_hops_and_a_long_chain_end(bench: Bench) -> None:
    chain = {path(ONE): "/1", **{f"/{n}": f"/{n + 1}" for n in range(1, 100)}}
    for locations, said in (({path(ONE): "/1", "/1": path(ONE)}, "circle"), (chain, "more than 5 times")):
        with raw_server(redirecting(locations)) as server:
            (result,) = bench.run([ONE], server)
        assert said in str(result.detail)
        assert len(server.paths) <= 7


def test_a_redirect_to_another_allowed_host_is_followed_at_its_pace_and_by_its_rules(bench: Bench) -> None:
    denying = b"User-agent: *\nDisallow: /mobile/\n"
    with site_server(known) as server, site_server(known, robots=denying) as closed:
        for other, state in ((server, "saved"), (closed, "failed")):
            with raw_server(redirecting({path(ONE): other.base + path(ONE)})) as first:
                (result, *_) = bench.run([ONE], first, other, max_age=dt.timedelta(0))
                assert result.state == state
    assert server.paths == ["/robots.txt", path(ONE)]
    assert closed.paths == ["/robots.txt"]


def test_https_is_not_left_for_http() -> None:
    secure, plain = "https://dp.bangkok.go.th/a", "http://dp.bangkok.go.th/a"
    allowed = {"dp.bangkok.go.th"}
    assert "from https to http" in str(refusal(secure, plain, [secure], allowed, 5))
    assert refusal(plain, secure, [plain], allowed, 5) is None


# Ctrl-C


def test_ctrl_c_ends_the_run_after_the_page_in_hand(bench: Bench) -> None:
    def act(sock: socket.socket, request: Request, server: Server) -> bool:
        if request.path == path(pages(2)[1]):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.2)
        sock.sendall(answer(project_html(request.path[-13:])))
        return True

    with raw_server(scripted(act)) as server:
        results = bench.run(pages(10), server)
    assert states(results) == {"saved": 2}
    assert bench.ended is Ended.STOPPED


def test_a_second_ctrl_c_ends_the_page_in_hand_and_what_had_come_is_kept(bench: Bench) -> None:
    def act(sock: socket.socket, request: Request, server: Server) -> None:
        sock.sendall(GOOD[:-10])
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGINT)
        server.stopping.wait(5)

    with raw_server(scripted(act)) as server:
        assert bench.run(pages(10), server) == []
    assert bench.ended is Ended.STOPPED
    last = bench.store.kept[-1]
    assert (last.exchange.failure, last.outcome) == ("interrupted", None)
    assert last.exchange.response_head + last.exchange.body == GOOD[:-10]


def test_ctrl_c_ends_a_long_wait_at_once(bench: Bench) -> None:
    def act(sock: socket.socket, request: Request, server: Server) -> None:
        sock.sendall(answer(b"", "503 Service Unavailable", "Retry-After: 60"))
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGINT)

    with raw_server(scripted(act)) as server:
        begin = time.monotonic()
        assert bench.run(pages(10), server, policy=Policy()) == []
        assert time.monotonic() - begin < 5
    assert bench.ended is Ended.STOPPED
