"""Four ways in which a project page may have been marked up.

No HTML of the real pages is known, so no reader of pages may lean on any. Each layout takes a full text copy
and returns a document in which a browser shows the copy's non-blank lines in the same order: block elements,
`<br>` and table cells end a line.
"""

import re
import textwrap
from collections.abc import Callable, Iterator
from html import escape
from itertools import pairwise
from typing import NamedTuple

ROLES = {
    "heading": (
        r"(หลักการและเหตุผล|(วัตถุประสงค์|เป้าหมาย)ของโครงการ|สนับสนุน(ยุทธศาสตร์|ตัวชี้วัด).+ฯ"
        r"|ผลการดำเนินงาน|แผนการดำเนินงานฯ|\*\* ผลการประเมิน.+\*\*)$"
    ),
    "entry": r"\(\d+\) ความคืบหน้าโครงการ",
    "number": r"\d[\d.]*$",
    "steps": r"ขั้นตอน \d",
    "indicator": r"(รายละเอียดเกี่ยวกับ|ประเภท)?ตัวชี้วัด ?:|(ค่าเป้าหมาย|ผลงานที่ทำได้) .+:",
    "quarters": r"ไตรมาสที่$",
}
"""How a block of each role begins; any other block is plain text."""

SPLIT_WORDS = {
    r"(ค่า)(?=เป้าหมาย)": r"<b>\1</b>",
    r"(?<=ผลงาน)(ที่ทำ)(?=ได้)": r"<i>\1</i>",
    r"(?<=ความ)(คืบ)(?=หน้า)": r"<em>\1</em>",
    r"(?<=ร้อย)(ละ)": r"<span>\1</span>",
    r"(ไตรมาส|สิ้นสุด|เริ่ม|ปัญ|ขั้น)": r"<u>\1</u>",
    r"(\d+)(?=\.\d)": r"<b>\1</b>",
}
"""Places for inline tags inside words, labels and numbers: a reader of the page sees none of them."""


class Block(NamedTuple):
    """Lines that stand together in a text copy, and what they are."""

    role: str
    lines: list[str]

    def rows(self) -> list[list[str]]:
        """Return the rows of a plan (a step each) or of a quarter table (its header first)."""
        if self.role == "quarters":
            starts = [0, *range(6, len(self.lines), 4)]
        else:
            starts = [i for i, line in enumerate(self.lines) if line.startswith("ขั้นตอน")]
        return [self.lines[i:j] for i, j in pairwise([*starts, len(self.lines)])]


Inline = Callable[[str], str]
Frame = Callable[[list[str], str], str]  # (lines of a heading, HTML of what belongs to it) -> HTML of both


def blocks(text: str) -> Iterator[Block]:
    """Divide a full text copy at its empty lines, but not at the empty cells of a quarter table."""
    lines = [line.strip() for line in text.split("\n")]
    start = 0
    while start < len(lines):
        end = start
        if lines[start : start + 2] == ["ไตรมาสที่", "(1 - 4)"]:
            end += 6
            while re.fullmatch(r"[\d.]+ ?/ ?[\d.]+", "".join(lines[end + 3 : end + 4])):
                end += 4
        else:
            while end < len(lines) and lines[end]:
                end += 1
        if end > start:
            role = next((role for role, form in ROLES.items() if re.match(form, lines[start])), "text")
            yield Block(role, lines[start:end])
        start = max(end, start + 1)


def assemble(text: str, render: Callable[[Block], str], entry: Frame, section: Frame) -> str:
    """Render the blocks of a text copy within the progress entries and sections to which they belong."""

    def divided(found: list[Block], role: str, frame: Frame, inside: Callable[[list[Block]], str]) -> str:
        starts = [*(i for i, block in enumerate(found) if block.role == role), len(found)]
        framed = [frame(found[i].lines, inside(found[i + 1 : j])) for i, j in pairwise(starts)]
        return "\n".join([*map(render, found[: starts[0]]), *framed])

    def entries(found: list[Block]) -> str:
        return divided(found, "entry", entry, lambda part: "\n".join(map(render, part)))

    title, *rest = blocks(text)
    found = [title._replace(role="heading"), *rest]
    return divided(found, "heading", section, entries)


def elements(lines: list[str], opening: str, inline: Inline = escape) -> str:
    """Return each line in an element of its own, given by its opening tag."""
    name = re.split(r"[ >]", opening[1:])[0]
    return "\n".join(f"{opening}{inline(line)}</{name}>" for line in lines)


def broken(lines: list[str], inline: Inline = escape) -> str:
    """Return lines with a line break between them."""
    return "<br>\n".join(map(inline, lines))


def table(block: Block, opening: str, inline: Inline = escape) -> str:
    """Return a plan or a quarter table with a cell for each line, an empty one for an empty line."""
    rows = []
    for row in block.rows():
        wide = block.role == "quarters" and len(row) == 4  # under six header cells
        tags = ['<td colspan="2">' if wide and i < 2 else "<td>" for i in range(len(row))]
        rows.append("".join(elements([line], tag, inline) for line, tag in zip(row, tags, strict=True)))
    return f"{opening}\n<tbody>\n" + elements(rows, "<tr>", str) + "\n</tbody>\n</table>"


def html5(head: str, body: str, charset: str) -> str:
    """Return a whole modern document."""
    title = "<title>รายงานความคืบหน้า</title>"
    return (
        f'<!DOCTYPE html>\n<html lang="th">\n<head>\n<meta charset="{charset}">\n{title}\n{head}\n</head>\n'
        f"<body>\n{body}\n</body></html>\n"
    )


