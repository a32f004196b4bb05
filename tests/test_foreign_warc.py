"""WARC files that other programs wrote: plain, packed either way, chunked, with revisits, cut, damaged."""

from __future__ import annotations

import base64
import datetime as dt
import gc
import gzip
import hashlib
import io
import json
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper.archive import Archive
from scraper.foreign_records import OtherRecords
from scraper.foreign_warc import warc_pages
from scraper.saved import SavedPage, UnreadableFile
from tests import test_cli
from tests.exchanges import PAGE, code, exchange, head, keep
from tests.test_cli import CODE, Run
from tests.test_cli import PAGE as SAVED

run = test_cli.bma  # the fixture
# warcio's writer leaves its temporary files to the garbage collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore:.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning"
)
BODY = SAVED.read_bytes()
DATE = "2021-05-06T07:08:09Z"


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Have them collected where the warning is ignored, and not within another test."""
    yield
    gc.collect()


def response(number: int, body: bytes = BODY, date: str = DATE, url: str = PAGE, **headers: str) -> Any:
    """A record as warcio makes it, of the page with the code of this number."""
    writer = WARCWriter(io.BytesIO(), gzip=False)
    http = StatusAndHeaders("200 OK", list(headers.items()), protocol="HTTP/1.1")
    return writer.create_warc_record(
        url + code(number),
        "response",
        payload=io.BytesIO(body),
        http_headers=http,
        warc_headers_dict={"WARC-Date": date},
    )


def revisit(number: int, of: Any, date: str, *, by: str, status: str = "200 OK") -> Any:
    """A record that says the page was the same again; ``by`` is how it names the one before."""
    fields = {
        "id": {"WARC-Refers-To": of.rec_headers["WARC-Record-ID"]},
        "date": {
            "WARC-Refers-To-Target-URI": of.rec_headers["WARC-Target-URI"],
            "WARC-Refers-To-Date": of.rec_headers["WARC-Date"],
        },
        "digest": {"WARC-Payload-Digest": of.rec_headers["WARC-Payload-Digest"]},
    }[by]
    profile = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    writer = WARCWriter(io.BytesIO(), gzip=False)
    return writer.create_warc_record(
        PAGE + code(number),
        "revisit",
        http_headers=StatusAndHeaders(status, [("Server", "x")], protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": date, "WARC-Profile": profile, **fields},
    )


def written(path: Path, records: Iterable[Any], packed: str = "each") -> Path:
    """A WARC file, plain or packed record by record or as a whole."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed == "each")
    writer.write_record(writer.create_warcinfo_record("x.warc.gz", {"software": "another"}))
    for record in records:
        writer.write_record(record)
    path.write_bytes(gzip.compress(out.getvalue()) if packed == "whole" else out.getvalue())
    return path


def read(*paths: Path) -> tuple[list[SavedPage], list[UnreadableFile], int]:
    """Pages, unreadable ones, and the number of other answers."""
    bodies: dict[str, bytes] = {}
    pages: list[SavedPage] = []
    unreadable: list[UnreadableFile] = []
    others = 0
    for item in warc_pages(paths, bodies.__getitem__):
        if isinstance(item, SavedPage):
            bodies[item.capture.capture_id] = item.body
            pages.append(item)
        elif isinstance(item, OtherRecords):
            others += item.number
        else:
            unreadable.append(item)
    return pages, unreadable, others


@pytest.mark.parametrize("packed", ["each", "whole", "plain"])
def test_pages_come_out_of_every_form_of_file(tmp_path: Path, packed: str) -> None:
    records = [response(number, BODY + bytes([number])) for number in range(5)]
    records.insert(2, response(0, url="http://monitor.bangkok.go.th/mobile/menu.php?x="))
    path = written(tmp_path / "x.warc.gz", records, packed)
    pages, unreadable, others = read(path)
    assert [page.body for page in pages] == [BODY + bytes([number]) for number in range(5)]
    assert (unreadable, others) == ([], 1)
    capture = pages[3].capture
    assert (capture.source, capture.url, capture.file_name) == ("file", PAGE + code(3), "x.warc.gz")
    assert (capture.page_kind, capture.page_code, capture.code_source) == ("project", code(3), "url")
    assert capture.captured_at == dt.datetime(2021, 5, 6, 7, 8, 9, tzinfo=dt.UTC)
    assert (capture.captured_at_source, capture.http_status, capture.fetched_at) == ("archive", 200, None)


