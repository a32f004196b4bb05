"""``bma audit``: its tables, its summary, its thresholds, its exit codes."""

import csv
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import frictionless
import pandas as pd
import pyarrow.parquet as pq
import pytest

import parsers
from audit import reference
from audit.all_checks import CHECKS
from audit.findings import audit_tables
from audit.thresholds import thresholds
from bma.cli import main
from normaliser.build import build
from normaliser.schema import arrow_schema
from scraper.archive import Archive
from tests.auditing import Printed, build_tables, plan_record, project, reduced, report, step
from tests.test_checks import SHOWN
from tests.test_checks_history import Told

SAMPLES = Path(__file__).parent.parent / "bma" / "sample_pages"
README = Path(__file__).parent.parent / "README.md"
AHEAD = project(report(1, "60.01", "2023-03-05"), steps=[step(1, "100", "2023-03-01", "2023-03-10")])


class Result(NamedTuple):
    code: int
    out: str
    err: str


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


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Tables of three pages: one ahead of its plan by 10.01 points, a reduced copy's, and a plan record."""
    build_tables(
        tmp_path / "data", [AHEAD, reduced()._replace(code="50040000-0002"), plan_record("10", "11", "1")]
    )
    return tmp_path / "data"


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(folder / f"{name}.parquet").to_pylist()
    return found


def names(folder: Path) -> set[str]:
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return {resource["name"] for resource in package["resources"]}


OUR_TABLES = {"findings", "check_results", "findings_parquet", "check_results_parquet"}

# What it writes


