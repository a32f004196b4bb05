"""What a web archive holds in the tests: visits to two hosts over three years, in WARC files by warcio.

`visits` is the truth; the same visits are written as one archive keeps them (bodies as they came over the
wire) and, where the other crawler came by too, as Common Crawl does (decoded, in files for each crawl).
"""

from __future__ import annotations

import base64
import functools
import gzip
import hashlib
import io
import itertools
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper.sites import page_url
from tests.layouts import mobile, nested_tables
from tests.render import plain_page, text_copy
from tests.render_kinds import (
    agency_summary_page,
    city_indicator_page,
    indicator_page,
    it_review_page,
    plan_record_page,
)
from tests.servers import SHELL

MONITOR = "http://monitor.bangkok.go.th"
MOBILE, FROZEN = f"{MONITOR}/mobile", f"{MONITOR}/mobile62"
ELSEWHERE = ("http://example.com", "http://commoncrawl.org")
"""Hosts that the archives are known to have."""

PLANS = "https://dp.bangkok.go.th/dp/frontend/web"
HTML = "text/html; charset=utf-8"
CRAWLS = {"2020": "CC-MAIN-2020-24", "2021": "CC-MAIN-2021-25", "2022": "CC-MAIN-2022-27"}
"""The crawls of Common Crawl, by the year of their visits."""


@dataclass(frozen=True)
class Visit:
    """What a crawler got for a URL at a time (14 digits, UTC); ``kind`` and ``code`` where it is a page.

    ``body`` is decoded; ``coding`` is how it came: plain, ``gzip``, or ``chunked``, which some crawlers take
    the digest over. ``is_revisit`` where the archive keeps only that it was the same as the visit before.
    ``in_crawl`` where Common Crawl came by too.
    """

    url: str
    time: str
    body: bytes
    kind: str | None = None
    code: str | None = None
    status: str = "200 OK"
    content_type: str = HTML
    location: str | None = None
    coding: str = ""
    is_revisit: bool = False
    in_crawl: bool = False

    @property
    def crawl(self) -> str:
        return CRAWLS[self.time[:4]]

    @property
    def wire_body(self) -> bytes:
        """The body as it came: after undoing chunks, before undoing a content coding."""
        return gzip.compress(self.body, mtime=0) if self.coding == "gzip" else self.body


def project_code(number: int) -> str:
    return f"50030000-{number:04d}"


PROJECTS = 40
ONLY_MISSING, SOFT_MISSING, GONE, MOVED, FOLDED, EXTRA, FROZEN_ONLY, TWINS = (
    project_code(number) for number in range(1, 9)
)
"""Projects with a story: never found, an empty shell, gone later, moved, written otherwise, and so on."""
CP874 = project_code(9)
REPEATED = project_code(10)
LOOKALIKES = ("5003-101", "5003-1010")
"""Indicators of which the code of one begins with that of the other."""


def percent(number: int, edition: int) -> float:
    """What an edition of a project's page prints."""
    return float((number * 7 + edition * 20) % 101)


def _project(number: int, edition: int) -> bytes:
    code, printed = project_code(number), f"{percent(number, edition):.2f}"
    text = plain_page(
        name=f"โครงการตัวอย่าง : {code}", number=printed, headline=f"ความคืบหน้าโครงการ ร้อยละ {printed}"
    )
    if code == CP874:
        return nested_tables(text, charset="tis-620").encode("cp874")
    return mobile(text).encode()


def _time(number: int, edition: int) -> str:
    """Each visit at its own second, an edition a year."""
    return f"{2020 + edition}{1 + number % 12:02d}{1 + number % 28:02d}{number % 24:02d}{number % 60:02d}07"


@functools.cache
def visits() -> tuple[Visit, ...]:
    """All visits, by URL and time."""
    found = [*_projects(), *_stories(), *_other_kinds(), *_strangers()]
    return tuple(sorted(found, key=lambda visit: (visit.url, visit.time)))


