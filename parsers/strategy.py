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

BEGINNING = re.compile(rf":?\s*{LEVEL_NAMES[0]}ที่\s*{DIGIT}+\s*[-–—].*")
"""The line that the strategy begins with; `เป้าหมายที่ 1 …` may also be a line of a project's goals."""
_LATIN = re.compile("[A-Za-z]")
LINE = re.compile(
    rf":?\s*(?P<level>{'|'.join(LEVEL_NAMES)})ที่\s*(?P<number>{DIGIT}+(?:\.{DIGIT}+)*)(?![{DIGIT[1:-1]}.])"
    r"\s*(?P<dash>[-–—]?)\s*(?P<title>.*)"
)
_THAI = r"\u0e00-\u0e7f"
_ENGLISH = re.compile(rf"(?P<thai>(?:.*[{_THAI}])?[^{_THAI}:]*):\s*(?P<english>[A-Za-z][^{_THAI}]*|)")


def read_strategy(
    walk: Walk, numbers: Sequence[int], page_kind: str, page_code: str, project_code: str | None
) -> list[StrategyLink]:
    """The strategy lines among these non-blank lines; others stay unread."""
    links: list[StrategyLink] = []
    above: list[str] = []
    for line in numbers:
        match = LINE.fullmatch(walk.lines[line])
        if match is None:
            continue
        walk.parsed(line)
        level, printed = LEVEL_NAMES.index(match["level"]) + 1, to_arabic_digits(match["number"])
        link = StrategyLink(
            page_kind=page_kind,
            page_code=page_code,
            position=len(links) + 1,
            project_code=project_code,
            level=level,
            level_name=match["level"],
            number=printed,
            line_first=line,
            line_last=line,
        )
        parts = printed.split(".")
        if parts[:-1] != above or len(parts) != level:
            walk.issue(issues.STRATEGY_ORDER, line, "strategy_links.number", number=printed, level=level)
        above = parts
        _read_titles(walk, link, match)
        links.append(link)
    return links


def _read_titles(walk: Walk, link: StrategyLink, match: re.Match[str]) -> None:
    """Thai and English title; the `%` that ends every goal line is no percent and not part of it."""
    thai, field = match["title"], "strategy_links.title"
    if ":" in thai and (english := _ENGLISH.fullmatch(thai)):
        thai, link.title_en = english["thai"], english["english"].strip() or None
    if link.level_name == "เป้าหมาย":
        if not thai.endswith("%"):
            walk.issue(issues.MISSING_MARK, link.line_first, field, mark="`%` at its end")
        thai = thai.removesuffix("%")
    elif link.level_name == "ด้าน" and _LATIN.search(thai):
        walk.issue(issues.MISSING_MARK, link.line_first, field, mark="` : ` before its English part")
    if link.level_name in ("ด้าน", "มิติ") and not match["dash"]:
        walk.issue(issues.MISSING_MARK, link.line_first, field, mark="a dash behind its number")
    link.title = walk.given(thai.strip(), link.line_first, field)
