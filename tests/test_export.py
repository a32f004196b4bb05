"""`bma export` at the command line: what it writes, what it refuses, and that no half file is ever left."""

import csv
import json
import resource
import sqlite3
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bma.export import FORMATS
from normaliser import exports
from normaliser.errors import ExportError
from normaliser.exports import duckdb_file, excel_file, oc4ids_file, source, sqlite_file
from normaliser.exports.source import Source
from normaliser.exports.target import ExportReport
from normaliser.free_text import FIXED, FREE, is_free
from normaliser.package import FILE_NAME
from normaliser.schema import ALL_TABLES, layout
from parsers.redaction import Redacted, redact
from tests import test_cli
from tests.exported import HOSTILE, NARRATIVE, NARRATIVE_MARKED, make_many, make_tables, rows_of, tables_in
from tests.plain import plain_page
from tests.test_cli import SAMPLES, Run, a_page
from tests.test_oc4ids_file import schema_folder

bma = test_cli.bma  # the fixture

Write = Callable[[Source, Path], ExportReport]
WRITERS: dict[str, Write] = {
    "duckdb": duckdb_file.write,
    "sqlite": sqlite_file.write,
    "excel": excel_file.write,
    "oc4ids": lambda source, target: oc4ids_file.write(source, target, oc4ids_file.Publication()),
}


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tables(tmp_path_factory.mktemp("export"))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_many(tmp_path_factory.mktemp("many") / "clean", 300)


# What it writes


def test_all_formats_are_written_in_one_go(bma: Run, clean: Path, tmp_path: Path) -> None:
    options = [part for name in FORMATS for part in (f"--{name}", f"tables.{name}")]
    done = bma("export", "--tables", clean, *options, "--json")
    assert (done.code, done.err) == (0, "")
    told = json.loads(done.out)
    assert list(told) == list(FORMATS)
    counts = {name: len(rows_of(clean, name)) for name in tables_in(clean)}
    for name, facts in told.items():
        assert facts["file"] == f"tables.{name}"
        assert facts["bytes"] == (tmp_path / f"tables.{name}").stat().st_size > 0
        assert facts["rows"] == (counts if name != "oc4ids" else {"projects": counts["projects"]})
        assert facts["redacted"]["person"] >= 1 and facts["redacted"]["telephone"] >= 1
        assert facts["complete"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"tables.{name}" for name in FORMATS)


def test_the_tables_are_those_of_the_data_folder_unless_said_otherwise(
    bma: Run, many: Path, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "clean").symlink_to(many)
    done = bma("export", "--sqlite", "a.db")
    assert done.code == 0
    assert "projects 300, progress_reports 3,000" in done.out
    assert "Marked   person 3,300, telephone 3,300" in done.out


def test_names_stay_only_where_it_is_asked_for_and_it_says_so(bma: Run, clean: Path, tmp_path: Path) -> None:
    def narratives(file: str) -> set[str]:
        with closing(sqlite3.connect(tmp_path / file)) as database:
            return {text for (text,) in database.execute("SELECT narrative FROM progress_reports")}

    bma("export", "--tables", clean, "--sqlite", "marked.db")
    plain = bma("export", "--tables", clean, "--sqlite", "plain.db", "--no-redact")
    assert "Marked   nothing: texts may name people" in plain.out
    assert NARRATIVE_MARKED in narratives("marked.db") and NARRATIVE not in narratives("marked.db")
    assert NARRATIVE in narratives("plain.db")
    with closing(sqlite3.connect(tmp_path / "plain.db")) as database:
        facts = dict(database.execute("SELECT fact, value FROM _package"))
    assert facts["personal data"] == "texts as printed; may name people"


def test_no_name_is_left_in_any_file(clean: Path, tmp_path: Path) -> None:
    """Files that are not packed are searched as bytes; an Excel file is read by its own test."""
    for name in ("duckdb", "sqlite", "oc4ids"):
        with Source(clean, redact) as opened:
            WRITERS[name](opened, tmp_path / name)
        held = (tmp_path / name).read_bytes()
        assert "ตัวอย่างดี".encode() not in held
        assert b"2222 3333" not in held


