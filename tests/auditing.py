"""Pages on which checks are shown: printed, imported, read and built as any other, then audited.

A `Case` of a check has a set of pages that triggers it, one that is just under it, and one that it cannot
judge. Dates are those of the fiscal year 2566 (1 October 2022 to 30 September 2023).
"""

import datetime as dt
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

import parsers
from audit.all_checks import CHECKS
from audit.reasons import REASONS
from audit.run import Checked, run_checks
from audit.tables import Folder, Tables
from audit.thresholds import thresholds
from normaliser.build import build
from scraper.archive import Archive
from scraper.saved import SavedPage, saved_pages
from tests.kind_template import (
    AGENCY_CODE,
    AGENCY_SUMMARY,
    INDICATOR,
    INDICATOR_CODE,
    PLAN_RECORD,
    PROJECT_CODE,
)
from tests.plain import PLAIN_BLOCKS, plain_page, reduced_page
from tests.template import edit

CODE, OTHER = "50030000-0001", "50040000-0002"
DASHES = "---------&&&---------"


class Printed(NamedTuple):
    """A page as it is imported; ``captured`` is a day or a time, None where only the file's time is known."""

    text: str
    code: str = CODE
    kind: str = "project"
    captured: str | None = "2023-04-01"
    site: str = "monitor.bangkok.go.th/mobile"

    @property
    def claims(self) -> dict[str, str]:
        claims = {
            "kind": self.kind,
            "code": self.code,
            "url": f"http://{self.site}/{_SCRIPTS[self.kind]}{self.code}",
        }
        if self.captured:
            time = self.captured if "T" in self.captured else f"{self.captured}T02:00:00Z"
            claims["captured_at"] = time
        return claims


_SCRIPTS = {
    "project": "myproject.php?pid=",
    "indicator": "mykpi.php?pid=",
    "agency_summary": "index102.php?selDEP=",
    "plan_record": "index.php?r=tbl-project-main%2Fview&project_id=",
}


class Case(NamedTuple):
    """What shows a check: pages that trigger it, that are just under it, and that it cannot judge.

    shows are columns of the one finding (``message_en`` and ``message_th`` where they are a part of it);
    reason is the name in `REASONS` of why the last pages are not judged.
    """

    found: Sequence[Printed]
    shows: dict[str, Any]
    passed: Sequence[Printed]
    not_checked: Sequence[Printed]
    reason: str


def report(
    sequence: int,
    percent: str,
    day: str,
    narrative: str = "จัดประชุมแล้ว",
    *,
    narrative_day: str | None = None,
    problem: str | None = "ไม่มี",
) -> str:
    """A progress entry as it is printed; days are ISO."""
    told = dt.date.fromisoformat(narrative_day or (day if day[0] == "2" else "2023-01-01"))
    return "\n\n".join(
        [
            f"({sequence}) ความคืบหน้าโครงการฯ ร้อยละ {percent} ({day})",
            percent,
            f"{told.day}/{told.month}/{told.year + 543} : {narrative}",
            *([] if problem is None else [f"** ปัญหาของโครงการ :{problem}", "** อุปสรรคของโครงการ :ไม่มี"]),
            DASHES,
        ]
    )


def step(number: int, weight: str, first: str, last: str) -> str:
    """A step of a plan as it is printed; days are ISO, or empty."""
    return (
        f"ขั้นตอน {number}\n:เตรียมงานที่ {number}\n:{weight}%\nเริ่มต้น :{_slashed(first)}\nสิ้นสุด :{_slashed(last)}"
    )


def _slashed(day: str) -> str:
    return f"{dt.date.fromisoformat(day):%d/%m/%Y}" if day else ""


def project(
    *reports: str,
    steps: Sequence[str] | None = (),
    headline: str = "45.00",
    code: str = CODE,
    captured: str | None = "2023-04-01",
    site: str = "monitor.bangkok.go.th/mobile",
    **blocks: str | None,
) -> Printed:
    """A full copy of a project's page with these reports, newest first.

    steps are those of its plan: by default one over the whole year, none where it is None.
    """
    blocks.setdefault("reports", "\n\n".join(reports) or None)
    if steps is None:
        blocks["plan"] = None
    elif steps:
        blocks["plan"] = "\n".join(steps)
    blocks.setdefault("number", headline)
    blocks.setdefault("headline", f"ความคืบหน้าโครงการ ร้อยละ {headline}")
    text = plain_page(**blocks).replace(CODE, code)
    return Printed(text, code, captured=captured, site=site)


def reduced(**blocks: str | None) -> Printed:
    """A reduced copy, which has lost all sections but the texts."""
    return Printed(reduced_page(**blocks))


