"""The archive against plain files, on the same disk in the same run: ``python -m benchmarks.archive``.

A report, not a test. A page is an exchange as it comes from a server: about 50 kB, packed with gzip. What is
compared takes turns page by page, so that whatever else the disk does meets both alike.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import hashlib
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.generate import Page, pages
from scraper.archive import Archive
from scraper.exchange import Exchange
from scraper.recovery import warc_files
from scraper.walk import read_stored

Line = tuple[str, float, float]
"""What was timed, ms a page, and those of the plain way that it is compared with."""


def exchange_of(page: Page) -> Exchange:
    body = gzip.compress(page.body, 6, mtime=0)
    path = page.url.split("/", 3)[3]
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    return Exchange(
        url=page.url,
        request_head=f"GET /{path} HTTP/1.1\r\nHost: bma-progress.example\r\n\r\n".encode(),
        started_at=page.captured_at,
        ended_at=page.captured_at + dt.timedelta(seconds=1),
        response_head=head.encode(),
        body=body,
        status=200,
        peer="192.0.2.1:80",
    )


def write_plain(path: Path, body: bytes) -> None:
    """What a careful script does: the bytes into a file of their own, on the disk when it returns."""
    with path.open("xb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1_000


def stored(work: Path, made: list[tuple[Page, Exchange]]) -> list[Line]:
    """Writing: exchanges one by one and saved pages in batches, against a file each."""
    (work / "plain").mkdir()
    ours: list[float] = []
    plain: list[float] = []
    with Archive(work / "archive", writable=True) as archive:
        for page, exchange in made:

            def keep(page: Page = page, exchange: Exchange = exchange) -> None:
                archive.store(exchange, source="live", page_kind="project", page_code=page.code, outcome="ok")

            def write(page: Page = page, exchange: Exchange = exchange) -> None:
                write_plain(work / "plain" / page.file_name, exchange.body)

            ours.append(timed(keep))
            plain.append(timed(write))
    return [
        ("a page stored, with fsync: median", statistics.median(ours), statistics.median(plain)),
        ("a page stored, with fsync: mean", statistics.mean(ours), statistics.mean(plain)),
    ]


def read_by_offset(work: Path, made: list[tuple[Page, Exchange]]) -> Line:
    """One page in any order: found, read, unpacked, proven; against the same of files."""
    order = random.Random(1).sample(made, len(made))
    ours: list[float] = []
    plain: list[float] = []
    with Archive(work / "archive") as archive:
        ids = {capture.page_code: capture.capture_id for capture in archive.captures()}
        for page, _ in order:

            def ours_(page: Page = page) -> bytes:
                return archive.body(ids[page.code])

            def plain_(page: Page = page) -> bytes:
                return gzip.decompress((work / "plain" / page.file_name).read_bytes())

            assert ours_() == plain_() == page.body
            ours.append(timed(ours_))
            plain.append(timed(plain_))
    return "a page read by offset", statistics.median(ours), statistics.median(plain)


def read_whole(work: Path, count: int) -> Line:
    """Every record of every file, as for a new index, against the hashes of as many plain files."""

    def ours() -> None:
        assert sum(1 for path in warc_files(work / "archive") for _ in read_stored(path)) == count

    def plain() -> None:
        for path in sorted((work / "plain").iterdir()):
            hashlib.sha256(gzip.decompress(path.read_bytes())).digest()

    rounds = [(timed(ours), timed(plain)) for _ in range(5)]
    return "the whole archive read", *(statistics.median(way) / count for way in zip(*rounds, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.archive", description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=int, default=500, help="pages to store (default: %(default)s)")
    parser.add_argument(
        "--folder", type=Path, help="where to write (default: the folder for temporary files)"
    )
    options = parser.parse_args()
    made = [(page, exchange_of(page)) for page in pages(options.pages)]
    with tempfile.TemporaryDirectory(prefix="bma-benchmark-", dir=options.folder) as name:
        work = Path(name)
        lines = [*stored(work, made), read_by_offset(work, made), read_whole(work, len(made))]
        sizes = [
            sum(path.stat().st_size for path in (work / part).iterdir()) for part in ("archive", "plain")
        ]
    print(f"\n{'archive and plain files':<36}{'ms a page':>10}{'plain':>9}{'x plain':>9}")
    for name, ours, plain in lines:
        print(f"{name:<36}{ours:>10.2f}{plain:>9.2f}{ours / plain:>9.2f}")
    print(f"{'bytes on the disk, kB a page':<36}{sizes[0] / len(made) / 1e3:>10.2f}", end="")
    print(f"{sizes[1] / len(made) / 1e3:>9.2f}{sizes[0] / sizes[1]:>9.2f}")


if __name__ == "__main__":
    main()
