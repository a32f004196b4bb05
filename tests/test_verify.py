"""Verification: every fault by file and offset, and none where there is none."""

from __future__ import annotations

import gzip
import os
import random
import sqlite3
from pathlib import Path

import pytest

from scraper.archive import Archive
from scraper.verify import Fault, verify
from scraper.walk import Record, walk
from tests.exchanges import a_run, code, exchange, failed, keep, page
from tests.test_recovery import left_open, only_file, spans

DEPTHS = pytest.mark.parametrize("deep", [False, True], ids=["shallow", "deep"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "raw"


def faults(folder: Path, deep: bool = False) -> list[Fault]:
    with Archive(folder) as archive:
        return list(verify(archive, deep=deep))


@DEPTHS
def test_a_sound_archive_has_no_faults(folder: Path, deep: bool) -> None:
    a_run(folder, 4)
    with Archive(folder, writable=True) as archive:
        keep(archive, failed("bad_head", b"?"), 8, "transport_error")
        keep(archive, failed("bad_head", b"?", response_head=b"ICY\r\n\r\n"), 8, None)
        keep(archive, failed("not_found_host", request_head=b"", peer=None), 9, None)
        keep(archive, exchange(response_head=b"HTTP/1.0 200 OK\nA: b\n\n"), 10)
    assert faults(folder, deep) == []


@DEPTHS
def test_a_flipped_byte_is_named_where_it_is(folder: Path, deep: bool) -> None:
    a_run(folder, 6, size=400)
    path = only_file(folder)
    data = path.read_bytes()
    dice = random.Random(7)
    for _ in range(30):
        place = dice.randrange(len(data))
        flipped = bytearray(data)
        flipped[place] ^= 1 << dice.randrange(8)
        path.write_bytes(flipped)
        (record,) = (
            record
            for record in (item for item in _whole(data, path) if isinstance(item, Record))
            if record.offset <= place < record.offset + record.length
        )
        found = faults(folder, deep)
        assert (path.name, 0) in {fault[:2] for fault in found}
        in_head = place - record.offset in range(4, 10)  # a member's time and system mean nothing
        assert in_head or (path.name, record.offset) in {fault[:2] for fault in found}
    path.write_bytes(data)
    assert faults(folder, deep) == []


def _whole(data: bytes, path: Path) -> list[object]:
    whole = path.with_name("whole")
    whole.write_bytes(data)
    found: list[object] = list(walk(whole))
    whole.unlink()
    return found


@DEPTHS
def test_a_torn_end_is_named(folder: Path, deep: bool) -> None:
    a_run(folder, 2)
    path = only_file(folder)
    left_open(folder)
    *_, last = walk(path)
    os.truncate(path, path.stat().st_size - 1)
    found = faults(folder, deep)
    assert Fault(path.name, last.offset, "the file ends within a record") in found


@DEPTHS
def test_a_missing_file_is_named(folder: Path, deep: bool) -> None:
    a_run(folder, 2)
    path = only_file(folder)
    path.unlink()
    assert Fault(path.name, 0, "missing from the folder") in faults(folder, deep)


def test_a_list_that_was_changed_is_named(folder: Path) -> None:
    a_run(folder, 2)
    path = only_file(folder)
    listed = folder / "SHA256SUMS"
    listed.write_text(f"{'0' * 64}  {path.name}\nnothing\n{'0' * 64}  gone.warc.gz\n", encoding="utf-8")
    assert {(fault.file, fault.reason) for fault in faults(folder)} == {
        (path.name, "the file has not the SHA-256 of SHA256SUMS"),
        ("SHA256SUMS", "line 2 is none that sha256sum writes"),
        ("gone.warc.gz", "the file is listed in SHA256SUMS and missing"),
    }


def forge(path: Path, record: Record, old: bytes, new: bytes) -> None:
    """Other bytes in a sound member of the same length, as nobody makes them by accident."""
    data = path.read_bytes()
    end = record.offset + record.length
    plain = gzip.decompress(data[record.offset : end])
    assert plain.count(old) >= 1
    for level in range(10):
        forged = gzip.compress(plain.replace(old, new), level, mtime=0)
        if len(forged) <= record.length:
            break
    # A comment field of gzip takes up what is left.
    room = record.length - len(forged)
    if room:
        forged = forged[:3] + bytes([forged[3] | 16]) + forged[4:10] + b"x" * (room - 1) + b"\0" + forged[10:]
    assert len(forged) == record.length
    path.write_bytes(data[: record.offset] + forged + data[end:])


def test_forged_bytes_in_a_sound_record_are_found_by_their_digests(folder: Path) -> None:
    with Archive(folder, writable=True) as archive:
        keep(archive, exchange(b"progress 45.00 " * 100), 1)
    path = only_file(folder)
    answer = next(
        item for item in walk(path) if isinstance(item, Record) and item.head["warc-type"] == "response"
    )
    forge(path, answer, b"progress 45.00 ", b"p" * 15)  # packs better than what it replaces
    reason = "the record has not the bytes that its WARC-Block-Digest says"
    assert Fault(path.name, answer.offset, reason) in faults(folder)
    left_open(folder)
    with Archive(folder, writable=True):
        pass  # the list now has the forger's sum
    deep = faults(folder, deep=True)
    assert (path.name, answer.offset) in {fault[:2] for fault in deep}


def test_an_index_that_says_otherwise_than_the_files_is_found_in_depth(folder: Path) -> None:
    a_run(folder, 3)
    path = only_file(folder)
    database = sqlite3.connect(folder / "index.sqlite")
    database.execute(
        "UPDATE exchanges SET outcome = 'ok' WHERE outcome IS NULL AND page_code = ?", (code(1),)
    )
    database.execute("DELETE FROM captures WHERE page_code = ?", (code(2),))
    database.commit()
    database.close()
    assert faults(folder) == []
    found = faults(folder, deep=True)
    assert {fault.file for fault in found} == {path.name}
    assert all("bma reindex makes the index anew" in fault.reason for fault in found)
    assert spans(path)[code(2)][0] in {fault.offset for fault in found}
    with Archive(folder) as archive:
        archive.rebuild_index()
    assert faults(folder, deep=True) == []


@DEPTHS
def test_what_another_process_is_writing_is_left_out(folder: Path, deep: bool) -> None:
    a_run(folder, 2)
    with Archive(folder, writable=True) as writer:
        keep(writer, page(5), 5)
        (path,) = (path for path in folder.glob("*.warc.gz") if os.access(path, os.W_OK) and _is_open(path))
        with path.open("ab") as file:
            file.write(b"\x1f\x8b half a member")
        assert faults(folder, deep) == []
        os.truncate(path, path.stat().st_size - 15)


def _is_open(path: Path) -> bool:
    return path.name not in (path.parent / "SHA256SUMS").read_text(encoding="utf-8")


def test_a_bomb_in_a_file_is_a_fault_and_fills_no_memory(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_run(folder, 1)
    monkeypatch.setattr("scraper.verify.LARGEST_BODY", 1_500)
    assert any("more bytes than any page" in fault.reason for fault in faults(folder, deep=True))
