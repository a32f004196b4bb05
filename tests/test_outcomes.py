"""The outcome of a server's answer, by its status and its bytes."""

import random

import pytest

import parsers
from parsers.columns import OUTCOMES
from tests.render import plain_page, text_copy
from tests.render_kinds import KIND_PAGES

CODE = "50030000-0001"
PAGE = plain_page().encode()
PHP_ERROR = b"<br /><b>Fatal error</b>: no database in <b>myproject.php</b> on line <b>14</b><br />"
LOGIN = "<html><body><h1>เข้าสู่ระบบ</h1></body></html>".encode()
EMPTY = "ความคืบหน้าโครงการ/กิจกรรม\nความคืบหน้าโครงการ ร้อยละ\nหลักการและเหตุผล\n".encode()


def outcome(body: bytes, status: int | None = 200, kind: str = "project", code: str = CODE) -> str:
    found = parsers.classify(body, kind=kind, code=code, status=status)
    assert found in OUTCOMES
    return found


@pytest.mark.parametrize("status", [200, 203, None])
def test_the_page_that_was_asked_for_is_ok(status):
    assert outcome(PAGE, status) == "ok"


@pytest.mark.parametrize("kind", KIND_PAGES)
def test_a_page_of_any_kind_is_ok(kind):
    sheet = KIND_PAGES[kind](random.Random(1))
    assert outcome(text_copy(sheet.lines).encode(), 200, kind, sheet.code) == "ok"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (plain_page(name="โครงการอื่น : 50030000-0002").encode(), "wrong_page"),
        (PAGE[: len(PAGE) * 2 // 3], "truncated"),
        (EMPTY, "soft_not_found"),
        (PHP_ERROR, "php_error"),
        (LOGIN, "login_redirect"),
        ("ข่าวประชาสัมพันธ์".encode(), "unknown_kind"),
        (bytes(100), "undecodable"),
        (b"", "undecodable"),
    ],
)
def test_with_success_the_text_decides(body, expected):
    assert outcome(body) == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (404, "not_found"),
        (410, "not_found"),
        (401, "blocked"),
        (403, "blocked"),
        (429, "blocked"),
    ],
)
@pytest.mark.parametrize("body", [PAGE, b"", LOGIN])
def test_some_statuses_decide_alone(status, expected, body):
    assert outcome(body, status) == expected


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
def test_an_error_of_the_server_says_nothing_of_the_page_but_for_what_its_text_tells(status):
    assert outcome(b"Bad Gateway", status) == "transport_error"
    assert outcome(PAGE, status) == "transport_error"
    assert outcome(PHP_ERROR, status) == "php_error"


@pytest.mark.parametrize("status", [400, 405, 418])
def test_another_refusal_is_no_page(status):
    assert outcome(PAGE, status) == "unknown_kind"
    assert outcome(LOGIN, status) == "login_redirect"


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_that_was_not_followed_is_not_the_page(status):
    assert outcome(PAGE, status) == "wrong_page"
    assert outcome(b"", status) == "wrong_page"
    assert outcome(LOGIN, status) == "login_redirect"


def test_a_part_of_a_page_is_truncated():
    assert outcome(PAGE, 206) == "truncated"
