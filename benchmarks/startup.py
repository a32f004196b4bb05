"""What a command takes beyond Python's own start: ``python -m benchmarks.startup``.

A report, not a test: that help and usage errors import nothing large is held by ``tests/test_cli.py``.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
from pathlib import Path

_PAGE = Path(__file__).parents[1] / "bma" / "sample_pages" / "nested-50030000-9101.html"
_COMMANDS = {
    "bma --help": (["--help"], 0.15),
    "bma build --no-such-option": (["build", "--no-such-option"], 0.15),
    "bma parse FILE": (["parse", str(_PAGE)], 0.5),
}
"""Arguments, and the seconds of the processor that they may take at most."""
_RUN = "from bma.cli import main; main()"
_ROUNDS = 11


def seconds(code: str, *arguments: str) -> float:
    """The processor's time for a program in a new process: the median of the rounds."""
    taken = []
    for _ in range(_ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(taken)


def main() -> None:
    bare = seconds("")
    print(f"{'CPU s beyond Python alone':<30}{'taken':>8}{'at most':>9}")
    for name, (arguments, most) in _COMMANDS.items():
        print(f"{name:<30}{seconds(_RUN, *arguments) - bare:>8.3f}{most:>9.2f}")
    print(f"Python alone: {bare:.3f}")


if __name__ == "__main__":
    main()
