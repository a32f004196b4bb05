"""From an archive to the folder of tables: one pass, nothing lost, whole files or none, the same bytes."""

import datetime as dt
import fcntl
import hashlib
import itertools
import os
import random
import resource
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import parsers
from normaliser import writers
from normaliser.build import BuildReport, build
from normaliser.errors import BuildError
from normaliser.schema import BUILT_TABLES, layout
from parsers.page import Page
from parsers.records import Indicator, PlanStep, Project, StrategyLink
from scraper.archive import Archive
from scraper.capture import ArchivedCapture
from scraper.exchange import Exchange
from scraper.saved import SavedPage, saved_pages
from tests.made_archive import MadeArchive

SAMPLES = Path(parsers.__file__).parents[1] / "bma" / "sample_pages"
A, B, C = "21000000-0001", "21000000-0002", "50010000-0003"


# A desk to lay pages on: captures in a real archive, read by a stand-in that hands back prepared pages


def project(code: str | None, *, kind: str = "project", steps: int = 2, **changes: Any) -> Callable[[], Page]:
    """A page that reads well; made anew for each reading, as a parser would."""

    def read() -> Page:
        records: dict[str, list[Any]] = {}
        if code is not None:
            records = {
                "projects": [Project(project_code=code, name=f"โครงการ {code}", line_first=1, line_last=9)],
                "strategy_links": [
                    StrategyLink(
                        page_kind=kind,
                        page_code=code,
                        position=1,
                        project_code=code,
                        line_first=5,
                        line_last=5,
                    )
                ],
                "plan_steps": [
                    PlanStep(project_code=code, position=position, line_first=position, line_last=position)
                    for position in range(1, steps + 1)
                ],
                "indicators": [Indicator(page_code=code, position=1, line_first=8, line_last=9)],
            }
        values: dict[str, Any] = {
            "kind": kind,
            "code": code,
            "outcome": "ok",
            "copy_kind": "html",
            "encoding": "utf-8",
            "lines": [],
            "records": records,
            "lines_parsed": 9,
        }
        return Page(**values | changes)

    return read


def indicator(code: str) -> Callable[[], Page]:
    """A page of another kind, which fills some of the tables that a project does, under its own code."""
    link = StrategyLink(page_kind="indicator", page_code=code, position=1, line_first=5, line_last=5)
    own = Indicator(page_code=code, position=1, line_first=1, line_last=9)
    return project(code, kind="indicator", records={"strategy_links": [link], "indicators": [own]})


def broken() -> Page:
    raise ZeroDivisionError("a fault of the program")


def doubled() -> Page:
    page = project(A)()
    page.records["plan_steps"] *= 2
    return page


class Desk:
    """Captures and what a reading of each gives; ``build`` builds from them."""

    def __init__(self, folder: Path) -> None:
        self.raw, self.out = folder / "raw", folder / "clean"
        self.readings: dict[bytes, Callable[[], Page]] = {}
        self.hints: list[tuple[str | None, str | None]] = []
        self.captures: list[tuple[ArchivedCapture, bytes]] = []

    def lay(
        self,
        reading: Callable[[], Page],
        code: str | None = None,
        year: int = 2020,
        site: str = "monitor.bangkok.go.th/mobile",
    ) -> str:
        """Put a capture on the desk; ``code`` is what the archive knows of it. Returns its capture_id."""
        body = f"page {len(self.captures)}".encode()
        capture = ArchivedCapture(
            source="file",
            url=f"http://{site}/myproject.php?n={len(self.captures)}",
            file_name="page.html",
            site=site,
            page_kind=None if code is None else "project",
            page_code=code,
            code_source=None if code is None else "page",
            captured_at=dt.datetime(year, 1, 1, tzinfo=dt.UTC),
            captured_at_source="sidecar",
            fetched_at=None,
            http_status=None,
            body_sha256=hashlib.sha256(body).hexdigest(),
            size_bytes=len(body),
        )
        self.readings[body] = reading
        self.captures.append((capture, body))
        return capture.capture_id

    def parse(self, body: bytes, *, kind: str | None = None, code: str | None = None) -> Page:
        self.hints.append((kind, code))
        return self.readings[body]()

    def store(self) -> None:
        with Archive(self.raw, writable=True) as archive:
            for capture, body in self.captures:
                archive.add(capture, body)

    def build(self, **options: Any) -> BuildReport:
        self.store()
        with Archive(self.raw) as archive:
            return build(archive, self.out, parse=self.parse, **options)

    def column(self, table: str, name: str) -> list[Any]:
        found: list[Any] = pq.read_table(self.out / f"{table}.parquet")[name].to_pylist()
        return found

    def latest(self) -> dict[str, bool]:
        ids, latest = self.column("captures", "capture_id"), self.column("captures", "is_latest")
        return dict(zip(ids, latest, strict=True))

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(self.out.iterdir()) if path.is_file()}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def expected_files() -> set[str]:
    tables = {f"{name}.{form}" for name in BUILT_TABLES for form in ("csv", "parquet")}
    return tables | {"datapackage.json", "SHA256SUMS"}