def _projects() -> Iterator[Visit]:
    """Projects with three editions each, sent in the ways that servers have."""
    for number in range(9, PROJECTS + 1):
        code = project_code(number)
        for edition in range(3):
            kept = edition - (edition == 2 and code == REPEATED)  # its last visit found nothing new
            yield Visit(
                page_url(MOBILE, "project", code),
                _time(number, edition),
                _project(number, kept),
                "project",
                code,
                content_type="text/html" if code == CP874 else HTML,
                coding=("", "gzip", "chunked")[number % 3],
                is_revisit=kept != edition,
                in_crawl=(number % 2 == 0 and edition < 2) or code == CP874,
            )


def _stories() -> Iterator[Visit]:
    """What else archives hold of a page."""

    def visit(code: str, edition: int, **changes: Any) -> Visit:
        number = int(code[-4:])
        values: dict[str, Any] = {
            "url": page_url(MOBILE, "project", code),
            "time": _time(number, edition),
            "body": _project(number, edition),
            "kind": "project",
            "code": code,
        }
        return Visit(**(values | changes))

    missing = {"status": "404 Not Found", "body": b"<html><body><h1>Not Found</h1></body></html>"}
    login = {"status": "302 Found", "location": f"{MOBILE}/login.php", "body": b""}
    yield visit(ONLY_MISSING, 0, **missing, in_crawl=True)
    yield visit(SOFT_MISSING, 1, body=SHELL)
    yield visit(GONE, 0, in_crawl=True)
    yield visit(GONE, 1, **missing)
    yield visit(MOVED, 0)
    yield visit(MOVED, 1, **login, in_crawl=True)
    yield visit(FOLDED, 0, url=f"http://www.monitor.bangkok.go.th/mobile/myproject.php?pid={FOLDED}")
    yield visit(FOLDED, 1, url=f"https://MONITOR.bangkok.go.th:443/mobile/myproject.php?pid={FOLDED}")
    page = page_url(MOBILE, "project", TWINS)
    there = {"status": "301 Moved Permanently", "location": page, "body": b""}
    yield visit(TWINS, 0, url=page.replace("//", "//www."), **there)  # in the same second, with the same key
    yield visit(TWINS, 0)
    yield visit(EXTRA, 0, url=f"{MOBILE}/myproject.php?pid={EXTRA}&x=1")
    yield visit(EXTRA, 1, url=f"{MOBILE}/myproject.php?a=2&pid={EXTRA}")
    yield visit(FROZEN_ONLY, 0, url=page_url(FROZEN, "project", FROZEN_ONLY), in_crawl=True)


def _other_kinds() -> Iterator[Visit]:
    """Pages of the other kinds: visited twice, kept once and as a revisit, or twice the same."""
    number = PROJECTS
    sheets: list[tuple[str, str, bytes]] = []
    for draw, count in (
        (indicator_page, 6),
        (city_indicator_page, 3),
        (agency_summary_page, 3),
        (it_review_page, 2),
        (plan_record_page, 4),
    ):
        for seed in range(count):
            sheet = draw(random.Random(seed))
            sheets.append((sheet.kind, sheet.code, mobile(text_copy(sheet.lines)).encode()))
    for code in LOOKALIKES:
        kind, _, body = sheets[0]
        sheets.append((kind, code, body.replace(sheets[0][1].encode(), code.encode())))
    for kind, code, body in sheets:
        number += 1
        base = PLANS if kind == "plan_record" else MOBILE
        url = page_url(base, kind, code)
        if kind == "plan_record" and number % 2:  # the same parameters the other way round
            path, query = url.split("?")
            url = f"{path}?{'&'.join(reversed(query.split('&')))}"
        for edition in range(2):
            yield Visit(
                url,
                _time(number, edition),
                body,
                kind,
                code,
                is_revisit=edition == 1 and number % 2 == 0,
                in_crawl=number % 3 == 0 and edition == 0,
            )


