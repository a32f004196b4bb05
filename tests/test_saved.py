"""Saved pages on disk: which files are pages, what is claimed of each, and what is not taken."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import os
import re
import struct
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest

from scraper import saved as saved_module
from scraper.capture import iso_time
from scraper.claims import claims_in_page, read_sidecar
from scraper.errors import BadClaim, NoPages
from scraper.saved import SavedPage, UnreadableFile, printable, saved_pages

CODE = "21000000-3137"
URL = f"http://monitor.bangkok.go.th/mobile/myproject.php?pid={CODE}"
OTHER_URL = "http://monitor.bangkok.go.th/mobile/myproject.php?pid=21000000-0001"
SITE = "monitor.bangkok.go.th/mobile"
FILE_TIME = "2021-01-02T03:04:06Z"
PAGE = "<html><body>ความคืบหน้าโครงการ/กิจกรรม</body></html>".encode()


def put(folder: Path, name: str, body: bytes = PAGE, sidecar: dict[str, Any] | bytes | None = None) -> Path:
    """A page of a known file time, with a sidecar where one is given."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    time = dt.datetime.fromisoformat(FILE_TIME).timestamp() + 0.75
    os.utime(path, (time, time))
    if sidecar is not None:
        data = sidecar if isinstance(sidecar, bytes) else json.dumps(sidecar).encode()
        path.with_name(path.name + ".json").write_bytes(data)
    return path


def put_zip(path: Path, members: dict[str, bytes], **options: Any) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            info = zipfile.ZipInfo(name, (2021, 1, 2, 3, 4, 6))
            info.compress_type = options.get("compress_type", zipfile.ZIP_DEFLATED)
            archive.writestr(info, body)
    return path


def read_one(path: Path, **claims: Any) -> SavedPage:
    (page,) = saved_pages([path], **claims)
    assert isinstance(page, SavedPage), page
    return page


def refused(path: Path, **claims: Any) -> UnreadableFile:
    (file,) = saved_pages([path], **claims)
    assert isinstance(file, UnreadableFile), file
    return file


def names(*paths: Path) -> list[str]:
    return [
        item.capture.file_name or "" if isinstance(item, SavedPage) else f"! {item.path.rpartition('/')[2]}"
        for item in saved_pages(paths)
    ]


# What is a page


def test_a_page_comes_with_its_bytes_as_they_were_and_all_that_is_known_of_it(tmp_path: Path) -> None:
    page = read_one(put(tmp_path, "page.html"))
    assert page.body == PAGE
    assert page.path == str(tmp_path / "page.html")
    capture = page.capture
    assert (capture.source, capture.url, capture.file_name, capture.site) == ("file", None, "page.html", None)
    assert (capture.page_kind, capture.page_code, capture.code_source) == (None, None, None)
    assert (iso_time(capture.captured_at), capture.captured_at_source) == (FILE_TIME, "file_time")
    assert (capture.fetched_at, capture.http_status) == (None, None)
    assert (capture.body_sha256, capture.size_bytes) == (hashlib.sha256(PAGE).hexdigest(), len(PAGE))


@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.txt", "a.mhtml", "a.mht", "A.HTML", "a.b.Txt"])
def test_pages_are_told_by_their_extension(tmp_path: Path, name: str) -> None:
    assert read_one(put(tmp_path, name)).capture.file_name == name


def test_a_folder_is_read_with_all_folders_in_it_by_name_without_hidden_files(tmp_path: Path) -> None:
    for name in (
        "b.html",
        "a/z.txt",
        "a/b/c.htm",
        "c/1.html",
        "a.html",
        ".hidden.html",
        ".git/x.html",
        "c/._1.html",
    ):
        put(tmp_path, name)
    for name in ("style.css", "notes.json", "a.html.json.bak", "page.pdf"):
        (tmp_path / name).write_bytes(b"{}")
    assert names(tmp_path) == ["c.htm", "z.txt", "a.html", "b.html", "1.html"]


