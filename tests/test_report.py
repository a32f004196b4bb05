"""``bma report``: which pages it writes, what they show, and that what a page says stays a text."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lxml import html

from audit.errors import AuditError
from audit.report import web_address
from audit.wording import PAGE_KINDS
from bma.options import KINDS
from scraper.archive import Archive
from tests import test_cli
from tests.auditing import build_tables, indicator_page, project, reduced, report
from tests.reporting import HOSTILE, audit, data_of, level, odd, parsed, report_of, text_of
from tests.test_checks_history import AFTER, BEFORE, CASES, write_history
from tests.test_cli import Run

ODD, LEVEL, OTHER = "50030000-0001", "50040000-0002", "50050000-0003"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables of two projects with findings, one without, and an indicator's page with one."""
    pages = [odd(ODD), level(LEVEL, name=f"โครงการเรียบร้อย : {LEVEL}"), odd(OTHER), indicator_page()]
    return data_of(tmp_path_factory.mktemp("data"), pages)


@pytest.fixture(scope="module")
def out(data: Path) -> Path:
    """Their report."""
    report_of(data, data / "report")
    return data / "report"


def rows_of(folder: Path) -> list[list[Any]]:
    """The rows of the overview's table, as its script reads them."""
    script = (folder / "assets" / "data.js").read_text(encoding="utf-8")
    assert script.startswith('"use strict";\nwindow.bmaReport = ') and script.endswith(";\n")
    rows: list[list[Any]] = json.loads(script.partition(" = ")[2][:-2])["projects"]
    return rows


