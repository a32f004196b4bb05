"""Reports of pages that are printed for a test: imported, built, audited and written as any other."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from lxml import html

from audit.all_checks import CHECKS
from audit.findings import audit_tables
from audit.report import Written, write_report
from audit.thresholds import thresholds
from bma.report import PageLines
from scraper.archive import Archive
from tests.auditing import Printed, build_tables, project, report, step

HOSTILE = (
    "<script>struck=1</script>",
    '"><img src=x onerror="struck=1">',
    "javascript:struck=1",
    "{{ struck }}{% raise %}${struck=1}",
    "</script></style></title>]]>-->",
)
"""Texts that a page may hold, each of which would set ``struck`` where it were read as code."""


def data_of(folder: Path, pages: Sequence[Printed]) -> Path:
    """A data folder with these pages imported, built and audited."""
    build_tables(folder, pages)
    audit(folder)
    return folder


def audit(folder: Path) -> None:
    """What `bma audit` does."""
    audit_tables(folder / "clean", folder / "clean", list(CHECKS.values()), thresholds())


def report_of(folder: Path, out: Path, codes: Collection[str] = (), **options: Any) -> Written:
    """What `bma report` does with a data folder."""
    with Archive(folder / "raw") as archive:
        lines = PageLines(archive).lines
        return write_report(folder / "clean", out, lines, version="1.2.3", codes=codes, **options)


def odd(code: str, text: str = "จัดประชุมแล้ว", **blocks: Any) -> Printed:
    """A project of two findings: 20 % reported of 32.09 planned, then a jump to 45; it states a problem."""
    return project(
        report(1, "45.00", "2023-03-23", text, problem=f"ฝนตก {text}"),
        report(2, "20.00", "2023-02-23", f"เริ่มงาน {text}"),
        steps=[step(1, "40", "2022-10-01", "2023-03-31"), step(2, "60", "2023-04-01", "2023-09-30")],
        code=code,
        **blocks,
    )


def level(code: str, **blocks: Any) -> Printed:
    """A project in which nothing is to be found: 45 % of 47.67."""
    return project(report(1, "45.00", "2023-03-23"), code=code, **blocks)


def parsed(path: Path) -> html.HtmlElement:
    """A page of a report."""
    return html.document_fromstring(path.read_bytes())


def text_of(page: html.HtmlElement, path: str) -> str:
    """The text of the one element that is found, blanks collapsed."""
    (element,) = page.xpath(path)
    return " ".join(element.text_content().split())
