"""HTTP answers as bytes: heads for bodies without chunks, content codings, chunks."""

from __future__ import annotations

import gzip
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import http_message
from scraper.http_message import (
    archived_head,
    head_end,
    header,
    is_http_head,
    page_bytes,
    undo_chunks,
    undo_coding,
)


@pytest.mark.parametrize(
    ("head", "kept"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nA: b\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nX-Archive-Orig-Content-Length: 9\r\nA: b\r\nContent-Length: 4\r\n\r\n",
        ),
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding:chunked\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nX-Archive-Orig-transfer-encoding:chunked\r\nContent-Length: 4\r\n\r\n",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nX-Archive-Orig-Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n",
        ),
        (
            b"HTTP/1.0 200 OK\nTransfer-Encoding: chunked\nB:c\n\n",
            b"HTTP/1.0 200 OK\nX-Archive-Orig-Transfer-Encoding: chunked\nB:c\nContent-Length: 4\r\n\n",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n chunked\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nX-Archive-Orig-Transfer-Encoding:\r\n chunked\r\nContent-Length: 4\r\n\r\n",
        ),
    ],
    ids=["no length", "right", "wrong", "chunked", "chunked and right", "bare line feeds", "folded"],
)
def test_a_head_is_changed_only_where_it_does_not_fit_the_stored_body(head: bytes, kept: bytes) -> None:
    assert archived_head(head, 4) == kept


@pytest.mark.parametrize(
    ("head", "is_head"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", True),
        (b"HTTP/1.0 404\n\n", True),
        (b"HTTP/1.1 200 OK\r\nA: b\r\n", False),
        (b"HTTP/1.1 200 OK\r\n\r\nbody", False),
        (b"ICY 200 OK\r\n\r\n", False),
        (b"\r\nHTTP/1.1 200 OK\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\n\t\r\nA: b\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nA: b\r\n  c\r\n\r\n", True),
        (b"", False),
    ],
)
def test_only_a_whole_http_head_is_taken_for_one(head: bytes, is_head: bool) -> None:
    assert is_http_head(head) == is_head


def test_headers_are_found_by_name_in_any_case_joined_and_unfolded() -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-ENCODING: gzip\r\nX: y\r\nContent-Encoding:\r\n\tdeflate\r\n\r\n"
    assert header(head, "Content-Encoding") == "gzip, deflate"
    assert header(head, "Date") == ""
    assert head_end(head + b"body\r\n\r\n") == len(head)
    assert head_end(b"no head") is None


BODY = "ความคืบหน้าโครงการ".encode() * 50
RAW = zlib.compressobj(6, zlib.DEFLATED, -15)
CODED = {
    "": BODY,
    "identity": BODY,
    "gzip": gzip.compress(BODY),
    "X-GZIP": gzip.compress(BODY[:100]) + gzip.compress(BODY[100:]),
    "gzip ": gzip.compress(BODY) + b"rubbish behind it",
    "deflate": zlib.compress(BODY),
    "Deflate": RAW.compress(BODY) + RAW.flush(),
    "deflate, gzip": gzip.compress(zlib.compress(BODY)),
}


@pytest.mark.parametrize("coding", CODED)
def test_content_codings_are_undone(coding: str) -> None:
    assert undo_coding(CODED[coding], coding) == BODY


@pytest.mark.parametrize(
    ("coding", "body", "message"),
    [
        ("gzip", gzip.compress(BODY)[:-1], "cut"),
        ("gzip", gzip.compress(BODY) + gzip.compress(BODY)[:-9], "cut"),
        ("gzip", b"<html>", "malformed"),
        ("deflate", zlib.compress(BODY)[:-5], "cut|malformed"),
        ("br", BODY, "'br' is not known"),
        ("gzip, gzip, gzip, gzip, gzip", BODY, "5 content codings"),
    ],
)
def test_a_coding_that_cannot_be_undone_is_told(coding: str, body: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        undo_coding(body, coding)
    message = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n\r\n".encode() + body
    assert page_bytes(message) == body


def test_a_bomb_is_not_unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_message, "LARGEST_BODY", 1_000_000)
    bomb = gzip.compress(bytes(10_000_000))
    with pytest.raises(ValueError, match="more bytes than any page has"):
        undo_coding(bomb, "gzip")
    with pytest.raises(ValueError, match="more bytes than any page has"):
        undo_coding(gzip.compress(bytes(900_000)) * 2, "gzip")


@given(st.binary(max_size=300), st.integers(1, 50), st.sampled_from(["\r\n", "\n"]))
def test_chunks_are_undone_whatever_their_size(body: bytes, size: int, end: str) -> None:
    line_end = end.encode()
    chunked = b"".join(
        b"%x;name=value%b%b%b" % (len(part), line_end, part, line_end)
        for part in (body[start : start + size] for start in range(0, len(body), size))
    )
    whole = chunked + b"0" + line_end + b"Trailer: x" + line_end + line_end
    assert undo_chunks(whole) == body
    for cut in random.Random(size).sample(range(len(whole)), min(10, len(whole))):
        with pytest.raises(ValueError, match="chunk"):
            undo_chunks(whole[:cut])


def test_a_body_that_is_not_chunked_is_told() -> None:
    with pytest.raises(ValueError, match="no chunk begins at byte 0"):
        undo_chunks(b"<html>")


def test_members_without_end_are_refused_and_cost_little():
    empty = gzip.compress(b"")
    with pytest.raises(ValueError, match="gzip members"):
        undo_coding(gzip.compress(b"x") + empty * 40_000, "gzip")
    with pytest.raises(ValueError, match="content codings"):
        undo_coding(b"x", "gzip, gzip, gzip")