def nested_tables(text: str, *, charset: str = "utf-8") -> str:
    """Tables in tables, fonts, upper-case tags, and closing tags where the author remembered them."""

    def row(inner: str) -> str:
        return f"<TR><TD>{inner}" + ("</TD></TR>", "&nbsp;</TD>", "")[len(inner) % 3]

    def cells(row: list[str]) -> str:
        return "".join(f"<TD>&nbsp;{escape(line)}" + "</TD>" * (i % 2) for i, line in enumerate(row))

    def render(block: Block) -> str:
        if block.role in ("steps", "quarters"):
            rows = "\n".join(f"<TR ALIGN=left>{cells(row)}" for row in block.rows())
            return row(f"<TABLE BORDER=1 CELLPADDING=2>\n{rows}\n</TABLE>")
        lines = "<BR>\n".join(map(escape, block.lines))
        return row(f"<FONT SIZE=5><B>{lines}</B></FONT>" if block.role == "number" else lines)

    def frame(head: list[str], inner: str) -> str:
        lines = "<BR>".join(map(escape, head))
        return (
            f'<TR><TD BGCOLOR="#E8F0E8">&nbsp;<FONT SIZE=4 COLOR="#006633"><B>{lines}</B></FONT>&nbsp;\n'
            f'<!-- <p>ส่วนย่อย</p> -->\n<TR><TD><TABLE WIDTH="98%" BORDER=0>\n{inner}\n</TABLE></TD></TR>'
        )

    body = assemble(text, render, frame, frame)
    return (
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">\n<HTML>\n<HEAD>\n'
        f'<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset={charset}">\n<TITLE>SED</TITLE>\n'
        '</HEAD>\n<BODY BGCOLOR="#FFFFFF">\n<SCRIPT LANGUAGE="JavaScript">\nvar tip = "<p>กำลังโหลด</p>";\n'
        f"</SCRIPT>\n<CENTER><TABLE WIDTH=760 BORDER=0>\n{body}\n</TABLE></CENTER>\n</body></html>\n"
    )


def mobile(text: str, *, charset: str = "utf-8") -> str:
    """Collapsibles, list views and grids, as jQuery Mobile has them."""

    def render(block: Block) -> str:
        if block.role == "quarters":
            return table(block, '<table data-role="table" class="ui-responsive">')
        if block.role == "steps":
            rows = [elements(row, '<div class="ui-block-a">') for row in block.rows()]
            return elements(rows, '<div class="ui-grid-solo">', str)
        if block.role == "text" and len(block.lines) == 1:
            return elements(block.lines, "<p>")
        return '<ul data-role="listview">\n' + elements(block.lines, "<li>") + "\n</ul>"

    def frame(head: list[str], inner: str) -> str:
        return f'<div data-role="collapsible">\n{elements(head, "<h3>")}\n{inner}\n</div>'

    body = assemble(text, render, frame, frame)
    script = '<script>$.mobile.loader = {html: "<div>กำลังโหลด</div>"};</script>'
    return html5(script, f'<div data-role="page"><div role="main">\n{body}\n</div></div>', charset)


def panels(text: str, *, charset: str = "utf-8") -> str:
    """Bootstrap panels and cards, progress bars, striped tables."""

    def render(block: Block) -> str:
        if block.role in ("steps", "quarters"):
            return table(block, '<table class="table table-striped">')
        if block.role == "indicator":
            return f'<table class="table"><tr>{elements(block.lines, "<td>")}</tr></table>'
        if block.role == "number":
            bar = f'<div class="progress-bar" style="width: {float(block.lines[0]):.0f}%">'
            return f'<div class="progress">{elements(block.lines, bar)}</div>'
        return f'<div class="row"><div class="col-md-12">{broken(block.lines)}</div></div>'

    def card(head: list[str], inner: str) -> str:
        return f'<div class="card"><div class="card-header">{broken(head)}</div>\n{inner}\n</div>'

    def panel(head: list[str], inner: str) -> str:
        return (
            f'<div class="panel panel-default">\n<div class="panel-heading">{broken(head)}</div>\n'
            f'<div class="panel-body">\n{inner}\n</div>\n</div>'
        )

    body = assemble(text, render, card, panel)
    style = "<style>.panel-body::before { content: ' ' }</style>"
    return html5(style, f'<div class="container-fluid">\n{body}\n</div>', charset)


def label_list(text: str, *, charset: str = "utf-8") -> str:
    """Lists of labels and values, inline tags inside words, soft line wraps inside paragraphs."""

    def inline(line: str) -> str:
        source = escape(textwrap.fill(line, 70, break_long_words=False, break_on_hyphens=False))
        for word, tagged in SPLIT_WORDS.items():
            source = re.sub(word, tagged, source)
        label, colon, value = source.partition(" : ")
        return f'<span class="label">{label}</span> : <span class="value">{value}</span>' if colon else source

    def render(block: Block) -> str:
        if block.role == "quarters":
            return table(block, '<table border="1">', inline)
        if block.role == "steps":
            return "\n".join(f"<ul>\n{elements(row, '<li>', inline)}\n</ul>" for row in block.rows())
        return elements([broken(block.lines, inline)], "<p>" if block.role == "text" else "<blockquote>", str)

    def entry(head: list[str], inner: str) -> str:
        return f"<ul><li>{broken(head, inline)}\n{inner}\n</li></ul>"

    def section(head: list[str], inner: str) -> str:
        return f"<dt>{broken(head, inline)}</dt>\n<dd>\n{inner}\n</dd>"

    body = assemble(text, render, entry, section)
    return html5("<style>.label { color: gray }</style>", f"<dl>\n{body}\n</dl>", charset)


LAYOUTS: dict[str, Callable[[str], str]] = {
    "nested_tables": nested_tables,
    "mobile": mobile,
    "panels": panels,
    "label_list": label_list,
}
