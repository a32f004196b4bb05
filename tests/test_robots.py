"""robots.txt, fetched from real servers: what is allowed, how slowly, and what its absence means."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator

import pytest

from scraper.robots import FRESH, SIZE_LIMIT, Permission, Robots
from scraper.session import Answer, Limits, Session, user_agent
from tests.servers import always, answer, raw_server

PAGE = "/mobile/myproject.php?pid=21000000-3137"


@pytest.fixture
def ask() -> Iterator[Callable[[str], Answer]]:
    agent = user_agent("1", "mailto:someone@research.example")
    limits = Limits(idle=1, total=2, wire_bytes=2 * SIZE_LIMIT)
    with Session(agent, named_hosts={"127.0.0.1"}, limits=limits) as session:
        yield session.fetch


@pytest.mark.parametrize(
    ("text", "permission", "delay"),
    [
        ("", Permission.ALLOWED, 0),
        ("User-agent: *\nDisallow: /admin/\n", Permission.ALLOWED, 0),
        ("User-agent: *\nDisallow: /mobile/\n", Permission.FORBIDDEN, 0),
        ("\ufeffUser-agent: *\r\nDisallow: /mobile/\r\n", Permission.FORBIDDEN, 0),
        ("User-agent: *\nDisallow: /mobile/\nAllow: /mobile/myproject.php\n", Permission.ALLOWED, 0),
        ("User-agent: *\nDisallow: /*.php?pid=*\n", Permission.FORBIDDEN, 0),
        ("User-agent: *\nDisallow: /*.php$\n", Permission.ALLOWED, 0),
        ("User-agent: *\nDisallow: /\n\nUser-agent: BMA-Progress\nDisallow:\n", Permission.ALLOWED, 0),
        ("User-agent: bma-progress\nDisallow: /\n", Permission.FORBIDDEN, 0),
        ("User-agent: other\nDisallow: /\n", Permission.ALLOWED, 0),
        ("User-agent: *\nCrawl-delay: 2.5\n", Permission.ALLOWED, 2.5),
        ("User-agent: *\nCrawl-delay: soon\n", Permission.ALLOWED, 0),
        ("User-agent: *\nCrawl-delay: -3\n", Permission.ALLOWED, 0),
        ("<html><body>no such page</body></html>", Permission.ALLOWED, 0),
        ("\x00\x01 nonsense", Permission.ALLOWED, 0),
    ],
)
def test_the_rules_are_kept(
    ask: Callable[[str], Answer], text: str, permission: Permission, delay: float
) -> None:
    with raw_server(always(answer(text.encode()))) as server:
        robots = Robots(ask)
        assert robots.permission(server.base + PAGE) is permission
        assert robots.delay(server.base + PAGE) == delay


def test_they_are_fetched_once_a_host_and_again_after_a_day(ask: Callable[[str], Answer]) -> None:
    now = [0.0]
    with raw_server(always(answer(b""))) as server, raw_server(always(answer(b""))) as other:
        robots = Robots(ask, lambda: now[0])
        for _ in range(3):
            robots.permission(server.base + PAGE)
            robots.delay(server.base + PAGE)
            robots.permission(other.base + PAGE)
        assert (server.paths, other.paths) == (["/robots.txt"], ["/robots.txt"])
        now[0] = FRESH + 1
        robots.permission(server.base + PAGE)
        assert server.paths == ["/robots.txt", "/robots.txt"]


DENYING = b"User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize(
    ("data", "permission"),
    [
        (answer(DENYING, "404 Not Found"), Permission.ALLOWED),
        (answer(DENYING, "403 Forbidden"), Permission.ALLOWED),
        (answer(DENYING, "410 Gone"), Permission.ALLOWED),
        (answer(DENYING, "302 Found", "Location: /elsewhere"), Permission.ALLOWED),
        (answer(b"", "429 Too Many Requests"), Permission.UNKNOWN),
        (answer(b"", "500 Internal Server Error"), Permission.UNKNOWN),
        (answer(b"", "503 Service Unavailable"), Permission.UNKNOWN),
        (answer(DENYING)[:-1], Permission.UNKNOWN),
        (b"", Permission.UNKNOWN),
        (answer(gzip.compress(DENYING), "200 OK", "Content-Encoding: gzip"), Permission.FORBIDDEN),
        (answer(DENYING + b"#" * 3 * SIZE_LIMIT), Permission.FORBIDDEN),
        (answer(b"#" * SIZE_LIMIT + b"\n" + DENYING), Permission.ALLOWED),
    ],
    ids=[
        "404", "403", "410", "302", "429", "500", "503", "short", "no answer", "packed", "too large",
        "beyond the limit",
    ],
)  # fmt: skip
def test_a_host_without_rules_may_be_asked_and_one_whose_rules_cannot_be_had_may_not(
    ask: Callable[[str], Answer], data: bytes, permission: Permission
) -> None:
    with raw_server(data) as server:
        assert Robots(ask).permission(server.base + PAGE) is permission
