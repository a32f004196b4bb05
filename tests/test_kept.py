"""Building again: only what is new is read, nothing is done where nothing has changed.

And the bytes are those of a build from nothing, by however many processes.
"""

import datetime as dt
import fcntl
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import parsers
from audit.all_checks import CHECKS
from audit.findings import audit_tables
from bma.options import kept_rows
from normaliser import kept, shares
from normaliser.build import BuildReport, build
from normaliser.errors import BuildError
from normaliser.running import Processes
from parsers import redaction
from parsers.page import Page
from scraper.archive import Archive
from scraper.capture import ArchivedCapture
from scraper.saved import SavedPage, saved_pages

SAMPLES = Path(parsers.__file__).parents[1] / "bma" / "sample_pages"
PAGES = [page for page in saved_pages([SAMPLES]) if isinstance(page, SavedPage)]


class Place:
    """A folder with an archive, and its builds."""

    def __init__(self, folder: Path) -> None:
        self.raw, self.out, self.rows = folder / "raw", folder / "clean", folder / ".rows"
        self.read: list[str | None] = []

    def store(self, pages: list[SavedPage]) -> None:
        with Archive(self.raw, writable=True) as archive:
            for page in pages:
                archive.add(page.capture, page.body)

    def build(self, out: Path | None = None, **options: Any) -> BuildReport:
        def parse(body: bytes, *, kind: str | None = None, code: str | None = None) -> Page:
            self.read.append(code)
            return parsers.parse(body, kind=kind, code=code)

        self.read.clear()
        options = {"parse": parse, "keep_in": self.rows} | options
        with Archive(self.raw) as archive:
            return build(archive, out or self.out, **options)

    def files(self, out: Path | None = None) -> dict[str, bytes]:
        folder = out or self.out
        found = (path for path in folder.rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): path.read_bytes() for path in found}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    place.store(PAGES)
    return place


# The same bytes


@pytest.mark.parametrize("history", [False, True], ids=["tables", "history"])
def test_any_number_of_processes_gives_the_same_bytes(place: Place, tmp_path: Path, history: bool) -> None:
    options: dict[str, Any] = {"history": history, "text_filter": redaction.redact}
    one = place.build(keep_in=None, **options)
    for jobs in (2, 3):
        out = tmp_path / str(jobs)
        with Processes(jobs) as run:
            many = place.build(out, keep_in=None, parse=parsers.parse, run=run, **options)
        assert place.files(out) == place.files()
        assert many == one


def test_rows_that_were_kept_give_the_same_bytes(place: Place, tmp_path: Path) -> None:
    first = place.build(history=True)
    again = place.build(tmp_path / "again", history=True)
    assert place.read == []
    assert (again.pages_kept, again.unchanged) == (len(PAGES), False)
    again.pages_kept = 0
    assert again == first
    assert place.files(tmp_path / "again") == place.files()


def test_rows_serve_tables_of_every_form(place: Place, tmp_path: Path) -> None:
    place.build()
    forms: list[dict[str, Any]] = [
        {"plain_csv": True},
        {"history": True},
        {"text_filter": redaction.redact},
    ]
    for number, form in enumerate(forms):
        kept_out, out = tmp_path / f"kept{number}", tmp_path / f"anew{number}"
        place.build(kept_out, **form)
        assert place.read == []
        place.build(out, keep_in=None, **form)
        assert place.files(kept_out) == place.files(out)


# Only what is new


