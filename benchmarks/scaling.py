"""A build by size and by processes, and again: ``python -m benchmarks.scaling --captures 1000 10000``.

A report, not a test; the generated pages are those of `benchmarks.generate`, about 50 kB each. Every build is
that of a fresh process. What two processes can gain at all is measured beside them, by a loop that does
nothing but count: cores that share a processor slow each other down.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.generate import fill_archive, store
from benchmarks.memory import own_peak
from tests.dask_cluster import scheduler, workers

_ROOT = Path(__file__).parents[1]
_COUNT = (
    "import time; t = time.perf_counter(); [None for _ in range(20_000_000)]; print(time.perf_counter() - t)"
)


class Built(NamedTuple):
    """Elapsed and processor time of a build in seconds, and the peak memory of its largest process in MB."""

    elapsed: float
    processor: float
    megabytes: float
    said: str


def build(data: Path, *options: str) -> Built:
    """Build the tables of an archive with ``bma build``."""
    before = os.times()
    start = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.scaling", "--build", str(data), *options]
    done = subprocess.run(command, cwd=_ROOT, check=True, stdout=subprocess.PIPE, text=True)
    elapsed, after = time.perf_counter() - start, os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return Built(elapsed, processor, *json.loads(done.stdout))


def build_here(arguments: list[str]) -> None:
    """Build as the command does, and print the peak memory of the largest process and the last lines."""
    import contextlib
    import io
    import resource

    from bma.cli import cli

    with contextlib.redirect_stdout(io.StringIO()) as said:
        cli.main(["build", "--data", *arguments], standalone_mode=False)
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6
    print(json.dumps([max(own_peak(), children), said.getvalue()]))


def gain_of_two() -> float:
    """How many times as much two processes count as one in the same time."""

    def seconds(processes: int) -> float:
        started = [
            subprocess.Popen([sys.executable, "-c", _COUNT], stdout=subprocess.PIPE, text=True)
            for _ in range(processes)
        ]
        return max(float(process.communicate()[0]) for process in started)

    return max(2 * seconds(1) / seconds(2) for _ in range(3))


def line(what: str, built: Built, count: int, beside: str = "") -> None:
    print(
        f"{what:<36}{built.elapsed:>9.2f}{built.processor:>9.2f}"
        f"{built.processor * 1_000 / count:>9.2f}{built.megabytes:>7.0f}  {beside}",
        flush=True,
    )


def report(data: Path, count: int, jobs: int) -> None:
    """Builds of an archive: by one process and by several, and again."""

    def fresh() -> None:
        shutil.rmtree(data / "clean", ignore_errors=True)
        shutil.rmtree(data / ".rows", ignore_errors=True)

    fresh()
    one = build(data, "--jobs", "1")
    line(f"{count:,} captures, one process", one, count)
    if jobs > 1:
        fresh()
        many = build(data, "--jobs", str(jobs))
        beside = f"{one.elapsed / many.elapsed:.2f} times as fast; two that only count: {gain_of_two():.2f}"
        line(f"{count:,} captures, {jobs} processes", many, count, beside)
        fresh()
        with scheduler() as address, workers(address, jobs, data):
            cluster = build(data, "--scheduler", address)
        beside = "without the workers' own processor time"
        line(f"{count:,} captures, Dask, {jobs} workers", cluster, count, beside)
    again = build(data, "--jobs", str(jobs))
    line("again, nothing has changed", again, count)
    store(data / "raw", count)
    new = build(data, "--jobs", "1")
    line("again, one new page, one process", new, count, f"{new.elapsed / one.elapsed:.0%} of a whole build")


def main() -> None:
    if sys.argv[1:2] == ["--build"]:
        build_here(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling", description=__doc__.split("\n")[0])
    parser.add_argument("--captures", type=int, nargs="+", default=[1_000, 10_000], help="%(default)s")
    parser.add_argument("--archive", type=Path, help="folder where archives are kept and used again")
    options = parser.parse_args()
    jobs = os.cpu_count() or 1
    print(f"{'':<36}{'elapsed':>9}{'CPU s':>9}{'ms/page':>9}{'MB':>7}")
    with tempfile.TemporaryDirectory(prefix="bma-scaling-") as name:
        for count in options.captures:
            kept = (options.archive or Path(name)) / str(count) / "raw"
            if not kept.exists():
                fill_archive(kept, count)
            data = Path(name) / f"data-{count}"
            shutil.copytree(kept, data / "raw")
            report(data, count, jobs)


if __name__ == "__main__":
    main()
