"""The web archive of the tests is one: other people's client and readers find what its collection holds."""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator
from wayback.exceptions import MementoPlaybackError, RateLimitError

from tests.edgi import WaybackClient, edgi_client
from tests.gateway import Gateway, cut_body, every, once, too_many
from tests.servers import PATIENCE
from tests.web_collection import (
    CRAWLS,
    ELSEWHERE,
    LOST,
    MOBILE,
    MONITOR,
    MOVED,
    ONLY_MISSING,
    PLANS,
    TWINS,
    Visit,
    digest,
    project_code,
    visits,
)


@pytest.fixture
def edgi(web_archive: Gateway) -> Iterator[WaybackClient]:
    with edgi_client(web_archive.base) as client:
        yield client


def of_host(host: str) -> list[Visit]:
    """The visits to a host, however it is written."""
    name = host.split("//")[1].split("/")[0]
    return [visit for visit in visits() if re.match(rf"https?://(www\.)?{name}[:/]", visit.url, re.I)]


def shown_url(url: str) -> str:
    """A URL as EDGI's client shows it: without the scheme's own port."""
    return url.replace(":443/", "/")


def get(server: Gateway, path: str, **parameters: Any) -> requests.Response:
    query = f"?{urlencode(parameters, doseq=True)}" if parameters else ""
    with requests.get(server.base + path + query, timeout=PATIENCE, allow_redirects=False) as response:
        return response


# EDGI's client


@pytest.mark.parametrize("host", [MONITOR, PLANS])
@pytest.mark.parametrize("most_rows", [10_000, 7])
def test_the_client_finds_every_visit_however_small_the_pages(
    web_archive: Gateway, edgi: WaybackClient, host: str, most_rows: int
) -> None:
    web_archive.most_rows = most_rows
    found = list(edgi.search(f"{host}/", match_type="prefix"))
    told = [(record.original, f"{record.timestamp:%Y%m%d%H%M%S}", record.statuscode) for record in found]
    assert sorted(told, key=str) == sorted(
        (
            (shown_url(visit.url), visit.time, None if visit.is_revisit else int(visit.status[:3]))
            for visit in of_host(host)
        ),
        key=str,
    )
    assert len(web_archive.asked("index")) == len(found) // most_rows + 1


def test_the_client_plays_every_visit_back(edgi: WaybackClient) -> None:
    others = []
    for record in edgi.search(f"{MONITOR}/", match_type="prefix"):
        memento = edgi.get_memento(record, follow_redirects=False)
        played = shown_url(memento.url), f"{memento.timestamp:%Y%m%d%H%M%S}"
        visit = next(one for one in visits() if (shown_url(one.url), one.time) == played)
        assert (memento.content, memento.status_code) == (visit.body, int(visit.status[:3]))
        if played[0] != record.original:
            others.append(record.original)
    assert others == [f"http://www.monitor.bangkok.go.th/mobile/myproject.php?pid={TWINS}"]


def test_the_client_is_told_when_a_capture_is_lost(web_archive: Gateway, edgi: WaybackClient) -> None:
    web_archive.has_holes = True
    with pytest.raises(MementoPlaybackError):
        edgi.get_memento(LOST[0].url, LOST[0].time)


def test_the_client_meets_the_limits(web_archive: Gateway, edgi: WaybackClient) -> None:
    web_archive.faults["index"] = every(too_many("7"), after=1)
    web_archive.most_rows = 100
    found = edgi.search(f"{MONITOR}/", match_type="prefix")
    with pytest.raises(RateLimitError) as limited:
        list(found)
    assert limited.value.retry_after == 7
    assert len(web_archive.asked("index")) == 2


# The Wayback dialect


def index(server: Gateway, **parameters: Any) -> list[list[str]]:
    table: list[list[str]] = get(server, "/cdx/search/cdx", output="json", **parameters).json()
    return table