CHUNKED = b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)
PACKED = gzip.compress(BODY)
FORMS: dict[str, tuple[bytes, dict[str, str]]] = {
    "chunked": (CHUNKED, {"Transfer-Encoding": "chunked"}),
    "header alone": (BODY, {"Transfer-Encoding": "chunked"}),
    "gzip": (PACKED, {"Content-Encoding": "gzip"}),
    "gzip in chunks": (
        b"%x\r\n%b\r\n0\r\n\r\n" % (len(PACKED), PACKED),
        {"Transfer-Encoding": "chunked", "Content-Encoding": "gzip"},
    ),
    "gzip header alone": (b"<html>" + BODY, {"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("form", FORMS)
def test_chunks_and_codings_are_undone(tmp_path: Path, form: str) -> None:
    stored, headers = FORMS[form]
    path = written(tmp_path / "x.warc.gz", [response(1, stored, **headers)])
    pages, unreadable, _ = read(path)
    assert unreadable == []
    assert pages[0].body == (stored if form == "gzip header alone" else BODY)


@pytest.mark.parametrize(
    ("stored", "headers", "reason"),
    [
        (CHUNKED[:-20], {"Transfer-Encoding": "chunked"}, "chunked body is cut or damaged"),
        (PACKED[:-20], {"Content-Encoding": "gzip"}, "cannot be unpacked: the content coding is cut"),
        (b"\x0b\x00", {"Content-Encoding": "br"}, "'br' is not known"),
    ],
)
def test_a_body_that_is_cut_is_named_and_the_rest_read(
    tmp_path: Path, stored: bytes, headers: dict[str, str], reason: str
) -> None:
    path = written(tmp_path / "x.warc.gz", [response(1, stored, **headers), response(2)])
    pages, (fault,), _ = read(path)
    assert reason in fault.reason
    assert fault.path == f"{path}, record 2"
    assert [page.capture.page_code for page in pages] == [code(2)]


@pytest.mark.parametrize("by", ["id", "date", "digest"])
@pytest.mark.parametrize("status", ["200 OK", "304 Not Modified"])
def test_a_revisit_is_the_page_it_refers_to_at_its_own_time(tmp_path: Path, by: str, status: str) -> None:
    first = response(1)
    written(tmp_path / "a.warc.gz", [first])
    path = written(
        tmp_path / "b.warc.gz",
        [revisit(1, first, "2022-01-01T00:00:00Z", by=by, status=status), response(2, b"other")],
    )
    for order in ([tmp_path / "a.warc.gz", path], [path, tmp_path / "a.warc.gz"]):
        pages, unreadable, _ = read(*order)
        assert unreadable == []
        again = pages[-1]
        assert (again.body, again.capture.http_status) == (BODY, 200)
        assert again.capture.captured_at == dt.datetime(2022, 1, 1, tzinfo=dt.UTC)
    _, (fault,), _ = read(path)
    assert "in none of these files, and" in fault.reason


@pytest.mark.parametrize("packed", ["each", "whole", "plain"])
def test_a_file_cut_anywhere_gives_what_is_whole_and_says_so(tmp_path: Path, packed: str) -> None:
    records = [response(number, hashlib.sha512(bytes([number])).digest() * 5) for number in range(4)]
    path = written(tmp_path / "x.warc.gz", records, packed)
    data = path.read_bytes()
    whole = [page.body for page in read(path)[0]]
    ends = {len(data)}
    if packed == "each":
        ends |= {place for place in range(1, len(data)) if data[place:].startswith(b"\x1f\x8b\x08\x00")}
    for cut in {*range(0, len(data), 41), *ends}:
        path.write_bytes(data[:cut])
        pages, unreadable, _ = read(path)
        assert [page.body for page in pages] == whole[: len(pages)]
        assert bool(unreadable) == (cut not in ends), cut
        if packed == "each":
            boundaries = sorted(ends)
            assert len(pages) == max(sum(end <= cut for end in boundaries) - 1, 0)


def test_a_record_that_is_not_what_its_digest_says_is_named(tmp_path: Path) -> None:
    record = response(1)
    path = written(tmp_path / "x.warc", [record, response(2)], "plain")
    data = path.read_bytes()
    place = data.index(BODY[:50]) + 20
    path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
    pages, (fault,), _ = read(path)
    assert "WARC-Block-Digest" in fault.reason
    assert len(pages) == 1


def test_a_damaged_member_costs_one_page_and_is_named(tmp_path: Path) -> None:
    records = [response(number, random.Random(number).randbytes(400)) for number in range(4)]
    path = written(tmp_path / "x.warc.gz", records)
    data = path.read_bytes()
    begin = data.index(b"\x1f\x8b\x08\x00", data.index(b"\x1f\x8b\x08\x00", 1) + 1)
    end = data.index(b"\x1f\x8b\x08\x00", begin + 1)
    for place in range(begin + 10, end, 3):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :])
        pages, (fault,), _ = read(path)
        assert [page.capture.page_code for page in pages] == [code(0), code(2), code(3)]
        assert fault.reason.startswith(f"bytes {begin} to {end} are damaged")


def test_a_redirect_is_no_page(tmp_path: Path) -> None:
    record = response(1, b"moved")
    record.http_headers.statusline = "301 Moved Permanently"
    assert read(written(tmp_path / "x.warc.gz", [record, response(2)]))[2] == 1


def test_a_payload_digest_of_the_body_without_chunks_is_accepted_and_another_is_not(tmp_path: Path) -> None:
    path = written(tmp_path / "x.warc", [response(1, CHUNKED, **{"Transfer-Encoding": "chunked"})], "plain")
    (line,) = re.findall(rb"WARC-Payload-Digest: .*\r\n", path.read_bytes())
    for data, is_good in ((BODY, True), (CHUNKED, True), (b"another", False)):
        sha1 = base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest())
        other = tmp_path / "y.warc"
        other.write_bytes(path.read_bytes().replace(line, b"WARC-Payload-Digest: sha1:" + sha1 + b"\r\n"))
        pages, unreadable, _ = read(other)
        assert (len(pages), len(unreadable)) == ((1, 0) if is_good else (0, 1))


