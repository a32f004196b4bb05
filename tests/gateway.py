"""The dialects of two web archives, spoken on loopback over the pywb of `web_archive`, with faults as told.

The Wayback Machine's: `/cdx/search/cdx` and `/web/TIMEid_/URL`. Common Crawl's: `/collinfo.json`, an index
a crawl, paged, and the files. What is found and replayed is pywb's doing; this only translates. A parameter
that it does not know is refused, so that no client leans on one that was made up.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote_plus, unquote_plus, urlencode, urlsplit

from tests.servers import PATIENCE, Request, Server, serving
from tests.web_archive import HOLES, WAYBACK
from tests.web_collection import CRAWLS


class Answer(NamedTuple):
    """What is sent; where ``cut`` is set, the connection is closed after so many bytes of the body."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    cut: int | None = None


Fault = Callable[[int, Answer], Answer]
"""From the number of a request of its kind (from 1), and its right answer, to what is sent."""


def every(answer: Answer, *, after: int = 0) -> Fault:
    """This answer to every request but the first ``after``."""
    return lambda number, right: answer if number > after else right


def once(answer: Answer, number: int = 1) -> Fault:
    """This answer to one request."""
    return lambda asked, right: answer if asked == number else right


def too_many(retry_after: str | None = None) -> Answer:
    """429, with or without a time to wait."""
    headers = (("Retry-After", retry_after),) if retry_after is not None else ()
    return Answer(429, b"<h1>Too Many Requests</h1>", (("Content-Type", "text/html"), *headers))


