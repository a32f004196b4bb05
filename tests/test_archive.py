"""The archive: WARC files as evidence, an index that can be made anew, and crashes of every kind."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import itertools
import os
import random
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from scraper import archive as archive_module
from scraper.archive import Archive
from scraper.capture import ArchivedCapture, iso_time, parse_time
from scraper.errors import ArchiveBusy, ArchiveDamaged, ArchiveError, BadClaim
from scraper.index import Index
from scraper.walk import Damage, Record, read_stored, walk

TIME = dt.datetime(2020, 3, 23, 2, 0, 0, tzinfo=dt.UTC)
URL = "http://monitor.bangkok.go.th/mobile/myproject.php?pid="


def capture_of(body: bytes = b"page", **changes: Any) -> ArchivedCapture:
    values: dict[str, Any] = {
        "source": "file",
        "url": None,
        "file_name": "page.html",
        "site": None,
        "page_kind": None,
        "page_code": None,
        "code_source": None,
        "captured_at": TIME,
        "captured_at_source": "user",
        "fetched_at": None,
        "http_status": None,
        "body_sha256": hashlib.sha256(body).hexdigest(),
        "size_bytes": len(body),
    }
    return ArchivedCapture(**(values | changes))


def project(number: int, body: bytes) -> ArchivedCapture:
    code = f"21000000-{number:04d}"
    return capture_of(
        body,
        url=URL + code,
        file_name=f"{code}.html",
        site="monitor.bangkok.go.th/mobile",
        page_kind="project",
        page_code=code,
        code_source="url",
    )


def pages(count: int, size: int = 2000) -> list[tuple[ArchivedCapture, bytes]]:
    """Pages that do not compress, so that cuts and flips meet their bytes."""
    bodies = [random.Random(number).randbytes(size) for number in range(count)]
    return [(project(number, body), body) for number, body in enumerate(bodies)]


def store(folder: Path, held: list[tuple[ArchivedCapture, bytes]]) -> None:
    with Archive(folder, writable=True) as archive:
        for capture, body in held:
            assert archive.add(capture, body)


def warc_files(folder: Path) -> list[Path]:
    """The files, writable, since tests damage them."""
    paths = sorted(folder.glob("*.warc.gz"))
    for path in paths:
        path.chmod(0o644)
    return paths


def without_index(folder: Path) -> None:
    for path in folder.glob("index.sqlite*"):
        path.unlink()


def contents(folder: Path) -> list[tuple[ArchivedCapture, bytes]]:
    with Archive(folder) as archive:
        return [(capture, archive.body(capture.capture_id)) for capture in archive.captures()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "raw"


# A capture and its identity


def test_the_capture_id_is_the_first_16_digits_of_a_sha256_over_four_lines() -> None:
    capture = project(1, b"page")
    lines = f"file\n{capture.url}\n2020-03-23T02:00:00Z\n{hashlib.sha256(b'page').hexdigest()}"
    assert capture.capture_id == hashlib.sha256(lines.encode()).hexdigest()[:16]


def test_the_file_name_stands_in_where_there_is_no_url() -> None:
    named = capture_of(file_name="หน้า.html")
    lines = f"file\nหน้า.html\n2020-03-23T02:00:00Z\n{named.body_sha256}"
    assert named.capture_id == hashlib.sha256(lines.encode()).hexdigest()[:16]


def test_a_file_time_does_not_enter_the_identity() -> None:
    early = capture_of(captured_at_source="file_time")
    late = replace(early, captured_at=TIME + dt.timedelta(days=400))
    lines = f"file\npage.html\n\n{early.body_sha256}"
    assert early.capture_id == late.capture_id == hashlib.sha256(lines.encode()).hexdigest()[:16]


IDENTITIES = st.tuples(
    st.sampled_from(["file", "live", "wayback"]),
    st.one_of(st.none(), st.from_regex(r"http://[a-z]{1,3}/[a-z]{0,3}", fullmatch=True)),
    st.text(
        st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="/"),
        min_size=1,
        max_size=8,
    ),
    st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2030, 1, 1)),
    st.binary(max_size=2),
)


@given(IDENTITIES, IDENTITIES)
def test_two_captures_have_one_id_exactly_when_source_address_time_and_bytes_agree(
    first: tuple[Any, ...], second: tuple[Any, ...]
) -> None:
    def made(source: str, url: str | None, name: str, time: dt.datetime, body: bytes) -> ArchivedCapture:
        at = time.replace(microsecond=0, tzinfo=dt.UTC)
        return capture_of(body, source=source, url=url, file_name=name, captured_at=at)

    def what_counts(capture: ArchivedCapture) -> tuple[object, ...]:
        return capture.source, capture.url or capture.file_name, capture.captured_at, capture.body_sha256

    one, other = made(*first), made(*second)
    assert (one.capture_id == other.capture_id) == (what_counts(one) == what_counts(other))
    again = replace(
        one, page_kind="project", page_code="21000000-3137", code_source="user", site="x", http_status=200
    )
    assert again.capture_id == one.capture_id


@given(IDENTITIES)
def test_a_capture_survives_being_written_as_values(identity: tuple[Any, ...]) -> None:
    source, url, name, time, body = identity
    at = time.replace(microsecond=0, tzinfo=dt.UTC)
    capture = capture_of(
        body, source=source, url=url, file_name=name, captured_at=at, fetched_at=at, http_status=404
    )
    assert ArchivedCapture.from_values(capture.as_values()) == capture


@pytest.mark.parametrize(
    "changes",
    [
        {"captured_at": TIME.replace(tzinfo=None)},
        {"captured_at": TIME.astimezone(dt.timezone(dt.timedelta(hours=7)))},
        {"captured_at": TIME.replace(microsecond=1)},
        {"fetched_at": TIME.replace(tzinfo=None)},
        {"url": None, "file_name": None},
        {"url": "http://host/\nWARC-Type: response"},
        {"file_name": "a\rb.html"},
        {"file_name": "folder/page.html"},
        {"file_name": "\udcff.html"},
        {"file_name": "x" * 3000},
        {"page_kind": "unknown"},
        {"page_code": "21000000-3137", "code_source": "user"},
        {"page_kind": "project", "page_code": "21000000-3137"},
        {"page_kind": "project", "code_source": "url"},
    ],
)
def test_a_capture_that_could_not_be_stored_or_compared_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        capture_of(**changes)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2020-03-23T09:00:00+07:00", "2020-03-23T02:00:00Z"),
        ("2020-03-23T02:00:00Z", "2020-03-23T02:00:00Z"),
        ("2020-03-23 09:00+0700", "2020-03-23T02:00:00Z"),
        ("2020-01-01T03:00:00.987654+07:00", "2019-12-31T20:00:00Z"),
    ],
)
def test_times_are_read_with_their_zone_and_kept_in_utc(text: str, utc: str) -> None:
    assert iso_time(parse_time(text)) == utc


@pytest.mark.parametrize(
    "text",
    [
        "2020-03-23T09:00:00",
        "2020-03-23",
        "23/03/2563",
        "",
        "yesterday",
        "2563-03-23T09:00:00+07:00",
        "๒๐๒๐-๐๓-๒๓T๐๙:๐๐:๐๐+๐๗:๐๐",
        "2020-02-30T09:00:00Z",
        "0001-01-01T00:00:00+07:00",
    ],
)
def test_a_time_that_can_be_misread_is_refused_with_the_form_to_write(text: str) -> None:
    with pytest.raises(BadClaim, match=r"2020-03-23T09:00:00\+07:00"):
        parse_time(text)


NAMED = "21000000-3137.txt"


@pytest.mark.parametrize(
    ("claims", "reading", "result"),
    [
        ({}, (None, None), (None, None, None)),
        ({}, ("project", None), ("project", None, None)),
        ({}, ("project", "21000000-0001"), ("project", "21000000-0001", "page")),
        ({"file_name": NAMED}, ("project", "21000000-0001"), ("project", "21000000-0001", "page")),
        ({"file_name": NAMED}, ("project", None), ("project", "21000000-3137", "name")),
        ({"file_name": NAMED}, (None, None), ("project", "21000000-3137", "name")),
        ({"file_name": NAMED}, ("indicator", None), ("indicator", None, None)),
        ({"file_name": NAMED}, ("plan_record", None), ("plan_record", "21000000-3137", "name")),
        (
            {"file_name": "myprojectit.php@pid=7.html"},
            ("city_indicator", None),
            ("city_indicator", None, None),
        ),
        ({"page_kind": "indicator"}, (None, None), ("indicator", None, None)),
        ({"page_kind": "indicator"}, ("project", None), ("project", None, None)),
        (
            {"page_kind": "project", "page_code": "21000000-0009", "code_source": "page"},
            (None, None),
            (None, None, None),
        ),
        *(
            (
                {"page_kind": "project", "page_code": "21000000-0009", "code_source": stated},
                ("indicator", "2100-1037"),
                ("project", "21000000-0009", stated),
            )
            for stated in ("url", "sidecar", "user")
        ),
    ],
)
def test_a_stated_code_stands_then_the_pages_own_counts_then_the_names(
    claims: dict[str, Any], reading: tuple[str | None, str | None], result: tuple[str | None, ...]
) -> None:
    read = capture_of(**claims).as_read(*reading)
    assert (read.page_kind, read.page_code, read.code_source) == result


# What is stored

BODIES = {
    "text": "ความคืบหน้าโครงการ".encode(),
    "cp874": "ความคืบหน้าโครงการ".encode("cp874"),
    "empty": b"",
    "line ends": b"\r\n\r\n\r\n",
    "a record": b"WARC/1.1\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n",
    "a gzip member": gzip.compress(b"inside"),
    "large": random.Random(0).randbytes(300_000),
    "very compressible": b"\0" * 3_000_000,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_bytes_come_back_as_they_were(folder: Path, body: bytes) -> None:
    capture = capture_of(body)
    store(folder, [(capture, body)])
    assert contents(folder) == [(capture, body)]
    without_index(folder)
    assert contents(folder) == [(capture, body)]


def test_a_file_holds_warcinfo_then_a_resource_and_its_metadata_for_each_capture(folder: Path) -> None:
    held = pages(3)
    store(folder, held)
    (path,) = warc_files(folder)
    with path.open("rb") as file:
        records = [
            (record.rec_type, record.rec_headers, record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    assert [kind for kind, _, _ in records] == ["warcinfo", *["resource", "metadata"] * 3]
    assert records[0][1]["WARC-Filename"] == path.name
    assert b"software: bma-progress\r\n" in records[0][2]
    for (capture, body), resource_record, metadata in zip(held, records[1::2], records[2::2], strict=True):
        _, head, block = resource_record
        assert head.protocol == "WARC/1.1"
        assert block == body
        assert (head["WARC-Target-URI"], head["Content-Type"]) == (capture.url, "text/html")
        assert abs(dt.datetime.now(dt.UTC) - parse_time(head["WARC-Date"])) < dt.timedelta(minutes=5)
        for reference in ("WARC-Refers-To", "WARC-Concurrent-To"):
            assert metadata[1][reference] == head["WARC-Record-ID"]
        assert metadata[1]["Content-Type"] == "application/warc-fields"
        assert metadata[1]["WARC-Date"] == head["WARC-Date"]
        written = dict(line.split(": ", 1) for line in metadata[2].decode().split("\r\n") if line)
        assert written == {
            field.name: str(value)
            for field, value in zip(fields(capture), capture.as_values(), strict=True)
            if value is not None
        }


def test_every_record_is_a_gzip_member_of_its_own_that_other_programs_can_read(folder: Path) -> None:
    held = pages(3)
    store(folder, held)
    (path,) = warc_files(folder)
    data = path.read_bytes()
    plain = [gzip.decompress(data[record.offset :][: record.length]) for record in records_of(path)]
    assert len(plain) == 7
    assert b"".join(plain) == gzip.decompress(data)
    assert all(text.startswith(b"WARC/1.1\r\n") and text.endswith(b"\r\n\r\n") for text in plain)
    assert plain[1].split(b"\r\n\r\n", 1)[1][:-4] == held[0][1]


def test_reading_by_offset_and_warcio_agree_on_every_body(folder: Path) -> None:
    held = pages(5) + [(capture_of(body, file_name=f"{name}.txt"), body) for name, body in BODIES.items()]
    store(folder, held)
    by_warcio = {}
    for path in warc_files(folder):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type == "resource":
                    body = record.content_stream().read()
                    by_warcio[hashlib.sha256(body).hexdigest()] = body
    assert by_warcio == {capture.body_sha256: body for capture, body in contents(folder)}


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("page.HTM", "text/html"),
        ("page.txt", "text/plain"),
        ("page.mhtml", "message/rfc822"),
        ("page", "application/octet-stream"),
    ],
)
def test_the_content_type_is_by_the_extension(folder: Path, name: str, content_type: str) -> None:
    store(folder, [(capture_of(file_name=name), b"page")])
    record = records_of(warc_files(folder)[0])[1]
    assert record.head["content-type"] == content_type


@pytest.mark.parametrize(
    "name", ["หน้า โครงการ (1).html", "100% #1?&=;é.txt", "\u200b\U0001f4c4.html", " : a.html"]
)
def test_names_of_every_script_survive_and_are_escaped_in_the_uri(folder: Path, name: str) -> None:
    capture = capture_of(file_name=name)
    store(folder, [(capture, b"page")])
    without_index(folder)
    assert contents(folder) == [(capture, b"page")]
    uri = records_of(warc_files(folder)[0])[1].head["warc-target-uri"]
    assert uri.startswith("file:///")
    assert uri.isascii()
    assert not set(uri.removeprefix("file:///")) & set("/?# ")


def test_a_url_with_other_letters_is_escaped_in_the_uri_and_kept_as_it_was(folder: Path) -> None:
    capture = capture_of(url="http://host/หน้า?a=%20&b=[1]")
    store(folder, [(capture, b"page")])
    without_index(folder)
    assert contents(folder)[0][0].url == capture.url
    uri = records_of(warc_files(folder)[0])[1].head["warc-target-uri"]
    assert uri == "http://host/%E0%B8%AB%E0%B8%99%E0%B9%89%E0%B8%B2?a=%20&b=[1]"


def test_no_file_names_the_machine(folder: Path) -> None:
    store(folder, pages(1))
    text = gzip.decompress(warc_files(folder)[0].read_bytes())
    assert os.uname().nodename.encode() not in text
    assert str(folder).encode() not in text


def test_size_and_hash_must_be_those_of_the_body(folder: Path) -> None:
    with Archive(folder, writable=True) as archive, pytest.raises(ValueError, match="SHA-256"):
        archive.add(capture_of(b"page"), b"another page")
    assert warc_files(folder) == []


# Runs


def test_what_is_held_already_adds_nothing(folder: Path) -> None:
    held = pages(3)
    store(folder, held)
    before = {path.name: path.read_bytes() for path in warc_files(folder)}
    with Archive(folder, writable=True) as archive:
        assert [archive.add(capture, body) for capture, body in held] == [False] * 3
        assert archive.count() == 3
    assert {path.name: path.read_bytes() for path in warc_files(folder)} == before


def test_the_same_file_with_another_file_time_adds_nothing(folder: Path) -> None:
    capture = capture_of(captured_at_source="file_time")
    store(folder, [(capture, b"page")])
    with Archive(folder, writable=True) as archive:
        assert not archive.add(replace(capture, captured_at=TIME + dt.timedelta(days=1)), b"page")
        assert [found.captured_at for found in archive.captures()] == [TIME]


def test_each_run_opens_a_new_file_and_leaves_the_old_ones_alone(folder: Path) -> None:
    held = pages(3)
    store(folder, held[:2])
    (old,) = warc_files(folder)
    before = old.read_bytes()
    store(folder, held[2:])
    assert old.read_bytes() == before
    assert len(warc_files(folder)) == 2
    assert [capture for capture, _ in contents(folder)] == [capture for capture, _ in held]


def test_the_warc_file_is_on_the_disk_before_the_index_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_module, "BATCH", 4)
    with Archive(folder, writable=True) as archive:
        done: list[str] = []
        commit, fsync = Index.commit, os.fsync

        def synced(descriptor: int) -> None:
            done.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
            fsync(descriptor)

        def committed(index: Index) -> None:
            done.append("index")
            commit(index)

        monkeypatch.setattr(os, "fsync", synced)
        monkeypatch.setattr(Index, "commit", committed)
        for capture, body in pages(9):
            archive.add(capture, body)
    assert done == ["file", "folder", *["index", "file"] * 3, "folder"]
    # and at the end SHA256SUMS


def test_file_names_say_when_they_were_begun(folder: Path) -> None:
    store(folder, pages(1))
    (path,) = warc_files(folder)
    stem = path.name.removesuffix(".warc.gz")
    begun = dt.datetime.strptime(stem.rpartition("-")[0] + "Z", "bma-%Y%m%d%H%M%S%z")
    assert abs(dt.datetime.now(dt.UTC) - begun) < dt.timedelta(minutes=5)


def test_a_full_file_is_closed_and_the_next_one_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "ROTATE_BYTES", 10_000)
    held = pages(20)
    store(folder, held)
    sizes = [path.stat().st_size for path in warc_files(folder)]
    assert len(sizes) > 3
    assert all(10_000 <= size < 15_000 for size in sizes[:-1])
    assert all(records_of(path)[0].head["warc-type"] == "warcinfo" for path in warc_files(folder))
    assert contents(folder) == held


def test_many_files_are_read_with_few_open(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "ROTATE_BYTES", 1)
    monkeypatch.setattr("scraper.open_files.MOST_OPEN", 3)
    held = pages(10)
    store(folder, held)
    assert len(warc_files(folder)) == 10
    with Archive(folder) as archive:
        before = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 0
        for capture, body in held * 2:
            assert archive.body(capture.capture_id) == body
        if before:
            assert len(list(Path("/proc/self/fd").iterdir())) <= before + 3


def test_the_order_of_import_does_not_matter(tmp_path: Path) -> None:
    bodies = [b"1", b"2", b"3"]
    held = [(capture_of(body, file_name=f"{body.decode()}.html"), body) for body in bodies]
    held += [(replace(capture, page_kind="project"), body) for capture, body in [(capture_of(b"4"), b"4")]]
    held += pages(4) + [(replace(capture, source="live"), body) for capture, body in pages(2)]
    results = []
    for number, order in enumerate(itertools.islice(itertools.permutations(held), 0, None, 90_000)):
        store(tmp_path / str(number), list(order))
        results.append(contents(tmp_path / str(number)))
    assert len(results) > 10
    assert all(result == results[0] for result in results)


def test_captures_come_by_kind_code_and_id_and_unknown_ones_last(folder: Path) -> None:
    known = [
        ("indicator", "0401-103"),
        ("indicator", "2100-1037"),
        ("project", "04110000-0001"),
        ("project", "21000000-3137"),
        ("project", None),
        (None, None),
    ]
    held = []
    for number, (kind, code) in enumerate(known * 3):
        body = str(number).encode()
        source = "sidecar" if code else None
        held.append((capture_of(body, page_kind=kind, page_code=code, code_source=source), body))
    store(folder, held)
    with Archive(folder) as archive:
        found = [(capture.page_kind, capture.page_code, capture.capture_id) for capture in archive.captures()]
    assert [page[:2] for page in found[::3]] == known
    assert all(
        found[n : n + 3] == sorted(found[n : n + 3], key=lambda page: page[2]) for n in range(0, 18, 3)
    )


def test_captures_are_found_by_code_kind_and_id(folder: Path) -> None:
    held = pages(3)
    capture, body = held[0]
    plan = replace(capture, url=None, page_kind="plan_record", code_source="sidecar")
    store(folder, [*held, (plan, body)])
    with Archive(folder) as archive:
        assert list(archive.find("21000000-0000")) == [plan, capture]
        assert list(archive.find("21000000-0000", "project")) == [capture]
        assert list(archive.find("21000000-9999")) == []
        assert archive.get(plan.capture_id) == plan
        assert archive.get("0" * 16) is None
        with pytest.raises(ArchiveError, match="no capture 0000"):
            archive.body("0" * 16)


def test_captures_stream_while_their_bodies_are_read(folder: Path) -> None:
    held = pages(30)
    store(folder, held)
    with Archive(folder) as archive:
        stream = archive.captures()
        assert isinstance(stream, Iterator)
        assert [(capture, archive.body(capture.capture_id)) for capture in stream] == held


def test_what_was_added_is_there_at_once_for_the_run_that_added_it(folder: Path) -> None:
    held = pages(2)
    with Archive(folder, writable=True) as archive:
        for capture, body in held:
            archive.add(capture, body)
            assert archive.body(capture.capture_id) == body
        assert list(archive.captures()) == [capture for capture, _ in held]


def test_there_is_no_archive_without_a_folder(folder: Path) -> None:
    with pytest.raises(ArchiveError, match="import or fetch pages first"):
        Archive(folder)
    assert not folder.exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ArchiveError, match="file"):
        Archive(tmp_path / "file" / "raw", writable=True)


def test_an_archive_that_is_open_for_reading_takes_nothing(folder: Path) -> None:
    store(folder, pages(1))
    with Archive(folder) as archive, pytest.raises(ArchiveError, match="reading only"):
        archive.add(capture_of(), b"page")


# The index


def test_the_index_can_be_made_anew_from_the_warc_files_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(archive_module, "ROTATE_BYTES", 10_000)
    held = pages(20)
    store(folder, held)
    with Archive(folder) as archive:
        archive.rebuild_index()
        assert list(archive.captures()) == [capture for capture, _ in held]
    caplog.clear()
    without_index(folder)
    assert contents(folder) == held
    assert [record.levelname for record in caplog.records] == ["WARNING"] * len(warc_files(folder))
    caplog.clear()
    assert contents(folder) == held
    assert not caplog.records


@pytest.mark.parametrize(
    "junk", [b"", b"no database", b"SQLite format 3\0" + bytes(4000)], ids=["empty", "text", "zeros"]
)
def test_an_index_that_cannot_be_read_is_replaced(folder: Path, junk: bytes) -> None:
    held = pages(3)
    store(folder, held)
    (folder / "index.sqlite").write_bytes(junk)
    assert contents(folder) == held


def test_an_index_of_another_version_is_replaced(folder: Path) -> None:
    held = pages(3)
    store(folder, held)
    database = sqlite3.connect(folder / "index.sqlite")
    database.executescript("DROP TABLE captures; PRAGMA user_version = 99;")
    database.close()
    assert contents(folder) == held


def test_what_lies_beyond_the_index_is_read_when_the_archive_is_opened(folder: Path) -> None:
    held = pages(6)
    with Archive(folder, writable=True) as archive:
        for number, (capture, body) in enumerate(held):
            archive.add(capture, body)
            if number == 2:
                archive.flush()
                shutil.copytree(folder, folder.with_name("as after a crash"))
    crashed = folder.with_name("as after a crash")
    shutil.copy(warc_files(folder)[0], crashed)  # the file went on, the index did not
    assert contents(crashed) == held


def test_a_run_that_is_killed_loses_nothing_that_is_whole_in_its_file(folder: Path) -> None:
    script = f"""
