"""A generated project whose page is edited over six captures, and exactly the changes that these show."""

import datetime as dt
import json
import random
from typing import Any, NamedTuple

from normaliser.derived import Change
from tests.layouts import LAYOUTS
from tests.printing import Line, Part, Printer, Sheet, text_copy
from tests.reduce import reduced_copy
from tests.render import project_page


class Entry(NamedTuple):
    """A progress entry, newest first on its page."""

    day: dt.date
    percent: int
    narrative: str


class Edited(NamedTuple):
    """The six captures of a page, in order, and the changes between them in the form of `edits`."""

    code: str
    captures: list[str]
    changes: list[tuple[Any, ...]]


def edited_page(chance: random.Random) -> Edited:
    """New reports; an old one edited; one vanished, and the percent back; a reduced copy; other templates."""
    sheet, out = project_page(chance), Printer(chance)
    days = sorted(chance.sample(range(1, 1500), 5), reverse=True)
    fifth, fourth, third, second, first = (
        Entry(dt.date(2019, 10, 1) + dt.timedelta(days=day), 20 * number, f"งานที่ {number} {out.prose()}")
        for number, day in zip((5, 4, 3, 2, 1), days, strict=True)
    )
    rewritten = second._replace(narrative=f"งานที่ 2 ฉบับแก้ไข {out.prose()}")
    before, after, last = chance.sample(range(101), 3)
    editions = [
        _edition(sheet, out, before, [third, second, first]),
        _edition(sheet, out, after, [fourth, third, second, first]),
        _edition(sheet, out, after, [fourth, third, rewritten, first]),
        _edition(sheet, out, before, [fourth, third, rewritten]),
        _edition(sheet, out, before, [fourth, third, rewritten]),
        _edition(sheet, out, last, [fifth, fourth, third, rewritten], quarter=2),
    ]
    pages = [text_copy(edition.lines) for edition in editions]
    templates = chance.sample(list(LAYOUTS.values()), 4)
    pages[:4] = [template(page) for template, page in zip(templates, pages, strict=False)]
    pages[4] = text_copy(reduced_copy(editions[4], chance)[0])
    percent = ("projects", sheet.code, "progress_percent")
    return Edited(
        sheet.code,
        pages,
        [
            (1, 2, "changed", *percent, f"{before:.1f}", f"{after:.1f}"),
            (1, 2, "added", "progress_reports", str(fourth.day), None, None, fourth),
            (2, 3, "changed", "progress_reports", str(second.day), "narrative", second[2], rewritten[2]),
            (3, 4, "reverted", *percent, f"{after:.1f}", f"{before:.1f}"),
            (3, 4, "removed", "progress_reports", str(first.day), None, first, None),
            (4, 6, "added", "progress_reports", str(fifth.day), None, None, fifth),
            (5, 6, "changed", *percent, f"{before:.1f}", f"{last:.1f}"),
        ],
    )


def edits(found: list[Change], captured_at: list[dt.datetime]) -> list[tuple[Any, ...]]:
    """Changes by the numbers of their captures, in order of time; a whole row as the entry that it is."""
    return [
        (
            captured_at.index(change.old_captured_at) + 1,
            captured_at.index(change.new_captured_at) + 1,
            *(change.kind, change.table, change.row_key, change.column),
            *(_said(change, text) for text in (change.old, change.new)),
        )
        for change in found
    ]


def _said(change: Change, text: str | None) -> Entry | str | None:
    if change.column is not None or text is None:
        return text
    row = json.loads(text)
    return Entry(dt.date.fromisoformat(row["report_date"]), row["progress_percent"], row["narrative"])


def _edition(sheet: Sheet, out: Printer, percent: int, entries: list[Entry], *, quarter: int = 1) -> Sheet:
    """The page with this percent in its head, and these entries, as the site shows it in a quarter."""
    texts = [line.text for line in sheet.lines]
    head = next(place for place, text in enumerate(texts) if text.startswith("ความคืบหน้าโครงการ ร้อยละ"))
    evaluation = next(place for place, text in enumerate(texts) if text.startswith("*** สยป."))
    start, end = texts.index("ผลการดำเนินงาน") + 1, texts.index("แผนการดำเนินงานฯ")
    printed = out.digits(f"{percent:.{out.chance.choice((0, 2))}f}")
    lines = [*sheet.lines[:start], *_printed(out, entries), *sheet.lines[end:]]
    lines[head - 1] = lines[head - 1]._replace(pieces=(printed,))
    lines[head] = lines[head]._replace(pieces=(f"ความคืบหน้าโครงการ ร้อยละ {printed}",))
    pieces = (
        piece._replace(text=str(quarter))
        if isinstance(piece, Part) and "evaluation_quarter" in piece.read("1")
        else piece
        for piece in lines[evaluation].pieces
    )
    lines[evaluation] = lines[evaluation]._replace(pieces=tuple(pieces))
    return Sheet(sheet.code, lines)


def _printed(out: Printer, entries: list[Entry]) -> list[Line]:
    lines = []
    for number, (day, percent, narrative) in enumerate(entries, 1):
        told_day = f"{day.day}/{day.month}/{day.year + 543}"
        lines += [
            f"({number}) ความคืบหน้าโครงการฯ ร้อยละ {out.digits(f'{percent}.00')} ({day})",
            *(f"{percent}.00", f"{told_day} : {narrative}"),
            *("** ปัญหาของโครงการ :ไม่มี", "** อุปสรรคของโครงการ :-", "-----&&&-----"),
        ]
    return [Line((line,), opens_block=True) for line in lines]
