"""What is timed, each as a function over all pages of a folder that `prepare` has made.

Each runs in a process of its own, as in real use: in one process, what the others have imported and left
behind in memory slows bare lxml by up to a quarter. So imports stand within the functions.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from benchmarks.generate import fill_archive, pages


def prepare(folder: Path, count: int) -> None:
    """Store the first pages as files and as an archive."""
    (folder / "saved").mkdir(parents=True)
    for page in pages(count):
        (folder / "saved" / page.file_name).write_bytes(page.body)
    fill_archive(folder / "archive", count)


@cache
def _saved(folder: Path) -> list[tuple[str, bytes]]:
    """Code and bytes of every page."""
    return [(path.stem, path.read_bytes()) for path in sorted((folder / "saved").iterdir())]


def bare_lxml(folder: Path) -> None:
    import lxml.html

    for _, body in _saved(folder):
        lxml.html.fromstring(body)


def lines(folder: Path) -> None:
    from parsers.text import read_text

    for _, body in _saved(folder):
        read_text(body)


def records(folder: Path) -> None:
    from parsers import parse

    for code, body in _saved(folder):
        parse(body, kind="project", code=code)


def stored(folder: Path) -> None:
    from scraper.archive import Archive

    with Archive(folder / "archive") as archive:
        for capture in archive.captures():
            archive.body(capture.capture_id)


def tables(folder: Path) -> None:
    from normaliser.build import build
    from parsers import parse
    from scraper.archive import Archive

    with Archive(folder / "archive") as archive:
        build(archive, folder / "built", parse=parse)


def plain_script(folder: Path) -> None:
    from benchmarks import plain

    plain.run(folder / "saved", folder / "plain")


class Step(NamedTuple):
    """Something to time; ``target`` is how many times bare lxml it may take."""

    name: str
    run: Callable[[Path], None]
    target: float | None = None


STEPS = (
    Step("lxml.html.fromstring", bare_lxml),
    Step("bytes to lines", lines),
    Step("bytes to records", records, 2.0),
    Step("archive to bytes", stored),
    Step("archive to CSV and Parquet", tables, 3.2),
    Step("BeautifulSoup and pandas", plain_script),
)


class Time(NamedTuple):
    """Seconds of the processor, which other programs hardly touch, and elapsed."""

    processor: float
    elapsed: float


def timed(number: int, folder: Path) -> Time:
    """The time of one step, by its number, over all pages; garbage collection is on, as in real use."""
    _saved(folder)
    gc.collect()
    processor, elapsed = time.process_time(), time.perf_counter()
    STEPS[number].run(folder)
    return Time(time.process_time() - processor, time.perf_counter() - elapsed)
