"""`bma discover` and `bma fetch` from web archives, against archive software on loopback.

What is found is held against what the collection was made of (`tests.web_collection`), and against what
EDGI's client finds; what is stored, against the bytes that were written.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import gzip
import io
import itertools
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas
import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from scraper.archive import Archive
from scraper.sites import identify
from tests.edgi import edgi_client
from tests.gateway import Answer, Gateway, cut_body, every, once, too_many
from tests.servers import PATIENCE
from tests.test_cli import Result
from tests.test_gateway import range_of
from tests.web_collection import (
    CP874,
    CRAWLS,
    EXTRA,
    GONE,
    LOST,
    MONITOR,
    MOVED,
    ONLY_MISSING,
    PLANS,
    PROJECTS,
    REPEATED,
    SOFT_MISSING,
    TWINS,
    Visit,
    percent,
    project_code,
    visits,
)

BUSY = Answer(503, b"<h1>busy</h1>", (("Content-Type", "text/html"),))
PAGES = [visit for visit in visits() if visit.code]
CRAWLED = [visit for visit in PAGES if visit.in_crawl]
UNREACHABLE = next(visit for visit in PAGES if visit.code == TWINS and visit.location)
"""Another capture of the same second has its key: that is what the archive answers with."""

TO_BE_HAD = [visit for visit in PAGES if visit is not UNREACHABLE]


class Home:
    """A folder in which `bma` runs, with an archive of ours; each command is a process of its own."""

    def __init__(self, folder: Path, server: Gateway) -> None:
        self.folder, self._server = folder, server

    def command(self, *arguments: object) -> list[str]:
        return [sys.executable, "-m", "bma.cli", *map(str, arguments)]

    def run(self, *arguments: object) -> Result:
        done = subprocess.run(
            self.command(*arguments), cwd=self.folder, capture_output=True, text=True, timeout=120
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Result(done.returncode, done.stdout, done.stderr)

    def manners(self) -> list[object]:
        base = self._server.base
        return [
            *("--wayback-url", base, "--commoncrawl-index-url", base, "--commoncrawl-data-url", base),
            *("--index-interval", 0, "--retry-wait", 0),
            *("--contact", "mailto:fetch@example.org"),
        ]

    def discover(self, source: str, *arguments: object) -> Result:
        return self.run("discover", "--source", source, *self.manners(), *arguments)

    def fetch(self, source: str, *arguments: object) -> Result:
        return self.run("fetch", "--source", source, "--interval", 0, *self.manners(), *arguments)

    def held(self) -> dict[tuple[str, str], tuple[str | None, str, bytes]]:
        """The captures that are held: by URL and time the outcome, the digest check and the bytes."""
        with Archive(self.folder / "data" / "raw") as archive:
            return {
                (capture.url or "", f"{capture.captured_at:%Y%m%d%H%M%S}"): (
                    archive.outcome(capture.capture_id),
                    capture.digest_check or "",
                    archive.body(capture.capture_id),
                )
                for capture in archive.captures()
            }

    def copy(self, folder: Path) -> Home:
        """The same in another folder, to be changed by one test."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Home(folder, self._server)


@pytest.fixture
def home(web_archive: Gateway, tmp_path: Path) -> Home:
    return Home(tmp_path, web_archive)


class Filled(Home):
    """One with all that an archive has; ``asked`` counts requests by kind, ``paths`` went to the index."""

    asked: Counter[str]
    paths: list[str]
    found: Result
    fetched: Result

    @functools.cached_property
    def all_held(self) -> dict[tuple[str, str], tuple[str | None, str, bytes]]:
        return self.held()


def filled(server: Gateway, folder: Path, source: str) -> Filled:
    server.calm()
    made = Filled(folder, server)
    made.found = made.discover(source)
    made.fetched = made.fetch(source, "--discovered")
    made.asked = Counter(
        {kind: len(server.asked(kind)) for kind in ("index", "replay", "crawl_index", "file")}
    )
    made.paths = [request.path for kind in ("index", "crawl_index") for request in server.asked(kind)]
    return made