def test_an_index_answer_in_json_has_a_header_and_a_key_to_go_on_with(web_archive: Gateway) -> None:
    asked = {"url": f"{MOBILE}/", "matchType": "prefix", "limit": 3, "showResumeKey": "true"}
    first = index(web_archive, **asked)
    assert first[0] == ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
    assert (len(first), first[-2], len(first[-1])) == (6, [], 1)
    second = index(web_archive, **asked, resumeKey=first[-1][0])
    assert first[-1][0].endswith("%21"), "it is quoted, and the archive unquotes it once more"
    assert first[1:4] + second[1:4] == index(web_archive, **asked | {"limit": 6})[1:7]
    assert index(web_archive, url="http://nowhere.example/") == []


def test_filters_match_whole_fields(web_archive: Gateway) -> None:
    asked = {"url": f"{MOBILE}/", "matchType": "prefix", "fl": "urlkey,statuscode"}
    everything = index(web_archive, **asked)[1:]
    assert {status for _, status in everything} == {"200", "301", "302", "404", "-"}
    assert {status for _, status in index(web_archive, **asked, filter="statuscode:(200|-)")[1:]} == {
        "200",
        "-",
    }
    assert {status for _, status in index(web_archive, **asked, filter="!statuscode:200")[1:]} == {
        "301",
        "302",
        "404",
        "-",
    }
    assert index(web_archive, **asked, filter="statuscode:20") == []
    pages = index(web_archive, **asked, filter=["urlkey:.*pid=.*", "!statuscode:200"])[1:]
    assert 0 < len(pages) < len(everything)


def test_times_and_adjacent_rows(web_archive: Gateway) -> None:
    asked = {"url": f"{MOBILE}/", "matchType": "prefix", "fl": "urlkey,timestamp"}
    times = [time for _, time in index(web_archive, **asked, **{"from": "2021", "to": "202106"})[1:]]
    assert times
    assert all("202101" <= time[:6] <= "202106" for time in times)
    keys = [key for key, _ in index(web_archive, **asked, collapse="urlkey")[1:]]
    assert len(keys) == len(set(keys)) == len({key for key, _ in index(web_archive, **asked)[1:]})
    odd = index(web_archive, url=f"{MOBILE}/", matchType="prefix", fl="timestamp")[1:]
    assert {time[:4] for (time,) in odd} == {"2020", "2022"}, "without urlkey the archive passes over years"


def test_what_no_archive_knows_is_refused(web_archive: Gateway) -> None:
    assert get(web_archive, "/cdx/search/cdx", url="x", sort="newest").status_code == 400
    assert get(web_archive, "/cdx/search/cdx", url="x", filter="colour:red").status_code == 400
    assert get(web_archive, "/robots.txt").status_code == 404


def test_replay_gives_the_bytes_as_they_came(web_archive: Gateway) -> None:
    for coding in ("", "gzip", "chunked"):
        visit = next(one for one in visits() if one.coding == coding and one.kind == "project")
        headers = {"Accept-Encoding": "gzip"}
        path = f"{web_archive.base}/web/{visit.time}id_/{visit.url}"
        with requests.get(path, headers=headers, stream=True, timeout=PATIENCE) as response:
            assert response.raw.read(decode_content=False) == visit.wire_body
            assert response.headers.get("Content-Encoding", "") == ("gzip" if coding == "gzip" else "")
            assert response.links["original"]["url"] == visit.url


def test_a_capture_that_moved_leads_on_and_one_that_is_lost_to_the_nearest(web_archive: Gateway) -> None:
    moved = next(visit for visit in visits() if visit.code == MOVED and visit.location)
    answer = get(web_archive, f"/web/{moved.time}id_/{moved.url}")
    assert (answer.status_code, "Memento-Datetime" in answer.headers) == (302, True)
    assert answer.headers["Location"] == f"/web/{moved.time}id_/{moved.location}"

    web_archive.has_holes = True
    lost = LOST[0]
    answer = get(web_archive, f"/web/{lost.time}id_/{lost.url}")
    assert (answer.status_code, "Memento-Datetime" in answer.headers) == (302, False)
    web_archive.nearest_answers = True
    answer = get(web_archive, f"/web/{lost.time}id_/{lost.url}")
    assert (answer.status_code, "Memento-Datetime" in answer.headers) == (200, True)
    assert answer.content != lost.body

    answer = get(web_archive, "/web/20200101000000id_/http://nowhere.example/")
    assert (answer.status_code, "Memento-Datetime" in answer.headers) == (404, False)


# Common Crawl