@pytest.mark.parametrize("date", ["2021", "not a date", "2564-05-06T07:08:09Z"])
def test_a_record_without_a_time_that_can_be_relied_on_is_named(tmp_path: Path, date: str) -> None:
    _, (fault,), _ = read(written(tmp_path / "x.warc.gz", [response(1, date=date)]))
    assert date in fault.reason


def test_what_is_no_warc_file_is_named(tmp_path: Path) -> None:
    for number, data in enumerate((b"", b"<html>", gzip.compress(b"<html>"), b"\x1f\x8b\x08 no gzip")):
        path = tmp_path / f"{number}.warc.gz"
        path.write_bytes(data)
        pages, unreadable, _ = read(path)
        assert pages == []
        assert unreadable
    _, (fault,), _ = read(tmp_path / "missing.warc.gz")
    assert "No such file" in fault.reason


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    "line", [b"X-Field: y\r\n", b"X" * 1_000_000, b"\r\n"], ids=["lines", "one line", "empty lines"]
)
def test_a_head_without_end_is_damage_that_costs_no_time(tmp_path: Path, line: bytes, packed: bool) -> None:
    first = written(tmp_path / "first.warc", [response(1)], "plain").read_bytes()
    begin = b"" if line.isspace() else b"WARC/1.0\r\nWARC-Type: response\r\n"
    data = begin + line * (40_000_000 // len(line))
    path = tmp_path / ("x.warc.gz" if packed else "x.warc")
    path.write_bytes(gzip.compress(first, 1) + gzip.compress(data, 1) if packed else first + data)
    begun = time.process_time()
    pages, (fault,), _ = read(path)
    assert time.process_time() - begun < 3
    assert "at or behind record 2 (a record's head does not end within 64 KiB)" in fault.reason
    assert [page.capture.page_code for page in pages] == [code(1)]


def test_a_record_that_does_not_say_how_long_it_is_ends_the_reading(tmp_path: Path) -> None:
    path = written(tmp_path / "x.warc", [response(1), response(2)], "plain")
    data = path.read_bytes()
    place = data.rindex(b"\r\nContent-Length: ", 0, data.rindex(b"\r\n\r\n", 0, data.rindex(BODY)))
    path.write_bytes(data[:place] + b"\r\nX-Length: " + data[place + 18 :])
    pages, (fault,), _ = read(path)
    assert len(pages) == 1
    assert "a record does not say how long it is" in fault.reason


def test_what_our_own_archive_keeps_beside_an_answer_is_no_page(tmp_path: Path) -> None:
    with Archive(tmp_path, writable=True) as archive:
        interim = head("103 Early Hints")
        keep(archive, exchange(BODY, interim=interim, surplus=b"more"), 1)
    pages, unreadable, _ = read(*tmp_path.glob("*.warc.gz"))
    assert (unreadable, [page.body for page in pages]) == ([], [BODY])


def test_our_own_files_are_read_as_any_other(tmp_path: Path) -> None:
    with Archive(tmp_path, writable=True) as archive:
        made = exchange(PACKED, response_head=head(Content_Encoding="gzip", Transfer_Encoding="chunked"))
        keep(archive, made, 1)
    pages, unreadable, _ = read(*tmp_path.glob("*.warc.gz"))
    assert unreadable == []
    assert [page.body for page in pages] == [BODY]


def test_import_takes_them_with_saved_pages(run: Run, tmp_path: Path) -> None:
    first = response(1)
    written(tmp_path / "a.warc.gz", [first, response(9, url="http://example.org/?pid=")])
    written(tmp_path / "b.warc.gz", [revisit(1, first, "2022-01-01T00:00:00Z", by="digest")])
    result = run("import", SAVED, "a.warc.gz", "b.warc.gz")
    assert result.last_line == (
        "3 pages imported, 0 already held, 0 not readable, 1 answers of other pages passed over"
    )
    assert result.code == 0
    again = run("import", "a.warc.gz", "b.warc.gz", "--json")
    assert json.loads(again.out) == {"imported": 0, "held": 2, "unreadable": 0, "others": 1}
    rows = json.loads(run("captures", code(1), "--json").out)
    assert [row["captured_at"] for row in rows] == [DATE, "2022-01-01T00:00:00Z"]
    assert CODE in run("show", code(1)).out  # the bytes are those of the sample
    assert run("verify", "--deep").code == 0


def test_an_imported_page_has_its_outcome_at_once_and_without_the_index(run: Run, tmp_path: Path) -> None:
    written(tmp_path / "a.warc.gz", [response(1), response(2, b"<html>nothing")])
    run("import", SAVED, "a.warc.gz")
    index = tmp_path / "data" / "raw" / "index.sqlite"
    for _ in range(2):
        held = json.loads(run("status", "--json").out)["held"]
        outcomes = {line["outcome"]: line["captures"] for line in held}
        assert outcomes == {"ok": 1, "wrong_page": 1, "unknown_kind": 1}
        index.unlink()
    with Archive(tmp_path / "data" / "raw") as archive:
        assert archive.latest_good("project", code(1)) is None
    assert json.loads(run("reindex", "--json").out)["changed"] == 0


def test_import_names_a_cut_file_and_keeps_what_is_whole(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "a.warc.gz", [response(1), response(2)])
    path.write_bytes(path.read_bytes()[:-20])
    result = run("import", "a.warc.gz")
    assert result.code == 1
    assert "a.warc.gz: it is cut or damaged at or behind record 3 (the file ends within" in result.err
    assert "are damaged (it is cut)" in result.err
    assert result.last_line.startswith("1 pages imported")


def test_url_and_time_are_not_for_warc_files(run: Run, tmp_path: Path) -> None:
    written(tmp_path / "a.warc.gz", [response(1)])
    result = run("import", "a.warc.gz", "--captured-at", "2020-01-01T00:00:00Z")
    assert result.code == 2
    assert "WARC files say them themselves" in result.err


class Site(BaseHTTPRequestHandler):
    """Serves the sample, in chunks."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(CHUNKED)

    def log_message(self, *_: object) -> None:
        pass


CAPTURE = """
import sys
from warcio.capture_http import capture_http
import http.client
with capture_http(sys.argv[2]):
    connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
    connection.request("GET", "/mobile/myproject.php?pid=21000000-0001")
    connection.getresponse().read()
    connection.close()
"""


def test_what_another_program_recorded_from_a_server_is_imported(run: Run, tmp_path: Path) -> None:
    server = HTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.handle_request, daemon=True)
    thread.start()
    command = [sys.executable, "-c", CAPTURE, str(server.server_port), "recorded.warc.gz"]
    subprocess.run(command, check=True, cwd=tmp_path, timeout=60)
    thread.join(10)
    server.server_close()
    assert run("import", "recorded.warc.gz").last_line.startswith("1 pages imported")
    (row,) = json.loads(run("captures", code(1), "--json").out)
    assert (row["body_sha256"], row["captured_at_source"]) == (hashlib.sha256(BODY).hexdigest(), "archive")
