"""Each layout shows the lines of the text copy it was made from, to readers that share no code with it."""

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import lxml.html
import pytest

from tests.layouts import LAYOUTS

COPIES = sorted((Path(__file__).parents[1] / "bma" / "sample_pages").glob("text-*.txt"))
INLINE = {"a", "b", "em", "font", "i", "small", "span", "strong", "u"}
UNSEEN = {"head", "script", "style", "title"}


class Screen(HTMLParser):
    """The lines that a browser shows: every tag that is not inline ends one, blanks collapse."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.unseen: list[str] = []
        self.text = [""]
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in UNSEEN:
            self.unseen.append(tag)
        elif tag not in INLINE:
            self.text.append("")

    def handle_endtag(self, tag: str) -> None:
        if self.unseen and tag == self.unseen[-1]:
            self.unseen.pop()
        elif tag not in INLINE:
            self.text.append("")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.text[-1] += data

    def lines(self) -> list[str]:
        return [" ".join(text.split()) for text in self.text if text.split()]


@pytest.mark.parametrize("copy", COPIES, ids=lambda copy: copy.stem)
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_layout_shows_every_line_in_order(layout: Callable[[str], str], copy: Path) -> None:
    text = copy.read_text(encoding="utf-8")
    assert Screen(layout(text)).lines() == [line for line in text.splitlines() if line]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_the_empty_cells_of_a_quarter_table_are_cells(layout: Callable[[str], str]) -> None:
    header = ["ไตรมาสที่", "(1 - 4)", "*ผลงาน*", "(ครั้ง)", "*ผลประเมินตัวชี้วัด*", "(* 2.1 / 2.2 *)"]
    cells = [*header, "1", "1,250.00", "", "100 / 100", "2", "0.00", "75.0000", "0 / 0"]
    document = lxml.html.document_fromstring(layout("\n".join(["ชื่อหน้า", "", *cells, "", "บรรทัดสุดท้าย"])))
    found = [
        [cell.text_content().replace("\xa0", " ").strip() for cell in table.iter("td")]
        for table in document.iter("table")
        if table.find(".//table") is None
    ]
    assert cells in found


def test_the_layouts_are_four_and_differ() -> None:
    assert len(COPIES) == 3
    text = COPIES[0].read_text(encoding="utf-8")
    assert len({layout(text) for layout in LAYOUTS.values()}) == len(LAYOUTS) == 4
