"""Tables to export, with texts that a format might take for something else, and what must come back."""

from __future__ import annotations

import datetime as dt
import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

import parsers
from audit import findings
from audit.all_checks import CHECKS
from audit.thresholds import thresholds
from normaliser import package
from normaliser.build import build
from normaliser.free_text import is_free
from normaliser.package import FILE_NAME
from normaliser.schema import layout
from normaliser.writers import TableWriter
from parsers.records import TABLES
from parsers.redaction import redact
from scraper.archive import Archive
from scraper.saved import SavedPage, saved_pages
from tests.plain import plain_page

SAMPLES = Path(parsers.__file__).parents[1] / "bma" / "sample_pages"
HOSTILE = "50030000-0001"
NAMED = "50030000-0002"
LONG = "ก" * 40_000
FORMULA = '=HYPERLINK("http://example.org","กดที่นี่")'
NARRATIVE = "ประสานงานกับนายสมมุติ ตัวอย่างดี โทร. 0 2222 3333 แล้ว"
NARRATIVE_MARKED = "ประสานงานกับ[ชื่อบุคคล] โทร. [โทรศัพท์] แล้ว"


def hostile_page() -> str:
    return plain_page(
        rationale=FORMULA,
        objectives="@SUM(A1:A9)",
        goals="+66 | cmd",
        reports=_report(f"http://example.org/{LONG}", problems="-2+3 เป็นปัญหา", obstacles="{=1+1}"),
    )


def named_page() -> str:
    return plain_page(reports=_report(NARRATIVE)).replace(HOSTILE, NAMED)


def _report(narrative: str, *, problems: str = "ไม่มี", obstacles: str = "ไม่มี") -> str:
    return (
        f"(1) ความคืบหน้าโครงการฯ ร้อยละ 45.50 (2023-03-23)\n\n45.50\n\n23/3/2566 : {narrative}\n\n"
        f"** ปัญหาของโครงการ :{problems}\n\n** อุปสรรคของโครงการ :{obstacles}\n\n---------&&&---------"
    )


def make_tables(folder: Path) -> Path:
    """The sample pages and two of trouble, built with their history, and audited: a folder of tables."""
    pages = folder / "pages"
    pages.mkdir()
    (pages / "hostile.txt").write_text(hostile_page(), encoding="utf-8")
    (pages / "named.txt").write_text(named_page(), encoding="utf-8")
    with Archive(folder / "raw", writable=True) as archive:
        for page in saved_pages([SAMPLES, pages]):
            assert isinstance(page, SavedPage)
            archive.add(page.capture, page.body)
    clean = folder / "clean"
    with Archive(folder / "raw") as archive:
        build(archive, clean, parse=parsers.parse, history=True)
    findings.audit_tables(clean, clean, list(CHECKS.values()), thresholds(None))
    return clean


def tables_in(folder: Path) -> list[str]:
    """Names of the tables that the package of a folder has."""
    resources = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))["resources"]
    return [resource["name"] for resource in resources if resource["format"] == "csv"]


def rows_of(folder: Path, name: str, *, marked: bool = True) -> list[tuple[Any, ...]]:
    """The rows of a table as Python values, with what an export must mark in free text."""
    table = pq.read_table(folder / f"{name}.parquet")
    texts = [marked and is_free(name, column) for column in table.column_names]
    return [
        tuple(redact(v).text if text and v is not None else v for v, text in zip(row, texts, strict=True))
        for row in zip(*(column.to_pylist() for column in table.columns), strict=True)
    ]


def types_of(name: str) -> dict[str, str]:
    """The Table Schema type of each column of a table."""
    return {column.name: column.type_name for column in layout(name).columns}


def make_many(folder: Path, projects: int, reports: int = 10, **of_report: Any) -> Path:
    """A folder of tables with this many projects, each with reports (of these values), and nothing else."""
    folder.mkdir()
    with ExitStack() as stack:
        tables = {name: stack.enter_context(TableWriter(name, folder)) for name in TABLES}
        for number in range(projects):
            for name, rows in _of_one(number, reports, of_report).items():
                columns = [[row.get(column) for row in rows] for column in layout(name).names]
                tables[name].add(columns)
    package.write(folder, {name: table.rows for name, table in tables.items()}, plain_csv=False)
    return folder


def _of_one(number: int, reports: int, of_report: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    code, capture = f"50030000-{number:06}", f"{number:016x}"
    taken = dt.datetime(2023, 4, 1, tzinfo=dt.UTC)
    counts = ("size_bytes", "lines_total", "lines_parsed", "lines_known", "lines_unparsed")
    where = {"capture_id": capture, "project_code": code, "line_first": 1, "line_last": 2}
    return {
        "captures": [
            {
                "capture_id": capture,
                "page_kind": "project",
                "page_code": code,
                "source": "file",
                "captured_at": taken,
                "captured_at_source": "user",
                "outcome": "ok",
                "body_sha256": "0" * 64,
                "is_latest": True,
                **dict.fromkeys(counts, 1),
            }
        ],
        "projects": [{**where, "name": f"โครงการที่ {number}", "rationale": NARRATIVE, "captured_at": taken}],
        "progress_reports": [
            {
                **where,
                "position": position,
                "report_date": dt.date(2023, 1, 1) + dt.timedelta(days=position),
                "progress_percent": position / 7,
                "narrative": f"ครั้งที่ {position} ของ {number}: {NARRATIVE}",
                **of_report,
            }
            for position in range(1, reports + 1)
        ],
    }