def test_a_zip_is_read_like_a_folder_and_nothing_is_written(tmp_path: Path) -> None:
    members = {
        "b.html": b"b",
        "a/z.txt": b"z",
        "a\\y.htm": b"y",
        "a/": b"",
        "style.css": b"",
        "__MACOSX/._b.html": b"",
        ".hidden/x.html": b"",
        "../../escape.html": b"up",
        "/root.html": b"root",
    }
    path = put_zip(tmp_path / "pages.ZIP", members)
    found = [item for item in saved_pages([path]) if isinstance(item, SavedPage)]
    bodies = {page.capture.file_name: page.body for page in found}
    assert bodies == {"root.html": b"root", "z.txt": b"z", "y.htm": b"y", "b.html": b"b"}
    assert found[0].path == f"{path}//root.html"
    assert all(iso_time(page.capture.captured_at) == FILE_TIME for page in found)
    assert [child.name for child in tmp_path.iterdir()] == ["pages.ZIP"]


def test_zips_in_folders_are_read_and_paths_come_in_the_order_given(tmp_path: Path) -> None:
    put(tmp_path, "z/2.html")
    put_zip(tmp_path / "z" / "1.zip", {"in zip.html": PAGE})
    first = put(tmp_path, "first.html")
    assert names(first, tmp_path / "z", first) == ["first.html", "in zip.html", "2.html", "first.html"]


def test_pages_are_read_one_at_a_time(tmp_path: Path) -> None:
    for number in range(20):
        put(tmp_path, f"{number}.txt", bytes(1_000_000))
    tracemalloc.start()
    try:
        assert (
            sum(len(page.body) for page in saved_pages([tmp_path]) if isinstance(page, SavedPage))
            == 20_000_000
        )
        assert tracemalloc.get_traced_memory()[1] < 6_000_000
    finally:
        tracemalloc.stop()


def test_a_name_is_kept_without_folder_and_in_any_script(tmp_path: Path) -> None:
    assert read_one(put(tmp_path, "ก/หน้า โครงการ.html")).capture.file_name == "หน้า โครงการ.html"


def test_bytes_in_a_name_that_are_no_characters_and_controls_are_replaced(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/a\xff\x1b[31m\n.html"
    Path(os.fsdecode(path)).write_bytes(PAGE)
    page = read_one(Path(os.fsdecode(path)))
    assert page.capture.file_name == "a\ufffd\ufffd[31m\ufffd.html"
    assert page.path == printable(page.path)


def test_empty_and_binary_files_are_pages_for_the_parser_to_judge(tmp_path: Path) -> None:
    assert read_one(put(tmp_path, "empty.html", b"")).body == b""
    assert read_one(put(tmp_path, "binary.html", bytes(range(256)))).body == bytes(range(256))


# What is not taken


def test_a_path_that_does_not_exist_is_an_error_before_anything_is_read(tmp_path: Path) -> None:
    page = put(tmp_path, "page.html")
    with pytest.raises(NoPages, match="nowhere does not exist"):
        saved_pages([page, tmp_path / "nowhere"])


def test_a_folder_or_zip_without_pages_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "style.css").write_bytes(b"")
    page = put(tmp_path, "page.html")
    for path in (tmp_path / "empty", put_zip(tmp_path / "none.zip", {"style.css": b""})):
        with pytest.raises(NoPages, match=f"{path.name} holds no saved pages .*html"):
            saved_pages([page, path])


def test_a_file_that_is_none_of_these_is_named_with_what_there_could_be(tmp_path: Path) -> None:
    file = refused(put(tmp_path, "page.pdf"))
    assert file.path.endswith("page.pdf")
    assert ".html" in file.reason


def test_an_unreadable_file_is_named_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.html", "b.html", "c.html"):
        put(tmp_path, name)
    (tmp_path / "d.html").symlink_to(tmp_path / "nowhere")
    opened = Path.open

    def guarded(path: Path, *args: Any, **options: Any) -> Any:
        if path.name == "b.html":  # root may read everything
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return opened(path, *args, **options)

    monkeypatch.setattr(Path, "open", guarded)
    assert names(tmp_path) == ["a.html", "! b.html", "c.html", "! d.html"]
    reasons = [item.reason for item in saved_pages([tmp_path]) if isinstance(item, UnreadableFile)]
    assert reasons == ["Permission denied", "No such file or directory"]


def test_an_unreadable_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a.html")
    put(tmp_path, "locked/b.html")
    listed = Path.iterdir

    def guarded(path: Path) -> Any:
        if path.name == "locked":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", guarded)
    assert names(tmp_path) == ["a.html", "! locked"]


def test_a_file_that_vanishes_on_the_way_is_named(tmp_path: Path) -> None:
    put(tmp_path, "a.html")
    gone = put(tmp_path, "b.html")
    items = saved_pages([tmp_path])
    assert isinstance(next(items), SavedPage)
    gone.unlink()
    assert [item.reason for item in items if isinstance(item, UnreadableFile)] == [
        "No such file or directory"
    ]


def test_a_device_or_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.html")
    os.mkfifo(tmp_path / "pipe.zip")
    reasons = [item.reason for item in saved_pages([tmp_path]) if isinstance(item, UnreadableFile)]
    assert reasons == ["it is no regular file"] * 2


def test_a_link_that_leads_back_up_is_no_endless_way(tmp_path: Path) -> None:
    put(tmp_path, "a/page.html")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    assert names(tmp_path) == ["page.html"]


def test_a_file_that_is_too_large_is_named_and_not_read_to_its_end(tmp_path: Path) -> None:
    path = put(tmp_path, "large.html", b"")
    os.truncate(path, 1 << 40)
    tracemalloc.start()
    try:
        assert refused(path) == (str(path), "it has more than 32 MiB, which no page has")
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_a_page_of_just_the_limit_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_module, "MAX_PAGE_BYTES", 1 << 20)
    assert len(read_one(put(tmp_path, "a.html", bytes(1 << 20))).body) == 1 << 20
    assert "more than" in refused(put(tmp_path, "b.html", bytes((1 << 20) + 1))).reason


