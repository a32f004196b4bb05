"""The command line as its users meet it: what it prints, what it exits with, what it never does."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from bma.cli import main

SAMPLES = Path(__file__).parent.parent / "bma" / "sample_pages"
PAGE = SAMPLES / "text-50400000-9805.txt"
REDUCED = SAMPLES / "reduced-50400000-9805.txt"
CODE = "50400000-9805"


class Result(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def last_line(self) -> str:
        return self.out.splitlines()[-1]


Run = Callable[..., Result]


@pytest.fixture
def bma(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run a command as `bma` does, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["bma", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        captured = capsys.readouterr()
        code = stop.value.code or 0
        assert isinstance(code, int)
        assert "Traceback" not in captured.err
        return Result(code, captured.out, captured.err)

    return run


def a_page(folder: Path, name: str, body: bytes, **claims: str) -> Path:
    """A saved page, with a sidecar where anything is claimed of it."""
    path = folder / name
    path.write_bytes(body)
    if claims:
        (folder / f"{name}.json").write_text(json.dumps(claims), encoding="utf-8")
    return path


def project_page(code: str = CODE) -> bytes:
    return PAGE.read_bytes().replace(CODE.encode(), code.encode())


# The path from pages to tables


def test_import_and_build_take_saved_pages_to_tables(bma: Run, tmp_path: Path) -> None:
    assert bma("import", SAMPLES).last_line == "18 pages imported, 0 already held, 0 not readable"
    built = bma("build")
    assert built.code == 0
    assert built.last_line == "18 pages read, 5 with issues, 0 failed"
    assert (tmp_path / "data" / "clean" / "projects.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (tmp_path / "data" / "clean" / "datapackage.json").exists()


def test_importing_again_adds_nothing(bma: Run, tmp_path: Path) -> None:
    bma("import", SAMPLES)
    before = sorted((tmp_path / "data" / "raw").glob("*.warc.gz"))
    assert bma("import", SAMPLES).last_line == "0 pages imported, 18 already held, 0 not readable"
    assert sorted((tmp_path / "data" / "raw").glob("*.warc.gz")) == before


def test_a_list_of_codes_is_not_imported_as_a_page(bma: Run, tmp_path: Path) -> None:
    a_page(tmp_path, "codes.txt", f"{CODE}\n\n50030000-9101\n".encode())
    alone = bma("import", "codes.txt")
    assert alone.code == 2
    assert (
        "codes.txt: it is a list of codes, and no page; fetch them with bma fetch --codes FILE" in alone.err
    )
    assert bma("import", "codes.txt", PAGE).code == 1
    assert bma("text", "codes.txt").code == 2


def test_a_code_that_comes_too_late_for_a_held_capture_is_said(bma: Run, tmp_path: Path) -> None:
    page = a_page(tmp_path, "page.txt", REDUCED.read_bytes())
    bma("import", page)
    a_page(tmp_path, "page.txt", REDUCED.read_bytes(), kind="project", code=CODE)
    again = bma("import", page)
    assert again.last_line == "0 pages imported, 1 already held, 0 not readable"
    assert f"held already as a page of unknown code, not as {CODE}" in again.err


def test_the_same_archive_gives_the_same_bytes_whatever_the_order_of_import(bma: Run, tmp_path: Path) -> None:
    pages = sorted(path for path in SAMPLES.iterdir() if path.suffix in (".html", ".txt"))
    bma("import", "--data", "a", *pages)
    bma("import", "--data", "b", *reversed(pages))
    bma("build", "--data", "a")
    bma("build", "--data", "b")
    bma("build", "--data", "b", "--out", "c")
    folders = [tmp_path / "a" / "clean", tmp_path / "b" / "clean", tmp_path / "c"]
    first, *others = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
    assert len(first) > 20
    assert all(other == first for other in others)


def test_a_zip_of_pages_is_imported_with_its_sidecars(bma: Run, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pages.zip", "w") as archive:
        for path in SAMPLES.iterdir():
            if path.suffix in (".html", ".txt", ".json"):
                archive.write(path, path.name)
    assert bma("import", "pages.zip").last_line.startswith("18 pages imported")
    assert bma("build").last_line == "18 pages read, 5 with issues, 0 failed"


def test_build_prints_one_json_object_for_scripts(bma: Run) -> None:
    bma("import", PAGE)
    summary = json.loads(bma("build", "--json").out)
    assert summary["pages_read"] == 1
    assert summary["outcomes"] == {"ok": 1}
    assert summary["rows"]["progress_reports"] == 4


def test_sample_prints_what_the_readme_shows(bma: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    readme = (SAMPLES.parent.parent / "README.md").read_text(encoding="utf-8")
    shown = readme.split("```text\n")[1].split("```")[0]
    assert bma("sample").out == shown


def test_sample_again_adds_nothing_and_builds_the_same(bma: Run, tmp_path: Path) -> None:
    bma("sample", "--out", "s")
    before = {path.name: path.read_bytes() for path in (tmp_path / "s" / "clean").iterdir()}
    assert "0 pages imported, 18 already held" in bma("sample", "--out", "s").out
    assert {path.name: path.read_bytes() for path in (tmp_path / "s" / "clean").iterdir()} == before


# One page


def test_parse_prints_a_page_as_json_with_thai_unescaped(bma: Run) -> None:
    result = bma("parse", PAGE)
    page = json.loads(result.out)
    assert (page["kind"], page["code"]) == ("project", CODE)
    assert list(page) == ["kind", "code", "capture", "tables", "issues"]
    assert "capture_id" not in page["tables"]["projects"][0]
    assert page["tables"]["projects"][0]["name"] in result.out


def test_text_prints_the_lines_that_records_cite(bma: Run) -> None:
    report = json.loads(bma("parse", PAGE).out)["tables"]["progress_reports"][0]
    lines = bma("text", PAGE).out.splitlines()
    number, _, line = lines[report["line_first"] - 1].strip().partition("  ")
    assert int(number) == report["line_first"]
    assert line.startswith("(1) ความคืบหน้าโครงการฯ")


def test_a_files_own_time_raises_an_issue_and_a_stated_one_does_not(bma: Run, tmp_path: Path) -> None:
    page = a_page(tmp_path, "page.txt", project_page())
    assert [issue["code"] for issue in json.loads(bma("parse", page).out)["issues"]] == ["file_time"]
    stated = json.loads(bma("parse", page, "--captured-at", "2020-03-23T09:00:00+07:00").out)
    assert stated["issues"] == []
    assert stated["capture"]["captured_at"] == "2020-03-23T02:00:00Z"
    assert stated["capture"]["captured_at_source"] == "user"


def test_a_reduced_copys_code_comes_from_its_url(bma: Run, tmp_path: Path) -> None:
    page = a_page(tmp_path, "page.txt", REDUCED.read_bytes())
    url = f"http://mirror.example/mobile/myproject.php?pid={CODE}"
    found = json.loads(bma("parse", page, "--url", url).out)
    assert found["code"] == CODE
    assert found["tables"]["projects"][0]["project_code"] == CODE


def test_a_reduced_copys_code_comes_from_its_file_name(bma: Run, tmp_path: Path) -> None:
    page = a_page(tmp_path, f"{CODE}.txt", REDUCED.read_bytes())
    assert json.loads(bma("parse", page).out)["code"] == CODE


def test_a_page_whose_code_nothing_tells_has_no_rows_and_an_error(bma: Run, tmp_path: Path) -> None:
    page = a_page(tmp_path, "page.txt", REDUCED.read_bytes())
    found = json.loads(bma("parse", page).out)
    assert found["code"] is None
    assert not any(found["tables"].values())
    assert "page_code_unknown" in [issue["code"] for issue in found["issues"] if issue["severity"] == "error"]
    bma("import", page)
    built = json.loads(bma("build", "--json").out)
    assert built["rows"]["captures"] == 1
    assert built["rows"]["projects"] == 0


# What is wrong with a page never stops the batch


BAD_PAGES = {
    "empty": (b"", "undecodable", "empty_body"),
    "binary": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "undecodable", "binary_body"),
    "another site": ("<html><body><h1>ข่าววันนี้</h1></body></html>".encode(), "unknown_kind", "unknown_page"),
    "cut in a line": (project_page()[:6000], "truncated", "truncated"),
    "cut in a character": (
        project_page()[: project_page().rindex("ไม่มี".encode()) + 1],
        "truncated",
        "undecodable_bytes",
    ),
    "an entry's number twice": (project_page().replace(b"\n(2) ", b"\n(1) "), "ok", "numbering"),
    "a step's number twice": (
        project_page().replace("ขั้นตอน 2".encode(), "ขั้นตอน 1".encode()),
        "ok",
        "numbering",
    ),
    "another page than was asked for": (project_page("50400000-9999"), "wrong_page", "wrong_page"),
}


@pytest.mark.parametrize("case", BAD_PAGES)
def test_a_bad_page_is_a_row_with_its_outcome_and_an_issue_and_the_batch_goes_on(
    case: str, bma: Run, tmp_path: Path
) -> None:
    body, outcome, issue = BAD_PAGES[case]
    a_page(
        tmp_path,
        "bad.txt",
        body,
        url=f"http://mirror.example/mobile/myproject.php?pid={CODE}",
        captured_at="2020-01-01T00:00:00Z",
    )
    a_page(tmp_path, "good.txt", project_page("50400000-1111"), captured_at="2020-01-01T00:00:00Z")
    assert bma("import", tmp_path).code == 0
    built = bma("build")
    assert built.code == (0 if outcome == "ok" else 1)
    assert built.last_line.startswith("2 pages read")
    import pandas as pd

    captures = pd.read_csv("data/clean/captures.csv").set_index("file_name")
    assert captures.outcome["good.txt"] == "ok"
    assert captures.outcome["bad.txt"] == outcome
    issues = pd.read_csv("data/clean/parse_issues.csv")
    assert issue in set(issues[issues.capture_id == captures.capture_id["bad.txt"]].code)
    assert "50400000-1111" in set(pd.read_csv("data/clean/projects.csv").project_code)


def test_a_file_too_large_for_a_page_is_named_and_the_others_are_imported(bma: Run, tmp_path: Path) -> None:
    a_page(tmp_path, "good.txt", project_page())
    with (tmp_path / "large.html").open("wb") as large:
        large.truncate(50_000_000)
    result = bma("import", tmp_path)
    assert result.code == 1
    assert "large.html" in result.err
    assert result.last_line == "1 pages imported, 0 already held, 1 not readable"


def test_an_unreadable_file_is_named(bma: Run, tmp_path: Path) -> None:
    (tmp_path / "page.txt").symlink_to(tmp_path / "page.txt")  # a loop: not even root can read it
    result = bma("parse", tmp_path / "page.txt")
    assert result.code == 2
    assert "page.txt" in result.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "nowhere"],
        ["import", "empty"],
        ["parse", "nowhere.txt"],
        ["parse", "empty"],
        ["build"],
        ["build", "--data", "nowhere"],
        ["schema", "no_such_table"],
        ["import", "--captured-at", "2020-03-23", "page.txt"],
        ["import", "--captured-at", "2563-03-23T09:00:00+07:00", "page.txt"],
        ["import", "--url", "not a url", "page.txt"],
        ["import"],
        ["no-such-command"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_says_why(arguments: list[str], bma: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    a_page(tmp_path, "page.txt", project_page())
    result = bma(*arguments)
    assert result.code == 2
    assert result.err.strip()


def test_an_error_that_nobody_expected_is_one_line(bma: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import parsers

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("of an unforeseen kind")

    monkeypatch.setattr(parsers, "parse", fails)
    result = bma("parse", PAGE)
    assert result.code == 2
    assert result.err.startswith("bma: unexpected RuntimeError")


# A full disk


FULL_DISK = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
sys.argv = ["bma", *{arguments!r}]
from bma.cli import main
main()
"""


