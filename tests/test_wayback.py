"""`bma discover` and `bma fetch` with a Wayback Machine, scripted on loopback."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from itertools import pairwise
from pathlib import Path

import pandas
import pytest

from scraper.archive import Archive
from tests import test_cli
from tests.archives import (
    KNOWN,
    PAGE,
    Kept,
    Shelf,
    project,
    queries,
    replays,
    sha1,
    wayback,
)
from tests.servers import PATIENCE, Server, answer, project_html, reset
from tests.test_cli import Result, Run

bma = test_cli.bma  # the fixture

CODE, OTHER = "21000000-0001", "21000000-0002"
FAST = ("--interval", 0, "--index-interval", 0, "--retry-wait", 0, "--contact", "mailto:fetch@example.org")
FAST_INDEX = FAST[2:]
THREE = [
    project(1, "20200323020000"),
    project(1, "20210323020000", body=b"other"),
    project(2, "20200401000000"),
]
TOO_MANY = answer(b"slow down", "429 Too Many Requests")


def discover(bma: Run, server: Server, *arguments: object) -> Result:
    return bma("discover", "--source", "wayback", "--wayback-url", server.base, *FAST_INDEX, *arguments)


def fetch(bma: Run, server: Server, *arguments: object) -> Result:
    return bma("fetch", "--source", "wayback", "--wayback-url", server.base, *FAST, *arguments)


def rows(done: Result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(done.out)))


def captures(bma: Run, code: str = CODE) -> list[dict[str, object]]:
    return list(json.loads(bma("captures", code, "--json").out))


# Discovering


def test_discover_lists_each_capture_with_its_time_and_whether_it_is_held(bma: Run) -> None:
    with wayback(Shelf(THREE)) as server:
        fetch(bma, server, OTHER)
        done = discover(bma, server, "--kind", "project")
    assert done.code == 0
    assert [tuple(row.values()) for row in rows(done)] == [
        ("project", CODE, "2020-03-23T02:00:00Z", "wayback", PAGE + CODE, "200", THREE[0].said_digest, "no"),
        ("project", CODE, "2021-03-23T02:00:00Z", "wayback", PAGE + CODE, "200", THREE[1].said_digest, "no"),
        (
            "project",
            OTHER,
            "2020-04-01T00:00:00Z",
            "wayback",
            PAGE + OTHER,
            "200",
            THREE[2].said_digest,
            "yes",
        ),
    ]


def test_missing_leaves_out_what_is_held_and_json_is_one_list(bma: Run) -> None:
    with wayback(Shelf(THREE)) as server:
        fetch(bma, server, OTHER)
        found = json.loads(discover(bma, server, "--kind", "project", "--missing", "--json").out)
    assert [(row["page_code"], row["status"], row["held"]) for row in found] == [(CODE, 200, False)] * 2


def test_the_index_is_asked_once_a_host_path_and_kind_however_many_codes_there_are(bma: Run) -> None:
    many = [project(number, "20200323020000") for number in range(300)]
    with wayback(Shelf(many)) as server:
        assert len(rows(discover(bma, server, "--kind", "project"))) == 300
        asked = [query["url"] for query in queries(server) if query["url"] != KNOWN]
    assert sorted(set(asked)) == sorted(
        f"{host}/myproject.php"
        for host in (
            "monitor.bangkok.go.th/mobile",
            "monitor.bangkok.go.th/mobile62",
            "dp1.bangkok.go.th/mobile",
            "dp2.bangkok.go.th/mobile",
            "bmavisions.com/mobile",  # with www. it has the same key
        )
    )
    assert len(asked) == len(set(asked)) + 1  # the first empty answer was asked for again after the probe


def test_an_agency_narrows_the_prefix(bma: Run) -> None:
    shelf = Shelf([*THREE, Kept(f"{PAGE}50030000-0001", "20200101000000")])
    with wayback(shelf) as server:
        done = discover(bma, server, "--kind", "project", "--agency", "50030000")
        assert queries(server)[0]["url"] == "monitor.bangkok.go.th/mobile/myproject.php?pid=50030000"
    assert [row["page_code"] for row in rows(done)] == ["50030000-0001"]


def test_long_lists_come_in_several_answers_by_resume_key(bma: Run) -> None:
    with wayback(Shelf([project(number, "20200323020000") for number in range(7)], rows=3)) as server:
        found = rows(discover(bma, server, "--kind", "project"))
        keys = [query.get("resumeKey") for query in queries(server)][:3]
    assert [row["page_code"] for row in found] == [f"21000000-000{number}" for number in range(7)]
    assert keys == [None, "key+3", "key+6"]


def test_a_code_is_read_from_the_original_url_never_from_the_folded_key(bma: Run) -> None:
    folded = [
        Kept("http://monitor.bangkok.go.th/mobile/myproject.php?PID=21000000-0007", "20200101000000"),
        Kept("http://monitor.bangkok.go.th/mobile/MyProject.php?pid=21000000-0008", "20200101000000"),
        Kept("http://MONITOR.bangkok.go.th:80/mobile/myproject.php?pid=21000000-0009", "20200101000000"),
        Kept("http://monitor.bangkok.go.th/mobile/myproject.php?pid=21000000-00010", "20200101000000"),
    ]
    assert len({kept.key.partition("=")[0] for kept in [*folded[:2], *THREE]}) == 1
    with wayback(Shelf(folded)) as server:
        found = rows(discover(bma, server, "--kind", "project"))
    assert [(row["page_code"], row["url"]) for row in found] == [("21000000-0009", folded[2].url)]


def test_discovery_goes_on_where_it_was_stopped_and_asks_only_for_the_rest(bma: Run) -> None:
    shelf = Shelf([project(number, "20200323020000") for number in range(9)], rows=2)
    shelf.instead = lambda path, number: TOO_MANY if "resumeKey=key%2B6" in path and number == 1 else None
    with wayback(shelf) as server:
        first = discover(bma, server, "--kind", "project")
        asked = server.paths.copy()
        again = discover(bma, server, "--kind", "project")
        rest = server.paths[len(asked) :]
    assert first.code == 3
    assert len(rows(first)) == 6
    assert "wayback answers with status 429" in first.err
    assert "start the same command again, which goes on from here" in first.err
    assert again.code == 0
    assert len(rows(again)) == 9
    assert set(asked[:-1]).isdisjoint(rest)
    assert rest[0] == asked[-1]


def test_a_killed_discovery_goes_on_where_it_was(bma: Run, tmp_path: Path) -> None:
    shelf = Shelf([project(number, "20200323020000") for number in range(9)], rows=2)
    arrived = threading.Event()

    def hold(sock: socket.socket) -> None:
        arrived.set()
        sock.recv(1)  # until the client is dead

    shelf.instead = lambda path, number: hold if "resumeKey=key%2B6" in path and number == 1 else None
    with wayback(shelf) as server:
        command = [
            "discover",
            "--source",
            "wayback",
            "--wayback-url",
            server.base,
            *FAST_INDEX,
            "--kind",
            "project",
        ]
        process = subprocess.Popen(
            [sys.executable, "-m", "bma.cli", *map(str, command)],
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
        )
        assert arrived.wait(PATIENCE * 3)
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
        asked = server.paths.copy()
        again = discover(bma, server, "--kind", "project")
        rest = server.paths[len(asked) :]
    assert len(rows(again)) == 9
    assert rest[0] == asked[-1]
    assert set(asked[:-1]).isdisjoint(rest)


def test_answers_that_are_too_old_are_asked_for_again(bma: Run) -> None:
    with wayback(Shelf(THREE)) as server:
        discover(bma, server, "--kind", "project")
        asked = len(server.paths)
        discover(bma, server, "--kind", "project")
        assert len(server.paths) == asked
        discover(bma, server, "--kind", "project", "--max-age", 0)
        assert len(server.paths) > asked


def test_what_discover_prints_is_what_fetch_reads(bma: Run, tmp_path: Path) -> None:
    with wayback(Shelf(THREE)) as server:
        (tmp_path / "found.csv").write_text(discover(bma, server, "--kind", "project").out)
        asked = len(queries(server))
        done = fetch(bma, server, "--codes", "found.csv")
        assert len(queries(server)) == asked
    assert done.last_line == "3 saved, 0 unchanged, 0 not found, 0 failed (0 skipped, held already)"


def test_malformed_rows_are_named_and_counted_and_the_others_are_taken(bma: Run) -> None:
    shelf = Shelf([project(1, "20200323020000"), project(2, "20201323020000"), project(3, "2020")])
    with wayback(shelf) as server:
        done = discover(bma, server, "--kind", "project")
    assert done.code == 0
    assert [row["page_code"] for row in rows(done)] == [CODE]
    assert "no time: '20201323020000'" in done.err
    assert "2 malformed lines in the index of wayback were passed over" in done.err


# An empty answer is not proof of absence


def test_an_empty_answer_counts_once_a_known_page_was_found(bma: Run) -> None:
    with wayback(Shelf([])) as server:
        assert discover(bma, server, "--kind", "it_review").code == 0
        asked = [query["url"] for query in queries(server)]
        assert asked[:4] == [asked[0], KNOWN, asked[0], "dp1.bangkok.go.th/mobile/myprojectit.php"]
        assert asked.count(KNOWN) == 1
        discover(bma, server, "--kind", "it_review")
        assert len(queries(server)) == len(asked)


def test_an_index_that_knows_nothing_at_all_is_not_believed_now_or_later(bma: Run) -> None:
    shelf = Shelf(THREE, knows_probe=False)
    right = shelf.instead
    shelf.instead = lambda path, number: answer(b"[]") if path.startswith("/cdx/") else None
    with wayback(shelf) as server:
        done = discover(bma, server, "--kind", "project")
        assert done.code == 1
        assert "wayback does not answer truly" in done.err
        assert "--wayback-probe" in done.err
        shelf.instead, shelf.knows_probe = right, True
        assert len(rows(discover(bma, server, "--kind", "project"))) == 3


def test_an_empty_answer_that_comes_true_after_the_probe_is_the_one_that_counts(bma: Run) -> None:
    shelf = Shelf(THREE)
    first = "url=monitor.bangkok.go.th%2Fmobile%2Fmyproject.php"
    shelf.instead = lambda path, number: answer(b"[]") if first in path and number == 1 else None
    with wayback(shelf) as server:
        assert len(rows(discover(bma, server, "--kind", "project"))) == 3


# Answers that are none of an index


@pytest.mark.parametrize(
    ("said", "code", "reason"),
    [
        (answer(b"<html>maintenance</html>"), 1, "the answer is none of an index: not JSON"),
        (answer(b'{"error": "x"}'), 1, "no array of rows"),
        (answer(b'[["urlkey"], ["x"]]'), 1, "other columns than were asked for"),
        (
            answer(b'[["urlkey","timestamp","original","mimetype","statuscode","digest","length"]'),
            1,
            "not JSON",
        ),
        (answer(b"no", "404 Not Found"), 1, "status 404"),
        (answer(b"no", "403 Forbidden"), 3, "wayback answers with status 403"),
        (answer(b"no", "429 Too Many Requests", "Retry-After: 60"), 3, "asks us to wait for 60 seconds"),
        (answer(b"no", "302 Found", "Location: /elsewhere"), 1, "status 302"),
        (answer(b"[]").replace(b"Content-Length: 2", b"Content-Length: 20"), 1, "short_body"),
    ],
    ids=lambda value: value.split(b"\r\n")[0].decode()[9:] if isinstance(value, bytes) else None,
)
def test_an_index_that_fails_ends_the_run_with_a_reason_and_is_asked_again_the_next_time(
    said: bytes, code: int, reason: str, bma: Run
) -> None:
    shelf = Shelf(THREE)

    def failing(sock: socket.socket) -> None:
        sock.sendall(said)

    shelf.instead = lambda path, number: failing
    with wayback(shelf) as server:
        done = discover(bma, server, "--kind", "project", "--attempts", 1)
        assert (done.code, rows(done)) == (code, [])
        assert reason in done.err
        assert len(server.paths) == 1
        shelf.instead = lambda path, number: None
        assert len(rows(discover(bma, server, "--kind", "project"))) == 3


def test_a_fault_that_passes_is_asked_for_again(bma: Run) -> None:
    shelf = Shelf(THREE)
    shelf.instead = lambda path, number: answer(b"", "502 Bad Gateway") if number == 1 else None
    with wayback(shelf) as server:
        assert fetch(bma, server, CODE).last_line.startswith("2 saved")


# Fetching


def test_a_capture_has_the_time_url_and_status_of_the_archive_and_the_exchange_ours(bma: Run) -> None:
    with wayback(Shelf(THREE)) as server:
        assert fetch(bma, server, OTHER).code == 0
        asked = server.base
    (one,) = captures(bma, OTHER)
    assert one["captured_at"] == "2020-04-01T00:00:00Z"
    assert (one["captured_at_source"], one["source"], one["outcome"]) == ("archive", "wayback", "ok")
    assert (one["url"], one["http_status"]) == (PAGE + OTHER, 200)
    assert one["archive_digest"] == sha1(project_html(OTHER))
    shown = bma("show", OTHER, "--headers").out
    assert f"GET /web/20200401000000id_/{PAGE}{OTHER} HTTP/1.1" in shown
    assert f"url: {asked}/web/20200401000000id_/{PAGE}{OTHER}" in shown
    assert f"original_url: {PAGE}{OTHER}" in shown
    assert bma("show", OTHER, "--raw", "--force").code == 0


def test_captures_are_fetched_oldest_first_and_those_held_are_skipped(bma: Run) -> None:
    with wayback(Shelf(THREE)) as server:
        fetch(bma, server, CODE, "--until", "2020-12-31")
        assert fetch(bma, server, CODE, OTHER).last_line == (
            "2 saved, 0 unchanged, 0 not found, 0 failed (1 skipped, held already)"
        )
        times = [path.split("/")[2] for path in replays(server)]
    assert times == ["20200323020000id_", "20210323020000id_", "20200401000000id_"]


@pytest.mark.parametrize(
    ("span", "years"),
    [
        (("--since", "2021-03-23"), ["2021"]),
        (("--until", "2020-03-23"), ["2020"]),
        (("--since", "2020-03-23T02:00:00Z", "--until", "2020-03-23T09:00:00+07:00"), ["2020"]),
        (("--since", "2020-03-23T02:00:01Z", "--until", "2021-03-23T01:59:59Z"), []),
    ],
    ids=str,
)
def test_a_span_of_time_is_in_utc_and_holds_both_its_ends(
    span: tuple[str, ...], years: list[str], bma: Run
) -> None:
    with wayback(Shelf(THREE)) as server:
        done = fetch(bma, server, CODE, *span)
        assert [path[5:9] for path in replays(server)] == years
    assert done.code == 0
    assert ("the index of wayback tells of no such capture" in done.err) == (not years)


def test_discovered_means_all_pages_of_which_captures_were_found(bma: Run) -> None:
    with wayback(Shelf(THREE)) as server:
        assert "tells of no such capture" in fetch(bma, server, "--discovered").err
        discover(bma, server, "--kind", "project")
        asked = len(queries(server))
        assert fetch(bma, server, "--discovered").last_line.startswith("3 saved")
        assert len(queries(server)) == asked


def test_discovered_with_codes_means_these_and_asks_the_index_for_nothing(bma: Run) -> None:
    with wayback(Shelf(THREE)) as server:
        discover(bma, server, "--kind", "project", "--agency", "21000000")
        asked = len(queries(server))
        assert fetch(bma, server, "--discovered", OTHER).last_line.startswith("1 saved")
        assert len(queries(server)) == asked


def test_codes_are_looked_for_in_the_whole_index_so_that_no_parameter_hides_one(bma: Run) -> None:
    kept = [project(1, "20200101000000"), Kept(f"{PAGE[:-4]}lang=th&pid={CODE}", "20210101000000", b"other")]
    with wayback(Shelf(kept)) as server:
        assert fetch(bma, server, CODE, "2100-1037").last_line.startswith("2 saved")
        urls = {query["url"] for query in queries(server)} - {KNOWN}
    assert len(urls) == 10
    assert all(url.endswith(("/myproject.php", "/mykpi.php")) for url in urls)


@pytest.mark.parametrize(
    ("kept", "reason"),
    [
        (project(1, "20200323020000", memento_time="20200323020001"), "the archive gave another capture"),
        (
            project(1, "20200323020000", said_url=PAGE.replace("pid", "PID") + CODE),
            "the capture of another URL",
        ),
    ],
    ids=["a second later", "another URL of that second"],
)
def test_another_capture_than_was_asked_for_is_evidence_and_no_capture(
    kept: Kept, reason: str, bma: Run
) -> None:
    with wayback(Shelf([kept])) as server:
        done = fetch(bma, server, CODE)
    assert (done.code, done.last_line) == (
        1,
        "0 saved, 0 unchanged, 0 not found, 1 failed (0 skipped, held already)",
    )
    assert reason in done.err
    with Archive(Path("data/raw")) as archive:
        assert archive.count() == 0
        assert [held.exchange.status for held in archive.exchanges(CODE)] == [200]


@pytest.mark.parametrize(
    "said",
    [
        answer(b"<h1>Hrm.</h1>", "404 Not Found"),
        answer(b"<h1>Hrm.</h1>"),
        answer(b"", "302 Found", f"Location: /web/20190101000000id_/{PAGE}{CODE}"),
        answer(project_html(CODE), "200 OK", "Memento-Datetime: last Tuesday"),
    ],
    ids=["404", "200", "a redirect to another time", "no time"],
)
def test_an_answer_of_the_archive_itself_is_no_capture(said: bytes, bma: Run) -> None:
    shelf = Shelf(THREE[2:])
    shelf.instead = lambda path, number: said if path.startswith("/web/") else None
    with wayback(shelf) as server:
        done = fetch(bma, server, OTHER)
        assert len(replays(server)) == 1
    assert (done.code, done.last_line[:7]) == (1, "0 saved")
    with Archive(Path("data/raw")) as archive:
        assert archive.count() == 0


@pytest.mark.parametrize(
    ("kept", "outcome", "state"),
    [
        (project(1, "20200323020000", status="404 Not Found", body=b"gone"), "not_found", "1 not found"),
        (
            project(1, "20200323020000", status="503 Service Unavailable", body=b"x"),
            "transport_error",
            "1 saved",
        ),
        (
            project(
                1,
                "20200323020000",
                status="302 Found",
                body=b"",
                headers=("Location: /web/x/http://a.test/",),
            ),
            "wrong_page",
            "1 saved",
        ),
        (
            project(
                1,
                "20200323020000",
                status="302 Found",
                body=b"",
                headers=("Location: /web/x/http://a.test/login",),
            ),
            "login_redirect",
            "1 saved",
        ),
        (
            project(1, "20200323020000", body=b"<html><body><h3></h3></body></html>"),
            "soft_not_found",
            "1 not found",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_an_archive_kept_is_a_capture_whatever_its_status_and_is_asked_for_once(
    kept: Kept, outcome: str, state: str, bma: Run
) -> None:
    with wayback(Shelf([kept])) as server:
        done = fetch(bma, server, CODE)
        assert len(replays(server)) == 1
        assert fetch(bma, server, CODE).last_line.endswith("(1 skipped, held already)")
    assert done.code == 0
    assert state in done.last_line
    (one,) = captures(bma)
    assert (one["outcome"], one["http_status"]) == (outcome, int(kept.status[:3]))
    before = json.loads(bma("reindex", "--json").out)
    assert before["changed"] == 0
    assert captures(bma) == [one]
    bma("build")
    table = pandas.read_parquet("data/clean/captures.parquet")
    assert list(table.outcome) == [outcome]


# The archive's digest

BODY = project_html(CODE)
PACKED = gzip.compress(BODY, mtime=0)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, "match"),
        ({"body": PACKED, "headers": ("Content-Encoding: gzip",)}, "match"),
        ({"body": PACKED, "digest": sha1(BODY), "headers": ("Content-Encoding: gzip",)}, "match"),
        ({"digest": sha1(BODY).lower()}, "match"),
        ({"digest": sha1(b"another")}, "mismatch"),
        ({"digest": sha1(PACKED), "headers": ("X-Archive-Orig-Content-Encoding: gzip",)}, "not_comparable"),
        ({"digest": "-"}, "not_comparable"),
        ({"digest": "sha256:0000"}, "not_comparable"),
        ({"digest": ""}, "not_comparable"),
    ],
    ids=str,
)
def test_the_digest_of_the_index_is_compared_and_never_a_reason_to_drop(
    changes: dict[str, object], found: str, bma: Run
) -> None:
    with wayback(Shelf([project(1, "20200323020000", **changes)])) as server:
        assert fetch(bma, server, CODE).code == 0
    (one,) = captures(bma)
    assert (one["digest_check"], one["outcome"]) == (found, "ok")


# What is kept


def test_an_archive_with_such_captures_is_sound_and_gives_the_same_again(bma: Run) -> None:
    with wayback(Shelf(THREE)) as server:
        fetch(bma, server, CODE, OTHER)
    before = captures(bma) + captures(bma, OTHER)
    assert bma("verify", "--deep").last_line.endswith("0 faults")
    assert json.loads(bma("reindex", "--json").out)["changed"] == 0
    assert captures(bma) + captures(bma, OTHER) == before
    assert bma("verify", "--deep").last_line.endswith("0 faults")
    assert bma("evidence", CODE, "--out", "e.zip").code == 0


def test_the_table_of_captures_has_the_archive_s_time_and_the_comparison(bma: Run) -> None:
    with wayback(Shelf(THREE)) as server:
        fetch(bma, server, CODE, OTHER)
    bma("build")
    table = pandas.read_parquet("data/clean/captures.parquet").sort_values("captured_at")
    assert [time.isoformat() for time in table.captured_at] == [
        "2020-03-23T02:00:00+00:00",
        "2020-04-01T00:00:00+00:00",
        "2021-03-23T02:00:00+00:00",
    ]
    assert set(table.source) == {"wayback"}
    assert list(table.digest_check) == ["match"] * 3
    assert all(table.fetched_at.dt.year > 2025)
    assert table.archive_location.isna().all()


def test_the_same_bytes_at_another_time_are_unchanged_and_a_capture_of_their_own(bma: Run) -> None:
    with wayback(Shelf([project(1, "20200101000000"), project(1, "20210101000000")])) as server:
        assert fetch(bma, server, CODE).last_line.startswith("1 saved, 1 unchanged")
    first, second = captures(bma)
    assert second["same_body_as"] == first["capture_id"]


# Manners


def test_429_stops_the_source_at_once_with_3_and_it_goes_on_later(bma: Run) -> None:
    shelf = Shelf(THREE)
    shelf.instead = lambda path, number: TOO_MANY if "/web/2021" in path and number == 1 else None
    with wayback(shelf) as server:
        done = fetch(bma, server, CODE, OTHER)
        assert len(replays(server)) == 2
        assert done.code == 3
        assert "wayback answers with status 429" in done.err
        assert "(1 of 3 pages are left)" in done.err
        assert fetch(bma, server, CODE, OTHER).last_line.startswith("2 saved")


def test_an_archive_that_does_not_answer_is_given_up(bma: Run) -> None:
    shelf = Shelf([project(number, "20200323020000") for number in range(8)])

    def closes(sock: socket.socket) -> None:
        reset(sock)

    shelf.instead = lambda path, number: closes if path.startswith("/web/") else None
    with wayback(shelf) as server:
        done = fetch(bma, server, *[f"21000000-000{number}" for number in range(8)], "--attempts", 1)
        assert len(set(replays(server))) == 5
    assert done.code == 1
    assert "wayback is given up for this run" in done.err


def test_the_index_and_the_captures_have_a_pace_each(bma: Run) -> None:
    with wayback(Shelf(THREE)) as server:
        fetch(bma, server, CODE, "--index-interval", 0.2, "--interval", 0.1)
        times = {path: request.time for path, request in zip(server.paths, server.requests, strict=True)}
        asked = [request for request in server.requests if request.path.startswith("/cdx/")]
        got = [times[path] for path in replays(server)]
    assert min(after.time - before.time for before, after in pairwise(asked)) >= 0.2
    assert got[1] - got[0] >= 0.1


def test_robots_txt_is_not_asked_for_and_the_files_say_so(bma: Run) -> None:
    with wayback(Shelf(THREE)) as server:
        fetch(bma, server, CODE)
        assert "/robots.txt" not in server.paths
    (file,) = Path("data/raw").glob("*.warc.gz")
    assert b"robots: ignore" in gzip.decompress(file.read_bytes())


def test_ctrl_c_stops_after_the_capture_in_hand_and_the_same_command_goes_on(bma: Run) -> None:
    shelf = Shelf(THREE)

    def interrupt(path: str, number: int) -> None:
        if "/web/2020032" in path and number == 1:
            os.kill(os.getpid(), signal.SIGINT)

    shelf.instead = interrupt
    with wayback(shelf) as server:
        done = fetch(bma, server, CODE, OTHER)
        assert done.code == 1
        assert "stopped; the same command goes on from here (2 of 3 pages are left)" in done.err
        assert fetch(bma, server, CODE, OTHER).last_line.startswith("2 saved")
        assert len(replays(server)) == 3


def test_a_dry_run_asks_and_writes_nothing_and_says_how_much_there_is(bma: Run) -> None:
    with wayback(Shelf(THREE)) as server:
        done = fetch(bma, server, CODE, "--dry-run", "--index-interval", 3)
        assert done.last_line.startswith(
            "0 captures known, 0 held; 0 requests at 0 s and 5 queries of the index"
        )
        assert not Path("data").exists()
        fetch(bma, server, CODE, "--until", "2020-12-31")
        asked = len(server.paths)
        done = fetch(bma, server, CODE, "--dry-run", "--interval", 60, "--json")
        assert json.loads(done.out) == {
            "captures": 2,
            "held": 1,
            "requests": 1,
            "queries": 0,
            "seconds": 60.0,
        }
        assert len(server.paths) == asked


def test_two_runs_at_a_time_are_refused(bma: Run, tmp_path: Path) -> None:
    with wayback(Shelf(THREE)) as server, Archive(tmp_path / "data" / "raw", writable=True):
        for done in (fetch(bma, server, CODE), discover(bma, server)):
            assert done.code == 2
            assert re.search("another|busy|writing", done.err)
        assert server.paths == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("fetch", "--source", "wayback"),
        ("fetch", "--source", "wayback", "--since", "2020-13-01", CODE),
        ("fetch", "--source", "wayback", "--since", "2020-01-01T00:00:00", CODE),
        ("fetch", "--source", "wayback", "--host", "monitor.bangkok.go.th", CODE),
        ("fetch", "--source", "wayback", "--ignore-robots", CODE),
        ("fetch", "--source", "wayback", "--wayback-url", "ftp://127.0.0.1", CODE),
        ("fetch", "--source", "wayback", "--wayback-url", "http://127.0.0.1/?x", CODE),
        ("fetch", "--source", "archive.today", CODE),
        ("fetch", "--discovered"),
        ("fetch", "--since", "2020-01-01", CODE),
        ("discover", "--source", "wayback,live"),
        ("discover", "--source", "pages,wayback"),
        ("discover", "--source", ""),
        ("discover", "--agency", "21000000"),
        ("discover", "--source", "wayback", "--agency", "2100"),
        ("discover", "--source", "wayback", "--agency", "21000000", "--kind", "it_review"),
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_before_anything_is_made_or_asked(
    arguments: tuple[str, ...], bma: Run
) -> None:
    done = bma(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.strip()
    assert not Path("data").exists()


def test_a_private_address_is_asked_only_where_the_user_names_its_host(bma: Run) -> None:
    with wayback(Shelf(THREE)) as server:
        elsewhere = server.base.replace("127.0.0.1", "localhost")
        named = bma("fetch", "--source", "wayback", "--wayback-url", elsewhere, *FAST, CODE)
        assert named.last_line.startswith("2 saved")
