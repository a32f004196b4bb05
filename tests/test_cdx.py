"""What indexes answer, and the prefixes by which they are asked."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from scraper.cdx import (
    WAYBACK_FIELDS,
    NoIndexAnswer,
    read_common_crawl,
    read_crawls,
    read_timestamp,
    read_wayback,
    select,
    timestamp,
)
from scraper.codes import Wanted
from scraper.errors import BadClaim
from scraper.memento import Memento, digest_check
from scraper.prefixes import checked_agencies, folders, is_of, prefixes
from scraper.sites import CODE_PATTERNS
from tests.archives import PAGE, project, row, sha1

TIME = dt.datetime(2020, 3, 23, 2, tzinfo=dt.UTC)
ROW = row(project(1, "20200323020000"))


def wayback(*rows: object) -> bytes:
    return json.dumps([list(WAYBACK_FIELDS), *rows]).encode()


def test_the_key_to_go_on_with_stands_behind_an_empty_row() -> None:
    assert read_wayback(200, wayback(ROW, [], ["th%2Cgo+1"])).more == "th%2Cgo+1"
    assert read_wayback(200, wayback(ROW)).more is None


@pytest.mark.parametrize("content", [b"", b"[]", b"\n", wayback()])
def test_an_answer_without_rows_is_empty(content: bytes) -> None:
    page = read_wayback(200, content)
    assert page.is_empty
    assert page.more is None


@pytest.mark.parametrize("tail", [[[], []], [[], ["a", "b"]], [[], [""]], [[], "key"]], ids=str)
def test_an_empty_row_without_one_key_behind_it_is_no_answer(tail: list[object]) -> None:
    with pytest.raises(NoIndexAnswer):
        read_wayback(200, wayback(ROW, *tail))


def test_a_page_without_a_status_in_the_index_has_none() -> None:
    revisit = [*ROW[:4], "-", *ROW[5:]]
    assert read_wayback(200, wayback(revisit)).mementos[0].status is None


@pytest.mark.parametrize("bad", [ROW[:-1], [*ROW, "x"], [*ROW[:-1], 1], "row", None, {}], ids=str)
def test_a_row_of_another_form_is_a_fault_and_the_next_one_is_read(bad: object) -> None:
    page = read_wayback(200, wayback(bad, ROW))
    assert (page.lines, len(page.faults), len(page.mementos)) == (2, 1, 1)


@pytest.mark.parametrize(
    "text", ["20200230000000", "2020032302000", "20200323020000 ", "๒๐๒๐๐๓๒๓๐๒๐๐๐๐", "00000101000000"]
)
def test_what_is_no_time_of_14_digits_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no time"):
        read_timestamp(text)


def test_a_time_is_written_as_it_is_read() -> None:
    assert read_timestamp("20200323020000") == TIME
    assert timestamp(TIME) == "20200323020000"


def test_behind_the_last_page_and_without_captures_common_crawl_has_none() -> None:
    assert read_common_crawl(404, b'{"message": "No Captures found"}').lines == 0
    assert read_common_crawl(400, b"").lines == 0
    with pytest.raises(NoIndexAnswer, match="status 504"):
        read_common_crawl(504, b"")


def test_an_answer_of_which_no_line_is_one_of_an_index_is_none() -> None:
    with pytest.raises(NoIndexAnswer, match="not a line of it"):
        read_common_crawl(200, b"<html>\n<body>down for maintenance\n")


@pytest.mark.parametrize("content", [b"[]", b"{}", b'[{"name": "x"}]', b'[{"id": "../x"}]', b"no"])
def test_a_list_of_crawls_has_a_name_for_each(content: bytes) -> None:
    with pytest.raises(NoIndexAnswer):
        read_crawls(200, content)


def test_captures_are_chosen_once_each_page_by_page_oldest_first() -> None:
    def memento(code: str, day: int) -> Memento:
        time = TIME + dt.timedelta(days=day)
        return Memento("wayback", Wanted("project", code), PAGE + code, time, 200, None)

    first, second = "21000000-0001", "21000000-0002"
    found = [memento(second, 0), memento(first, 2), memento(first, 1), memento(first, 1)]
    assert [(one.page.code, one.captured_at.day) for one in select(found)] == [
        (first, 24),
        (first, 25),
        (second, 23),
    ]
    assert select(found, since=TIME + dt.timedelta(days=2)) == [memento(first, 2)]
    assert select(found, until=TIME) == [memento(second, 0)]


# Prefixes


def test_every_kind_has_a_prefix_on_every_host_and_no_two_are_the_same() -> None:
    found = prefixes(tuple(CODE_PATTERNS))
    assert len(found) == len(set(found)) == 5 * 7 + 2
    assert not any(text.startswith("www.") or "://" in text for text in found)


def test_agencies_narrow_the_prefixes_of_codes_that_tell_them() -> None:
    assert prefixes(["indicator"], ["21000000"])[0].endswith("/mobile/mykpi.php?pid=2100")
    assert prefixes(["plan_record"], ["21000000"])[0].endswith("/index.php?project_id=21000000")
    assert prefixes(["it_review"], ["21000000"]) == []
    assert is_of(Wanted("indicator", "2100-1037"), ["indicator"], ["21000000"])
    assert not is_of(Wanted("it_review", "2100"), ["it_review"], ["21000000"])


def test_folders_hold_all_prefixes() -> None:
    kinds = tuple(CODE_PATTERNS)
    assert len(folders(kinds)) == 7
    assert all(text.startswith(tuple(folders(kinds))) for text in prefixes(kinds))


def test_what_is_no_agency_is_named() -> None:
    with pytest.raises(BadClaim, match="'2100'"):
        checked_agencies(["21000000", "2100"])


# Digests


def test_a_digest_matches_the_body_in_any_of_its_forms_and_with_or_without_its_name() -> None:
    assert digest_check(sha1(b"packed"), b"", b"packed", b"plain") == "match"
    assert digest_check(f"sha1:{sha1(b'plain')}", b"", b"packed", b"plain") == "match"
    assert digest_check(sha1(b"other"), b"", b"packed", b"plain") == "mismatch"


@pytest.mark.parametrize("name", ["Content-Encoding: gzip", "Transfer-Encoding: chunked"])
def test_a_coding_that_the_archive_has_undone_makes_a_digest_not_comparable(name: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nX-Archive-Orig-{name}\r\n\r\n".encode()
    assert digest_check(sha1(b"other"), head, b"plain") == "not_comparable"