def test_a_sheet_that_is_full_is_told_and_the_exit_code_says_so(
    bma: Run, many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel_file, "SHEET_ROWS", 1_001)
    done = bma("export", "--tables", many, "--excel", "a.xlsx")
    assert done.code == 1
    assert "progress_reports: a sheet holds 1,001 rows; 2,000 of 3,000 are left out" in done.out


# What it refuses


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name a file to write: --duckdb FILE, --sqlite FILE, --excel FILE, --oc4ids FILE"),
        (("--sqlite", "a", "--duckdb", "./a"), "two formats cannot be the same file"),
        (("--sqlite", "a", "--oc4ids-uri", "x"), "belong to --oc4ids FILE"),
        (("--sqlite", "no/such/a.db"), "no/such is no folder; make it first"),
        (("--sqlite", "."), ". is a folder; name a file in it"),
        (
            ("--sqlite", "a.db", "--tables", "none"),
            "none holds no tables (no datapackage.json); run: bma build",
        ),
    ],
)
def test_wrong_usage_says_what_is_wrong(
    bma: Run, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    done = bma("export", *arguments)
    assert done.code == 2
    assert message in " ".join(done.err.split())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "noted"), [("a.xlsx", False), ("A.XLSX", False), ("a.xls", True), ("a", True)]
)
def test_a_name_under_which_excel_opens_no_workbook_is_noted(
    bma: Run, clean: Path, name: str, noted: bool
) -> None:
    done = bma("export", "--tables", clean, "--excel", name)
    assert done.code == 0
    assert ("Note     give the workbook a name that ends in .xlsx" in done.out) == noted


def test_a_check_by_the_standards_schema_says_how_many_projects_fit(
    bma: Run, clean: Path, tmp_path: Path
) -> None:
    schema_folder(tmp_path / "schema")
    options = ("--oc4ids", "a.json", "--oc4ids-schema", "schema", "--force")
    told = "each of 13 projects fits project-package-schema.json in schema"
    assert f"Note     {told}\n" in bma("export", "--tables", clean, *options).out
    assert json.loads(bma("export", "--tables", clean, *options, "--json").out)["oc4ids"]["notes"] == [told]


def test_a_file_that_exists_is_replaced_only_by_force(bma: Run, clean: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.db").write_text("mine", encoding="utf-8")
    refused = bma("export", "--tables", clean, "--duckdb", "new.duckdb", "--sqlite", "mine.db")
    assert refused.code == 2
    assert "mine.db exists; --force replaces it" in refused.err
    assert (tmp_path / "mine.db").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "new.duckdb").exists()  # it is known before any work is done
    assert bma("export", "--tables", clean, "--sqlite", "mine.db", "--force").code == 0
    assert (tmp_path / "mine.db").read_bytes().startswith(b"SQLite format 3")