def files_of(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


ASSETS = [
    f"assets/{name}" for name in ("data.js", "overview.js", "report.css", "report.js", "vega.LICENSE.txt")
]
PARTS = ["index.html", "report.json"]

# Which pages there are


def test_projects_with_findings_have_pages_and_all_stand_in_the_overview(out: Path) -> None:
    pages = ["other.html", f"projects/{ODD}.html", f"projects/{OTHER}.html"]
    assert files_of(out) == sorted([*ASSETS, "assets/vega.js", *PARTS, *pages])
    assert [(row[0], row[-1]) for row in rows_of(out)] == [(ODD, 1), (LEVEL, 0), (OTHER, 1)]


def test_a_report_of_codes_is_of_these_alone_with_a_page_for_each(data: Path, tmp_path: Path) -> None:
    written = report_of(data, tmp_path / "out", [LEVEL])
    assert written.pages == [f"projects/{LEVEL}.html"]
    assert [(row[0], row[-1]) for row in rows_of(tmp_path / "out")] == [(LEVEL, 1)]
    assert not (tmp_path / "out" / "other.html").exists()
    assert not parsed(tmp_path / "out" / "index.html").xpath("//a[@href='other.html']")


def test_a_report_is_the_same_however_the_tables_are_divided_into_row_groups(
    data: Path, out: Path, tmp_path: Path
) -> None:
    shutil.copytree(data, tmp_path / "data")
    for path in (tmp_path / "data" / "clean").glob("*.parquet"):
        pq.write_table(pq.read_table(path), path, row_group_size=2)
    report_of(tmp_path / "data", tmp_path / "out")
    assert files_of(tmp_path / "out") == files_of(out)
    for name in files_of(out):
        assert (tmp_path / "out" / name).read_bytes() == (out / name).read_bytes(), name


def test_all_pages_are_written_where_that_is_asked_for(data: Path, tmp_path: Path) -> None:
    report_of(data, tmp_path / "out", all_pages=True)
    assert [row[-1] for row in rows_of(tmp_path / "out")] == [1, 1, 1]
    assert (tmp_path / "out" / "projects" / f"{LEVEL}.html").exists()


def test_the_same_tables_give_the_same_bytes(data: Path, out: Path, tmp_path: Path) -> None:
    report_of(data, tmp_path / "again")
    for name in files_of(out):
        assert (tmp_path / "again" / name).read_bytes() == (out / name).read_bytes(), name


def test_a_report_over_an_older_one_removes_its_pages_and_nothing_else(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    report_of(data, folder, all_pages=True)
    (folder / "projects" / "notes.txt").write_text("mine")
    report_of(data, folder)
    assert not (folder / "projects" / f"{LEVEL}.html").exists()
    assert (folder / "projects" / f"{ODD}.html").exists()
    assert (folder / "projects" / "notes.txt").read_text() == "mine"


def test_the_pages_of_a_report_that_was_stopped_are_removed_too(data: Path, tmp_path: Path) -> None:
    def stop(done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        report_of(data, tmp_path / "out", all_pages=True, progress=stop)
    assert (tmp_path / "out" / "projects" / f"{LEVEL}.html").exists()
    report_of(data, tmp_path / "out")
    assert not (tmp_path / "out" / "projects" / f"{LEVEL}.html").exists()


def test_findings_on_other_pages_come_some_hundred_a_file(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.report._FINDINGS_A_PAGE", 1)
    count = sum(row["page_kind"] != "project" for row in findings(data))
    assert count > 1
    written = report_of(data, tmp_path / "out")
    others = [page for page in written.pages if page.startswith("other")]
    assert others == ["other.html", *(f"other-{number}.html" for number in range(2, count + 1))]
    page = parsed(tmp_path / "out" / "other-2.html")
    assert len(page.xpath("//article[contains(@class, 'finding')]")) == 1
    assert page.xpath("//a[@rel='prev']/@href") == ["other.html"]
    assert text_of(page, "//h2").startswith("ตัวชี้วัดIndicator")


def test_every_kind_of_page_has_a_name_in_both_languages() -> None:
    assert set(PAGE_KINDS) == {*KINDS}


# What they show


def findings(folder: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(folder / "clean" / "findings.parquet").to_pylist()
    return rows


def test_a_page_shows_the_header_and_when_and_where_it_was_captured(out: Path) -> None:
    page = parsed(out / "projects" / f"{ODD}.html")
    assert text_of(page, "//h1") == "โครงการตัวอย่าง"
    header = text_of(page, "//main/article/header")
    for part in (
        ODD,
        "2566",
        "สำนักงานเขตสมมุติ",
        "45 %",
        "38.24 %",
        "1 เม.ย. 2566 09:00 น.",
        "1 Apr 2023, 09:00",
    ):
        assert part in header
    url = f"http://monitor.bangkok.go.th/mobile/myproject.php?pid={ODD}"
    (link, *_) = page.xpath(f"//header//a[@href='{url}']")
    assert link.get("rel") == "noreferrer noopener external"


def test_the_time_of_a_saved_file_is_not_shown_as_that_of_the_capture(tmp_path: Path) -> None:
    """A file that is copied has the time of the copy, and no check judges by it either."""
    data_of(tmp_path, [odd(ODD, captured=None)])
    report_of(tmp_path, tmp_path / "out")
    page = parsed(tmp_path / "out" / "projects" / f"{ODD}.html")
    said = "the saved file's own time; when the page was captured is not known"
    assert said in text_of(page, "//main/article/header")
    found = page.xpath("//article[contains(@class, 'finding')]")
    assert found and all(said in article.text_content() for article in found)
    assert "Newest page captured–" in text_of(parsed(tmp_path / "out" / "index.html"), "//main//dl[1]")


def test_reports_are_shown_with_their_text_and_beside_the_plan(out: Path) -> None:
    page = parsed(out / "projects" / f"{ODD}.html")
    first, second = page.xpath("//section[@aria-labelledby='curve']//tbody/tr")
    cells = [" ".join(cell.text_content().split()) for cell in first]
    assert cells[:5] == ["1", "23 มี.ค. 256623 Mar 2023", "45 %", "38.24 %", "+6.76"]
    assert "20 %" in second.text_content() and "-12.09" in second.text_content()
    told = text_of(page, "//article[@id='report-1']")
    assert "จัดประชุมแล้ว" in told and "ฝนตก" in told and "41–51" in told


def test_quarters_that_were_not_reported_say_so(out: Path) -> None:
    rows = parsed(out / "projects" / f"{ODD}.html").xpath(
        "//section[@aria-labelledby='indicators']//tbody/tr"
    )
    assert ["not reported" in row.text_content() for row in rows] == [False, True, True, True]


def test_each_finding_is_proven_by_the_very_lines_of_its_capture(data: Path, out: Path) -> None:
    shown = 0
    for finding in findings(data):
        name = f"projects/{finding['page_code']}" if finding["page_kind"] == "project" else "other"
        page = parsed(out / f"{name}.html")
        (article,) = page.xpath(f"//article[@id='finding-{finding['finding_id']}']")
        told = article.text_content()
        assert finding["message_th"] in told and finding["message_en"] in told
        with Archive(data / "raw") as archive:
            capture = archive.get(finding["capture_id"])
            assert capture is not None
            text = archive.body(capture.capture_id).decode().splitlines()
        first, last = finding["line_first"], finding["line_last"]
        marked = [item for item in article.xpath(".//ol/li") if item.get("class") == "is-proof"]
        assert [int(item.get("value")) for item in marked] == list(range(first, last + 1))
        assert [item.text_content() for item in marked] == [
            " ".join(line.split()) for line in text[first - 1 : last]
        ]
        for evidence in (capture.capture_id, capture.body_sha256, capture.url, "2023, 09:00 (UTC+7)"):
            assert evidence and evidence in told
        shown += 1
    assert shown == len(findings(data)) > 4


def test_the_gravest_findings_come_first(tmp_path: Path) -> None:
    late = project(
        report(1, "145.00", "2023-03-23", narrative_day="2023-03-22"), report(2, "10.00", "2023-03-23")
    )
    data_of(tmp_path, [late])
    report_of(tmp_path, tmp_path / "out")
    page = parsed(tmp_path / "out" / f"projects/{ODD}.html")
    shown = [each.get("class").split()[-1] for each in page.xpath("//article[contains(@class, 'finding')]")]
    assert set(shown) == {"is-error", "is-warning", "is-info"}
    assert shown == sorted(shown, key=["is-error", "is-warning", "is-info"].index)


def test_a_finding_between_two_captures_shows_the_evidence_of_both(tmp_path: Path) -> None:
    build_tables(tmp_path, [BEFORE, AFTER])
    write_history(tmp_path / "clean", CASES["report_edited"].found.change)
    audit(tmp_path)
    report_of(tmp_path, tmp_path / "out")
    (edited,) = (row for row in findings(tmp_path) if row["check"] == "report_edited")
    article = parsed(tmp_path / "out" / f"projects/{ODD}.html").xpath(
        f"//article[@id='finding-{edited['finding_id']}']"
    )[0]
    hashes = {code.text for code in article.xpath(".//code") if len(code.text) == 64}
    with Archive(tmp_path / "raw") as archive:
        captures = [archive.get(edited[name]) for name in ("capture_id", "capture_id_before")]
    assert hashes == {capture.body_sha256 for capture in captures if capture}
    assert len(hashes) == 2


def test_nobody_s_name_or_number_on_a_contact_line_is_shown(tmp_path: Path) -> None:
    page = project(
        report(1, "45.00", "2023-03-23"), headline="46.00", contact="นางสาวตัวอย่าง นามสมมุติ โทร 9999"
    )
    close = page._replace(text=page.text.replace("\n\n", "\n", 8))  # so that it stands beside the percent's
    data_of(tmp_path, [close])
    report_of(tmp_path, tmp_path / "out")
    shown = parsed(tmp_path / "out" / f"projects/{ODD}.html")
    assert len(shown.xpath("//ol[@class='lines']//em[@class='withheld']")) == 1
    for name in files_of(tmp_path / "out"):
        text = (tmp_path / "out" / name).read_bytes()
        assert "นามสมมุติ".encode() not in text, name


def test_what_could_not_be_judged_is_told_with_its_reason(tmp_path: Path) -> None:
    data_of(tmp_path, [reduced()])
    report_of(tmp_path, tmp_path / "out", [ODD])
    told = text_of(
        parsed(tmp_path / "out" / f"projects/{ODD}.html"), "//section[@aria-labelledby='findings']"
    )
    assert "the copy is a reduced one" in told or "reduced" in told


def test_tables_that_were_not_audited_say_so(tmp_path: Path) -> None:
    build_tables(tmp_path, [odd(ODD)])
    written = report_of(tmp_path, tmp_path / "out", [ODD])
    assert written.findings == 0
    for name in ("index.html", f"projects/{ODD}.html"):
        assert "have not been checked" in (tmp_path / "out" / name).read_text(encoding="utf-8")


def test_each_text_of_ours_is_there_in_thai_and_in_english(out: Path) -> None:
    for path in out.rglob("*.html"):
        page = parsed(path)
        thai, english = (
            page.xpath(f"//*[contains(concat(' ', @class, ' '), ' {name} ')]") for name in ("th", "en")
        )
        assert len(thai) == len(english) > 10, path.name
        assert {each.get("lang") for each in thai} == {"th"}
        assert {each.get("lang") for each in english} == {"en"}
        assert all(each.text_content().strip() for each in [*thai, *english])
        for labelled in page.xpath("//*[@data-label-th]"):
            assert labelled.get("data-label-en") and labelled.get("aria-label") == labelled.get(
                "data-label-th"
            )


# What a page says is a text


@pytest.fixture(scope="module", params=HOSTILE)
def hostile(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A text, and the report of a project that has it wherever a page may hold one."""
    text: str = request.param
    folder = tmp_path_factory.mktemp("hostile")
    blocks = {"name": f"{text} : {ODD}", "rationale": text, "goals": text}
    if ":" not in text:  # which would end the agency's name
        blocks["agency"] = f"{text} : (2566)"
    data_of(folder, [odd(ODD, text, **blocks)])
    report_of(folder, folder / "out")
    return text, folder / "out"


def test_hostile_text_is_shown_as_it_was_printed(hostile: tuple[str, Path]) -> None:
    text, out = hostile
    page = parsed(out / f"projects/{ODD}.html")
    assert text_of(page, "//h1") == text
    assert page.findtext("head/title") == f"{text} · {ODD}"
    assert text in text_of(page, "//article[@id='report-1']")
    assert rows_of(out)[0][1] == text


def test_hostile_text_makes_no_element_and_no_attribute(hostile: tuple[str, Path], out: Path) -> None:
    def shape(page: html.HtmlElement) -> list[tuple[str, list[str]]]:
        body = page.xpath("//*[not(ancestor-or-self::*[@class='curve' or name()='dd'])]")
        return [(str(element.tag), sorted(element.keys())) for element in body]

    _, folder = hostile
    calm, struck = (parsed(each / f"projects/{ODD}.html") for each in (out, folder))
    assert shape(struck) == shape(calm)
    for address in struck.xpath("//@href | //@src"):
        assert re.match(r"\.\./|#|data:,$|http://monitor\.bangkok\.go\.th/", address)


def test_the_overview_s_script_holds_no_markup(hostile: tuple[str, Path]) -> None:
    _, out = hostile
    assert not set((out / "assets" / "data.js").read_text(encoding="utf-8")) & set("<>&\u2028\u2029")


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x", "//x", "http://[", "", None],
)
def test_only_web_addresses_become_links(address: str | None) -> None:
    assert web_address(address) is None


def test_only_web_addresses_become_links_but_these_do() -> None:
    assert web_address("https://dp.bangkok.go.th/?a=1") == "https://dp.bangkok.go.th/?a=1"


def test_every_page_forbids_what_it_does_not_need(out: Path) -> None:
    for path in out.rglob("*.html"):
        (policy,) = parsed(path).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert policy.startswith("default-src 'none';")
        assert "unsafe-eval" not in policy and "script-src 'self' file:;" in policy
        assert not parsed(path).xpath("//script[not(@src)] | //style | //*[starts-with(name(@*), 'on')]")


def test_a_code_that_is_none_names_no_file(tmp_path: Path) -> None:
    data_of(tmp_path, [odd(ODD)])
    for name in ("projects", "progress_reports", "plan_steps"):
        rename(tmp_path / "clean" / f"{name}.parquet", "project_code")
    for name in ("captures", "findings", "check_results", "indicators", "indicator_quarters", "parse_issues"):
        rename(tmp_path / "clean" / f"{name}.parquet", "page_code")
    with pytest.raises(AuditError, match=r"the project code '\.\./\.\./escaped', which is none"):
        report_of(tmp_path, tmp_path / "out")
    assert not list(tmp_path.rglob("escaped*"))


def rename(path: Path, column: str) -> None:
    table = pq.read_table(path)
    place = table.column_names.index(column)
    codes = pa.array(["../../escaped"] * len(table), pa.string())
    table = table.set_column(place, table.schema.field(column), codes)
    pq.write_table(table, path)


# What cannot be done


bma = test_cli.bma  # the fixture


def test_the_command_says_what_it_wrote(bma: Run, data: Path) -> None:
    code, told, _ = bma("report", "--data", data, "--out", "out")
    assert (code, told) == (0, "3 projects, 2 pages of them, 4 findings: open out/index.html\n")
    code, told, _ = bma("report", ODD, "--data", data, "--out", "out", "--json")
    assert json.loads(told) == {"out": "out", "projects": 1, "pages": 1, "findings": 2}


def test_the_command_says_where_tables_were_not_audited(bma: Run, tmp_path: Path) -> None:
    build_tables(tmp_path / "data", [odd(ODD)])
    code, told, warned = bma("report", "--out", "out")
    assert (code, told) == (0, "1 projects, 0 pages of them, 0 findings: open out/index.html\n")
    assert warned == "the tables have not been checked, so there are no findings: `bma audit` does it\n"


def test_without_an_archive_the_command_says_so(bma: Run) -> None:
    code, _, told = bma("report", "--out", "out")
    assert (code, told) == (2, "bma: there is no archive in data/raw: import or fetch pages first\n")
    assert not Path("out").exists()


def test_without_tables_the_command_says_so(bma: Run, data: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "raw").symlink_to(data / "raw")
    code, _, told = bma("report", "--out", "out")
    assert (code, told) == (
        2,
        "bma: data/clean holds no projects.parquet: `bma build` makes the tables from the archive\n",
    )
    assert not Path("out").exists()


def test_an_unknown_code_is_named(bma: Run, data: Path) -> None:
    code, _, told = bma("report", ODD, "50030000-9999", "--data", data, "--out", "out")
    assert code == 2
    assert "hold no project 50030000-9999; `bma status`" in told
    assert not Path("out").exists()


def test_tables_that_are_broken_or_of_another_version_are_named(bma: Run, tmp_path: Path) -> None:
    data_of(tmp_path / "data", [odd(ODD)])
    path = tmp_path / "data" / "clean" / "plan_steps.parquet"
    pq.write_table(pq.read_table(path).drop_columns("weight_percent"), path)
    code, _, told = bma("report", "--out", "out")
    assert code == 2
    assert "plan_steps.parquet has no column weight_percent" in told and "`bma build`" in told
    path.write_bytes(b"nothing")
    code, _, told = bma("report", "--out", "out")
    assert code == 2
    assert "plan_steps.parquet cannot be read" in told


def test_findings_of_other_tables_are_refused_before_anything_is_written(bma: Run, data: Path) -> None:
    build_tables(Path("data").absolute(), [odd(ODD, captured="2023-05-01")])
    for name in ("findings", "check_results"):
        shutil.copy(data / "clean" / f"{name}.parquet", f"data/clean/{name}.parquet")
    code, _, told = bma("report", "--out", "out")
    assert code == 2
    assert told == "bma: the findings in data/clean are of other tables: run `bma audit` again\n"
    assert not Path("out").exists()


def test_a_folder_with_other_things_is_left_alone(bma: Run, data: Path) -> None:
    Path("out").mkdir()
    Path("out", "mine.txt").write_text("mine")
    code, _, told = bma("report", "--data", data, "--out", "out")
    assert code == 2
    assert told == "bma: out is neither empty nor a report: name a new folder, or one of a report\n"
    assert files_of(Path("out")) == ["mine.txt"]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--lang", "en"], "--font and --lang are for a picture"),
        (["--format", "svg"], "--format svg draws one project: give its CODE"),
        (["--format", "png", "--all-pages", ODD], "--all-pages is for the report"),
    ],
)
def test_options_that_do_not_go_together_are_refused(bma: Run, options: list[str], complaint: str) -> None:
    code, _, told = bma("report", "--out", "out", *options)
    assert code == 2
    assert complaint in told
