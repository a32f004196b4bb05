"""What an extractor of main content leaves of a printed page, and what that still says.

Headings, the line of name and code, the agency, the bare numbers, the evaluation score and the tables are
gone, and with them the proof of which paragraph is which: such a paragraph is in no row here.
"""

import random
import re
from collections.abc import Callable, Iterable

from tests.kind_sheets import KindSheet, truth
from tests.render import Columns, Line, Part, Row, Sheet

Reduction = tuple[list[Line], dict[str, list[Columns]]]


def reduced_copy(sheet: Sheet, chance: random.Random) -> Reduction:
    """The lines that are left of an undamaged page, without empty ones, and the rows that they prove.

    The reader is told kind and code, as the URL tells them: they are nowhere in the lines.
    """
    reduce = _REDUCE[sheet.kind] if isinstance(sheet, KindSheet) else _project
    lines = [line._replace(opens_block=False, is_cell=False) for line in reduce(sheet, chance)]
    lines = [line for line in lines if line.text.strip()]
    return lines, truth(lines)


def _project(sheet: Sheet, chance: random.Random) -> Iterable[Line]:
    """Down to the strategy, where all known copies end, or down to the last progress entry."""
    printed, known = sheet.lines[0].starts, Row("projects", {"project_code": sheet.code})
    first = _first(sheet, "ความคืบหน้าโครงการ ร้อยละ")
    proven = {"progress_percent", "contact_kind", "contact_unit", "evaluation_quarter", "org_code_first"}
    if any("org_code_first" in _columns(line) for line in sheet.lines):
        proven.add("rationale")  # since it stands between the evaluation and the organisation codes
    last = "แผนการดำเนินงานฯ" if chance.random() < 0.3 else "ผลการดำเนินงาน"
    for line in sheet.lines[first : _first(sheet, last)]:
        if _HEADING.fullmatch(line.text) or re.fullmatch(r"[\d.]+", line.text):
            continue
        if not any(part.row is printed for part in _parts(line)):
            yield line
        elif _columns(line) & proven:
            yield _moved(_unscored(line), printed, known)._replace(starts=known)
        else:
            yield _plain(line)


def _indicator(sheet: Sheet, chance: random.Random) -> Iterable[Line]:
    colon = chance.choice(("", ":"))
    for line in sheet.lines[_first(sheet, "ค่าเป้าหมาย") :]:
        if line.is_cell or _HEADING.fullmatch(line.text) or line.text == "0":
            continue
        if "evaluation_quarter" in _columns(line):
            line = _unscored(line)
            yield line._replace(pieces=(*line.pieces, colon))
        else:
            yield _plain(line) if _columns(line) & {"report", "summary", "definition"} else line


def _city_indicator(sheet: Sheet, chance: random.Random) -> Iterable[Line]:
    proven = {"target_text", "data_kind", "level_name", "title"}
    for line in sheet.lines[_first(sheet, "ค่าเป้าหมาย") :]:
        if not _HEADING.fullmatch(line.text):
            yield line if _columns(line) & proven else _plain(line)


def _agency_summary(sheet: Sheet, chance: random.Random) -> Iterable[Line]:
    """With the tables, row by row; with or without the lines that number the indicators and the reports."""
    numbered, reported = chance.random() < 0.7, chance.random() < 0.5
    unproven = (set() if numbered else {"name", "strategy_text"}) | (set() if reported else {"report"})
    row, cells = None, list[Line]()
    end = Line(("",))
    for line in [*sheet.lines[3:], end]:
        if line.is_cell:
            cells.append(line)
            continue
        yield from _table(cells, chance)
        cells.clear()
        if "sequence" in _columns(line):
            row = line.starts
            if not numbered:
                continue
        if re.match("รายงานผลฯ", line.text) and not reported:
            continue
        if _columns(line) & unproven:
            yield _plain(line)
        else:
            yield line._replace(starts=row) if line.text.startswith("[มิติที่") else line


def _table(cells: list[Line], chance: random.Random) -> Iterable[Line]:
    """A line for each row of a quarter table: six cells in the header, or three, and four in the others."""
    edge = chance.choice(("", "", " |"))
    if cells:
        head = [cell.text for cell in cells[:6]]
        if chance.random() < 0.5:
            head = [f"{head[at]} {head[at + 1]}" for at in (0, 2, 4)]
        yield Line((" | ".join(head), edge))
    for at in range(6, len(cells), 4):
        pieces: list[str | Part] = []
        for cell in cells[at : at + 4]:
            pieces += [" | " if pieces else "", *cell.pieces]
        if not cells[at + 2].text and chance.random() < 0.5:  # an empty cell as one blank, not two
            blank = pieces.index(cells[at + 2].pieces[0])
            pieces[blank + 1] = "| "
        yield Line((*pieces, edge), starts=cells[at].starts)


def _it_review(sheet: Sheet, chance: random.Random) -> Iterable[Line]:
    return [line for line in sheet.lines if not _HEADING.fullmatch(line.text)]


def _plan_record(sheet: Sheet, chance: random.Random) -> Iterable[Line]:
    """With the labels and values of the table, or without: then only the progress is left."""
    lines = sheet.lines[3:] if chance.random() < 0.7 else []
    return [sheet.lines[1], *lines]


_REDUCE: dict[str, Callable[[Sheet, random.Random], Iterable[Line]]] = {
    "indicator": _indicator,
    "city_indicator": _city_indicator,
    "agency_summary": _agency_summary,
    "it_review": _it_review,
    "plan_record": _plan_record,
}
_HEADING = re.compile(
    r"หลักการและเหตุผล|(วัตถุประสงค์|เป้าหมาย)ของโครงการ|สนับสนุนยุทธศาสตร์กรุงเทพมหานครฯ|ผลการดำเนินงาน"
    r"|ผลงานเทียบกับเป้าหมายรายไตรมาส|รายงานผลฯ ไตรมาสที่ \d|\*\* สรุปผลการดำเนินงาน \*\*"
    r"|(1\.)?นิยาม หรือความหมายของตัวชี้วัด|2\.วิธีการคำนวณ .+|3\.แหล่งข้อมูล/.+|[45]\.(ผู้จัดเก็บ|หมายเหตุ|ความถี่|อื่น).*"
)


def _first(sheet: Sheet, start: str) -> int:
    return next(at for at, line in enumerate(sheet.lines) if line.text.startswith(start))


def _parts(line: Line) -> list[Part]:
    return [piece for piece in line.pieces if isinstance(piece, Part)]


def _columns(line: Line) -> set[str]:
    """The columns that a line gives, empty or not."""
    return {column.partition("#")[0] for part in _parts(line) for column in part.read(part.text)}


def _plain(line: Line) -> Line:
    return Line((line.text,), unread=True)


def _unscored(line: Line) -> Line:
    """An evaluation line up to its quarter, any other line as it is."""
    for at, piece in enumerate(line.pieces):
        if isinstance(piece, Part) and "evaluation_quarter" in piece.read(piece.text):
            return line._replace(pieces=line.pieces[: at + 1])
    return line


def _moved(line: Line, printed: Row | None, known: Row) -> Line:
    """The values of one row as those of another."""
    pieces = (
        piece._replace(row=known) if isinstance(piece, Part) and piece.row is printed else piece
        for piece in line.pieces
    )
    return line._replace(pieces=tuple(pieces))
