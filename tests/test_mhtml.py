"""The HTML within a page saved as one file, whole or damaged, and what is no such page."""

import base64

import pytest

from parsers.mhtml import html_of_mime

PAGE = "<html><body><p>ความคืบหน้า = 45</p></body></html>"
MIXED = b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"


def part(head: str, content: bytes) -> bytes:
    return b"--b\n" + head.encode() + b"\n\n" + content + b"\n"


@pytest.mark.parametrize(
    "head",
    [
        "boundary=b",
        'boundary="b"',
        '\n\tboundary="b"',
        "x=y ; BOUNDARY = b",
        'type="text/html";\n boundary=b',
    ],
)
def test_a_boundary_may_be_written_in_any_form(head):
    body = f"MIME-Version: 1.0\nContent-Type: multipart/related; {head}\n\nbefore\n".encode()
    body += part("Content-Type: text/html", PAGE.encode()) + b"--b--\n"
    assert html_of_mime(body).strip() == PAGE.encode()


def test_the_html_may_be_within_a_part_and_behind_others():
    inner = (
        b"--c\nContent-Type: text/plain\n\nx\n--c\nContent-Type: TEXT/HTML; charset=utf-8\n\n" + PAGE.encode()
    )
    body = (
        MIXED + part("Content-Type: image/png", b"x") + part("Content-Type: multipart/x; boundary=c", inner)
    )
    assert html_of_mime(body).strip() == PAGE.encode()


@pytest.mark.parametrize("cut", range(5))
def test_base64_that_is_cut_or_damaged_says_what_is_left(cut):
    whole = base64.encodebytes(PAGE.encode())
    damaged = whole.replace(b"\n", b" *\r\n")[: -5 - cut]
    body = MIXED + part("Content-Type: text/html\nContent-Transfer-Encoding: base64", damaged)
    found = html_of_mime(body)
    assert PAGE.encode().startswith(found)
    assert len(found) > len(PAGE.encode()) - 12


def test_quoted_printable_that_is_damaged_says_what_is_left():
    body = MIXED + part(
        "Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable", b"<p>=4=41=\nB="
    )
    assert html_of_mime(body).strip().startswith(b"<p>")


@pytest.mark.parametrize(
    "body",
    [
        b"<html>MIME-Version: 1.0",
        b"MIME-Version: 1.0",
        b"MIME-Version: 1.0\n\n<p>x",
        b"MIME-Version: 1.0\nContent-Type: multipart/mixed\n\n--b\n",
        MIXED + b"no part",
        MIXED + part("Content-Type: text/plain", b"x"),
        MIXED + part("Content-Type: image/png", b"x") * 30 + part("Content-Type: text/html", b"too far"),
        b"MIME-Version: 1.0\n" + b"Content-Type: message/rfc822\n\n" * 5_000,
        b"MIME-Version: 1.0\nX: " + b"x" * 100_000 + b"\nContent-Type: text/html\n\n<p>x",
    ],
)
def test_a_body_in_which_no_html_is_found_is_read_as_it_stands(body):
    assert html_of_mime(body) == body