def indicators(*edits: tuple[str, str], **kwargs: Any) -> Printed:
    """A project's page with its one indicator edited: pairs of what stands there, and what should."""
    block = PLAIN_BLOCKS["indicators"]
    for old, new in edits:
        block = edit(block, old, new)
    return project(report(1, "45.00", "2023-03-23"), indicators=block, **kwargs)


def indicator_page(*edits: tuple[str, str]) -> Printed:
    """The page of an indicator, edited."""
    return Printed(_edited(INDICATOR, edits), INDICATOR_CODE, "indicator")


def agency_summary(*edits: tuple[str, str]) -> Printed:
    """The page of an agency's indicators, edited."""
    return Printed(_edited(AGENCY_SUMMARY, edits), AGENCY_CODE, "agency_summary")


def plan_record(received: str, spent: str, percent: str) -> Printed:
    """The planning system's record of a project."""
    text = PLAN_RECORD.replace("(บาท)1,285,840.50", f"(บาท){received}", 1)
    text = (
        edit(text, "ที่ใช้ไป (บาท)85,840", f"ที่ใช้ไป (บาท){spent}")
        .replace("ร้อยละ 45\n", f"ร้อยละ {percent}\n")
        .replace("คืบหน้าล่าสุด45", f"คืบหน้าล่าสุด{percent}")
    )
    return Printed(text, PROJECT_CODE, "plan_record")


def _edited(text: str, edits: Sequence[tuple[str, str]]) -> str:
    for old, new in edits:
        text = edit(text, old, new)
    return text


def build_tables(folder: Path, pages: Sequence[Printed]) -> Path:
    """Import pages and build their tables; returns the tables' folder."""
    saved = folder / "pages"
    saved.mkdir(parents=True)
    for number, page in enumerate(pages):
        (saved / f"{number}.txt").write_text(page.text, encoding="utf-8")
        (saved / f"{number}.txt.json").write_text(json.dumps(page.claims), encoding="utf-8")
    with Archive(folder / "raw", writable=True) as archive:
        for each in saved_pages([saved]):
            assert isinstance(each, SavedPage)
            archive.add(each.capture, each.body)
    with Archive(folder / "raw") as archive:
        built = build(archive, folder / "clean", parse=parsers.parse)
    assert not built.failed, built.outcomes
    return folder / "clean"


def audited(folder: Path, check: str, **limits: float) -> Checked:
    """What a check says of the tables in a folder."""
    (checked,) = run_checks(whole(folder), [CHECKS[check]], thresholds() | limits)
    return checked


def whole(folder: Path) -> Tables:
    """The tables in a folder in one part."""
    spill = folder.parent / "spill"
    shutil.rmtree(spill, ignore_errors=True)
    spill.mkdir()
    divided = Folder(folder)
    divided.divide(spill)
    (tables,) = divided.parts()
    return tables


def look(folder: Path, check: str, pages: Sequence[Printed]) -> Checked:
    """What a check says of these pages."""
    return audited(build_tables(folder, pages), check)


def assert_found(checked: Checked, shows: dict[str, Any]) -> None:
    """There is one finding, it says this, and it leads to lines of a capture."""
    assert len(checked.findings) == 1, checked.findings["message_en"].tolist()
    finding = checked.findings.iloc[0].to_dict()
    for column, value in shows.items():
        if column.startswith("message"):
            assert value in finding[column]
        else:
            assert finding[column] == value, column
    assert finding["check"] == checked.check.name
    assert finding["severity"] == checked.check.severity
    assert finding["capture_id"]
    assert "nan" not in finding["message_en"] and "None" not in finding["message_en"]
    assert statuses(checked)[finding["page_code"]] == "found"


def assert_passed(checked: Checked) -> None:
    """Every page was judged, and nothing found."""
    assert checked.findings.empty, checked.findings["message_en"].tolist()
    assert set(checked.results["status"]) == {"passed"}, checked.results["reason_en"].tolist()


def assert_not_checked(checked: Checked, reason: str) -> None:
    """Nothing was found, and the page did not pass, for this reason."""
    assert checked.findings.empty, checked.findings["message_en"].tolist()
    first = checked.results.iloc[0]
    assert first["status"] == "not_checked"
    assert REASONS[reason].en in first["reason_en"]
    assert REASONS[reason].th in first["reason_th"]


def statuses(checked: Checked) -> dict[str, str]:
    rows = checked.results
    return dict(zip(rows["page_code"], rows["status"], strict=True))


def messages(checked: Checked) -> list[str]:
    found: pd.Series[str] = checked.findings["message_en"]
    return sorted(found)
