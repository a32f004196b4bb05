"""The guide to the history: its example is run as it stands, and prints what the guide says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from normaliser.changes import SAME_TIME
from normaliser.derived import CHANGE_KINDS

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "history.md").read_text(encoding="utf-8")
EXAMPLE = re.findall(r"```sh\n(.*?)```\n\n```text\n(.*?)```", GUIDE, re.DOTALL)


def test_every_command_of_the_example_prints_what_the_guide_says(tmp_path: Path) -> None:
    (tmp_path / "bma").symlink_to(ROOT / "bma")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    assert (len(EXAMPLE), GUIDE.count("```sh")) == (3, 3)
    for commands, said in EXAMPLE:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=tmp_path,
            env=os.environ | {"PATH": path, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert [line.rstrip() for line in done.stdout.splitlines()] == [
            line.rstrip() for line in said.splitlines()
        ]


def test_it_names_every_kind_of_change_and_the_hours_that_are_the_same_time() -> None:
    prose = GUIDE.split("## What a change is")[1]
    assert {kind for kind in CHANGE_KINDS if f"`{kind}`" in prose} == set(CHANGE_KINDS) - {"changed"}
    assert f"at most {SAME_TIME.total_seconds() / 3600:.0f} hours apart" in prose
