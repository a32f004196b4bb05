"""Huge and deep bodies, and what one costs: ``python -m tests.bounds NAME MEGABYTES`` prints it as JSON.

Each is read in a process of its own, whose memory and time the system limits.
"""

import json
import re
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

import parsers

MOST_MEMORY = 6 << 30
MOST_SECONDS = 200
HEAD = (
    "ความคืบหน้าโครงการ/กิจกรรม\nโครงการสมมุติ : 21000000-9001\nสำนักตัวอย่าง : (2563)\n45.00\n"
    "ความคืบหน้าโครงการ ร้อยละ 45.00\n"
)
ENTRY = "(1) ความคืบหน้าโครงการฯ ร้อยละ 1 (2020-01-01)\n"
REPORTS, INDICATORS = "ผลการดำเนินงาน\n", "สนับสนุนตัวชี้วัดตามแผนฯ\nรายละเอียดเกี่ยวกับตัวชี้วัด : 2100-901\n"
MIME = b"MIME-Version: 1.0\n"
MIXED = b"Content-Type: multipart/mixed; boundary=b\n\n"
HTML = b"Content-Type: text/html\n"

Build = Callable[[int], bytes]


def repeated(unit: str | bytes, before: str | bytes = b"", after: str | bytes = b"") -> Build:
    """A body of one thing again and again, of the size asked for."""
    first, again, last = (part.encode() if isinstance(part, str) else part for part in (before, unit, after))
    return lambda size: first + again * ((size - len(first) - len(last)) // len(again)) + last


def deep(tag: str) -> Build:
    return lambda _: f"<p>ก</p>{f'<{tag}>' * 100_000}ข".encode()


def attributes(value: str) -> Build:
    return lambda size: ("<p " + "".join(f"a{n}={value} " for n in range(size // 9)) + ">ก</p>").encode()


def entities(size: int) -> bytes:
    """Ten to the power of ten laughs."""
    names = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(10))
    return f'<!DOCTYPE html [<!ENTITY a "ฮา">{names}]><html><body><p>&k;</p></body></html>'.encode()


def multiparts(size: int) -> bytes:
    part = "Content-Type: multipart/mixed; boundary=b{0}\n\n--b{0}\n"
    return MIME + "".join(part.format(n) for n in range(size // 60)).encode() + HTML + b"\n<p>x"


BODIES: dict[str, Build] = {
    **{f"one line of {unit!r}": repeated(unit) for unit in ["ก", "0", "๐", "&", "<", "(", "*", "-"]},
    **{f"one line of {unit!r}": repeated(unit) for unit in ("0 ", "0-", "1,000", ": ", " x")},
    **{f"one line of {unit!r} in HTML": repeated(unit, "<p>") for unit in ["ก", "0", "&", "<", "("]},
    **{f"a label and {unit!r}": repeated(unit, HEAD + REPORTS + ":") for unit in (" ", "0", "( ", "ก:", "-")},
    "blanks": repeated(" ", after="x"),
    "control characters": repeated("\x01", "ก"),
    "bidirectional marks": repeated("\u202e", "ก"),
    "marks over one letter": repeated("\u0e49", HEAD),
    "a tag never closed": repeated("x ", "<p>ก</p><div title="),
    "a value never closed": repeated("x ", "<p>ก</p><div title='"),
    "a comment never closed": repeated("x ", "<p>ก</p><!-- "),
    "comments opened": repeated("<!--", "<p>ก</p>"),
    "a section never closed": repeated("x ", "<p>ก</p><![CDATA["),
    "attributes": attributes("1"),
    "attributes that hold tags' ends": attributes("'>'"),
    **{
        f"deep {tag}": deep(tag)
        for tag in ("div", "font", "table", "table><tr><td", "b", "pre", "svg", "option")
    },
    "260 fonts": lambda _: b"<p>x</p>" + b"<font>" * 260 + b"y",
    "ends that close nothing, deep down": repeated("</i>", "<b>" * 2_000),
    "deep and never closed, then ends": lambda size: b"<div>" * (size // 9) + b"</i>" * (size // 9),
    "cells in a row": repeated("<td>1</td>", "<table><tr>"),
    "cells in rows": repeated("<tr><td>1</td></tr>", "<table>"),
    "empty cells": repeated("<td></td>", "<table><tr>"),
    "tables": repeated("<table><tr><td>1</table>"),
    "paragraphs": repeated("<p>"),
    "paragraphs of one letter": repeated("<p>x"),
    "cells of one letter": repeated("<td>x", "<table>"),
    "breaks": repeated("<br>", "<p>ก"),
    "breaks that are ends": repeated("ก</br>", "<p>"),
    "lines of one character": repeated("x\n"),
    "lines of one Thai character": repeated("ก\n"),
    "lines of one character in UTF-16": lambda size: ("ก\n" * (size // 4)).encode("utf-16"),
    "entries": repeated(ENTRY, HEAD + REPORTS),
    "entries that cannot be read": repeated("(x) ความคืบหน้าโครงการ ร้อยละ x (y)\n", HEAD + REPORTS),
    "entries, as many as are read": lambda _: (HEAD + REPORTS + ENTRY * 49_900).encode(),
    "a narrative of short lines": repeated("กข\n", HEAD + REPORTS + ENTRY + "1/1/2563 : ก\n"),
    "a narrative, as long as is read": lambda _: (
        HEAD + REPORTS + ENTRY + "1/1/2563 : ก\n" + ("กข" * 75 + "\n") * 49_900
    ).encode(),
    "unread lines, as many as are read": lambda _: ("ก" * 300 + "\n").encode() * 50_000,
    "steps": repeated("ขั้นตอน 1\n", HEAD + "แผนการดำเนินงานฯ\n"),
    "indicators": repeated("รายละเอียดเกี่ยวกับตัวชี้วัด : 1\nไตรมาสที่\n", HEAD + INDICATORS),
    "rows of a quarter table": repeated("1 / 1\n", HEAD + INDICATORS + "ไตรมาสที่\n"),
    "headings": repeated("หลักการและเหตุผล\nวัตถุประสงค์ของโครงการ\n", HEAD),
    "pages": repeated(HEAD),
    "entities within entities": entities,
    "parts within parts": multiparts,
    "messages within messages": repeated(b"Content-Type: message/rfc822\n\n", MIME),
    "parts": repeated(b"--b\n\nx\n", MIME + MIXED),
    "headers": repeated(b"X: 1\n", MIME),
    "folded headers": repeated(b";\n a*0=b", MIME + b"Content-Type: text/html"),
    "base64": repeated(b"YWFh", MIME + HTML + b"Content-Transfer-Encoding: base64\n\n"),
    "quoted-printable": repeated(b"=41", MIME + HTML + b"Content-Transfer-Encoding: quoted-printable\n\n"),
}


def ordinary(size: int) -> bytes:
    """A page that nothing is wrong with, of a size that no page has."""
    folder = Path(__file__).parent.parent / "bma" / "sample_pages"
    return (folder / "nested-50030000-9101.html").read_bytes() * (size // 12_000 + 1)


def bare_seconds(body: bytes) -> float:
    """Processor time of lxml alone for some bytes."""
    start = time.process_time()
    etree.fromstring(body, etree.HTMLParser(encoding="utf-8", huge_tree=True))
    return time.process_time() - start


def peak() -> int:
    """Bytes of memory that this process has taken at most; where /proc tells, without its parent's."""
    status = Path("/proc/self/status")
    if status.exists() and (line := re.search(r"VmHWM:\s*([0-9]+)", status.read_text())):
        return int(line[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    size = int(float(sys.argv[2]) * 1_000_000)
    body = BODIES[sys.argv[1]](size)
    parsers.parse(ordinary(0))
    before, start = peak(), time.process_time()
    page = parsers.parse(body)
    seconds, taken = time.process_time() - start, peak() - before
    filled = sum(map(bool, page.lines))
    print(
        json.dumps(
            {
                "bytes": len(body),
                "memory": taken,
                "seconds": seconds,
                "ordinary": bare_seconds(ordinary(len(body))),
                "bare": bare_seconds(body)
                if "attributes" not in sys.argv[1]
                else 0,  # which it takes hours for
                "lines": filled,
                "issues": len(page.issues),
                "account": page.lines_total == filled,
                "outcome": page.outcome,
            }
        )
    )


if __name__ == "__main__":
    main()
