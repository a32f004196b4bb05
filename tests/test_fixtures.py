"""Every sample and fixture page reads as its golden says.

A golden is reviewed by reading the page beside it, line by line (`bma text`). A missing one is written and
fails until somebody has done that and commits it.
"""

import json
import re
from pathlib import Path

import pytest

import parsers
from normaliser.rows import page_as_json
from parsers.columns import PAGE_KINDS
from scraper.saved import SavedPage, saved_pages
from tests.test_layouts import Screen

HERE = Path(__file__).parent
GOLDENS = HERE / "fixtures"
FOLDERS = (HERE.parent / "bma" / "sample_pages", GOLDENS / "pages")
PAGES = [page for page in saved_pages(FOLDERS) if isinstance(page, SavedPage)]


@pytest.fixture(params=PAGES, ids=lambda page: Path(page.path).name)
def page(request: pytest.FixtureRequest) -> SavedPage:
    found: SavedPage = request.param
    return found


def read(page: SavedPage) -> dict:
    capture = page.capture
    return page_as_json(capture, parsers.parse(page.body, kind=capture.page_kind, code=capture.page_code))


def test_every_page_is_readable_and_has_a_sidecar() -> None:
    assert [item for item in saved_pages(FOLDERS) if not isinstance(item, SavedPage)] == []
    assert {page.capture.captured_at_source for page in PAGES} == {"sidecar"}


def test_a_page_reads_as_its_golden_says(page: SavedPage) -> None:
    golden = GOLDENS / f"{Path(page.path).name}.json"
    found = read(page)
    if not golden.exists():
        golden.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{golden.name} is new: read it beside the page, then commit it")
    assert found == json.loads(golden.read_text(encoding="utf-8"))


def test_every_line_that_a_person_sees_is_accounted_for(page: SavedPage) -> None:
    """Seen by a reader of our own for text, and by Python's HTML parser, which shares no code with ours."""
    text = page.body.decode("utf-8-sig" if b"\xe0\xb8" in page.body else "cp874")
    if page.path.endswith(".html"):
        seen = Screen(re.sub("</?(label|button|input)[^>]*>", "", text)).lines()  # these end no line
    else:
        seen = [line for line in text.splitlines() if line.strip()]
    found = read(page)["capture"]
    counts = (found["lines_parsed"], found["lines_known"], found["lines_unparsed"])
    assert sum(counts) == found["lines_total"] == len(seen)


def test_every_golden_has_its_page() -> None:
    pages = {f"{Path(page.path).name}.json" for page in PAGES}
    assert {golden.name for golden in GOLDENS.glob("*.json")} == pages


LONGEST = {
    "progress_reports": "narrative",
    "plan_steps": "description",
    "indicators": "name",
    "agency_indicators": "name",
    "city_indicators": "definition",
    "it_reviews": "rationale",
    "plan_records": "rationale",
}
"""A text that stands within the lines of its record, by table."""


def test_values_stand_on_the_lines_that_their_record_names(page: SavedPage) -> None:
    capture = page.capture
    reading = parsers.parse(page.body, kind=capture.page_kind, code=capture.page_code)
    for table, column in LONGEST.items():
        for record in reading.records.get(table, ()):
            text = getattr(record, column)
            lines = reading.lines[record.line_first - 1 : record.line_last]
            assert text is None or all(line in "\n".join(lines) for line in text.split("\n"))


def test_texts_stand_on_the_lines_that_field_lines_name(page: SavedPage) -> None:
    capture = page.capture
    reading = parsers.parse(page.body, kind=capture.page_kind, code=capture.page_code)
    as_printed = {"name", "rationale", "objectives", "goals", "definition", "method", "data_source", "report"}
    for place in reading.records.get("field_lines", ()):
        if place.column in as_printed:
            record = reading.records[place.table_name][place.position - 1]
            lines = reading.lines[place.line_first - 1 : place.line_last]
            text = getattr(record, place.column).split("\n")
            assert text[0] in lines[0]
            assert text[-1] in lines[-1]


def test_the_samples_are_enough_to_look_at() -> None:
    read_pages = [read(page) for page in PAGES if "sample_pages" in page.path]
    projects = {found["code"] for found in read_pages if found["kind"] == "project"}
    entries = sum(len(found["tables"].get("progress_reports", ())) for found in read_pages)
    copies = {found["capture"]["copy_kind"] for found in read_pages}
    assert len(read_pages) >= 12
    assert len(projects) >= 8
    assert entries >= 30
    assert copies == {"html", "text", "reduced_text"}
    assert "cp874" in {found["capture"]["encoding"] for found in read_pages}
    assert {found["capture"]["outcome"] for found in read_pages} == {"ok"}
    assert {found["kind"] for found in read_pages} == {*PAGE_KINDS} - {"unknown"}