def test_a_bomb_in_a_zip_is_measured_while_it_unfolds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_module, "MAX_PAGE_BYTES", 1 << 20)
    path = put_zip(tmp_path / "bomb.zip", {"a.html": bytes(50 << 20), "b.html": PAGE})
    tracemalloc.start()
    try:
        assert names(path) == ["! a.html", "b.html"]
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members_packed_so_that_they_cannot_be_measured_are_refused(tmp_path: Path, method: int) -> None:
    path = put_zip(tmp_path / "pages.zip", {"a.html": PAGE}, compress_type=method)
    assert "uncommon way" in refused(path).reason


def test_a_zip_whose_members_overlap_is_refused(tmp_path: Path) -> None:
    path = put_zip(tmp_path / "bomb.zip", {"a.html": bytes(1 << 16), "b.html": PAGE})
    data = path.read_bytes()
    entries = data.index(b"PK\x01\x02")
    first = data[entries : data.index(b"PK\x01\x02", entries + 1)]
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 90, 90, 90 * len(first), entries, 0)
    path.write_bytes(data[:entries] + first * 90 + end)
    assert "overlap" in refused(path).reason


def test_an_encrypted_member_is_named(tmp_path: Path) -> None:
    path = put_zip(tmp_path / "pages.zip", {"a.html": PAGE})
    data = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + flags] |= 1
    path.write_bytes(data)
    file = refused(path)
    assert file.path == f"{path}/a.html"
    assert "unpack the zip with its password" in file.reason


def test_a_zip_within_a_zip_is_named(tmp_path: Path) -> None:
    inner = put_zip(tmp_path / "inner.zip", {"a.html": PAGE}).read_bytes()
    outer = put_zip(tmp_path / "outer.zip", {"inner.zip": inner, "b.html": PAGE})
    assert names(outer) == ["b.html", "! inner.zip"]


def test_a_file_that_is_no_zip_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_bytes(b"PK, but no zip")
    assert "no zip that can be read" in refused(tmp_path / "bad.zip").reason


def test_a_member_that_is_damaged_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    path = put_zip(tmp_path / "pages.zip", {"a.html": os.urandom(500), "b.html": PAGE})
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    assert names(path) == ["! a.html", "b.html"]


def test_a_zip_cut_short_is_named(tmp_path: Path) -> None:
    path = put_zip(tmp_path / "pages.zip", {"a.html": PAGE})
    os.truncate(path, path.stat().st_size - 10)
    assert "no zip that can be read" in refused(path).reason


def test_a_member_without_a_time_has_that_of_the_zip(tmp_path: Path) -> None:
    path = put_zip(tmp_path / "pages.zip", {"a.html": PAGE})
    data = bytearray(path.read_bytes())
    for mark, time in ((b"PK\x03\x04", 10), (b"PK\x01\x02", 12)):
        start = data.index(mark) + time
        data[start : start + 4] = bytes(4)
    put(tmp_path, "pages.zip", bytes(data))
    capture = read_one(path).capture
    assert (iso_time(capture.captured_at), capture.captured_at_source) == (FILE_TIME, "file_time")