def crawled(crawl: str) -> list[Visit]:
    return [visit for visit in visits() if visit.in_crawl and visit.crawl == crawl]


def test_the_crawls_are_listed_the_newest_first(web_archive: Gateway) -> None:
    listed = get(web_archive, "/collinfo.json").json()
    assert [one["id"] for one in listed] == sorted(CRAWLS.values(), reverse=True)
    assert all(one["cdx-api"] == f"{web_archive.base}/{one['id']}-index" for one in listed)


@pytest.mark.parametrize("crawl", CRAWLS.values())
def test_the_pages_of_an_index_hold_every_visit_once_and_the_files_its_record(
    web_archive: Gateway, crawl: str
) -> None:
    rows: list[dict[str, str]] = []
    for host in (MONITOR, PLANS, *ELSEWHERE):
        asked = {"url": f"{host}/*", "output": "json"}
        pages = get(web_archive, f"/{crawl}-index", **asked, showNumPages="true").json()["pages"]
        for page in range(pages):
            rows += map(json.loads, get(web_archive, f"/{crawl}-index", **asked, page=page).text.splitlines())
        past = get(web_archive, f"/{crawl}-index", **asked, page=pages)
        assert past.status_code == (400 if pages else 404)
    known = crawled(crawl)
    assert sorted((row["url"], row["timestamp"], row["status"], row["digest"]) for row in rows) == sorted(
        (visit.url, visit.time, visit.status[:3], digest(visit.body)) for visit in known
    )
    for row in rows:
        visit = next(one for one in known if (one.url, one.time) == (row["url"], row["timestamp"]))
        member = range_of(web_archive, row["filename"], int(row["offset"]), int(row["length"]))
        (record,) = [
            (one.rec_headers["WARC-Target-URI"], one.content_stream().read())
            for one in ArchiveIterator(io.BytesIO(member))
        ]
        assert record == (visit.url, visit.body)
        (fast,) = [one.record_id for one in FastIterator(io.BytesIO(member), verify_digests=True)]
        assert fast


def range_of(server: Gateway, name: str, offset: int, length: int) -> bytes:
    headers = {"Range": f"bytes={offset}-{offset + length - 1}", "Accept-Encoding": "identity"}
    with requests.get(f"{server.base}/{name}", headers=headers, timeout=PATIENCE) as response:
        assert response.status_code == 206
        assert gzip.decompress(response.content)
        return response.content


def test_an_index_has_several_pages(web_archive: Gateway) -> None:
    crawl = CRAWLS["2020"]
    answer = get(web_archive, f"/{crawl}-index", url=f"{MONITOR}/*", output="json", showNumPages="true")
    assert answer.json()["pages"] > 2


def test_what_the_crawls_do_not_have(web_archive: Gateway) -> None:
    crawl = CRAWLS["2020"]
    answer = get(web_archive, f"/{crawl}-index", url="http://nowhere.example/*", output="json")
    assert (answer.status_code, answer.json()) == (
        404,
        {"message": "No Captures found for: http://nowhere.example/*"},
    )
    assert get(web_archive, "/CC-MAIN-1999-01-index", url="x", output="json").status_code == 404
    assert get(web_archive, "/crawl-data/none.warc.gz").status_code == 404
    row = get(web_archive, f"/{crawl}-index", url=page_of(ONLY_MISSING), output="json").json()
    assert (row["status"], "crawldiagnostics" in row["filename"]) == ("404", True)
    headers = {"Range": "bytes=999999999-999999999"}
    with requests.get(f"{web_archive.base}/{row['filename']}", headers=headers, timeout=PATIENCE) as past:
        assert past.status_code == 416


def page_of(code: str) -> str:
    return f"{MOBILE}/myproject.php?pid={code}"


# Faults


def test_faults_come_when_they_are_told_to(web_archive: Gateway) -> None:
    def ask() -> int:
        return get(web_archive, "/cdx/search/cdx", url=page_of(project_code(8))).status_code

    web_archive.faults["index"] = once(too_many(), 2)
    assert [ask() for _ in range(3)] == [200, 429, 200]
    assert len(web_archive.asked("index")) == 3
    web_archive.faults["index"] = cut_body
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        ask()
    web_archive.calm()
    assert ask() == 200
