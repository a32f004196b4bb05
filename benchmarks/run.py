"""Speed and memory in one run, as ratios to bare lxml: ``python -m benchmarks.run``.

A report, not a test: whatever it finds, it ends with 0. Everything runs on one core, in rounds in which each
step comes once; an untimed round goes before. Ratios are of processor time; elapsed time beside it shows what
is spent waiting for the disk.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import tempfile
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, suppress
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

# Nothing large is imported here: see `memory.measure`.
from benchmarks import memory
from benchmarks.generate import SIZES, fill_archive, pages
from benchmarks.steps import STEPS, Time, prepare, timed

MEMORY_PAGES = (1_000, 8_000)
MEMORY_MARGIN = 1.10


def measure(folder: Path, count: int, rounds: int) -> list[Time]:
    """The medians of all steps in ms a page, each in a process that it keeps over the rounds."""
    taken: list[list[Time]] = [[] for _ in STEPS]
    with ExitStack() as stack:
        processes = [
            stack.enter_context(ProcessPoolExecutor(1, mp_context=get_context("spawn"))) for _ in STEPS
        ]
        for number in range(rounds + 1):
            for step, times in enumerate(taken):
                time = processes[step].submit(timed, step, folder).result()
                if number:  # the first round warms up
                    times.append(time)
    return [
        Time(*(statistics.median(seconds) * 1_000 / count for seconds in zip(*times, strict=True)))
        for times in taken
    ]


def print_machine(cores: int) -> None:
    packages = ("lxml", "pyarrow", "pandas", "beautifulsoup4")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"{_processor()}, one core of {cores}; {platform.system()}; {python}; {versions}")


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return " ".join(line.partition(":")[2].split())
    return platform.processor() or platform.machine()


def print_pages(count: int) -> None:
    sizes = sorted(len(page.body) for page in pages(count))
    smallest, mean, largest = (size / 1_000 for size in (sizes[0], statistics.mean(sizes), sizes[-1]))
    outside = sum(size not in SIZES for size in sizes)
    print(f"{count:,} generated pages of {smallest:.1f} to {largest:.1f} kB, mean {mean:.1f} kB", end="")
    print(f"; {outside} OUTSIDE {SIZES[0] / 1_000:.0f} to {SIZES[-1] / 1_000:.0f} kB" if outside else "")


def print_memory(archives: dict[int, Path], work: Path) -> None:
    print(f"\n{'peak memory of a build':<28}{'MB':>10}{'ms a page':>11}")
    peaks = []
    before = memory.own_peak()
    for count in MEMORY_PAGES:
        peak = memory.measure(archives[count], work / f"built-{count}")
        peaks.append(peak.megabytes)
        print(f"{count:>7,} pages{peak.megabytes:>25.0f}{peak.seconds * 1_000 / count:>11.2f}")
    growth = peaks[-1] / peaks[0]
    print(f"{growth:.2f} times, at most {MEMORY_MARGIN:.2f}" + _verdict(growth <= MEMORY_MARGIN))
    if before >= min(peaks):
        print("these figures are not the builds' own: the process that started them was as large")


def print_times(times: list[Time]) -> None:
    print(f"\n{'median of the rounds':<28}{'ms a page':>10}{'elapsed':>9}{'x lxml':>8}{'at most':>9}")
    bare = times[0]
    for step, taken in zip(STEPS, times, strict=True):
        ratio = taken.processor / bare.processor
        target = "" if step.target is None else f"{step.target:.1f}"
        print(
            f"{step.name:<28}{taken.processor:>10.2f}{taken.elapsed:>9.2f}{ratio:>8.2f}{target:>9}"
            + _verdict(step.target is None or ratio <= step.target)
        )
    *_, tables, plain = times
    print(
        f"archive to tables, elapsed: {plain.elapsed / tables.elapsed:.1f} times as fast as the plain script"
    )


def _verdict(reached: bool) -> str:
    return "" if reached else "  not reached"


def print_agreement(built: Path, plain: Path) -> None:
    from benchmarks.agreement import COLUMNS, differences

    for difference in (found := differences(built, plain)):
        print(f"the plain script and the build DIFFER: {difference}")
    if not found:
        print(f"the plain script and the build agree in {len(COLUMNS)} tables")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=int, default=1_000, help="pages to time (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds to take medians of (%(default)s)")
    parser.add_argument("--memory", action=argparse.BooleanOptionalAction, default=True)
    options = parser.parse_args()
    cores = os.cpu_count() or 1
    with suppress(AttributeError):  # only Linux can
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print_machine(cores)
    print_pages(options.pages)
    with tempfile.TemporaryDirectory(prefix="bma-benchmark-") as name:
        work = Path(name)
        prepare(work, options.pages)
        if options.memory:
            archives = {options.pages: work / "archive"}
            for count in set(MEMORY_PAGES).difference(archives):
                archives[count] = work / f"archive-{count}"
                fill_archive(archives[count], count)
            print_memory(archives, work)
        print_times(measure(work, options.pages, options.rounds))
        print_agreement(work / "built", work / "plain")


if __name__ == "__main__":
    main()
