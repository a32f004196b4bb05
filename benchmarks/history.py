"""A history of many captures: ``python -m benchmarks.history --captures 100000``.

A report, not a test. The pages are small (about 5 kB), five captures a project: entries are added, some are
edited, some percents go back, some copies are reduced. Time and peak memory of ``bma build --history`` are
those of a fresh process for a tenth of the captures and for all; so is the time of ``bma captures CODE``.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scraper.archive import Archive
from scraper.capture import ArchivedCapture
from tests.layouts import mobile
from tests.plain import plain_page, reduced_page

EACH = 5
"""Captures of a project."""

_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes
_FIRST = dt.datetime(2023, 1, 15, 3, tzinfo=dt.UTC)
_ENTRY = """\
({number}) ความคืบหน้าโครงการฯ ร้อยละ {percent}.00 ({day})

{percent}.00

{day:%-d/%-m}/{year} : {narrative}

** ปัญหาของโครงการ :ไม่มี

** อุปสรรคของโครงการ :ไม่มี

---------&&&---------"""


def code_of(number: int) -> str:
    """The code of a project; the first digits are those of one of fifty districts."""
    return f"50{number % 50 + 1:02}0000-{number // 50:04}"


def body(project: int, capture: int) -> bytes:
    """The page of a project as it is the nth time."""
    if project % 7 == 0 and capture == 2:
        return reduced_page(headline="ความคืบหน้าโครงการ ร้อยละ 30.00").encode()
    went_back = project % 5 == 0 and capture == 4
    percent = 10 * (capture - 1 if went_back else capture + 1)
    entries = []
    for number in range(1, capture + 2):
        month = capture + 2 - number
        edited = project % 3 == 0 and capture >= 3 and month == 1
        narrative = f"งานเดือนที่ {month} ของโครงการที่ {project}" + (" (แก้ไข)" if edited else "")
        day = dt.date(2023, month, 10)
        entries.append(
            _ENTRY.format(number=number, percent=10 * month, day=day, year=2566, narrative=narrative)
        )
    text = plain_page(
        name=f"โครงการตัวอย่างที่ {project} : {code_of(project)}",
        number=f"{percent}.00",
        headline=f"ความคืบหน้าโครงการ ร้อยละ {percent}.00",
        reports="\n\n".join(entries),
        code_links=None,
    )
    return mobile(text).encode()


def captures(count: int) -> Iterator[tuple[ArchivedCapture, bytes]]:
    """So many captures, the first of every project before the second of any."""
    projects = count // EACH
    for number in range(projects * EACH):
        capture, project = divmod(number, projects)
        page, code = body(project, capture), code_of(project)
        yield (
            ArchivedCapture(
                source="live",
                url=f"http://monitor.bangkok.go.th/mobile/myproject.php?pid={code}",
                file_name=None,
                site="monitor.bangkok.go.th/mobile",
                page_kind="project",
                page_code=code,
                code_source="url",
                captured_at=_FIRST + dt.timedelta(days=31 * capture, seconds=project),
                captured_at_source="response",
                fetched_at=None,
                http_status=None,
                body_sha256=hashlib.sha256(page).hexdigest(),
                size_bytes=len(page),
            ),
            page,
        )


class Run(NamedTuple):
    """Seconds and peak memory in MB of a command in a process of its own, and what it printed."""

    seconds: float
    megabytes: float
    out: str


def run(*arguments: str) -> Run:
    """Run `bma` in a fresh process; it must end well."""
    script = (
        "import json, resource, sys; from bma.cli import cli; cli(standalone_mode=False);"
        f"print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * {_UNIT} / 1e6))"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], check=True, stdout=subprocess.PIPE, text=True
    )
    out, _, peak = done.stdout.rstrip().rpartition("\n")
    return Run(time.perf_counter() - start, json.loads(peak), out)


def measure(count: int, work: Path) -> None:
    """Fill an archive, build its history, list a page's captures; print a line for each."""
    data = work / str(count)
    start = time.perf_counter()
    with Archive(data / "raw", writable=True) as archive:
        for capture, page in captures(count):
            archive.add(capture, page)
    filled = time.perf_counter() - start
    print(f"{count:>8,} captures  archive filled in {filled:7.1f} s, {size(data):6.0f} MB", flush=True)
    for history in ((), ("--history",)):
        built = run("build", "--data", str(data), *history)
        print(
            f"{count:>8,} captures  bma build {''.join(history):<9}  {built.seconds:7.1f} s, "
            f"{built.seconds / count * 1000:.2f} ms a capture, peak {built.megabytes:.0f} MB",
            flush=True,
        )
    print(
        f"{'':>9}" + next(line for line in built.out.splitlines() if line.startswith("History")), flush=True
    )
    listed = run("captures", code_of(count // EACH // 2), "--data", str(data))
    lines = len(listed.out.splitlines())
    print(f"{count:>8,} captures  bma captures CODE    {listed.seconds:7.2f} s, {lines} lines", flush=True)


def size(folder: Path) -> float:
    """Megabytes of the files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--captures", type=int, default=100_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for count in (arguments.captures // 10, arguments.captures):
            measure(count, Path(folder))


if __name__ == "__main__":
    main()
