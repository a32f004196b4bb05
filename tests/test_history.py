"""`bma build --history`: all captures in tables of their own, and exactly the changes between them."""

import csv
import datetime as dt
import hashlib
import json
import random
import resource
import shutil
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import frictionless
import pyarrow.parquet as pq
import pytest

import parsers
from bma.pages import import_pages
from bma.tables import build_tables
from normaliser import writers
from normaliser.build import BuildReport, build
from normaliser.derived import Change
from normaliser.errors import BuildError
from normaliser.schema import BUILT_TABLES, layout
from parsers.page import Page
from parsers.records import TABLES, Project
from scraper.archive import Archive
from scraper.capture import ArchivedCapture
from scraper.saved import SavedPage, saved_pages
from tests import test_cli
from tests.edited import edited_page, edits
from tests.layouts import LAYOUTS
from tests.made_archive import MadeArchive
from tests.plain import plain_page, reduced_page
from tests.test_build import project
from tests.test_cli import Run, a_page

bma = test_cli.bma  # the fixture
SAMPLES = test_cli.SAMPLES
CODE = "50030000-0001"
LIVE, FROZEN, OTHER = (
    "http://monitor.bangkok.go.th/mobile/myproject.php?pid=",
    "http://monitor.bangkok.go.th/mobile62/myproject.php?pid=",
    "http://dp1.bangkok.go.th/mobile/myproject.php?pid=",
)

# A project whose page is edited over six captures


def report(number: int, day: str, percent: str, narrative: str) -> str:
    year, month, of_month = map(int, day.split("-"))
    return (
        f"({number}) ความคืบหน้าโครงการฯ ร้อยละ {percent} ({day})\n\n{percent}\n\n"
        f"{of_month}/{month}/{year + 543} : {narrative}\n\n"
        "** ปัญหาของโครงการ :ไม่มี\n\n** อุปสรรคของโครงการ :ไม่มี\n\n---------&&&---------"
    )


def edition(percent: str, *entries: tuple[str, str, str], **changes: str | None) -> str:
    """The page with this percent in its head, and these entries."""
    told = "\n\n".join(report(number, *entry) for number, entry in enumerate(entries, 1))
    head = {"number": percent, "headline": f"ความคืบหน้าโครงการ ร้อยละ {percent}"}
    return plain_page(**head, reports=told, **changes)


JANUARY = ("2023-01-05", "10.00", "ขออนุมัติโครงการ")
FEBRUARY = ("2023-02-10", "30.00", "ลงนามในสัญญา")
EDITED = ("2023-02-10", "30.00", "ลงนามในสัญญาแล้ว ล่าช้ากว่าแผน")
MARCH = ("2023-03-23", "45.00", "จัดประชุมแล้ว")
APRIL = ("2023-04-20", "60.00", "อบรมรุ่นที่ 1")
AUGUST = ("2023-08-30", "80.00", "อบรมรุ่นที่ 2")

SIX = (
    ("2023-04-01", LAYOUTS["mobile"](edition("45.00", MARCH, FEBRUARY, JANUARY))),
    ("2023-05-01", LAYOUTS["panels"](edition("60.00", APRIL, MARCH, FEBRUARY, JANUARY))),
    ("2023-06-01", LAYOUTS["label_list"](edition("60.00", APRIL, MARCH, EDITED, JANUARY))),
    ("2023-07-01", LAYOUTS["nested_tables"](edition("45.00", APRIL, MARCH, EDITED))),
    ("2023-08-01", reduced_page()),
    (
        "2023-09-01",
        edition(
            "80",
            *(AUGUST, APRIL, MARCH, EDITED),
            constants=None,
            evaluation="*** สยป. ประเมินโครงการ: ไตรมาสที่ ๔: 100",
        ),
    ),
)
"""A new report; an old one edited; one vanished, and the percent back; a reduced copy; another template."""


def lay(folder: Path, *pages: tuple[str, str] | tuple[str, str, str], code: str = CODE) -> Path:
    """Saved pages given as (day, text, and an address if it is not the usual), each with its sidecar."""
    folder.mkdir(exist_ok=True)
    for number, (day, text, *address) in enumerate(pages):
        name = f"{number}.{'html' if text.startswith('<') else 'txt'}"
        url = (address[0] if address else LIVE) + code
        a_page(folder, name, text.encode(), url=url, captured_at=f"{day}T03:00:00Z")
    return folder