def _strangers() -> Iterator[Visit]:
    """What stands beside the pages, and is none of them."""
    style = {"body": b"body { color: black }", "content_type": "text/css"}
    for number, name in enumerate(("index.php", "login.php", "myproject.php", "style.css", "logo.png")):
        values = style if name == "style.css" else {"body": f"<html><body>{name}</body></html>".encode()}
        yield Visit(f"{MOBILE}/{name}", _time(number, 0), **values, in_crawl=True)
    for host, year in itertools.product(ELSEWHERE, CRAWLS):
        yield Visit(f"{host}/", f"{year}0101000001", b"<h1>Example</h1>", in_crawl=True)
    two = f"{MOBILE}/myproject.php?pid={project_code(11)}&pid={project_code(12)}"
    yield Visit(two, _time(11, 1), b"<html><body>two codes</body></html>")
    shouted = f"{MOBILE}/MyProject.php?PID={project_code(13)}"  # folds to the same key; another script to us
    yield Visit(shouted, "20200102030405", b"<html><body>another script</body></html>")


LOST = tuple(visit for visit in visits() if visit.code == project_code(20) and visit.time.startswith("2021"))
"""Visits that an index lists, and of which nothing is left."""


# The files


def write_warcs(folder: Path) -> None:
    """The visits as one archive keeps them, in two files."""
    folder.mkdir(parents=True)
    for name, host in (("monitor.warc.gz", MONITOR), ("plans.warc.gz", PLANS)):
        known = [visit for visit in visits() if (host == PLANS) == visit.url.startswith(PLANS)]
        _write(folder / name, (_record(visit, as_sent=True) for visit in known))


def write_crawl(folder: Path, crawl: str) -> None:
    """The visits of one of Common Crawl's crawls: answers of success, and in another file all others."""
    known = [visit for visit in visits() if visit.in_crawl and visit.crawl == crawl]
    for name, is_success in (("warc", True), ("crawldiagnostics", False)):
        path = folder / f"crawl-data/{crawl}/segments/1/{name}/{crawl}-00000.warc.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        chosen = (visit for visit in known if visit.status.startswith("200") == is_success)
        _write(path, (_record(visit, as_sent=False) for visit in chosen))


def _write(path: Path, records: Iterable[Any]) -> None:
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        about = writer.create_warcinfo_record(path.name, {"software": "a crawler of the tests"})
        for record in (about, *records):
            writer.write_record(record)
            record.raw_stream.close()  # a temporary file of the writer's, which it leaves open


def warc_date(time: str) -> str:
    return f"{time[:4]}-{time[4:6]}-{time[6:8]}T{time[8:10]}:{time[10:12]}:{time[12:]}Z"


def _record(visit: Visit, *, as_sent: bool) -> Any:
    """A WARC record of a visit; where it is not ``as_sent``, decoded and with its headers changed for it."""
    body = visit.wire_body if as_sent else visit.body
    headers = [("Content-Type", visit.content_type), ("Server", "Apache")]
    if visit.location is not None:
        headers.append(("Location", visit.location))
    coding = [("Content-Encoding", "gzip")] if visit.coding == "gzip" else []
    if as_sent and visit.coding == "chunked":
        body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:1000], body[1000:], b""))
        headers.append(("Transfer-Encoding", "chunked"))
    else:
        headers += coding if as_sent else [(f"X-Crawl-{name}", value) for name, value in coding]
        headers.append(("Content-Length", str(len(body))))
    fields = {"WARC-Date": warc_date(visit.time), "WARC-Payload-Digest": f"sha1:{digest(body)}"}
    writer = WARCWriter(io.BytesIO(), gzip=False)
    http = StatusAndHeaders(visit.status, headers, protocol="HTTP/1.1")
    if visit.is_revisit and as_sent:
        before = max(one.time for one in visits() if one.url == visit.url and one.time < visit.time)
        return writer.create_revisit_record(
            visit.url, fields["WARC-Payload-Digest"], visit.url, warc_date(before), http, fields
        )
    return writer.create_warc_record(
        visit.url, "response", payload=io.BytesIO(body), http_headers=http, warc_headers_dict=fields
    )


def digest(body: bytes) -> str:
    return base64.b32encode(hashlib.sha1(body).digest()).decode()
