"""`bma discover` and `bma fetch` with Common Crawl, scripted on loopback."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from pathlib import Path

import pandas
import pytest
from warcio.archiveiterator import ArchiveIterator

from scraper.archive import Archive
from scraper.warc import record
from tests import test_cli
from tests.archives import (
    CRAWL,
    FILE,
    PAGE,
    Shelf,
    common_crawl,
    member,
    project,
    sha1,
)
from tests.servers import Server, answer, project_html
from tests.test_cli import Result, Run

bma = test_cli.bma  # the fixture

CODE, OTHER = "21000000-0001", "21000000-0002"
FAST_INDEX = ("--index-interval", 0, "--retry-wait", 0, "--contact", "mailto:fetch@example.org")
FAST = ("--interval", 0, *FAST_INDEX)
THREE = [
    project(1, "20200323020000"),
    project(1, "20210323020000", body=b"other"),
    project(2, "20200401000000"),
]


def at(server: Server) -> tuple[str, ...]:
    return ("--commoncrawl-index-url", server.base, "--commoncrawl-data-url", server.base)


def discover(bma: Run, server: Server, *arguments: object) -> Result:
    return bma("discover", "--source", "commoncrawl", *at(server), *FAST_INDEX, *arguments)


def fetch(bma: Run, server: Server, *arguments: object) -> Result:
    return bma("fetch", "--source", "commoncrawl", *at(server), *FAST, *arguments)


def rows(done: Result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(done.out)))


def captures(bma: Run, code: str = CODE) -> list[dict[str, object]]:
    return list(json.loads(bma("captures", code, "--json").out))


def records_asked(server: Server) -> list[str]:
    return [path for path in server.paths if path == f"/{FILE}"]


# Discovering


def test_discover_lists_what_all_crawls_have(bma: Run) -> None:
    with common_crawl(Shelf(THREE), ["CC-MAIN-2021-17", CRAWL][::-1]) as server:
        done = discover(bma, server)
        asked = server.paths.copy()
    assert done.code == 0
    assert [(row["page_code"], row["captured_at"], row["source"], row["held"]) for row in rows(done)] == [
        (CODE, "2020-03-23T02:00:00Z", "commoncrawl", "no"),
        (CODE, "2021-03-23T02:00:00Z", "commoncrawl", "no"),
        (OTHER, "2020-04-01T00:00:00Z", "commoncrawl", "no"),
    ]
    assert asked[0] == "/collinfo.json"
    assert {path.partition("?")[0] for path in asked[1:]} == {f"/{CRAWL}-index", "/CC-MAIN-2021-17-index"}


def test_a_crawl_is_asked_once_a_folder_and_no_more_pages_than_there_are(bma: Run) -> None:
    many = [project(number, "20200323020000") for number in range(25)]
    with common_crawl(Shelf(many, rows=10)) as server:
        assert len(rows(discover(bma, server))) == 25
        pages = [path for path in server.paths if "monitor.bangkok.go.th%2Fmobile%2F&" in path]
    assert [path.rpartition("=")[2] for path in pages] == ["0", "1", "2", "3"]


def test_only_the_crawls_that_are_named_are_asked(bma: Run) -> None:
    with common_crawl(Shelf(THREE), [CRAWL, "CC-MAIN-2021-17"]) as server:
        assert len(rows(discover(bma, server, "--crawl", CRAWL))) == 3
        assert not any("2021-17" in path for path in server.paths)
        unknown = discover(bma, server, "--crawl", "CC-MAIN-1999-01")
    assert unknown.code == 2
    assert "no crawl 'CC-MAIN-1999-01'" in unknown.err


def test_a_discovery_that_was_stopped_goes_on_where_it_was(bma: Run) -> None:
    shelf = Shelf([project(number, "20200323020000") for number in range(9)], rows=2)
    slow = answer(b"SlowDown", "429 Too Many Requests")
    shelf.instead = lambda path, number: slow if "page=3" in path and number == 1 else None
    with common_crawl(shelf) as server:
        assert discover(bma, server).code == 3
        asked = server.paths.copy()
        again = discover(bma, server)
        rest = server.paths[len(asked) :]
    assert len(rows(again)) == 9
    assert rest[0] == asked[-1]
    assert set(asked[:-1]).isdisjoint(rest)


def test_nothing_found_counts_only_where_a_known_page_is_found(bma: Run) -> None:
    shelf = Shelf([], knows_probe=False)
    with common_crawl(shelf) as server:
        done = discover(bma, server)
        assert done.code == 1
        assert "commoncrawl does not answer truly" in done.err
        shelf.knows_probe = True
        assert discover(bma, server).code == 0


def test_a_malformed_line_is_named_and_the_others_are_taken(bma: Run) -> None:
    shelf = Shelf(THREE)
    with common_crawl(shelf) as server:

        def spoiled(path: str, number: int) -> bytes | None:
            if "mobile%2F&" not in path or "page=0" not in path or "monitor" not in path:
                return None
            good = {
                "urlkey": "x",
                "timestamp": "20200323020000",
                "url": PAGE + CODE,
                "filename": FILE,
                "offset": "0",
                "length": "10",
            }
            lines = [
                good,
                {"url": PAGE + CODE},
                good | {"filename": "../../etc/passwd"},
                good | {"filename": "https://elsewhere.test/x"},
                good | {"offset": "-1"},
                good | {"length": "99999999999"},
            ]
            return answer("\n".join([*map(json.dumps, lines), "{", "[]"]).encode())

        shelf.instead = spoiled
        done = discover(bma, server)
    assert (done.code, len(rows(done))) == (0, 1)
    assert "7 malformed lines in the index of commoncrawl were passed over" in done.err
    assert "line 2: it lacks timestamp, filename, offset, length" in done.err


def test_two_archives_are_asked_one_after_the_other_and_one_that_fails_leaves_the_other(bma: Run) -> None:
    refused = answer(b"", "403 Forbidden")
    shelf = Shelf(THREE, instead=lambda path, number: refused if path.startswith("/cdx/") else None)
    with common_crawl(shelf) as server:
        where = ("--wayback-url", server.base, *at(server))
        done = bma("discover", "--source", "wayback,commoncrawl", *where, *FAST_INDEX)
    assert done.code == 3
    assert len(rows(done)) == 3
    assert "wayback answers with status 403" in done.err


# Fetching


def test_the_record_is_kept_as_it_is_and_any_reader_sees_the_page(bma: Run, tmp_path: Path) -> None:
    with common_crawl(Shelf(THREE)) as server:
        assert fetch(bma, server, OTHER).last_line.startswith("1 saved")
    (file,) = (tmp_path / "data" / "raw").glob("*.warc.gz")
    assert member(THREE[2]) in file.read_bytes()
    with file.open("rb") as stream:
        pages = [
            found.content_stream().read()
            for found in ArchiveIterator(stream)
            if found.rec_headers.get_header("WARC-Target-URI") == PAGE + OTHER
            and found.rec_type == "response"
        ]
    assert pages == [project_html(OTHER)]


def test_a_capture_has_the_crawl_s_time_and_place(bma: Run) -> None:
    with common_crawl(Shelf(THREE)) as server:
        fetch(bma, server, OTHER)
    (one,) = captures(bma, OTHER)
    offset = len(member(THREE[0]) + member(THREE[1]))
    assert one["archive_location"] == f"{FILE} {offset} {len(member(THREE[2]))}"
    assert (one["captured_at"], one["captured_at_source"]) == ("2020-04-01T00:00:00Z", "archive")
    assert (one["url"], one["http_status"], one["outcome"]) == (PAGE + OTHER, 200, "ok")
    assert (one["source"], one["digest_check"]) == ("commoncrawl", "match")
    assert "X-Crawl-Content-Encoding: gzip" in bma("show", OTHER, "--headers").out
    assert f"โครงการตัวอย่าง : {OTHER}" in bma("show", OTHER).out


def test_captures_held_are_skipped(bma: Run) -> None:
    with common_crawl(Shelf(THREE)) as server:
        fetch(bma, server, CODE)
        done = fetch(bma, server, CODE, OTHER)
        assert len(records_asked(server)) == 3
    assert done.last_line == "1 saved, 0 unchanged, 0 not found, 0 failed (2 skipped, held already)"


def test_an_archive_with_such_records_is_sound_and_gives_the_same_again(bma: Run) -> None:
    kept = [
        *THREE,
        project(3, "20200101000000", digest=sha1(b"another")),
        project(4, "20200101000000", digest=""),
    ]
    with common_crawl(Shelf(kept)) as server:
        discover(bma, server)
        assert fetch(bma, server, "--discovered").last_line.startswith("5 saved")
    codes = [f"21000000-000{number}" for number in range(1, 5)]
    before = [captures(bma, code) for code in codes]
    assert bma("verify", "--deep").last_line.endswith("0 faults")
    assert json.loads(bma("reindex", "--json").out) == {
        "captures": 5,
        "exchanges": json.loads(bma("status", "--json").out)["exchanges"],
        "changed": 0,
        "damage": [],
    }
    assert [captures(bma, code) for code in codes] == before
    assert bma("verify", "--deep").last_line.endswith("0 faults")
    assert [found[0]["digest_check"] for found in before[2:]] == ["mismatch", "not_comparable"]


def test_the_table_of_captures_says_where_the_archive_keeps_them(bma: Run) -> None:
    with common_crawl(Shelf(THREE)) as server:
        fetch(bma, server, CODE, OTHER)
    bma("build")
    table = pandas.read_parquet("data/clean/captures.parquet")
    assert set(table.source) == {"commoncrawl"}
    assert all(place.startswith(f"{FILE} ") for place in table.archive_location)
    assert list(table.digest_check) == ["match"] * 3


def test_the_evidence_of_a_page_has_the_request_and_the_record(bma: Run, tmp_path: Path) -> None:
    with common_crawl(Shelf(THREE)) as server:
        fetch(bma, server, OTHER)
    assert bma("evidence", OTHER, "--out", "e.zip").code == 0
    with zipfile.ZipFile("e.zip") as packed:
        plain = gzip.decompress(packed.read("pages.warc.gz"))
        facts = json.loads(packed.read("captures.json"))
    assert f"GET /{FILE} HTTP/1.1".encode() in plain
    assert f"WARC-Target-URI: {PAGE}{OTHER}".encode() in plain
    assert [exchange["status"] for exchange in facts["exchanges"]] == [206]


def test_a_record_that_was_torn_off_before_its_metadata_is_set_aside_and_fetched_again(
    bma: Run, tmp_path: Path
) -> None:
    with common_crawl(Shelf(THREE)) as server:
        fetch(bma, server, OTHER)
        (file,) = (tmp_path / "data" / "raw").glob("*.warc.gz")
        data = file.read_bytes()
        end = data.index(member(THREE[2])) + len(member(THREE[2]))
        file.chmod(0o644)
        file.write_bytes(data[: end + 5])
        (tmp_path / "data" / "raw" / "SHA256SUMS").unlink()
        done = fetch(bma, server, OTHER)
    assert done.last_line.startswith("1 saved")
    assert bma("verify", "--deep").code == 0
    assert len(captures(bma, OTHER)) == 1


def test_a_body_with_its_chunks_is_read_without_them(bma: Run) -> None:
    body = project_html(CODE)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    kept = project(1, "20200323020000", body=chunked, headers=("Transfer-Encoding: chunked",))
    with common_crawl(Shelf([kept])) as server:
        fetch(bma, server, CODE)
    (one,) = captures(bma)
    assert (one["size_bytes"], one["outcome"], one["digest_check"]) == (len(body), "ok", "match")
    assert bma("verify", "--deep").code == 0


# What is no such record


def part(body: bytes) -> bytes:
    return answer(body, "206 Partial Content")


GOOD = member(THREE[2])
CUT = (("WARC-Truncated", "length"),)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (part(GOOD[:-10]), "a gzip member that is cut"),
        (part(GOOD + GOOD), "more than one gzip member"),
        (part(b"<html>"), "not a gzip member"),
        (part(gzip.compress(b"hello")), "not a WARC record"),
        (part(GOOD[:40] + b"\x00" + GOOD[41:]), "not a gzip member"),
        (answer(GOOD), "not a part of the file, but status 200"),
        (answer(b"", "404 Not Found"), "not a part of the file, but status 404"),
        (part(member(THREE[0])), f"the record of another URL: {PAGE}{CODE}"),
        (part(member(project(2, "20200401000001"))), "the record of another time: '2020-04-01T00:00:01Z'"),
        (part(member(project(2, "20200401000000", record_type="revisit"))), "a record of type revisit"),
        (part(member(project(2, "20200401000000", record_type="request"))), "a record of type request"),
        (part(member(project(2, "20200401000000", fields=CUT))), "cut (WARC-Truncated: length)"),
        (part(record("response", b"no http", [("WARC-Target-URI", PAGE + OTHER)])), "another time: ''"),
        (part(gzip.compress(b"WARC/1.0\r\nA: b\r\n\r\n" + bytes(40_000_000))), "more bytes than any page"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_not_the_whole_record_is_evidence_and_no_capture(said: bytes, reason: str, bma: Run) -> None:
    shelf = Shelf(THREE, instead=lambda path, number: said if path == f"/{FILE}" else None)
    with common_crawl(shelf) as server:
        done = fetch(bma, server, OTHER)
        assert len(records_asked(server)) == 1
        assert (done.code, done.last_line[:7]) == (1, "0 saved")
        assert reason in done.err
        with Archive(Path("data/raw")) as archive:
            assert archive.count() == 0
            assert len(list(archive.exchanges(OTHER))) == 1
        shelf.instead = lambda path, number: None
        assert fetch(bma, server, OTHER).last_line.startswith("1 saved")
    assert bma("verify", "--deep").code == 0


def test_a_record_whose_bytes_have_changed_is_seen_by_its_block_digest(bma: Run) -> None:
    changed = gzip.decompress(GOOD).replace(b"Content-Type: text/html", b"Content-Type: text/htmx")
    said = part(gzip.compress(changed))
    shelf = Shelf(THREE, instead=lambda path, number: said if path == f"/{FILE}" else None)
    with common_crawl(shelf) as server:
        assert "WARC-Block-Digest" in fetch(bma, server, OTHER).err


def test_429_of_the_file_host_stops_the_source_with_3(bma: Run) -> None:
    shelf = Shelf(THREE)
    slow = answer(b"SlowDown", "429 Too Many Requests")
    shelf.instead = lambda path, number: slow if path == f"/{FILE}" and number == 2 else None
    with common_crawl(shelf) as server:
        done = fetch(bma, server, CODE, OTHER)
        assert len(records_asked(server)) == 2
        assert done.code == 3
        assert fetch(bma, server, CODE, OTHER).last_line.startswith("2 saved")


def test_an_archived_redirect_and_an_archived_404_are_captures(bma: Run) -> None:
    kept = [
        project(1, "20200323020000", status="404 Not Found", body=b"gone"),
        project(1, "20210323020000", status="302 Found", headers=("Location: /mobile/login.php",)),
    ]
    with common_crawl(Shelf(kept)) as server:
        assert fetch(bma, server, CODE).last_line.startswith("1 saved, 0 unchanged, 1 not found, 0 failed")
    assert [(one["http_status"], one["outcome"]) for one in captures(bma)] == [
        (404, "not_found"),
        (302, "login_redirect"),
    ]
