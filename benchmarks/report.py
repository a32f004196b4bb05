"""Audit and report of many projects: ``python -m benchmarks.report``.

A report, not a test. The audit is compared with reading all tables into frames, in processes of their own
that take turns. The overview is of all projects; pages of projects are timed on the first of them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

_ROOT = Path(__file__).parents[1]
_TIMED_PAGES = 200
_LARGEST = 15e6
"""Bytes that the files of an overview may have together."""


class Cost(NamedTuple):
    """Elapsed and processor seconds, and peak resident memory in MB, of a process of its own."""

    elapsed: float
    seconds: float
    megabytes: float


def measure(step: str, folder: Path) -> Cost:
    """Run a step in a fresh process; see `benchmarks.memory.measure`."""
    command = [sys.executable, "-m", "benchmarks.report", "--step", step, "--folder", str(folder)]
    done = subprocess.run(command, cwd=_ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return Cost(*json.loads(done.stdout))


def read_tables(folder: Path) -> None:
    """What any audit must do at least: all tables as frames."""
    import pandas as pd

    for path in sorted((folder / "clean").glob("*.parquet")):
        if path.stem not in ("findings", "check_results"):
            pd.read_parquet(path)


def audit(folder: Path) -> None:
    from audit.all_checks import CHECKS
    from audit.findings import audit_tables
    from audit.thresholds import thresholds

    audit_tables(folder / "clean", folder / "clean", list(CHECKS.values()), thresholds())


def overview(folder: Path) -> None:
    """The overview, and no page of a project."""
    from audit import report

    report._write_project = lambda environment, out, project, progress: f"projects/{project.code}.html"
    _report(folder, folder / "overview", [])


def project_pages(folder: Path) -> None:
    """The pages of the first projects."""
    import pyarrow.parquet as pq

    codes = pq.read_table(folder / "clean" / "projects.parquet", columns=["project_code"])
    _report(folder, folder / "pages", codes["project_code"][:_TIMED_PAGES].to_pylist())


def _report(folder: Path, out: Path, codes: list[str]) -> None:
    from audit.report import write_report
    from bma.report import PageLines
    from scraper.archive import Archive

    with Archive(folder / "raw") as archive:
        write_report(folder / "clean", out, PageLines(archive).lines, version="0", codes=codes)


STEPS: dict[str, Callable[[Path], None]] = {
    "read": read_tables,
    "audit": audit,
    "overview": overview,
    "pages": project_pages,
}


def _run(step: str, folder: Path) -> None:
    from benchmarks.memory import own_peak
    from bma.options import share_memory

    if step != "read":
        share_memory()  # as the commands do

    start, used = time.perf_counter(), time.process_time()
    STEPS[step](folder)
    print(json.dumps([time.perf_counter() - start, time.process_time() - used, own_peak()]))


def _prepare(folder: Path, count: int) -> None:
    """Fill and build in processes of their own, so that this one stays small."""
    raw, clean = folder / "raw", folder / "clean"
    fill = [sys.executable, "-m", "benchmarks.generate", str(raw), "--pages", str(count)]
    subprocess.run(fill, cwd=_ROOT, check=True)
    build = [sys.executable, "-m", "benchmarks.memory", str(raw), str(clean)]
    subprocess.run(build, cwd=_ROOT, check=True, stdout=subprocess.DEVNULL)


def _print_costs(folder: Path, count: int) -> None:
    reading = measure("read", folder)
    print(f"{count:,} projects; elapsed s, processor s, peak MB, processor time as a ratio to reading")
    for name, cost in (("read all tables", reading), ("audit", measure("audit", folder))):
        print(f"{name:<18} {cost.elapsed:8.1f} {cost.seconds:8.1f} {cost.megabytes:7.0f} "
              f"{cost.seconds / reading.seconds:6.1f}")  # fmt: skip
    for name in ("overview", "pages"):
        cost = measure(name, folder)
        print(f"{name:<18} {cost.elapsed:8.1f} {cost.seconds:8.1f} {cost.megabytes:7.0f}")
    print(f"a page of a project: {cost.seconds / min(_TIMED_PAGES, count) * 1_000:.0f} ms")
    files = [folder / "overview" / "index.html", *(folder / "overview" / "assets").iterdir()]
    size = sum(path.stat().st_size for path in files)
    print(f"files of the overview: {size / 1e6:.1f} MB ({'within' if size < _LARGEST else 'ABOVE'} 15 MB)")


def main() -> None:
    parser = argparse.ArgumentParser(description="Time and memory of audit and report.")
    parser.add_argument("--projects", type=int, default=20_000)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        _run(arguments.step, arguments.folder)
        return
    with tempfile.TemporaryDirectory(prefix="bma-report-") as name:
        _prepare(Path(name), arguments.projects)
        _print_costs(Path(name), arguments.projects)


if __name__ == "__main__":
    main()