# Who says what

SAVED_BY_BROWSER = f"<!DOCTYPE html>\n<!-- saved from url=({len(URL):04d}){URL} -->\n<html></html>".encode()
SAVED_BY_SINGLE_FILE = (
    "<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n"
    f" url: {URL} \n saved date: Sat Mar 21 2020 10:00:00 GMT+0700 (Indochina Time)\n--><head></head></html>"
).encode()
SAVED_AS_MHTML = (
    f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {URL}\r\nSubject: =?utf-8?Q?x?=\r\n"
    "Date: Sat, 21 Mar 2020 03:00:00 -0000\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="b"\r\n\r\n--b\r\n'
    "Content-Type: text/html\r\nDate: Sun, 22 Mar 2020 03:00:00 +0000\r\n\r\n<html></html>\r\n--b--\r\n"
).encode()
SAVED_AT = "2020-03-21T03:00:00Z"


@pytest.mark.parametrize(
    ("name", "body", "time", "time_source"),
    [
        ("a.html", SAVED_BY_BROWSER, FILE_TIME, "file_time"),
        ("a.html", b"\xef\xbb\xbf" + SAVED_BY_BROWSER, FILE_TIME, "file_time"),
        ("a.html", SAVED_BY_BROWSER.decode().encode("utf-16"), FILE_TIME, "file_time"),
        ("a.html", b"<!-- \xa1\xa2 -->" + SAVED_BY_BROWSER, FILE_TIME, "file_time"),
        ("a.htm", SAVED_BY_SINGLE_FILE, SAVED_AT, "saved_page"),
        ("a.html", SAVED_BY_SINGLE_FILE.replace(b"\n", b"\r\n"), SAVED_AT, "saved_page"),
        ("a.mhtml", SAVED_AS_MHTML, SAVED_AT, "saved_page"),
        ("a.MHT", SAVED_AS_MHTML.replace(b"03:00:00 -0000", b"10:00:00 +0700"), SAVED_AT, "saved_page"),
        ("a.mht", SAVED_AS_MHTML.replace(b"\r\n", b"\n"), SAVED_AT, "saved_page"),
    ],
)
def test_the_program_that_saved_a_page_tells_its_url_and_maybe_the_time(
    tmp_path: Path, name: str, body: bytes, time: str, time_source: str
) -> None:
    page = read_one(put(tmp_path, name, body))
    capture = page.capture
    assert page.body == body
    assert (capture.url, capture.site) == (URL, SITE)
    assert (capture.page_kind, capture.page_code, capture.code_source) == ("project", CODE, "url")
    assert (iso_time(capture.captured_at), capture.captured_at_source) == (time, time_source)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.html", b"<!-- saved from url=(0014)about:internet -->"),
        ("a.html", b"<!-- saved from url=(0020)file:///C:/page.html -->"),
        ("a.html", b"<p>saved from url=(0048)" + URL.encode() + b"</p>"),
        ("a.html", b" " * 4096 + SAVED_BY_BROWSER),
        ("a.html", b"<p> url: " + URL.encode() + b" </p>"),
        ("a.html", b"<!-- Page saved with SingleFile \n url: data:text/html \n saved date: yesterday -->"),
        ("a.html", SAVED_AS_MHTML),
        ("a.mhtml", SAVED_BY_BROWSER),
        ("a.mhtml", b"Snapshot-Content-Location: cid:1\r\nDate: Sat, 21 Mar 2020 03:00:00\r\n\r\n"),
        ("a.mhtml", b"Date: Sat, 41 Mar 2020 03:00:00 +0000\r\n\r\n"),
        ("a.mhtml", b"Date: \xff\xfe\r\nSnapshot-Content-Location: \xff\r\n\r\n"),
        ("a.mhtml", b"\0\xff" * 3000),
    ],
)
def test_marks_that_cannot_be_relied_on_claim_nothing(name: str, body: bytes) -> None:
    assert claims_in_page(name, body) == (None, None, None, None)


def test_a_mark_without_a_zone_gives_the_url_and_no_time() -> None:
    claims = claims_in_page("a.html", SAVED_BY_SINGLE_FILE.replace(b" GMT+0700", b""))
    assert (claims.url, claims.captured_at) == (URL, None)


