"""Exchanges in the archive: durable one by one, found again, and what a fetcher needs to go on."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import os
import sqlite3
import stat
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scraper import archive as archive_module
from scraper import sums
from scraper.archive import Archive
from scraper.capture import ArchivedCapture
from scraper.errors import ArchiveError
from scraper.index import Index
from tests.exchanges import PAGE, TIME, a_run, code, exchange, failed, head, keep, packed, page, page_body


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "raw"


def index_content(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that the index says, as it says it."""
    with sqlite3.connect(folder / "index.sqlite") as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        content = {
            name: sorted(database.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in tables
        }
    database.close()
    return content


def without_index(folder: Path) -> None:
    for path in folder.glob("index.sqlite*"):
        path.unlink()


# What comes out


def test_a_fetched_page_is_a_capture(folder: Path) -> None:
    with Archive(folder, writable=True) as archive:
        stored = keep(archive, exchange(b"page"), 1)
        (capture,) = archive.captures()
        assert archive.body(capture.capture_id) == b"page"
    assert stored == (capture.capture_id, None)
    assert capture == ArchivedCapture(
        source="live",
        url=PAGE + code(1),
        file_name=None,
        site="monitor.bangkok.go.th/mobile",
        page_kind="project",
        page_code=code(1),
        code_source="url",
        captured_at=dt.datetime(2026, 1, 2, 3, 4, 7, tzinfo=dt.UTC),
        captured_at_source="response",
        fetched_at=dt.datetime(2026, 1, 2, 3, 4, 7, tzinfo=dt.UTC),
        http_status=200,
        body_sha256=hashlib.sha256(b"page").hexdigest(),
        size_bytes=4,
    )


def test_the_body_has_its_content_coding_undone_and_the_exchange_knows_what_was_received(
    folder: Path,
) -> None:
    made = packed(1)
    with Archive(folder, writable=True) as archive:
        keep(archive, made, 1)
        (capture,), (held,) = archive.captures(), archive.exchanges()
        assert archive.body(capture.capture_id) == page_body(1)
    assert capture.size_bytes == 2_000
    assert held.exchange.received_bytes == len(made.body)
    assert held.exchange.received_sha256 == hashlib.sha256(made.body).hexdigest()


def test_a_coding_that_cannot_be_undone_leaves_the_bytes_as_they_came(folder: Path) -> None:
    made = exchange(b"\x0bpage", response_head=head(Content_Encoding="br"))
    with Archive(folder, writable=True) as archive:
        capture_id = keep(archive, made, 1).capture_id
        assert capture_id is not None
        assert archive.body(capture_id) == b"\x0bpage"


def test_a_page_that_could_not_be_had_is_a_capture_without_bytes(folder: Path) -> None:
    with Archive(folder, writable=True) as archive:
        for number, made in enumerate(
            [
                failed("timeout"),
                failed("not_found_host", request_head=b"", peer=None),
                failed("bad_head", b"?"),
                exchange(b"pa", response_head=head(Content_Length=4), failure="short_body"),
            ]
        ):
            keep(archive, replace(made, url=PAGE + code(number)), number, "transport_error")
    without_index(folder)
    with Archive(folder) as archive:
        captures = list(archive.captures())
        assert archive.damage == []
        assert [capture.failure for capture in captures] == [
            "timeout",
            "not_found_host",
            "bad_head",
            "short_body",
        ]
        assert {(capture.size_bytes, archive.body(capture.capture_id)) for capture in captures} == {(0, b"")}
        assert [capture.http_status for capture in captures] == [None, None, None, 200]


def test_what_settles_nothing_is_an_exchange_and_no_capture(folder: Path) -> None:
    robots = exchange(b"User-agent: *\n", url="http://monitor.bangkok.go.th/robots.txt")
    with Archive(folder, writable=True) as archive:
        assert keep(archive, robots, outcome=None) == (None, None)
        assert keep(archive, failed("reset"), 1, None) == (None, None)
        assert archive.count() == 0
        found = list(archive.exchanges())
        assert [held.exchange.url for held in found] == [robots.url, PAGE + code(1)]
        assert [held.exchange.page_code for held in archive.exchanges(code(1))] == [code(1)]


def test_an_outcome_is_that_of_a_page(folder: Path) -> None:
    with Archive(folder, writable=True) as archive, pytest.raises(ValueError, match="needs page_kind"):
        archive.store(exchange(), source="live", page_kind=None, page_code=None, outcome="ok")


def test_a_page_behind_a_redirect_is_that_which_was_asked_for(folder: Path) -> None:
    made = exchange(b"login", url="http://monitor.bangkok.go.th/login.php", via=PAGE + code(1))
    with Archive(folder, writable=True) as archive:
        keep(archive, made, 1, "login_redirect")
        (capture,) = archive.captures()
    assert (capture.page_code, capture.code_source, capture.url) == (code(1), "user", made.url)


def test_an_archive_that_is_open_for_reading_takes_no_exchange(folder: Path) -> None:
    a_run(folder, 1)
    with Archive(folder) as archive, pytest.raises(ArchiveError, match="reading only"):
        keep(archive, exchange(), 1)


def test_saved_files_and_fetched_pages_stand_in_one_file_in_any_order(folder: Path) -> None:
    saved = ArchivedCapture(
        source="file",
        url=None,
        file_name="a.html",
        site=None,
        page_kind=None,
        page_code=None,
        code_source=None,
        captured_at=TIME.replace(microsecond=0),
        captured_at_source="user",
        fetched_at=None,
        http_status=None,
        body_sha256=hashlib.sha256(b"saved").hexdigest(),
        size_bytes=5,
    )
    with Archive(folder, writable=True) as archive:
        keep(archive, failed("timeout"), 1, None)
        archive.add(saved, b"saved")
        keep(archive, page(1), 1)
        keep(archive, failed("not_found_host", request_head=b"", peer=None), 2, None)
    before = index_content(folder)
    without_index(folder)
    with Archive(folder) as archive:
        assert archive.damage == []
        assert [archive.body(capture.capture_id) for capture in archive.captures()] == [
            page_body(1),
            b"saved",
        ]
    assert index_content(folder) == before


# A body that was seen before


def test_a_body_seen_before_is_marked_with_the_first_capture_that_had_it(folder: Path) -> None:
    def at(day: int, body: bytes, **changes: Any) -> Any:
        return exchange(body, started_at=TIME + dt.timedelta(days=day), **changes)

    again = gzip.compress(b"one")
    with Archive(folder, writable=True) as archive:
        first = keep(archive, at(0, b"one"), 1)
        other = keep(archive, at(1, b"two"), 1)
        same = keep(archive, at(2, again, response_head=head(Content_Encoding="gzip")), 1)
        third = keep(archive, at(3, b"one", url="http://dp1.bangkok.go.th/mobile/x"), 1)
        of_another_page = keep(archive, at(4, b"one"), 2)
        unsettled = keep(archive, at(5, b"one"), 1, None)
        broken = keep(archive, at(6, b"one", failure="reset"), 1, "transport_error")
    assert first.capture_id is not None
    assert [first.same_body_as, other.same_body_as] == [None, None]
    assert same.same_body_as == third.same_body_as == first.capture_id
    assert of_another_page.same_body_as is unsettled.same_body_as is broken.same_body_as is None
    without_index(folder)
    with Archive(folder) as archive:
        assert [held.exchange.same_body_as for held in archive.exchanges()] == [
            None,
            None,
            first.capture_id,
            first.capture_id,
            None,
            None,
            None,
        ]


# What resume needs


def test_the_newest_good_capture_of_a_page_is_known(folder: Path) -> None:
    with Archive(folder, writable=True) as archive:
        assert archive.latest_good("project", code(1)) is None
        for day, outcome in enumerate(["ok", "ok", "soft_not_found", "transport_error"]):
            made = page(1, started_at=TIME + dt.timedelta(days=day))
            keep(archive, replace(made, failure="reset") if day == 3 else made, 1, outcome)
        keep(archive, page(2), 2, "not_found")
        assert archive.latest_good("project", code(1)) == dt.datetime(2026, 1, 3, 3, 4, 7, tzinfo=dt.UTC)
        assert archive.latest_good("project", code(2)) is None
        assert archive.latest_good("plan_record", code(1)) is None


def test_the_last_outcome_of_a_page_is_known_by_the_site_that_was_asked(folder: Path) -> None:
    other = "https://dp.bangkok.go.th/mobile/myproject.php?pid="
    day = dt.timedelta(days=1)
    with Archive(folder, writable=True) as archive:
        keep(archive, page(1), 1, "not_found")
        keep(archive, page(1, started_at=TIME + day), 1, "ok")
        keep(archive, page(1, started_at=TIME + 2 * day), 1, None)
        first, second = "http://bmavisions.com/mobile/a.php", "http://www.bmavisions.com/b/a.php"
        keep(archive, page(1, url=first), 1, None)
        keep(archive, page(1, url=second, via=first), 1, None)
        keep(archive, page(1, url=other + code(1), via=second), 1, "soft_not_found")
        found = archive.last_outcomes("project", code(1))
        assert archive.last_outcomes("project", code(2)) == {}
    assert {site: last.outcome for site, last in found.items()} == {
        "monitor.bangkok.go.th/mobile": "ok",
        "dp.bangkok.go.th/mobile": "soft_not_found",
        "bmavisions.com/mobile": "soft_not_found",
    }
    assert found["monitor.bangkok.go.th/mobile"].time == dt.datetime(2026, 1, 3, 3, 4, 7, tzinfo=dt.UTC)


def test_when_it_was_last_asked_is_known_after_a_restart_too(folder: Path) -> None:
    with Archive(folder, writable=True) as archive:
        assert archive.last_asked() is None
        for number in (3, 1, 2):
            keep(archive, page(number), number)
    without_index(folder)
    with Archive(folder) as archive:
        assert archive.last_asked() == page(2).ended_at


def test_outcomes_can_be_read_again_from_the_bytes(folder: Path) -> None:
    asked = []

    def classify(body: bytes, *, kind: str | None, code: str | None, status: int | None) -> str:
        asked.append((body, kind, code, status))
        return "php_error"

    with Archive(folder, writable=True) as archive:
        keep(archive, exchange(b"Fatal error", status=500), 1, "ok")
        keep(archive, failed("timeout", url=PAGE + code(2)), 2, "transport_error")
        assert archive.refresh_outcomes(classify) == 1
        assert archive.refresh_outcomes(classify) == 0
        assert [archive.outcome(capture.capture_id) for capture in archive.find(code(1))] == ["php_error"]
        assert archive.latest_good("project", code(1)) is None
        assert (
            archive.last_outcomes("project", code(2))["monitor.bangkok.go.th/mobile"].outcome
            == "transport_error"
        )
    assert asked == [(b"Fatal error", "project", code(1), 500)] * 2


def test_outcomes_of_many_captures_are_read_again_in_batches(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_module, "BATCH", 2)
    a_run(folder, 15)
    read: list[str | None] = []

    def classify(body: bytes, *, kind: str | None, code: str | None, status: int | None) -> str:
        read.append(code)
        return "empty_record"

    with Archive(folder) as archive:
        assert archive.refresh_outcomes(classify) == 15
        assert read == [code(number) for number in range(15)]


def test_tallies_say_what_is_held_and_what_failed(folder: Path) -> None:
    a_run(folder, 3)
    with Archive(folder, writable=True) as archive:
        keep(archive, failed("tls", url="https://policy.bangkok.go.th/mobile/x"), 4, "transport_error")
        held, failures = archive.tallies()
    assert [(tally.host, tally.what, tally.number) for tally in held] == [
        ("monitor.bangkok.go.th", "ok", 3),
        ("policy.bangkok.go.th", "transport_error", 1),
    ]
    assert [(tally.host, tally.what, tally.number, tally.example) for tally in failures] == [
        ("monitor.bangkok.go.th", "timeout", 3, "it failed"),
        ("policy.bangkok.go.th", "tls", 1, "it failed"),
    ]


# The index


def test_the_index_made_anew_says_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "ROTATE_BYTES", 15_000)
    bodies = a_run(folder, 12)
    before = index_content(folder)
    assert len(before["files"]) > 2
    assert (len(before["captures"]), len(before["exchanges"])) == (12, 36)
    with Archive(folder, writable=True) as archive:
        archive.rebuild_index()
    assert index_content(folder) == before
    without_index(folder)
    with Archive(folder) as archive:
        assert [archive.body(capture.capture_id) for capture in archive.captures()] == bodies
    assert index_content(folder) == before


