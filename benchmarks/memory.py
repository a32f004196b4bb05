"""Peak memory of a build, measured from within a fresh process of its own."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

_ROOT = Path(__file__).parents[1]
_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes


class Peak(NamedTuple):
    """Peak resident memory of the process in MB, and the processor time of the build in seconds."""

    megabytes: float
    seconds: float


def measure(archive: Path, out: Path) -> Peak:
    """Build an archive's tables in a fresh process.

    Linux hands the peak of the process that starts another on to it, so the caller must be small still:
    nothing large may have been imported or loaded before.
    """
    command = [sys.executable, "-m", "benchmarks.memory", str(archive), str(out)]
    done = subprocess.run(command, cwd=_ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return Peak(*json.loads(done.stdout))


def own_peak() -> float:
    """Peak resident memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT / 1e6


def main() -> None:
    import parsers
    from normaliser.build import build
    from scraper.archive import Archive

    start = time.process_time()
    with Archive(sys.argv[1]) as archive:
        build(archive, Path(sys.argv[2]), parse=parsers.parse)
    print(json.dumps([own_peak(), time.process_time() - start]))


if __name__ == "__main__":
    main()
