"""`bma fetch`, `bma run` and `bma discover` as their users meet them, against servers on loopback."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from scraper.archive import Archive
from tests import test_cli
from tests.exchanges import exchange, failed
from tests.servers import (
    PATIENCE,
    Act,
    Request,
    Server,
    answer,
    project_html,
    raw_server,
    site_server,
)
from tests.test_cli import SAMPLES, Run

bma = test_cli.bma  # the fixture

KNOWN = [f"21000000-000{number}" for number in range(8)]
UNKNOWN = "21000000-0009"
SMALL = "12"
PLAN = "21000000-8301"
NO_ROBOTS = answer(b"", "404 Not Found")
FAST = ("--interval", 0, "--retry-wait", 0, "--contact", "mailto:fetch@example.org")


def page(kind: str, code: str) -> bytes | None:
    if kind == "plan_record":
        return (test_cli.SAMPLES / "plan-record-8301.html").read_bytes()
    return project_html(code) if kind == "project" and code != UNKNOWN else None


@pytest.fixture
def site() -> Iterator[Server]:
    with site_server(page) as server:
        yield server


@pytest.fixture
def fetch(bma: Run, site: Server) -> Run:
    """`bma fetch` from the site, without waits."""
    return lambda *arguments: bma("fetch", "--base-url", site.base, *FAST, *arguments)


def pages_asked(server: Server) -> list[str]:
    """The codes that a server was asked for, in order."""
    return [path.rpartition("=")[2] for path in server.paths if path != "/robots.txt"]


def by_code(acts: dict[str, bytes | Act]) -> Act:
    """A raw server's behaviour by the code that is asked for; without a robots.txt."""

    def act(sock: socket.socket, request: Request, server: Server) -> object:
        doing = acts.get(request.path.rpartition("=")[2], NO_ROBOTS)
        if isinstance(doing, bytes):
            sock.sendall(doing)
            return True
        return doing(sock, request, server)

    return act


CUT = answer(b"<html>").replace(b"Content-Length: 6", b"Content-Length: 60")


def cut_short(sock: socket.socket, request: Request, server: Server) -> None:
    sock.sendall(CUT)


# What became of each page


def test_the_last_line_counts_pages_by_what_became_of_them(fetch: Run) -> None:
    done = fetch(*KNOWN[:2], UNKNOWN)
    assert done.code == 0
    assert done.last_line == "2 saved, 0 unchanged, 1 not found, 0 failed (0 skipped, asked for not long ago)"


def test_what_is_held_is_skipped_and_not_asked_for(fetch: Run, site: Server) -> None:
    fetch(*KNOWN[:2], UNKNOWN)
    asked = len(site.requests)
    assert fetch(*KNOWN[:2], UNKNOWN).last_line.endswith("(3 skipped, asked for not long ago)")
    assert len(site.requests) == asked


def test_the_same_bytes_again_are_unchanged(fetch: Run) -> None:
    fetch(KNOWN[0])
    assert fetch(KNOWN[0], "--max-age", 0).last_line.startswith("0 saved, 1 unchanged")


def test_a_page_that_fails_is_named_with_its_cause_and_the_others_go_on(bma: Run) -> None:
    acts = {KNOWN[0]: cut_short, KNOWN[1]: answer(project_html(KNOWN[1]))}
    with raw_server(by_code(acts)) as server:
        done = bma("fetch", "--base-url", server.base, *FAST, "--attempts", 2, *KNOWN[:2])
        assert pages_asked(server) == [KNOWN[0], KNOWN[0], KNOWN[1]]
    assert done.code == 1
    assert done.last_line.startswith("1 saved, 0 unchanged, 0 not found, 1 failed")
    assert re.search(rf"^bma: project {KNOWN[0]}: truncated from 127\S+/mobile: \S", done.err, re.M)


