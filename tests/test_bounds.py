"""What a body of any size and depth costs at most, in memory and processor time.

The table of bodies is in `tests.bounds`; the bounds are these five. Whatever a page says, it has at most
`MOST_LINES` lines that are read and an issue or a few for each: what is unread is quoted, so the memory
for issues is bounded by the number of lines and by what the body holds. Sizes are full in the thorough
profile.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from parsers.reading import MOST_LINES
from tests.bounds import BODIES
from tests.conftest import PROFILE

MEGABYTES = 10 if PROFILE == "thorough" else 1
TIMES_LXML = 25
"""Processor time, against lxml alone on the same bytes, or on as many of a sound page, whichever is more."""
SECONDS = 5
"""Processor time beside that, for the records and issues of `MOST_LINES` lines: a second or two."""
TIMES_BODY = 90
"""Memory, against the bytes of the body: nothing but `<p>x` takes 82 times; the largest file 2.6 GB."""
MEMORY = 64_000_000
"""Memory beside that, in bytes."""
ISSUES = 8 * MOST_LINES

_ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", BODIES)
def test_a_body_takes_bounded_time_and_memory_and_loses_no_line(name: str) -> None:
    command = [sys.executable, "-m", "tests.bounds", name, str(MEGABYTES)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2_000:]
    cost = json.loads(done.stdout)
    assert cost["account"]
    assert cost["seconds"] <= TIMES_LXML * max(cost["bare"], cost["ordinary"]) + SECONDS, cost
    assert cost["memory"] <= TIMES_BODY * cost["bytes"] + MEMORY, cost
    assert cost["issues"] <= ISSUES, cost
    assert cost["lines"] <= MOST_LINES or (cost["outcome"], cost["issues"]) == ("unknown_kind", 1), cost


def test_the_measure_sees_what_is_beyond_the_bounds() -> None:
    """A process that takes more memory or time than the system allows it fails, and says so."""
    command = [sys.executable, "-c", "from tests import bounds; bounds.MOST_MEMORY = 1 << 28; bounds.main()"]
    done = subprocess.run([*command, "paragraphs", "10"], cwd=_ROOT, capture_output=True, text=True)
    assert done.returncode < 0 or "Error" in done.stderr.splitlines()[-1]
    assert not done.stdout