def test_a_url_goes_by_user_then_sidecar_then_saved_page(tmp_path: Path) -> None:
    path = put(tmp_path, "a.html", SAVED_BY_BROWSER)
    assert read_one(path).capture.url == URL
    put(tmp_path, "a.html", SAVED_BY_BROWSER, {"url": OTHER_URL})
    assert read_one(path).capture.url == OTHER_URL
    capture = read_one(path, url="http://localhost:8000/x.html").capture
    assert (capture.url, capture.site) == ("http://localhost:8000/x.html", "localhost:8000")


def test_a_time_goes_by_user_then_sidecar_then_saved_page_then_file(tmp_path: Path) -> None:
    def told(**claims: Any) -> tuple[str, str]:
        capture = read_one(tmp_path / "a.html", **claims).capture
        return iso_time(capture.captured_at), capture.captured_at_source

    put(tmp_path, "a.html")
    assert told() == (FILE_TIME, "file_time")
    put(tmp_path, "a.html", SAVED_BY_SINGLE_FILE)
    assert told() == (SAVED_AT, "saved_page")
    put(tmp_path, "a.html", SAVED_BY_SINGLE_FILE, {"captured_at": "2020-03-22T10:00:00+07:00"})
    assert told() == ("2020-03-22T03:00:00Z", "sidecar")
    user = dt.datetime(2020, 3, 23, 9, 0, 0, 500, tzinfo=dt.timezone(dt.timedelta(hours=7)))
    assert told(captured_at=user) == ("2020-03-23T02:00:00Z", "user")


@pytest.mark.parametrize(
    ("sidecar", "page"),
    [
        ({"kind": "project", "code": CODE}, ("project", CODE, "sidecar")),
        ({"url": URL}, ("project", CODE, "url")),
        ({"url": URL, "kind": "project", "code": CODE}, ("project", CODE, "sidecar")),
        ({"url": URL, "code": CODE}, ("project", CODE, "sidecar")),
        ({"kind": "indicator"}, ("indicator", None, None)),
        ({"url": "http://mirror.example/page"}, (None, None, None)),
        ({"url": URL[:-1]}, ("project", None, None)),
        ({"url": URL[:-1], "code": CODE}, ("project", CODE, "sidecar")),
        ({"captured_at": "2020-03-23T02:00:00Z"}, (None, None, None)),
        ({}, (None, None, None)),
    ],
)
@pytest.mark.parametrize("zipped", [False, True], ids=["beside a file", "in a zip"])
def test_kind_and_code_are_the_sidecars_or_the_urls(
    tmp_path: Path, sidecar: dict[str, str], page: tuple[str | None, ...], zipped: bool
) -> None:
    if zipped:
        members = {"in/a.html": PAGE, "in/a.html.json": json.dumps(sidecar).encode()}
        path = put_zip(tmp_path / "pages.zip", members)
    else:
        path = put(tmp_path, "a.html", sidecar=sidecar)
    capture = read_one(path).capture
    assert (capture.page_kind, capture.page_code, capture.code_source) == page


@pytest.mark.parametrize(
    ("sidecar", "reason"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a JSON object"),
        ({"URL": URL}, "unknown key 'URL'; known are url, kind, code, captured_at"),
        ({"url": URL, "note": "x"}, "unknown key 'note'"),
        ({"url": None}, "not a text"),
        ({"code": 7}, "not a text"),
        ({"url": "monitor.bangkok.go.th/mobile"}, "has to begin with http"),
        ({"url": ""}, "has to begin with http"),
        ({"url": "http://host/\n"}, "has to begin with http"),
        ({"url": "http://host/\u2028"}, "URL"),
        ({"url": "http://host/" + "x" * 3000}, "URL"),
        ({"kind": "unknown"}, "unknown kind 'unknown'; known are project"),
        ({"code": CODE}, "code stands without kind"),
        ({"kind": "indicator", "code": CODE}, "not the code of a page of kind indicator"),
        ({"kind": "project", "code": "../../21000000-3137"}, "not the code"),
        ({"kind": "project", "code": "๒๑๐๐๐๐๐๐-๓๑๓๗"}, "not the code"),
        (
            {"url": URL, "kind": "project", "code": "21000000-0001"},
            "code is 21000000-0001, but .* 21000000-3137",
        ),
        ({"url": URL, "kind": "indicator"}, "kind is indicator, but .* project"),
        ({"captured_at": "2020-03-23T09:00:00"}, r"no zone; .*2020-03-23T09:00:00\+07:00"),
        ({"captured_at": "2563-03-23T09:00:00+07:00"}, "2020, not 2563"),
        ({"captured_at": ""}, "not an ISO 8601 time"),
    ],
)
def test_a_sidecar_that_cannot_be_taken_at_its_word_is_named_and_its_page_not_taken(
    tmp_path: Path, sidecar: dict[str, Any] | bytes, reason: str
) -> None:
    put(tmp_path, "b.html")
    path = put(tmp_path, "a.html", sidecar=sidecar)
    broken, _ = saved_pages([tmp_path])
    assert isinstance(broken, UnreadableFile)
    assert broken.path == f"{path}.json"
    assert re.search(reason, broken.reason)