def test_json_has_the_states_the_outcomes_and_how_it_ended(fetch: Run) -> None:
    fetch(KNOWN[0])
    assert json.loads(fetch(*KNOWN[:2], UNKNOWN, "--json").out) == {
        "saved": 1,
        "unchanged": 0,
        "not_found": 1,
        "failed": 0,
        "skipped": 1,
        "outcomes": {"ok": 1, "soft_not_found": 1},
        "ended": "done",
    }


def test_what_was_fetched_is_sound_and_can_be_shown(bma: Run, fetch: Run) -> None:
    fetch(*KNOWN[:2])
    assert bma("verify", "--deep").code == 0
    assert "2 captures of 2 pages" in bma("status").out
    assert f"โครงการตัวอย่าง : {KNOWN[1]}" in bma("show", KNOWN[1]).out


# Exit codes


@pytest.mark.parametrize(
    "said",
    [answer(b"", "429 Too Many Requests", "Retry-After: 9999"), answer(b"no", "403 Forbidden")],
    ids=["429 with a long Retry-After", "403"],
)
def test_a_site_that_refuses_us_ends_the_run_with_3_and_it_goes_on_later(bma: Run, said: bytes) -> None:
    acts: dict[str, bytes | Act] = dict.fromkeys(KNOWN, said)
    with raw_server(by_code(acts)) as server:
        done = bma("fetch", "--base-url", server.base, *FAST, "--attempts", 1, *KNOWN)
        assert len(pages_asked(server)) == (1 if b"9999" in said else 3)
    assert done.code == 3
    assert "the same command goes on later" in done.err
    with site_server(page) as server:
        assert bma("fetch", "--base-url", server.base, *FAST, *KNOWN).code == 0
        assert pages_asked(server) == KNOWN