def with_a_disk_of(limit: int, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command that can write no file longer than a limit, as on a full disk."""
    script = FULL_DISK.format(limit=limit, arguments=list(arguments))
    return subprocess.run(
        [sys.executable, "-c", script], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("limit", [40_000, 100_000])
def test_tables_appear_whole_or_not_at_all(limit: int, bma: Run, tmp_path: Path) -> None:
    bma("import", PAGE)
    bma("build")
    clean = tmp_path / "data" / "clean"
    before = {path.name: path.read_bytes() for path in clean.iterdir()}
    bma("import", SAMPLES)
    result = with_a_disk_of(limit, "build", cwd=tmp_path)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert "cannot be written" in result.stderr
    assert {path.name: path.read_bytes() for path in clean.iterdir()} == before
    assert list((tmp_path / "data" / ".rows").glob("*.unfinished")) == []


@pytest.mark.parametrize("limit", [10_000, 30_000, 40_000])
def test_an_import_onto_a_full_disk_keeps_what_is_whole(limit: int, bma: Run, tmp_path: Path) -> None:
    result = with_a_disk_of(limit, "import", str(SAMPLES), cwd=tmp_path)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    held = bma("import", SAMPLES)
    assert held.code == 0
    assert bma("build").last_line == "18 pages read, 5 with issues, 0 failed"


# What the command line costs


def modules_after(*arguments: str) -> set[str]:
    """Top-level modules that a command has imported when it ends."""
    script = (
        f"import sys, atexit; sys.argv = ['bma', *{list(arguments)!r}];"
        "atexit.register(lambda: print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr));"
        "from bma.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["build", "--no-such-option"], ["import", "--help"], ["report", "--help"]],
    ids=" ".join,
)
def test_help_and_usage_errors_import_nothing_heavy(arguments: list[str]) -> None:
    heavy = {"pandas", "pyarrow", "pythainlp", "lxml", "rich", "warcio", "numpy", "sqlite3"}
    heavy |= {"jinja2", "altair", "vl_convert", "fontTools"}
    assert modules_after(*arguments) & heavy == set()


def test_parse_imports_nothing_that_reading_a_page_does_not_need() -> None:
    heavy = {"pandas", "pyarrow", "numpy", "lxml", "bs4", "requests"}
    assert modules_after("parse", str(PAGE)) & heavy == set()