# The whole way, with the real archive and the real reader


@pytest.fixture(scope="module")
def samples() -> list[SavedPage]:
    return [page for page in saved_pages([SAMPLES]) if isinstance(page, SavedPage)]


def build_samples(folder: Path, pages: list[SavedPage]) -> BuildReport:
    with Archive(folder / "raw", writable=True) as archive:
        for page in pages:
            archive.add(page.capture, page.body)
    with Archive(folder / "raw") as archive:
        return build(archive, folder / "clean", parse=parsers.parse)


def test_sample_pages_become_tables(tmp_path: Path, samples: list[SavedPage]) -> None:
    report = build_samples(tmp_path, samples)
    assert {path.name for path in (tmp_path / "clean").iterdir()} == expected_files()
    assert report.pages_read == report.rows["captures"] == len(samples)
    assert report.failed == 0
    assert report.outcomes == {"ok": len(samples)}
    assert report.rows["projects"] >= 8
    assert report.rows["progress_reports"] >= 30
    for name, rows in report.rows.items():
        assert pq.ParquetFile(tmp_path / "clean" / f"{name}.parquet").metadata.num_rows == rows


def test_the_order_of_import_makes_no_difference(tmp_path: Path, samples: list[SavedPage]) -> None:
    orders = [samples, samples[::-1], random.Random(1).sample(samples, len(samples))]
    outputs = []
    for number, order in enumerate(orders):
        build_samples(tmp_path / str(number), order)
        clean = tmp_path / str(number) / "clean"
        outputs.append({path.name: path.read_bytes() for path in clean.iterdir()})
    assert outputs[0] == outputs[1] == outputs[2]


def test_no_output_names_this_machine(tmp_path: Path, samples: list[SavedPage]) -> None:
    build_samples(tmp_path, samples[:3])
    for path in (tmp_path / "clean").iterdir():
        assert str(tmp_path).encode() not in path.read_bytes()


def test_building_twice_gives_the_same_bytes(desk: Desk) -> None:
    desk.lay(project(A), A)
    desk.build()
    first = desk.files()
    desk.build()
    assert desk.files() == first


def test_an_empty_archive_gives_empty_tables(desk: Desk) -> None:
    report = desk.build()
    assert set(desk.files()) == expected_files()
    assert {name for name, rows in report.rows.items() if rows} == {"agencies"}
    assert list(report.rows) == list(BUILT_TABLES)
    assert (report.pages_read, report.with_issues, report.failed) == (0, 0, 0)


# Which capture is shown


def test_the_main_tables_show_the_newest_capture_and_captures_has_all(desk: Desk) -> None:
    old, new = desk.lay(project(A, steps=5), A, 2019), desk.lay(project(A), A, 2020)
    report = desk.build()
    assert report.rows["captures"] == 2
    assert desk.latest() == {old: False, new: True}
    assert set(desk.column("plan_steps", "capture_id")) == {new}
    assert desk.column("plan_steps", "position") == [1, 2]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_it_does_so_whatever_the_archive_knows_of_their_codes(desk: Desk, order: tuple[int, ...]) -> None:
    """A capture whose code only its bytes tell comes last from the archive, far from its fellows."""
    laid = [(project(A, steps=1), A, 2019), (project(A, steps=2), None, 2021), (project(A, steps=3), B, 2020)]
    for place in order:
        desk.lay(*laid[place])
    desk.build()
    assert desk.column("plan_steps", "position") == [1, 2]
    assert sorted(desk.column("captures", "is_latest")) == [False, False, True]