def test_a_site_that_is_down_ends_with_1_and_says_so(bma: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    done = bma("fetch", "--base-url", f"http://127.0.0.1:{port}", *FAST, "--attempts", 1, *KNOWN)
    assert done.code == 1
    assert "robots.txt could not be had" in done.err
    assert "no host is left that answers" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--codes", "nowhere.txt"],
        ["--kind", "no_such_kind", KNOWN[0]],
        ["--host", "no-such-host.example", KNOWN[0]],
        ["--host", "dp1.bangkok.go.th", "--base-url", "http://127.0.0.1:9", KNOWN[0]],
        ["--base-url", "ftp://127.0.0.1", KNOWN[0]],
        ["--base-url", "http://user@127.0.0.1", KNOWN[0]],
        ["--max-age", "1y", KNOWN[0]],
        ["--max-age", "-1d", KNOWN[0]],
        ["--interval", "-1", KNOWN[0]],
        ["--interval", "nan", KNOWN[0]],
        ["--interval", "inf", KNOWN[0]],
        ["--attempts", "0", KNOWN[0]],
        ["--deadline", "0", KNOWN[0]],
        ["--deadline", "nan", KNOWN[0]],
        ["--contact", "two\nlines", KNOWN[0]],
        ["--source", "wayback", KNOWN[0]],
    ],
    ids=lambda arguments: " ".join(arguments[:-1]).replace("\n", " ") or "no codes",
)
def test_wrong_usage_ends_with_2_before_anything_is_made_or_asked(
    arguments: list[str], bma: Run, site: Server, tmp_path: Path
) -> None:
    of_site = {"--base-url", "--host"}.isdisjoint(arguments)
    done = bma("fetch", *(["--base-url", site.base] if of_site else []), *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.strip()
    assert site.requests == []
    assert list(tmp_path.iterdir()) == []


def test_two_runs_at_once_are_refused(bma: Run, site: Server, tmp_path: Path) -> None:
    with Archive(tmp_path / "data" / "raw", writable=True):
        done = bma("fetch", "--base-url", site.base, *FAST, KNOWN[0])
    assert done.code == 2
    assert "another" in done.err
    assert site.requests == []


def test_a_page_that_upsets_its_reader_is_kept_and_said_and_the_others_go_on(
    bma: Run, fetch: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    import parsers

    def upset(body: bytes, *, kind: str | None, code: str | None, status: int | None = None) -> str:
        if code == KNOWN[0]:
            raise RecursionError("too deep")
        return "ok"

    with monkeypatch.context() as patch:
        patch.setattr(parsers, "classify", upset)
        done = fetch(*KNOWN[:2])
        assert done.last_line.startswith("1 saved, 0 unchanged, 0 not found, 1 failed")
        assert f"project {KNOWN[0]} upset its reader (RecursionError: too deep)" in done.err
        assert bma("reindex").code == 0
    assert f"โครงการตัวอย่าง : {KNOWN[0]}" in bma("show", KNOWN[0]).out
    assert "1 read otherwise" in bma("reindex").out


def test_what_a_host_sent_gives_a_terminal_no_commands(bma: Run) -> None:
    to = "http://\u009b31m\u202e.example/x"
    hop = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + to + "\r\n\r\n"
    with raw_server(by_code({KNOWN[0]: hop.encode()})) as server:
        done = bma("fetch", "--base-url", server.base, *FAST, KNOWN[0])
    assert "redirected to" in done.err
    assert all(letter.isprintable() for letter in done.err.replace("\n", ""))


@pytest.mark.parametrize("limit", [9_000, 30_000, 60_000])
def test_on_a_full_disk_what_is_stored_stays_whole_and_the_same_command_goes_on(
    limit: int, bma: Run, site: Server, tmp_path: Path
) -> None:
    arguments = ["fetch", "--base-url", site.base, *map(str, FAST), *KNOWN]
    full = test_cli.with_a_disk_of(limit, *arguments, cwd=tmp_path)
    assert full.returncode == 2
    assert "make room" in full.stderr.lower()
    assert "Traceback" not in full.stderr
    assert bma(*arguments).code == 0
    assert bma("verify", "--deep").code == 0
    assert set(pages_asked(site)) == {*KNOWN}
    assert len(pages_asked(site)) <= len(KNOWN) + 1


# Which codes


@pytest.mark.parametrize(
    "text",
    [
        f"{KNOWN[0]}\n{KNOWN[1]}\n",
        f"\ufeff# of this year\r\n{KNOWN[0]}\r\n\r\n{KNOWN[1]}  # the second\r\n{KNOWN[0]}\r\n",
        f"name,project_code\nหนึ่ง,{KNOWN[0]}\nสอง,{KNOWN[1]}\n",
        f"name;code\nหนึ่ง;{KNOWN[0]}\nสอง;{KNOWN[1]}\n",
        f"page_kind,page_code,links\nproject,{KNOWN[0]},3\nproject,{KNOWN[1]},1\n",
    ],
    ids=["lines", "comments", "csv", "semicolons", "kinds"],
)
@pytest.mark.parametrize("from_stdin", [False, True], ids=["file", "stdin"])
def test_codes_come_from_a_file_or_from_standard_input_each_once(
    text: str, from_stdin: bool, fetch: Run, site: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "codes.csv"
    path.write_bytes(text.encode())
    with path.open(encoding="utf-8") as file:
        monkeypatch.setattr(sys, "stdin", file)
        done = fetch("--codes", "-" if from_stdin else path)
    assert done.last_line.startswith("2 saved")
    assert pages_asked(site) == KNOWN[:2]


def test_wrong_codes_are_named_with_file_and_line_before_the_first_request(
    fetch: Run, site: Server, tmp_path: Path
) -> None:
    path = tmp_path / "codes.csv"
    path.write_text(
        f"project_code\n{KNOWN[0]}\n2100-0000-0001\n{KNOWN[1]}\n๒๑๐๐๐๐๐๐-๐๐๐๒\n", encoding="utf-8"
    )
    done = fetch("--codes", path, "--", SMALL)
    assert done.code == 2
    assert f"{path}, line 3: '2100-0000-0001' is no code" in done.err
    assert f"{path}, line 5: " in done.err
    assert "did you mean 21000000-0002?" in done.err
    assert f"argument: {SMALL} may be of kind city_indicator or it_review" in done.err
    assert site.requests == []
    assert not (tmp_path / "data").exists()


def test_kind_says_which_page_a_code_means(fetch: Run, site: Server) -> None:
    assert fetch("--kind", "plan_record", PLAN).last_line.startswith("1 saved")
    assert fetch("--kind", "it_review", SMALL).last_line.startswith("0 saved, 0 unchanged, 1 not found")
    assert site.paths[1].startswith("/dp/frontend/web/index.php?project_id=")
    assert site.paths[-1] == f"/mobile/myprojectit.php?pid={SMALL}"


# Of whom, and how politely


def test_a_mirror_may_have_the_application_at_a_path_of_its_own(bma: Run, site: Server) -> None:
    bma("fetch", "--base-url", f"{site.base}/copy/mobile62/", *FAST, KNOWN[0])
    assert site.paths[-1] == f"/copy/mobile62/myproject.php?pid={KNOWN[0]}"


@pytest.mark.parametrize(
    ("age", "asked"), [("0", 2), ("1s", 1), ("90m", 1), ("12h", 1), ("7d", 1), ("2w", 1), ("0d", 2)]
)
def test_max_age_says_what_is_fetched_anew(age: str, asked: int, fetch: Run, site: Server) -> None:
    fetch(KNOWN[0], "--max-age", age)
    fetch(KNOWN[0], "--max-age", "1h" if age == "1s" else age)
    assert len(pages_asked(site)) == asked


def test_a_wrong_age_says_how_to_write_one(fetch: Run) -> None:
    assert "write it as 90m, 12h, 7d or 2w" in fetch(KNOWN[0], "--max-age", "soon").err


def test_interval_is_the_least_gap_that_the_server_sees(bma: Run, site: Server) -> None:
    for codes in (KNOWN[:4], [*KNOWN[4:], UNKNOWN]):
        bma("fetch", "--base-url", site.base, "--interval", 0.1, *codes)
    assert len(site.gaps()) == 10
    assert min(site.gaps()) >= 0.1


def test_attempts_and_deadline_bound_what_one_page_may_take(bma: Run) -> None:
    def drips(sock: socket.socket, request: Request, server: Server) -> None:
        server.drip(sock, b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1_000, 0.05)

    with raw_server(by_code({KNOWN[0]: drips})) as server:
        done = bma("fetch", "--base-url", server.base, *FAST, "--deadline", 1, "--attempts", 2, KNOWN[0])
        assert pages_asked(server) == [KNOWN[0]] * 2
        assert max(server.gaps()) < PATIENCE
    assert done.code == 1
    assert "deadline" in bma("status").out


def test_the_contact_is_sent_with_each_request_by_option_or_environment(
    bma: Run, site: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def agents() -> set[bytes]:
        found = {re.search(rb"User-Agent: bma-progress/\S+( .*)?\r?\n", ask.head) for ask in site.requests}
        site.requests.clear()
        return {match[1] or b"" for match in found if match}

    fast = ("--base-url", site.base, "--interval", 0)
    silent = bma("fetch", *fast, KNOWN[0])
    assert "operators cannot write to you" in silent.err
    assert agents() == {b""}
    told = bma("fetch", *fast, "--contact", "mailto:a@example.org", KNOWN[1])
    assert "operators" not in told.err
    assert agents() == {b" (+mailto:a@example.org)"}
    monkeypatch.setenv("BMA_CONTACT", "https://b.example.org")
    bma("fetch", *fast, KNOWN[2])
    assert agents() == {b" (+https://b.example.org)"}


def test_robots_txt_is_kept_to_unless_it_is_ignored_which_is_said_and_noted(bma: Run, tmp_path: Path) -> None:
    with site_server(page, robots=b"User-agent: *\nDisallow: /mobile/") as server:
        refused = bma("fetch", "--base-url", server.base, *FAST, KNOWN[0])
        assert refused.code == 1
        assert "forbidden by robots.txt" in refused.err
        assert server.paths == ["/robots.txt"]
        done = bma("fetch", "--base-url", server.base, *FAST, "--ignore-robots", KNOWN[0])
        assert done.code == 0
        assert "robots.txt is not heeded" in done.err
        assert server.paths.count("/robots.txt") == 1
    files = sorted((tmp_path / "data" / "raw").glob("*.warc.gz"))
    heads = [gzip.decompress(path.read_bytes())[:1_000] for path in files]
    noted = [re.search(rb"\nrobots: (\w+)\r\n", head) for head in heads]
    assert [match and match[1] for match in noted] == [b"classic", b"ignore"]


# What would be asked for


def test_a_dry_run_says_how_much_of_whom_and_how_long_and_asks_nothing(bma: Run, tmp_path: Path) -> None:
    done = bma("fetch", "--dry-run", "--interval", 2, *KNOWN, "2100-1037")
    assert done.code == 0
    assert done.out.splitlines()[0].split() == ["9", "monitor.bangkok.go.th"]
    assert "9 requests at least, which take 0:00:18 or more" in done.out
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_writes_nothing_into_an_empty_archive_either(bma: Run, tmp_path: Path) -> None:
    (tmp_path / "data" / "raw").mkdir(parents=True)
    assert bma("fetch", "--dry-run", KNOWN[0]).code == 0
    assert list((tmp_path / "data" / "raw").iterdir()) == []


def test_a_dry_run_knows_what_is_held(fetch: Run, site: Server, tmp_path: Path) -> None:
    fetch(*KNOWN[:2], UNKNOWN)
    asked, raw = len(site.requests), tmp_path / "data" / "raw"
    before = {path.name: path.read_bytes() for path in raw.iterdir()}
    done = fetch("--dry-run", *KNOWN, UNKNOWN)
    assert "9 pages wanted, 3 held or asked for not long ago; 6 requests at least" in done.out
    assert len(site.requests) == asked
    assert {path.name: path.read_bytes() for path in raw.iterdir()} == before


def test_a_dry_run_of_two_hosts_takes_as_long_as_the_longer_of_them(bma: Run, tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    rows = [*(f"project,{code}" for code in KNOWN[:3]), f"plan_record,{KNOWN[0]}"]
    path.write_text("\n".join(["page_kind,page_code", *rows]))
    said = json.loads(bma("fetch", "--dry-run", "--json", "--interval", 10, "--codes", path).out)
    assert said == {
        "pages": 4,
        "requests": 4,
        "hosts": {"dp.bangkok.go.th": 1, "monitor.bangkok.go.th": 3},
        "seconds": 30.0,
    }


def test_host_picks_a_host_or_one_application_of_it(bma: Run) -> None:
    picked = bma("fetch", "--dry-run", "--host", "dp2.bangkok.go.th", *KNOWN)
    assert picked.out.splitlines()[0].split() == ["8", "dp2.bangkok.go.th"]
    assert bma("fetch", "--dry-run", "--host", "monitor.bangkok.go.th/mobile62", KNOWN[0]).code == 0
    wrong = bma("fetch", "--dry-run", "--host", "dp2.bangkok.go.th", "--kind", "plan_record", KNOWN[0])
    assert wrong.code == 2
    assert "dp.bangkok.go.th/dp/frontend/web" in wrong.err


# Ctrl-C, and going on


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "bma.cli", *map(str, arguments)]


@contextmanager
def holding(code: str) -> Iterator[tuple[Server, threading.Event, threading.Event]]:
    """A server that tells when a code is asked for, and answers it when it is let."""
    asked, let = threading.Event(), threading.Event()

    def held(kind: str, wanted: str) -> bytes | None:
        if wanted == code:
            asked.set()
            let.wait(PATIENCE)
        return page(kind, wanted)

    with site_server(held) as server:
        yield server, asked, let
        let.set()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminated"])
def test_ctrl_c_stops_after_the_page_in_hand_and_the_same_command_goes_on(stop: int, tmp_path: Path) -> None:
    with holding(KNOWN[2]) as (server, asked, let):
        line = command("fetch", "--base-url", server.base, *FAST, *KNOWN[:5])
        with subprocess.Popen(
            line, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert asked.wait(PATIENCE)
            process.send_signal(stop)
            assert process.stderr is not None
            said = iter(process.stderr.readline, "")
            assert any("stopping after the page in hand" in text for text in said)
            let.set()
            out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 1
        assert out.startswith("3 saved, 0 unchanged, 0 not found, 0 failed")
        assert "stopped; the same command goes on from here (2 of 5 pages are left)" in err
        assert "Traceback" not in err
        again = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert again.stdout.startswith("2 saved")
        assert "(3 skipped" in again.stdout
        assert pages_asked(server) == KNOWN[:5]


def test_a_second_ctrl_c_stops_at_once_and_the_archive_is_sound(bma: Run, tmp_path: Path) -> None:
    with holding(KNOWN[1]) as (server, asked, _):
        line = command("fetch", "--base-url", server.base, *FAST, *KNOWN[:3])
        with subprocess.Popen(
            line, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert asked.wait(PATIENCE)
            process.send_signal(signal.SIGINT)
            assert process.stderr is not None
            assert any("stopping" in text for text in iter(process.stderr.readline, ""))
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 1
        assert "Traceback" not in err
        assert out.startswith("1 saved")
    assert bma("verify", "--deep").code == 0
    assert "interrupted" in bma("status").out


# On a terminal


def on_a_terminal(line: list[str], cwd: Path, until: Callable[[str], bool]) -> tuple[int, str]:
    """The exit code of a command on a terminal of 150 columns, and all that it showed there."""
    ours, theirs = pty.openpty()
    env = os.environ | {"COLUMNS": "150", "TERM": "xterm"}
    with subprocess.Popen(line, cwd=cwd, stdin=theirs, stdout=theirs, stderr=theirs, env=env) as process:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # Linux says so that the other end was closed
            while data := os.read(ours, 65_536):
                shown += data
                until(shown.decode("utf-8", "replace"))
        os.close(ours)
    return process.returncode, re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())


def test_a_terminal_shows_how_far_it_is_how_fast_how_long_yet_and_what_became_of_pages(
    tmp_path: Path,
) -> None:
    with holding(KNOWN[6]) as (server, _, let):

        def until(shown: str) -> bool:
            seen = "7/9" in shown and "pages/min" in shown
            if seen:
                let.set()
            return seen

        line = command("fetch", "--base-url", server.base, *FAST, "--interval", 0.05, UNKNOWN, *KNOWN)
        code, shown = on_a_terminal(line, tmp_path, until)
    assert code == 0
    assert re.search(r"7/9\s+[\d,]+ pages/min\s+(\d:\d\d:\d\d|-:--:--)\s+saved 6, not found 1", shown)
    assert shown.splitlines()[-1].startswith("8 saved, 0 unchanged, 1 not found, 0 failed")


def test_a_log_has_a_line_now_and_then_and_not_one_a_page(
    fetch: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fetch(KNOWN[0], UNKNOWN).err == ""
    monkeypatch.setattr("bma.running.SECONDS_A_LINE", 0.0)
    assert fetch("--max-age", 0, KNOWN[1], UNKNOWN).err.splitlines() == [
        "bma: 1 of 2 pages: saved 1",
        "bma: 2 of 2 pages: saved 1, not found 1",
    ]


# Fetching and building in one go


def test_run_fetches_and_builds(bma: Run, site: Server, tmp_path: Path) -> None:
    done = bma("run", "--base-url", site.base, *FAST, *KNOWN[:2])
    assert done.code == 0
    assert done.out.splitlines()[0].startswith("2 saved")
    assert done.last_line.startswith("Tables in data/clean: 2 pages read")
    import pandas as pd

    projects = pd.read_csv(tmp_path / "data" / "clean" / "projects.csv")
    assert list(projects.project_code) == KNOWN[:2]
    elsewhere = bma("run", "--base-url", site.base, *FAST, "--out", "tables", *KNOWN[:2])
    assert elsewhere.last_line.startswith("Tables in tables: 2 pages read")
    assert (tmp_path / "tables" / "projects.csv").exists()


def test_run_marks_names_and_numbers_where_it_is_asked_to_and_counts_them(bma: Run) -> None:
    told = "ประสานงานโดยนายสมชาย ใจดี โทร. 0 2123 4567 แล้ว"
    body = project_html(KNOWN[0]).replace("จัดประชุมแล้ว".encode(), told.encode())
    with site_server(lambda kind, code: body if kind == "project" else None) as server:
        options = ("--base-url", server.base, *FAST, "--max-age", 0)
        plain = bma("run", *options, KNOWN[0])
        assert "Marked" not in plain.out
        texts = Path("data/clean/progress_reports.csv").read_text(encoding="utf-8")
        assert "สมชาย" in texts
        marked = bma("run", *options, "--redact", KNOWN[0])
    assert re.search(r"^Marked in free texts: person [1-9]\d*, telephone [1-9]\d*$", marked.out, re.M)
    files = [path for path in Path("data/clean").iterdir() if path.suffix == ".csv"]
    assert not [path for path in files if "สมชาย" in path.read_text(encoding="utf-8")]
    package = json.loads(Path("data/clean/datapackage.json").read_text(encoding="utf-8"))
    assert package["bma:redaction"]["applied"] is True


def test_a_dry_run_builds_nothing(bma: Run, tmp_path: Path) -> None:
    assert bma("run", "--dry-run", KNOWN[0]).code == 0
    assert list(tmp_path.iterdir()) == []


def test_run_builds_what_is_held_where_the_site_asks_us_to_wait_and_ends_with_3(bma: Run) -> None:
    wait = answer(b"", "503 Service Unavailable", "Retry-After: 9999")
    acts = {KNOWN[0]: answer(project_html(KNOWN[0])), KNOWN[1]: wait}
    with raw_server(by_code(acts)) as server:
        done = bma("run", "--base-url", server.base, *FAST, *KNOWN[:3])
    assert done.code == 3
    assert "Tables in data/clean: 2 pages read" in done.out


def test_run_with_nothing_to_build_from_still_says_what_failed(bma: Run) -> None:
    with raw_server(answer(b"", "500 Internal Server Error")) as server:
        done = bma("run", "--base-url", server.base, *FAST, "--attempts", 1, KNOWN[0])
    assert done.code == 1
    assert "robots.txt could not be had" in done.err


def test_run_builds_no_tables_after_ctrl_c(tmp_path: Path) -> None:
    with holding(KNOWN[0]) as (server, asked, let):
        line = command("run", "--base-url", server.base, *FAST, *KNOWN[:2])
        with subprocess.Popen(
            line, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert asked.wait(PATIENCE)
            process.send_signal(signal.SIGINT)
            let.set()
            _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "no tables were built" in err
    assert not (tmp_path / "data" / "clean").exists()


# What stored pages link to

LINKING = "50130000-9415"
"""The code of a sample that has no links of its own."""


def linking_page(own: str, other: str) -> str:
    """A whole page that links to another project, an indicator, itself, and elsewhere."""
    page = (SAMPLES / f"mobile-{LINKING}.html").read_text(encoding="utf-8").replace(LINKING, own)
    addresses = (f"myproject.php?pid={other}", "mykpi.php?pid=2100-1037", f"myproject.php?pid={own}")
    links = "".join(f'<a href="{address}"></a>' for address in (*addresses, "https://example.org/"))
    return page.replace("</body>", f"{links}</body>")


@pytest.fixture
def linking(bma: Run, tmp_path: Path) -> None:
    """Two stored pages that link to each other, to an indicator, and one of them to a page not held."""
    for own, other in ((KNOWN[0], KNOWN[1]), (KNOWN[1], KNOWN[0]), (KNOWN[2], KNOWN[7])):
        (tmp_path / f"{own}.html").write_text(linking_page(own, other), encoding="utf-8")
        (tmp_path / f"{own}.html.json").write_text(
            json.dumps(
                {
                    "url": f"http://mirror.example/mobile/myproject.php?pid={own}",
                    "captured_at": "2020-01-01T00:00:00Z",
                }
            )
        )
    bma("import", tmp_path)


@pytest.mark.usefixtures("linking")
def test_discover_lists_linked_pages_as_csv(bma: Run) -> None:
    assert bma("discover").out.splitlines() == [
        "page_kind,page_code,links,held",
        "indicator,2100-1037,3,no",
        f"project,{KNOWN[0]},1,yes",
        f"project,{KNOWN[1]},1,yes",
        f"project,{KNOWN[7]},1,no",
    ]


@pytest.mark.usefixtures("linking")
def test_discover_picks_a_kind_and_what_is_missing_and_prints_json(bma: Run) -> None:
    assert json.loads(
        bma("discover", "--source", "pages", "--kind", "project", "--missing", "--json").out
    ) == [{"page_kind": "project", "page_code": KNOWN[7], "links": 1, "held": False}]


@pytest.mark.usefixtures("linking")
def test_a_page_counts_once_however_often_it_was_captured_and_is_held_where_one_capture_is_good(
    bma: Run, tmp_path: Path
) -> None:
    url = "http://mirror.example/mobile/myproject.php?pid="
    with Archive(tmp_path / "data" / "raw", writable=True) as archive:
        for number in range(3):
            made = exchange(linking_page(KNOWN[2], KNOWN[7]).encode(), url=url + KNOWN[2])
            time = made.ended_at + dt.timedelta(days=number)
            archive.store(
                replace(made, ended_at=time),
                source="live",
                page_kind="project",
                page_code=KNOWN[2],
                outcome="ok",
            )
        gone = failed("timeout", url=url + KNOWN[7])
        archive.store(gone, source="live", page_kind="project", page_code=KNOWN[7], outcome="transport_error")
    assert bma("discover").out.splitlines()[1:] == [
        "indicator,2100-1037,3,no",
        f"project,{KNOWN[0]},1,yes",
        f"project,{KNOWN[1]},1,yes",
        f"project,{KNOWN[7]},1,no",
    ]


@pytest.mark.usefixtures("linking")
def test_what_discover_lists_is_what_fetch_reads(bma: Run, site: Server, tmp_path: Path) -> None:
    ours, fetching = command("discover", "--missing"), command("fetch", "--base-url", site.base, *FAST)
    listed = subprocess.run(ours, cwd=tmp_path, capture_output=True, check=True).stdout
    done = subprocess.run(
        [*fetching, "--codes", "-"], cwd=tmp_path, input=listed, capture_output=True, check=True
    )
    assert done.stdout.decode().startswith("1 saved, 0 unchanged, 1 not found")
    assert pages_asked(site) == ["2100-1037", KNOWN[7]]


def test_discover_without_an_archive_says_so(bma: Run) -> None:
    done = bma("discover")
    assert done.code == 2
    assert "no archive" in done.err
