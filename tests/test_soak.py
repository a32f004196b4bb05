"""A long run over a bad line: faults of every kind, three kill -9, and at the end all is as if nothing were.

200 codes ordinarily, 3,000 in the thorough profile; `pytest -s tests/test_soak.py` prints what was measured.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import random
import re
import socket
import subprocess
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, cycle, pairwise
from pathlib import Path
from typing import Any

import pytest

from scraper.archive import Archive
from scraper.sites import identify
from tests.conftest import PROFILE
from tests.layouts import mobile, nested_tables
from tests.render import project_page, text_copy
from tests.servers import SHELL, Request, Server, answer, raw_server, reset

COUNT, SLOW_ONES, BOUND = (3_000, 10, 600.0) if PROFILE == "thorough" else (200, 1, 120.0)
"""Codes, faults of each slow kind, and the seconds that all runs over them together may take."""

INTERVAL = 0.02
DEADLINE = 4.0  # a sound page has to come within it on a busy machine too
FAULTY = 0.08
UNKNOWN_EVERY = 20


# The site: what it has, and the ways in which it sends it


def _body(number: int) -> tuple[str, bytes]:
    """A code and its page, in windows-874 or UTF-8."""
    sheet = project_page(random.Random(number), f"{1000 + number}")
    text = text_copy(sheet.lines)
    if number % 2:
        try:
            return sheet.code, nested_tables(text, charset="tis-620").encode("cp874")
        except UnicodeEncodeError:
            pass
    return sheet.code, mobile(text).encode()


def _chunked(data: bytes, *headers: str, last: bytes = b"0\r\n\r\n") -> bytes:
    lines = ["HTTP/1.1 200 OK", "Content-Type: text/html", "Transfer-Encoding: chunked", *headers]
    parts = (data[place : place + 4_000] for place in range(0, len(data), 4_000))
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + chunks + last


def _gzip(body: bytes) -> bytes:
    return answer(gzip.compress(body, mtime=0), "200 OK", "Content-Encoding: gzip")


WAYS: tuple[Callable[[bytes], bytes], ...] = (
    answer,
    _chunked,
    _gzip,
    lambda body: _chunked(gzip.compress(body, mtime=0), "Content-Encoding: gzip"),
    lambda body: b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + body,
)
"""Sound answers; that of HTTP/1.0 ends with its connection. Every seventh page is behind a redirect too."""


# The faults


Fault = Callable[[socket.socket, bytes, Server], Any]
"""What comes instead of a page; the connection stays open where the result is true."""


def _sends(make: Callable[[bytes], bytes], *, stays: bool = False) -> Fault:
    def fault(sock: socket.socket, body: bytes, server: Server) -> bool:
        sock.sendall(make(body))
        return stays

    return fault


def _busy(status: str, *headers: str) -> Fault:
    return _sends(lambda body: answer(b"<h1>busy</h1>", status, *headers), stays=True)


def _cut_gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    data = packer.compress(body) + packer.flush(zlib.Z_SYNC_FLUSH)  # whole on the wire, without its end
    return answer(data, "200 OK", "Content-Encoding: gzip")


def _resets(sock: socket.socket, body: bytes, server: Server) -> None:
    sock.sendall(answer(body)[: len(body) // 2])
    reset(sock)


def _drips(sock: socket.socket, body: bytes, server: Server) -> None:
    server.drip(sock, answer(body), 0.05)


FAULTS: dict[str, Fault] = {
    "drip": _drips,
    "503, Retry-After: 1": _busy("503 Service Unavailable", "Retry-After: 1"),
    "short body": _sends(lambda body: answer(body)[:-100]),
    "cut chunk": _sends(lambda body: _chunked(body, last=b"")),
    "cut gzip": _sends(_cut_gzip, stays=True),
    "reset": _resets,
    "stale connection": lambda sock, body, server: None,
    "500": _busy("500 Internal Server Error"),
    "503, Retry-After: 0": _busy("503 Service Unavailable", "Retry-After: 0"),
    "429": _busy("429 Too Many Requests", "Retry-After: 0"),
}
SLOW = ("drip", "503, Retry-After: 1")
"""Faults that take a second or more each."""


@dataclass
class Site:
    """What is served, and what is done to it; ``process`` is what a kill kills."""

    pages: dict[str, bytes | None] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)
    calm: bool = False
    asked: Counter[str] = field(default_factory=Counter)
    kills: dict[int, str] = field(default_factory=dict)
    killed: list[str] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None

    @classmethod
    def of(cls, count: int) -> Site:
        chance = random.Random(count)
        pages: dict[str, bytes | None] = dict(map(_body, range(count)))
        codes = list(pages)
        for code in codes[7::UNKNOWN_EVERY]:
            pages[code] = None
        known = [code for code, body in pages.items() if body is not None]
        names = chain(SLOW * SLOW_ONES, cycle([name for name in FAULTS if name not in SLOW]))
        faulty = chance.sample(known, round(count * FAULTY))
        faults = {
            code: [name] * (2 if place % 3 == 2 else 1)
            for place, (code, name) in enumerate(zip(faulty, names, strict=False))
        }
        moments = ("before the answer", "within the answer", "after the answer")
        kills = {count * (number + 1) // 4: moment for number, moment in enumerate(moments)}
        return cls(pages, faults, kills=kills)

    def act(self, sock: socket.socket, request: Request, server: Server) -> Any:
        code = identify(f"{server.base}{request.path}").code
        if code is None:
            sock.sendall(answer(b"", "404 Not Found"))
            return True
        number = list(self.pages).index(code)
        if number % 7 == 3 and not request.path.endswith("&moved=1"):
            sock.sendall(answer(b"", "302 Found", f"Location: {request.path}&moved=1"))
            return True
        self.asked[code] += 1
        body = self.pages[code]
        whole = WAYS[number % len(WAYS)](SHELL if body is None else body)
        if self.calm:
            sock.sendall(whole)
            return b"HTTP/1.0" not in whole
        moment = self.kills.pop(self.asked.total(), None)
        if moment is not None:
            return self._kill(moment, code, sock, whole)
        faults = self.faults.get(code, [])
        if self.asked[code] <= len(faults):
            return FAULTS[faults[self.asked[code] - 1]](sock, body or SHELL, server)
        sock.sendall(whole)
        return b"HTTP/1.0" not in whole

    def _kill(self, moment: str, code: str, sock: socket.socket, whole: bytes) -> None:
        sent = {"before the answer": 0, "within the answer": len(whole) // 2}.get(moment, len(whole))
        sock.sendall(whole[:sent])
        assert self.process is not None
        self.killed.append(code)
        self.process.kill()


# The runs


def run(site: Site, server: Server, folder: Path, bound: float, interval: float) -> tuple[int, str, str]:
    """One `bma fetch` over all codes: its exit code (-9 where it was killed), and what it said."""
    codes = folder / "codes.txt"
    codes.write_text("\n".join(site.pages))
    options = (
        "--interval",
        interval,
        "--retry-wait",
        0.01,
        "--deadline",
        DEADLINE,
        "--data",
        folder / "data",
    )
    line = [sys.executable, "-m", "bma.cli", "fetch", "--base-url", server.base, "--codes", codes, *options]
    with subprocess.Popen(
        [*map(str, line)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"BMA_CONTACT": "mailto:soak@example.org"},
    ) as process:
        site.process = process
        try:
            out, err = process.communicate(timeout=bound)
        finally:
            process.kill()
    return process.returncode, out, err


def bma(*arguments: object) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "bma.cli", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, check=False, timeout=BOUND)


@dataclass
class Soak:
    """A soak that is done: its site and server, what each run ended with, and its folder."""

    site: Site
    server: Server
    requests: list[Request]
    runs: list[tuple[int, str, str]]
    seconds: float
    folder: Path

    @property
    def raw(self) -> Path:
        return self.folder / "data" / "raw"

    def in_hand(self) -> Counter[str]:
        """How often each code was in hand when the process was killed."""
        return Counter(self.site.killed)


@contextmanager
def served(site: Site) -> Iterator[Server]:
    with raw_server(site.act) as server:
        yield server


@pytest.fixture(scope="module")
def soak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Soak]:
    """Runs that were killed and started again with the same command until one was done."""
    site, folder = Site.of(COUNT), tmp_path_factory.mktemp("soak")
    with served(site) as server:
        began = time.monotonic()
        runs = [run(site, server, folder, BOUND, INTERVAL)]
        while runs[-1][0] == -9 and len(runs) < 9:
            runs.append(run(site, server, folder, BOUND - (time.monotonic() - began), INTERVAL))
        done = Soak(site, server, list(server.requests), runs, time.monotonic() - began, folder)
        faults = sum(map(len, site.faults.values()))
        print(f"\n{COUNT:,} codes, {len(site.faults):,} of them with {faults:,} faults; {len(runs)} runs,")
        print(f"{len(done.requests):,} requests, {done.seconds:.1f} s; least gap {min(server.gaps()):.4f} s,")
        print(f"at an interval of {INTERVAL} s")
        yield done


RECOVERED = re.compile(r"warc\.gz: (entering what lies|what lay) behind byte [0-9]+ ")
"""What a run says that finds more, or less, in a file than the index knows."""


def test_it_was_killed_three_times_and_the_same_command_went_on_to_the_end(soak: Soak) -> None:
    assert [code for code, _, _ in soak.runs] == [-9, -9, -9, 0]
    assert len(soak.site.killed) == 3
    out, err = soak.runs[-1][1:]
    assert re.search(r", 0 failed \((\d|,)+ skipped", out.splitlines()[-1])
    said = [line for line in err.splitlines() if not RECOVERED.search(line)]
    assert said == []


def test_every_fault_came_as_often_as_it_should(soak: Soak) -> None:
    assert {name for names in soak.site.faults.values() for name in names} == {*FAULTS}
    assert len(soak.site.faults) == round(COUNT * FAULTY)
    with Archive(soak.raw) as archive:
        _, failures = archive.tallies()
    assert {tally.what for tally in failures} >= {
        "short_body",
        "bad_chunk",
        "bad_coding",
        "reset",
        "deadline",
    }


def test_every_code_has_its_outcome_and_its_page_byte_for_byte(soak: Soak) -> None:
    with Archive(soak.raw) as archive:
        held = {capture.page_code: capture for capture in archive.captures()}
        assert archive.count() == len(held) == COUNT
        for code, body in soak.site.pages.items():
            capture = held[code]
            assert archive.outcome(capture.capture_id) == ("soft_not_found" if body is None else "ok")
            assert capture.body_sha256 == hashlib.sha256(SHELL if body is None else body).hexdigest()


def test_the_archive_is_sound_to_its_last_record(soak: Soak) -> None:
    found = bma("verify", "--deep", "--data", soak.folder / "data")
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.splitlines()[-1].endswith(" 0 faults")


def test_every_request_that_the_server_saw_is_kept_but_those_in_hand_at_a_kill(soak: Soak) -> None:
    with Archive(soak.raw) as archive:
        kept = archive.count_exchanges()
    assert len(soak.requests) - len(soak.site.killed) <= kept <= len(soak.requests)


def test_nothing_is_fetched_twice_but_after_a_fault_or_in_hand_at_a_kill(soak: Soak) -> None:
    site, in_hand = soak.site, soak.in_hand()
    assert set(site.asked) == set(site.pages)
    for code, times in site.asked.items():
        needed = 1 + len(site.faults.get(code, []))
        assert needed <= times <= needed + in_hand[code], code
    moved = sum(path.endswith("&moved=1") for path in soak.server.paths)
    assert soak.server.paths.count("/robots.txt") == len(soak.runs)
    assert len(soak.requests) <= site.asked.total() + moved + len(soak.runs)


def test_the_pace_was_never_exceeded(soak: Soak) -> None:
    gaps = [after.time - before.time for before, after in pairwise(soak.requests)]
    assert len(gaps) >= COUNT
    assert min(gaps) >= INTERVAL


def test_once_it_is_done_the_same_command_asks_for_nothing(soak: Soak) -> None:
    before = len(soak.server.requests)
    code, out, _ = run(soak.site, soak.server, soak.folder, BOUND, INTERVAL)
    assert (code, len(soak.server.requests)) == (0, before)
    assert out == f"0 saved, 0 unchanged, 0 not found, 0 failed ({COUNT:,} skipped, asked for not long ago)\n"


OF_THE_RUN = ["captured_at", "fetched_at"]
"""Columns that say when a page was fetched; capture_id, which depends on them, is replaced by the code."""


def tables(folder: Path) -> dict[str, str]:
    """The tables that `bma build` makes, as text, without what differs from one run to another."""
    import pandas as pd

    built = bma("build", "--data", folder / "data")
    assert built.stderr == ""
    clean = folder / "data" / "clean"
    frames = {path.stem: pd.read_parquet(path) for path in sorted(clean.glob("*.parquet"))}
    codes = frames["captures"].set_index("capture_id").page_code
    found = {}
    for name, frame in frames.items():
        if "capture_id" in frame:
            frame["capture_id"] = frame.capture_id.map(codes)
        frame = frame.drop(columns=[column for column in OF_THE_RUN if column in frame])
        found[name] = "".join(sorted(frame.to_csv(index=False).splitlines(keepends=True)))
    return found


def test_the_tables_are_those_of_an_undisturbed_run(soak: Soak, tmp_path: Path) -> None:
    soak.site.calm = True
    before = len(soak.server.requests)
    assert run(soak.site, soak.server, tmp_path, BOUND, 0)[0] == 0
    known = sum(body is not None for body in soak.site.pages.values())
    moved = len(range(3, COUNT, 7))
    assert len(soak.server.requests) - before == COUNT + moved + 1
    disturbed, undisturbed = tables(soak.folder), tables(tmp_path)
    assert undisturbed["projects"].count("\n") > known
    assert undisturbed.keys() == disturbed.keys()
    for name, text in undisturbed.items():
        assert disturbed[name] == text, name