import os, signal, sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from scraper import archive as module
from tests.test_archive import pages
module.BATCH = 4
archive = module.Archive({str(folder)!r}, writable=True)
for capture, body in pages(10):
    archive.add(capture, body)
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -signal.SIGKILL
    assert contents(folder) == pages(10)  # and the lock is free


def test_a_capture_that_stands_in_two_files_is_held_once(folder: Path, tmp_path: Path) -> None:
    held = pages(3)
    store(folder, held)
    store(tmp_path / "other", held)
    shutil.copy(warc_files(tmp_path / "other")[0], folder / "bma-20990101000000-01.warc.gz")
    assert contents(folder) == held
    without_index(folder)
    assert contents(folder) == held


def test_files_of_other_programs_are_left_alone(folder: Path) -> None:
    held = pages(1)
    store(folder, held)
    (folder / "other.warc.gz").write_bytes(b"not ours")
    assert contents(folder) == held


# Damage


def records_of(path: Path) -> list[Record]:
    found = list(walk(path))
    assert all(isinstance(record, Record) for record in found)
    return [record for record in found if isinstance(record, Record)]


def test_a_file_cut_anywhere_gives_all_captures_that_are_whole_and_names_the_rest(tmp_path: Path) -> None:
    held = pages(4, size=300)
    store(tmp_path / "whole", held)
    (path,) = warc_files(tmp_path / "whole")
    data = path.read_bytes()
    records = records_of(path)
    ends = [record.offset + record.length for record in records]
    cuts = sorted(
        {*range(0, len(data), 37), *ends, *(end - 1 for end in ends), *(end + 1 for end in ends[:-1])}
    )
    folder = tmp_path / "cut"
    folder.mkdir()
    for cut in cuts:
        without_index(folder)
        (folder / path.name).write_bytes(data[:cut])
        with Archive(folder) as archive:
            whole = sum(end <= cut for end in ends[2::2])
            assert [(found, archive.body(found.capture_id)) for found in archive.captures()] == held[:whole]
            complete = cut in (0, ends[0], *ends[2::2])
            assert bool(archive.damage) == (not complete), cut
            if not complete:
                last = archive.damage[-1]
                assert last.file == path.name
                assert last.offset + last.length == cut
                first = max([0, *(end for end in (ends[0], *ends[2::2]) if end <= cut)])
                assert min(damage.offset for damage in archive.damage) == first