@pytest.fixture(scope="module")
def from_wayback(running_archive: Gateway, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    return filled(running_archive, tmp_path_factory.mktemp("wayback"), "wayback")


@pytest.fixture(scope="module")
def from_crawls(running_archive: Gateway, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    return filled(running_archive, tmp_path_factory.mktemp("crawls"), "commoncrawl")


def rows(found: Result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(found.out)))


def keys(chosen: Iterable[Visit]) -> list[tuple[str, str]]:
    return sorted((visit.url, visit.time) for visit in chosen)


def iso(time: str) -> str:
    return f"{time[:4]}-{time[4:6]}-{time[6:8]}T{time[8:10]}:{time[10:12]}:{time[12:]}Z"


# Finding, in the Wayback Machine


def test_discover_lists_each_capture_of_each_page_and_nothing_else(from_wayback: Filled) -> None:
    assert from_wayback.found.code == 0
    listed = [
        (row["page_kind"], row["page_code"], row["url"], row["captured_at"])
        for row in rows(from_wayback.found)
    ]
    assert sorted(listed) == sorted((visit.kind, visit.code, visit.url, iso(visit.time)) for visit in PAGES)


def test_discover_finds_what_edgis_client_finds(from_wayback: Filled, web_archive: Gateway) -> None:
    with edgi_client(web_archive.base) as client:
        theirs = [
            (record.original, record.timestamp)
            for host in (MONITOR, PLANS)
            for record in client.search(f"{host}/", match_type="prefix")
            if identify(record.original).code
        ]
    ours = [
        (row["url"].replace(":443/", "/"), dt.datetime.fromisoformat(row["captured_at"]))
        for row in rows(from_wayback.found)
    ]
    assert sorted(ours) == sorted(theirs)


def test_the_index_is_asked_by_prefix_and_not_page_by_page(from_wayback: Filled) -> None:
    assert len({visit.code for visit in PAGES}) >= 60
    assert from_wayback.asked["index"] < 40
    assert not [path for path in from_wayback.paths if re.search(r"[0-9]{4}-[0-9]{3,4}|[0-9]{8}", path)]


def test_an_index_in_many_answers_is_read_to_its_end(home: Home, web_archive: Gateway) -> None:
    web_archive.most_rows = 9
    found = home.discover("wayback", "--kind", "project")
    projects = [visit for visit in PAGES if visit.kind == "project"]
    assert sorted((row["url"], row["captured_at"]) for row in rows(found)) == sorted(
        (visit.url, iso(visit.time)) for visit in projects
    )


def test_discover_goes_on_where_it_was_after_a_refusal(home: Home, web_archive: Gateway) -> None:
    web_archive.faults["index"] = every(too_many("60"), after=5)
    refused = home.discover("wayback")
    assert refused.code == 3
    assert len(web_archive.asked("index")) == 6, "an archive that says 429 is not asked again"
    answered = [request.path for request in web_archive.asked("index")[:5]]
    web_archive.calm()
    found = home.discover("wayback")
    assert (found.code, len(rows(found))) == (0, len(PAGES))
    assert not {*answered} & {request.path for request in web_archive.asked("index")}


def test_an_empty_answer_is_no_proof(home: Home, web_archive: Gateway) -> None:
    web_archive.faults["index"] = every(Answer(200, b"[]", (("Content-Type", "application/json"),)))
    found = home.discover("wayback")
    assert found.code in (1, 3)
    assert rows(found) == []
    assert "example.com" in found.err
    web_archive.calm()
    assert len(rows(home.discover("wayback"))) == len(PAGES), "what was not believed is asked again"


def test_one_empty_answer_among_others_does_not_hide_pages(home: Home, web_archive: Gateway) -> None:
    """The first query for projects is answered with nothing, once."""
    web_archive.faults["index"] = once(Answer(200, b"[]", (("Content-Type", "application/json"),)))
    found = home.discover("wayback")
    assert (found.code, len(rows(found))) == (0, len(PAGES))


# Fetching from it


def test_what_was_discovered_is_fetched_whole(from_wayback: Filled) -> None:
    held = from_wayback.all_held
    assert sorted(held) == keys(TO_BE_HAD)
    assert {key: body for key, (_, _, body) in held.items()} == {
        (visit.url, visit.time): visit.body for visit in TO_BE_HAD
    }
    assert from_wayback.asked["replay"] == len(PAGES)


def test_the_capture_of_another_url_is_refused(from_wayback: Filled) -> None:
    assert from_wayback.fetched.code == 1
    assert f"{len(PAGES) - len(TO_BE_HAD)} failed" in from_wayback.fetched.last_line
    assert UNREACHABLE.url in from_wayback.fetched.err


@pytest.mark.parametrize(
    ("code", "edition", "outcome"),
    [
        (ONLY_MISSING, 0, "not_found"),
        (SOFT_MISSING, 0, "soft_not_found"),
        (GONE, 0, "ok"),
        (GONE, 1, "not_found"),
        (MOVED, 1, "login_redirect"),
        (CP874, 2, "ok"),
        (REPEATED, 2, "ok"),
    ],
)
def test_each_capture_has_its_outcome(from_wayback: Filled, code: str, edition: int, outcome: str) -> None:
    visit = [one for one in PAGES if one.code == code][edition]
    assert from_wayback.all_held[visit.url, visit.time][0] == outcome


def test_a_digest_is_compared_where_it_can_be(from_wayback: Filled) -> None:
    checks = {
        coding: {
            from_wayback.all_held[visit.url, visit.time][1] for visit in TO_BE_HAD if visit.coding == coding
        }
        for coding in ("", "gzip", "chunked")
    }
    # The digest of a chunked body is over the chunks, which the archive does not hand out.
    assert checks == {"": {"match"}, "gzip": {"match"}, "chunked": {"not_comparable"}}


def test_the_tables_show_each_page_as_it_was_last(from_wayback: Filled, tmp_path: Path) -> None:
    built = from_wayback.run("build", "--out", tmp_path / "clean")
    assert (built.code, "4 failed (login_redirect 1, not_found 2, soft_not_found 1" in built.last_line) == (
        1,
        True,
    )
    captures = pandas.read_parquet(tmp_path / "clean" / "captures.parquet")
    assert len(captures) == len(TO_BE_HAD)
    assert {*captures["source"]} == {"wayback"}
    assert {*captures["captured_at_source"]} == {"archive"}
    told = {
        (row.url, row.captured_at.strftime("%Y%m%d%H%M%S")): row.http_status for row in captures.itertuples()
    }
    assert sorted(told) == keys(TO_BE_HAD)
    projects = pandas.read_parquet(tmp_path / "clean" / "projects.parquet").set_index("project_code")
    for number in range(9, PROJECTS + 1):
        newest = 1 if project_code(number) == REPEATED else 2
        assert projects.loc[project_code(number), "progress_percent"] == percent(number, newest)
        assert projects.loc[project_code(number), "name"] == "โครงการตัวอย่าง"
    assert ONLY_MISSING not in projects.index
    assert SOFT_MISSING not in projects.index
    assert projects.loc[GONE, "progress_percent"] == percent(3, 0)


def test_the_archive_is_sound_and_its_index_can_be_made_anew(from_wayback: Filled, tmp_path: Path) -> None:
    copy = from_wayback.copy(tmp_path)
    before = copy.held()
    assert copy.run("verify", "--deep").code == 0
    assert copy.run("reindex").code == 0
    assert copy.held() == before
    assert copy.run("verify", "--deep").code == 0


def test_what_is_held_is_not_asked_for_again(
    from_wayback: Filled, web_archive: Gateway, tmp_path: Path
) -> None:
    copy = from_wayback.copy(tmp_path)
    again = copy.fetch("wayback", "--discovered", "--until", "2021-12-31")
    skipped = sum(visit.time < "2022" for visit in TO_BE_HAD)
    assert f"({skipped} skipped" in again.last_line
    assert len(web_archive.asked("index")) == 0
    assert len(web_archive.asked("replay")) == 1, "only the one that could not be had"


def test_codes_are_fetched_with_all_their_captures(home: Home, web_archive: Gateway) -> None:
    codes = [project_code(11), project_code(12), LOST[0].code]
    done = home.fetch("wayback", *codes)
    assert done.code == 0
    assert sorted(home.held()) == keys(visit for visit in PAGES if visit.code in codes)
    assert len(web_archive.asked("index")) < 20
    assert all(project_code(11) not in request.path for request in web_archive.asked("index"))


def test_parameters_before_the_code_hide_no_capture(home: Home) -> None:
    home.discover("wayback", "--kind", "project")  # else codes of few agencies are looked for by their digits
    home.fetch("wayback", EXTRA)
    assert sorted(home.held()) == keys(visit for visit in PAGES if visit.code == EXTRA)


def test_since_and_until_bound_what_is_fetched(home: Home, web_archive: Gateway) -> None:
    first, second, _ = (visit for visit in PAGES if visit.code == project_code(15))
    home.fetch("wayback", project_code(15), "--until", iso(first.time))
    assert sorted(home.held()) == keys([first])
    home.fetch("wayback", project_code(15), "--since", "2021-01-01", "--until", "2021-12-31")
    assert sorted(home.held()) == keys([first, second])


def test_a_refusal_ends_the_run_with_3_and_it_goes_on_later(home: Home, web_archive: Gateway) -> None:
    chosen = [visit for visit in PAGES if visit.code in (project_code(11), project_code(12))]
    web_archive.faults["replay"] = every(too_many(), after=2)
    refused = home.fetch("wayback", project_code(11), project_code(12))
    assert refused.code == 3
    assert len(web_archive.asked("replay")) == 3, "an archive that says 429 is not asked again"
    assert len(home.held()) >= 2
    web_archive.calm()
    done = home.fetch("wayback", project_code(11), project_code(12))
    assert (done.code, "(2 skipped" in done.last_line) == (0, True)
    assert len(web_archive.asked("replay")) == len(chosen) - 2
    assert keys(visit for visit in chosen) == sorted(good(home))


def good(home: Home) -> list[tuple[str, str]]:
    return [key for key, (outcome, _, _) in home.held().items() if outcome is not None]


@pytest.mark.parametrize("nearest_answers", [True, False], ids=["with 200", "with a redirect"])
def test_the_nearest_capture_in_place_of_one_that_is_lost_is_refused(
    home: Home, web_archive: Gateway, nearest_answers: bool
) -> None:
    web_archive.has_holes, web_archive.nearest_answers = True, nearest_answers
    lost = LOST[0]
    done = home.fetch("wayback", lost.code)
    assert done.code == 1
    assert "2 saved" in done.last_line
    assert "1 failed" in done.last_line
    assert iso(lost.time) in done.err
    others = [visit for visit in PAGES if visit.code == lost.code and visit is not lost]
    assert sorted(good(home)) == keys(others)
    assert home.run("verify", "--deep").code == 0


@pytest.mark.parametrize(
    "fault", [cut_body, once(BUSY, 1), once(BUSY, 2)], ids=["bodies cut", "busy at first", "busy later"]
)
def test_what_failed_is_said_and_had_later(
    home: Home, web_archive: Gateway, fault: Callable[[int, Answer], Answer]
) -> None:
    code = project_code(14)
    web_archive.faults["replay"] = fault
    home.fetch("wayback", code, "--attempts", 1)
    assert len(good(home)) < 3
    web_archive.calm()
    done = home.fetch("wayback", code)
    assert done.code == 0
    assert sorted(good(home)) == keys(visit for visit in PAGES if visit.code == code)


def test_a_run_that_was_killed_asks_for_the_rest_only(home: Home, web_archive: Gateway) -> None:
    home.discover("wayback", "--kind", "project")
    projects = [visit for visit in PAGES if visit.kind == "project"]
    web_archive.requests.clear()
    line = home.command("fetch", "--source", "wayback", "--interval", 0, *home.manners(), "--discovered")
    process = subprocess.Popen(line, cwd=home.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    web_archive.faults["replay"] = killing(process, 30)
    assert process.wait(60) == -signal.SIGKILL
    assert len(web_archive.asked("replay")) == 30
    held = len(home.held())
    assert held in (28, 29), "all that was answered, but the one that is refused"
    web_archive.calm()
    done = home.fetch("wayback", "--discovered")
    assert web_archive.asked("index") == []
    assert len(web_archive.asked("replay")) == len(projects) - held
    assert sorted(home.held()) == keys(visit for visit in projects if visit is not UNREACHABLE)
    assert done.code == 1, "the one that cannot be had"
    assert home.run("verify", "--deep").code == 0


def killing(process: subprocess.Popen[bytes], at: int) -> Callable[[int, Answer], Answer]:
    """A fault: the client is killed while it waits for this answer."""

    def fault(number: int, right: Answer) -> Answer:
        if number == at:
            process.kill()
            process.wait(PATIENCE)
        return right

    return fault


def test_the_pace_is_kept_at_the_index_and_at_the_replay(home: Home, web_archive: Gateway) -> None:
    home.fetch("wayback", project_code(11), "--index-interval", "0.1", "--interval", "0.15")
    for kind, pace in (("index", 0.1), ("replay", 0.15)):
        times = [request.time for request in web_archive.asked(kind)]
        gaps = [after - before for before, after in itertools.pairwise(times)]
        assert gaps
        assert min(gaps) >= pace


# Common Crawl


def test_discover_lists_each_record_of_each_crawl(from_crawls: Filled) -> None:
    assert from_crawls.found.code == 0
    listed = [(row["page_code"], row["url"], row["captured_at"]) for row in rows(from_crawls.found)]
    assert sorted(listed) == sorted((visit.code, visit.url, iso(visit.time)) for visit in CRAWLED)
    assert {row["source"] for row in rows(from_crawls.found)} == {"commoncrawl"}


def test_the_index_of_a_crawl_is_asked_page_by_page_and_not_code_by_code(from_crawls: Filled) -> None:
    assert len(CRAWLED) > 30
    assert from_crawls.asked["crawl_index"] < 25 * len(CRAWLS)
    assert not [path for path in from_crawls.paths if re.search(r"[0-9]{8}|[0-9]{4}-[0-9]{3,4}=", path)]


def test_records_come_whole_with_what_the_crawler_got(from_crawls: Filled) -> None:
    assert from_crawls.fetched.code == 0, from_crawls.fetched.err
    assert {key: body for key, (_, _, body) in from_crawls.all_held.items()} == {
        (visit.url, visit.time): visit.body for visit in CRAWLED
    }
    assert {check for _, check, _ in from_crawls.all_held.values()} == {"match"}
    assert from_crawls.asked["file"] == len(CRAWLED)
    outcomes = {key: outcome for key, (outcome, _, _) in from_crawls.all_held.items()}
    for code, outcome in ((ONLY_MISSING, "not_found"), (MOVED, "login_redirect"), (CP874, "ok")):
        assert {outcomes[visit.url, visit.time] for visit in CRAWLED if visit.code == code} == {outcome}


def test_records_are_kept_byte_by_byte_as_they_lie_in_the_files(
    from_crawls: Filled, running_archive: Gateway
) -> None:
    stored = b"".join(path.read_bytes() for path in warc_files(from_crawls))
    with Archive(from_crawls.folder / "data" / "raw") as archive:
        places = [capture.archive_location or "" for capture in archive.captures()]
    assert len({*places}) == len(CRAWLED)
    for place in places:
        name, offset, length = place.split()
        assert range_of(running_archive, name, int(offset), int(length)) in stored


def test_other_readers_find_the_records_in_our_archive(from_crawls: Filled) -> None:
    theirs: list[tuple[str, str]] = []
    for path in warc_files(from_crawls):
        with path.open("rb") as file:
            theirs += [
                (record.rec_headers["WARC-Target-URI"], record.content_stream().read().decode("latin-1"))
                for record in ArchiveIterator(file)
                if record.rec_type == "response"
            ]
        with path.open("rb") as file:
            checked = [record.verify_block_digest() for record in FastIterator(file, parse_http=False)]
        assert checked
        assert all(checked)
    expected = Counter((visit.url, visit.body.decode("latin-1")) for visit in CRAWLED)
    assert not expected - Counter(theirs)


def warc_files(home: Home) -> list[Path]:
    return sorted((home.folder / "data" / "raw").glob("*.warc.gz"))


def test_an_archive_of_records_is_sound_and_its_index_can_be_made_anew(
    from_crawls: Filled, tmp_path: Path
) -> None:
    copy = from_crawls.copy(tmp_path)
    assert copy.run("verify", "--deep").code == 0
    assert copy.run("reindex").code == 0
    assert copy.held() == from_crawls.all_held
    built = copy.run("build")
    captures = pandas.read_parquet(tmp_path / "data" / "clean" / "captures.parquet")
    assert len(captures) == len(CRAWLED), built.err
    projects = pandas.read_parquet(tmp_path / "data" / "clean" / "projects.parquet")
    found = projects.set_index("project_code")["progress_percent"]
    newest = max(visit.time for visit in CRAWLED if visit.code == CP874)
    assert found[CP874] == percent(9, int(newest[:4]) - 2020)


def test_only_the_crawls_that_are_named_are_asked(home: Home, web_archive: Gateway) -> None:
    found = home.discover("commoncrawl", "--crawl", CRAWLS["2021"])
    assert sorted(row["url"] for row in rows(found)) == sorted(
        visit.url for visit in CRAWLED if visit.crawl == CRAWLS["2021"]
    )
    asked = {request.path.partition("-index")[0] for request in web_archive.asked("crawl_index")}
    assert asked == {f"/{CRAWLS['2021']}"}
    assert home.discover("commoncrawl", "--crawl", "CC-MAIN-1999-01").code == 2


def test_an_empty_crawl_is_believed_only_with_a_page_that_it_has(home: Home, web_archive: Gateway) -> None:
    crawl = ("--crawl", CRAWLS["2022"])
    web_archive.faults["crawl_index"] = every(
        Answer(404, b'{"message": "No Captures found"}', (("Content-Type", "application/json"),))
    )
    found = home.discover("commoncrawl", *crawl)
    assert (found.code, rows(found)) == (1, [])
    web_archive.calm()
    found = home.discover("commoncrawl", *crawl)
    assert (found.code, len(rows(found))) == (0, sum(visit.crawl == crawl[1] for visit in CRAWLED))


def test_discovery_of_crawls_goes_on_where_it_was_after_a_refusal(home: Home, web_archive: Gateway) -> None:
    web_archive.faults["crawl_index"] = every(too_many(), after=6)
    assert home.discover("commoncrawl").code == 3
    assert len(web_archive.asked("crawl_index")) == 7
    answered = {request.path for request in web_archive.asked("crawl_index")[:6]}
    web_archive.calm()
    found = home.discover("commoncrawl")
    assert (found.code, len(rows(found))) == (0, len(CRAWLED))
    assert not answered & {request.path for request in web_archive.asked("crawl_index")}
    assert web_archive.asked("crawls") == []


def _whole_file(number: int, right: Answer) -> Answer:
    return right._replace(status=200)


def _another_record(number: int, right: Answer) -> Answer:
    return right._replace(body=OTHER_RECORD)


OTHER_RECORD = gzip.compress(
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0a5d4f6e-0000-4000-8000-000000000000>\r\n"
    b"WARC-Target-URI: http://example.com/\r\nWARC-Date: 2020-01-01T00:00:01Z\r\n"
    b"Content-Type: application/http; msgtype=response\r\nContent-Length: 19\r\n\r\n"
    b"HTTP/1.1 200 OK\r\n\r\n\r\n\r\n"
)


@pytest.mark.parametrize("fault", [_whole_file, _another_record, cut_body, every(BUSY)])
def test_what_is_not_the_record_that_was_asked_for_is_refused(
    home: Home, web_archive: Gateway, fault: Callable[[int, Answer], Answer]
) -> None:
    code, crawl = project_code(14), ("--crawl", CRAWLS["2020"])
    web_archive.faults["file"] = fault
    refused = home.fetch("commoncrawl", code, "--attempts", 1, *crawl)
    assert refused.code in (1, 3)
    assert "0 saved" in refused.last_line
    web_archive.calm()
    done = home.fetch("commoncrawl", code, *crawl)
    assert (done.code, "1 saved" in done.last_line) == (0, True)
    (visit,) = (one for one in CRAWLED if one.code == code and one.crawl == crawl[1])
    assert home.held()[visit.url, visit.time] == ("ok", "match", visit.body)
    assert home.run("verify", "--deep").code == 0
