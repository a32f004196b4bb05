"""Generated project pages of about 50 kB: invented Thai words, with the structure and figures of real pages.

Page n is the same on every machine. ``python -m benchmarks.generate FOLDER --pages N`` fills an archive.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.text import full_text
from scraper.archive import Archive
from scraper.capture import ArchivedCapture
from scraper.sites import identify
from tests.layouts import LAYOUTS

SIZES = range(45_000, 57_001)
"""Bytes of a page; about half of them are text."""

_URL = "http://bma-progress.example/mobile/myproject.php?pid={}"
_FIRST_CAPTURE = dt.datetime(2020, 3, 1, 2, tzinfo=dt.UTC)
_AGENCIES = (
    *((f"50{district:02d}0000", f"สำนักงานเขตสมมุติ{district}") for district in range(1, 31)),
    *((f"{office:02d}000000", "สำนักทดลองงาน") for office in (2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13)),
    # As on real pages, some agencies print SARA AM in two characters, and one has departments.
    *((f"{office}000000", "สํานักตัวอย่างวิชาการ") for office in ("01", "15", "21", "23")),
    *((f"04{department:02d}0000", "** กองตัวอย่าง สํานักสมมุติการ") for department in (1, 2, 3)),
)
_LAYOUTS = tuple(LAYOUTS.values())


class Page(NamedTuple):
    """One generated page, as an archive would hold it."""

    code: str
    url: str
    captured_at: dt.datetime
    body: bytes

    @property
    def file_name(self) -> str:
        return f"{self.code}.html"


def pages(count: int) -> Iterator[Page]:
    return map(page, range(count))


def page(number: int) -> Page:
    """The page of this number, from 0; every code is another project."""
    sequence, agency = divmod(number, len(_AGENCIES))
    code = f"{_AGENCIES[agency][0]}-{sequence + 1:04d}"
    captured_at = _FIRST_CAPTURE + dt.timedelta(minutes=number)
    text = full_text(code, _AGENCIES[agency][1], random.Random(number))
    body = _dressed(_LAYOUTS[number % len(_LAYOUTS)](text))
    return Page(code, _URL.format(code), captured_at, body)


def fill_archive(folder: Path, count: int) -> None:
    """Store the first pages in a new archive, one after the other."""
    with Archive(folder, writable=True) as archive:
        for each in pages(count):
            archive.add(_capture(each), each.body)


def store(folder: Path, number: int) -> None:
    """Store the page of one number."""
    each = page(number)
    with Archive(folder, writable=True) as archive:
        archive.add(_capture(each), each.body)


def _capture(each: Page) -> ArchivedCapture:
    site, kind, code = identify(each.url)
    return ArchivedCapture(
        source="file",
        url=each.url,
        file_name=each.file_name,
        site=site,
        page_kind=kind,
        page_code=code,
        code_source="sidecar",
        captured_at=each.captured_at,
        captured_at_source="sidecar",
        fetched_at=None,
        http_status=None,
        body_sha256=hashlib.sha256(each.body).hexdigest(),
        size_bytes=len(each.body),
    )


# PHP that echoes double-quoted strings writes its attributes in single quotes.
_ATTRIBUTES = {
    "table": " data-mode='columntoggle' summary='' cellspacing='0' width='100%'",
    "tr": " valign='top' data-row='detail' onmouseover='hilite(this)'",
    "td": " valign='top' data-priority='1' nowrap='false'",
    "th": " valign='top' data-priority='1'",
    "p": " align='justify' data-block='text' lang='th' title='' data-inset='false' data-mini='true'",
    "li": " data-icon='false' data-theme='c' data-block='text' lang='th' title=''",
    "div": " data-theme='c' data-content-theme='d' data-inset='false' data-mini='true'",
    "ul": " data-inset='true' data-theme='c' data-divider-theme='b' data-split-icon='gear'",
    "dt": " data-theme='b' data-block='heading' lang='th' title=''",
    "dd": " data-theme='c' data-block='section' data-inset='false'",
    "h3": " data-theme='b' lang='th' title='' align='left'",
    "font": " face='Tahoma, MS Sans Serif, sans-serif'",
    "br": " clear='all'",
    "span": " data-part='inline' lang='th'",
    "blockquote": " data-theme='c' data-block='text' lang='th' title=''",
}
_OPENING = re.compile(rf"<({'|'.join(_ATTRIBUTES)})(?=[ >])", re.IGNORECASE)
_LINE_OF_TAG = re.compile(r"\n(?=<)")
_HEAD_END = re.compile(r"(?=</head>)", re.IGNORECASE)
_STYLE = "".join(
    f".ui-block-{name}, .ui-grid-{name} .ui-bar {{ float: left; width: {width}%; padding: 4px 8px; }}\n"
    for width, name in enumerate("abcdefghijklmnopqrst", 20)
)
_CHART = (
    "new FusionCharts('Charts/AngularGauge.swf', 'gauge{0:02d}', '250', '150').setDataURL('g{0:02d}.xml');\n"
)
_LEAST_BYTES = 47_000


def _dressed(html: str) -> bytes:
    """A layout with the attributes, indents, styles and scripts which make up half of a real page."""
    html = _OPENING.sub(lambda tag: tag[0] + _ATTRIBUTES[tag[1].lower()], html)
    html = _LINE_OF_TAG.sub("\n\t\t\t", html)
    missing = _LEAST_BYTES - len(html.encode()) - len(_STYLE)
    charts = "".join(map(_CHART.format, range(max(4, missing // len(_CHART)))))
    head = f"<style type='text/css'>\n{_STYLE}</style>\n<script type='text/javascript'>\n{charts}</script>\n"
    return _HEAD_END.sub(lambda _: head, html, count=1).encode()


def main() -> None:
    parser = argparse.ArgumentParser(description="Fill a new archive with generated pages.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=1_000)
    arguments = parser.parse_args()
    fill_archive(arguments.folder, arguments.pages)


if __name__ == "__main__":
    main()