def test_findings_and_check_results_are_tables_of_the_package(bma: Run, data: Path) -> None:
    assert bma("audit").code == 0
    clean = data / "clean"
    for name in ("findings", "check_results"):
        assert pq.read_schema(clean / f"{name}.parquet").equals(arrow_schema(name))
        keys = [
            row["finding_id"] if name == "findings" else tuple(row.values())[:3] for row in rows(clean, name)
        ]
        assert keys == sorted(set(keys))
        with (clean / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            assert len(list(csv.DictReader(file))) == len(keys) > 0
    assert names(clean) >= OUR_TABLES | {"captures", "captures_parquet"}
    validated = frictionless.validate(clean / "datapackage.json")
    assert validated.valid, validated.flatten()


def test_every_page_has_a_row_for_each_check_of_its_kind(bma: Run, data: Path) -> None:
    bma("audit")
    found = pd.DataFrame(rows(data / "clean", "check_results"))
    for kind, pages in (("project", 2), ("plan_record", 1)):
        checks = [check for check in CHECKS.values() if kind in check.kinds]
        assert (found["page_kind"] == kind).sum() == pages * len(checks)
    unjudged = found[found["status"] == "not_checked"]
    assert unjudged["reason_th"].notna().all() and unjudged["reason_en"].notna().all()
    assert found[found["status"] == "passed"]["reason_en"].isna().all()
    assert (found["findings"] > 0).eq(found["status"] == "found").all()


def test_a_page_that_no_capture_shows_has_not_passed(bma: Run, tmp_path: Path) -> None:
    cut = tmp_path / "cut.txt"
    cut.write_text(AHEAD.text[: AHEAD.text.index("แผนการดำเนินงานฯ")], encoding="utf-8")
    (tmp_path / "cut.txt.json").write_text(json.dumps(AHEAD.claims), encoding="utf-8")
    bma("import", cut)
    assert bma("build").code == 1
    bma("audit")
    found = rows(tmp_path / "data" / "clean", "check_results")
    assert {row["status"] for row in found} == {"not_checked"}
    assert {row["reason_en"] for row in found} == {"no capture of the page can be read"}


def test_tables_without_a_page_cannot_be_audited(bma: Run, tmp_path: Path) -> None:
    (tmp_path / "data" / "raw").mkdir(parents=True)
    assert bma("build").code == 0
    result = bma("audit")
    assert result.code == 2
    assert "the tables in data/clean hold no page: import or fetch one, and `bma build`" in result.err


def test_a_build_removes_the_findings_of_older_tables(bma: Run, data: Path) -> None:
    bma("audit")
    assert (data / "clean" / "findings.csv").exists()
    assert bma("build").code == 0
    assert not {path.stem for path in (data / "clean").iterdir()} & {"findings", "check_results"}
    assert not names(data / "clean") & OUR_TABLES


def test_the_same_tables_give_the_same_bytes(bma: Run, data: Path) -> None:
    clean = data / "clean"
    bma("audit")
    first = {path.name: path.read_bytes() for path in clean.iterdir()}
    bma("audit")
    assert {path.name: path.read_bytes() for path in clean.iterdir()} == first


def test_bytes_do_not_depend_on_how_many_pages_are_looked_at_together(tmp_path: Path) -> None:
    clean = every_case(tmp_path)
    together = audited_bytes(clean, tmp_path / "together", 1_000)
    found = rows(tmp_path / "together", "findings")
    assert {row["check"] for row in found} == CHECKS.keys()
    for pages_together in (5, 40):
        assert audited_bytes(clean, tmp_path / "parts", pages_together) == together
    ours = (row["message_th"] for row in found if "{" not in row["message_th"])  # no facts of a page as JSON
    assert not [message for message in ours if re.search("[0-9]{4}-[0-9]{2}-[0-9]{2}", message)]


EARLIER = project(
    report(1, "45.00", "2023-03-23", "จัดซื้อวัสดุ"),
    report(2, "30.00", "2023-02-01", "จัดประชุม"),
    report(3, "10.00", "2022-12-01", "แต่งตั้งคณะทำงาน"),
)
LATER = project(
    report(1, "40.00", "2023-03-23", "จัดซื้อวัสดุ"),
    report(2, "30.00", "2023-02-05", "จัดประชุม"),
    captured="2023-05-01",
)
"""The same page a month later: a percent is lower, a report has another date, and one is gone."""


def every_case(folder: Path) -> Path:
    """Tables, with a history, of the pages that trigger the checks; projects of each check under a code."""
    cases = [(case.found.pages if isinstance(case.found, Told) else case.found) for case in SHOWN.values()]
    cases.append([EARLIER, LATER])
    clean = build_tables(
        folder, [_of_case(page, number) for number, pages in enumerate(cases) for page in pages]
    )
    with Archive(folder / "raw") as archive:
        build(archive, clean, parse=parsers.parse, history=True)
    return clean


def _of_case(page: Printed, number: int) -> Printed:
    if page.kind not in ("project", "plan_record"):
        return page
    code = f"50{number:02d}{page.code[4:]}"
    return page._replace(text=page.text.replace(page.code, code), code=code)


def audited_bytes(clean: Path, out: Path, pages_together: int) -> dict[str, bytes]:
    """What an audit writes that looks at so many pages at a time."""
    audit_tables(clean, out, list(CHECKS.values()), thresholds(), pages_together=pages_together)
    return {path.name: path.read_bytes() for path in out.iterdir()}


def test_findings_can_go_into_another_folder_with_a_package_of_their_own(bma: Run, data: Path) -> None:
    before = {path.name: path.read_bytes() for path in (data / "clean").iterdir()}
    assert bma("audit", "--out", "elsewhere").code == 0
    assert {path.name: path.read_bytes() for path in (data / "clean").iterdir()} == before
    out = data.parent / "elsewhere"
    assert names(out) == OUR_TABLES
    assert frictionless.validate(out / "datapackage.json").valid


def test_one_check_alone_can_be_run(bma: Run, data: Path) -> None:
    bma("audit", "--check", "ahead_of_plan")
    assert {row["check"] for row in rows(data / "clean", "check_results")} == {"ahead_of_plan"}
    assert [row["value"] for row in rows(data / "clean", "findings")] == ["60.01"]


# What it says


def test_the_summary_counts_findings_and_pages_with_titles_in_both_languages(bma: Run, data: Path) -> None:
    out = bma("audit", "--check", "ahead_of_plan", "--check", "spent_over_received").out.splitlines()
    assert out[1:] == [
        "error: 1",
        "       1       1       0            0  spent_over_received",
        "                                       Spent more than received · ใช้จ่ายเกินงบประมาณที่ได้รับ",
        "warning: 1",
        "       1       1       0            1  ahead_of_plan [10 percentage points]",
        "                                       Reported ahead of plan · รายงานเร็วกว่าแผน",
        "2 findings (1 error, 1 warning, 0 info) in data/clean/findings.csv",
    ]


def test_the_summary_for_programs_has_the_thresholds_that_were_in_effect(bma: Run, data: Path) -> None:
    (data.parent / "mine.toml").write_text("ahead_of_plan = 10.01\n", encoding="utf-8")
    summary = json.loads(bma("audit", "--json", "--thresholds", "mine.toml").out)
    assert summary["thresholds"]["ahead_of_plan"] == 10.01
    assert summary["thresholds"]["no_report_for_long"] == 90
    assert summary["severities"]["error"] == 1
    checks = {each["check"]: each for each in summary["checks"]}
    assert checks.keys() == CHECKS.keys()
    assert checks["ahead_of_plan"]["findings"] == 0
    assert checks["ahead_of_plan"]["pages"] == {"found": 0, "passed": 1, "not_checked": 1}


@pytest.mark.parametrize(("level", "code"), [("error", 0), ("warning", 1), ("info", 1)])
def test_fail_on_counts_findings_of_that_severity_and_graver_ones(
    bma: Run, data: Path, level: str, code: int
) -> None:
    assert bma("audit", "--check", "ahead_of_plan", "--fail-on", level).code == code


def test_without_fail_on_findings_are_no_failure(bma: Run, data: Path) -> None:
    assert bma("audit", "--check", "spent_over_received").code == 0


# What it refuses


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ahead = 10\n", "mine.toml: no check is named ahead"),
        ("ahead_of_plan = '10'\n", "mine.toml: ahead_of_plan = '10' is not a number from 0 to 100"),
        ("ahead_of_plan = true\n", "mine.toml: ahead_of_plan = True is not a number"),
        ("ahead_of_plan = -1\n", "mine.toml: ahead_of_plan = -1 is not a number from 0"),
        ("ahead_of_plan = nan\n", "mine.toml: ahead_of_plan = nan is not a number"),
        ("no_report_for_long = inf\n", "mine.toml: no_report_for_long = inf is not a number"),
        ("narrative_like_other_project = 1.1\n", "is not a number from 0 to 1 (similarity, 0 to 1)"),
        ("dates_differ = 1\n", "mine.toml: the check dates_differ has no threshold"),
        ("ahead_of_plan\n", "mine.toml is not TOML"),
        ("[ahead_of_plan]\n", "mine.toml: ahead_of_plan = {} is not a number"),
    ],
)
def test_a_wrong_threshold_is_named_with_its_file(bma: Run, data: Path, text: str, says: str) -> None:
    (data.parent / "mine.toml").write_text(text, encoding="utf-8")
    refused = bma("audit", "--thresholds", "mine.toml")
    assert refused.code == 2
    assert says in refused.err
    assert not (data / "clean" / "findings.csv").exists()