def test_a_torn_end_is_reported_once_and_remembered(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    store(folder, pages(2))
    (path,) = warc_files(folder)
    os.truncate(path, path.stat().st_size - 10)
    without_index(folder)
    with Archive(folder) as archive:
        damage = archive.damage
    assert "the file ends within a record" in caplog.text
    caplog.clear()
    with Archive(folder) as archive:
        assert archive.damage == damage != []
    assert not caplog.records


def test_a_page_whose_metadata_are_gone_is_named_by_its_address(folder: Path) -> None:
    store(folder, pages(1))
    (path,) = warc_files(folder)
    os.truncate(path, path.stat().st_size - 10)
    without_index(folder)
    with Archive(folder) as archive:
        assert archive.count() == 0
        assert any(f"{URL}21000000-0000" in str(damage) for damage in archive.damage)


def test_a_new_run_after_a_torn_end_adds_what_is_missing(folder: Path) -> None:
    held = pages(3)
    store(folder, held)
    (path,) = warc_files(folder)
    os.truncate(path, path.stat().st_size - 10)
    without_index(folder)
    with Archive(folder, writable=True) as archive:
        assert [archive.add(capture, body) for capture, body in held] == [False, False, True]
    assert contents(folder) == held


def test_one_flipped_byte_costs_one_capture_at_most_and_is_named(tmp_path: Path) -> None:
    held = pages(4, size=300)
    store(tmp_path / "whole", held)
    (path,) = warc_files(tmp_path / "whole")
    data = path.read_bytes()
    folder = tmp_path / "flipped"
    folder.mkdir()
    harmless = 0
    dice = random.Random(1)
    for _ in range(120):
        place = dice.randrange(len(data))
        flipped = bytearray(data)
        flipped[place] ^= 1 << dice.randrange(8)
        without_index(folder)
        (folder / path.name).write_bytes(flipped)
        with Archive(folder) as archive:
            found = [(capture, archive.body(capture.capture_id)) for capture in archive.captures()]
            assert len(found) >= 3
            assert all(pair in held for pair in found)
            if archive.damage:
                assert any(
                    damage.offset <= place < damage.offset + damage.length for damage in archive.damage
                )
            else:
                assert found == held
                harmless += 1
    assert harmless < 20  # a member's time and operating system mean nothing


def test_zeros_at_the_end_are_named(folder: Path) -> None:
    held = pages(2)
    store(folder, held)
    (path,) = warc_files(folder)
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(bytes(200_000))
    with Archive(folder) as archive:
        (damage,) = archive.damage
        assert (damage.offset, damage.length) == (size, 200_000)
    assert contents(folder) == held


def test_reading_goes_on_behind_rubbish_that_looks_like_gzip(folder: Path) -> None:
    held = pages(3)
    store(folder, held)
    (path,) = warc_files(folder)
    data = path.read_bytes()
    cut = records_of(path)[3].offset
    rubbish = (b"\x1f\x8b\x08" + bytes(10)) * 3 + gzip.compress(b"no record") + bytes(70_000) + b"\x1f\x8b"
    path.write_bytes(data[:cut] + rubbish + data[cut:])
    without_index(folder)
    with Archive(folder) as archive:
        assert list(archive.captures()) == [capture for capture, _ in held]
        (damage,) = archive.damage
        assert (damage.offset, damage.length) == (cut, len(rubbish))


@pytest.mark.parametrize("length", [1, 2, *range(65_533, 65_541)])
def test_reading_goes_on_behind_a_gap_of_any_length(folder: Path, length: int) -> None:
    held = pages(2)
    store(folder, held)
    (path,) = warc_files(folder)
    data = path.read_bytes()
    cut = records_of(path)[3].offset
    path.write_bytes(data[:cut] + bytes(length) + data[cut:])
    without_index(folder)
    assert contents(folder) == held


@pytest.mark.parametrize(
    "plain",
    [
        b"WARC/1.1\r\nWARC-Type: metadata\r\nContent-Length: 5\r\n\r\nabc\r\n\r\n",
        b"WARC/1.1\r\nWARC-Type: metadata\r\n\r\nabc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n",
        b"WARC/1.1\r\n" + b"x" * 200_000,
        b"",
    ],
    ids=["wrong length", "no length", "no record", "endless head", "empty"],
)
def test_a_member_that_is_no_record_is_damage(tmp_path: Path, plain: bytes) -> None:
    path = tmp_path / "bma-1.warc.gz"
    path.write_bytes(gzip.compress(plain))
    (damage,) = walk(path)
    assert isinstance(damage, Damage)
    assert (damage.offset, damage.length) == (0, path.stat().st_size)


@pytest.mark.parametrize("claims", [b"no: claims\r\n", b"\xff\r\n", b"size_bytes: many\r\n"])
def test_metadata_that_are_not_ours_are_damage(folder: Path, claims: bytes) -> None:
    store(folder, pages(1))
    (path,) = warc_files(folder)
    resource_record = records_of(path)[1]
    head = (
        "WARC/1.1\r\nWARC-Type: metadata\r\n"
        f"WARC-Refers-To: {resource_record.head['warc-record-id']}\r\nContent-Length: {len(claims)}\r\n\r\n"
    )
    data = path.read_bytes()[: resource_record.offset + resource_record.length]
    path.write_bytes(data + gzip.compress(head.encode() + claims + b"\r\n\r\n"))
    without_index(folder)
    with Archive(folder) as archive:
        assert archive.count() == 0
        assert len(archive.damage) == 1


def test_a_bomb_in_a_file_does_not_fill_the_memory(tmp_path: Path) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    data = b"".join(packer.compress(bytes(1 << 20)) for _ in range(50)) + packer.flush()
    path = tmp_path / "bma-1.warc.gz"
    path.write_bytes(data)
    tracemalloc.start()
    try:
        (damage,) = walk(path)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert isinstance(damage, Damage)


def test_a_body_that_has_changed_is_refused_with_file_and_offset(folder: Path) -> None:
    held = pages(3)
    store(folder, held)
    (path,) = warc_files(folder)
    record = records_of(path)[3]
    data = bytearray(path.read_bytes())
    data[record.offset + record.length // 2] ^= 1
    path.write_bytes(data)
    with Archive(folder) as archive:
        with pytest.raises(ArchiveDamaged, match=f"{path.name}, byte {record.offset}") as caught:
            archive.body(held[1][0].capture_id)
        assert (caught.value.file, caught.value.offset) == (path.name, record.offset)
        assert archive.body(held[0][0].capture_id) == held[0][1]
        assert archive.body(held[2][0].capture_id) == held[2][1]


def test_other_bytes_in_a_sound_member_are_refused(folder: Path) -> None:
    body = b"a" * 1000
    store(folder, [(capture_of(body), body)])
    (path,) = warc_files(folder)
    data, record = path.read_bytes(), records_of(path)[1]
    end = record.offset + record.length
    forged = gzip.compress(gzip.decompress(data[record.offset : end]).replace(b"aaa", b"bbb"), mtime=0)
    path.write_bytes(data[: record.offset] + forged.ljust(record.length, b"\0") + data[end:])
    with Archive(folder) as archive, pytest.raises(ArchiveDamaged, match="have changed"):
        archive.body(capture_of(body).capture_id)


def test_a_damaged_capture_can_be_imported_again(folder: Path) -> None:
    held = pages(2)
    store(folder, held)
    (path,) = warc_files(folder)
    record = records_of(path)[1]
    data = bytearray(path.read_bytes())
    data[record.offset + 100] ^= 1
    path.write_bytes(data)
    with Archive(folder, writable=True) as archive:
        assert [archive.add(capture, body) for capture, body in held] == [True, False]
    assert contents(folder) == held
    without_index(folder)
    assert contents(folder) == held


@pytest.mark.parametrize("size", [None, 100], ids=["missing", "cut"])
def test_a_file_that_is_missing_or_shorter_than_it_was_is_named(folder: Path, size: int | None) -> None:
    held = pages(2)
    store(folder, held[:1])
    store(folder, held[1:])
    path = warc_files(folder)[0]
    if size is None:
        path.unlink()
    else:
        os.truncate(path, size)
    with Archive(folder) as archive:
        (damage,) = archive.damage
        assert (damage.file, damage.offset) == (path.name, size or 0)
        assert archive.count() == 2
        with pytest.raises(ArchiveDamaged, match=path.name):
            archive.body(held[0][0].capture_id)
        assert archive.body(held[1][0].capture_id) == held[1][1]
        archive.rebuild_index()
        assert archive.count() == 1


# One writer, many readers


def test_a_second_writer_is_told_to_wait(folder: Path) -> None:
    with Archive(folder, writable=True):
        with pytest.raises(ArchiveBusy, match="wait until it has finished"):
            Archive(folder, writable=True)
        script = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from scraper.archive import Archive
Archive({str(folder)!r}, writable=True)
"""
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
        assert "ArchiveBusy: another process is writing" in done.stderr
    with Archive(folder, writable=True) as archive:
        assert archive.count() == 0


def test_a_reader_sees_what_was_flushed_while_a_writer_writes(folder: Path) -> None:
    held = pages(4)
    with Archive(folder, writable=True) as writer:
        for number, (capture, body) in enumerate(held):
            writer.add(capture, body)
            if number == 1:
                writer.flush()
        assert contents(folder) == held[:2]
        with Archive(folder) as reader:
            stream = reader.captures()
            assert next(stream) == held[0][0]
            writer.flush()  # a reader in the middle of a stream holds nobody up
            assert list(stream) == [held[1][0]]
    assert contents(folder) == held


def test_no_reader_sees_half_an_index_while_another_makes_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = pages(3)
    store(folder, held)
    without_index(folder)
    busy = 0

    def slowly(path: Path, start: int) -> Iterator[Any]:
        nonlocal busy
        for found in read_stored(path, start):
            yield found
            with pytest.raises(ArchiveBusy):
                Archive(folder)
            busy += 1

    monkeypatch.setattr("scraper.catching_up.read_stored", slowly)
    assert contents(folder) == held
    assert busy == 3


def test_an_archive_on_a_read_only_medium_can_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = pages(2)
    store(folder, held)
    monkeypatch.setattr("scraper.index.os.access", lambda *_: False)
    before = sorted(path.name for path in folder.iterdir())
    with Archive(folder) as archive:
        assert [archive.body(capture.capture_id) for capture in archive.captures()] == [
            body for _, body in held
        ]
        assert sorted(path.name for path in folder.iterdir()) == before


# A full disk

FULL_DISK = """
import resource, sys
sys.path.insert(0, {root!r})
from scraper import archive as module
from scraper.errors import ArchiveError
from tests.test_archive import pages
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
module.BATCH = {batch}
added = 0
try:
    with module.Archive({folder!r}, writable=True) as archive:
        for capture, body in pages({count}, size={size}):
            archive.add(capture, body)
            added += 1
except ArchiveError as error:
    print(added, error)
"""


@pytest.mark.parametrize(
    ("count", "size", "batch", "limit", "message"),
    [
        (10, 60_000, 4, 200_000, "cannot write .*warc.gz: .* Make room"),
        (10, 60_000, 4, 300, "cannot make the index .* make room"),
        (300, 20, 5, 200_000, "the index .* failed: .* nothing that was stored is lost. Make room"),
    ],
    ids=["a page does not fit", "the index cannot be made", "the index cannot grow"],
)
def test_a_full_disk_ends_the_run_with_a_clear_error_and_whole_files(
    folder: Path, count: int, size: int, batch: int, limit: int, message: str
) -> None:
    root = str(Path(__file__).parents[1])
    script = FULL_DISK.format(root=root, folder=str(folder), count=count, size=size, batch=batch, limit=limit)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    added, _, said = done.stdout.partition(" ")
    assert re.match(message, said)
    assert int(added) < count
    held = pages(count, size)
    for path in warc_files(folder):
        records_of(path)
    with Archive(folder) as archive:
        kept = archive.count()
        assert archive.damage == []
        assert list(archive.captures()) == [capture for capture, _ in held[:kept]]
    assert kept in (int(added), int(added) + 1)
    with Archive(folder, writable=True) as archive:
        assert sum(archive.add(capture, body) for capture, body in held) == count - kept
    assert contents(folder) == held


def test_the_first_error_is_the_one_that_is_shown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise ArchiveError("the disk is full")

    monkeypatch.setattr("scraper.index.Index.commit", lambda _: None)
    with pytest.raises(KeyError), Archive(folder, writable=True) as archive:
        archive.add(capture_of(), b"page")
        monkeypatch.setattr("scraper.index.Index.commit", broken)
        raise KeyError


def test_an_interrupted_add_is_made_good_when_the_archive_is_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = pages(3)

    def interrupted(*_: object) -> bool:
        raise KeyboardInterrupt

    with Archive(folder, writable=True) as archive:
        archive.add(*held[0])
        with monkeypatch.context() as patch:
            patch.setattr("scraper.index.Index.add", interrupted)
            with pytest.raises(KeyboardInterrupt):
                archive.add(*held[1])
        archive.add(*held[2])
    assert contents(folder) == held


# Readings


def test_readings_are_done_once_a_version_and_only_where_nobody_stated_the_code(folder: Path) -> None:
    stated = pages(1)
    unread = capture_of(b"the page says 2100-1037", file_name="a.html")
    named = capture_of(b"the page says nothing", file_name="21000000-3137.txt")
    store(folder, [*stated, (unread, b"the page says 2100-1037"), (named, b"the page says nothing")])
    asked: list[bytes] = []

    def first(body: bytes) -> tuple[str | None, str | None]:
        asked.append(body)
        return (None, None)

    def second(body: bytes) -> tuple[str | None, str | None]:
        asked.append(body)
        return ("indicator", "2100-1037") if body.endswith(b"2100-1037") else ("project", None)

    with Archive(folder) as archive:
        assert archive.refresh_readings(first, "1") == 1
        assert sorted(asked) == [b"the page says 2100-1037", b"the page says nothing"]
        assert archive.refresh_readings(second, "1") == 0
        assert len(asked) == 2
        assert archive.refresh_readings(second, "2") == 1
        assert list(archive.captures()) == [
            replace(unread, page_kind="indicator", page_code="2100-1037", code_source="page"),
            stated[0][0],
            replace(named, page_kind="project", page_code="21000000-3137", code_source="name"),
        ]
        assert [capture.capture_id for capture in archive.find("2100-1037")] == [unread.capture_id]
    new = capture_of(b"new", file_name="new.html")
    store(folder, [(new, b"new")])
    with Archive(folder) as archive:
        archive.refresh_readings(second, "2")
        assert len(asked) == 5  # what came since is read, and nothing else
        archive.rebuild_index()
        assert archive.get(unread.capture_id) == unread  # the WARC files hold what was claimed
        archive.refresh_readings(second, "2")
        assert archive.get(unread.capture_id) != unread


def test_a_reading_by_an_older_parser_is_forgotten(folder: Path) -> None:
    wrong = capture_of(page_kind="project", page_code="21000000-0001", code_source="page")
    store(folder, [(wrong, b"page")])
    with Archive(folder) as archive:
        assert archive.refresh_readings(lambda _: (None, None), "2") == 1
        assert list(archive.captures()) == [replace(wrong, page_kind=None, page_code=None, code_source=None)]


def test_a_damaged_capture_keeps_its_reading_and_holds_nothing_up(folder: Path) -> None:
    bodies = [b"one" * 100, b"two" * 100, b"three" * 100]
    store(folder, [(capture_of(body), body) for body in bodies])
    (path,) = warc_files(folder)
    record = records_of(path)[3]
    data = bytearray(path.read_bytes())
    data[record.offset + record.length - 6] ^= 1
    path.write_bytes(data)
    with Archive(folder) as archive:
        assert archive.refresh_readings(lambda _: ("project", "21000000-3137"), "1") == 2
        assert archive.get(capture_of(bodies[1]).capture_id) == capture_of(bodies[1])


def test_readings_can_be_refreshed_by_the_run_that_adds(folder: Path) -> None:
    with Archive(folder, writable=True) as archive:
        archive.add(capture_of(), b"page")
        assert archive.refresh_readings(lambda _: ("project", "21000000-3137"), "1") == 1
        assert [capture.page_code for capture in archive.captures()] == ["21000000-3137"]
    assert [capture.page_code for capture, _ in contents(folder)] == ["21000000-3137"]
    assert io.BytesIO(gzip.decompress(warc_files(folder)[0].read_bytes())).read().find(b"21000000-3137") == -1