def test_the_file_may_be_read_by_those_whom_the_umask_lets(bma: Run, clean: Path, tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    bma("export", "--tables", clean, "--oc4ids", "a.json")
    assert (tmp_path / "a.json").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_without_duckdb_it_says_how_to_install_it(
    bma: Run, clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)  # as if it were not there
    monkeypatch.delitem(sys.modules, "normaliser.exports.duckdb_file")
    monkeypatch.delattr(exports, "duckdb_file")
    done = bma("export", "--tables", clean, "--duckdb", "a.duckdb")
    assert done.code == 2
    assert 'DuckDB is not installed; run: pip install "bma-progress[duckdb]"' in done.err
    assert list(tmp_path.iterdir()) == []


def test_without_a_validator_it_says_how_to_install_it(
    bma: Run, clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jsonschema", None)
    done = bma("export", "--tables", clean, "--oc4ids", "a.json", "--oc4ids-schema", clean)
    assert done.code == 2
    assert 'jsonschema is not installed; run: pip install "bma-progress[oc4ids]"' in done.err
    assert list(tmp_path.iterdir()) == []


# Contacts, which no table has


def contacts(bma: Run, *options: object) -> test_cli.Result:
    return bma("export", "--with-contacts", "contacts.csv", *options)


def test_contacts_are_written_only_when_asked_and_for_their_owner_only(bma: Run, tmp_path: Path) -> None:
    page = plain_page(contact="นายสมมุติ ตัวอย่างดี โทร. 0 2222 3333")
    a_page(tmp_path, "a.txt", page.encode())
    bma("import", "a.txt")
    bma("build")
    assert "contact lines" not in bma("export", "--sqlite", "a.db").out
    done = contacts(bma)
    assert (done.code, done.err) == (0, "")
    assert "contacts.csv: 1 contact lines, personal data" in done.out
    with (tmp_path / "contacts.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["project_code"], row["contact"]) == (HOSTILE, "นายสมมุติ ตัวอย่างดี โทร. 0 2222 3333")
    assert page.splitlines()[int(row["line"]) - 1] == row["contact"]
    assert (tmp_path / "contacts.csv").stat().st_mode & 0o077 == 0
    for path in (tmp_path / "data" / "clean").iterdir():
        assert "ตัวอย่างดี".encode() not in path.read_bytes()


def test_every_project_with_a_contact_has_its_lines(bma: Run, tmp_path: Path) -> None:
    bma("import", SAMPLES)
    bma("build")
    told = json.loads(contacts(bma, "--json").out)["contacts"]
    with (tmp_path / "contacts.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert told == {"file": "contacts.csv", "lines": len(rows)}
    names = layout("projects").names
    projects = [
        dict(zip(names, row, strict=True)) for row in rows_of(tmp_path / "data" / "clean", "projects")
    ]
    assert {row["project_code"] for row in rows} == {
        project["project_code"] for project in projects if project["contact_kind"]
    }
    assert {(row["project_code"], row["capture_id"]) for row in rows} <= {
        (project["project_code"], project["capture_id"]) for project in projects
    }


def test_a_contact_that_looks_like_a_formula_is_guarded(bma: Run, tmp_path: Path) -> None:
    a_page(tmp_path, "a.txt", plain_page(contact="=cmd|calc").encode())
    bma("import", "a.txt")
    bma("build")
    contacts(bma)
    assert ",'=cmd|calc\n" in (tmp_path / "contacts.csv").read_text(encoding="utf-8")


def test_contacts_never_stand_among_the_tables(bma: Run, tmp_path: Path) -> None:
    bma("import", SAMPLES)
    bma("build")
    done = bma("export", "--with-contacts", "data/clean/contacts.csv")
    assert done.code == 2
    assert "contacts are kept outside" in done.err
    assert not (tmp_path / "data" / "clean" / "contacts.csv").exists()


def test_contacts_need_the_archive_that_the_tables_were_built_from(
    bma: Run, clean: Path, tmp_path: Path
) -> None:
    assert contacts(bma, "--tables", clean).code == 2
    bma("import", SAMPLES)
    done = contacts(bma, "--tables", clean)  # it has two pages more
    assert done.code == 2
    assert not (tmp_path / "contacts.csv").exists()


# Tables that are not what their description says


def test_a_broken_description_is_told(bma: Run, tmp_path: Path) -> None:
    for text, message in (
        ("{", "is no data package"),
        ("[]", "is no data package"),
        ('{"resources": [{"format": "parquet", "name": "projects_parquet"}]}', "lacks 'path'"),
    ):
        (tmp_path / FILE_NAME).write_text(text, encoding="utf-8")
        done = bma("export", "--tables", ".", "--sqlite", "a.db")
        assert done.code == 2
        assert message in done.err and "build the tables anew" in done.err
    assert not (tmp_path / "a.db").exists()


def test_a_table_that_is_missing_cut_or_another_one_is_told(bma: Run, tmp_path: Path) -> None:
    folder = make_many(tmp_path / "clean", 3)
    table = folder / "projects.parquet"
    whole = table.read_bytes()
    for bytes_now, message in (
        (whole[:-100], "cannot be read"),
        ((folder / "captures.parquet").read_bytes(), "is not the file that datapackage.json describes"),
        (None, "cannot be read"),
    ):
        table.unlink()
        if bytes_now is not None:
            table.write_bytes(bytes_now)
        done = bma("export", "--tables", folder, "--sqlite", "a.db")
        assert done.code == 2
        assert "projects.parquet" in done.err and message in done.err
        assert not (tmp_path / "a.db").exists()
        table.write_bytes(whole)


def test_a_row_whose_parent_is_not_there_is_told(tmp_path: Path) -> None:
    folder = make_many(tmp_path / "clean", 3, capture_id="f" * 16)
    for name in ("duckdb", "sqlite"):
        with Source(folder) as opened, pytest.raises(ExportError):
            WRITERS[name](opened, tmp_path / name)
        assert not (tmp_path / name).exists()


# Whole or not at all


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_nothing_is_left_of_an_export_that_is_stopped(
    many: Path, tmp_path: Path, name: str, error: type[BaseException]
) -> None:
    target = tmp_path / "file"
    target.write_text("as it was", encoding="utf-8")
    seen = []

    def stopping(text: str) -> Redacted:
        seen.append(text)
        if len(seen) == 2_500:
            raise error
        return redact(text)

    with Source(many, stopping) as opened, pytest.raises((error, ExportError)) as stopped:
        WRITERS[name](opened, target)
    assert error is RuntimeError or stopped.type is KeyboardInterrupt
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert target.read_text(encoding="utf-8") == "as it was"


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_is_an_error_and_leaves_the_file_as_it_was(
    bma: Run, many: Path, tmp_path: Path, name: str
) -> None:
    target = tmp_path / "file"
    target.write_text("as it was", encoding="utf-8")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        done = bma("export", "--tables", many, f"--{name}", target, "--force")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert done.code == 2
    assert f"{target} cannot be written" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert target.read_text(encoding="utf-8") == "as it was"


@pytest.mark.parametrize("name", WRITERS)
def test_memory_does_not_grow_with_the_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(source, "BATCH_ROWS", 200)
    peaks = []
    for projects in (100, 200, 1_200):  # the first warms caches up
        folder = make_many(tmp_path / str(projects), projects)
        tracemalloc.start()
        with Source(folder, redact) as opened:
            WRITERS[name](opened, tmp_path / f"{projects}.file")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < 2 * peaks[1]  # of six times the rows


# What is free text, and what is imported


def test_every_column_of_text_is_known_to_be_free_or_fixed() -> None:
    texts = {c.name for name in ALL_TABLES for c in layout(name).columns if c.type is str}
    assert texts - FREE - FIXED == set()
    assert (FREE | FIXED) - texts == set()
    assert set() == FREE & FIXED


def test_no_key_is_free_text_so_that_marks_can_break_none() -> None:
    for name in ALL_TABLES:
        keys = {*layout(name).key, *(column for key in layout(name).foreign_keys for column in key.columns)}
        assert [column for column in keys if is_free(name, column)] == []


@pytest.mark.parametrize(
    ("name", "own"),
    [("duckdb", {"duckdb"}), ("sqlite", {"sqlite3"}), ("excel", {"xlsxwriter"}), ("oc4ids", set())],
)
def test_a_format_imports_its_own_library_only(many: Path, tmp_path: Path, name: str, own: set[str]) -> None:
    arguments = ["--tables", str(many), f"--{name}", str(tmp_path / "file")]
    code = (
        "import sys; from bma.export import export\n"
        f"export.main({arguments}, standalone_mode=False)\n"
        "print(sorted({'duckdb', 'xlsxwriter', 'jsonschema', 'sqlite3'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == str(sorted(own))
