"""Tables to export, with texts that a format might take for something else, and what must come back of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

import parsers
from audit import findings
from audit.all_checks import CHECKS
from audit.thresholds import thresholds
from normaliser.build import build
from normaliser.free_text import FREE
from normaliser.package import FILE_NAME
from normaliser.schema import layout
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
    texts = [marked and column in FREE for column in table.column_names]
    return [
        tuple(redact(v).text if text and v is not None else v for v, text in zip(row, texts, strict=True))
        for row in zip(*(column.to_pylist() for column in table.columns), strict=True)
    ]


def types_of(name: str) -> dict[str, str]:
    """The Table Schema type of each column of a table."""
    return {column.name: column.type_name for column in layout(name).columns}