def test_a_new_page_is_read_with_those_of_its_share(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.store(PAGES[:-1])
    place.build()
    place.store(PAGES[-1:])
    report = place.build()
    first_digit = PAGES[-1].capture.capture_id[0]
    fellows = [page for page in PAGES if page.capture.capture_id[0] == first_digit]
    assert len(place.read) == len(fellows) < len(PAGES)
    assert report.pages_kept == len(PAGES) - len(fellows)
    place.build(tmp_path / "anew", keep_in=None)
    assert place.files() == place.files(tmp_path / "anew")


def test_a_share_has_its_size_however_many_captures_there_are(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shares, "_SHARE", 1)
    with Archive(place.raw) as archive:
        found = list(shares.shares(archive, place.rows, ""))
    assert len(PAGES) > 16
    assert {len(share.path.name.partition("-")[0]) for share in found} == {2}
    assert sum(len(share.captures) for share in found) == len(PAGES)


def test_another_program_reads_all_anew(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.build()
    before = set(place.rows.glob("*.rows"))
    monkeypatch.setattr("normaliser.build.program", lambda: "another version")
    report = place.build()
    assert (report.pages_kept, len(place.read)) == (0, len(PAGES))
    assert before.isdisjoint(place.rows.glob("*.rows"))  # nothing of old programs piles up


def test_a_changed_file_of_the_archive_is_read_anew(place: Place) -> None:
    place.build()
    (warc,) = place.raw.glob("*.warc.gz")
    warc.chmod(0o644)
    os.utime(warc, ns=(0, 0))
    place.build()
    assert len(place.read) == len(PAGES)


def test_fresh_reads_all_anew(place: Place) -> None:
    place.build()
    report = place.build(fresh=True)
    assert (report.pages_kept, report.unchanged) == (0, False)
    assert len(place.read) == len(PAGES)


def test_what_a_fault_kept_from_being_read_is_read_again(place: Place) -> None:
    """The fault may be gone: a disk that answers again, a memory that suffices."""

    def parse(body: bytes, *, kind: str | None = None, code: str | None = None) -> Page:
        raise MemoryError

    assert place.build(parse=parse).failed == len(PAGES)
    assert list(place.rows.glob("*.rows")) == []
    assert place.build().failed == 0


def test_it_is_also_where_the_build_did_not_come_to_its_end(place: Place) -> None:
    def parse(body: bytes, *, kind: str | None = None, code: str | None = None) -> Page:
        raise MemoryError

    with Archive(place.raw) as archive:
        place.rows.mkdir()
        for share in shares.shares(archive, place.rows, kept.program()):
            shares.read_share(archive.bodies, parse, share)
    report = place.build()
    assert (report.failed, report.pages_kept) == (0, 0)
    assert {path.suffix for path in place.rows.iterdir()} == {".rows", ".json"}


def test_damaged_rows_are_made_anew(place: Place) -> None:
    place.build()
    before = place.files()
    for path in place.rows.glob("*.rows"):
        path.write_bytes(path.read_bytes()[:-1])
    (place.out / "projects.csv").unlink()
    assert place.build().pages_kept == 0
    assert place.files() == before


def test_rows_damaged_within_are_an_error_that_says_what_to_do(place: Place) -> None:
    place.build()
    for path in place.rows.glob("*.rows"):
        data = bytearray(path.read_bytes())
        data[20] ^= 0xFF
        path.write_bytes(data)
    (place.out / "projects.csv").unlink()
    with pytest.raises(BuildError, match="build again with --fresh"):
        place.build()
    assert place.build(fresh=True).failed == 0


# Nothing changed


def test_nothing_is_done_where_nothing_has_changed_and_the_report_is_the_same(place: Place) -> None:
    first = place.build(history=True, text_filter=redaction.redact)
    before = {path: path.stat().st_mtime_ns for path in place.out.rglob("*")}
    again = place.build(history=True, text_filter=redaction.redact)
    assert again.unchanged
    assert {path: path.stat().st_mtime_ns for path in place.out.rglob("*")} == before
    again.unchanged, again.pages_kept = first.unchanged, first.pages_kept
    assert again == first


CHANGES: dict[str, Callable[[Place], object]] = {
    "a table is gone": lambda place: (place.out / "projects.csv").unlink(),
    "a table was edited": lambda place: (place.out / "projects.csv").write_text("edited"),
    "a table of the history was edited": lambda place: (place.out / "history/changes.csv").write_text(""),
    "the manifest is gone": lambda place: (place.out / "SHA256SUMS").unlink(),
    "the description of the history is gone": lambda place: (place.out / "history/datapackage.json").unlink(),
    "the archive has grown": lambda place: place.store(
        [replace(PAGES[0], body=b"<p>", capture=other_capture(b"<p>"))]
    ),
}


def other_capture(body: bytes) -> ArchivedCapture:
    return replace(
        PAGES[0].capture,
        captured_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
        body_sha256=hashlib.sha256(body).hexdigest(),
        size_bytes=len(body),
    )


@pytest.mark.parametrize("change", CHANGES)
def test_tables_are_built_where(place: Place, change: str) -> None:
    place.build(history=True)
    CHANGES[change](place)
    assert not place.build(history=True).unchanged
    place.build(place.out.with_name("anew"), history=True, keep_in=None)
    assert place.files() == place.files(place.out.with_name("anew"))


@pytest.mark.parametrize(
    "other", [{"plain_csv": True}, {"history": True}, {"text_filter": redaction.redact}], ids=str
)
def test_tables_are_built_where_others_are_wanted(place: Place, other: dict[str, Any]) -> None:
    place.build()
    assert not place.build(**other).unchanged
    assert place.build(**other).unchanged


def test_findings_beside_the_tables_change_nothing(place: Place) -> None:
    place.build()
    audit_tables(place.out, place.out, list(CHECKS.values())[:2], {})
    assert (place.out / "findings.csv").exists()
    assert place.build().unchanged


@pytest.mark.parametrize("state", ["", "{}", "[]", '{"made_of": 1, "files": 2, "told": 3}'])
def test_a_damaged_memory_of_the_last_build_does_no_harm(place: Place, state: str) -> None:
    place.build()
    (path,) = place.rows.glob("built-*.json")
    path.write_text(state)
    assert not place.build().unchanged


# The folder


def test_another_build_that_has_the_folder_costs_time_alone(place: Place) -> None:
    place.build()
    before = place.files()
    other = os.open(place.rows, os.O_RDONLY)
    try:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert place.build().pages_kept == 0
    finally:
        os.close(other)
    assert place.files() == before


def test_a_folder_that_cannot_be_made_costs_time_alone(place: Place) -> None:
    place.rows.write_text("a file")
    assert place.build().failed == 0
    assert place.rows.read_text() == "a file"


def test_the_program_is_its_code_and_the_libraries_it_reads_with() -> None:
    assert kept.program() == kept.program()
    assert len(kept.program()) == 64


def test_texts_that_the_tables_carry_are_part_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    before = kept.program()
    read = Path.read_bytes
    monkeypatch.setattr(
        Path, "read_bytes", lambda path: read(path) + b" " * path.name.endswith("descriptions_th.toml")
    )
    kept.program.cache_clear()
    try:
        assert kept.program() != before
    finally:
        kept.program.cache_clear()


def test_a_build_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    """It is killed by the first page of the last share that is read."""
    place = Place(tmp_path / "data")
    place.store(PAGES)
    last = max(PAGES, key=lambda page: page.capture.capture_id)
    program = tmp_path / "program.py"
    program.write_text(
        f"""
import os, signal, sys
from pathlib import Path
import parsers
from normaliser.build import build
from scraper.archive import Archive
from scraper.capture import ArchivedCapture

def parse(body, *, kind=None, code=None):
    if len(body) == {len(last.body)}:
        os.kill(os.getpid(), signal.SIGKILL)
    return parsers.parse(body, kind=kind, code=code)

with Archive(sys.argv[1]) as archive:
    build(archive, Path(sys.argv[2]), parse=parse, keep_in=Path(sys.argv[3]))
"""
    )
    root = Path(__file__).parents[1]
    command = [sys.executable, str(program), str(place.raw), str(place.out), str(place.rows)]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(root)}, check=False)
    assert done.returncode == -signal.SIGKILL
    assert place.build().pages_kept > 0
    place.build(tmp_path / "anew", keep_in=None)
    assert place.files() == place.files(tmp_path / "anew")


def test_the_folder_lies_beside_the_archive_and_the_tables(tmp_path: Path) -> None:
    assert kept_rows(tmp_path) == tmp_path / ".rows"