def test_a_page_of_which_no_capture_reads_well_has_no_rows(desk: Desk) -> None:
    desk.lay(project(A, outcome="truncated"), A)
    report = desk.build()
    assert report.failed == 1
    assert report.outcomes == {"truncated": 1}
    assert (report.rows["captures"], report.rows["projects"]) == (1, 0)
    assert desk.column("captures", "is_latest") == [False]


def test_a_page_without_a_code_has_a_captures_row_and_an_issue(desk: Desk) -> None:
    desk.lay(project(None))
    report = desk.build()
    assert (report.rows["captures"], report.rows["projects"]) == (1, 0)
    assert desk.column("parse_issues", "code") == ["page_code_unknown"]


def test_the_archive_tells_the_reader_what_it_knows(desk: Desk) -> None:
    desk.lay(project(A), A)
    desk.lay(project(B))
    desk.build()
    assert desk.hints == [("project", A), (None, None)]


# Order of rows


def test_every_table_is_sorted_by_its_key(desk: Desk) -> None:
    """Kinds come one after the other from the archive; codes of two kinds mix in a table keyed by code."""
    for code in (C, A, B):
        desk.lay(project(code), code)
    for code in ("0800-001", "9900-0001"):
        desk.lay(indicator(code))
    report = desk.build()
    assert report.rows["indicators"] == 5
    for name in BUILT_TABLES:
        shape = layout(name)
        keys = list(zip(*(desk.column(name, column) for column in shape.key), strict=True))
        assert keys == sorted(keys)
        assert len(set(keys)) == len(keys)
    assert desk.column("indicators", "page_code") == ["0800-001", A, B, C, "9900-0001"]
    assert desk.column("strategy_links", "page_kind") == ["indicator"] * 2 + ["project"] * 3


# Faults


def test_a_reader_that_fails_costs_one_page(desk: Desk) -> None:
    desk.lay(broken, A)
    desk.lay(project(B), B)
    report = desk.build()
    assert (report.pages_read, report.failed, report.with_issues) == (2, 1, 1)
    assert sorted(desk.column("captures", "outcome")) == ["ok", "undecodable"]
    assert desk.column("parse_issues", "message") == [
        "the page could not be read: ZeroDivisionError: a fault of the program"
    ]
    assert desk.column("parse_issues", "page_code") == [A]
    assert desk.column("projects", "project_code") == [B]


def test_a_page_that_could_not_be_fetched_is_a_row_and_an_issue(desk: Desk) -> None:
    desk.lay(project(B), B)
    with Archive(desk.raw, writable=True) as archive:
        archive.store(
            Exchange(
                url=f"http://monitor.bangkok.go.th/mobile/myproject.php?pid={A}",
                request_head=b"GET / HTTP/1.1\r\n\r\n",
                started_at=dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC),
                ended_at=dt.datetime(2026, 1, 2, 3, 4, 35, tzinfo=dt.UTC),
                failure="timeout",
            ),
            source="live",
            page_kind="project",
            page_code=A,
            outcome="transport_error",
        )
    report = desk.build()
    assert report.outcomes == {"ok": 1, "transport_error": 1}
    row = desk.column("captures", "page_code").index(A)
    for name, value in {
        "outcome": "transport_error",
        "size_bytes": 0,
        "http_status": None,
        "source": "live",
    }.items():
        assert desk.column("captures", name)[row] == value
    assert desk.column("parse_issues", "message") == [
        "the page could not be fetched: no byte came for too long"
    ]


