"""Archive software on loopback: pywb in an environment of its own, serving what `web_collection` writes.

`make pywb` installs it. The index is pywb's own work; that of Common Crawl's crawls is put into the ZipNum
form here, as Common Crawl does it: blocks of lines, a gzip member each, and a list of where each begins.
"""

from __future__ import annotations

import gzip
import json
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.web_collection import CRAWLS, LOST, write_crawl, write_warcs

PYWB = Path(__file__).parents[1] / ".venv-pywb/bin"
IS_INSTALLED = (PYWB.parent / "installed").exists()
BOUND = 4 * 60 * 60
"""Seconds after which pywb ends by itself even while the tests go on; where they are gone, it ends at once.
All tests share one, and took over ten minutes on a slow machine."""

LINES_A_BLOCK, BLOCKS_A_PAGE = 5, 2
"""Small, so that the few captures of the tests make several pages (Common Crawl: 3,000 and 5)."""

WAYBACK, HOLES = "wayback", "holes"
"""The collections: all captures, and the same without those in `LOST`, in place of which pywb answers with
the nearest one."""

_START = f"""
import os, signal
signal.alarm({BOUND})
from pywb.apps.cli import wayback
import gevent
gevent.get_hub().threadpool.spawn(lambda: (os.read(0, 1), os._exit(0)))
wayback()
"""
"""pywb, which ends with whoever holds the other end of its standard input."""


def make_collections(folder: Path) -> None:
    """Write the files that pywb serves: WARC files, their indexes, and pywb's settings."""
    write_warcs(folder / WAYBACK)
    lines = _index(folder / WAYBACK)
    settings = {}
    for name, lost in ((WAYBACK, ()), (HOLES, LOST)):
        left = [line for line in lines if not any(f" {visit.time} " in line for visit in lost)]
        assert len(left) == len(lines) - len(lost)
        (folder / f"{name}.cdxj").write_text("".join(left), "utf-8")
        settings[name] = {
            "index_paths": str(folder / f"{name}.cdxj"),
            "archive_paths": f"{folder / WAYBACK}/",
        }
    for crawl in CRAWLS.values():
        files = folder / "commoncrawl"
        write_crawl(files, crawl)
        cluster = _zip_num(folder / "zipnum" / crawl, _index(files, f"crawl-data/{crawl}"))
        index = {"type": "zipnum", "path": str(cluster), "max_blocks": BLOCKS_A_PAGE}
        settings[crawl] = {"index": index, "archive_paths": f"{files}/"}
    (folder / "config.yaml").write_text(json.dumps({"collections": settings}))  # JSON is YAML too


def _index(root: Path, below: str = ".") -> list[str]:
    """The lines of pywb's index of the WARC files below a folder, sorted by key and time."""
    command = [PYWB / "cdx-indexer", "--cdxj", "--sort", "--recurse", "--dir-root", root, root / below]
    made = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return made.stdout.splitlines(keepends=True)


def _zip_num(folder: Path, lines: Sequence[str]) -> Path:
    """An index in the ZipNum form; returns its list of blocks."""
    folder.mkdir(parents=True)
    blocks, clusters, offset = b"", [], 0
    for number, start in enumerate(range(0, len(lines), LINES_A_BLOCK), 1):
        block = gzip.compress("".join(lines[start : start + LINES_A_BLOCK]).encode(), mtime=0)
        key, time, _ = lines[start].split(" ", 2)
        clusters.append(f"{key} {time}\tcdx-00000.gz\t{offset}\t{len(block)}\t{number}\n")
        blocks, offset = blocks + block, offset + len(block)
    (folder / "cdx-00000.gz").write_bytes(blocks)
    (folder / "cluster.loc").write_text(f"cdx-00000.gz\t{folder / 'cdx-00000.gz'}\n")
    (folder / "cluster.idx").write_text("".join(clusters))
    return folder / "cluster.idx"


@contextmanager
def pywb(folder: Path) -> Iterator[str]:
    """Serve the collections in a folder; gives the address of the server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [PYWB / "python", "-c", _START, "-b", "127.0.0.1", "-p", str(port), "-d", folder]
    with (folder / "pywb.log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)
    try:
        _wait_for(port, process, folder / "pywb.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.communicate(timeout=10)  # closes its input


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path, patience: float = 60) -> None:
    """Until the port is open; an error with the log where pywb ended, or took too long."""
    end = time.monotonic() + patience
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError as error:
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"pywb did not start: {log.read_text('utf-8', 'replace')}") from error
        time.sleep(0.05)
