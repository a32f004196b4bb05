"""How other programs write WARC files: each form that is known, and what real programs write here and now.

The forms of programs that cannot be run in a test are built by hand, from their documentation and source.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests import test_cli, test_foreign_warc
from tests.exchanges import PAGE, code
from tests.test_cli import SAMPLES, Run
from tests.test_foreign_warc import BODY, CHUNKED, read

run = test_cli.bma  # the fixtures
collected = test_foreign_warc.collected
pytestmark = test_foreign_warc.pytestmark

URL = PAGE + code(1)
ID = "<urn:uuid:00000000-0000-4000-8000-00000000000%d>"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def sha1(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def record(version: str, block: bytes, **fields: str) -> bytes:
    """A record; fields are named with _ for -, and WARC before all that need it."""
    known = {"content_type": "Content-Type"}
    lines = [f"WARC/{version}"]
    for name, value in fields.items():
        lines.append(f"{known.get(name) or 'WARC-' + name.replace('_', '-').title()}: {value}")
    lines.append(f"Content-Length: {len(block)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def put(path: Path, *records: bytes) -> Path:
    """The records as a file, one gzip member each where its name says so."""
    packed = path.name.endswith(".gz")
    path.write_bytes(b"".join(gzip.compress(part) if packed else part for part in records))
    return path


def test_a_resource_that_is_not_what_its_payload_digest_says_is_named(tmp_path: Path) -> None:
    for digest, number in ((sha1(b"page"), 1), (sha256(b"page"), 1), (sha256(b"another"), 0)):
        fields = {"type": "resource", "target_uri": URL, "date": "2021-05-06T07:08:09Z"}
        path = put(tmp_path / "x.warc", record("1.0", b"page", payload_digest=digest, **fields))
        assert len(read(path)[0]) == number


def test_a_digest_of_an_unknown_kind_proves_nothing_and_is_not_kept(tmp_path: Path) -> None:
    fields = {"type": "resource", "target_uri": URL, "date": "2021-05-06T07:08:09Z"}
    path = put(tmp_path / "x.warc", record("1.0", b"page", payload_digest="crc:1\r\n url: x", **fields))
    assert [page.payload_digest for page in read(path)[0]] == [sha1(b"page")]


# GNU wget


def wget_response(body: bytes = CHUNKED, head: bytes = HEAD + b"Transfer-Encoding: chunked\r\n\r\n") -> bytes:
    """As wget 1.20 and 1.21 write it: WARC/1.0, `<…>` around the address, digests over the chunked bytes."""
    return record(
        "1.0",
        head + body,
        type="response",
        record_id=ID % 1,
        target_uri=f"<{URL}>",
        date="2021-05-06T07:08:09Z",
        block_digest=sha1(head + body),
        payload_digest=sha1(body),
        content_type="application/http;msgtype=response",
    )


def wget_revisit(body: bytes = CHUNKED) -> bytes:
    """As `--warc-dedup` makes wget write it: only WARC-Refers-To, and the block digest of no bytes at all."""
    return record(
        "1.0",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
        type="revisit",
        record_id=ID % 2,
        refers_to=ID % 1,
        profile="http://netpreserve.org/warc/1.0/revisit/identical-payload-digest",
        truncated="length",
        target_uri=f"<{URL}>",
        date="2022-01-01T00:00:00Z",
        block_digest=sha1(b""),
        payload_digest=sha1(body),
        content_type="application/http;msgtype=response",
    )


def wget_log() -> bytes:
    """The records that wget keeps of itself."""
    return b"".join(
        record(
            "1.0",
            b"x",
            type=kind,
            record_id=ID % 3,
            target_uri=f"<metadata://gnu.org/software/wget/warc/{name}>",
            date="2021-05-06T07:08:09Z",
            content_type="text/plain",
        )
        for kind, name in (("metadata", "MANIFEST.txt"), ("resource", "wget.log"))
    )


def test_files_of_wget_are_read(tmp_path: Path) -> None:
    path = put(tmp_path / "x.warc", wget_response(), wget_log(), wget_revisit(), wget_log())
    pages, unreadable, others = read(path)
    assert (unreadable, others) == ([], 0)
    assert [(page.capture.url, page.body) for page in pages] == [(URL, BODY)] * 2
    assert [page.capture.captured_at.year for page in pages] == [2021, 2022]


def test_a_revisit_of_a_page_that_was_imported_before_is_proven_by_its_digest(
    run: Run, tmp_path: Path
) -> None:
    put(tmp_path / "b.warc.gz", wget_revisit())
    put(tmp_path / "c.warc.gz", wget_revisit(b"another"))
    alone = run("import", "b.warc.gz")
    assert alone.code == 2
    assert "in none of these files, and the archive does not hold it with its digest sha1:" in alone.err
    put(tmp_path / "a.warc.gz", wget_response())
    run("import", "a.warc.gz")
    assert run("import", "c.warc.gz").code == 2
    assert run("import", "b.warc.gz").last_line.startswith("1 pages imported, 0 already held, 0 not readable")
    (tmp_path / "data" / "raw" / "index.sqlite").unlink()
    rows = json.loads(run("captures", code(1), "--json").out)
    assert [row["body_sha256"] for row in rows] == [hashlib.sha256(BODY).hexdigest()] * 2
    assert [row["outcome"] for row in rows] == ["wrong_page"] * 2  # the sample has another code
    assert run("verify", "--deep").code == 0


def test_a_revisit_whose_digest_is_not_that_of_what_it_refers_to_is_named(tmp_path: Path) -> None:
    pages, (fault,), _ = read(put(tmp_path / "x.warc", wget_response(), wget_revisit(b"another")))
    assert len(pages) == 1
    assert "has not the bytes that its WARC-Payload-Digest says" in fault.reason


def test_a_body_shorter_than_its_head_announces_is_named(tmp_path: Path) -> None:
    """wget writes an answer that was cut as if it were whole."""
    head = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY)
    pages, (fault,), _ = read(put(tmp_path / "x.warc", wget_response(BODY[:-1], head)))
    assert pages == []
    assert fault.reason == f"it is cut: {len(BODY) - 1:,} of the {len(BODY):,} bytes that its head announces"
    assert len(read(put(tmp_path / "x.warc", wget_response(BODY, head)))[0]) == 1


class Site(BaseHTTPRequestHandler):
    """Serves the sample in chunks; of the page with code 2 only a part."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        is_cut = self.path.endswith(code(2))
        self.send_response(200)
        if is_cut:
            self.send_header("Content-Length", str(len(BODY)))
        else:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(BODY[:100] if is_cut else CHUNKED)
        self.close_connection = is_cut

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def site() -> Iterator[str]:
    """The beginning of the addresses of its pages."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/mobile/myproject.php?pid="
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def wget(folder: Path, url: str, name: str, *options: str) -> None:
    command = ["wget", "--quiet", "--no-config", "--no-proxy", "--tries=1", "--timeout=20"]
    command += [f"--warc-file={name}", "--warc-cdx", *options, "--output-document=/dev/null", url]
    subprocess.run(command, cwd=folder, timeout=60, check=False)


@pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not installed; its form is tested above")
def test_what_wget_records_here_is_imported(run: Run, tmp_path: Path) -> None:
    with site() as pages:
        wget(tmp_path, pages + code(1), "first")
        wget(tmp_path, pages + code(1), "second", "--warc-dedup=first.cdx", "--no-warc-compression")
        wget(tmp_path, pages + code(2), "cut")
    assert b"WARC-Type: revisit" in (tmp_path / "second.warc").read_bytes()
    assert run("import", "first.warc.gz").last_line.startswith("1 pages imported, 0 already held")
    counts = json.loads(run("import", "second.warc", "--json").out)
    assert (counts["imported"] + counts["held"], counts["unreadable"]) == (1, 0)  # held within one second
    cut = run("import", "cut.warc.gz")
    assert cut.code == 2
    assert f"it is cut: 100 of the {len(BODY):,} bytes" in cut.err


# Browsertrix Crawler


def browsertrix(kind: str, block: bytes, uri: str, number: int, date: str, **fields: str) -> bytes:
    """As version 1 writes it: WARC/1.1, milliseconds, SHA-256, fields of its own."""
    return record(
        "1.1",
        block,
        page_id="00000000-0000-4000-8000-000000000000",
        **fields,
        record_id=ID % number,
        target_uri=uri,
        date=date,
        type=kind,
        block_digest=sha256(block),
    )


BROWSERTRIX_HEAD = HEAD + b"x-orig-content-encoding: br\r\nx-orig-transfer-encoding: chunked\r\n\r\n"


def browsertrix_records(protocol: bytes = b"HTTP/1.1") -> list[bytes]:
    """A page, its revisit in a later crawl, and what the crawler keeps of the page as it was rendered."""
    head = BROWSERTRIX_HEAD.replace(b"HTTP/1.1", protocol)
    http = "application/http; msgtype=response"
    date = "2024-01-13T05:56:03.866Z"
    return [
        browsertrix(
            "response",
            head + BODY,
            URL,
            1,
            date,
            resource_type="document",
            json_metadata='{"ipType":"Public"}',
            payload_digest=sha256(BODY),
            content_type=http,
        ),
        browsertrix("resource", b"{}", f"urn:pageinfo:{URL}", 2, date, content_type="application/json"),
        browsertrix("resource", b"text", f"urn:text:{URL}", 3, date, content_type="text/plain"),
        browsertrix("resource", b"PNG", f"urn:view:{URL}", 4, date, content_type="image/png"),
        browsertrix(
            "revisit",
            head,
            URL,
            5,
            "2024-02-13T05:56:03.866Z",
            resource_type="document",
            profile="http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
            refers_to_target_uri=URL,
            refers_to_date=date,
            payload_digest=sha256(BODY),
            content_type=http,
        ),
    ]


@pytest.mark.parametrize("protocol", [b"HTTP/1.1", b"HTTP/2.0", b"HTTP/2", b"HTTP/3"])
def test_files_of_browsertrix_are_read_and_what_it_rendered_is_no_page(
    tmp_path: Path, protocol: bytes
) -> None:
    pages, unreadable, others = read(put(tmp_path / "x.warc.gz", *browsertrix_records(protocol)))
    assert (unreadable, others) == ([], 0)
    assert [(page.body, page.capture.http_status) for page in pages] == [(BODY, 200)] * 2
    assert [page.capture.captured_at.month for page in pages] == [1, 2]


def test_a_revisit_tells_where_the_crawl_is_that_it_refers_to(tmp_path: Path) -> None:
    """As Browsertrix does since 2026, where it leaves out what an earlier crawl has."""
    last = browsertrix_records()[-1].replace(
        b"WARC-Refers-To-Date", b"WARC-Refers-To-Container: file://first.wacz\r\nWARC-Refers-To-Date"
    )
    _, (fault,), _ = read(put(tmp_path / "x.warc.gz", last))
    assert fault.reason.endswith("import them together (it names file://first.wacz)")


# Heritrix 3


def heritrix_response(head: bytes = HEAD + b"Transfer-Encoding: chunked\r\n\r\n", **fields: str) -> bytes:
    """As Heritrix writes it: no block digest, the body in the chunks in which it came."""
    return record(
        "1.0",
        head + CHUNKED,
        type="response",
        target_uri=URL,
        date="2021-05-06T07:08:09Z",
        payload_digest=sha1(CHUNKED),
        ip_address="192.0.2.7",
        **fields,
        record_id=ID % 1,
        content_type="application/http; msgtype=response",
    )


def heritrix_revisit(profile: str, block: bytes, **fields: str) -> bytes:
    """As Heritrix writes it: a head, or nothing at all, and always WARC-Truncated."""
    return record(
        "1.0",
        block,
        type="revisit",
        target_uri=URL,
        date="2022-01-01T00:00:00Z",
        profile=f"http://netpreserve.org/warc/1.0/revisit/{profile}",
        truncated="length",
        **fields,
        record_id=ID % 2,
        content_type="application/http; msgtype=response",
    )


HERITRIX_METADATA = record(
    "1.0",
    b"via: http://monitor.bangkok.go.th/\r\nhopsFromSeed: L\r\nfetchTimeMs: 120\r\n",
    type="metadata",
    target_uri=URL,
    date="2021-05-06T07:08:09Z",
    concurrent_to=ID % 1,
    record_id=ID % 3,
    content_type="application/warc-fields",
)
REFERENCE = {"refers_to_target_uri": URL, "refers_to_date": "2021-05-06T07:08:09Z"}
NOT_MODIFIED = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'


@pytest.mark.parametrize(
    "revisit",
    [
        heritrix_revisit("identical-payload-digest", HEAD + b"\r\n", payload_digest=sha1(CHUNKED)),
        heritrix_revisit(
            "identical-payload-digest", HEAD + b"\r\n", payload_digest=sha1(CHUNKED), **REFERENCE
        ),
        heritrix_revisit("identical-payload-digest", b"", payload_digest=sha1(CHUNKED)),
        heritrix_revisit("identical-payload-digest", HEAD[:20], payload_digest=sha1(CHUNKED)),
        heritrix_revisit("server-not-modified", NOT_MODIFIED, etag='"1"', refers_to=ID % 1),
        heritrix_revisit("server-not-modified", NOT_MODIFIED, refers_to_date="2021-05-06T07:08:09Z"),
    ],
    ids=["digest", "digest and date", "no head", "half a head", "not modified by id", "by date"],
)
def test_files_of_heritrix_are_read(tmp_path: Path, revisit: bytes) -> None:
    path = put(tmp_path / "x.warc.gz", revisit, heritrix_response(), HERITRIX_METADATA)
    pages, unreadable, others = read(path)
    assert (unreadable, others) == ([], 0)
    assert [(page.body, page.capture.http_status) for page in pages] == [(BODY, 200)] * 2
    assert [page.capture.captured_at.year for page in pages] == [2021, 2022]


def test_a_page_that_had_not_changed_since_nobody_says_when_is_named(tmp_path: Path) -> None:
    revisit = heritrix_revisit("server-not-modified", NOT_MODIFIED, etag='"1"')
    pages, (fault,), _ = read(put(tmp_path / "x.warc.gz", heritrix_response(), revisit))
    assert len(pages) == 1
    assert "but not since when" in fault.reason


@pytest.mark.parametrize("how", ["length", "time", "disconnect", "unspecified", "long-headers"])
def test_an_answer_that_the_crawler_cut_is_named_and_never_taken_for_a_page(tmp_path: Path, how: str) -> None:
    path = put(tmp_path / "x.warc.gz", heritrix_response(truncated=how), HERITRIX_METADATA)
    pages, (fault,), _ = read(path)
    assert pages == []
    assert f"cut it (WARC-Truncated: {how})" in fault.reason


# ArchiveBox


def test_a_folder_of_archivebox_gives_its_warc_files_and_its_saved_pages(run: Run, tmp_path: Path) -> None:
    """A folder for each page: wget's WARC file, and copies by other programs beside it."""
    snapshot = tmp_path / "archive" / "1620284889.0"
    (snapshot / "warc").mkdir(parents=True)
    put(snapshot / "warc" / "1620284889.warc.gz", wget_response(), wget_log())
    page = (SAMPLES / "nested-50030000-9101.html").read_bytes()
    comment = f"<!--\n Page saved with SingleFile \n url: {PAGE}50030000-9101 \n saved date: "
    comment += "Thu May 06 2021 14:08:09 GMT+0700 (Indochina Time)\n-->"
    (snapshot / "singlefile.html").write_bytes(page.replace(b"<HTML>", b"<HTML>" + comment.encode(), 1))
    (snapshot / "output.html").write_bytes(page)
    result = run("import", "archive")
    assert result.last_line.startswith("3 pages imported, 0 already held, 0 not readable")
    (row,) = json.loads(run("captures", code(1), "--json").out)
    assert row["captured_at_source"] == "archive"
    sources = {
        row["captured_at_source"] for row in json.loads(run("captures", "50030000-9101", "--json").out)
    }
    assert sources == {"saved_page", "file_time"}


def test_the_warc_folder_of_archivebox_can_be_imported_alone(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "warc"
    folder.mkdir()
    put(folder / "1620284889.warc.gz", wget_response())
    assert run("import", "warc").last_line.startswith("1 pages imported")