def test_an_index_of_the_first_version_is_replaced_by_itself(folder: Path) -> None:
    a_run(folder, 2)
    before = index_content(folder)
    without_index(folder)
    database = sqlite3.connect(folder / "index.sqlite")
    database.executescript(
        "CREATE TABLE captures (capture_id TEXT PRIMARY KEY); CREATE TABLE files (name, seen);"
        "PRAGMA user_version = 1;"
    )
    database.close()
    with Archive(folder) as archive:
        assert archive.count() == 2
    assert index_content(folder) == before


# Durable one by one


def test_each_exchange_is_on_the_disk_before_the_index_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    commit, fsync = Index.commit, os.fsync

    def synced(descriptor: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    def committed(index: Index) -> None:
        done.append("index")
        commit(index)

    with Archive(folder, writable=True) as archive:
        monkeypatch.setattr(os, "fsync", synced)
        monkeypatch.setattr(Index, "commit", committed)
        keep(archive, page(1), 1)
        assert done == ["file", "folder", "index"]
        keep(archive, failed("reset"), 2, None)
        assert done == ["file", "folder", "index", "file", "index"]


def test_a_reader_sees_an_exchange_at_once(folder: Path) -> None:
    with Archive(folder, writable=True) as writer:
        keep(writer, page(1), 1)
        with Archive(folder) as reader:
            assert [capture.page_code for capture in reader.captures()] == [code(1)]


# Files that are finished


def test_a_finished_file_is_read_only_and_listed_for_sha256sum(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_module, "ROTATE_BYTES", 15_000)
    a_run(folder, 12)
    a_run(folder, 1)
    files = sorted(folder.glob("*.warc.gz"))
    assert len(files) > 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o444}
    assert sums.read(folder) == {path.name: sums.of_file(path) for path in files}
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert done.stdout.splitlines() == [f"{path.name}: OK" for path in files]


def test_the_file_that_is_being_written_is_not_yet_listed(folder: Path) -> None:
    with Archive(folder, writable=True) as archive:
        keep(archive, page(1), 1)
        assert sums.read(folder) == {}
        (path,) = folder.glob("*.warc.gz")
        assert os.access(path, os.W_OK)


def test_lines_of_the_list_that_are_none_stay_as_they_are(folder: Path) -> None:
    folder.mkdir()
    (folder / "SHA256SUMS").write_text("a note by a person\n", encoding="utf-8")
    a_run(folder, 1)
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "a note by a person"
    assert len(lines) == 2
