"""The lines of the BMA strategy, under `สนับสนุนยุทธศาสตร์กรุงเทพมหานครฯ`.

Up to four, each a level deeper: `ด้านที่ ๕ - THAI : ENGLISH`, `มิติที่ ๕.๒ - THAI`, `เป้าหมายที่ ๕.๒.๑ THAI…%`,
`เป้าประสงค์ที่ ๕.๒.๑.๑ THAI`; a hyphen, an en dash or none, sometimes a colon in front.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers import issues
from parsers.columns import LEVEL_NAMES
from parsers.records import StrategyLink
from parsers.thai import DIGIT, to_arabic_digits
from parsers.walk import Walk

LINE = re.compile(
    rf":?\s*(?P<level>{'|'.join(LEVEL_NAMES)})ที่\s*(?P<number>{DIGIT}+(?:\.{DIGIT}+)*)(?![{DIGIT[1:-1]}.])"
    r"\s*[-–—]?\s*(?P<title>.*)"
)
_ENGLISH = re.compile(r"(?P<thai>.*?)\s*:\s*(?P<english>[A-Za-z][^\u0e00-\u0e7f]*)")


def read_strategy(
    walk: Walk, numbers: Sequence[int], page_kind: str, page_code: str, project_code: str | None
) -> list[StrategyLink]:
    """The strategy lines among these non-blank lines; others stay unread."""
    links: list[StrategyLink] = []
    above = ""
    for number in numbers:
        match = LINE.fullmatch(walk.lines[number])
        if match is None:
            continue
        walk.parsed(number)
        level, printed = LEVEL_NAMES.index(match["level"]) + 1, to_arabic_digits(match["number"])
        link = StrategyLink(
            page_kind=page_kind,
            page_code=page_code,
            position=len(links) + 1,
            project_code=project_code,
            level=level,
            level_name=match["level"],
            number=printed,
            line_first=number,
            line_last=number,
        )
        link.title, link.title_en = _titles(match["title"], match["level"])
        if printed.count(".") + 1 != level or not f"{printed}.".startswith(above):
            walk.issue(issues.STRATEGY_ORDER, number, "strategy_links.number", number=printed, level=level)
        if link.title is None:
            walk.issue(issues.EMPTY_VALUE, number, "strategy_links.title", label="the title")
        above = f"{printed}."
        links.append(link)
    return links


def _titles(printed: str, level_name: str) -> tuple[str | None, str | None]:
    """Thai and English title; the `%` that ends every goal line is no percent and not part of it."""
    english = _ENGLISH.fullmatch(printed)
    thai = english["thai"] if english else printed
    if level_name == "เป้าหมาย":
        thai = thai.removesuffix("%")
    return thai.strip() or None, english["english"].strip() if english else None