def changes(data: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(data / "clean/history/changes.parquet").to_pylist()
    return rows


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def column(path: Path, name: str) -> list[Any]:
    found: list[Any] = pq.read_table(path)[name].to_pylist()
    return found


def test_six_captures_of_an_edited_page_give_exactly_its_changes(bma: Run, tmp_path: Path) -> None:
    assert bma("import", lay(tmp_path / "pages", *SIX)).code == 0
    done = bma("build", "--history")
    assert done.code == 0
    assert (
        "History in data/clean/history: 6 captures; "
        "changes: added 2, removed 1, changed 3, reverted 1, sites_differ 0"
    ) in done.out
    found = changes(tmp_path / "data")
    told = [
        (
            *(row["old_captured_at"].month, row["new_captured_at"].month),
            *(row["kind"], row["table"], row["row_key"], row["column"]),
        )
        for row in found
    ]
    assert told == [
        (4, 5, "changed", "projects", CODE, "progress_percent"),
        (4, 5, "added", "progress_reports", "2023-04-20", None),
        (5, 6, "changed", "progress_reports", "2023-02-10", "narrative"),
        (6, 7, "reverted", "projects", CODE, "progress_percent"),
        (6, 7, "removed", "progress_reports", "2023-01-05", None),
        (7, 9, "added", "progress_reports", "2023-08-30", None),
        (8, 9, "changed", "projects", CODE, "progress_percent"),
    ]
    assert [(row["old"], row["new"]) for row in found if row["column"]] == [
        ("45.0", "60.0"),
        (FEBRUARY[2], EDITED[2]),
        ("60.0", "45.0"),
        ("45.0", "80.0"),
    ]
    assert [json.loads(row["old"] or row["new"])["narrative"] for row in found if not row["column"]] == [
        *(APRIL[2], JANUARY[2], AUGUST[2])
    ]
    assert [row["position"] for row in found] == [1, 2, 3, 4, 5, 6, 7]
    assert {row["site"] for row in found} == {"monitor.bangkok.go.th/mobile"}


@pytest.mark.parametrize("seed", range(5))
def test_six_captures_of_a_generated_project_give_exactly_its_changes(
    bma: Run, tmp_path: Path, seed: int
) -> None:
    page = edited_page(random.Random(seed))
    days = [f"2023-0{month}-01" for month in range(1, 7)]
    lay(tmp_path / "pages", *zip(days, page.captures, strict=True), code=page.code)
    assert bma("import", tmp_path / "pages").code == 0
    assert bma("build", "--history").code == 0
    times = [dt.datetime.fromisoformat(f"{day}T03:00:00Z") for day in days]
    found = [Change(**row) for row in changes(tmp_path / "data")]
    assert edits(found, times) == page.changes
    assert [change.position for change in found] == list(range(1, len(found) + 1))


def test_the_lines_of_a_change_are_those_that_bma_show_prints(bma: Run, tmp_path: Path) -> None:
    bma("import", lay(tmp_path / "pages", *SIX))
    bma("build", "--history")
    shown: dict[str, list[str]] = {}
    for row in changes(tmp_path / "data"):
        for age in ("old", "new"):
            capture_id = row[f"{age}_capture_id"]
            if capture_id not in shown:
                shown[capture_id] = bma("show", capture_id).out.splitlines()[3:]
            if row[age] is not None:
                lines = shown[capture_id][row[f"{age}_line_first"] - 1 : row[f"{age}_line_last"]]
                narrative = row[age] if row["column"] else json.loads(row[age])["narrative"]
                number = str(row[age]).removesuffix(".0")
                assert any(narrative in line or number in line for line in lines)


# The tables of all captures


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample pages and the six captures, with a truncated one, two sites and files of no site or time."""
    folder = tmp_path_factory.mktemp("made")
    cut = edition("99.00", MARCH)
    pages = [
        *SIX,
        ("2023-10-01", cut[: cut.index("แผนการดำเนินงานฯ")]),
        ("2023-05-01", edition("58.00", MARCH, FEBRUARY, JANUARY), OTHER),
        ("2023-05-01", edition("20.00", JANUARY), FROZEN),
    ]
    lay(folder / "pages", *pages)
    a_page(folder / "pages", f"{CODE}.txt", edition("1.00").encode(), captured_at="2023-02-01T00:00:00Z")
    a_page(folder / "pages", "undated.txt", edition("2.00").encode(), url=LIVE + CODE)
    import_pages(saved_pages([SAMPLES, folder / "pages"]), folder / "data/raw")
    report = build_tables(folder / "data", folder / "data/clean", history=True)
    assert report.outcomes == {"ok": 18 + 10, "truncated": 1}
    return folder / "data"


@pytest.fixture
def built(made: Path, bma: Run, tmp_path: Path) -> Path:
    """A copy of them, in the folder where `bma` works."""
    return Path(shutil.copytree(made, tmp_path / "data"))


def test_the_history_is_a_package_that_frictionless_finds_valid(built: Path) -> None:
    report = frictionless.validate(built / "clean/history/datapackage.json")
    assert [error.message for task in report.tasks for error in task.errors] == []
    assert report.valid
    assert len(report.tasks) == 2 * (len(TABLES) + 1)


@pytest.mark.parametrize(
    ("table", "name", "error"),
    [
        ("changes", "old_capture_id", "foreign-key"),
        ("plan_steps", "capture_id", "foreign-key"),
        ("indicator_quarters", "indicator_position", "foreign-key"),
        ("changes", "position", "primary-key"),
        ("progress_reports", "position", "primary-key"),
    ],
)
def test_its_keys_are_there_to_be_checked(built: Path, table: str, name: str, error: str) -> None:
    """A value that is planted in the second row: a capture that is not there, or the key of the first row."""
    path = built / f"clean/history/{table}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, first, second, *rest = csv.reader(file)
    key = layout(table, history=True).key
    for each in key if error == "primary-key" else ():
        second[header.index(each)] = first[header.index(each)]
    if error == "foreign-key":
        second[header.index(name)] = "f" * 16 if name.endswith("capture_id") else "99"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, first, second, *rest])
    report = frictionless.validate(built / "clean/history/datapackage.json")
    assert error in {found.type for task in report.tasks if task.name == table for found in task.errors}


def test_its_tables_hold_the_rows_of_every_sound_capture_keyed_by_capture(built: Path) -> None:
    history = built / "clean/history"
    outcomes = dict(
        zip(
            column(history / "captures.parquet", "capture_id"),
            column(history / "captures.parquet", "outcome"),
            strict=True,
        )
    )
    sound = {capture_id for capture_id, outcome in outcomes.items() if outcome == "ok"}
    assert Counter(outcomes.values())["truncated"] == 1
    projects = column(history / "projects.parquet", "capture_id")
    assert projects == sorted(projects)
    assert set(projects) < sound
    assert column(history / "projects.parquet", "project_code").count(CODE) == 10
    for name in TABLES:
        shape = layout(name, history=True)
        assert shape.key[0] == "capture_id"
        assert shape.names == layout(name).names
        keys = list(zip(*(column(history / f"{name}.parquet", each) for each in shape.key), strict=True))
        assert keys == sorted(keys)
        assert len(set(keys)) == len(keys)
        assert set(column(history / f"{name}.parquet", "capture_id")) <= set(outcomes)


def test_rows_of_the_shown_captures_are_those_of_the_main_tables(built: Path) -> None:
    main, history = built / "clean", built / "clean/history"
    latest = {
        capture_id
        for capture_id, shown in zip(
            column(main / "captures.parquet", "capture_id"),
            column(main / "captures.parquet", "is_latest"),
            strict=True,
        )
        if shown
    }
    for name in set(TABLES) - {"captures", "parse_issues"}:
        order = [(each, "ascending") for each in layout(name, history=True).key]
        shown = pq.read_table(main / f"{name}.parquet").sort_by(order).to_pylist()
        all_rows = pq.read_table(history / f"{name}.parquet").to_pylist()
        assert shown == [row for row in all_rows if row["capture_id"] in latest]
    for name in ("captures", "parse_issues"):
        assert (main / f"{name}.csv").read_bytes() == (history / f"{name}.csv").read_bytes()


def test_the_main_tables_are_the_same_with_a_history_and_without(built: Path, bma: Run) -> None:
    with_it = {name: data for name, data in files(built / "clean").items() if "/" not in name}
    bma("build")
    assert files(built / "clean") == with_it


def test_sites_stand_side_by_side_and_the_frozen_one_is_one_of_them(built: Path) -> None:
    by_kind: dict[str, set[tuple[str, str]]] = {}
    for row in changes(built):
        if row["page_code"] == CODE and row["column"] == "progress_percent":
            by_kind.setdefault(row["kind"], set()).add((row["site"], f"{row['old']} {row['new']}"))
    live = "monitor.bangkok.go.th/mobile"
    assert by_kind["changed"] == {(live, "45.0 60.0"), (live, "45.0 80.0")}
    pairs = {frozenset(values.split()) for _, values in by_kind["sites_differ"]}
    assert pairs == {frozenset({"60.0", "58.0"}), frozenset({"60.0", "20.0"}), frozenset({"58.0", "20.0"})}


def test_captures_whose_site_or_time_nothing_proves_are_not_compared_and_counted(
    built: Path, bma: Run
) -> None:
    assert not {"1.0", "2.0"} & {value for row in changes(built) for value in (row["old"], row["new"])}
    done = bma("build", "--history")
    assert (
        "Not compared: 1 without a URL, 1 dated only by their file; "
        "give them a sidecar with url and captured_at"
    ) in done.out
    told = json.loads(bma("build", "--history", "--json").out)
    assert told["history"]["not_compared"] == {"file_time": 1, "no_site": 1}
    assert told["history"]["captures"] == 18 + 10
    assert told["history"]["folder"] == "data/clean/history"
    assert list(told["history"]["changes"]) == ["added", "removed", "changed", "reverted", "sites_differ"]
    assert (
        sum(told["history"]["changes"].values()) == told["history"]["rows"]["changes"] == len(changes(built))
    )


def test_rows_that_are_missing_without_proof_are_counted_until_they_are_proven_to_be_gone_or_there(
    bma: Run, tmp_path: Path
) -> None:
    banner = edition("45.00", MARCH) + "\nประกาศของเว็บไซต์\n"
    pages = [("2023-04-01", edition("45.00", MARCH, FEBRUARY)), ("2023-05-01", banner)]
    bma("import", lay(tmp_path / "pages", *pages))
    said = "Missing, but not proven to be removed: 1 rows, beside lines that were not recognised"
    assert said in bma("build", "--history").out
    assert json.loads(bma("build", "--history", "--json").out)["history"]["rows_not_proven"] == 1
    assert changes(tmp_path / "data") == []
    bma("import", lay(tmp_path / "reduced", ("2023-06-01", reduced_page())))
    assert said in bma("build", "--history").out
    for number, last in enumerate([edition("45.00", MARCH), edition("45.00", MARCH, FEBRUARY)]):
        bma("import", lay(tmp_path / f"{number}", (f"2023-07-0{number + 1}", last)))
        assert "not proven" not in bma("build", "--history").out
    assert [row["kind"] for row in changes(tmp_path / "data")] == ["removed", "reverted"]


def test_a_truncated_capture_takes_no_part(built: Path) -> None:
    assert "99.0" not in {row["new"] for row in changes(built)}


def test_no_file_of_the_history_names_a_contact(bma: Run, tmp_path: Path) -> None:
    pages = [
        (f"2023-0{month}-01", plain_page(contact=f"นางสาวตัวอย่าง นามสมมุติ โทร 099-999-000{month}"))
        for month in (1, 2)
    ]
    bma("import", lay(tmp_path / "pages", *pages))
    bma("build", "--history", "--plain-csv")
    assert changes(tmp_path / "data") == []
    for name, data in files(tmp_path / "data/clean/history").items():
        if name.endswith(".csv"):
            assert "นามสมมุติ".encode() not in data
            assert b"099-999" not in data


# The folder


def test_the_same_captures_give_the_same_bytes_in_any_order_of_import(tmp_path: Path) -> None:
    lay(tmp_path / "pages", *SIX, ("2023-05-01", edition("58.00", MARCH), OTHER))
    pages = [page for page in saved_pages([tmp_path / "pages", SAMPLES]) if isinstance(page, SavedPage)]
    outputs = []
    for number, order in enumerate([pages, pages[::-1], random.Random(1).sample(pages, len(pages))]):
        with Archive(tmp_path / str(number), writable=True) as archive:
            for page in order:
                archive.add(page.capture, page.body)
        with Archive(tmp_path / str(number)) as archive:
            build(archive, tmp_path / str(number) / "out", parse=parsers.parse, history=True)
        outputs.append(files(tmp_path / str(number) / "out"))
    assert outputs[0] == outputs[1] == outputs[2]
    assert len(outputs[0]) == 2 * (len(BUILT_TABLES) + len(TABLES) + 1) + 4  # with descriptions, manifests
    assert all(str(tmp_path).encode() not in data for data in outputs[0].values())


def test_without_history_that_of_an_earlier_build_goes_and_the_user_is_told(built: Path, bma: Run) -> None:
    (built / "clean/history/notes.txt").write_text("mine")
    assert bma("build").err == (
        "the history of an earlier build was removed from data/clean/history: "
        "bma build --history makes it anew\n"
    )
    assert list(files(built / "clean/history")) == ["notes.txt"]
    assert bma("build").err == ""
    (built / "clean/history/notes.txt").unlink()
    bma("build", "--history")
    bma("build")
    assert not (built / "clean/history").exists()


def test_a_package_of_somebody_else_in_a_folder_of_that_name_is_left_alone(built: Path, bma: Run) -> None:
    shutil.rmtree(built / "clean/history")
    (built / "clean/history").mkdir()
    theirs = {"name": "floods", "resources": [{"name": "floods", "path": "floods.csv"}]}
    (built / "clean/history/datapackage.json").write_text(json.dumps(theirs))
    (built / "clean/history/floods.csv").write_text("year\n1942\n")
    before = files(built / "clean/history")
    assert bma("build").err == ""
    done = bma("build", "--history")
    assert done.code == 2
    assert done.err == (
        "bma: data/clean/history holds another data package: give another folder with --out\n"
    )
    assert files(built / "clean/history") == before


def test_an_empty_archive_gives_an_empty_history(tmp_path: Path) -> None:
    report = history_of(tmp_path, [])
    assert report.history is not None
    assert set(report.history.rows.values()) == {0}
    assert list(report.history.rows) == [*TABLES, "changes"]
    assert frictionless.validate(tmp_path / "out/history/datapackage.json").valid


def test_a_full_disk_leaves_both_folders_as_they_were(built: Path) -> None:
    """A limit on the size of files stands for the full disk: writing beyond it fails the same way."""
    before = files(built / "clean")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Archive(built / "raw") as archive:
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, hard))
        try:
            with pytest.raises(BuildError, match="the tables cannot be written into"):
                build(archive, built / "clean", parse=parsers.parse, history=True)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert files(built / "clean") == before


def test_what_a_killed_build_left_is_cleared_away(built: Path, bma: Run) -> None:
    before = files(built / "clean")
    unfinished = built / "clean/.building/history"
    unfinished.mkdir(parents=True)
    (unfinished / "projects.csv").write_text("half")
    bma("build", "--history")
    assert files(built / "clean") == before


# Memory


class Editions(MadeArchive):
    """An archive of pages of a few codes each captured often."""

    def __init__(self, codes: int, captures: int) -> None:
        super().__init__(BODY)
        self.codes, self.each = codes, captures

    def captures(self) -> Iterator[ArchivedCapture]:
        for number in range(self.codes):
            for day in range(self.each):
                yield a_capture(f"50030000-{number:04}", day)


BODY = b"-"


def a_capture(code: str, day: int) -> ArchivedCapture:
    return ArchivedCapture(
        source="live",
        url=LIVE + code,
        file_name=None,
        site="monitor.bangkok.go.th/mobile",
        page_kind="project",
        page_code=code,
        code_source="url",
        captured_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=day),
        captured_at_source="response",
        fetched_at=None,
        http_status=200,
        body_sha256=hashlib.sha256(f"{code} {day}".encode()).hexdigest(),
        size_bytes=len(BODY),
    )


def history_of(folder: Path, captures: list[tuple[ArchivedCapture, bytes]]) -> BuildReport:
    with Archive(folder / "raw", writable=True) as archive:
        for capture, body in captures:
            archive.add(capture, body)
    with Archive(folder / "raw") as archive:
        return build(archive, folder / "out", parse=parsers.parse, history=True)


@pytest.mark.parametrize("more", [(240, 5), (40, 30)], ids=["pages", "captures of each page"])
def test_memory_does_not_grow_with_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[int, int]
) -> None:
    monkeypatch.setattr(writers, "BATCH_ROWS", 200)
    turn = iter(range(10**9))

    def read(body: bytes, *, kind: str | None = None, code: str | None = None) -> Page:
        """Every capture says another percent in its head."""
        page = project(code, steps=10)()
        (head,) = page.records["projects"]
        assert isinstance(head, Project)
        head.progress_percent = next(turn) / 100
        return page

    peaks = []
    for codes, captures in ((20, 5), (40, 5), more):  # the first warms caches up
        tracemalloc.start()
        report = build(Editions(codes, captures), tmp_path, parse=read, history=True)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert report.history is not None
        assert report.history.captures == codes * captures
        assert report.history.changes["changed"] + report.history.changes["reverted"] == codes * (
            captures - 1
        )
    assert peaks[2] < 2 * peaks[1]  # of six times the captures


def test_changes_are_sorted_by_page_and_number(built: Path) -> None:
    keys = [(row["page_kind"], row["page_code"], row["position"]) for row in changes(built)]
    assert keys == sorted(keys)
    for before, after in pairwise(changes(built)):
        if before["page_code"] == after["page_code"]:
            assert after["position"] == before["position"] + 1
            assert after["new_captured_at"] >= before["new_captured_at"]