def test_an_unknown_check_is_named_with_those_that_there_are(bma: Run, data: Path) -> None:
    refused = bma("audit", "--check", "nothing")
    assert refused.code == 2
    assert "no check is named nothing" in refused.err
    assert "ahead_of_plan" in refused.err


def test_a_folder_without_tables_is_named(bma: Run) -> None:
    refused = bma("audit")
    assert (refused.code, refused.err) == (2, "bma: no tables in data/clean: build them with `bma build`\n")


def test_tables_of_another_version_are_refused_by_their_column(bma: Run, data: Path) -> None:
    path = data / "clean" / "plan_steps.parquet"
    pq.write_table(pq.read_table(path).drop_columns("weight_percent"), path)
    refused = bma("audit")
    assert refused.code == 2
    assert "plan_steps.parquet: no column weight_percent of type double" in refused.err
    assert "bma build" in refused.err


@pytest.mark.parametrize("damage", [b"", b"no parquet"])
def test_a_damaged_table_is_named(bma: Run, data: Path, damage: bytes) -> None:
    (data / "clean" / "progress_reports.parquet").write_bytes(damage)
    refused = bma("audit")
    assert refused.code == 2
    assert "progress_reports.parquet cannot be read" in refused.err


def test_a_fault_leaves_no_findings_half_written(bma: Run, data: Path) -> None:
    before = sorted(path.name for path in (data / "clean").iterdir())
    (data / "clean" / "strategy_links.parquet").unlink()
    assert bma("audit").code == 2
    assert sorted(path.name for path in (data / "clean").iterdir()) == sorted(
        set(before) - {"strategy_links.parquet"}
    )


# What it costs, and what is written of it


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from bma.cli import cli; "
        "assert CliRunner().invoke(cli, ['audit', '--help']).exit_code == 0; "
        "print(sorted({'pandas', 'numpy', 'pyarrow', 'pythainlp'} & sys.modules.keys()))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert shown.stdout == "[]\n"


def test_the_reference_of_checks_is_the_generated_one() -> None:
    assert reference.PATH.read_text(encoding="utf-8") == reference.reference(), "run `make docs-generated`"


def test_the_readme_shows_what_audit_prints_for_the_sample_pages(bma: Run) -> None:
    bma("sample")
    printed = bma("audit", "--data", "bma-sample").out
    shown = README.read_text(encoding="utf-8").split("bma audit --data bma-sample\n```\n\n```text\n")[1]
    lines = shown.split("\n```")[0].splitlines()
    assert len(lines) > 5
    ours = printed.splitlines()
    assert [line for line in lines if line != "…"] == [line for line in ours if line in lines]