@pytest.mark.parametrize(("status", "outcome"), [(404, "not_found"), (500, "transport_error"), (200, "ok")])
def test_a_page_that_came_with_an_error_is_shown_nowhere(desk: Desk, status: int, outcome: str) -> None:
    desk.lay(project(B), B)
    capture_id = desk.lay(project(A), A)
    capture, body = desk.captures.pop()
    desk.captures.append((replace(capture, http_status=status), body))
    desk.build()
    row = desk.column("captures", "capture_id").index(capture_id)
    assert desk.column("captures", "outcome")[row] == outcome
    assert (A in desk.column("projects", "project_code")) == (outcome == "ok")


def test_so_does_one_that_gives_back_no_page(desk: Desk) -> None:
    desk.lay(lambda: None, A)  # type: ignore[arg-type, return-value]  # what no reader may give back
    desk.lay(project(B, records={"no_such_table": [1]}), B)
    report = desk.build()
    assert report.outcomes == {"undecodable": 2}
    assert set(desk.column("parse_issues", "code")) == {"reader_failed"}


def test_a_damaged_record_costs_one_page(desk: Desk) -> None:
    for code in (A, B):
        desk.lay(project(code), code)
    desk.build()
    (warc,) = desk.raw.glob("*.warc.gz")
    stored = bytearray(warc.read_bytes())
    with Archive(desk.raw) as archive:
        place = archive._index.place(desk.captures[0][0].capture_id)
    assert place is not None
    stored[place.offset + place.length // 2] ^= 0xFF
    warc.write_bytes(stored)
    with Archive(desk.raw) as archive:
        report = build(archive, desk.out, parse=desk.parse)
    assert (report.pages_read, report.failed) == (2, 1)
    assert desk.column("parse_issues", "code") == ["archive_damaged"]
    assert desk.column("projects", "project_code") == [B]


def test_a_lost_file_of_the_archive_is_named_without_its_folder(desk: Desk) -> None:
    desk.lay(project(A), A)
    desk.build()
    with Archive(desk.raw) as archive:
        (warc,) = desk.raw.glob("*.warc.gz")
        warc.unlink()
        build(archive, desk.out, parse=desk.parse)
    (message,) = desk.column("parse_issues", "message")
    assert warc.name in message
    assert str(desk.raw) not in message


def test_a_page_with_a_key_fault_gives_way_to_an_older_sound_capture(desk: Desk) -> None:
    sound, faulty = desk.lay(project(A), A, 2019), desk.lay(doubled, A, 2020)
    desk.build()
    assert desk.latest() == {sound: True, faulty: False}
    assert desk.column("parse_issues", "code") == ["key_fault"]
    assert set(desk.column("plan_steps", "capture_id")) == {sound}


def test_pages_that_share_a_key_fail_the_build_and_are_named(desk: Desk) -> None:
    desk.lay(project(B), B)
    desk.build()
    before = desk.files()
    one = desk.lay(project(A), A)
    other = desk.lay(project(A, kind="plan_record"))
    with pytest.raises(BuildError, match="two rows of projects have the same key") as error:
        desk.build()
    assert one in str(error.value)
    assert other in str(error.value)
    assert desk.files() == before
    assert [path for path in desk.out.iterdir() if path.is_dir()] == []


@pytest.mark.parametrize("limit", [0, 2_000, 60_000], ids=lambda limit: f"{limit} bytes")
def test_a_full_disk_leaves_the_earlier_tables_as_they_were(desk: Desk, limit: int) -> None:
    """A limit on the size of files stands for the full disk: writing beyond it fails the same way."""
    desk.lay(project(A), A)
    desk.build()
    before = desk.files()
    for number in range(200):
        desk.lay(project(f"21000000-1{number:03}", steps=30), None)
    desk.store()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Archive(desk.raw) as archive:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        try:
            with pytest.raises(BuildError, match="the tables cannot be written into"):
                build(archive, desk.out, parse=desk.parse)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert desk.files() == before
    assert [path for path in desk.out.iterdir() if path.is_dir()] == []


def test_a_failed_first_build_leaves_nothing(desk: Desk) -> None:
    desk.lay(project(A), A)
    desk.lay(indicator(A))
    with pytest.raises(BuildError):
        desk.build()
    assert not desk.out.exists()


def test_a_file_in_the_place_of_the_folder_is_refused(desk: Desk) -> None:
    desk.out.write_text("not a folder")
    with pytest.raises(BuildError, match="cannot be written into"):
        desk.build()
    assert desk.out.read_text() == "not a folder"


# The folder


def test_files_that_are_not_ours_stay_and_tables_of_an_earlier_version_go(desk: Desk) -> None:
    desk.lay(project(A), A)
    desk.build()
    (desk.out / ".gitkeep").touch()
    (desk.out / "notes.csv").write_text("mine")
    package = (desk.out / "datapackage.json").read_text(encoding="utf-8")
    (desk.out / "datapackage.json").write_text(
        package.replace('"path": "it_reviews.csv"', '"path": "gone.csv"').replace(
            '"path": "it_reviews.parquet"', '"path": "../raw/gone.parquet"'
        ),
        encoding="utf-8",
    )
    (desk.out / "gone.csv").write_text("of an earlier version")
    (desk.raw / "gone.parquet").write_text("not in our folder")
    desk.build()
    assert set(desk.files()) == expected_files() | {".gitkeep", "notes.csv"}
    assert (desk.raw / "gone.parquet").exists()


@pytest.mark.parametrize("package", ["", "[]", '{"resources": [{}]}', '{"resources": [{"path": ["a.csv"]}]}'])
def test_a_damaged_description_of_an_earlier_build_does_no_harm(desk: Desk, package: str) -> None:
    desk.out.mkdir()
    (desk.out / "datapackage.json").write_text(package)
    desk.build()
    assert set(desk.files()) == expected_files()


def test_two_builds_do_not_write_into_one_folder(desk: Desk) -> None:
    desk.lay(project(A), A)
    desk.build()
    before = desk.files()
    unfinished = desk.out / ".building"
    unfinished.mkdir()
    other = os.open(unfinished, os.O_RDONLY)
    try:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(BuildError, match="another build is writing"):
            desk.build()
    finally:
        os.close(other)
    assert desk.files() == before
    (unfinished / "directory.sqlite").write_text("left by a build that was killed")
    desk.build()
    assert not unfinished.exists()


def test_progress_is_told_up_to_the_last_page(desk: Desk) -> None:
    for code in (A, B, C):
        desk.lay(project(code), code)
    told: list[tuple[int, int]] = []
    desk.build(progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (3, 3)
    assert told == sorted(told)


def test_plain_csv_is_passed_on(desk: Desk) -> None:
    desk.build(plain_csv=True)
    assert desk.files()["projects.csv"].startswith(b"project_code,")
    desk.build()
    assert desk.files()["projects.csv"].startswith(b"\xef\xbb\xbfproject_code,")


def test_issues_are_counted_by_severity_and_by_page(desk: Desk) -> None:
    desk.lay(broken, A)
    desk.lay(project(None))
    desk.lay(project(B), B)
    report = desk.build()
    assert (report.pages_read, report.with_issues, report.failed) == (3, 2, 1)
    assert report.severities == {"error": 2}


# Memory


class Endless(MadeArchive):
    """An archive of as many pages as asked for."""

    def __init__(self, pages: int) -> None:
        super().__init__()
        self.pages = pages

    def captures(self) -> Iterator[ArchivedCapture]:
        for number in range(self.pages):
            code = f"21{number // 10_000:06}-{number % 10_000:04}"
            yield ArchivedCapture(
                source="file",
                url=None,
                file_name=f"{code}.html",
                site=None,
                page_kind="project",
                page_code=code,
                code_source="page",
                captured_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
                captured_at_source="file_time",
                fetched_at=None,
                http_status=None,
                body_sha256="0" * 64,
                size_bytes=50_000,
            )


def test_memory_does_not_grow_with_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writers, "BATCH_ROWS", 200)

    def read(body: bytes, *, kind: str | None = None, code: str | None = None) -> Page:
        return project(code, steps=10)()

    peaks = []
    for pages in (100, 200, 1200):  # the first warms caches up
        tracemalloc.start()
        build(Endless(pages), tmp_path, parse=read)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < 2 * peaks[1]  # of six times the pages; when garbage is collected makes a difference