def cut_body(number: int, right: Answer) -> Answer:
    """A fault: the connection breaks in the middle of each body."""
    return right._replace(cut=len(right.body) // 2)


KINDS = ("index", "replay", "crawls", "crawl_index", "file")
"""The kinds of requests that the gateway answers; each has its faults and its count."""


@dataclass
class Gateway(Server):
    """What a test sees of the gateway, and sets.

    ``faults`` by kind of request. ``most_rows`` is how many the index gives at once at most. With
    ``nearest_answers`` what is lost is answered with the nearest capture and status 200, as pywb does it;
    else with a redirect to that, as the Wayback Machine does it.
    """

    faults: dict[str, Fault] = field(default_factory=dict)
    most_rows: int = 10_000
    nearest_answers: bool = False
    has_holes: bool = False

    def asked(self, kind: str) -> list[Request]:
        """The requests of a kind, in order."""
        return [request for request in self.requests if kind_of(request.path) == kind]

    def calm(self) -> None:
        """Forget all requests and faults, for the next test."""
        self.requests.clear()
        self.faults.clear()
        self.most_rows, self.nearest_answers, self.has_holes = 10_000, False, False


def kind_of(path: str) -> str:
    """The kind of a request; empty for what the gateway does not know, such as robots.txt."""
    for kind, pattern in _PATHS.items():
        if re.match(pattern, path):
            return kind
    return ""


_PATHS = {
    "index": r"/cdx/search/cdx\?",
    "replay": r"/web/[0-9]{14}id_/https?://.+",
    "crawls": r"/collinfo\.json$",
    "crawl_index": r"/CC-MAIN-[0-9]{4}-[0-9]{2}-index\?",
    "file": r"/crawl-data/[^.?]+(\.[^.?]+)*$",
}


@contextmanager
def gateway(pywb: str, files: Path) -> Iterator[Gateway]:
    """Serve both archives in front of a pywb; ``files`` is the folder of Common Crawl's WARC files."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = PATIENCE
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            kind = kind_of(self.path)
            with lock:
                server.requests.append(Request(time.monotonic(), self.path, bytes(self.headers)))
                number = len(server.asked(kind))
            answer = Answer(404, b"<h1>Not Found</h1>", (("Content-Type", "text/html"),))
            if kind:
                try:
                    answer = answers[kind](self.path, self.headers)
                except _RefusedError as refused:
                    answer = Answer(400, str(refused).encode(), _TEXT)
            fault = server.faults.get(kind)
            self._send(fault(number, answer) if fault else answer)

        def _send(self, answer: Answer) -> None:
            self.send_response_only(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body[: answer.cut])
            self.close_connection = self.close_connection or answer.cut is not None

        def log_message(self, *args: object) -> None:
            pass

    lock = threading.Lock()
    with serving(Handler) as port:
        server = Gateway(port)
        behind = _Behind(urlsplit(pywb).netloc, server)
        answers: dict[str, Callable[[str, Any], Answer]] = {
            "index": behind.index,
            "replay": behind.replay,
            "crawls": behind.crawls,
            "crawl_index": behind.crawl_index,
            "file": lambda path, headers: _file(files / path.lstrip("/"), headers["Range"]),
        }
        yield server


class _RefusedError(Exception):
    """A request that the archive would not take; the message says why."""


_TEXT = (("Content-Type", "text/plain"),)
_JSON = (("Content-Type", "application/json"),)
_WAYBACK_NAMES = {
    "urlkey": "urlkey",
    "timestamp": "timestamp",
    "original": "url",
    "mimetype": "mime",
    "statuscode": "status",
    "digest": "digest",
    "length": "length",
}
"""The fields of the Wayback index, in order, and what pywb calls them."""

_WAYBACK_PARAMETERS = {
    "url", "matchType", "from", "to", "filter", "fl", "collapse", "limit", "output", "resolveRevisits",
    "showResumeKey", "resumeKey",
}  # fmt: skip
_CRAWL_PARAMETERS = {
    "url", "matchType", "from", "to", "filter", "fl", "limit", "output", "page", "pageSize", "showNumPages",
}  # fmt: skip
Row = dict[str, str]


class _Behind:
    """Asks pywb, and says it as the archives would."""

    def __init__(self, netloc: str, server: Gateway) -> None:
        self._netloc, self._server = netloc, server

    def _get(self, path: str) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = HTTPConnection(self._netloc, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers={"Accept-Encoding": "identity"})
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    def index(self, path: str, headers: object) -> Answer:
        asked = parse_qsl(urlsplit(path).query, keep_blank_values=True)
        options = _checked(asked, _WAYBACK_PARAMETERS)
        passed = {name: options[name] for name in ("url", "matchType", "from", "to") if name in options}
        query = urlencode({**passed, "output": "json", "allowFuzzy": "0"})
        status, _, body = self._get(f"/{WAYBACK}/cdx?{query}")
        if status != 200:
            raise _RefusedError(body.decode())
        rows = [_wayback_row(json.loads(line)) for line in body.splitlines()]
        names = options.get("fl", ",".join(_WAYBACK_NAMES)).split(",")
        if "urlkey" not in names:  # known of the archive: whole years are passed over then
            rows = [row for row in rows if int(row["timestamp"][:4]) % 2 == 0]
        rows = _filtered(rows, [value for name, value in asked if name == "filter"])
        rows = _collapsed(rows, options.get("collapse"))
        if after := options.get("resumeKey"):
            rows = [row for row in rows if _place(row) > unquote_plus(after)]
        limit = min(int(options.get("limit", "1000000")), self._server.most_rows)
        is_full = len(rows) >= limit and options.get("showResumeKey") == "true"  # or with nothing behind it
        resume = quote_plus(f"{_place(rows[limit - 1]).strip()}!") if is_full else ""
        table = [[row[name] for name in names] for row in rows[:limit]]
        if options.get("output") == "json":
            head, tail = ([names] if table else []), ([[], [resume]] if resume else [])
            return Answer(200, json.dumps([*head, *table, *tail]).encode(), _JSON)
        lines = [" ".join(row) for row in table] + (["", resume] if resume else [])
        return Answer(200, "".join(f"{line}\n" for line in lines).encode(), _TEXT)

    def replay(self, path: str, headers: Any) -> Answer:
        when, url = path[5:19], path[23:]
        collection = HOLES if self._server.has_holes else WAYBACK
        status, found, body = self._get(f"/{collection}/{when}id_/{url}")
        known = {name.lower(): value for name, value in found}
        if "memento-datetime" not in known:  # the archive's own page: it has nothing
            return Answer(status, body, (("Content-Type", "text/html"),))
        actual = f"{parsedate_to_datetime(known['memento-datetime']):%Y%m%d%H%M%S}"
        if actual != when and not self._server.nearest_answers:
            return Answer(302, b"", (("Location", f"/web/{actual}id_/{url}"),))
        link = known["link"].replace(f"http://{self._netloc}/{collection}/", f"{self._server.base}/web/")
        kept = [("Content-Type", known["content-type"]), ("Memento-Datetime", known["memento-datetime"])]
        kept += [(name, value) for name, value in found if name.lower().startswith("x-archive-orig-")]
        kept += [("Link", link)]
        if "location" in known:
            kept.append(("Location", f"/web/{actual}id_/{known['location']}"))
        if known.get("x-archive-orig-content-encoding") == "gzip" and "gzip" in headers["Accept-Encoding"]:
            kept.append(("Content-Encoding", "gzip"))
            body = gzip.compress(body, mtime=0)
        return Answer(status, body, tuple(kept))

    def crawls(self, path: str, headers: object) -> Answer:
        """The list of crawls, the newest first."""
        listed = [
            {
                "id": crawl,
                "name": f"Index of {year}",
                "timegate": f"{self._server.base}/{crawl}/",
                "cdx-api": f"{self._server.base}/{crawl}-index",
                "from": dt.datetime(int(year), 1, 1).isoformat(),
                "to": dt.datetime(int(year), 12, 31, 23, 59, 59).isoformat(),
            }
            for year, crawl in sorted(CRAWLS.items(), reverse=True)
        ]
        return Answer(200, json.dumps(listed).encode(), _JSON)

    def crawl_index(self, path: str, headers: object) -> Answer:
        parts = urlsplit(path)
        crawl = parts.path.lstrip("/").removesuffix("-index")
        options = _checked(parse_qsl(parts.query, keep_blank_values=True), _CRAWL_PARAMETERS)
        if crawl not in CRAWLS.values():
            return Answer(404, b"<h1>Not Found</h1>", (("Content-Type", "text/html"),))
        if options.get("output") != "json":
            raise _RefusedError("this gateway speaks output=json only")
        status, _, body = self._get(f"/{crawl}/cdx?{parts.query}")
        if status != 200 or options.get("showNumPages") == "true":
            return Answer(status, body, _JSON)
        if not body:
            return Answer(
                404, json.dumps({"message": f"No Captures found for: {options['url']}"}).encode(), _JSON
            )
        rows = [json.loads(line) for line in body.splitlines()]
        for row in rows:
            del row["source"], row["source-coll"]
        return Answer(200, "".join(f"{json.dumps(row)}\n" for row in rows).encode(), _TEXT)


def _checked(asked: Iterable[tuple[str, str]], known: set[str]) -> Row:
    """The parameters by name, all of them known; a filter may stand several times."""
    asked = list(asked)
    options = dict(asked)
    names = [name for name, _ in asked if name != "filter"]
    if unknown := set(options) - known:
        raise _RefusedError(f"unknown parameters: {', '.join(sorted(unknown))}")
    if len(names) != len(set(names)) or not options.get("url"):
        raise _RefusedError("a parameter stands twice, or url is missing")
    return options


def _wayback_row(found: Row) -> Row:
    """A row of pywb's index with the Wayback Machine's names; it knows no status of a revisit."""
    row = {name: found.get(theirs) or "-" for name, theirs in _WAYBACK_NAMES.items()}
    return row | ({"statuscode": "-"} if row["mimetype"] == "warc/revisit" else {})


def _place(row: Row) -> str:
    """Where a row stands in the index; a key to go on with has `!` at its end, and skips the whole second."""
    return f"{row['urlkey']} {row['timestamp']} "


def _filtered(rows: list[Row], filters: list[str]) -> list[Row]:
    """Rows that fit all filters ``[!]field:regex``; the pattern has to match the whole field."""
    for wanted in filters:
        match = re.fullmatch(r"(!?)([a-z]+):(.*)", wanted)
        if match is None or match[2] not in _WAYBACK_NAMES:
            raise _RefusedError(f"no filter: {wanted}")
        rows = [row for row in rows if (re.fullmatch(match[3], row[match[2]]) is None) == bool(match[1])]
    return rows


def _collapsed(rows: list[Row], collapse: str | None) -> list[Row]:
    """Rows without those whose field (or its first characters) is that of the row before."""
    if collapse is None:
        return rows
    name, _, length = collapse.partition(":")
    parts = [row[name][: int(length) if length else None] for row in rows]
    return [row for place, row in enumerate(rows) if place == 0 or parts[place] != parts[place - 1]]


def _file(path: Path, wanted: str | None) -> Answer:
    """A file, or a range of its bytes."""
    if not path.is_file():
        return Answer(404, b"<Error><Code>NoSuchKey</Code></Error>", (("Content-Type", "application/xml"),))
    data, kind = path.read_bytes(), ("Content-Type", "application/octet-stream")
    if wanted is None:
        return Answer(200, data, (kind,))
    match = re.fullmatch(r"bytes=([0-9]+)-([0-9]+)", wanted)
    if match is None or not int(match[1]) <= int(match[2]) or int(match[1]) >= len(data):
        return Answer(416, b"", (("Content-Range", f"bytes */{len(data)}"),))
    first, last = int(match[1]), min(int(match[2]), len(data) - 1)
    place = ("Content-Range", f"bytes {first}-{last}/{len(data)}")
    return Answer(206, data[first : last + 1], (kind, place))
