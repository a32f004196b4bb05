"""An exchange as WARC records, as the standard has them, judged by two readers of other people."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import gzip
import hashlib
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import fastwarc.warc
import pytest
from warcio.archiveiterator import ArchiveIterator

from scraper.archive import Archive
from scraper.exchange import FAILURES, Exchange
from scraper.walk import Record, walk
from tests.exchanges import PAGE, TIME, code, exchange, failed, head, keep, packed, page

PACKED = gzip.compress(b"page" * 100, mtime=0)
CHUNKED = head(Transfer_Encoding="chunked", Content_Encoding="gzip", Content_Type="text/html")

EXCHANGES = {
    "plain": exchange(),
    "gzip": exchange(PACKED, response_head=head(Content_Encoding="gzip", Content_Length=len(PACKED))),
    "chunked gzip": exchange(PACKED, response_head=CHUNKED),
    "empty": exchange(b"", response_head=head("204 No Content"), status=204),
    "empty with a length": exchange(b""),
    "not found": exchange(
        b"gone", response_head=head("404 Not Found", Content_Length=4, Server="Apache"), status=404
    ),
    "hop": exchange(
        b"", response_head=head("302 Found", Location="/x", Content_Length=0), status=302, attempt=2
    ),
    "bare line feeds": exchange(response_head=b"HTTP/1.0 200 OK\nServer: old\n\n"),
    "odd headers": exchange(
        response_head=b"HTTP/1.1 200\r\nX:\r\nno colon\r\nA: b\r\n  folded\r\nThai: \xe0\xb8\x81\xff\r\n\r\n"
    ),
    "short body": exchange(
        b"pag", response_head=head(Content_Length=4), failure="short_body", detail="3 of 4 bytes"
    ),
    "too large": exchange(failure="too_large", detail="more than 4 bytes"),
    "deadline": exchange(b"p", response_head=CHUNKED, failure="deadline"),
    "no head at all": failed("bad_head", body=b"\x15\x03\x01\x00\x02\x02", detail="no status line"),
    "an unparsable head": failed("bad_head", response_head=b"ICY 200 OK\r\n\r\n", body=b"page"),
    "a cut head": failed("reset", response_head=b"HTTP/1.1 200 OK\r\nContent-Ty"),
    "no answer": failed("timeout", detail="30 seconds\r\nwithout\x00 a byte"),
    "nothing sent": failed("not_found_host", request_head=b"", peer=None),
    "tls": exchange(
        url="https://policy.bangkok.go.th/mobile/myproject.php?pid=21000000-0001",
        peer="[2001:db8::7]:443",
        tls={"version": "TLSv1.2", "cipher": "AES256-GCM-SHA384", "certificate_sha256": "ab" * 32},
    ),
    "thai in the url": exchange(url=PAGE + "โครงการ&a=%20"),
    "via": exchange(via="http://dp1.bangkok.go.th/mobile/myproject.php?pid=21000000-0001"),
}
EACH = pytest.mark.parametrize("made", EXCHANGES.values(), ids=EXCHANGES)


CONTENT_TYPES = {
    "request": "application/http;msgtype=request",
    "response": "application/http;msgtype=response",
    "resource": "application/octet-stream",
    "metadata": "application/warc-fields",
}


def kept(folder: Path, made: Exchange, outcome: str | None = "ok") -> Path:
    with Archive(folder, writable=True, software="bma-progress/9") as archive:
        keep(archive, made, 1, outcome)
    (path,) = folder.glob("*.warc.gz")
    return path


def by_warcio(path: Path) -> list[tuple[Any, bytes]]:
    with path.open("rb") as file:
        return [(record, record.raw_stream.read()) for record in ArchiveIterator(file, check_digests="raise")]


def blocks(path: Path) -> dict[str, tuple[dict[str, str], bytes]]:
    """Heads and blocks of the records by type, read by nothing but gzip."""
    data = path.read_bytes()
    found = {}
    for record in walk(path):
        assert isinstance(record, Record)
        plain = gzip.decompress(data[record.offset : record.offset + record.length])
        found[record.head["warc-type"]] = (record.head, plain.partition(b"\r\n\r\n")[2][:-4])
    return found


def fields(block: bytes) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in block.decode().split("\r\n") if line)


@EACH
def test_other_programs_read_every_record(tmp_path: Path, made: Exchange) -> None:
    path = kept(tmp_path, made)
    messages = (["request"] if made.request_head else []) + (
        ["response"] if made.status else ["resource"] if made.response_head or made.body else []
    )
    expected = ["warcinfo", *messages, "metadata"]
    found = by_warcio(path)
    assert [record.rec_type for record, _ in found] == expected
    bodies = [body for record, body in found if record.rec_type == "response"]
    assert bodies == ([made.body] if made.status else [])
    with path.open("rb") as file:
        read = [
            (record.headers["WARC-Type"], record.verify_block_digest(consume=True))
            for record in fastwarc.warc.ArchiveIterator(file, parse_http=False)
        ]
    assert read == [(kind, True) for kind in expected]
    with path.open("rb") as file:
        for record in fastwarc.warc.ArchiveIterator(file, record_types=fastwarc.warc.WarcRecordType.response):
            assert record.http_headers.status_code == made.status
            if b"\r\n\r\n" in made.response_head:  # FastWARC knows no other end of a head
                assert record.verify_payload_digest()
                assert record.reader.read() == made.body
    assert subprocess.run(["gzip", "-t", path], check=False).returncode == 0


def test_warcio_check_passes_them_all(tmp_path: Path) -> None:
    with Archive(tmp_path, writable=True) as archive:
        for number, made in enumerate(EXCHANGES.values()):
            keep(archive, made, number, "ok")
    (path,) = tmp_path.glob("*.warc.gz")
    command = [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "digest pass" in done.stdout
    assert "failed" not in done.stdout


@EACH
def test_request_and_answer_are_kept_byte_by_byte(tmp_path: Path, made: Exchange) -> None:
    found = blocks(kept(tmp_path, made))
    assert found.get("request", ({}, b""))[1] == made.request_head
    if made.status is None:
        assert found.get("resource", ({}, b""))[1] == made.response_head + made.body
    else:
        block = found["response"][1]
        assert block.endswith(made.body)
        kept_lines = block.removesuffix(made.body).replace(b"X-Archive-Orig-", b"").splitlines()
        assert [line for line in kept_lines if line in made.response_head.splitlines()] == (
            made.response_head.splitlines()
        )


@EACH
def test_heads_are_those_of_the_standard(tmp_path: Path, made: Exchange) -> None:
    found = blocks(kept(tmp_path, made))
    _, info = found.pop("warcinfo")
    assert fields(info)["software"] == "bma-progress/9"
    for kind, (names, block) in found.items():
        assert names["warc-record-id"].startswith("<urn:uuid:")
        assert names["warc-date"] == "2026-01-02T03:04:05.678901Z"
        assert names["warc-target-uri"].isascii()
        sha1 = base64.b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
        assert names["warc-block-digest"] == f"sha1:{sha1}"
        assert ("warc-payload-digest" in names) == (kind in ("response", "resource"))
        address = "2001:db8::7" if made.tls else "192.0.2.7"
        assert names.get("warc-ip-address") == (address if made.peer else None)
        assert names["content-type"] == CONTENT_TYPES[kind]


def test_the_records_of_one_exchange_name_one_another(tmp_path: Path) -> None:
    path = kept(tmp_path, exchange())
    info, request, response, metadata = (record.rec_headers for record, _ in by_warcio(path))

    def values(headers: Any, name: str) -> list[str]:
        return [value for found, value in headers.headers if found == name]

    ids = [headers["WARC-Record-ID"] for headers in (info, request, response)]
    assert len(set(ids)) == 3
    assert values(response, "WARC-Concurrent-To") == [ids[1]]
    assert values(metadata, "WARC-Concurrent-To") == [ids[2], ids[1]]
    assert values(metadata, "WARC-Refers-To") == [ids[2]]
    assert {headers["WARC-Warcinfo-ID"] for headers in (request, response, metadata)} == {ids[0]}


def test_a_chunked_answer_is_kept_without_chunks_and_says_so(tmp_path: Path) -> None:
    made = EXCHANGES["chunked gzip"]
    ((record, body),) = [pair for pair in by_warcio(kept(tmp_path, made)) if pair[0].rec_type == "response"]
    assert body == PACKED
    headers = record.http_headers
    assert headers["X-Archive-Orig-Transfer-Encoding"] == "chunked"
    assert headers["Content-Length"] == str(len(PACKED))
    assert headers["Content-Encoding"] == "gzip"
    assert "Transfer-Encoding" not in dict(headers.headers)


@pytest.mark.parametrize(
    ("name", "cut"),
    [
        ("short body", "disconnect"),
        ("too large", "length"),
        ("deadline", "time"),
        ("a cut head", "disconnect"),
        ("plain", None),
        ("not found", None),
        ("no answer", None),
    ],
)
def test_a_body_that_was_cut_is_marked_with_the_reason(tmp_path: Path, name: str, cut: str | None) -> None:
    found = blocks(kept(tmp_path, EXCHANGES[name]))
    heads = [found[kind][0] for kind in ("response", "resource") if kind in found]
    assert [names.get("warc-truncated") for names in heads] == ([cut] if heads else [])


@pytest.mark.parametrize("failure", FAILURES)
def test_every_failure_can_be_kept(tmp_path: Path, failure: str) -> None:
    made = exchange(b"pa", failure=failure)
    with Archive(tmp_path, writable=True) as archive:
        capture_id = keep(archive, made, 1, "transport_error").capture_id
        assert capture_id is not None
        assert archive.body(capture_id) == b""
    assert fields(blocks(next(tmp_path.glob("*.gz")))["metadata"][1])["failure"] == failure


def test_the_metadata_tell_what_the_messages_do_not(tmp_path: Path) -> None:
    made = dataclasses.replace(
        EXCHANGES["tls"], attempt=3, via="http://policy.bangkok.go.th/", url="https://policy.bangkok.go.th/x"
    )
    found = fields(blocks(kept(tmp_path, made))["metadata"][1])
    assert found == {
        "source": "live",
        "url": "https://policy.bangkok.go.th/x",
        "site": "policy.bangkok.go.th",
        "page_kind": "project",
        "page_code": code(1),
        "code_source": "user",
        "captured_at": "2026-01-02T03:04:07Z",
        "captured_at_source": "response",
        "fetched_at": "2026-01-02T03:04:07Z",
        "http_status": "200",
        "body_sha256": hashlib.sha256(b"page").hexdigest(),
        "size_bytes": "4",
        "outcome": "ok",
        "status": "200",
        "started_at": "2026-01-02T03:04:05.678901Z",
        "ended_at": "2026-01-02T03:04:07.178901Z",
        "attempt": "3",
        "via": "http://policy.bangkok.go.th/",
        "peer": "[2001:db8::7]:443",
        "received_sha256": hashlib.sha256(b"page").hexdigest(),
        "received_bytes": "4",
        "capture_id": found["capture_id"],
        "fetchTimeMs": "1500",
        "tls_version": "TLSv1.2",
        "tls_cipher": "AES256-GCM-SHA384",
        "tls_certificate_sha256": "ab" * 32,
    }


def test_a_detail_of_several_lines_stays_one_value(tmp_path: Path) -> None:
    found = fields(blocks(kept(tmp_path, EXCHANGES["no answer"]))["metadata"][1])
    assert found["detail"] == "30 seconds without  a byte"


@pytest.mark.parametrize("url", [PAGE + "x" * 5_000, PAGE + "\u2028", PAGE + "a\x85b"])
def test_a_url_that_cannot_stand_on_a_line_is_escaped(tmp_path: Path, url: str) -> None:
    with Archive(tmp_path, writable=True) as archive:
        keep(archive, exchange(url=url, request_head=b"GET / HTTP/1.1\r\n\r\n"), 1)
    (tmp_path / "index.sqlite").unlink()
    with Archive(tmp_path) as archive:
        (capture,) = archive.captures()
        assert archive.damage == []
    assert capture.url is not None
    assert capture.url.startswith(PAGE)


def test_times_of_other_zones_are_kept_in_utc(tmp_path: Path) -> None:
    bangkok = dt.timezone(dt.timedelta(hours=7))
    path = kept(tmp_path, exchange(started_at=TIME.astimezone(bangkok)))
    assert blocks(path)["response"][0]["warc-date"] == "2026-01-02T03:04:05.678901Z"


def test_pages_and_packed_pages_are_read_by_others_as_by_us(tmp_path: Path) -> None:
    with Archive(tmp_path, writable=True) as archive:
        for number, make in enumerate((page, packed, page, packed)):
            keep(archive, make(number), number)
        ours = {archive.body(capture.capture_id) for capture in archive.captures()}
    (path,) = tmp_path.glob("*.warc.gz")
    with path.open("rb") as file:
        theirs = {
            record.content_stream().read()
            for record in ArchiveIterator(file)
            if record.rec_type == "response"
        }
    assert ours == theirs
    assert len(ours) == 4


HEADERS = [
    *(b"Content-Length: 4", b"content-length:9", b"Content-Length: abc", b"Content-Length: 4, 4"),
    *(b"Transfer-Encoding: chunked", b"Content-Encoding: gzip", b"X", b": v", b" folded", b"\t", b" \t "),
    *(b"A:b\rC:d", b"\x00\xff: \xe0", b"A: \xe0\xb8\x81", b"Set-Cookie: " + b"x" * 5_000),
]
STATUS_LINES = [
    b"HTTP/1.1 200 OK",
    b"HTTP/1.0 404",
    b"HTTP/1.1 abc",
    b"HTTP/1.1  200",
    b"HTTP/1.1",
    b"ICY 200",
]


def test_heads_of_any_sort_are_kept_so_that_others_can_read_on(tmp_path: Path) -> None:
    dice = random.Random(3)
    heads = []
    with Archive(tmp_path, writable=True) as archive:
        for number in range(300):
            end = dice.choice([b"\r\n", b"\n"])
            lines = [dice.choice(STATUS_LINES), *dice.choices(HEADERS, k=dice.randrange(6)), b""]
            heads.append(b"".join(line + end for line in lines))
            keep(archive, exchange(b"page", response_head=heads[-1]), number)
        assert {archive.body(capture.capture_id) for capture in archive.captures()} == {b"page"}
    (path,) = tmp_path.glob("*.warc.gz")
    answers = [pair for pair in by_warcio(path) if pair[0].rec_type in ("response", "resource")]
    for made, (record, body) in zip(heads, answers, strict=True):
        assert body == (b"page" if record.rec_type == "response" else made + b"page")
    assert sum(record.rec_type == "response" for record, _ in answers) > 100