def test_the_users_url_must_agree_with_the_sidecars_code(tmp_path: Path) -> None:
    path = put(tmp_path, "a.html", sidecar={"kind": "project", "code": CODE})
    assert refused(path, url=OTHER_URL) == (
        f"{path}.json",
        f"code is {CODE}, but the page's URL says 21000000-0001",
    )


def test_a_sidecar_is_never_a_page_and_is_read_with_its_page(tmp_path: Path) -> None:
    path = put(tmp_path, "a.html", sidecar={"url": URL})
    sidecar = path.with_name("a.html.json")
    assert names(tmp_path) == ["a.html"]
    assert names(path, sidecar) == ["a.html"]  # as a shell's a.* gives them
    with pytest.raises(NoPages):
        saved_pages([sidecar])


def test_a_sidecar_without_its_page_is_named(tmp_path: Path) -> None:
    put(tmp_path, "a.html", sidecar={"url": URL}).unlink()
    put(tmp_path, "b.html")
    assert names(tmp_path) == ["! a.html.json", "b.html"]
    path = put_zip(tmp_path / "pages.zip", {"a.html.json": b"{}", "b.html": PAGE})
    assert names(path) == ["! a.html.json", "b.html"]


def test_a_sidecar_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = put(tmp_path, "a.html")
    path.with_name("a.html.json").mkdir()
    assert refused(path) == (f"{path}.json", "it is no regular file")


# The user's claims


def test_a_url_is_for_one_page_only(tmp_path: Path) -> None:
    path = put(tmp_path, "a.html")
    assert read_one(tmp_path, url=URL).capture.page_code == CODE
    with pytest.raises(BadClaim, match="one page, but here are several"):
        saved_pages([path, put(tmp_path, "b.html")], url=URL)
    with pytest.raises(BadClaim, match="one page, but here are several"):
        saved_pages([tmp_path], url=URL)


@pytest.mark.parametrize("url", ["", "monitor.bangkok.go.th", "file:///a.html", "http://host/ x"])
def test_a_users_url_must_be_a_web_address(tmp_path: Path, url: str) -> None:
    with pytest.raises(BadClaim, match="has to begin with http"):
        saved_pages([put(tmp_path, "a.html")], url=url)


def test_a_users_time_holds_for_all_pages_and_needs_a_zone(tmp_path: Path) -> None:
    put(tmp_path, "a.html")
    put(tmp_path, "b.html")
    time = dt.datetime(2020, 3, 23, 2, tzinfo=dt.UTC)
    for item in saved_pages([tmp_path], captured_at=time):
        assert isinstance(item, SavedPage)
        assert (item.capture.captured_at, item.capture.captured_at_source) == (time, "user")
    with pytest.raises(ValueError, match="zone"):
        saved_pages([tmp_path], captured_at=time.replace(tzinfo=None))


def test_a_page_read_twice_is_one_capture_wherever_it_lies(tmp_path: Path) -> None:
    one = read_one(put(tmp_path, "x/a.html")).capture
    os.utime(put(tmp_path, "y/a.html"), (0, 0))
    other = read_one(tmp_path / "y" / "a.html").capture
    zipped = read_one(put_zip(tmp_path / "z.zip", {"z/a.html": PAGE})).capture
    assert one.capture_id == other.capture_id == zipped.capture_id
    assert one.captured_at != other.captured_at


def test_reading_a_sidecar_gives_its_claims() -> None:
    claims = read_sidecar(json.dumps({"url": URL, "captured_at": "2020-03-23T09:00:00+07:00"}).encode())
    assert claims == (URL, None, None, dt.datetime(2020, 3, 23, 2, tzinfo=dt.UTC))
